"""Cells are found across languages, by codes and by coordinates."""

from __future__ import annotations

import pytest

from reader.synonyms import translates
from tests.lettered import table
from tests.test_embedded_reader import ask, text

PARTS = table(
    [
        ["ITEM", "QTY", "DESCRIPTION", "ORDER CODE"],
        ["1", "2", "Cable red 30AWG", "B 91F5043"],
        ["2", "1", "Cable green 30AWG", "B 91F502"],
        ["3", "8", "Hex screw", "M-17"],
    ],
    [200.0, 400.0, 600.0, 1300.0],
)
HOLE_TABLE = table(
    [
        ["TAG", "X LOC", "Y LOC", "SIZE"],
        ["A1", "10", "15", "Ø6.6"],
        ["A2", "90", "15", "Ø6.6"],
        ["B1", "50", "40", "M8"],
    ],
    [200.0, 400.0, 600.0, 800.0],
)


@pytest.mark.parametrize(("german", "english"), [("schrauben", "screw"), ("rote", "red"), ("zylinderschraube", "bolt")])
def test_words_of_both_languages_mean_the_same_thing(german: str, english: str) -> None:
    assert translates(german, english)
    assert not translates(german, "bearing")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Wie viele rote Kabel?", "2"),
        ("Wie viele Schrauben werden gebraucht?", "8"),
        ("Which supplier code for the green cable?", "B 91F502"),
    ],
)
def test_a_german_question_finds_an_english_row(question: str, value: str) -> None:
    assert ask(question, PARTS).evidence[0].value == value


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the x coordinate of A2?", "For “A2” the table says 90."),
        ("Welche Größe hat Bohrung B1?", "Bei „B1“ steht M8."),
        ("Which coordinates does hole B1 have?", "The row reads: B1, 50, 40, M8."),
    ],
)
def test_a_hole_is_found_by_its_tag(question: str, answer: str) -> None:
    assert text(question, HOLE_TABLE) == answer


def test_all_rows_of_a_kind_are_listed() -> None:
    found = ask("List all cables", PARTS)
    assert [evidence.value for evidence in found.evidence] == [
        "1, 2, Cable red 30AWG, B 91F5043",
        "2, 1, Cable green 30AWG, B 91F502",
    ]
