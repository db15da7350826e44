"""Limits of general tolerance classes by ISO 2768-1, ISO 2768-2 and DIN 7168: computed values, never printed ones.

ISO 2768-2 was withdrawn in 2021 for ISO 22081, which has no classes: its tolerances are printed beside its name, so it
has no `GeneralClass`. DIN 7168 (withdrawn 1991) shares f and m with ISO 2768-1; its g and sg are not c and v. Its sg
over 120 mm and the angles of its g over 10 up to 120 mm are left out, since sources differ about them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from drawing.grammar.notation import normal

Standard = Literal["ISO 2768", "DIN 7168"]
LinearClass = Literal["f", "m", "c", "v", "g", "sg"]
GeometryClass = Literal["H", "K", "L"]
Geometry = Literal["straightness", "flatness", "perpendicularity", "symmetry", "circular_run_out"]


@dataclass(frozen=True, slots=True)
class GeneralClass:
    """What a designation such as "ISO 2768-mK" names: f, m, c, v of ISO 2768-1 or f, m, g, sg of DIN 7168 for lengths
    and angles (`linear`), H, K, L of ISO 2768-2 for form and location (`geometry`); at least one of the two."""

    standard: Standard
    linear: LinearClass | None = None
    geometry: GeometryClass | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """Values over `bounds[i]` up to and including `bounds[i + 1]`; the first bound belongs to the first value."""

    bounds: tuple[Decimal, ...]
    values: tuple[Decimal | None, ...]

    def at(self, nominal: Decimal) -> Decimal | None:
        if not nominal.is_finite() or nominal <= 0 or nominal < self.bounds[0]:
            return None
        index = max(bisect_left(self.bounds, nominal) - 1, 0)
        return self.values[index] if index < len(self.values) else None


def _rows(bounds: str, **values: str) -> dict[str, _Row]:
    """Rows over the same bounds, by class; "-" where the standard (or this module) gives no value."""
    limits = tuple(map(Decimal, bounds.split()))
    rows = {name: tuple(None if x == "-" else Decimal(x) for x in row.split()) for name, row in values.items()}
    if any(len(row) != len(limits) - 1 for row in rows.values()):
        raise ValueError("a row needs one value for each range")
    return {name: _Row(limits, row) for name, row in rows.items()}


#: ISO 2768-1 Table 1, DIN 7168 Table 1: ± mm by the nominal size in mm.
_LENGTHS_MM = {
    "ISO 2768": _rows(
        "0.5 3 6 30 120 400 1000 2000 4000",
        f="0.05 0.05 0.1 0.15 0.2 0.3 0.5 -",
        m="0.1 0.1 0.2 0.3 0.5 0.8 1.2 2",
        c="0.2 0.3 0.5 0.8 1.2 2 3 4",
        v="- 0.5 1 1.5 2.5 4 6 8",
    ),
    "DIN 7168": _rows(
        "0.5 3 6 30 120 400 1000 2000 4000",
        f="0.05 0.05 0.1 0.15 0.2 0.3 0.5 0.8",
        m="0.1 0.1 0.2 0.3 0.5 0.8 1.2 2",
        g="0.15 0.2 0.5 0.8 1.2 2 3 4",
        sg="- 0.5 1 1.5 - - - -",
    ),
}
#: ISO 2768-1 Table 2, DIN 7168 Table 2: external radii and chamfer heights, ± mm by the nominal size in mm.
_RADII_MM = {
    "ISO 2768": _rows("0.5 3 6 Infinity", f="0.2 0.5 1", m="0.2 0.5 1", c="0.4 1 2", v="0.4 1 2"),
    "DIN 7168": _rows("0.5 3 6 30 120 400", f="0.2 0.5 1 2 4", m="0.2 0.5 1 2 4", g="0.2 1 2 4 8", sg="0.2 1 2 4 8"),
}
#: ISO 2768-1 Table 3, DIN 7168 Table 3: ± minutes of arc by the length of the angle's shorter leg in mm.
_ANGLES_ARCMIN = {
    "ISO 2768": _rows(
        "0 10 50 120 400 Infinity", f="60 30 20 10 5", m="60 30 20 10 5", c="90 60 30 15 10", v="180 120 60 30 20"
    ),
    "DIN 7168": _rows(
        "0 10 50 120 400 Infinity", f="60 30 20 10 5", m="60 30 20 10 5", g="90 - - 15 10", sg="180 120 60 30 20"
    ),
}
_FORM_MM = _rows(
    "0 10 30 100 300 1000 3000",
    H="0.02 0.05 0.1 0.2 0.3 0.4",
    K="0.05 0.1 0.2 0.4 0.6 0.8",
    L="0.1 0.2 0.4 0.8 1.2 1.6",
)
#: ISO 2768-2 Tables 1 to 4: mm by a length in mm; run-out is the same for all lengths.
_GEOMETRY_MM: dict[Geometry, dict[str, _Row]] = {
    "straightness": _FORM_MM,
    "flatness": _FORM_MM,
    "perpendicularity": _rows("0 100 300 1000 3000", H="0.2 0.3 0.4 0.5", K="0.4 0.6 0.8 1", L="0.6 1 1.5 2"),
    "symmetry": _rows("0 100 300 1000 3000", H="0.5 0.5 0.5 0.5", K="0.6 0.6 0.8 1", L="0.6 1 1.5 2"),
    "circular_run_out": _rows("0 Infinity", H="0.1", K="0.2", L="0.5"),
}

_WORDS = ("sehr grob", "very coarse", "grob", "coarse", "mittel", "medium", "fein", "fine")
_MEANT: dict[Standard, tuple[LinearClass, ...]] = {
    "ISO 2768": ("v", "v", "c", "c", "m", "m", "f", "f"),
    "DIN 7168": ("sg", "sg", "g", "g", "m", "m", "f", "f"),
}
_PART = r"(?: ?-? ?(?:(?:teil|part|t)\.? ?)?[12](?!\d))?(?: ?[:-] ?(?:19|20)\d\d(?!\d))?"
_LABEL = r"(?:[ :,;(-]{0,3}(?:toleranzklasse|toleranzgrad|genauigkeitsgrad|klasse|(?:tolerance )?class))?[ :,;(-]{0,3}"
# Neither inside a word or a value, nor the first of all the classes, as in the head of a printed table.
_END = r"(?![^\W_]| ?[=.] ?\d|[ ,/|]{1,3}(?!(?P=linear)(?!\w))(?:sg|[fmcvg])(?!\w))"
_DESIGNATIONS: dict[Standard, re.Pattern[str]] = {
    "ISO 2768": re.compile(
        rf"(?<!\d)2?2768{_PART}{_LABEL}(?P<linear>{'|'.join(_WORDS)}|[fmcv])?[ /-]{{0,3}}(?P<geometry>[hkl])?{_END}"
    ),
    # The classes R, S, T, U for form and location were DIN 7168's own; no values of theirs are computed.
    "DIN 7168": re.compile(
        rf"(?<!\d)7168{_PART}{_LABEL}(?P<linear>{'|'.join(_WORDS)}|sg|[fmg])[ /-]{{0,3}}(?P<geometry>[rstu])?{_END}"
    ),
}


def general_class_of(designation: str) -> GeneralClass | None:
    """The classes that a printed designation names, such as "ISO 2768-mK", "DIN ISO 2768-1 m", "DIN 7168 mittel".

    Case does not matter, since sheets are lettered in capitals too. `None`: no class is named, or different ones are.
    """
    text = " ".join(normal(designation).lower().split())
    found = {_class_of(standard, match) for standard, rule in _DESIGNATIONS.items() for match in rule.finditer(text)}
    standards = {each.standard for each in found if each.linear or each.geometry}
    linear = {each.linear for each in found if each.linear}
    geometry = {each.geometry for each in found if each.geometry}
    if len(standards) != 1 or len(linear) > 1 or len(geometry) > 1:
        return None
    return GeneralClass(standards.pop(), next(iter(linear), None), next(iter(geometry), None))


def _class_of(standard: Standard, match: re.Match[str]) -> GeneralClass:
    linear, geometry = match["linear"], match["geometry"]
    return GeneralClass(
        standard,
        dict(zip(_WORDS, _MEANT[standard], strict=True)).get(linear, cast(LinearClass | None, linear)),
        cast(GeometryClass, geometry.upper()) if geometry and standard == "ISO 2768" else None,
    )


def linear_limit(general: GeneralClass, nominal_mm: Decimal) -> Decimal | None:
    """± mm of a length or diameter (not of a broken edge) by Table 1; `None` outside 0.5 to 4000 mm and where the
    class has no value."""
    return _limit(_LENGTHS_MM[general.standard], general.linear, nominal_mm)


def radius_limit(general: GeneralClass, nominal_mm: Decimal) -> Decimal | None:
    """± mm of an external radius or a chamfer's height by Table 2; `None` below 0.5 mm."""
    return _limit(_RADII_MM[general.standard], general.linear, nominal_mm)


