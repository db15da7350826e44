"""What follows a nominal size: deviations, fit, bound, depth (ISO 129-1, ISO 286-1, ISO 406, ASME Y14.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from drawing.notation import (
    AMOUNT,
    DONE,
    FIT,
    MODIFIER,
    NUMBER,
    Bound,
    CalloutType,
    Notation,
    Role,
    amount_of,
    clean,
    number_of,
    tight,
)

Tail = Literal[
    "range",
    "plus_minus",
    "both",
    "zero_first",
    "one",
    "zero",
    "fit",
    "wide_fit",
    "bound",
    "depth",
    "deep",
    "gap_depth",
    "through",
    "thickness",
    "across_flats",
    "diameter",
    "sink",
    "sink_angle",
    "by",
    "other_unit",
    "modifier",
    "sum",
    "thread",
    "times",
]
Match = re.Match[str]

#: A number this small beside its nominal is a deviation, not the depth of a hole.
DEVIATION_SHARE = Decimal("0.05")
#: Two limits of one size differ by no more than this factor.
RANGE_SHARE = Decimal("1.5")
MM_PER_INCH = Decimal("25.4")
#: The size in the other unit is rounded to as many decimals as the drawing office likes.
DUAL_SHARE = Decimal("0.02")

DEPTH_WORD = r"(?i:depth|tiefe|deep|tief|dp)\b"
SINKS: dict[str, Role] = {"⌴": "counterbore", "⌵": "countersink"}
SINK = (
    r"(?:[⌴⌵]|(?i:c'?bore|counterbore|flachsenkung|zylindersenkung|spotface"
    r"|csk|c'?sink|countersink|kegelsenkung|senkung)\b\.?)"
)
PLUS_MINUS = r"(?:±|\+\s?/\s?-|\+-)"
SIGNED = rf"[+-]\s?{AMOUNT}"
ZERO = r"0(?:[.,]0{1,4})?\s?°?"
_MM = r"(?:\s?(?:mm\b|\"(?!\w)))?"

_PATTERNS: dict[Tail, re.Pattern[str]] = {
    "range": re.compile(rf"\s?(?P<sign>-|\.\.\.?|…|/|(?i:bis|to)\b)\s?(?P<second>{NUMBER}){DONE}(?![\w/])(?!-\d)"),
    "plus_minus": re.compile(rf"\s*(?P<open>\()?{PLUS_MINUS}\s?(?P<first>{AMOUNT}){DONE}{_MM}(?(open)\s?\)|)"),
    "both": re.compile(
        rf"\s*(?P<open>\()?(?P<first>{SIGNED}){DONE}{_MM}\s?/?\s?(?P<second>{SIGNED}|{ZERO}){DONE}{_MM}(?(open)\s?\)|)"
    ),
    "zero_first": re.compile(
        rf"(?:\s+|\s*(?P<open>\())(?P<first>{ZERO})\s?/?\s?(?P<second>{SIGNED}){DONE}{_MM}(?(open)\s?\)|)"
    ),
    "one": re.compile(rf"\s*(?P<open>\()?(?P<first>{SIGNED}){DONE}(?!\w){_MM}(?(open)\s?\)|)"),
    "zero": re.compile(r"[ \t](?P<first>0(?:[.,]0+)?)(?![\w.,])"),
    "fit": re.compile(rf"\s?(?P<fit>{FIT}(?:\s?[/-]\s?{FIT}|\s(?=[a-z]){FIT})?)(?!\w)"),
    "wide_fit": re.compile(r"\s?(?P<fit>(?:H|JS|h|js|[fgkmnp])\s(?:[5-9]|1[0-4]))(?!\w|[.,]\d)"),
    "bound": re.compile(r"\s?(?P<bound>(?i:max|min))\b\.?"),
    "depth": re.compile(rf"\s*(?:↧|{DEPTH_WORD}\.?)\s?(?P<depth>{NUMBER})(?:\s?mm\b)?{DONE}"),
    "deep": re.compile(rf"\s*x?\s?(?P<depth>{NUMBER})\s?(?:mm)?\"?\s?{DEPTH_WORD}"),
    "gap_depth": re.compile(rf"\t(?P<depth>{NUMBER})(?:\s?mm\b)?(?![\w.,])"),
    "through": re.compile(r"\s?,?\s?(?i:thru(?:\s?-?\s?all)?|through(?:\sall)?|durchgehend|durchg\.?|durch)(?!\w)"),
    "thickness": re.compile(r"\s?(?i:thk|thick|dick|stark)\b\.?"),
    "across_flats": re.compile(r"\s?(?:A/F|AF)\b"),
    "diameter": re.compile(r"\s?(?i:dia)\b\.?"),
    "sink": re.compile(rf"\s?{SINK}"),
    "sink_angle": re.compile(rf"\s*[xX]?\s?(?P<angle>{NUMBER})\s?°(?!\s?[CFK]\b)"),
    "by": re.compile(rf"\s?[xX]\s?{NUMBER}{DONE}(?![\w°])(?!\s?[x°])"),
    "other_unit": re.compile(rf"\s?\[\s?[ØR]?\s?(?P<other>{NUMBER})\s?(?:mm|in|\")?\s?\]"),
    "modifier": re.compile(rf"\s?(?P<modifier>{MODIFIER})"),
    "sum": re.compile(rf"\s?(?P<open>\()?\s?=\s?(?P<sum>{NUMBER})\s?°?(?(open)\s?\)|)(?!\w|[.,]\d)"),
    "thread": re.compile(r"\s(?i:gewinde|threads?)\b"),
    "times": re.compile(
        r"(?:\s*\(\s?(?P<inside>\d{1,3})\s?(?:[xX]|(?i:places|plcs|stk\.?|stück))\.?\s?\)"
        r"|\s+(?P<times>\d{1,3})\s?(?:[xX](?!\s?\w)|(?i:places|plcs|pl\b|stellen|mal\b))\.?)"
    ),
}
EVERY_TAIL: tuple[Tail, ...] = tuple(_PATTERNS)
DEVIATIONS: tuple[Tail, ...] = ("plus_minus", "both", "zero_first", "one", "zero")


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


def is_in_other_unit(size: Decimal, other: Decimal) -> bool:
    """Whether two numbers are one length in millimetres and in inches (dual dimensioning, ASME Y14.5)."""
    large, small = max(size, other), min(size, other)
    return small > 0 and abs(large / small / MM_PER_INCH - 1) < DUAL_SHARE


def _range(notation: Notation, match: Match) -> Notation | None:
    """Two limits such as 5.8-5.85 or 25,4/25,2; a deviation would be smaller than its nominal."""
    nominal, second = notation.nominal, number_of(match["second"])
    if not nominal or not second or notation.tolerance or nominal == second:
        return None
    limits = min(nominal, second), max(nominal, second)
    whole = nominal.as_tuple().exponent == 0 or second.as_tuple().exponent == 0
    if limits[1] > RANGE_SHARE * limits[0] or (whole and not notation.marked):
        return None
    return replace(notation, nominal=None, limits=limits, end=match.end(), core_end=match.end())


def _plus_minus(notation: Notation, match: Match) -> Notation | None:
    value = amount_of(match["first"])
    return _with_deviations(notation, match, value, -value, f"±{match['first']}")


def _both(notation: Notation, match: Match) -> Notation | None:
    first, second = tight(match["first"]), tight(match["second"])
    values = amount_of(first), amount_of(second)
    return _with_deviations(notation, match, max(values), min(values), f"{first}/{second}")


def _one(notation: Notation, match: Match) -> Notation | None:
    """A single deviation. The other one is 0 by custom but stays unknown here: it may stand above or below."""
    printed = tight(match["first"])
    value = amount_of(printed)
    upper, lower = (value, None) if printed.startswith("+") else (None, value)
    return _with_deviations(notation, match, upper, lower, printed)


def _with_deviations(
    notation: Notation, match: Match, upper: Decimal | None, lower: Decimal | None, printed: str
) -> Notation | None:
    if notation.upper is not None or notation.lower is not None:
        return None
    if notation.nominal and any(abs(value) > notation.nominal for value in (upper, lower) if value is not None):
        return None
    kind = notation.type
    if re.search("[°']", printed) and kind != "chamfer":
        if kind not in ("linear", "angle"):
            return None
        kind = "angle"
    text = f"{notation.tolerance} {printed}".strip()
    return replace(notation, type=kind, end=match.end(), upper=upper, lower=lower, tolerance=text)


def _fit(notation: Notation, match: Match) -> Notation | None:
    if notation.tolerance or notation.type == "angle":
        return None
    fit = "/".join(re.findall(FIT, match["fit"]))
    return replace(notation, end=match.end(), fit=fit, tolerance=fit)


def _wide_fit(notation: Notation, match: Match) -> Notation | None:
    """`H 7`, set apart; only behind a sign, because a letter and a number beside a number may be anything."""
    if notation.tolerance or not notation.marked or notation.type == "angle":
        return None
    fit = tight(match["fit"])
    return replace(notation, end=match.end(), fit=fit, tolerance=fit)


def _bound(notation: Notation, match: Match) -> Notation | None:
    bound: Bound = "max" if match["bound"].lower() == "max" else "min"
    return replace(notation, end=match.end(), bound=bound, tolerance=clean(match.group()))


def _depth(notation: Notation, match: Match) -> Notation | None:
    if notation.depth is not None:
        return None
    printed = clean(match.group().strip(" \t↧"))
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


def _through(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), through=True)


def _thickness(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), role="thickness", marked=True)


def _across_flats(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), role="across_flats", marked=True)


def _diameter(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), type="diameter", marked=True) if notation.type == "linear" else None


def _sink(notation: Notation, match: Match) -> Notation | None:
    """A word behind the size; a sign would begin the next one."""
    if match.group().strip() in SINKS or notation.role or notation.type != "diameter":
        return None
    if notation.depth is not None or notation.through:
        return None
    return replace(notation, end=match.end(), role=sink_of(match.group()))


def sink_of(printed: str) -> Role:
    """Which sink a sign or a word means."""
    return SINKS.get(printed.strip()) or (
        "counterbore" if re.search("(?i)bore|flach|zylinder|spot", printed) else "countersink"
    )


def _sink_angle(notation: Notation, match: Match) -> Notation | None:
    if notation.role != "countersink":
        return None
    return replace(notation, end=match.end(), angle=number_of(match["angle"]))


def _by(notation: Notation, match: Match) -> Notation | None:
    """`Ø5 x 20`: a pin or a hole and its length, whichever it is."""
    if notation.type != "diameter" or notation.tolerance:
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


def _times(notation: Notation, match: Match) -> Notation | None:
    if notation.quantity_printed:
        return None
    printed = match["inside"] or match["times"]
    return replace(notation, end=match.end(), quantity=max(1, int(printed)), quantity_printed=True)


_RULES: dict[Tail, Callable[[Notation, Match], Notation | None]] = {
    "range": _range,
    "plus_minus": _plus_minus,
    "both": _both,
    "zero_first": _both,
    "one": _one,
    "zero": _one,
    "fit": _fit,
    "wide_fit": _wide_fit,
    "bound": _bound,
    "depth": _depth,
    "deep": _depth,
    "gap_depth": _gap_depth,
    "through": _through,
    "thickness": _thickness,
    "across_flats": _across_flats,
    "diameter": _diameter,
    "sink": _sink,
    "sink_angle": _sink_angle,
    "by": _by,
    "other_unit": _other_unit,
    "modifier": _modifier,
    "sum": _sum,
    "thread": _thread,
    "times": _times,
}
