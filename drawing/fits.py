"""Limits of tolerance classes such as H7 and k6 by ISO 286-1:2010: computed values, never printed ones.

Tables 1 to 5 of the standard stand here in µm, one row a grade or letter, read from its first to its last nominal size
range ("over 3 up to and including 6"). Holes A to H mirror the shafts a to h, holes K to ZC mirror k to zc and are
shifted by Δ = ITn − IT(n−1) in the fine grades (Tables 2 and 3). Left out: the grades 01 and 0, for which ISO 286-2
tabulates no class, and the grades 1 and 2 of the holes K to ZC up to 500 mm, for which Table 3 gives no Δ.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

_MAIN_MM = (0, 3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150)
_FINE_MM = (
    *(
        0,
        3,
        6,
        10,
        14,
        18,
        24,
        30,
        40,
        50,
        65,
        80,
        100,
        120,
        140,
        160,
        180,
        200,
        225,
        250,
        280,
        315,
        355,
        400,
        450,
        500,
    ),
    *(560, 630, 710, 800, 900, 1000, 1120, 1250, 1400, 1600, 1800, 2000, 2240, 2500, 2800, 3150),
)


@dataclass(frozen=True, slots=True)
class Deviations:
    """Upper and lower limit deviation (ES and EI of a hole, es and ei of a shaft) in mm."""

    upper: Decimal
    lower: Decimal


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table: `values_um[i]` holds over `bounds_mm[i]` up to and including `bounds_mm[i + 1]`."""

    bounds_mm: tuple[int, ...]
    values_um: tuple[Decimal, ...]

    def at(self, nominal_mm: Decimal) -> Decimal | None:
        index = bisect_left(self.bounds_mm, nominal_mm) - 1
        return self.values_um[index] if 0 <= index < len(self.values_um) else None


def _row(bounds_mm: tuple[int, ...], values_um: str, over_mm: int = 0, up_to_mm: int = 500) -> _Row:
    bounds_mm = bounds_mm[bounds_mm.index(over_mm) : bounds_mm.index(up_to_mm) + 1]
    values = tuple(map(Decimal, values_um.split()))
    if len(values) != len(bounds_mm) - 1:
        raise ValueError(f"{len(values)} values for {len(bounds_mm) - 1} ranges of nominal sizes")
    return _Row(bounds_mm, values)


#: Table 1: standard tolerances IT1 to IT18.
_IT = {
    grade: _row(_MAIN_MM, values_um, up_to_mm=3150)
    for grade, values_um in enumerate(
        (
            "0.8 1 1 1.2 1.5 1.5 2 2.5 3.5 4.5 6 7 8 9 10 11 13 15 18 22 26",
            "1.2 1.5 1.5 2 2.5 2.5 3 4 5 7 8 9 10 11 13 15 18 21 25 30 36",
            "2 2.5 2.5 3 4 4 5 6 8 10 12 13 15 16 18 21 24 29 35 41 50",
            "3 4 4 5 6 7 8 10 12 14 16 18 20 22 25 28 33 39 46 55 68",
            "4 5 6 8 9 11 13 15 18 20 23 25 27 32 36 40 47 55 65 78 96",
            "6 8 9 11 13 16 19 22 25 29 32 36 40 44 50 56 66 78 92 110 135",
            "10 12 15 18 21 25 30 35 40 46 52 57 63 70 80 90 105 125 150 175 210",
            "14 18 22 27 33 39 46 54 63 72 81 89 97 110 125 140 165 195 230 280 330",
            "25 30 36 43 52 62 74 87 100 115 130 140 155 175 200 230 260 310 370 440 540",
            "40 48 58 70 84 100 120 140 160 185 210 230 250 280 320 360 420 500 600 700 860",
            "60 75 90 110 130 160 190 220 250 290 320 360 400 440 500 560 660 780 920 1100 1350",
            "100 120 150 180 210 250 300 350 400 460 520 570 630 700 800 900 1050 1250 1500 1750 2100",
            "140 180 220 270 330 390 460 540 630 720 810 890 970 1100 1250 1400 1650 1950 2300 2800 3300",
            "250 300 360 430 520 620 740 870 1000 1150 1300 1400 1550 1750 2000 2300 2600 3100 3700 4400 5400",
            "400 480 580 700 840 1000 1200 1400 1600 1850 2100 2300 2500 2800 3200 3600 4200 5000 6000 7000 8600",
            "600 750 900 1100 1300 1600 1900 2200 2500 2900 3200 3600 4000 4400 5000 5600 6600 7800 9200 11000 13500",
            "1000 1200 1500 1800 2100 2500 3000 3500 4000 4600 5200 5700 6300"
            " 7000 8000 9000 10500 12500 15000 17500 21000",
            "1400 1800 2200 2700 3300 3900 4600 5400 6300 7200 8100 8900 9700"
            " 11000 12500 14000 16500 19500 23000 28000 33000",
        ),
        start=1,
    )
}

