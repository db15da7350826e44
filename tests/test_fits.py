"""Limits of ISO 286-1: values that every workshop knows, the formulae behind the tables, and what always holds."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.fits import Deviations, deviations_of, fit_parts

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
_CLEARANCE_SHAFTS = ("a", "b", "c", "cd", "d", "e", "ef", "f", "fg", "g", "h")
_DEEP_SHAFTS = ("p", "r", "s", "t", "u", "v", "x", "y", "z", "za", "zb", "zc")
_SHAFTS = (*_CLEARANCE_SHAFTS, "js", "j", "k", "m", "n", *_DEEP_SHAFTS)

nominals = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals("0.001", 3200, places=3)
sizes = st.sampled_from(_FINE_MM[1:]).map(Decimal) | st.decimals("0.001", 3150, places=3)
grades = st.integers(1, 18)


def _limits(tolerance_class: str, nominal_mm: Decimal | int | str) -> tuple[Decimal, Decimal] | None:
    found = deviations_of(tolerance_class, Decimal(nominal_mm))
    return None if found is None else (found.upper, found.lower)


def _um(tolerance_class: str, nominal_mm: int) -> tuple[float, float]:
    found = deviations_of(tolerance_class, Decimal(nominal_mm))
    assert found is not None, f"{tolerance_class} at {nominal_mm}"
    return float(found.upper * 1000), float(found.lower * 1000)


def _it_um(grade: int, nominal_mm: int) -> float:
    return -_um(f"h{grade}", nominal_mm)[1]


def _distance_um(letter: str, nominal_mm: int) -> float:
    """Distance of the tolerance interval from the zero line: −es of a to h, ei of k to zc."""
    upper, lower = _um(f"{letter}7", nominal_mm)
    return -upper if letter in _CLEARANCE_SHAFTS else lower


def _mean_mm(bounds_mm: tuple[int, ...], up_to_mm: int) -> float:
    return sqrt((bounds_mm[bounds_mm.index(up_to_mm) - 1] or 1) * up_to_mm)


@pytest.mark.parametrize(
    ("tolerance_class", "nominal_mm", "upper", "lower"),
    [
        ("H7", "25", "0.021", "0"),
        ("h6", "25", "0", "-0.013"),
        ("H7", "6", "0.012", "0"),
        ("H8", "8.8", "0.022", "0"),
        ("H11", "100", "0.220", "0"),
        ("k6", "12", "0.012", "0.001"),
        ("k6", "65", "0.021", "0.002"),
        ("k6", "150", "0.028", "0.003"),
        ("k6", "350", "0.040", "0.004"),
        ("f7", "50", "-0.025", "-0.050"),
        ("g6", "30", "-0.007", "-0.020"),
        ("g6", "65", "-0.010", "-0.029"),
        ("e8", "50", "-0.050", "-0.089"),
        ("d9", "25", "-0.065", "-0.117"),
        ("c11", "25", "-0.110", "-0.240"),
        ("a11", "25", "-0.300", "-0.430"),
        ("m6", "20", "0.021", "0.008"),
        ("n6", "40", "0.033", "0.017"),
        ("p6", "25", "0.035", "0.022"),
        ("p6", "40", "0.042", "0.026"),
        ("r6", "60", "0.060", "0.041"),
        ("s6", "50", "0.059", "0.043"),
        ("u6", "25", "0.061", "0.048"),
        ("t6", "30", "0.054", "0.041"),
        ("t6", "40", "0.064", "0.048"),
        ("t6", "50", "0.070", "0.054"),
        ("zc8", "1", "0.074", "0.060"),
        ("j5", "3", "0.002", "-0.002"),
        ("j6", "20", "0.009", "-0.004"),
        ("js9", "8", "0.018", "-0.018"),
        ("JS7", "25", "0.0105", "-0.0105"),
        ("J7", "20", "0.012", "-0.009"),
        ("E9", "30", "0.092", "0.040"),
        ("F8", "16", "0.043", "0.016"),
        ("G7", "50", "0.034", "0.009"),
        ("K7", "25", "0.006", "-0.015"),
        ("K6", "8", "0.002", "-0.007"),
        ("M7", "30", "0", "-0.021"),
        ("N7", "40", "-0.008", "-0.033"),
        ("N9", "8", "0", "-0.036"),
        ("P7", "50", "-0.017", "-0.042"),
        ("P9", "8", "-0.015", "-0.051"),
        ("R7", "30", "-0.020", "-0.041"),
        ("S7", "50", "-0.034", "-0.059"),
        ("U7", "25", "-0.040", "-0.061"),
        ("H7", "600", "0.070", "0"),
        ("e8", "900", "-0.170", "-0.310"),
        ("f7", "3150", "-0.145", "-0.355"),
        ("N9", "560", "-0.044", "-0.219"),
    ],
)
def test_a_class_has_the_limits_of_the_tables(tolerance_class: str, nominal_mm: str, upper: str, lower: str) -> None:
    assert deviations_of(tolerance_class, Decimal(nominal_mm)) == Deviations(Decimal(upper), Decimal(lower))


@pytest.mark.parametrize(
    ("size", "row"),
    [
        (3, "0.8 1.2 2 3 4"), (6, "1 1.5 2.5 4 5"), (10, "1 1.5 2.5 4 6"), (18, "1.2 2 3 5 8"), (30, "1.5 2.5 4 6 9"),
        (50, "1.5 2.5 4 7 11"), (80, "2 3 5 8 13"), (120, "2.5 4 6 10 15"), (180, "3.5 5 8 12 18"),
        (250, "4.5 7 10 14 20"), (315, "6 8 12 16 23"), (400, "7 9 13 18 25"), (500, "8 10 15 20 27"),
        (630, "9 11 16 22 32"), (800, "10 13 18 25 36"), (1000, "11 15 21 28 40"), (1250, "13 18 24 33 47"),
        (1600, "15 21 29 39 55"), (2000, "18 25 35 46 65"), (2500, "22 30 41 55 78"), (3150, "26 36 50 68 96"),
    ],
)  # fmt: skip
def test_the_finest_grades_read_across_a_row_of_table_1(size: int, row: str) -> None:
    assert [_it_um(grade, size) for grade in range(1, 6)] == [float(value) for value in row.split()]


@pytest.mark.parametrize(
    ("size", "row"),
    [
        (3, "270 140 60 34 20 14 10 6 4 2 0"),
        (6, "270 140 70 46 30 20 14 10 6 4 0"),
        (10, "280 150 80 56 40 25 18 13 8 5 0"),
        (14, "290 150 95 70 50 32 23 16 10 6 0"),
        (18, "290 150 95 70 50 32 23 16 10 6 0"),
        (24, "300 160 110 85 65 40 28 20 12 7 0"),
    ],
)
def test_small_shafts_a_to_h_read_across_a_row_of_table_4(size: int, row: str) -> None:
    assert [_distance_um(letters, size) for letters in _CLEARANCE_SHAFTS] == [float(value) for value in row.split()]


@pytest.mark.parametrize(
    ("size", "row"),
    [
        (3, "0 2 4 6 10 14 - 18 - 20 - 26 32 40 60"),
        (6, "1 4 8 12 15 19 - 23 - 28 - 35 42 50 80"),
        (10, "1 6 10 15 19 23 - 28 - 34 - 42 52 67 97"),
        (14, "1 7 12 18 23 28 - 33 - 40 - 50 64 90 130"),
        (18, "1 7 12 18 23 28 - 33 39 45 - 60 77 108 150"),
        (24, "2 8 15 22 28 35 - 41 47 54 63 73 98 136 188"),
    ],
)
def test_small_shafts_k_to_zc_read_across_a_row_of_table_5(size: int, row: str) -> None:
    for letters, value in zip(("k", "m", "n", *_DEEP_SHAFTS), row.split(), strict=True):
        found = _limits(f"{letters}7", size)
        assert (found and found[1] * 1000) == (None if value == "-" else Decimal(value))


@pytest.mark.parametrize("size", _MAIN_MM[1:14])
def test_the_holes_j_are_the_shafts_j_of_the_next_finer_grade_mirrored(size: int) -> None:
    """ISO 286-1, rule of Δ, which is 0 up to 3 mm: there J6 mirrors j6 itself."""
    for grade in (6, 7, 8):
        upper, _ = _um(f"J{grade}", size)
        if size == 3:
            assert upper == -_um(f"j{grade}", size)[1]
        else:
            assert upper == -_um(f"j{grade - 1}", size)[1] + _it_um(grade, size) - _it_um(grade - 1, size)


@pytest.mark.parametrize(
    ("nominal_mm", "upper"), [("3", "0.010"), ("3.001", "0.012"), ("6", "0.012"), ("6.1", "0.015")]
)
def test_a_range_is_over_its_first_bound_up_to_and_including_its_last(nominal_mm: str, upper: str) -> None:
    assert _limits("H7", nominal_mm) == (Decimal(upper), Decimal(0))


def test_deviations_are_printed_with_all_their_digits() -> None:
    assert str(deviations_of("H11", Decimal(100))) == "Deviations(upper=Decimal('0.220'), lower=Decimal('0.000'))"


def test_m6_over_250_up_to_315_is_the_exception_that_the_standard_names() -> None:
    assert [_limits("M6", size) for size in (250, 280, 315)] == [
        (Decimal("-0.008"), Decimal("-0.037")),
        (Decimal("-0.009"), Decimal("-0.041")),
        (Decimal("-0.009"), Decimal("-0.041")),
    ]


@pytest.mark.parametrize(
    ("tolerance_class", "nominal_mm"),
    [
        ("H7", "0"), ("H7", "-5"), ("H7", "3150.001"), ("H7", "NaN"), ("H7", "sNaN"), ("H7", "Infinity"),
        ("h0", "20"), ("H01", "20"), ("H19", "20"), ("H", "20"), ("7", "20"), ("", "20"), ("H7/k6", "20"),
        ("i7", "20"), ("L7", "20"), ("o7", "20"), ("Js9", "20"), ("zd8", "20"), ("w8", "20"),
        ("a11", "1"), ("B11", "0.8"), ("h14", "1"), ("JS15", "0.5"), ("N9", "1"),
        ("a11", "501"), ("c11", "501"), ("j6", "501"), ("J7", "501"), ("v7", "501"), ("zc8", "501"),
        ("cd9", "51"), ("EF9", "51"), ("fg6", "51"), ("t6", "24"), ("v6", "14"), ("Y7", "18"),
        ("j4", "20"), ("j8", "4"), ("J5", "20"), ("J9", "20"), ("K9", "4"), ("K9", "600"), ("P2", "20"), ("N1", "20"),
    ],
)  # fmt: skip
def test_there_are_no_limits_where_the_standard_gives_none(tolerance_class: str, nominal_mm: str) -> None:
    assert deviations_of(tolerance_class, Decimal(nominal_mm)) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("H7/k6", ("H7", "k6")),
        ("H7 / js6", ("H7", "js6")),
        ("k6/H7", ("H7", "k6")),
        ("JS9", ("JS9",)),
        ("h6", ("h6",)),
        ("H7/H8", ()),
        ("h6/g6", ()),
        ("H7/k6/g6", ()),
        ("H7/", ()),
        ("6H", ()),
        ("", ()),
    ],
)
def test_a_fit_is_split_into_hole_and_shaft(text: str, parts: tuple[str, ...]) -> None:
    assert fit_parts(text) == parts


@given(st.text(max_size=8) | st.from_regex(r"[A-Za-z]{0,3}\d{0,2}", fullmatch=True), nominals)
def test_nothing_makes_it_raise(text: str, nominal_mm: Decimal) -> None:
    found = deviations_of(text, nominal_mm)
    assert found is None or found.upper > found.lower


@given(st.sampled_from(_SHAFTS), grades, sizes)
def test_every_class_is_as_wide_as_its_grade(letters: str, grade: int, size: Decimal) -> None:
    for tolerance_class in (f"{letters}{grade}", f"{letters.upper()}{grade}"):
        found, reference = deviations_of(tolerance_class, size), deviations_of(f"h{grade}", size)
        assert found is None or (reference and found.upper - found.lower == -reference.lower)


@given(st.sampled_from(_CLEARANCE_SHAFTS), grades, sizes)
def test_the_holes_a_to_h_mirror_their_shafts(letters: str, grade: int, size: Decimal) -> None:
    hole, shaft = _limits(f"{letters.upper()}{grade}", size), _limits(f"{letters}{grade}", size)
    assert hole == (shaft and (-shaft[1], -shaft[0]))


@given(grades, sizes)
def test_js_lies_evenly_about_the_zero_line(grade: int, size: Decimal) -> None:
    hole, shaft = deviations_of(f"JS{grade}", size), deviations_of(f"js{grade}", size)
    assert hole == shaft and (hole is None or hole.upper == -hole.lower)


@given(st.sampled_from(_DEEP_SHAFTS), st.integers(3, 7), st.sampled_from(_FINE_MM[2:26]))
def test_a_fine_interference_fit_is_as_tight_by_the_hole_as_by_the_shaft(letters: str, grade: int, size: int) -> None:
    """ISO 286-1, rule of Δ: H7/p6 and P7/h6 have the same interferences."""
    hole, shaft = _limits(f"{letters.upper()}{grade}", size), _limits(f"{letters}{grade - 1}", size)
    bore, pin = _limits(f"H{grade}", size), _limits(f"h{grade - 1}", size)
    assert bore and pin and (hole is None) == (shaft is None)
    assert hole is None or shaft is None or shaft[1] - bore[0] == pin[1] - hole[0]


@given(st.sampled_from(_DEEP_SHAFTS), st.integers(8, 18), sizes)
def test_a_coarse_interference_hole_mirrors_its_shaft(letters: str, grade: int, size: Decimal) -> None:
    hole, shaft = _limits(f"{letters.upper()}{grade}", size), _limits(f"{letters}{grade}", size)
    assert hole == (shaft and (-shaft[1], -shaft[0]))


@pytest.mark.parametrize("size", _FINE_MM[1:])
def test_tolerances_grow_with_the_grade(size: int) -> None:
    assert all(finer < coarser for finer, coarser in pairwise(_it_um(grade, size) for grade in range(1, 19)))


@pytest.mark.parametrize("grade", range(1, 19))
def test_tolerances_do_not_shrink_with_the_size(grade: int) -> None:
    assert all(smaller <= larger for smaller, larger in pairwise(_it_um(grade, size) for size in _MAIN_MM[1:]))


@pytest.mark.parametrize("size", _FINE_MM[1:])
def test_the_letters_lie_in_the_order_of_the_alphabet(size: int) -> None:
    lowers = [_limits(f"{letters}7", size) for letters in _SHAFTS if letters not in ("js", "j")]
    assert all(one[0] < other[0] for one, other in pairwise(filter(None, lowers)))


@pytest.mark.parametrize("letters", [letters for letters in _SHAFTS if letters not in ("h", "js", "j", "k")])
def test_deviations_do_not_shrink_with_the_size(letters: str) -> None:
    distances = [_distance_um(letters, size) for size in _FINE_MM[1:] if deviations_of(f"{letters}7", Decimal(size))]
    assert all(smaller <= larger for smaller, larger in pairwise(distances))


@pytest.mark.parametrize("grade", range(5, 19))
@pytest.mark.parametrize("size", _MAIN_MM[2:])
def test_it5_and_above_follow_the_tolerance_unit(grade: int, size: int) -> None:
    """ISO 286-1:1988, Annex A: multiples of i = 0.45 ∛D + 0.001 D (to 500 mm), I = 0.004 D + 2.1 (above), rounded."""
    mean_mm = _mean_mm(_MAIN_MM, size)
    unit_um = 0.45 * mean_mm ** (1 / 3) + 0.001 * mean_mm if size <= 500 else 0.004 * mean_mm + 2.1
    factors = (7, 10, 16, 25, 40, 64, 100, 160, 250, 400, 640, 1000, 1600, 2500)
    assert _it_um(grade, size) == pytest.approx(factors[grade - 5] * unit_um, rel=0.06, abs=0.7)


@pytest.mark.parametrize("size", _MAIN_MM[1:])
def test_five_grades_are_a_factor_of_ten(size: int) -> None:
    """ISO 286-1:1988, Annex A; IT11 over 3 up to 6 mm is 75 µm, not 80 µm, in the table itself."""
    for grade in range(6, 14):
        expected = 75 if (grade, size) == (6, 6) else 10 * _it_um(grade, size)
        assert _it_um(grade + 5, size) == expected


_EXPONENTIAL = {"d": (16, 0.44), "e": (11, 0.41), "f": (5.5, 0.41), "g": (2.5, 0.34)}


@pytest.mark.parametrize("letter", _EXPONENTIAL)
@pytest.mark.parametrize("size", _MAIN_MM[1:])
def test_d_to_g_follow_their_powers(letter: str, size: int) -> None:
    """ISO 286-1:1988, Annex A: the formulae for shafts up to 3150 mm."""
    factor, exponent = _EXPONENTIAL[letter]
    expected_um = factor * _mean_mm(_MAIN_MM, size) ** exponent
    assert _distance_um(letter, size) == pytest.approx(expected_um, rel=0.05, abs=1.1)


@pytest.mark.parametrize(
    ("letter", "size"),
    [(letter, size) for letter in "abc" for size in _FINE_MM[1:26] if letter != "c" or size > 40],
)
def test_a_to_c_follow_their_lines(letter: str, size: int) -> None:
    """ISO 286-1:1988, Annex A; up to 40 mm the table departs from the formula of c."""
    mean_mm = _mean_mm(_FINE_MM, size)
    expected_um = {
        "a": 265 + 1.3 * mean_mm if mean_mm <= 120 else 3.5 * mean_mm,
        "b": 140 + 0.85 * mean_mm if mean_mm <= 160 else 1.8 * mean_mm,
        "c": 95 + 0.8 * mean_mm,
    }
    assert _distance_um(letter, size) == pytest.approx(expected_um[letter], rel=0.05)


@pytest.mark.parametrize("letters", ["cd", "ef", "fg"])
@pytest.mark.parametrize("size", [3, 6, 10, 18, 30, 40])
def test_two_letters_are_the_geometric_mean_of_their_neighbours(letters: str, size: int) -> None:
    one, other = (_distance_um(letter, size) for letter in letters)
    assert _distance_um(letters, size) == pytest.approx(sqrt(one * other), rel=0.03, abs=1)


@pytest.mark.parametrize("size", _MAIN_MM[2:14])
def test_k_to_p_follow_their_formulae_up_to_500_mm(size: int) -> None:
    mean_mm = _mean_mm(_MAIN_MM, size)
    assert _distance_um("k", size) == pytest.approx(0.6 * mean_mm ** (1 / 3), abs=0.9)
    assert _distance_um("m", size) == pytest.approx(_it_um(7, size) - _it_um(6, size), abs=0.5)
    assert _distance_um("n", size) == pytest.approx(5 * mean_mm**0.34, abs=0.8)
    assert 0 <= _distance_um("p", size) - _it_um(7, size) <= 5


@pytest.mark.parametrize("size", _MAIN_MM[14:])
def test_k_to_p_follow_their_formulae_over_500_mm(size: int) -> None:
    mean_mm = _mean_mm(_MAIN_MM, size)
    assert _distance_um("k", size) == 0
    assert _distance_um("m", size) == pytest.approx(0.024 * mean_mm + 12.6, rel=0.05)
    assert _distance_um("n", size) == pytest.approx(0.04 * mean_mm + 21, rel=0.03)
    assert _distance_um("p", size) == pytest.approx(0.072 * mean_mm + 37.8, rel=0.03)


@pytest.mark.parametrize("size", _FINE_MM[1:])
def test_r_is_the_geometric_mean_of_p_and_s(size: int) -> None:
    expected_um = sqrt(_distance_um("p", size) * _distance_um("s", size))
    assert _distance_um("r", size) == pytest.approx(expected_um, rel=0.04, abs=1)


@pytest.mark.parametrize("size", _FINE_MM[2:10])
def test_s_lies_a_little_above_it8_up_to_50_mm(size: int) -> None:
    assert 1 <= _distance_um("s", size) - _it_um(8, size) <= 4


_LINEAR = {
    "s": (7, 0.4), "t": (7, 0.63), "u": (7, 1.0), "v": (7, 1.25), "x": (7, 1.6), "y": (7, 2.0), "z": (7, 2.5),
    "za": (8, 3.15), "zb": (9, 4.0), "zc": (10, 5.0),
}  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "size"),
    [
        (letter, size)
        for letter in _LINEAR
        for size in _FINE_MM
        if (50 if letter in "st" else 18) < size <= (3150 if letter in "stu" else 500)
    ],
)
def test_s_to_zc_follow_their_lines(letter: str, size: int) -> None:
    """ISO 286-1:1988, Annex A: ei = ITn + factor · D; at smaller sizes the table departs from it."""
    grade, factor = _LINEAR[letter]
    expected_um = _it_um(grade, size) + factor * _mean_mm(_FINE_MM, size)
    assert _distance_um(letter, size) == pytest.approx(expected_um, rel=0.025, abs=1)
