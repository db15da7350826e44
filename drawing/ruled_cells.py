"""Rectangles ruled on a sheet: the closed white regions between straight horizontal and vertical lines.

Only long strokes are looked at, so that lettering which touches the wall of its cell does not cut it into parts. Works
on grey pictures of scans as well as on drawn ones, up to about one degree askew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.sheet import Box

Picture = NDArray[np.uint8]

#: mm. Cells of feature control frames are twice as high as their lettering, which is 2.5 to 7 mm (ISO 7083, ISO 3098);
#: boxes around dimensions may be tighter.
LEAST_SIDE_MM, LOWEST_MM, HIGHEST_MM = 2.8, 3.2, 15.0
#: mm. Shorter strokes are lettering or geometry: the cells looked for have longer walls. Lettering that touches its
#: wall cuts a cell at the first, low cells have no wall at the last.
LEAST_WALLS_MM = (2.6, 3.7, 4.7)
#: px. Two rectangles whose sides all agree within this are the same.
SAME_PX = 4
#: px. Holes in a wall that a poor scan leaves are smaller; symbols come within a few pixels of their walls.
GAP_PX = 3
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
    for length_mm in LEAST_WALLS_MM:
        for box in _rectangles(255 - _walls(mask, per_mm, length_mm)):
            if min(_sides(box)) >= LEAST_SIDE_MM * per_mm and not any(_same(box, other) for other in boxes):
                boxes.append(box)
    low = [LOWEST_MM * per_mm <= max(_sides(box)) and min(_sides(box)) <= HIGHEST_MM * per_mm for box in boxes]
    cells = [box for box, is_low in zip(boxes, low, strict=True) if is_low]
    return Ruled(cells, [box for box, is_low in zip(boxes, low, strict=True) if not is_low])


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


def _same(one: Box, other: Box) -> bool:
    sides = (one.x1 - other.x1, one.y1 - other.y1, one.x2 - other.x2, one.y2 - other.y2)
    return max(map(abs, sides)) <= SAME_PX


def _walls(mask: Picture, per_mm: float, length_mm: float) -> Picture:
    """255 on long horizontal and vertical strokes, a pixel thicker than they are, so that corners close."""
    length = max(5, round(length_mm * per_mm))
    walls = np.zeros_like(mask)
    for along in ((0, 1), (1, 0)):
        thick = cv2.dilate(mask, _bar(along[::-1], 3))
        whole = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, _bar(along, GAP_PX))
        walls |= np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, _bar(along, length)), np.uint8)
    return walls


def _bar(along: tuple[int, int], length: int) -> Picture:
    """A line of `length` px along one axis (rows, columns)."""
    return np.ones((length if along[0] else 1, length if along[1] else 1), np.uint8)