#: Table 4: −es of the shafts a to h; EI of the holes A to H (Table 2).
_CLEARANCE = {
    "a": _row(
        _FINE_MM,
        "270 270 280 290 290 300 300 310 320 340 360 380 410 460 520 580 660 740 820 920 1050 1200 1350 1500 1650",
    ),
    "b": _row(
        _FINE_MM,
        "140 140 150 150 150 160 160 170 180 190 200 220 240 260 280 310 340 380 420 480 540 600 680 760 840",
    ),
    "c": _row(
        _FINE_MM,
        "60 70 80 95 95 110 110 120 130 140 150 170 180 200 210 230 240 260 280 300 330 360 400 440 480",
    ),
    "cd": _row(_MAIN_MM, "34 46 56 70 85 100", up_to_mm=50),
    "d": _row(_MAIN_MM, "20 30 40 50 65 80 100 120 145 170 190 210 230 260 290 320 350 390 430 480 520", up_to_mm=3150),
    "e": _row(_MAIN_MM, "14 20 25 32 40 50 60 72 85 100 110 125 135 145 160 170 195 220 240 260 290", up_to_mm=3150),
    "ef": _row(_MAIN_MM, "10 14 18 23 28 35", up_to_mm=50),
    "f": _row(_MAIN_MM, "6 10 13 16 20 25 30 36 43 50 56 62 68 76 80 86 98 110 120 130 145", up_to_mm=3150),
    "fg": _row(_MAIN_MM, "4 6 8 10 12 15", up_to_mm=50),
    "g": _row(_MAIN_MM, "2 4 5 6 7 9 10 12 14 15 17 18 20 22 24 26 28 30 32 34 38", up_to_mm=3150),
    "h": _row(_MAIN_MM, "0 " * 21, up_to_mm=3150),
}

