"""What is said where a question leaves several callouts: the candidates, a list, or the envelope."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drawing.callouts import Callout
from reader.attributes import core_of
from reader.finding import Finding, Quote, distinct, of_callout
from reader.measures import lengths_of, runs
from reader.questions import Question

#: An answer names no more different numbers than a reader can check against the sheet at a glance.
MOST_NUMBERS = 8


def undecided(question: Question, callouts: Sequence[Callout]) -> Finding:
    """The candidates, without their tolerances where there are many; of too many, some."""
    noun = question.feature or "size"
    if len(numbers_in(callouts)) <= MOST_NUMBERS:
        return Finding("candidates", noun, tuple(of_callout(c) for c in callouts), callouts=tuple(callouts))
    cores = {core_of(c): of_callout(c, core_of(c)) for c in callouts}
    plain = {text: quote for text, quote in cores.items() if question.attribute == "value"}
    if plain and len(_numbers(" ".join(plain))) <= MOST_NUMBERS:
        return Finding("candidates", noun, tuple(plain.values()), callouts=tuple(callouts))
    counted = Quote(str(len(callouts)), tuple(word for c in callouts for word in c.words), computed=True)
    foremost = (counted, *_foremost(question, callouts))
    return Finding("ambiguous", noun, foremost, number=len(callouts), callouts=tuple(callouts))


def _foremost(question: Question, callouts: Sequence[Callout]) -> Iterator[Quote]:
    """The largest of many, of a part of the thing the smallest, as far as the answer can name them."""
    sized = sorted((c for c in callouts if c.sizes), key=lambda c: max(c.sizes), reverse=not question.of_a_part)
    named: set[str] = set()
    for callout in sized:
        named |= _numbers(core_of(callout))
        if len(named) >= MOST_NUMBERS:
            return
        yield of_callout(callout, core_of(callout))


def numbers_in(callouts: Sequence[Callout]) -> set[str]:
    """The different numbers in the texts of callouts."""
    return _numbers(" ".join(c.text for c in callouts))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)?", text))


def envelope(callouts: Sequence[Callout]) -> Finding:
    """The largest sizes on the sheet, across, upright, and round, but not those of holes."""
    kinds = {
        "horizontal": [c for c in lengths_of(callouts) if c.sizes and runs(c, "horizontal")],
        "vertical": [c for c in lengths_of(callouts) if c.sizes and runs(c, "vertical")],
        "diameter": [c for c in callouts if c.type == "diameter" and c.sizes and not c.reference and not _is_hole(c)],
    }
    largest = {way: max(kind, key=lambda c: max(c.sizes)) for way, kind in kinds.items() if kind}
    if not largest:
        return Finding("absent", "size")
    largest = _outer(largest) if len(largest) == len(kinds) else largest
    quotes = tuple(of_callout(callout) for callout in largest.values())
    return Finding("envelope", "size", quotes, of=" ".join(largest), callouts=tuple(largest.values()))


def _outer(largest: dict[str, Callout]) -> dict[str, Callout]:
    """A diameter that is there several times and within both lengths is one of holes; what is round is as wide as its
    diameter, so that a smaller size that way is one of a part of it."""
    round_one = largest["diameter"]
    longer = {way: c for way, c in largest.items() if c is not round_one and max(c.sizes) > max(round_one.sizes)}
    if len(longer) > 1 and round_one.quantity > 1:
        return longer
    return {**longer, "diameter": round_one} if longer else largest


def _is_hole(callout: Callout) -> bool:
    return callout.depth is not None or callout.role is not None


def listed(question: Question, callouts: Sequence[Callout]) -> Finding:
    quotes = tuple(of_callout(c) for c in distinct(callouts))
    noun = "fit" if question.attribute == "fit" else question.feature or "size"
    return Finding("list", noun, quotes, number=len(callouts), callouts=tuple(callouts))
