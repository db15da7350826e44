"""What follows a nominal size in its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from drawing.grammar.deviations import DEVIATION_TAILS, Match, Rule
from drawing.grammar.holes import HOLE_TAILS
from drawing.grammar.notation import DONE, MODIFIER, NUMBER, Notation, number_of

MM_PER_INCH = Decimal("25.4")
#: The size in the other unit is rounded to as many decimals as the drawing office likes.
DUAL_SHARE = Decimal("0.02")

_TIMES = r"(?i:places|plcs|pl\b|holes?|stellen|mal\b|bohrungen|löcher|stück|stk\b)"


def with_tails(line: str, notation: Notation, tails: Sequence[str] = ()) -> Notation:
    """The notation grown by what follows it in the line, each of `tails` (if none are given, all) at most once."""
    left = list(tails or EVERY_TAIL)
    while left:
        for tail in left:
            pattern, rule = _RULES[tail]
            match = pattern.match(line, notation.end)
            grown = rule(notation, match) if match else None
            if grown is not None:
                notation = grown
                left.remove(tail)
                break
        else:
            break
    return notation


def is_in_other_unit(size: Decimal, other: Decimal) -> bool:
    """Whether two numbers are one length in millimetres and in inches (dual dimensioning, ASME Y14.5)."""
    large, small = max(size, other), min(size, other)
    return small > 0 and abs(large / small / MM_PER_INCH - 1) < DUAL_SHARE


def _thickness(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), role="thickness", marked=True)


def _across_flats(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), role="across_flats", marked=True)


def _diameter(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), type="diameter", marked=True) if notation.type == "linear" else None


def _by(notation: Notation, match: Match) -> Notation | None:
    """`Ø5 x 20`: a pin or a hole and its length, whichever it is."""
    if not notation.marked or notation.tolerance:
        return None
    return replace(notation, end=match.end(), core_end=match.end())


def _other_unit(notation: Notation, match: Match) -> Notation | None:
    """The same length in brackets in the other unit, which tells both units (ASME Y14.5)."""
    if notation.nominal is None:
        return None
    other = number_of(match["other"])
    if not is_in_other_unit(notation.nominal, other):
        return None
    return replace(notation, end=match.end(), unit="in" if other > notation.nominal else "mm")


def _modifier(notation: Notation, match: Match) -> Notation | None:
    printed = match["modifier"]
    if printed.isascii() and not printed.startswith("("):
        return None
    return replace(notation, end=match.end(), modifiers=(*notation.modifiers, printed))


def _sum(notation: Notation, match: Match) -> Notation | None:
    """`5x 20 (=100)`: the whole length of equal ones (ISO 129-1)."""
    if notation.nominal is None or notation.quantity * notation.nominal != number_of(match["sum"]):
        return None
    return replace(notation, end=match.end())


def _thread(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end()) if notation.type == "thread" else None


def _basic(notation: Notation, match: Match) -> Notation | None:
    """ASME Y14.5 writes BSC where there is no room for a frame."""
    return replace(notation, end=match.end(), exact=True, marked=True) if not notation.tolerance else None


def _times(notation: Notation, match: Match) -> Notation | None:
    if notation.quantity_printed:
        return None
    printed = match["inside"] or match["times"]
    return replace(notation, end=match.end(), quantity=max(1, int(printed)), quantity_printed=True)


_OTHER_TAILS: dict[str, Rule] = {
    "thickness": (re.compile(r"\s?(?i:thk|thick|dick|stark)\b\.?"), _thickness),
    "across_flats": (re.compile(r"\s?(?:A/F|AF)\b"), _across_flats),
    "diameter": (re.compile(r"\s?(?i:dia)\b\.?"), _diameter),
    "by": (re.compile(rf"\s?[xX]\s?{NUMBER}{DONE}(?![\w°])(?!\s?[x°])"), _by),
    "other_unit": (re.compile(rf"\s?[\[(]\s?[ØR]?\s?(?P<other>{NUMBER})\s?(?:mm|in|\")?\s?[\])]"), _other_unit),
    "modifier": (re.compile(rf"\s?(?P<modifier>{MODIFIER})"), _modifier),
    "sum": (re.compile(rf"\s?(?P<open>\()?\s?=\s?(?P<sum>{NUMBER})\s?°?(?(open)\s?\)|)(?!\w|[.,]\d)"), _sum),
    "thread": (re.compile(r"\s(?i:gewinde|threads?)\b"), _thread),
    "basic": (re.compile(r"\s?(?:BSC|BASIC|TED)\b\.?"), _basic),
    "times": (
        re.compile(
            rf"(?:\s*\(\s?(?P<inside>\d{{1,3}})\s?(?:[xX]|{_TIMES})\.?\s?\)"
            rf"|\s*[,-]?\s+(?P<times>\d{{1,3}})\s?(?:[xX](?!\s?\w)|{_TIMES})\.?)"
        ),
        _times,
    ),
}
_RULES: dict[str, Rule] = {**DEVIATION_TAILS, **HOLE_TAILS, **_OTHER_TAILS}
EVERY_TAIL: tuple[str, ...] = tuple(_RULES)
DEVIATIONS: tuple[str, ...] = ("plus_minus", "both", "zero_first", "one", "zero")
