"""What a hole's callout says behind the diameter: depth, through, sinks (ISO 129-1, ISO 15786, ASME Y14.5)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from drawing.grammar.deviations import Match, Rule, with_deviations
from drawing.grammar.notation import DONE, NUMBER, Notation, Role, clean, number_of

#: A number this small beside its nominal is a deviation, not the depth of a hole.
DEVIATION_SHARE = Decimal("0.05")
DEPTH_WORD = r"(?i:depth|tiefe|deep|tief|dp)\b"
SINKS: dict[str, Role] = {"⌴": "counterbore", "⌵": "countersink"}
SINK = (
    r"(?:[⌴⌵]|(?i:c'?bore|counterbore|flachsenkung|zylindersenkung|spotface"
    r"|csk|c'?sink|countersink|kegelsenkung|senkung)\b\.?)"
)


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
        grown = with_deviations(notation, match, value, -value, f"±{match['depth']}")
        return replace(grown, sign_missing=True) if grown else None
    deep = _depth(notation, match) if notation.type in ("diameter", "thread") else None
    return replace(deep, sign_missing=True) if deep else None


def _through(notation: Notation, match: Match) -> Notation | None:
    return replace(notation, end=match.end(), through=True)


def _sink(notation: Notation, match: Match) -> Notation | None:
    """A word behind the size; a sign would begin the next one."""
    if match.group().strip() in SINKS or notation.role or notation.type != "diameter":
        return None
    if notation.depth is not None or notation.through:
        return None
    return replace(notation, end=match.end(), role=sink_of(match.group()))


def _sink_angle(notation: Notation, match: Match) -> Notation | None:
    """`Ø10 x 90°` is a countersink by its angle, behind the sign or the word the cross may be missing."""
    plain = notation.type == "diameter" and notation.role is None and match["cross"]
    if notation.role != "countersink" and not plain:
        return None
    return replace(notation, end=match.end(), angle=number_of(match["angle"]), role="countersink")


def sink_of(printed: str) -> Role:
    """Which sink a sign or a word means."""
    named: Role = "counterbore" if re.search("(?i)bore|flach|zylinder|spot", printed) else "countersink"
    return SINKS.get(printed.strip(), named)


HOLE_TAILS: dict[str, Rule] = {
    "depth": (re.compile(rf"\s*(?:↧|{DEPTH_WORD}\.?)\s?(?P<depth>{NUMBER})(?:\s?mm\b)?{DONE}"), _depth),
    "deep": (re.compile(rf"\s*[x-]?\s?(?P<depth>{NUMBER})\s?(?:mm)?\"?\s?{DEPTH_WORD}"), _depth),
    "gap_depth": (re.compile(rf"\t(?P<depth>{NUMBER})(?:\s?mm\b)?(?![\w.,])"), _gap_depth),
    "through": (
        re.compile(r"\s?,?\s?(?i:thru(?:\s?-?\s?all)?|through(?:\sall)?|durchgehend|durchg\.?|durch)(?!\w)"),
        _through,
    ),
    "sink": (re.compile(rf"\s?{SINK}"), _sink),
    "sink_angle": (re.compile(rf"\s*(?P<cross>[xX])?\s?(?P<angle>{NUMBER})\s?°(?!\s?[CFK]\b)"), _sink_angle),
}