#: Table 5: ei of the shafts k (grades 4 to 7) to zc; −ES of the holes K to ZC (Tables 2 and 3), without Δ.
_INTERFERENCE = {
    "k": _row(_MAIN_MM, "0 1 1 1 2 2 2 3 3 4 4 4 5 0 0 0 0 0 0 0 0", up_to_mm=3150),
    "m": _row(_MAIN_MM, "2 4 6 7 8 9 11 13 15 17 20 21 23 26 30 34 40 48 58 68 76", up_to_mm=3150),
    "n": _row(_MAIN_MM, "4 8 10 12 15 17 20 23 27 31 34 37 40 44 50 56 66 78 92 110 135", up_to_mm=3150),
    "p": _row(_MAIN_MM, "6 12 15 18 22 26 32 37 43 50 56 62 68 78 88 100 120 140 170 195 240", up_to_mm=3150),
    "r": _row(
        _FINE_MM,
        "10 15 19 23 23 28 28 34 34 41 43 51 54 63 65 68 77 80 84 94 98 108 114 126 132"
        " 150 155 175 185 210 220 250 260 300 330 370 400 440 460 550 580",
        up_to_mm=3150,
    ),
    "s": _row(
        _FINE_MM,
        "14 19 23 28 28 35 35 43 43 53 59 71 79 92 100 108 122 130 140 158 170 190 208 232 252"
        " 280 310 340 380 430 470 520 580 640 720 820 920 1000 1100 1250 1400",
        up_to_mm=3150,
    ),
    "t": _row(
        _FINE_MM,
        "41 48 54 66 75 91 104 122 134 146 166 180 196 218 240 268 294 330 360"
        " 400 450 500 560 620 680 780 840 960 1050 1200 1350 1500 1650 1900 2100",
        over_mm=24,
        up_to_mm=3150,
    ),
    "u": _row(
        _FINE_MM,
        "18 23 28 33 33 41 48 60 70 87 102 124 144 170 190 210 236 258 284 315 350 390 435 490 540"
        " 600 660 740 840 940 1050 1150 1300 1450 1600 1850 2000 2300 2500 2900 3200",
        up_to_mm=3150,
    ),
    "v": _row(_FINE_MM, "39 47 55 68 81 102 120 146 172 202 228 252 284 310 340 385 425 475 530 595 660", over_mm=14),
    "x": _row(
        _FINE_MM,
        "20 28 34 40 45 54 64 80 97 122 146 178 210 248 280 310 350 385 425 475 525 590 660 740 820",
    ),
    "y": _row(_FINE_MM, "63 75 94 114 144 174 214 254 300 340 380 425 470 520 580 650 730 820 920 1000", over_mm=18),
    "z": _row(
        _FINE_MM,
        "26 35 42 50 60 73 88 112 136 172 210 258 310 365 415 465 520 575 640 710 790 900 1000 1100 1250",
    ),
    "za": _row(
        _FINE_MM,
        "32 42 52 64 77 98 118 148 180 226 274 335 400 470 535 600 670 740 820 920 1000 1150 1300 1450 1600",
    ),
    "zb": _row(
        _FINE_MM,
        "40 50 67 90 108 136 160 200 242 300 360 445 525 620 700 780 880 960 1050 1200 1300 1500 1650 1850 2100",
    ),
    "zc": _row(
        _FINE_MM,
        "60 80 97 130 150 188 218 274 325 405 480 585 690 800 900 1000 1150 1250 1350 1550 1700 1900 2100 2400 2600",
    ),
}

_J_5_6 = _row(_MAIN_MM, "-2 -2 -2 -3 -4 -5 -7 -9 -11 -13 -16 -18 -20")
#: Table 4: ei of the shafts j5 to j8. Table 2: ES of the holes J6 to J8.
_J = {
    "j5": _J_5_6,
    "j6": _J_5_6,
    "j7": _row(_MAIN_MM, "-4 -4 -5 -6 -8 -10 -12 -15 -18 -21 -26 -28 -32"),
    "j8": _row(_MAIN_MM, "-6", up_to_mm=3),
    "J6": _row(_MAIN_MM, "2 5 5 6 8 10 13 16 18 22 25 29 33"),
    "J7": _row(_MAIN_MM, "4 6 8 10 12 14 18 22 26 30 36 39 43"),
    "J8": _row(_MAIN_MM, "6 10 12 15 20 24 28 34 41 47 55 60 66"),
}

_CLASS = re.compile(r"(?P<letters>[A-Z]{1,2}|[a-z]{1,2})(?P<grade>1[0-8]|[1-9])")
_SMALLEST_MM, _LARGEST_WITH_DELTA_MM = 3, 500


