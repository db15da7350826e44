"""How many there are of something: the quantities printed at callouts (`4x Ø6.6`), and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from drawing.callouts import Callout
from reader.attributes import core_of
from reader.finding import Finding, Phrase, Quote, distinct, of_callout
from reader.questions import Question
from reader.vocabulary import PER, search


def count(question: Question, callouts: Sequence[Callout]) -> Finding:
    """How often a size stands on the sheet, by the quantities printed at it; of several sizes, their sum."""
    printed = [c for c in callouts if c.quantity_printed]
    named = bool(question.numbers or question.designation)
    if search(PER, question.text.lower()):
        return Finding("cannot_count")
    if not named and question.feature is None and not question.holes:
        return Finding("cannot_count")
    if not callouts:
        return Finding("absent", question.feature or "size")
    if not printed:
        return _without_quantity(callouts) if named or len(distinct(callouts)) == 1 else Finding("cannot_count")
    if not named and any(not c.quantity_printed for c in callouts) and not question.holes:
        return _once_each(callouts)
    return _sum(printed, "quantity" if named or len(distinct(callouts)) == 1 else "total")


def _without_quantity(callouts: Sequence[Callout]) -> Finding:
    """A callout without a quantity, and how often it stands there."""
    often = len(callouts)
    words = tuple(word for callout in callouts for word in callout.words)
    quotes = (Quote(str(often), words, computed=True),) if often > 1 else ()
    phrase: Phrase = "no_quantity" if often > 1 else "once"
    return Finding(phrase, of=core_of(callouts[0]), quotes=quotes, number=often, callouts=tuple(callouts))


def _once_each(callouts: Sequence[Callout]) -> Finding:
    """Callouts of one kind, of which some have a quantity; one without stands for one."""
    return _sum(callouts, "total")


def _sum(callouts: Sequence[Callout], phrase: Literal["quantity", "total"]) -> Finding:
    total = sum(c.quantity for c in callouts)
    quotes = tuple(of_callout(c) for c in callouts)
    if len(callouts) > 1 or phrase == "total":
        quotes = (Quote(str(total), tuple(w for c in callouts for w in c.words), computed=True), *quotes)
    return Finding(phrase, of=callouts[0].text, number=total, quotes=quotes, callouts=tuple(callouts))
