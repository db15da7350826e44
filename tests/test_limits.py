"""Limits of size: printed, or computed from the deviations, a fit, or the general tolerance."""

from __future__ import annotations

import pytest

from tests.lettered import lettered
from tests.test_embedded_reader import ask, text

RING = [
    *lettered("Ø80 +0,2/-0,1", 300, 300),
    *lettered("Ø25 H7", 300, 500),
    *lettered("44,5 ±0,3", 300, 700),
    *lettered("12", 900, 700),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Größter Durchmesser bei Ø80?", "Das obere Grenzmaß von Ø80 +0,2/-0,1 ist 80,2."),
        ("Wie klein darf das Maß 44,5 minimal werden?", "Das untere Grenzmaß von 44,5 ±0,3 ist 44,2."),
        ("max. of 44.5", "The upper limit of 44,5 ±0,3 is 44,8."),
        ("smallest value of the 80 diameter?", "The lower limit of Ø80 +0,2/-0,1 is 79,9."),
        ("Toleranzmitte des Durchmessers 80?", "Die Toleranzmitte von Ø80 +0,2/-0,1 ist 80,05."),
        ("mean size of 44.5?", "The middle of the tolerance of 44,5 ±0,3 is 44,5."),
        ("Grenzmaße von 44,5?", "Die Grenzmaße von 44,5 ±0,3 sind 44,2 und 44,8."),
        ("min and max of Ø80?", "The limits of Ø80 +0,2/-0,1 are 79,9 and 80,2."),
    ],
)
def test_a_limit_is_computed_from_the_printed_deviations(question: str, answer: str) -> None:
    assert text(question, RING) == answer


def test_what_is_computed_is_never_called_printed() -> None:
    evidence = {item.value: item.status for item in ask("Grenzmaße von 44,5?", RING).evidence}
    assert evidence == {"44,2": "computed", "44,8": "computed", "44,5 ±0,3": "verified"}


def test_the_limit_of_a_fit_comes_from_its_standard() -> None:
    assert text("Höchstmaß der Bohrung 25 H7?", RING) == (
        "An Ø25 ist H7 angegeben. Nach ISO 286 H7 (+0,021/0) ist das obere Grenzmaß 25,021 "
        "(berechnet, nicht aufgedruckt)."
    )


def test_the_limit_of_an_untoleranced_size_comes_from_the_general_tolerance() -> None:
    words = [*lettered("44", 300, 700), *lettered("ISO 2768-mK", 1900, 500)]
    assert "das untere Grenzmaß 43,7" in text("Mindestmaß von 44?", words)
    assert text("Mindestmaß von 44?", words[:1]) == "An 44 ist keine Toleranz angegeben."


def test_the_most_of_a_whole_thing_is_the_limit_of_its_largest_size() -> None:
    words = [*lettered("44,5 ±0,3", 300, 700), *lettered("12", 900, 700)]
    assert text("max length of the part?", words).startswith("The upper limit of 44,5 ±0,3 is 44,8.")


def test_the_most_of_a_part_of_it_is_not_the_largest_size_of_the_sheet() -> None:
    words = [*lettered("60", 300, 300), *lettered("44,5", 300, 700), *lettered("12", 900, 700)]
    assert "größte" not in text("Maximale Breite der Nut?", words)


def test_a_size_that_another_is_compared_with_is_not_asked_for_its_limit() -> None:
    assert "Grenzmaß" not in text("Welche Bohrung ist größer als 25?", RING)


def test_of_a_fit_of_two_classes_the_one_that_is_meant_is_computed() -> None:
    words = lettered("Ø30 H7/g6")
    assert "g6" not in text("Höchstmaß der Bohrung Ø30?", words).split("angegeben.")[1]
    assert "H7" not in text("upper limit of 30 g6", words).split("is given.")[1]
