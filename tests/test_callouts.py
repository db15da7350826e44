"""Callouts of a sheet: what stands apart is put together, what is no dimension is left out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.callouts import Callout, callouts_of
from drawing.grammar.notation import LengthUnit
from drawing.sheet import Box, Word
from tests.lettered import HEIGHT, lettered
from tests.test_lines import words as any_words

UP = -1.3 * HEIGHT


def found(*laid: list[Word], not_measured: tuple[Box, ...] = ()) -> tuple[Callout, ...]:
    return callouts_of([word for words in laid for word in words], not_measured)


def only(*laid: list[Word]) -> Callout:
    callouts = found(*laid)
    assert len(callouts) == 1, [callout.text for callout in callouts]
    return callouts[0]


def across(x: float, y: float, along: float, down: float, direction: int) -> tuple[float, float]:
    """A place `along` the text and `down` from its line, for text in a direction of 0 or 90 degrees."""
    return (x + along, y + down) if direction == 0 else (x + down, y - along)


@pytest.mark.parametrize("direction", [0, 90])
def test_deviations_stacked_at_the_nominals_right_are_its_own(direction: int) -> None:
    x, y = across(600, 600, 110, UP, direction)
    callout = only(lettered("7.50 -0.20", 600, 600, direction=direction), lettered("+0.10", x, y, direction=direction))
    assert (callout.nominal, callout.upper, callout.lower) == (Decimal("7.50"), Decimal("0.10"), Decimal("-0.20"))
    assert callout.text == "7.50 +0.10/-0.20"


def test_small_deviations_above_and_below_the_middle_are_its_own() -> None:
    callout = only(
        lettered("Ø16,5"),
        lettered("+0,1", 710, 590, height=15),
        lettered("0", 710, 611, height=15),
    )
    assert (callout.upper, callout.lower, callout.tolerance) == (Decimal("0.1"), Decimal("0"), "+0,1/0")


def test_a_zero_above_the_lower_deviation_is_the_upper_one() -> None:
    callout = only(lettered("3,99 -0,02"), lettered("0", 720, 600 + UP))
    assert (callout.upper, callout.lower, callout.text) == (Decimal("0"), Decimal("-0.02"), "3,99 0/-0,02")


def test_a_single_deviation_leaves_the_other_unknown() -> None:
    callout = only(lettered("25 -0,1"))
    assert (callout.upper, callout.lower) == (None, Decimal("-0.1"))


def test_fits_stacked_at_the_nominals_right_are_one_fit() -> None:
    callout = only(lettered("12.00 k6"), lettered("H7", 715, 600 + UP))
    assert (callout.fit, callout.text) == ("H7/k6", "12.00 H7/k6")


def test_deviations_stacked_behind_a_fit_leave_the_fit_alone() -> None:
    callout = only(
        lettered("Ø25 H7"),
        lettered("+0,021", 745, 590, height=15),
        lettered("0", 745, 611, height=15),
    )
    assert (callout.fit, callout.upper, callout.lower) == ("H7", Decimal("0.021"), Decimal(0))
    assert callout.tolerance == "H7 +0,021/0"


def test_a_symmetrical_deviation_below_its_nominal_is_its_own() -> None:
    callout = only(lettered("70,50"), lettered("±0,05", y=600 - UP))
    assert (callout.upper, callout.lower, callout.text) == (Decimal("0.05"), Decimal("-0.05"), "70,50 ±0,05")


def test_a_printed_fit_keeps_its_deviations_apart() -> None:
    callout = only(lettered("Ø6 f7 (-0,010/-0,022)"))
    assert (callout.fit, callout.upper, callout.lower) == ("f7", Decimal("-0.010"), Decimal("-0.022"))


def test_deviations_further_away_belong_to_nobody() -> None:
    callout = only(lettered("7.50"), lettered("+0.10", 900, 600 + UP))
    assert (callout.upper, callout.tolerance) == (None, "")


def test_two_limits_on_each_other_are_one_callout_without_a_nominal() -> None:
    callout = only(lettered("16.00"), lettered("15.50", y=600 - UP))
    assert (callout.nominal, callout.limits) == (None, (Decimal("15.50"), Decimal("16.00")))
    assert callout.text == "16.00/15.50"


def test_a_radius_sign_before_two_limits_holds_for_both() -> None:
    callout = only(lettered("11.30"), lettered("11.20", y=600 - UP), lettered("R", 575, 600 - UP / 2))
    assert (callout.type, callout.text) == ("radius", "R11.30/11.20")


def test_two_sizes_on_each_other_that_differ_much_are_two() -> None:
    assert [c.text for c in found(lettered("16.00"), lettered("8.00", y=600 - UP))] == ["16.00", "8.00"]


def test_running_dimensions_are_marked_and_are_no_limits() -> None:
    column = [
        lettered(text, 600 - 0.7 * HEIGHT * len(text), y) for text, y in (("175,00", 600), ("174,10", 636), ("0", 900))
    ]
    callouts = found(*column)
    assert [c.text for c in callouts] == ["175,00", "174,10", "0"]
    assert all(c.ordinate for c in callouts)


def test_running_dimensions_are_known_where_their_zero_was_not_recognised() -> None:
    column = (("200,00", 600), ("175,00", 700), ("160,10", 760), ("39,90", 1100))
    callouts = found(*(lettered(text, 600 - 0.7 * HEIGHT * len(text), y) for text, y in column))
    assert all(c.ordinate for c in callouts)


def test_sizes_that_happen_to_begin_in_one_column_are_not_running() -> None:
    column = (("200,00", 500), ("175,00", 700), ("160,10", 1200), ("39,90", 1300))
    assert not any(c.ordinate for c in found(*(lettered(text, 600, y) for text, y in column)))


def test_a_zero_deviation_in_line_with_sizes_elsewhere_is_no_origin() -> None:
    words = lettered("135", 600, 600) + lettered("0", 680, 590, height=12) + lettered("-0,1", 680, 612, height=18)
    elsewhere = lettered("79,3", 680, 1200), lettered("45", 680, 900)
    assert [c.text for c in found(words, *elsewhere)] == ["135 0/-0,1", "45", "79,3"]


def test_a_deviation_between_two_sizes_belongs_to_the_nearer_one() -> None:
    left = lettered("67,70 -0,2") + lettered("0", 740, 600 + UP)
    right = lettered("+0,1", 1010, 600 + UP) + lettered("89,73", 880) + lettered("0", 1010, 612, height=15)
    callouts = found(left, right)
    assert [(c.nominal, c.upper, c.lower) for c in callouts] == [
        (Decimal("67.70"), Decimal(0), Decimal("-0.2")),
        (Decimal("89.73"), Decimal("0.1"), Decimal(0)),
    ]


def test_a_lone_zero_is_no_dimension() -> None:
    assert found(lettered("0")) == ()


def test_the_line_below_a_hole_is_its_counterbore() -> None:
    hole, sink = found(lettered("4x Ø11,00 ↧ 20,00"), lettered("Ø18,00 ↧ 12,00", y=640))
    assert (hole.role, sink.role) == (None, "counterbore")
    assert (sink.quantity, sink.depth) == (4, Decimal(12))


def test_the_line_above_a_thread_is_its_core_hole() -> None:
    core, thread = found(lettered("Ø6,80 ↧ 26,25"), lettered("M8x1.25-6H ↧ 20", y=640))
    assert (core.role, thread.type, thread.depth) == ("core_hole", "thread", Decimal(20))


def test_a_depth_below_a_hole_is_the_holes() -> None:
    hole = only(lettered("4x Ø6,80"), lettered("↧ 26,25", y=640))
    assert (hole.depth, hole.text) == (Decimal("26.25"), "4x Ø6,80 ↧ 26,25")


def test_a_quantity_above_or_below_a_size_is_the_sizes() -> None:
    above = only(lettered("4X"), lettered("Ø6,80", y=640))
    below = only(lettered("R5"), lettered("(2x)", y=640))
    assert [(c.quantity, c.text) for c in (above, below)] == [(4, "4X Ø6,80"), (2, "(2x) R5")]


def test_a_size_in_a_frame_is_theoretically_exact() -> None:
    framed = [replace(word, framed=True) for word in lettered("7.00")]
    assert [c.exact for c in found(framed, lettered("8.50", y=900))] == [True, False]


def test_the_same_size_in_inches_below_is_no_size_of_its_own() -> None:
    assert [c.text for c in found(lettered("25,4"), lettered("[1.000]", y=600 - UP))] == ["25,4"]


@pytest.mark.parametrize(
    ("text", "sheets", "unit"),
    [("25", "mm", "mm"), (".250", "in", "in"), ("25 mm", "in", "mm"), ("45°", "in", "°"), ("Ra 3,2", "mm", "µm")],
)
def test_a_callout_tells_its_unit(text: str, sheets: LengthUnit, unit: str) -> None:
    assert [c.unit for c in callouts_of(lettered(text), unit=sheets)] == [unit]


def test_balloons_that_name_the_bills_items_are_no_dimensions() -> None:
    balloons = [word for item in (1, 2, 4) for word in lettered(str(item), 200 * item, 300)]
    callouts = callouts_of([*balloons, *lettered("25", 600, 900)], items=frozenset({1, 2, 3, 4}))
    assert [c.text for c in callouts] == ["25"]


def test_balloons_stand_level() -> None:
    balloons = [word for item in (1, 2, 4) for word in lettered(str(item), 200 * item, 300)]
    callouts = callouts_of([*balloons, *lettered("2", 600, 900, direction=90)], items=frozenset({1, 2, 3, 4}))
    assert [(c.text, c.direction) for c in callouts] == [("2", 90)]


def test_one_size_that_happens_to_be_an_items_number_is_a_dimension() -> None:
    callouts = callouts_of([*lettered("4"), *lettered("25", 600, 900)], items=frozenset({1, 2, 3, 4}))
    assert [c.text for c in callouts] == ["4", "25"]


def test_numbers_that_count_all_parts_are_balloons_without_a_bill_too() -> None:
    assert found(*(lettered(str(item), 200 * item, 300 + 90 * (item % 2)) for item in (3, 1, 2, 5, 4))) == ()


def test_a_stroke_before_a_recognised_size_is_no_sign() -> None:
    assert [c.text for c in found(lettered("-304,1", source="ocr"))] == ["304,1"]
    assert [c.text for c in found(lettered("-Ø36 ±0,2", source="ocr"))] == ["Ø36 ±0,2"]


@pytest.mark.parametrize("text", ["-0,1", "+0,2", "-3"])
def test_a_lone_deviation_is_no_size(text: str) -> None:
    assert found(lettered(text, source="ocr")) == ()


def test_a_recognised_speck_is_no_dimension() -> None:
    sizes = [lettered(text, 600, y, source="ocr") for text, y in (("25", 500), ("33,4", 700))]
    assert [c.text for c in found(*sizes, lettered("1", 300, 900, height=9, source="ocr"))] == ["25", "33,4"]


def test_a_datum_target_is_no_dimension() -> None:
    assert found(lettered("Ø550"), lettered("A3", 620, 645)) == ()


@pytest.mark.parametrize(
    "text", ["3 pieces", "Item - size 8", "Dimensions in mm / 25.5.2020", "A4 - Scale 1:3", "BREAK SHARP EDGES 0.5 MAX"]
)
def test_numbers_in_prose_are_no_dimensions(text: str) -> None:
    assert found(lettered(text)) == ()


def test_a_signed_callout_counts_in_prose_too() -> None:
    assert only(lettered("4 x M8 Gewinde durchgehend")).text == "4 x M8"


def test_inside_the_title_block_only_notes_count() -> None:
    block = Box(500, 500, 2000, 1000)
    callouts = found(lettered("4711"), lettered("ISO 2768-mK", y=700), lettered("Ra 3,2", y=800), not_measured=(block,))
    assert [c.type for c in callouts] == ["general_tolerance", "roughness"]


def test_callouts_beside_each_other_are_kept_apart() -> None:
    texts = [c.text for c in found(lettered("70.50 ±0.05\t15.50"))]
    assert texts == ["70.50 ±0.05", "15.50"]


def test_a_callout_is_as_sure_as_its_least_sure_word() -> None:
    callout = only(lettered("7.50 -0.20", source="ocr", confidence=0.9), lettered("+0.10", 710, 600 + UP, source="ocr"))
    assert (callout.source, callout.confidence) == ("ocr", 0.9)


def test_the_box_holds_everything_that_belongs_to_the_callout() -> None:
    words = [lettered("7.50 -0.20"), lettered("+0.10", 710, 600 + UP)]
    assert only(*words).box == Box.around(word.box for laid in words for word in laid)


def test_a_size_is_quoted_with_and_without_its_quantity() -> None:
    callout = only(lettered("4x Ø6.60 ±0.10"))
    assert (callout.text, callout.core, callout.size) == ("4x Ø6.60 ±0.10", "4x Ø6.60", "Ø6.60 ±0.10")


@settings(max_examples=60, deadline=None)
@given(st.lists(any_words, max_size=25))
def test_nothing_makes_it_raise(laid: list[Word]) -> None:
    for callout in callouts_of(laid):
        assert callout.words
        assert callout.text


def test_lettering_without_height_is_no_limit() -> None:
    flat = Word(".1", Box(0, 0, 0, 0), "text_layer")
    assert all(callout.limits is None for callout in found([flat, replace(flat, text=".2")]))


def test_the_number_of_a_standard_behind_a_wide_gap_is_no_size() -> None:
    assert not found(lettered("Sicherungsringnut DIN\t472"))
