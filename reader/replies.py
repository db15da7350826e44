"""What a question finds in its conversation: it may ask for several things, refer to earlier ones, want a yes or no."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.reading import Reading
from language import Language
from reader.claims import judged
from reader.conversion import asks_for_unit_only, converted, unit_asked
from reader.finding import Finding
from reader.follow_up import Before, before_of, completed
from reader.lookup import find
from reader.polar import is_claim
from reader.questions import Question, understand
from reader.several import parts_of


def reply(text: str, language: Language, reading: Reading, before: Sequence[str] = ()) -> tuple[Question, Finding]:
    """The question as it was understood, and what it finds; `before` are the questions about this sheet before it."""
    earlier = before_of(before, language, reading)
    question = completed(understand(text, language), earlier)
    plain = " ".join(question.text.lower().split())
    unit = unit_asked(plain)
    if unit is not None and asks_for_unit_only(plain) and earlier.finding is not None:
        return question, converted(earlier.finding, unit, reading, question.language)
    parts = () if is_claim(plain) else parts_of(text, language)
    finding = _together(parts, reading, earlier) if len(parts) > 1 else None
    finding = finding or _found(question, reading, earlier)
    return question, converted(finding, unit, reading, question.language) if unit else finding


def _found(question: Question, reading: Reading, earlier: Before) -> Finding:
    return judged(question, reading, earlier.meant) or find(question, reading, earlier.meant)


def _together(parts: Sequence[Question], reading: Reading, earlier: Before) -> Finding | None:
    """What several questions find, one after the other; `None` where one of them is not understood, or
    several are undecided, whose candidates nobody could tell apart."""
    found: list[Finding] = []
    for part in parts:
        question = completed(part, earlier)
        finding = find(question, reading, earlier.meant)
        found.append(finding)
        earlier = Before(question, finding, finding if finding.callouts else earlier.meant)
    undecided = sum(finding.phrase in ("candidates", "ambiguous", "untied") for finding in found)
    if undecided > 1 or any(finding.phrase == "not_understood" for finding in found):
        return None
    quotes = tuple(quote for finding in found for quote in finding.quotes)
    callouts = tuple(callout for finding in found for callout in finding.callouts)
    tables = tuple(table for finding in found for table in finding.tables)
    return Finding("together", quotes=quotes, callouts=callouts, tables=tables, parts=tuple(found))
