"""The text of single cells, drawn here."""

from __future__ import annotations

import numpy as np
import pytest

from drawing.recognition.cell_text import CellReader, Known
from tests.drawn_symbols import USUAL, Look
from tests.ruled_sheet import Picture, RuledSheet

CELL_PX = 96


@pytest.fixture(scope="module")
def reader() -> CellReader:
    return CellReader()


def cell(text: str, width_mm: float, look: Look) -> Picture:
    """The inside of a frame's second cell, 96 px high."""
    sheet = RuledSheet(60, 30)
    sheet.frame(0, 20, "", [text], look)
    side, edge = 2 * look.height_mm, 0.6 * look.pen_mm
    scale = CELL_PX / (side - 2 * edge)
    picture = sheet.picture(round(scale * 25.4))
    top, left = round((20 - side + edge) * scale), round((side + edge) * scale)
    return picture[top : top + CELL_PX, left : round((side + width_mm - edge) * scale)]


def read(reader: CellReader, text: str, width_mm: float, *known: Known, look: Look = USUAL) -> list[str]:
    return [token.text for token in reader.tokens(cell(text, width_mm, look), list(known))]


def test_a_drawn_diameter_sign_belongs_to_its_value(reader: CellReader) -> None:
    assert read(reader, "Ø0,15", 15) == ["Ø0,15"]


@pytest.mark.parametrize(("text", "width_mm"), [("0,88", 12.9), ("0,06", 12.9), ("80", 8.9), ("0,002", 15.6)])
def test_round_digits_are_no_diameter_sign(reader: CellReader, text: str, width_mm: float) -> None:
    assert read(reader, text, width_mm) == [text]


@pytest.mark.parametrize("letter", "ABCDEFGHJKLMNPRSTUVXYZ")
def test_a_lone_letter_is_read(reader: CellReader, letter: str) -> None:
    assert read(reader, letter, 7) == [letter]


def test_what_stands_behind_a_modifier_is_read_too(reader: CellReader) -> None:
    assert read(reader, "0,1Ⓟ20", 22) == ["0,1", "Ⓟ", "20"]


def test_a_drawn_diameter_sign_is_put_before_the_number_of_the_text_layer(reader: CellReader) -> None:
    assert read(reader, "Ø0,15", 15, Known("0,15", 0.6)) == ["Ø0,15"]


def test_two_holes_with_no_number_behind_them_are_no_diameter_sign(reader: CellReader) -> None:
    assert read(reader, "Ø", 7, Known("B", 0.5)) == ["B"]


def test_a_diameter_sign_that_the_text_layer_has_is_not_put_twice(reader: CellReader) -> None:
    assert read(reader, "Ø0,15", 15, Known("Ø0,15", 0.5)) == ["Ø0,15"]


def test_an_empty_cell_says_nothing(reader: CellReader) -> None:
    assert reader.tokens(np.full((CELL_PX, CELL_PX), 255, np.uint8), []) == []
