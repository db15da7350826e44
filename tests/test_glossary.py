"""Who asks what a sign means is told, in our own words and with nothing vouched for."""

from __future__ import annotations

import pytest

from drawing.mentions import mentions_of
from reader.glossary import _TERMS, term_asked
from tests.lettered import lettered
from tests.test_embedded_reader import ask, text


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Was bedeutet Ⓜ?", "Ⓜ ist die Maximum-Material-Bedingung"),
        ("What does LMC stand for?", "Ⓛ is the least material requirement"),
        ("Was ist ein Bezug?", "Ein Bezug ist die Fläche"),
        ("what is the meaning of a boxed dimension", "A boxed dimension is theoretically exact"),
        ("Was heißt Rz?", "Rz ist die gemittelte Rautiefe"),
        ("what does js9 mean", "A tolerance class like this"),
    ],
)
def test_a_term_is_explained(question: str, begins: str) -> None:
    assert text(question).startswith(begins)
    assert ask(question).evidence == ()


@pytest.mark.parametrize(
    "question", ["Was bedeutet M8?", "Welcher Bezug?", "What fit has the bore?", "Was heißt das Teil?", "Is R5 meant?"]
)
def test_no_other_question_asks_for_a_meaning(question: str) -> None:
    assert term_asked(question.lower()) is None


def test_explanations_name_no_numbers() -> None:
    assert not [mention.text for _, de, en in _TERMS for mention in mentions_of(f"{de} {en}")]


def test_every_tolerance_is_listed_with_the_frames_and_the_general_one() -> None:
    words = [*lettered("Ø12 ±0,4", 300, 300), *lettered("0,3 A", 300, 900), *lettered("ISO 2768-cL", 1900, 500)]
    assert text("Alle Toleranzen?", words).splitlines() == [
        "Toleranzen auf dem Blatt:",
        "- Ø12 ±0,4",
        "- 0,3 A",
        "- ISO 2768-cL",
        "Das Symbol der Toleranzart ist gezeichnet und nicht lesbar; bitte am Blatt prüfen.",
    ]


def test_a_size_without_a_tolerance_is_none_of_the_tolerances() -> None:
    assert text("Welche Toleranzen gelten?", [*lettered("Ø12", 300, 300), *lettered("7,5", 300, 900)]) == (
        "Eine Toleranz steht nicht auf dem Blatt."
    )
