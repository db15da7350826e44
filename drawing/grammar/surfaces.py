"""Roughness of surfaces: parameters of ISO 21920-1 (ISO 4287), the grades N1 to N12 of ISO 1302."""

from __future__ import annotations

import re
from dataclasses import replace

from drawing.grammar.notation import DONE, NUMBER, Bound, Notation, clean, number_of

#: The roughness sign as lettering; the sign itself is usually drawn.
_SIGN = r"(?:[√▽∇✓]\s?)"
_ROUGHNESS = re.compile(
    rf"""(?<![A-Za-z]){_SIGN}?(?P<kind>R(?:a|z|t|q|A|Z|max))\s?(?:1?(?P<bound>(?i:max|min))\b\.?)?\s*[=≤<]?\s*
        (?P<value>{NUMBER}){DONE}(?:\s?(?:-|/|\.\.\.?|…)\s?(?P<second>{NUMBER}){DONE}(?![A-Za-z]))?
        (?:\s?(?P<after>(?i:max|min))\b\.?)?(?:\s?(?P<unit>µm|µin)\b)?(?![A-Za-z])""",
    re.VERBOSE,
)
#: Values that a sign alone tells of: Ra in µm (ISO 1302:1978), Rz in µm, Ra in µin.
RA_UM = ("0.025", "0.05", "0.1", "0.2", "0.4", "0.8", "1.6", "3.2", "6.3", "12.5", "25", "50", "100")
RZ_UM = ("1", "2.5", "4", "6.3", "10", "16", "25", "40", "63", "100")
RA_UIN = ("16", "32", "63", "125", "250")
SERIES = frozenset((*RA_UM, *RZ_UM, *RA_UIN))
#: A recogniser may see no more of a sign than a stroke, which tells less.
_BY_A_STROKE = frozenset(RA_UM) - {"100"}
_SIGNED = re.compile(rf"(?<!\S)(?:(?P<sign>{_SIGN})|/)(?P<value>{NUMBER}){DONE}(?![\w°/])")
_GRADE = re.compile(
    rf"(?:{_SIGN}+|(?i:roughness|surface|rauheit|rauhigkeit|oberfläche)\s?:?\s)(?P<grade>N(?:1[0-2]|[1-9]))(?!\w)"
)


def roughness_at(line: str, at: int) -> Notation | None:
    """The roughness that begins at `at`; a grade has no value of its own, only the name that is printed."""
    match = _ROUGHNESS.match(line, at)
    if match is None:
        return _grade_at(line, at) or _signed_at(line, at)
    kind = match["kind"][0] + match["kind"][1:].lower()
    printed = match["bound"] or match["after"]
    bound: Bound | None = None if not printed else "max" if printed.lower() == "max" else "min"
    first, second = number_of(match["value"]), match["second"]
    limits = None if second is None else (min(first, number_of(second)), max(first, number_of(second)))
    return replace(
        _blank(at, match.end()),
        nominal=None if limits else first,
        limits=limits,
        bound=bound,
        unit="µin" if match["unit"] == "µin" else "µm" if match["unit"] else None,
        designation=kind,
    )


def _grade_at(line: str, at: int) -> Notation | None:
    match = _GRADE.match(line, at)
    if match is None:
        return None
    start, end = match.span("grade")
    return replace(_blank(start, end), designation=clean(match["grade"]))


def _blank(start: int, end: int) -> Notation:
    return Notation(type="roughness", start=start, end=end, core_start=start, core_end=end, marked=True)


def _signed_at(line: str, at: int) -> Notation | None:
    match = _SIGNED.match(line, at)
    if match is None or match["value"].replace(",", ".") not in (SERIES if match["sign"] else _BY_A_STROKE):
        return None
    start, end = match.span("value")
    return replace(_blank(start, end), nominal=number_of(match["value"]))