def angle_limit_arcmin(general: GeneralClass, shorter_leg_mm: Decimal) -> Decimal | None:
    """± whole minutes of arc of an angle by Table 3, as the standards write them (20 for 0°20')."""
    return _limit(_ANGLES_ARCMIN[general.standard], general.linear, shorter_leg_mm)


def angle_limit_deg(general: GeneralClass, shorter_leg_mm: Decimal) -> Decimal | None:
    """± degrees of an angle by Table 3, to 28 digits; see `angle_limit_arcmin` for the exact value."""
    minutes = angle_limit_arcmin(general, shorter_leg_mm)
    return None if minutes is None else minutes / 60


def geometrical_limit(general: GeneralClass, geometry: Geometry, length_mm: Decimal) -> Decimal | None:
    """Width of the tolerance zone in mm by ISO 2768-2 Tables 1 to 4, up to 3000 mm.

    `length_mm`: of the line (straightness), of the surface's longer side or its diameter (flatness), of the shorter leg
    (perpendicularity), of the feature (symmetry); any length will do for run-out.
    """
    return _limit(_GEOMETRY_MM[geometry], general.geometry, length_mm)


def _limit(rows: dict[str, _Row], name: str | None, nominal: Decimal) -> Decimal | None:
    row = rows.get(name) if name else None
    return row.at(nominal) if row else None
