"""The ruled cells that words stand in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawing.recognition.celled_words import with_cells
from drawing.sheet import Box, Sheet, Word

SHEET = Sheet(page=1, width=1600, height=1100, dpi=200.0, paper=None, text_source="text_layer")
LATER, NEVER = float("inf"), 0.0
#: Two cells side by side, and a high one below them.
LEFT, RIGHT, BELOW = (800, 800, 1000, 870), (1000, 800, 1300, 870), (800, 870, 1300, 1000)


def celled(*words: Word, until: float = LATER, skew_deg: float = 0.0) -> list[Box | None]:
    """The cells of words on a sheet with three ruled cells, turned by `skew_deg` around their corner."""
    picture = np.full((SHEET.height, SHEET.width), 255, np.uint8)
    for x1, y1, x2, y2 in (LEFT, RIGHT, BELOW):
        cv2.rectangle(picture, (x1, y1), (x2, y2), 0, 2)
    turn = cv2.getRotationMatrix2D((800, 800), skew_deg, 1)
    turned = np.asarray(cv2.warpAffine(picture, turn, (SHEET.width, SHEET.height), borderValue=255), np.uint8)

    def tile(region: Box, zoom: float) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(turned, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8)

    return [word.cell for word in with_cells(words, tile, SHEET, until)]


def word(text: str, x: float, y: float) -> Word:
    return Word(text, Box(x, y, x + 14 * len(text), y + 20), "text_layer")


def sides(box: Box) -> tuple[float, float, float, float]:
    return box.x1, box.y1, box.x2, box.y2


@pytest.mark.parametrize("skew_deg", [0.0, 0.5])
def test_a_word_has_the_cell_that_it_stands_in(skew_deg: float) -> None:
    cells = celled(word("Werkstoff", 810, 810), word("C45", 1010, 810), word("Welle", 900, 950), skew_deg=skew_deg)
    for cell, drawn in zip(cells, (LEFT, RIGHT, BELOW), strict=True):
        assert cell is not None
        assert sides(cell) == pytest.approx(drawn, abs=8)


def test_a_word_outside_of_every_cell_has_none() -> None:
    assert celled(word("Ø20", 200, 200)) == [None]


def test_the_edge_of_the_sheet_is_no_cell() -> None:
    assert celled(word("Ø20", 5, 5)) == [None]


def test_a_word_that_was_read_over_a_wall_is_cut_there() -> None:
    assert len(set(celled(word("1:1 A4", 960, 820)))) == 2


def test_after_the_deadline_no_cell_is_looked_for() -> None:
    assert celled(word("C45", 1010, 810), until=NEVER) == [None]
