"""Questions are read as they are typed: Swiss, without umlauts, in short forms, with slips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.questions import understand
from reader.spelling import spelled
from tests.test_embedded_reader import text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Wie gross ist der Abstand?", "Wie groß ist der Abstand?"),
        ("Aussenradius", "Außenradius"),
        ("Hoechstmass der Laenge", "Höchstmaß der Länge"),
        ("Welche Masse stehen auf dem Blatt?", "Welche Maße stehen auf dem Blatt?"),
        ("Schluesselweite, Stueckzahl", "Schlüsselweite, Stückzahl"),
        ("Mat.?", "material.?"),
        ("Rauhheit", "Rauheit"),
        ("Gewnide", "Gewinde"),
        ("Zapfendurchmeser", "Zapfendurchmesser"),
        ("tolernace", "tolerance"),
        ("what's the heigth", "what is the height"),
    ],
)
def test_words_are_read_in_the_vocabularys_spelling(typed: str, meant: str) -> None:
    assert spelled(typed).casefold() == meant.casefold()


@pytest.mark.parametrize(
    "typed",
    [
        "Welche Masse hat der Ring?",
        "What is the gross mass?",
        "die lange Kante",
        "the true value of the blue queue",
        "Decke, Deckel, Anzug",
        "eight, weigh, heights",
        "M8x1,25 - 6H",
        "Bohrer und Bohrungen",
    ],
)
def test_words_that_are_right_stay_as_they_are(typed: str) -> None:
    assert spelled(typed) == typed


@given(st.text(max_size=80))
def test_a_second_reading_changes_nothing_more(typed: str) -> None:
    once = spelled(typed)
    assert spelled(once) == once


def test_a_slip_is_answered_like_the_word_itself() -> None:
    assert text("Welcher Wekrstoff?") == text("Welcher Werkstoff?")
    assert text("grösster durchmeser des teils") == text("größter Durchmesser des Teils")


def test_a_quoted_name_is_left_as_it_is_printed() -> None:
    assert understand("Wie lang ist „Aussenmass Ring“?").quoted == ("Aussenmass Ring",)
