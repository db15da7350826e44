"""What is printed in a line is read as numbers and signs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.grammar import scan
from drawing.notation import Notation


def one(text: str, *, recognised: bool = False) -> Notation:
    found = scan(text, recognised=recognised)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "nominal"),
    [
        ("25", "linear", "25"),
        ("9,14", "linear", "9.14"),
        (".250", "linear", ".250"),
        ("25 mm", "linear", "25"),
        ("Ø70,50", "diameter", "70.50"),
        ("⌀ 5", "diameter", "5"),
        ("SØ 20", "diameter", "20"),
        ("R0,50", "radius", "0.50"),
        ("SR 5", "radius", "5"),
        ("135°", "angle", "135"),
        ("M8", "thread", "8"),
        ("M8x1.25-6H", "thread", "8"),
        ("Tr 20x4", "thread", "20"),
        ("2x45°", "chamfer", "2"),
        ("2×45°", "chamfer", "2"),
        ("1,5 x 30°", "chamfer", "1.5"),
        ("45° x 2", "chamfer", "2"),
        ("C2", "chamfer", "2"),
        ("CHAMFER 0,2", "chamfer", "0.2"),
        ("Fase 1x45°", "chamfer", "1"),
        ("Ra 3,2", "roughness", "3.2"),
        ("Rz 25", "roughness", "25"),
        ("□ 12", "linear", "12"),
    ],
)
def test_the_sign_tells_what_a_number_is(text: str, kind: str, nominal: str) -> None:
    found = one(text)
    assert (found.type, found.nominal) == (kind, Decimal(nominal))


@pytest.mark.parametrize("text", ["G1/2", 'G 3/8"', "1/4-20 UNC-2B", "#10-32 UNF", '1/2" NPT', "Rp 3/4"])
def test_pipe_and_inch_threads_are_known_by_their_designation(text: str) -> None:
    assert one(text).type == "thread"
    assert one(text).designation == text


@pytest.mark.parametrize(
    ("text", "quantity", "kind"),
    [
        ("4x Ø6.60", 4, "diameter"),
        ("4 × Ø6,6", 4, "diameter"),
        ("(2x) R5", 2, "radius"),
        ("4-M6", 4, "thread"),
        ("4xM8 Gewinde", 4, "thread"),
        ("2x 12", 2, "linear"),
        ("6 x\t5", 6, "diameter"),
        ("Ø5 (4x)", 4, "diameter"),
        ("Ø5 4 PLACES", 4, "diameter"),
        ("4 HOLES Ø5", 4, "diameter"),
        ("3 Bohrungen Ø8", 3, "diameter"),
    ],
)
def test_quantities_are_read_wherever_they_stand(text: str, quantity: int, kind: str) -> None:
    assert (one(text).quantity, one(text).type) == (quantity, kind)


def test_two_lengths_with_a_cross_are_no_quantity() -> None:
    assert all(not found.quantity_printed for found in scan("20 x 30"))
    assert scan("100x50x3") == ()


@pytest.mark.parametrize(
    ("text", "upper", "lower", "printed"),
    [
        ("70.50 ±0.05", "0.05", "-0.05", "±0.05"),
        ("25 +0,2/-0,1", "0.2", "-0.1", "+0,2/-0,1"),
        ("25 -0,1 +0,2", "0.2", "-0.1", "-0,1/+0,2"),
        ("16,5 +0,1 0", "0.1", "0", "+0,1/0"),
        ("16,5 0/-0,1", "0", "-0.1", "0/-0,1"),
        ("4.00 (+0.10/-0.20)", "0.10", "-0.20", "+0.10/-0.20"),
        ("45° ±0,5°", "0.5", "-0.5", "±0,5"),
        ("25 −0,1", None, "-0.1", "-0,1"),
        ("25 +0,1", "0.1", None, "+0,1"),
    ],
)
def test_deviations_are_read_behind_the_nominal(text: str, upper: str | None, lower: str | None, printed: str) -> None:
    found = one(text)
    assert (found.upper, found.lower) == (upper and Decimal(upper), lower and Decimal(lower))
    assert found.tolerance == printed


@pytest.mark.parametrize(
    ("text", "fit"), [("Ø35H7", "H7"), ("Ø12 h6", "h6"), ("Ø12.00 H7/k6", "H7/k6"), ("25 js6", "js6")]
)
def test_fits_are_read_behind_the_nominal(text: str, fit: str) -> None:
    assert one(text).fit == fit


def test_a_dash_between_two_sizes_makes_limits() -> None:
    found = one("4xØ5.8-5.85")
    assert (found.nominal, found.limits) == (None, (Decimal("5.8"), Decimal("5.85")))


def test_a_deviation_is_smaller_than_its_nominal() -> None:
    assert one("R5 -10").lower is None


def test_a_threads_class_is_no_fit_of_its_own() -> None:
    assert one("M8x1.25 - 6H").fit == "6H"


@pytest.mark.parametrize(
    ("text", "bound"), [("10.00 max.", "max"), ("Ø6.00 min.", "min"), ("R5 MAX", "max"), ("max. 12", "max")]
)
def test_bounds_are_read_on_either_side(text: str, bound: str) -> None:
    assert one(text).bound == bound


@pytest.mark.parametrize(
    "text", ["Ø5 ↧ 12", "Ø5 tief 12", "Ø5 12 tief", "Ø5 x 12 DEEP", "Ø5 DEPTH 12", "Ø5\t12", "M6 tief 12"]
)
def test_depths_are_read_by_sign_word_or_gap(text: str) -> None:
    assert one(text).depth == 12


def test_what_a_gap_was_read_as_is_marked() -> None:
    assert one("6,80\t26,25").sign_missing
    assert not one("Ø6,80 ↧ 26,25").sign_missing


def test_a_small_number_behind_a_gap_is_a_deviation_not_a_depth() -> None:
    found = one("25\t0,05")
    assert (found.upper, found.lower, found.depth) == (Decimal("0.05"), Decimal("-0.05"), None)


def test_brackets_make_a_reference_dimension() -> None:
    assert one("(12,5)").reference
    assert one("( Ø6 )").reference
    assert not one("4.00 (+0.10/-0.20)").reference


@pytest.mark.parametrize("text", ["t=3", "3 mm dick", "3 THK"])
def test_a_thickness_is_marked(text: str) -> None:
    assert one(text).role == "thickness"


def test_recognition_writes_zero_for_the_diameter_sign() -> None:
    assert one("025 h7", recognised=True).type == "diameter"
    assert one("025 h7", recognised=True).nominal == 25
    assert one("0,25", recognised=True).type == "linear"


@pytest.mark.parametrize(
    "text",
    ["ISO 2768-mK", "ISO 2768-m", "DIN ISO 2768-1 m", "DIN EN ISO 22081", "DIN 7168 mittel", "Allgemeintoleranz ±0,1"],
)
def test_general_tolerances_are_known(text: str) -> None:
    assert one(text).type == "general_tolerance"
    assert one(text).designation == text


def test_a_general_tolerance_tells_its_deviations() -> None:
    found = one("General tolerances ±0.05mm")
    assert (found.upper, found.lower) == (Decimal("0.05"), Decimal("-0.05"))


@pytest.mark.parametrize(
    ("text", "characteristic", "nominal", "datums"),
    [
        ("∥ 0,6 A", "parallelism", "0.6", ("A",)),
        ("// 0,6 A", "parallelism", "0.6", ("A",)),
        ("⌖ Ø0.2Ⓜ A", "position", "0.2", ("A",)),
        ("⏥ 0.2", "flatness", "0.2", ()),
        ("0,02 A", None, "0.02", ("A",)),
        ("0.1 A B C", None, "0.1", ("A", "B", "C")),
        ("0.14 M C E M", None, "0.14", ("C", "E")),
        ("↗ 0,05 A-B", "circular_runout", "0.05", ("A-B",)),
    ],
)
def test_feature_control_frames_are_read_with_and_without_their_symbol(
    text: str, characteristic: str | None, nominal: str, datums: tuple[str, ...]
) -> None:
    found = one(text)
    assert found.type == "gdt"
    assert (found.characteristic, found.nominal, found.datums) == (characteristic, Decimal(nominal), datums)


@pytest.mark.parametrize(
    "text",
    [
        "11.8.2020",
        "2021-10-15",
        "1:2",
        "20 : 1",
        "1/1",
        "DIN 912",
        "ISO 8015",
        "7075-T6",
        "AEDM-5810-Z12",
        "https://example.org/v2/25",
        "+0.1",
        "H7",
        "A-A",
        "Schraube",
        "",
    ],
)
def test_what_is_no_callout_is_none(text: str) -> None:
    assert scan(text) == ()


numbers = st.decimals(min_value="0.01", max_value="9999", places=2, allow_nan=False, allow_infinity=False)
marks = st.sampled_from([".", ","])


def printed(value: Decimal, mark: str) -> str:
    return f"{value:.2f}".replace(".", mark)


@given(
    st.sampled_from([("", "linear"), ("Ø", "diameter"), ("R", "radius")]),
    st.tuples(numbers, numbers, numbers).map(sorted),
    marks,
    st.integers(2, 99),
)
def test_what_is_printed_comes_back(sign: tuple[str, str], sizes: list[Decimal], mark: str, quantity: int) -> None:
    upper, lower, nominal = sizes
    text = f"{quantity}x {sign[0]}{printed(nominal, mark)} +{printed(upper, mark)}/-{printed(lower, mark)}"
    found = one(text)
    assert (found.type, found.quantity) == (sign[1], quantity)
    assert (found.nominal, found.upper, found.lower) == (nominal, upper, -lower)
    assert (found.start, found.end) == (0, len(text))


@given(numbers, marks, st.sampled_from(["H7", "h6", "JS7", "k6", "H7/g6"]))
def test_a_printed_fit_comes_back(nominal: Decimal, mark: str, fit: str) -> None:
    found = one(f"Ø{printed(nominal, mark)} {fit}")
    assert (found.nominal, found.fit) == (nominal, fit)


@given(st.integers(1, 99), st.sampled_from(["", "x1", "x1.25", "x0,5"]), st.sampled_from(["", "-6H", "-6g"]))
def test_a_printed_thread_comes_back(size: int, pitch: str, tolerance: str) -> None:
    found = one(f"M{size}{pitch}{tolerance}")
    assert (found.type, found.nominal, found.designation) == ("thread", Decimal(size), f"M{size}{pitch}{tolerance}")


signs = "0123456789.,+-±ØRMCHhxX×°()[]/\t \"'ABZ⌴↧⌖∥:#nmaief"


@given(st.one_of(st.text(max_size=60), st.text(alphabet=signs, max_size=60)), st.booleans())
def test_nothing_makes_it_raise(text: str, recognised: bool) -> None:
    end = 0
    for found in scan(text, recognised=recognised):
        assert end <= found.start < found.end <= len(text) or found.reference
        assert found.start <= found.core_start <= found.core_end <= found.end
        end = found.end
