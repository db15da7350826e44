"""What a question finds in its conversation: it may refer to the questions before it, and may want a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.reading import Reading
from language import Language
from reader.claims import judged
from reader.conversion import asks_for_unit_only, converted, unit_asked
from reader.finding import Finding
from reader.follow_up import Before, before_of, completed
from reader.lookup import find
from reader.questions import Question, understand


def reply(text: str, language: Language, reading: Reading, before: Sequence[str] = ()) -> tuple[Question, Finding]:
    """The question as it was understood, and what it finds; `before` are the questions about this sheet before it."""
    earlier = before_of(before, language, reading)
    question = completed(understand(text, language), earlier)
    plain = " ".join(question.text.lower().split())
    unit = unit_asked(plain)
    if unit is None:
        return question, _found(question, reading, earlier)
    again = asks_for_unit_only(plain) and earlier.finding is not None
    finding = earlier.finding if again and earlier.finding else _found(question, reading, earlier)
    return question, converted(finding, unit, reading, question.language)


def _found(question: Question, reading: Reading, earlier: Before) -> Finding:
    return judged(question, reading, earlier.meant) or find(question, reading, earlier.meant)
