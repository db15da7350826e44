"""Several things asked at once are each answered on their own."""

from __future__ import annotations

import pytest

from reader.several import parts_of
from tests.lettered import lettered, title_block
from tests.test_embedded_reader import ask, text

SPINDLE = [
    *lettered("310", 600, 200),
    *lettered("95", 600, 900),
    *lettered("Ø44 ±0,1", 300, 400),
    *lettered("1,5x45°", 300, 500),
    *lettered("M10 ↧ 24", 900, 700),
    *title_block(title="Spindel", material="16MnCr5", scale="1:5"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Durchmesser und Fase?", "Der Durchmesser ist Ø44 ±0,1. Die Fase ist 1,5x45°."),
        ("Which thread, and how deep?", "The thread is M10. The depth of M10 is 24."),
        (
            "Hallo, Werkstoff und Länge bitte, danke!",
            "Als Werkstoff ist 16MnCr5 eingetragen. Das größte Längenmaß auf dem Blatt ist 310.",
        ),
        ("Material? Roughness?", "The material is 16MnCr5. A roughness is not on the sheet."),
        ("diameter and its tolerance", "The diameter is Ø44 ±0,1. The tolerance of Ø44 is ±0,1."),
    ],
)
def test_each_part_is_answered(question: str, answer: str) -> None:
    assert text(question, SPINDLE, language="en" if answer.startswith("The") else "de") == answer


def test_every_part_vouches_for_its_values() -> None:
    assert [item.value for item in ask("Durchmesser und Fase?", SPINDLE).evidence] == ["Ø44 ±0,1", "1,5x45°"]


@pytest.mark.parametrize(
    "question",
    [
        "Welcher Abstand liegt zwischen der Bohrung und der Fase?",
        "What are the upper and lower limits of the diameter?",
        "Liste alle Radien und Fasen",
        "Which chamfer or radius?",
        "Welche Bohrungen und Nuten gibt es?",
        "Nach welcher Norm und Klasse wird toleriert?",
        "Which position tolerance (value and datum) has the thread?",
    ],
)
def test_what_belongs_together_is_one_question(question: str) -> None:
    assert len(parts_of(question, "de")) == 1


def test_a_thing_that_one_part_names_is_meant_by_the_other() -> None:
    parts = parts_of("Durchmesser und Tiefe der Bohrung", "de")
    assert [(part.holes, part.attribute) for part in parts] == [(True, "value"), (True, "depth")]


def test_the_ways_of_the_largest_sizes_are_told() -> None:
    assert text("Wie lang und breit ist das Teil?", SPINDLE).startswith(
        "Die größten Maße auf dem Blatt sind waagerecht 310"
    )
    assert text("LxBxH?", SPINDLE).endswith("im Durchmesser Ø44 ±0,1.")


def test_a_hole_is_no_outer_size() -> None:
    words = [*lettered("310", 600, 200), *lettered("4x Ø44", 600, 900), *lettered("Ø50 ↧ 10", 600, 1200)]
    words += lettered("90", 1500, 500, direction=90)
    assert text("the overall dimensions?", words) == (
        "The largest dimensions on the sheet are 310 horizontally and 90 vertically."
    )


def test_what_is_round_twice_may_be_the_outside() -> None:
    words = [*lettered("60", 600, 200), *lettered("2x Ø44", 600, 900), *lettered("Ø30", 600, 1200)]
    words += lettered("8", 1500, 500, direction=90)
    assert text("the overall dimensions?", words) == (
        "The largest dimensions on the sheet are 60 horizontally and 2x Ø44 in diameter."
    )


def test_a_length_alone_is_that_of_the_whole() -> None:
    assert text("Länge?", SPINDLE) == "Das größte Längenmaß auf dem Blatt ist 310."
    assert text("how long is it?", SPINDLE) == "The largest length dimension on the sheet is 310."
    assert "größte" not in text("Länge der Nut?", SPINDLE)
