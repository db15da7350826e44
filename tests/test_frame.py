"""The frame's zones are no lettering of the drawing."""

from __future__ import annotations

from dataclasses import replace

from drawing.frame import frame_of
from drawing.sheet import Box, Word
from tests.lettered import SHEET, lettered


def zones(*, left_out: str = "") -> list[Word]:
    """Digits along the top and letters along the left border, evenly spaced."""
    top = [lettered(str(8 - i), 300 + 250 * i, 60) for i in range(8)]
    left = [lettered("FEDCBA"[i], 60, 200 + 220 * i) for i in range(6)]
    return [word for words in top + left for word in words if word.text not in left_out]


def without_zones(words: list[Word]) -> tuple[Word, ...]:
    return frame_of(words, SHEET).without_marks(words)


def zone_at(words: list[Word], x: float, y: float) -> str | None:
    return frame_of(words, SHEET).zone_of(Box(x - 10, y - 10, x + 10, y + 10))


def test_letters_and_digits_that_count_along_a_border_are_zones() -> None:
    kept = without_zones([*zones(), *lettered("25"), *lettered("5", 900, 900)])
    assert [word.text for word in kept] == ["25", "5"]


def test_zones_are_known_where_some_were_not_recognised() -> None:
    kept = without_zones([*zones(left_out="36BE"), *lettered("Ø6,15")])
    assert [word.text for word in kept] == ["Ø6,15"]


def test_zones_are_known_inside_a_wide_margin() -> None:
    wide = replace(SHEET, width=4000, height=3000, dpi=None)
    far = [
        Word(w.text, w.box.__class__(w.box.x1 + 800, w.box.y1 + 600, w.box.x2 + 800, w.box.y2 + 600), "ocr")
        for w in zones()
    ]
    assert len(frame_of([*far, *lettered("25", 1800, 1500)], wide).marks) == 14


def test_without_a_frame_a_number_at_the_edge_stays() -> None:
    words = [*lettered("4", 1200, 30), *lettered("600", 1200, 300)]
    assert without_zones(words) == tuple(words)


def test_the_item_numbers_of_a_list_are_no_zones() -> None:
    words = [
        word
        for i in range(4)
        for word in lettered(str(i + 1), 100, 300 + 45 * i) + lettered("Bolzen", 300, 300 + 45 * i)
    ]
    assert not frame_of(words, SHEET).marks


def test_running_dimensions_in_the_middle_are_no_zones() -> None:
    words = [word for i in range(4) for word in lettered(str(i + 1), 600, 500 + 100 * i)]
    words += lettered("Titel", 100, 100) + lettered("Blatt", 2200, 1600)
    assert not frame_of(words, SHEET).marks


def test_a_place_has_the_letter_and_the_digit_of_its_zone() -> None:
    assert zone_at(zones(), 1310, 650) == "D4"


def test_a_zone_is_known_where_its_own_marks_were_not_recognised() -> None:
    assert zone_at(zones(left_out="36BE"), 1560, 1090) == "B3"


def test_a_place_outside_the_frame_belongs_to_the_outermost_zone() -> None:
    assert zone_at(zones(), 2330, 10) == "F1"


def test_a_sheet_that_counts_on_one_side_only_has_no_zones() -> None:
    assert zone_at(zones(left_out="ABCDEF"), 1310, 650) is None


def test_letters_leave_out_i_and_o() -> None:
    marks = [word for i, name in enumerate("GHJKL") for word in lettered(name, 60, 200 + 220 * i)]
    marks += [word for i in range(4) for word in lettered(str(i + 1), 400 + 400 * i, 60)]
    assert zone_at(marks, 800, 200 + 220 * 2) == "J2"
