"""Rectangles ruled on a sheet: the closed white regions between straight horizontal and vertical lines.

Only long strokes are looked at, so that lettering which touches the wall of its cell does not cut it into parts. Works
on grey pictures of scans as well as on drawn ones, up to about one degree askew.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.sheet import Box

Picture = NDArray[np.uint8]

#: What a whole sheet is looked at with: enough for lines of 0.13 mm on an A0; larger rasters more coarsely.
SHEET_DPI, SHEET_PIXELS = 100, 16_000_000
#: mm. Cells of feature control frames are twice as high as their lettering, which is 2.5 to 7 mm (ISO 7083, ISO 3098);
#: boxes around dimensions may be tighter.
LEAST_SIDE_MM, LOWEST_MM, HIGHEST_MM = 2.8, 3.2, 15.0
#: Shortest wall in mm, and the hole in a wall in px that is closed. Shorter strokes are lettering or geometry.
#: Lettering that touches its wall cuts a cell at the first, and a symbol a few pixels from its walls does where holes
#: are closed; low cells have no wall at the last, poor scans holes.
PASSES = ((2.6, 2), (3.7, 2), (4.7, 0))
#: Of a cell's height: the thickest wall between two cells.
WALL_SHARE = 0.22
#: px. Two rectangles whose sides all agree within this are the same.
SAME_PX = 4
#: mm. Most of an area of this size is paper, not ink; it is measured on a picture this many times coarser.
SURROUNDINGS_MM, COARSE = 8.0, 4
#: Grey levels that ink is darker than its paper; scans of paper vary by a third of it.
LEAST_CONTRAST = 50
#: Share of its upright box that a cell fills, which one degree of skew makes smaller, and that is white where a symbol
#: touches its wall.
LEAST_FILLING, LEAST_WHITE = 0.9, 0.45


@dataclass(frozen=True, slots=True)
class Ruled:
    """The rectangles of a picture: those low enough to hold one line of lettering, and all the others."""

    cells: list[Box]
    others: list[Box]


def ink(picture: Picture, per_mm: float) -> Picture:
    """255 where a greyscale picture (H×W) is darker than its paper, which may be shaded, else 0."""
    height, width = picture.shape
    small = cv2.resize(picture, (-(-width // COARSE), -(-height // COARSE)), interpolation=cv2.INTER_AREA)
    side = 2 * round(SURROUNDINGS_MM * per_mm / COARSE / 2) + 1
    paper = cv2.resize(cv2.medianBlur(small, side), (width, height), interpolation=cv2.INTER_LINEAR)
    darker = cv2.subtract(paper, picture)
    return np.asarray(cv2.threshold(darker, LEAST_CONTRAST, 255, cv2.THRESH_BINARY)[1], np.uint8)


def ruled(picture: Picture, per_mm: float) -> Ruled:
    """The rectangles in a greyscale picture of `per_mm` px to the millimetre, in its pixels: the white inside."""
    mask = ink(picture, per_mm)
    boxes: list[Box] = []
    known: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for length_mm, hole_px in PASSES:
        for box in _rectangles(255 - _walls(mask, round(length_mm * per_mm), hole_px)):
            if min(_sides(box)) >= LEAST_SIDE_MM * per_mm and not any(_same(box, other) for other in _near(box, known)):
                boxes.append(box)
                known[_corner(box)].append(box)
    low = [LOWEST_MM * per_mm <= max(_sides(box)) and min(_sides(box)) <= HIGHEST_MM * per_mm for box in boxes]
    cells = [box for box, is_low in zip(boxes, low, strict=True) if is_low]
    return Ruled(cells, [box for box, is_low in zip(boxes, low, strict=True) if not is_low])


def sheet_zoom(width: int, height: int, dpi: float) -> float:
    """Sheet pixels to those of a picture of the whole sheet, which is never enlarged."""
    return min(1.0, SHEET_DPI / dpi, math.sqrt(SHEET_PIXELS / (width * height)))


def shares_a_wall(cell: Box, other: Box) -> bool:
    """Whether two rectangles lie side by side, along more than half of the shorter wall."""
    reach = WALL_SHARE * min(cell.width, cell.height)
    along_x = min(cell.x2, other.x2) - max(cell.x1, other.x1)
    along_y = min(cell.y2, other.y2) - max(cell.y1, other.y1)
    beside = -reach <= along_x <= reach / 4 and along_y > 0.5 * min(cell.height, other.height)
    below = -reach <= along_y <= reach / 4 and along_x > 0.5 * min(cell.width, other.width)
    return beside or below


def _rectangles(white: Picture) -> Iterator[Box]:
    """The rectangular ones among the closed regions, by their outlines: what they enclose is of no concern."""
    contours, hierarchy = cv2.findContours(white, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0] if contours else (), strict=True):
        x, y, width, height = cv2.boundingRect(contour)
        if parent >= 0 or min(width, height) < 2:
            continue
        area, hull = (cv2.contourArea(outline) for outline in (contour, cv2.convexHull(contour)))
        whole = (width - 1) * (height - 1)
        if area >= LEAST_WHITE * whole and hull >= LEAST_FILLING * whole:
            yield Box(float(x), float(y), float(x + width), float(y + height))


def _sides(box: Box) -> tuple[float, float]:
    return box.width, box.height


def _corner(box: Box) -> tuple[int, int]:
    """Where a box begins, in steps that the same box never differs by more than one of."""
    return int(box.x1 // SAME_PX), int(box.y1 // SAME_PX)


def _near(box: Box, known: Mapping[tuple[int, int], list[Box]]) -> Iterator[Box]:
    column, row = _corner(box)
    for corner in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
        yield from known.get(corner, ())


def _same(one: Box, other: Box) -> bool:
    sides = (one.x1 - other.x1, one.y1 - other.y1, one.x2 - other.x2, one.y2 - other.y2)
    return max(map(abs, sides)) <= SAME_PX


def _walls(mask: Picture, length: int, hole: int) -> Picture:
    """255 on horizontal and vertical strokes of `length` px, a pixel thicker than they are, so that corners close."""
    walls = np.zeros_like(mask)
    for along in ((0, 1), (1, 0)):
        thick = cv2.dilate(mask, _bar(along[::-1], 3))
        whole = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, _bar(along, hole + 1))
        walls |= np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, _bar(along, length)), np.uint8)
    return walls


def _bar(along: tuple[int, int], length: int) -> Picture:
    """A line of `length` px along one axis (rows, columns)."""
    return np.ones((length if along[0] else 1, length if along[1] else 1), np.uint8)
