"""What follows a nominal size: deviations, fit, bound, depth (ISO 129-1, ISO 286-1, ISO 406)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from drawing.notation import DONE, FIT, NUMBER, Bound, CalloutType, Notation, clean, number_of, tight

Tail = Literal[
    "range",
    "plus_minus",
    "both",
    "zero_first",
    "one",
    "zero",
    "fit",
    "bound",
    "depth",
    "deep",
    "gap_depth",
    "thickness",
    "times",
]
Match = re.Match[str]

#: A number this small beside its nominal is a deviation, not the depth of a hole.
DEVIATION_SHARE = Decimal("0.05")
#: Two limits of one size differ by no more than this factor.
RANGE_SHARE = Decimal("1.2")

_PATTERNS: dict[Tail, re.Pattern[str]] = {
    "range": re.compile(rf"\s?(?:-|\.\.\.?|…)\s?(?P<second>{NUMBER}){DONE}(?!\w)"),
    "plus_minus": re.compile(rf"\s*±\s?(?P<first>{NUMBER}){DONE}(?:[ ]?(?:°|mm\b))?"),
    "both": re.compile(
        rf"\s*\(?(?P<first>[+-]\s?{NUMBER}){DONE}\s?/?\s?(?P<second>[+-]\s?{NUMBER}|0(?:[.,]0+)?){DONE}(?:[ ]?\))?"
    ),
    "zero_first": re.compile(rf"\s+(?P<first>0(?:[.,]0+)?)\s?/?\s?(?P<second>[+-]\s?{NUMBER}){DONE}"),
    "one": re.compile(rf"\s*\(?(?P<first>[+-]\s?{NUMBER}){DONE}(?!\w)\)?"),
    "zero": re.compile(r"[ \t](?P<first>0(?:[.,]0+)?)(?![\w.,])"),
    "fit": re.compile(rf"\s?(?P<fit>{FIT}(?:\s?/\s?{FIT})?)(?!\w)"),
    "bound": re.compile(r"\s?(?P<bound>(?i:max|min))\b\.?"),
    "depth": re.compile(rf"\s*(?:[↧▼]|(?i:depth|tiefe|deep|tief)\b)\s?(?P<depth>{NUMBER})(?:\s?mm\b)?{DONE}"),
    "deep": re.compile(rf"\s*x?\s?(?P<depth>{NUMBER})\s?(?:mm)?\s?(?i:deep|tief)\b"),
    "gap_depth": re.compile(rf"\t(?P<depth>{NUMBER})(?:\s?mm\b)?(?![\w.,])"),
    "thickness": re.compile(r"\s?(?i:thk|thick|dick|stark)\b\.?"),
    "times": re.compile(r"\s+\(?(?P<times>\d{1,3})\s?(?:[xX](?!\s?\w)|(?i:places|plcs|pl\b|stellen|mal\b))\.?\)?"),
}
EVERY_TAIL: tuple[Tail, ...] = tuple(_PATTERNS)


def with_tails(line: str, notation: Notation, tails: Sequence[Tail] = EVERY_TAIL) -> Notation:
    """The notation grown by what follows it in the line, each kind of tail at most once."""
    left = list(tails)
    while left:
        for tail in left:
            match = _PATTERNS[tail].match(line, notation.end)
            grown = _RULES[tail](notation, match) if match else None
            if grown is not None:
                notation = grown
                left.remove(tail)
                break
        else:
            break
    return notation


def deviation_of(text: str) -> Decimal | None:
    """The value of a lone printed deviation such as `+0.10`, `- 0,2`, `(+0.1` or `0`; `None` where it is none."""
    match = re.fullmatch(rf"\(?\s?((?:[+-]\s?{NUMBER})|0(?:[.,]0+)?)\s?\)?", text.strip())
    return number_of(match[1]) if match else None


def fit_of(text: str) -> str | None:
    """A lone tolerance class such as `H7`."""
    return text.strip() if re.fullmatch(FIT, text.strip()) else None


def _range(notation: Notation, match: Match) -> Notation | None:
    """Two limits with a dash between them, such as 5.8-5.85; a deviation would be smaller than its nominal."""
    nominal, second = notation.nominal, number_of(match["second"])
    if nominal is None or notation.tolerance or not nominal < second <= RANGE_SHARE * nominal:
        return None
    if not notation.marked and second == second.to_integral_value():
        return None
    return replace(notation, nominal=None, limits=(nominal, second), end=match.end(), core_end=match.end())


def _plus_minus(notation: Notation, match: Match) -> Notation | None:
    value = number_of(match["first"])
    return _with_deviations(notation, match, value, -value, f"±{match['first']}")


def _both(notation: Notation, match: Match) -> Notation | None:
    first, second = tight(match["first"]), tight(match["second"])
    values = number_of(first), number_of(second)
    return _with_deviations(notation, match, max(values), min(values), f"{first}/{second}")


def _one(notation: Notation, match: Match) -> Notation | None:
    """A single deviation. The other one is 0 by custom but stays unknown here: it may stand above or below."""
    printed = tight(match["first"])
    value = number_of(printed)
    upper, lower = (value, None) if printed.startswith("+") else (None, value)
    return _with_deviations(notation, match, upper, lower, printed)


def _with_deviations(
    notation: Notation, match: Match, upper: Decimal | None, lower: Decimal | None, printed: str
) -> Notation | None:
    if notation.upper is not None or notation.lower is not None:
        return None
    if notation.nominal and any(abs(value) > notation.nominal for value in (upper, lower) if value is not None):
        return None
    text = f"{notation.tolerance} {printed}".strip()
    return replace(notation, end=match.end(), upper=upper, lower=lower, tolerance=text)


def _fit(notation: Notation, match: Match) -> Notation | None:
    if notation.tolerance:
        return None
    fit = tight(match["fit"])
    return replace(notation, end=match.end(), fit=fit, tolerance=fit)


def _bound(notation: Notation, match: Match) -> Notation | None:
    bound: Bound = "max" if match["bound"].lower() == "max" else "min"
    return replace(notation, end=match.end(), bound=bound, tolerance=clean(match.group()))


def _depth(notation: Notation, match: Match) -> Notation | None:
    if notation.depth is not None:
        return None
    printed = clean(match.group().strip(" \t↧▼"))
    return replace(notation, end=match.end(), depth=number_of(match["depth"]), depth_text=printed)


def _gap_depth(notation: Notation, match: Match) -> Notation | None:
    """A size, a gap as wide as a sign, a number: a depth behind a drawn ↧, or a deviation behind a drawn ±."""
    value, nominal = number_of(match["depth"]), notation.nominal
    if notation.tolerance or nominal is None or not value:
        return None
    if value < DEVIATION_SHARE * nominal:
        grown = _with_deviations(notation, match, value, -value, f"±{match['depth']}")
        return replace(grown, sign_missing=True) if grown else None
    deep = _depth(notation, match)
    hole: CalloutType = "diameter" if notation.type == "linear" else notation.type
    return replace(deep, type=hole, sign_missing=True) if deep else None


def _thickness(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), role="thickness", marked=True)


def _times(notation: Notation, match: Match) -> Notation | None:
    if notation.quantity_printed:
        return None
    return replace(notation, end=match.end(), quantity=max(1, int(match["times"])), quantity_printed=True)


_RULES: dict[Tail, Callable[[Notation, Match], Notation | None]] = {
    "range": _range,
    "plus_minus": _plus_minus,
    "both": _both,
    "zero_first": _both,
    "one": _one,
    "zero": _one,
    "fit": _fit,
    "bound": _bound,
    "depth": _depth,
    "deep": _depth,
    "gap_depth": _gap_depth,
    "thickness": _thickness,
    "times": _times,
}
