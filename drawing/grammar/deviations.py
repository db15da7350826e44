"""Deviations, fits, bounds and limits behind a nominal size (ISO 129-1, ISO 286-1, ISO 14405-1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from drawing.grammar.notation import (
    AMOUNT,
    DEGREES,
    DONE,
    FIT,
    NUMBER,
    Bound,
    Notation,
    amount_of,
    clean,
    number_of,
    tight,
)

Match = re.Match[str]
#: A pattern, and what it makes of a notation that it stands behind; `None` where it belongs to something else.
Rule = tuple[re.Pattern[str], Callable[[Notation, Match], Notation | None]]

#: Two limits of one size differ by no more than this factor.
RANGE_SHARE = Decimal("1.5")

#: An angle this small beside another is its deviation.
GAP_SHARE = Decimal("0.1")

PLUS_MINUS = r"(?:±|\+\s?/\s?-|\+-)"
SIGNED = rf"[+-]\s?{AMOUNT}"
ZERO = r"0(?:[.,]0{1,4})?\s?°?"
MM = r"(?:\s?(?:mm\b|\"(?!\w)))?"


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
    return with_deviations(notation, match, value, -value, f"±{match['first']}")


def _drawn_plus_minus(notation: Notation, match: Match) -> Notation | None:
    """A small angle behind an angle and a gap as wide as a sign: the ± is drawn, not written."""
    value = amount_of(match["first"])
    if notation.type != "angle" or not notation.nominal or value > GAP_SHARE * notation.nominal:
        return None
    grown = with_deviations(notation, match, value, -value, f"±{match['first']}")
    return replace(grown, sign_missing=True) if grown else None


def _both(notation: Notation, match: Match) -> Notation | None:
    first, second = tight(match["first"]), tight(match["second"])
    values = amount_of(first), amount_of(second)
    return with_deviations(notation, match, max(values), min(values), f"{first}/{second}")


def _one(notation: Notation, match: Match) -> Notation | None:
    """A single deviation. The other one is 0 by custom but stays unknown here: it may stand above or below."""
    printed = tight(match["first"])
    value = amount_of(printed)
    upper, lower = (value, None) if printed.startswith("+") else (None, value)
    return with_deviations(notation, match, upper, lower, printed)


def _fit(notation: Notation, match: Match) -> Notation | None:
    if notation.tolerance or notation.type in ("angle", "radius", "chamfer"):
        return None
    if match.group().startswith(" M") and notation.type != "diameter":
        return None  # A thread beside a size; fits of class M are asked of holes.
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


def with_deviations(
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


DEVIATION_TAILS: dict[str, Rule] = {
    "range": (
        re.compile(rf"\s?(?P<sign>-|\.\.\.?|…|/|(?i:bis|to)\b)\s?(?P<second>{NUMBER}){DONE}(?![\w/])(?!-\d)"),
        _range,
    ),
    "plus_minus": (
        re.compile(rf"\s*(?P<open>\(\s?)?{PLUS_MINUS}\s?(?P<first>{AMOUNT}){DONE}{MM}(?(open)\s?\)|)"),
        _plus_minus,
    ),
    "both": (
        re.compile(
            rf"\s*(?P<open>\(\s?)?(?P<first>{SIGNED}){DONE}{MM}\s?/?\s?(?P<second>{SIGNED}|{ZERO}){DONE}{MM}(?(open)\s?\)|)"
        ),
        _both,
    ),
    "zero_first": (
        re.compile(
            rf"(?:\s+|\s*(?P<open>\(\s?))(?P<first>{ZERO})\s?/?\s?(?P<second>{SIGNED}){DONE}{MM}(?(open)\s?\)|)"
        ),
        _both,
    ),
    "gap": (re.compile(rf"\t(?P<first>{DEGREES})(?!\w)"), _drawn_plus_minus),
    "one": (re.compile(rf"\s*(?P<open>\(\s?)?(?P<first>{SIGNED}){DONE}(?!\w){MM}(?(open)\s?\)|)"), _one),
    "zero": (re.compile(r"[ \t](?P<first>0(?:[.,]0+)?)(?![\w.,])"), _one),
    "fit": (re.compile(rf"\s?(?P<fit>{FIT}(?:\s?[/-]\s?{FIT}|\s(?=[a-z]){FIT})?)(?!\w)"), _fit),
    "wide_fit": (re.compile(r"\s?(?P<fit>(?:H|JS|h|js|[fgkmnp])\s(?:[5-9]|1[0-4]))(?!\w|[.,]\d)"), _wide_fit),
    "bound": (re.compile(r"\s?(?P<bound>(?i:max|min))\b\.?"), _bound),
}
