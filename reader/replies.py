"""What a question finds in its conversation: it may refer to the questions before it, and may want a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.reading import Reading
from language import Language
from reader.claims import judged
from reader.finding import Finding
from reader.follow_up import meant_before
from reader.lookup import find
from reader.questions import Question, understand


def reply(text: str, language: Language, reading: Reading, before: Sequence[str] = ()) -> tuple[Question, Finding]:
    """The question as it was understood, and what it finds; `before` are the questions about this sheet before it."""
    question = understand(text, language)
    previous = meant_before(before, language, reading)
    return question, judged(question, reading, previous) or find(question, reading, previous)
