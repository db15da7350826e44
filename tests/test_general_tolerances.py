"""General tolerances: which classes a designation names, and the limits of the tables at and between their bounds."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.general_tolerances import (
    GeneralClass,
    Geometry,
    GeometryClass,
    LinearClass,
    angle_limit_arcmin,
    angle_limit_deg,
    general_class_of,
    geometrical_limit,
    linear_limit,
    radius_limit,
)

_ISO = {name: GeneralClass("ISO 2768", linear=name) for name in get_args(LinearClass)[:4]}
_DIN: dict[str, GeneralClass] = {
    "f": GeneralClass("DIN 7168", linear="f"),
    "m": GeneralClass("DIN 7168", linear="m"),
    "g": GeneralClass("DIN 7168", linear="g"),
    "sg": GeneralClass("DIN 7168", linear="sg"),
}
_GEOMETRY = {name: GeneralClass("ISO 2768", geometry=name) for name in get_args(GeometryClass)}

nominals = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals("0.1", 5000, places=2)
sizes = st.decimals("0.5", 4000, places=2)


def _m(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(
    ("designation", "linear", "geometry"),
    [
        ("ISO 2768-mK", "m", "K"),
        ("ISO 2768-MK", "m", "K"),
        ("ISO2768-mK", "m", "K"),
        ("ISO 2768 – mK", "m", "K"),
        ("ISO 2768-mK-E", "m", "K"),
        ("ISO 2768 - m - K", "m", "K"),
        ("ISO 2768-1:1989-mK", "m", "K"),
        ("Allgemeintoleranzen nach DIN ISO 2768 - mK - Werkstückkanten", "m", "K"),
        ("ISO 2768-1 m / ISO 2768-2 K", "m", "K"),
        ("2768-fH", "f", "H"),
        ("EN 22768-cL", "c", "L"),
        ("DIN ISO 2768 - m", "m", None),
        ("ISO 2768-1 m", "m", None),
        ("ISO 2768-1-v", "v", None),
        ("DIN ISO 2768 T1 mittel", "m", None),
        ("DIN ISO 2768 Teil 1 sehr grob", "v", None),
        ("General tolerances: ISO 2768-1 medium", "m", None),
        ("ISO 2768 Toleranzklasse f", "f", None),
        ("ISO 2768-1 (tolerance class coarse)", "c", None),
        ("ISO 2768-m, Maße in mm", "m", None),
        ("ISO 2768-m H7", "m", None),
        ("ISO 2768-m L=50", "m", None),
        ("ISO 2768-m M 1:2", "m", None),
        ("ISO 2768-2 L", None, "L"),
        ("ISO 2768-K", None, "K"),
    ],
)
def test_the_classes_of_iso_2768_are_read_from_its_designation(
    designation: str, linear: LinearClass | None, geometry: GeometryClass | None
) -> None:
    assert general_class_of(designation) == GeneralClass("ISO 2768", linear, geometry)


@pytest.mark.parametrize(
    ("designation", "linear"),
    [
        ("DIN 7168 mittel", "m"),
        ("Freimaßtoleranzen DIN 7168 Genauigkeitsgrad mittel", "m"),
        ("DIN 7168-m", "m"),
        ("DIN 7168-m-S", "m"),
        ("DIN 7168 T1 fein", "f"),
        ("DIN 7168 grob", "g"),
        ("DIN 7168-g", "g"),
        ("DIN 7168 sehr grob", "sg"),
        ("DIN 7168-sg", "sg"),
    ],
)
def test_the_classes_of_din_7168_are_read_from_its_designation(designation: str, linear: LinearClass) -> None:
    assert general_class_of(designation) == GeneralClass("DIN 7168", linear)


@pytest.mark.parametrize(
    "designation",
    [
        "", "ISO 2768", "ISO 2768-1", "ISO 2768-2", "ISO 2768 for all parts", "ISO 2768-g", "ISO 2768-x",
        "DIN 7168", "DIN 7168-c", "DIN 7168-K", "ISO 22081", "ISO 22081-m", "ISO 8015", "12768-m", "27680-m",
        "ISO 2768 v. 1989",
    ],
)  # fmt: skip
def test_there_is_no_class_where_none_is_named(designation: str) -> None:
    assert general_class_of(designation) is None


@pytest.mark.parametrize(
    "designation",
    [
        "ISO 2768-m, ISO 2768-f",
        "ISO 2768-mK / 2768-mH",
        "ISO 2768-m, DIN 7168-m",
        "ISO 2768-1 f m c v",
        "DIN 7168 f/m/g",
    ],
)
def test_there_is_no_class_where_different_ones_are_named(designation: str) -> None:
    assert general_class_of(designation) is None


@given(st.text() | st.from_regex(r"(ISO |DIN )?(2768|7168)[ -]?[12]?[ -]{0,3}\w{0,6}[ -]?\w?", fullmatch=True))
def test_no_text_makes_it_raise(text: str) -> None:
    found = general_class_of(text)
    assert found is None or found.linear or found.geometry


@pytest.mark.parametrize(
    ("name", "nominal_mm", "limit"),
    [
        ("m", "30", "0.2"), ("m", "6", "0.1"), ("m", "0.5", "0.1"), ("m", "3", "0.1"), ("m", "6.01", "0.2"),
        ("m", "30.1", "0.3"), ("m", "120", "0.3"), ("m", "400", "0.5"), ("m", "1000", "0.8"), ("m", "2000", "1.2"),
        ("m", "4000", "2"), ("m", "4000.1", None), ("m", "0.49", None), ("m", "0", None), ("m", "-3", None),
        ("f", "3", "0.05"), ("f", "6", "0.05"), ("f", "30", "0.1"), ("f", "120", "0.15"), ("f", "400", "0.2"),
        ("f", "1000", "0.3"), ("f", "2000", "0.5"), ("f", "2001", None),
        ("c", "3", "0.2"), ("c", "6", "0.3"), ("c", "30", "0.5"), ("c", "120", "0.8"), ("c", "400", "1.2"),
        ("c", "1000", "2"), ("c", "2000", "3"), ("c", "4000", "4"),
        ("v", "3", None), ("v", "6", "0.5"), ("v", "30", "1"), ("v", "120", "1.5"), ("v", "400", "2.5"),
        ("v", "1000", "4"), ("v", "2000", "6"), ("v", "4000", "8"),
    ],
)  # fmt: skip
def test_lengths_have_the_limits_of_iso_2768_1_table_1(name: LinearClass, nominal_mm: str, limit: str | None) -> None:
    assert linear_limit(_ISO[name], Decimal(nominal_mm)) == _m(limit)


@pytest.mark.parametrize(
    ("name", "nominal_mm", "limit"),
    [("f", "3000", "0.8"), ("g", "3", "0.15"), ("g", "6", "0.2"), ("g", "30", "0.5"), ("sg", "6", "0.5"),
     ("sg", "120", "1.5"), ("sg", "121", None), ("sg", "2", None)],
)  # fmt: skip
def test_lengths_of_din_7168_differ_from_iso_2768(name: str, nominal_mm: str, limit: str | None) -> None:
    assert linear_limit(_DIN[name], Decimal(nominal_mm)) == _m(limit)


@given(st.sampled_from(["f", "m"]), st.decimals("0.5", 2000, places=2))
def test_f_and_m_are_the_same_in_both_standards_up_to_2000_mm(name: str, size: Decimal) -> None:
    assert linear_limit(_DIN[name], size) == linear_limit(_ISO[name], size)


@pytest.mark.parametrize(
    ("general", "nominal_mm", "limit"),
    [
        (_ISO["f"], "3", "0.2"), (_ISO["m"], "6", "0.5"), (_ISO["m"], "6.1", "1"), (_ISO["m"], "500", "1"),
        (_ISO["c"], "0.5", "0.4"), (_ISO["c"], "6", "1"), (_ISO["v"], "10", "2"), (_ISO["m"], "0.4", None),
        (_DIN["m"], "100", "2"), (_DIN["f"], "400", "4"), (_DIN["m"], "401", None), (_DIN["g"], "2", "0.2"),
        (_DIN["g"], "6", "1"), (_DIN["sg"], "200", "8"),
    ],
)  # fmt: skip
def test_broken_edges_have_the_limits_of_table_2(general: GeneralClass, nominal_mm: str, limit: str | None) -> None:
    assert radius_limit(general, Decimal(nominal_mm)) == _m(limit)


@pytest.mark.parametrize(
    ("general", "leg_mm", "minutes"),
    [
        (_ISO["f"], "10", 60), (_ISO["m"], "50", 30), (_ISO["m"], "50.1", 20), (_ISO["m"], "120", 20),
        (_ISO["m"], "400", 10), (_ISO["m"], "9000", 5), (_ISO["c"], "5", 90), (_ISO["c"], "50", 60),
        (_ISO["c"], "120", 30), (_ISO["c"], "400", 15), (_ISO["c"], "401", 10), (_ISO["v"], "1", 180),
        (_ISO["v"], "20", 120), (_ISO["v"], "100", 60), (_ISO["v"], "300", 30), (_ISO["v"], "500", 20),
        (_DIN["m"], "20", 30), (_DIN["g"], "10", 90), (_DIN["g"], "20", None), (_DIN["sg"], "20", 120),
        (_ISO["m"], "0", None),
    ],
)  # fmt: skip
def test_angles_have_the_limits_of_table_3(general: GeneralClass, leg_mm: str, minutes: int | None) -> None:
    assert angle_limit_arcmin(general, Decimal(leg_mm)) == minutes


@pytest.mark.parametrize(("leg_mm", "degrees"), [("10", "1"), ("30", "0.5"), ("0", None)])
def test_angles_have_their_limits_in_degrees_too(leg_mm: str, degrees: str | None) -> None:
    assert angle_limit_deg(_ISO["m"], Decimal(leg_mm)) == _m(degrees)


@pytest.mark.parametrize(
    ("geometry", "name", "length_mm", "limit"),
    [
        ("straightness", "H", "10", "0.02"), ("straightness", "K", "10.1", "0.1"), ("flatness", "K", "100", "0.2"),
        ("flatness", "L", "300", "0.8"), ("flatness", "H", "1000", "0.3"), ("flatness", "L", "3000", "1.6"),
        ("flatness", "K", "3001", None),
        ("perpendicularity", "H", "100", "0.2"), ("perpendicularity", "K", "300", "0.6"),
        ("perpendicularity", "L", "1000", "1.5"), ("perpendicularity", "K", "3000", "1"),
        ("symmetry", "H", "3000", "0.5"), ("symmetry", "K", "300", "0.6"), ("symmetry", "L", "100", "0.6"),
        ("symmetry", "L", "101", "1"), ("symmetry", "K", "0", None),
        ("circular_run_out", "H", "20", "0.1"), ("circular_run_out", "K", "5000", "0.2"),
        ("circular_run_out", "L", "1", "0.5"),
    ],
)  # fmt: skip
def test_form_and_location_have_the_limits_of_iso_2768_2(
    geometry: Geometry, name: GeometryClass, length_mm: str, limit: str | None
) -> None:
    assert geometrical_limit(_GEOMETRY[name], geometry, Decimal(length_mm)) == _m(limit)


def test_a_class_for_lengths_says_nothing_about_form() -> None:
    assert geometrical_limit(_ISO["m"], "flatness", Decimal(50)) is None


def test_a_class_for_form_says_nothing_about_lengths() -> None:
    assert linear_limit(_GEOMETRY["K"], Decimal(50)) is None


@given(st.sampled_from([*_ISO.values(), *_DIN.values(), *_GEOMETRY.values()]), nominals)
def test_no_size_makes_it_raise(general: GeneralClass, nominal_mm: Decimal) -> None:
    limits = [limit(general, nominal_mm) for limit in (linear_limit, radius_limit, angle_limit_deg)]
    limits += [geometrical_limit(general, geometry, nominal_mm) for geometry in get_args(Geometry)]
    assert all(limit is None or limit > 0 for limit in limits)


@given(sizes)
def test_a_coarser_class_never_has_a_smaller_limit(size: Decimal) -> None:
    for limit in (linear_limit, radius_limit, angle_limit_arcmin):
        row = [value for value in (limit(_ISO[name], size) for name in "fmcv") if value is not None]
        assert all(finer <= coarser for finer, coarser in pairwise(row))


@given(st.sampled_from(get_args(Geometry)), st.decimals("0.1", 3000, places=1))
def test_h_is_finer_than_k_and_k_no_coarser_than_l(geometry: Geometry, size: Decimal) -> None:
    h, k, l_ = (geometrical_limit(_GEOMETRY[name], geometry, size) for name in get_args(GeometryClass))
    assert h and k and l_ and h < k <= l_


@given(st.sampled_from([*_ISO.values(), *_DIN.values()]), sizes, sizes)
def test_limits_of_lengths_do_not_shrink_with_the_size(general: GeneralClass, one: Decimal, other: Decimal) -> None:
    smaller, larger = (linear_limit(general, size) for size in sorted((one, other)))
    assert smaller is None or larger is None or smaller <= larger
