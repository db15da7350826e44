"""Requirements in words are quoted from their field or note, and never taken for one another."""

from __future__ import annotations

import pytest

from reader.statements import requirement_asked
from tests.lettered import lettered
from tests.test_embedded_reader import SHAFT, ask, text


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Welche Härte ist gefordert?", "hardness"),
        ("how hard must it be?", "hardness"),
        ("Gibt es eine Wärmebehandlung?", "heat_treatment"),
        ("is the part case hardened", "heat_treatment"),
        ("Ist es verzinkt?", "coating"),
        ("any coating called out?", "coating"),
        ("Welche Farbe hat die Platte?", "coating"),
        ("Welche Behandlung?", "treatment"),
        ("Kanten gebrochen?", "edges"),
        ("Which weld is specified?", "welding"),
        ("Is there an engraving?", "marking"),
    ],
)
def test_a_requirement_is_known_by_its_words(question: str, noun: str) -> None:
    asked = requirement_asked(question.lower())
    assert asked is not None
    assert asked.noun == noun


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("58+2 HRC", "Which hardness?"),
        ("einsatzgehärtet und angelassen", "Gibt es eine Wärmebehandlung?"),
        ("SURFACES BLACK ANODIZED", "Is there a coating?"),
        ("Alle Kanten gebrochen 0,3", "Wie sind die Kanten entgratet?"),
    ],
)
def test_a_note_that_states_it_is_quoted(line: str, question: str) -> None:
    found = ask(question, [*SHAFT, *lettered(line, 300, 1000)])
    assert [evidence.value for evidence in found.evidence] == [line]


@pytest.mark.parametrize("question", ["Welche Härte?", "Is it heat treated?", "Ist das Teil lackiert?"])
def test_what_is_not_stated_is_not_on_the_sheet(question: str) -> None:
    assert ask(question).evidence == ()


def test_a_surface_treatment_is_no_heat_treatment() -> None:
    words = lettered("Surface treatment: Anodised 15 µm")
    assert ask("Is there a heat treatment?", words).evidence == ()
    assert text("Wie ist die Oberfläche behandelt?", words) == "Als Behandlung ist Anodised 15 µm eingetragen."


def test_an_empty_field_is_said_to_be_empty() -> None:
    assert "ist leer" in text("Welche Wärmebehandlung?", lettered("Wärmebehandlung:"))


def test_what_a_template_says_of_edges_holds() -> None:
    words = lettered("DEBURR AND", 300, 300) + lettered("BREAK SHARP EDGES", 300, 340)
    assert text("Must the edges be deburred?", words) == "The sheet says: “DEBURR AND BREAK SHARP EDGES”."


def test_a_statement_is_quoted_without_the_lines_around_it() -> None:
    words = lettered("DO NOT SCALE DRAWING", 300, 300) + lettered("BREAK ALL SHARP EDGES AND", 300, 335)
    words += lettered("REMOVE BURRS", 300, 370)
    found = ask("Kantenzustand?", words)
    assert [evidence.value for evidence in found.evidence] == ["BREAK ALL SHARP EDGES AND REMOVE BURRS"]