def deviations_of(tolerance_class: str, nominal_mm: Decimal) -> Deviations | None:
    """Limit deviations of a class such as "H7" or "js9" at a nominal size, by ISO 286-1 Tables 1 to 5.

    `None`: the standard defines no such class at this size (over 0 up to 3150 mm at most), or one left out here. JS and
    js are ± IT/2 unrounded, where ISO 286:1988 allowed to round odd values down (JS7 at 25 mm: 10.5 µm, also ±10 µm).
    """
    found = _CLASS.fullmatch(tolerance_class)
    if found is None or not nominal_mm.is_finite():
        return None
    letters, grade = found["letters"], int(found["grade"])
    tolerance_um = _IT[grade].at(nominal_mm)
    if tolerance_um is None or (nominal_mm <= 1 and _is_undefined_up_to_1_mm(letters, grade)):
        return None
    upper_um = _upper_um(letters, grade, nominal_mm, tolerance_um)
    if upper_um is None:
        return None
    return Deviations(upper_um.scaleb(-3), (upper_um - tolerance_um).scaleb(-3))


def fit_parts(text: str) -> tuple[str, ...]:
    """The classes of a printed class or fit, the hole's first: "H7/k6" is ("H7", "k6"); () where it is neither."""
    parts = sorted((part.strip() for part in text.split("/")), key=str.islower)
    if not all(map(_CLASS.fullmatch, parts)):
        return ()
    return tuple(parts) if [part.isupper() for part in parts] in ([True], [False], [True, False]) else ()


def _is_undefined_up_to_1_mm(letters: str, grade: int) -> bool:
    """Footnotes of Tables 1 to 4."""
    return grade >= 14 or letters in ("A", "B", "a", "b") or (letters == "N" and grade > 8)


def _upper_um(letters: str, grade: int, nominal_mm: Decimal, tolerance_um: Decimal) -> Decimal | None:
    letter, hole = letters.lower(), letters.isupper()
    if letter == "js":
        return tolerance_um / 2
    if letter in _CLEARANCE:
        gap_um = _CLEARANCE[letter].at(nominal_mm)
        if gap_um is None:
            return None
        return gap_um + tolerance_um if hole else -gap_um
    if hole:
        return _upper_um_of_hole(letters, grade, nominal_mm)
    lower_um = _lower_um_of_shaft(letters, grade, nominal_mm)
    return None if lower_um is None else lower_um + tolerance_um


def _lower_um_of_shaft(letters: str, grade: int, nominal_mm: Decimal) -> Decimal | None:
    """ei of the shafts j (Table 4) to zc (Table 5)."""
    if letters == "k" and not 4 <= grade <= 7:
        return Decimal(0)
    row = _J.get(f"j{grade}") if letters == "j" else _INTERFERENCE.get(letters)
    return row.at(nominal_mm) if row else None


def _upper_um_of_hole(letters: str, grade: int, nominal_mm: Decimal) -> Decimal | None:
    """ES of the holes J to ZC (Tables 2 and 3)."""
    if letters == "K" and grade > 8 and nominal_mm > _SMALLEST_MM:
        return None
    if letters == "N" and grade > 8 and _SMALLEST_MM < nominal_mm <= _LARGEST_WITH_DELTA_MM:
        return Decimal(0)
    if letters == "M" and grade == 6 and 250 < nominal_mm <= 315:
        return Decimal(-9)  # the one special case of Table 2; −20 + Δ would be −11
    row = _J.get(f"J{grade}") if letters == "J" else _INTERFERENCE.get(letters.lower())
    depth_um = row.at(nominal_mm) if row else None
    if letters == "J" or depth_um is None:
        return depth_um
    delta_um = _delta_um(letters, grade, nominal_mm)
    return None if delta_um is None else delta_um - depth_um


def _delta_um(letters: str, grade: int, nominal_mm: Decimal) -> Decimal | None:
    """Δ of Table 3: given for the grades 3 to 8, applied to K, M, N up to IT8 and to P to ZC up to IT7."""
    if nominal_mm > _LARGEST_WITH_DELTA_MM or grade > (8 if letters in ("K", "M", "N") else 7):
        return Decimal(0)
    if grade < 3:
        return None
    tolerance_um, finer_um = _IT[grade].at(nominal_mm), _IT[grade - 1].at(nominal_mm)
    if nominal_mm <= _SMALLEST_MM or tolerance_um is None or finer_um is None:
        return Decimal(0)
    return tolerance_um - finer_um
