"""A question may leave to the ones before it what it is about, or what it asks."""

from __future__ import annotations

from tests.lettered import lettered, title_block
from tests.test_embedded_reader import BOM, ask, text

COVER = [
    *lettered("240", 600, 200),
    *lettered("130", 1600, 500, direction=90),
    *lettered("75", 600, 900),
    *lettered("4x Ø9 ±0,3", 300, 400),
    *lettered("Ø22 H7", 300, 500),
    *lettered("R12 ±0,5", 300, 700),
    *lettered("3x M4 ↧ 8", 900, 700),
    *lettered("Gewicht: 0,35 kg", 1550, 1550),
    *title_block(title="Deckel"),
]


def test_a_width_is_asked_of_the_thing_whose_length_was_asked() -> None:
    assert text("Und breit?", COVER, history=("Wie lang ist der Deckel?",)) == (
        "Das größte senkrechte Maß auf dem Blatt ist 130."
    )


def test_what_was_asked_of_one_size_is_asked_of_the_next() -> None:
    history = ("Welche Toleranz hat Ø9?",)
    assert text("Und der Radius?", COVER, history=history) == "Für R12 gilt die Toleranz ±0,5."
    assert text("what about Ø22?", COVER, history=history).startswith("The tolerance of Ø22 is H7.")


def test_a_word_alone_asks_something_of_what_was_just_named() -> None:
    assert text("Toleranz?", COVER, history=("Welcher Radius?",)) == "Für R12 gilt die Toleranz ±0,5."
    assert text("how deep?", COVER, history=("Which thread?",)) == "The depth of M4 is 8."
    assert "Ø22 H7" in text("Toleranzen?", COVER, history=("Welcher Radius?",))


def test_it_is_counted_by_its_name() -> None:
    assert text("Wie viele davon?", COVER, history=("Welches Gewinde?",)) == "Es sind 3: Auf dem Blatt steht 3x M4 ↧ 8."


def test_the_same_cell_of_another_row() -> None:
    assert text("And of G-100?", BOM, history=("What is the quantity of D-7?",)) == "For “Gehäuse” the table says 1."


def test_a_question_with_a_thing_of_its_own_is_not_about_the_last_one() -> None:
    assert text("Welcher Radius?", COVER, history=("Welche Toleranz hat Ø9?",)) == "Der Radius ist R12 ±0,5."


def test_a_size_is_converted_to_the_unit_that_is_asked_for() -> None:
    assert text("Wie lang ist der Deckel in Zoll?", COVER) == (
        "Das größte Längenmaß auf dem Blatt ist 240. Das sind 9,449 Zoll (umgerechnet, nicht aufgedruckt)."
    )
    assert text("in cm?", COVER, history=("How long is the cover?",), language="en").endswith(
        "That is 24 cm (converted, not printed)."
    )


def test_a_weight_is_converted_from_its_own_unit() -> None:
    assert "350 g (umgerechnet" in text("und in g?", COVER, history=("Gewicht?",))


def test_what_is_converted_is_computed_and_not_vouched_for_as_printed() -> None:
    evidence = [(item.value, item.status) for item in ask("Wie lang ist der Deckel in cm?", COVER).evidence]
    assert evidence == [("240", "verified"), ("24 cm", "computed")]


def test_several_candidates_are_not_converted() -> None:
    assert "umgerechnet" not in text("Abstand in Zoll?", COVER)


def test_holes_without_depths_are_not_offered_as_depths() -> None:
    words = [*lettered("Ø9", 300, 300), *lettered("Ø22", 300, 700)]
    assert text("Wie tief sind die Bohrungen?", words) == "An Ø9 und Ø22 ist keine Tiefe angegeben."
