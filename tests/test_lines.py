"""Words become lines and blocks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.lines import SYMBOL_GAP, blocks_of, distance, lines_of, pieces
from drawing.sheet import Box, Word
from tests.lettered import HEIGHT, in_cell, lettered, lines


def texts(*laid: list[Word]) -> list[str]:
    return [line.text for line in lines(*laid)]


@pytest.mark.parametrize("direction", [0, 90, 180, 270, 23, 45, 66, 135, 315, 341])
def test_words_in_a_row_are_one_line_in_any_direction(direction: int) -> None:
    assert texts(lettered("60.00 ±0.10", direction=direction)) == ["60.00 ±0.10"]


def test_vertical_lettering_is_read_from_bottom_to_top() -> None:
    words = lettered("2,5 max.", direction=90)
    assert words[0].box.y1 > words[1].box.y2
    assert texts(words[::-1]) == ["2,5 max."]


def test_cells_far_apart_are_lines_of_their_own() -> None:
    assert texts(lettered("NAME"), lettered("DATE", x=1000)) == ["NAME", "DATE"]


def test_lettering_across_each_other_is_no_line() -> None:
    assert sorted(texts(lettered("25"), lettered("40", x=650, direction=90))) == ["25", "40"]


def test_a_gap_as_wide_as_a_symbol_is_kept_as_a_tab() -> None:
    line = lines_of(lettered("6,80\t26,25"), SYMBOL_GAP)[0]
    assert line.text == "6,80\t26,25"
    assert line.plain == "6,80 26,25"


def test_touching_words_are_joined_without_a_blank() -> None:
    assert texts(lettered("Ø 25", gap=0.02)) == ["Ø25"]


def test_a_deviation_above_the_nominal_is_another_line() -> None:
    assert texts(lettered("7.50"), lettered("+0.10", x=690, y=600 - 0.7 * HEIGHT)) == ["+0.10", "7.50"]


def test_a_word_with_blanks_is_shared_out_by_its_characters() -> None:
    one = Word("Scale 1:2", Box(100, 100, 190, 120), "ocr")
    assert [(word.text, word.box.x1, word.box.x2) for word in pieces(one)] == [("Scale", 100, 150), ("1:2", 160, 190)]


def test_the_pieces_of_a_boxed_word_are_boxed() -> None:
    one = Word("2x 45°", Box(100, 100, 190, 120), "text_layer", framed=True)
    assert all(word.framed for word in pieces(one))


def test_a_lone_recognised_digit_is_turned_like_its_neighbour() -> None:
    upright = lettered("198", 600, 600, direction=90, source="ocr")
    level = Word("0", Box(596, 528, 608, 534), "ocr")
    assert {line.plain: line.direction for line in lines_of([*upright, level])} == {"198": 90, "0": 90}


def test_a_lone_recognised_letter_reads_as_its_neighbour() -> None:
    turned = [Word("C", Box(672, 586, 692, 614), "ocr", direction=90)]
    assert texts(lettered("0.4", source="ocr"), turned) == ["0.4 C"]


def test_recognised_words_a_degree_apart_share_a_line() -> None:
    first, second = lettered("6.60 -0.10", direction=45, source="ocr")
    tilted = Word(second.text, second.box, second.source, direction=44)
    assert texts([first, tilted]) == ["6.60 -0.10"]


def test_a_line_is_recognised_as_soon_as_one_word_is() -> None:
    line = lines(lettered("25"), lettered("H7", x=650, source="ocr"))[0]
    assert line.source == "ocr"


def test_part_of_a_line_has_its_share_of_the_box() -> None:
    line = lines([Word("SCALE:2:1", Box(100, 100, 190, 120), "text_layer")])[0]
    assert line.part(6, 9).box == Box(160, 100, 190, 120)


def test_lines_below_each_other_are_a_block() -> None:
    found = blocks_of(lines(lettered("Frame Element", y=600), lettered("Side", y=640), lettered("3 pieces", y=900)))
    assert [block.text for block in found] == ["Frame Element Side", "3 pieces"]


def test_the_distance_of_touching_boxes_is_nothing() -> None:
    assert distance(Box(0, 0, 10, 10), Box(10, 5, 20, 8)) == 0
    assert distance(Box(0, 0, 10, 10), Box(13, 14, 20, 20)) == 5


boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 900), st.floats(0, 90)),
)
words = st.builds(
    Word,
    st.text(min_size=0, max_size=12),
    boxes,
    st.sampled_from(["text_layer", "ocr"]),
    st.integers(-360, 720),
    st.floats(0, 1),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=25))
def test_every_lettered_word_is_in_exactly_one_line(laid: list[Word]) -> None:
    expected = sorted(part for word in laid for part in word.text.split())
    assert sorted(word.text for line in lines_of(laid) for word in line.words) == expected


def test_a_line_is_cut_at_the_walls_of_its_cells() -> None:
    left, right = Box(595, 580, 662, 620), Box(662, 580, 900, 620)
    (line,) = lines_of(in_cell(left, lettered("1:1")) + in_cell(right, lettered("A4", 665)))
    assert [part.plain for part in line.by_cells()] == ["1:1", "A4"]


def test_a_line_in_one_cell_stays_whole() -> None:
    (line,) = lines_of(in_cell(Box(600, 580, 900, 620), lettered("EN AW-6082 T6")))
    assert line.by_cells() == (line,)
