"""Where on a sheet a question sends the eye."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from drawing.reading import Reading, read
from drawing.sheet import Box, Word
from reader.places import Places, places_of
from tests.lettered import SHEET
from tests.test_embedded_reader import BOM, SHAFT


def looked_at(question: str, words: Sequence[Word] = SHAFT, before: Sequence[str] = ()) -> tuple[Places, Reading]:
    reading = read(words, SHEET)
    return places_of(question, "de", reading, before), reading


def shows(boxes: Sequence[Box], reading: Reading, text: str) -> bool:
    """Whether one of the boxes holds the word `text`."""
    (word,) = {word for word in reading.words if word.text == text}
    return any(box.contains(*word.box.centre) for box in boxes)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Was ist der Außendurchmesser?", "Ø70,50"),
        ("Welche Passung hat die Bohrung Ø35?", "Ø35"),
        ("Welches Gewinde ist angegeben?", "M8x1.25-6H"),
        ("Which material is specified?", "C45E"),
    ],
)
def test_what_answers_a_question_is_found(question: str, word: str) -> None:
    places, reading = looked_at(question)
    assert shows(places.found, reading, word)


def test_a_question_about_it_looks_where_the_last_one_did() -> None:
    places, reading = looked_at("Und welche Toleranz hat er?", before=["Was ist der Außendurchmesser?"])
    assert shows(places.found, reading, "Ø70,50")


def test_a_number_that_the_question_names_is_looked_at() -> None:
    places, reading = looked_at("Wozu dient eigentlich die 45 da links, ist das wichtig?")
    assert shows((*places.found, *places.related), reading, "45")


def test_all_of_a_kind_are_related() -> None:
    places, reading = looked_at("Was ist der Außendurchmesser?")
    assert shows(places.related, reading, "Ø35")


def test_a_table_that_is_asked_for_is_looked_at() -> None:
    places, _ = looked_at("Zeige die Stückliste.", BOM)
    assert places.found


def test_no_place_is_named_twice() -> None:
    places, _ = looked_at("Liste alle Durchmesser: Ø35, Ø70,50, Ø6,6.")
    every = (*places.found, *places.related)
    assert len(every) == len(set(every))


def test_a_greeting_is_about_no_place() -> None:
    places, _ = looked_at("Hallo!")
    assert places.found == ()
