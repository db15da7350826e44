"""What is printed in a line is read as numbers and signs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from drawing.grammar.notation import Notation
from drawing.grammar.scan import scan


def one(text: str) -> Notation:
    found = scan(text)
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
        ("CR 5", "radius", "5"),
        ("DIA 5", "diameter", "5"),
        ("5 DIA.", "diameter", "5"),
        ("45°30'", "angle", "45.5"),
        ("12°15'30\"", "angle", "12.258333"),
        ("45° ±1°", "angle", "45"),
        ("0,5 X 45°", "chamfer", "0.5"),
        ("1±0,1x45°", "chamfer", "1"),
        ("C 0,5", "chamfer", "0.5"),
        ("1/2 x 45°", "chamfer", "0.5"),
        ("Ra max 0,8", "roughness", "0.8"),
        ("√Ra 3,2", "roughness", "3.2"),
        ("Rz1max 6,3", "roughness", "6.3"),
        ('1 1/2"', "linear", "1.5"),
        ("Ø3/8", "diameter", "0.375"),
        ("t=3", "linear", "3"),
        ("Ø5 x 20", "diameter", "5"),
        ("RADIUS 5", "radius", "5"),
        ("R≈5", "radius", "5"),
        ("AF 17", "linear", "17"),
    ],
)
def test_the_sign_tells_what_a_number_is(text: str, kind: str, nominal: str) -> None:
    found = one(text)
    assert (found.type, found.nominal) == (kind, Decimal(nominal))


@pytest.mark.parametrize(
    "text",
    [
        *("G1/2", 'G 3/8"', "G 1/2 A", "G1 1/2", "Rp 3/4", "Rc 1/2", "R 1/2", "BSP 1/2", "W 1/4", '3/8" BSW'),
        *("1/4-20 UNC-2B", "#10-32 UNF", "UNC 1/4-20", "1 1/4-12 UNF", '1/2" NPT', "NPT 1/4", "1/4-18 NPT"),
        *("M8-6g LH", "M8x1-LH", "M8-5g6g", "MJ8x1", "Tr 40x14 (P7) LH", "Rd 20x1/8", "W 21,8 x 1/14", "M8 10.9"),
    ],
)
def test_threads_are_known_by_their_designation(text: str) -> None:
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
        ("6 x\t5", 6, "linear"),
        ("Ø5 (4x)", 4, "diameter"),
        ("Ø5 4 PLACES", 4, "diameter"),
        ("4 HOLES Ø5", 4, "diameter"),
        ("3 Bohrungen Ø8", 3, "diameter"),
        ("Ø6 4x", 4, "diameter"),
        ("4 - Ø6", 4, "diameter"),
        ("4-C1", 4, "chamfer"),
        ("2X 1 X 45°", 2, "chamfer"),
        ("1X45°(2X)", 2, "chamfer"),
        ("4x90°", 4, "angle"),
        ("12X 30°", 12, "angle"),
        ("3x120° (=360°)", 3, "angle"),
        ("5 x 20 (=100)", 5, "linear"),
        ("4 x 12,50", 4, "linear"),
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
        ("45° ±0,5°", "0.5", "-0.5", "±0,5°"),
        ("45° ±30'", "0.5", "-0.5", "±30'"),
        ("45° +1°/-0,5°", "1", "-0.5", "+1°/-0,5°"),
        ("25 +/-0.1", "0.1", "-0.1", "±0.1"),
        ("25 -0,1 -0,3", "-0.1", "-0.3", "-0,1/-0,3"),
        (".250 +.005/-.000", ".005", "0", "+.005/-.000"),
        ("1x45° ±0,1", "0.1", "-0.1", "±0,1"),
        ("1 +0,1 x 45°", "0.1", None, "+0,1"),
        ("(25 ±0,1)", "0.1", "-0.1", "±0,1"),
        ("Ø40 ( 0/-0,025 )", "0", "-0.025", "0/-0,025"),
        ("25 −0,1", None, "-0.1", "-0,1"),
        ("25 +0,1", "0.1", None, "+0,1"),
    ],
)
def test_deviations_are_read_behind_the_nominal(text: str, upper: str | None, lower: str | None, printed: str) -> None:
    found = one(text)
    assert (found.upper, found.lower) == (upper and Decimal(upper), lower and Decimal(lower))
    assert found.tolerance == printed


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        *(("Ø35H7", "H7"), ("Ø12 h6", "h6"), ("Ø12.00 H7/k6", "H7/k6"), ("25 js6", "js6"), ("Ø25 H8 f7", "H8/f7")),
        *(("Ø25 H7/ g6", "H7/g6"), ("Ø 25 H 7", "H7"), ("Ø25 H7 (+0,021/0)", "H7"), ("Ø6 f7 (-0,010/-0,022)", "f7")),
    ],
)
def test_fits_are_read_behind_the_nominal(text: str, fit: str) -> None:
    assert one(text).fit == fit


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("4xØ5.8-5.85", "5.8", "5.85"),
        ("5,8 - 5,85", "5.8", "5.85"),
        ("25,4/25,2", "25.2", "25.4"),
        ("R11.30/11.20", "11.20", "11.30"),
        ("25.02 - 24.98", "24.98", "25.02"),
        ("0.8-1.2", "0.8", "1.2"),
        ("Ra 0,8 - 1,6", "0.8", "1.6"),
    ],
)
def test_a_dash_or_a_slash_between_two_sizes_makes_limits(text: str, lower: str, upper: str) -> None:
    found = one(text)
    assert (found.nominal, found.limits) == (None, (Decimal(lower), Decimal(upper)))


def test_a_fit_keeps_its_printed_deviations() -> None:
    found = one("Ø6 f7 (-0,010/-0,022)")
    assert (found.upper, found.lower, found.tolerance) == (Decimal("-0.010"), Decimal("-0.022"), "f7 -0,010/-0,022")


@pytest.mark.parametrize(
    ("text", "pitch"),
    [
        ("M8", None),
        ("M8x1.25-6H", "1.25"),
        ("M8 x 1,25 tief 20", "1.25"),
        ("M8x20", None),
        ("M8x1x20", "1"),
        ("Tr 20x4", "4"),
        ("Tr 40x14 (P7)", "7"),
        ("1/4-20 UNC", None),
    ],
)
def test_a_pitch_is_told_only_where_it_is_printed(text: str, pitch: str | None) -> None:
    assert one(text).pitch == (pitch and Decimal(pitch))


def test_an_inch_threads_diameter_is_in_inches() -> None:
    found = one("1/4-20 UNC-2A")
    assert (found.nominal, found.unit, found.fit) == (Decimal("0.25"), "in", "2A")


@pytest.mark.parametrize("text", ["Ø6 THRU", "Ø6 durch", "M8 THRU ALL", "4 x M8 Gewinde durchgehend", "Ø6 durchgehend"])
def test_a_hole_that_goes_through_says_so(text: str) -> None:
    assert one(text).through


@pytest.mark.parametrize(
    ("text", "role", "angle"),
    [
        ("⌴ Ø18 ↧ 12", "counterbore", None),
        ("CBORE Ø11 ↧ 6", "counterbore", None),
        ("Ø11 CBORE", "counterbore", None),
        ("⌵ Ø10 x 90°", "countersink", "90"),
        ("Ø10 CSK 90°", "countersink", "90"),
        ("Senkung Ø10x90°", "countersink", "90"),
        ("Ø10 x 90°", "countersink", "90"),
    ],
)
def test_sinks_are_told_by_sign_or_word(text: str, role: str, angle: str | None) -> None:
    assert (one(text).role, one(text).angle) == (role, angle and Decimal(angle))


def test_a_chamfer_tells_its_angle() -> None:
    assert one("2x30°").angle == 30


@pytest.mark.parametrize("text", ["1/2", "7/16", "2 1/4", "R1/4"])
def test_a_bare_fraction_is_a_size_only_where_sizes_are_in_inches(text: str) -> None:
    assert [n for n in scan(text) if n.type != "thread"] == []
    assert [n.type for n in scan(text, unit="in")] == ["radius" if "R" in text else "linear"]


@pytest.mark.parametrize(("text", "unit"), [('12.5"', "in"), ("12.5 in", "in"), ("25 mm", "mm"), ("25", None)])
def test_a_printed_unit_is_told(text: str, unit: str | None) -> None:
    assert one(text).unit == unit


@pytest.mark.parametrize(("text", "unit"), [(".25 [6.35]", "in"), ("25,4 [1.000]", "mm")])
def test_the_same_size_in_brackets_tells_the_unit(text: str, unit: str) -> None:
    assert one(text).unit == unit


@pytest.mark.parametrize("text", ["Ø25 h6 Ⓔ", "25±0,1 Ⓔ"])
def test_a_sign_in_a_circle_is_kept(text: str) -> None:
    assert one(text).modifiers == ("Ⓔ",)


@pytest.mark.parametrize("text", ["√1,6", "√ 0.8", "/1,6", "√16", "√2,5", "√125"])
def test_a_value_behind_the_sign_of_roughness_is_one(text: str) -> None:
    assert one(text).type == "roughness"


@pytest.mark.parametrize("text", ["√2", "/7", "/16", "1/1,6"])
def test_a_value_that_no_surface_has_is_no_roughness(text: str) -> None:
    assert all(found.type != "roughness" for found in scan(text))


def test_a_size_that_is_called_basic_is_exact() -> None:
    assert one("1.250 BSC").exact


def test_a_roughness_grade_has_a_name_and_no_value() -> None:
    found = one("√N7")
    assert (found.type, found.designation, found.nominal) == ("roughness", "N7", None)


@pytest.mark.parametrize("text", ["DIN 912 - M8x20", "Schraube M8x20", "ISO 4762 - M6 x 16", "screw M4"])
def test_a_fasteners_thread_is_no_callout(text: str) -> None:
    assert scan(text) == ()


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
    "text",
    ["Ø5 ↧ 12", "Ø5 tief 12", "Ø5 12 tief", "Ø5 x 12 DEEP", "Ø5 DEPTH 12", "Ø5\t12", "M6 tief 12", "M5 - 12 tief"],
)
def test_depths_are_read_by_sign_word_or_gap(text: str) -> None:
    assert one(text).depth == 12


def test_what_a_gap_was_read_as_is_marked() -> None:
    assert one("Ø6,80\t26,25").sign_missing
    assert not one("Ø6,80 ↧ 26,25").sign_missing


def test_a_small_angle_behind_a_gap_is_a_deviation() -> None:
    found = one("30°\t0,5°")
    assert (found.nominal, found.upper, found.sign_missing) == (Decimal(30), Decimal("0.5"), True)


def test_two_sizes_beside_each_other_are_no_hole_and_its_depth() -> None:
    assert [(found.type, found.nominal) for found in scan("181,6\t229,6")] == [
        ("linear", Decimal("181.6")),
        ("linear", Decimal("229.6")),
    ]


def test_a_small_number_behind_a_gap_is_a_deviation_not_a_depth() -> None:
    found = one("25\t0,05")
    assert (found.upper, found.lower, found.depth) == (Decimal("0.05"), Decimal("-0.05"), None)


def test_a_thread_behind_a_size_is_no_fit() -> None:
    assert [found.type for found in scan("25 M8")] == ["linear", "thread"]
    assert one("Ø25 M8").fit == "M8"


def test_a_radius_has_no_fit() -> None:
    assert [found.nominal for found in scan("R5,5 R6")] == [Decimal("5.5"), Decimal(6)]


def test_a_thread_of_an_inch_sheet_needs_no_series() -> None:
    assert [n.type for n in scan("3/8-16", unit="in")] == ["thread"]


def test_brackets_make_a_reference_dimension() -> None:
    assert one("(12,5)").reference
    assert one("( Ø6 )").reference
    assert not one("4.00 (+0.10/-0.20)").reference


@pytest.mark.parametrize("text", ["t=3", "3 mm dick", "3 THK"])
def test_a_thickness_is_marked(text: str) -> None:
    assert one(text).role == "thickness"


def test_a_leading_zero_stays_a_digit() -> None:
    found = one("08")
    assert (found.type, found.nominal) == ("linear", Decimal(8))


def test_a_hole_of_no_width_is_the_zero_of_running_dimensions() -> None:
    assert one("Ø0").type == "linear"


@pytest.mark.parametrize(
    "text",
    [
        *("ISO 2768-mK", "ISO 2768-m", "DIN ISO 2768-1 m", "DIN EN ISO 22081", "DIN 7168 mittel", "DIN 7168 - m"),
        *("ISO 2768 - mK", "DIN ISO 2768 T1 mittel", "ISO 13920-BF", "ISO 8062-CT10", "Allgemeintoleranz ±0,1"),
        *(".XX ±.01", "X.X ±0.1", "ANGLES ±1°", "UNLESS OTHERWISE SPECIFIED ±0.1", "ISO 22081 - 0,2"),
    ],
)
def test_general_tolerances_are_known(text: str) -> None:
    assert one(text).type == "general_tolerance"
    assert one(text).designation == text


@pytest.mark.parametrize("text", ["ISO 8015", "ASME Y14.5-2009", "DIN EN ISO 14405-1"])
def test_a_standard_of_tolerancing_is_a_note(text: str) -> None:
    assert (one(text).type, one(text).designation) == ("note", text)


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
        ("⌖ Ø0,15 Ⓜ E", "position", "0.15", ("E",)),
        ("⌖ Ø0.3 CZ Ⓜ | A Ⓜ", "position", "0.3", ("A",)),
        ("[⌖|Ø0.2|A|B]", "position", "0.2", ("A", "B")),
        ("⌖\tØ0.2\tA\tB", "position", "0.2", ("A", "B")),
        ("∥ 0,1/100 A", "parallelism", "0.1", ("A",)),
        ("⌖ Ø0,2 A B C Ⓟ 20", "position", "0.2", ("A", "B", "C")),
    ],
)
def test_feature_control_frames_are_read_with_and_without_their_symbol(
    text: str, characteristic: str | None, nominal: str, datums: tuple[str, ...]
) -> None:
    found = one(text)
    assert found.type == "gdt"
    assert (found.characteristic, found.nominal, found.datums) == (characteristic, Decimal(nominal), datums)


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [("⌖ Ø0,15 Ⓜ E", ("Ⓜ",)), ("0.14 M C E M", ("Ⓜ", "Ⓜ")), ("⌖ 0.3 CZ Ⓜ A (L)", ("CZ", "Ⓜ", "Ⓛ")), ("⏥ 0,1", ())],
)
def test_the_modifiers_of_a_frame_are_kept(text: str, modifiers: tuple[str, ...]) -> None:
    assert one(text).modifiers == modifiers


@pytest.mark.parametrize(
    "text",
    [
        *(
            "C45",
            "1.4301",
            "0815-4711",
            "12345-678",
            "#5",
            "↧12",
            "Ø550 A3",
            "1:2.5",
            "20±5 µm",
            "58+2 HRC",
            "20 °C",
            "60 Nm",
        ),
        *("12,5 kg", "HRC 58", "5' 6\"", "10-20", "20x30x5", "mail@example.org", "Ø", "4x"),
        "11.8.2020",
        "2021-10-15",
        "1:2",
        "20 : 1",
        "1/1",
        "DIN 912",
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


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("TOLERANCES UNLESS STATED: ±0.3 mm", "±0.3"),
        ("Tolerances unless otherwise specified ±0.1", "±0.1"),
        ("Toleranzen, sofern nicht anders angegeben: ±0,1", "±0,1"),
        ("Alle Maße ±0,2", "±0,2"),
        ("All dimensions ±0.5 mm", "±0.5"),
    ],
)
def test_a_tolerance_for_all_sizes_is_stated_in_many_words(text: str, tolerance: str) -> None:
    found = one(text)
    assert (found.type, found.tolerance) == ("general_tolerance", tolerance)


def test_the_inner_radius_of_a_bend_is_a_radius() -> None:
    found = one("Ri = 2")
    assert (found.type, str(found.nominal)) == ("radius", "2")
