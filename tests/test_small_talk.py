"""What is no question about a drawing gets a short and friendly word, and nothing is vouched for."""

from __future__ import annotations

import pytest

from reader.small_talk import is_foreign
from tests.test_embedded_reader import SHAFT, ask, text


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("Guten Morgen!", "Guten Tag!"),
        ("hey", "Hello!"),
        ("Vielen Dank", "Gern geschehen."),
        ("perfect", "You are welcome."),
        ("Auf Wiedersehen", "Auf Wiedersehen."),
        ("Bist du eine KI?", "Ich bin der eingebettete Leser"),
        ("which model are you", "I am the embedded reader"),
        ("Was kann ich dich fragen?", "Ich beantworte Fragen"),
        ("how can you help me?", "I answer questions"),
        ("Erzähl mir einen Witz", "Ich lese nur die Beschriftung"),
        ("Schreib ein Gedicht", "Ich lese nur die Beschriftung"),
    ],
)
def test_small_talk_is_answered_in_its_kind(said: str, begins: str) -> None:
    found = ask(said, SHAFT, language="en" if said in ("hey", "perfect") else "de")
    assert (found.markdown.startswith(begins), found.evidence) == (True, ())


def test_courtesy_before_and_after_a_question_changes_nothing() -> None:
    assert text("Guten Abend, welcher Werkstoff ist das bitte? Danke!") == text("Welcher Werkstoff ist das?")


@pytest.mark.parametrize(
    "question", ["Quelle est la longueur de l'arbre ?", "Qual è la tolleranza del foro?", "¿Cuál es el diámetro?"]
)
def test_other_languages_are_told_which_ones_are_understood(question: str) -> None:
    assert text(question).startswith("Sorry, I understand German and English only.")


@pytest.mark.parametrize("question", ["Was ist der OD de facto?", "Wie lang ist es?", "En AW 6082?", "est. mass?"])
def test_a_foreign_word_makes_no_foreign_question(question: str) -> None:
    assert not is_foreign(question)
