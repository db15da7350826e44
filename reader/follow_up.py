"""What *it* means in a question: what the questions before were about, found anew, because answers are not parsed."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.reading import Reading
from language import Language
from reader.finding import Finding
from reader.lookup import find
from reader.questions import understand

#: Questions back that *it* may refer to.
REMEMBERED = 4


def meant_before(questions: Sequence[str], language: Language, reading: Reading) -> Finding | None:
    """What the last of `questions` about this sheet, oldest first, that was about callouts has found."""
    meant: Finding | None = None
    for question in questions[-REMEMBERED:]:
        finding = find(understand(question, language), reading, meant)
        meant = finding if finding.callouts else meant
    return meant
