"""Rectangles found by their lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drawing.recognition.ruled_cells import Picture, ruled, shares_a_wall, sheet_zoom
from drawing.sheet import Box

PER_MM = 200 / 25.4


def ruling(*boxes: tuple[int, int, int, int], paper: int = 255) -> Picture:
    picture = np.full((400, 600), paper, np.uint8)
    for x1, y1, x2, y2 in boxes:
        cv2.rectangle(picture, (x1, y1), (x2, y2), 0, 2)
    return picture


def test_the_white_inside_of_a_rectangle_is_found() -> None:
    (cell,) = ruled(ruling((100, 100, 180, 155)), PER_MM).cells
    assert (cell.x1, cell.y1, cell.x2, cell.y2) == pytest.approx((102, 102, 179, 154), abs=2)


def test_a_row_of_cells_is_found_cell_by_cell() -> None:
    assert len(ruled(ruling((100, 100, 155, 155), (155, 100, 260, 155)), PER_MM).cells) == 2


def test_a_rectangle_with_a_gap_is_none() -> None:
    picture = ruling((100, 100, 180, 155))
    picture[120:140, 170:190] = 255
    assert ruled(picture, PER_MM).cells == []


def test_lettering_that_touches_its_wall_does_not_cut_the_cell() -> None:
    picture = ruling((100, 100, 180, 155))
    cv2.line(picture, (100, 128), (130, 128), 0, 3)
    assert len(ruled(picture, PER_MM).cells) == 1


def test_a_triangle_is_no_rectangle() -> None:
    picture = np.full((400, 600), 255, np.uint8)
    cv2.polylines(picture, [np.array([(100, 200), (180, 200), (140, 130)], np.int32)], True, 0, 2)
    assert ruled(picture, PER_MM).cells == []


def test_shaded_paper_is_paper() -> None:
    picture = ruling((100, 100, 180, 155), paper=230)
    shade = np.linspace(0, 90, 600)[None, :]
    assert len(ruled(np.clip(picture - shade, 0, 255).astype(np.uint8), PER_MM).cells) == 1


def test_what_is_too_high_for_a_line_of_lettering_is_no_cell() -> None:
    assert ruled(ruling((100, 100, 400, 300)), PER_MM).cells == []


@pytest.mark.parametrize(
    ("other", "shares"),
    [
        (Box(54, 0, 90, 50), True),
        (Box(0, 54, 50, 90), True),
        (Box(80, 0, 120, 50), False),
        (Box(54, 45, 90, 95), False),
    ],
    ids=["beside", "below", "apart", "past the corner"],
)
def test_neighbours_share_a_wall(other: Box, shares: bool) -> None:
    assert shares_a_wall(Box(0, 0, 50, 50), other) == shares


@pytest.mark.parametrize(
    ("width", "height", "dpi", "zoom"),
    [(2339, 1654, 200.0, 0.5), (1169, 827, 75.0, 1.0), (16_000, 10_000, 100.0, 0.316)],
    ids=["an A4", "a coarse one", "a huge one"],
)
def test_a_whole_sheet_is_looked_at_in_a_picture_of_bounded_size(
    width: int, height: int, dpi: float, zoom: float
) -> None:
    assert sheet_zoom(width, height, dpi) == pytest.approx(zoom, abs=0.001)
