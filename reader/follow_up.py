"""What a question leaves to the questions before it: *it*, the thing whose width is asked for, or what is asked of it.

What they were about is found anew, because answers are not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from drawing.reading import Reading
from language import Language
from reader.finding import Finding, distinct
from reader.lookup import find
from reader.measures import runs
from reader.questions import Question, understand
from reader.table_lookup import codes
from reader.vocabulary import FEATURE_WORDS, Feature, search

#: Questions back that a question may refer to.
REMEMBERED = 4
#: One word that asks something of what was just named; several of them (*Toleranzen?*) ask the whole sheet.
_BARE = (
    r"^(?:und |and )?(?:die |the |mit welcher |what |welche )?(?:toleranz|passung|tiefe|steigung|wie tief"
    r"|tolerance|fit|depth"
    r"|pitch|how deep)\W*$"
)
_LENGTHS: tuple[Feature, ...] = ("length", "width", "height", "thickness")


@dataclass(frozen=True, slots=True)
class Before:
    """The last question, what it found, and what the last one that was about callouts found."""

    question: Question | None = None
    finding: Finding | None = None
    meant: Finding | None = None


def before_of(questions: Sequence[str], language: Language, reading: Reading) -> Before:
    """What `questions` about this sheet, oldest first, leave to the next one."""
    before = Before()
    for text in questions[-REMEMBERED:]:
        question = completed(understand(text, language), before)
        finding = find(question, reading, before.meant)
        before = Before(question, finding, finding if finding.callouts else before.meant)
    return before


def completed(question: Question, before: Before) -> Question:
    """The question with what it leaves to the last one."""
    last, found = before.question, before.finding
    if last is None or found is None:
        return question
    if search(_BARE, question.text.lower().strip()) and len(distinct(found.callouts)) == 1:
        return replace(question, follow_up=True)
    if not question.follow_up:
        return question
    if found.phrase in ("cell", "row") and question.topic in ("unknown", "callout") and _names_a_thing(question):
        return _of_another_row(question, last)
    if last.topic != "callout" or question.topic not in ("callout", "unknown") or question.attribute != "value":
        return question
    if question.feature in _LENGTHS:
        return _of_the_same(question, last, found) if not _names_a_thing(question) else question
    named = question.numbers or question.designation or question.feature or question.holes
    return replace(question, topic="callout", attribute=last.attribute, follow_up=False) if named else question


def _names_a_thing(question: Question) -> bool:
    own = [word for word in question.keywords if not any(search(words, word) for _, words in FEATURE_WORDS)]
    named = question.numbers or question.designation or question.view or question.quoted or own or codes(question.text)
    return bool(named) or question.of_a_part or question.of_the_whole


def _of_the_same(question: Question, last: Question, found: Finding) -> Question:
    """*And how wide?*: of the thing that the last question was about, and not along what was just said to be
    its length."""
    along = last.feature == "length" and len(distinct(found.callouts)) == 1 and runs(found.callouts[0], "horizontal")
    across: Feature | None = "height" if along and question.feature == "width" else question.feature
    return replace(
        question,
        feature=across,
        of_the_whole=last.of_the_whole,
        of_a_part=last.of_a_part,
        of_sheet_metal=last.of_sheet_metal,
        keywords=tuple(dict.fromkeys((*question.keywords, *last.keywords))),
        view=last.view,
        quoted=last.quoted,
    )


def _of_another_row(question: Question, last: Question) -> Question:
    """*And of R5?*: what the last question asked, without the row that it named."""
    asked = last.text
    for code in codes(last.text):
        asked = asked.replace(code, " ")
    rest = re.sub(r"(?i)^(?:und|and|also|sowie)\b", " ", question.text)
    return understand(f"{re.sub(r'[?!.]', ' ', asked)} {rest}", question.language)
