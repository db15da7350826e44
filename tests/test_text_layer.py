"""The text layer of pages that are drawn here, point by point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pymupdf
import pytest

from drawing.recognition import text_layer
from drawing.sheet import Word

A4 = (595, 842)
SCALE = 200 / 72
UP = 90

Draw = Callable[[pymupdf.Page], None]


def page_with(draw: Draw, rotation: int = 0) -> pymupdf.Page:
    page = pymupdf.open().new_page(width=A4[0], height=A4[1])
    draw(page)
    page.set_rotation(rotation)
    return page


def words_of(draw: Draw, rotation: int = 0) -> list[Word]:
    return text_layer.words(page_with(draw, rotation), SCALE)


def texts(draw: Draw) -> list[str]:
    return [word.text for word in words_of(draw)]


def write(*lettering: tuple[float, float, str], size: float = 10, **options: object) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for x, y, text in lettering:
            page.insert_text((x, y), text, fontsize=size, **options)

    return draw


def oblique(x: float, y: float, text: str, degrees: float) -> Draw:
    """Lettering turned counter-clockwise about its own beginning."""

    def draw(page: pymupdf.Page) -> None:
        point = pymupdf.Point(x, y)
        page.insert_text(point, text, fontsize=10, morph=(point, pymupdf.Matrix(degrees)))

    return draw


def ink_box(page: pymupdf.Page) -> tuple[int, int, int, int]:
    """Where a picture of the page at the words' scale is dark: x1, y1, x2, y2."""
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(SCALE, SCALE), colorspace=pymupdf.csGRAY, alpha=False)
    picture = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)
    rows, columns = np.nonzero(picture < 128)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_blanks_separate_words() -> None:
    assert texts(write((100, 100, "4x M8x1.25-6H durchgehend"))) == ["4x", "M8x1.25-6H", "durchgehend"]


def test_umlauts_and_signs_come_as_they_are_printed() -> None:
    assert texts(write((100, 100, "Oberflächengüte Maßstab 45° ±0,05"))) == [
        "Oberflächengüte",
        "Maßstab",
        "45°",
        "±0,05",
    ]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_box_is_the_ink_of_the_upright_page(rotation: int) -> None:
    page = page_with(write((100, 200, "33,40")), rotation)
    (word,) = text_layer.words(page, SCALE)
    box = (word.box.x1, word.box.y1, word.box.x2, word.box.y2)
    assert box == pytest.approx(ink_box(page), abs=4)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_direction_is_that_of_the_upright_page(rotation: int) -> None:
    (word,) = words_of(write((100, 200, "33,40")), rotation)
    assert word.direction == -rotation % 360


def test_the_box_counts_from_the_corner_of_the_crop_box() -> None:
    page = page_with(write((100, 200, "33")))
    page.set_cropbox(pymupdf.Rect(60, 120, 500, 700))
    (word,) = text_layer.words(page, SCALE)
    assert (word.box.x1, word.box.y2) == pytest.approx((40 * SCALE, 80 * SCALE), abs=4)


def test_lettering_outside_of_the_crop_box_is_dropped() -> None:
    page = page_with(write((100, 200, "33,40"), (20, 20, "Druckmarke")))
    page.set_cropbox(pymupdf.Rect(60, 120, 500, 700))
    assert [word.text for word in text_layer.words(page, SCALE)] == ["33,40"]


def test_a_vertical_dimension_is_one_word_that_reads_upward() -> None:
    (word,) = words_of(write((300, 300, "127,55"), rotate=UP))
    assert (word.text, word.direction) == ("127,55", 90)


def test_a_vertical_dimension_is_higher_than_wide() -> None:
    (word,) = words_of(write((300, 300, "127,55"), rotate=UP))
    assert word.box.height > 3 * word.box.width


def test_two_vertical_dimensions_above_each_other_stay_two_words() -> None:
    assert texts(write((300, 300, "12,5"), (300, 274, "7,50"), rotate=UP)) == ["12,5", "7,50"]


@pytest.mark.parametrize("degrees", [30, 45, 66, 315])
def test_oblique_lettering_keeps_its_direction(degrees: int) -> None:
    (word,) = words_of(oblique(300, 300, "R8,05", degrees))
    assert (word.text, word.direction) == ("R8,05", degrees)


def test_oblique_words_are_cut_at_their_blanks() -> None:
    assert texts(oblique(300, 300, "R1,00 ±0,10 MAX", 45)) == ["R1,00", "±0,10", "MAX"]


def test_lettering_a_little_off_an_axis_runs_along_it() -> None:
    (word,) = words_of(oblique(300, 300, "135°", 0.6))
    assert word.direction == 0


def test_a_number_written_in_pieces_is_one_word() -> None:
    width = pymupdf.get_text_length("33", fontsize=10)
    assert texts(write((100, 100, "33"), (100 + width, 100, ",40"))) == ["33,40"]


def test_pieces_are_joined_in_reading_order_however_they_were_written() -> None:
    width = pymupdf.get_text_length("33", fontsize=10)
    assert texts(write((100 + width, 100, ",40"), (100, 100, "33"))) == ["33,40"]


def test_numbers_a_blank_apart_are_two_words() -> None:
    width = pymupdf.get_text_length("33 ", fontsize=10)
    assert texts(write((100, 100, "33"), (100 + width, 100, "40"))) == ["33", "40"]


def test_stacked_deviations_are_words_of_their_own() -> None:
    assert texts(write((100, 100, "33,40"), (128, 95, "+0,10"), (128, 105, "-0,05"))) == ["33,40", "+0,10", "-0,05"]


def test_a_sign_in_a_column_of_its_own_belongs_to_its_deviation() -> None:
    width = pymupdf.get_text_length("-", fontsize=10)
    assert texts(write((100, 100, "-"), (102 + width, 100, "0,05"))) == ["-0,05"]


def test_a_dash_between_words_stays_alone() -> None:
    assert texts(write((100, 100, "Maß - 20"))) == ["Maß", "-", "20"]


def test_a_diameter_sign_belongs_to_its_number_across_a_blank() -> None:
    assert texts(write((100, 100, "Ø 3"))) == ["Ø3"]


def test_a_plus_minus_sign_belongs_to_its_number_across_a_blank() -> None:
    assert texts(write((100, 100, "7,14 ± 0,02"))) == ["7,14", "±0,02"]


def test_lettering_printed_twice_is_one_word() -> None:
    assert texts(write((100, 100, "33,40"), (100.1, 100, "33,40"))) == ["33,40"]


def test_invisible_lettering_of_a_scanner_is_kept() -> None:
    assert texts(write((100, 100, "Welle"), render_mode=3)) == ["Welle"]


def test_a_soft_hyphen_is_a_hyphen() -> None:
    assert texts(write((100, 100, "6082\u00adT6"))) == ["6082-T6"]


def test_a_page_without_text_has_no_words() -> None:
    assert texts(lambda page: page.draw_line((10, 10), (200, 200))) == []


def test_symbols_of_a_gdt_font_are_known_by_their_letter() -> None:
    assert [text_layer.character(letter, "ABCDEF+AIGDT") for letter in "nxv"] == ["Ø", "↧", "⌴"]


def test_a_renumbered_capital_of_a_gdt_font_says_nothing() -> None:
    assert text_layer.character("P", "AIGDT") == ""


def test_control_and_private_characters_say_nothing() -> None:
    assert [text_layer.character(char, "Arial") for char in "\x07\u200b\ue001"] == ["", "", ""]
