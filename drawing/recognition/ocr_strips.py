"""The strips of lettering on a sheet: found in tiles, at any angle, in sheet pixels.

A sheet is searched at about 130 dpi, once as it is and once turned, because the detector cuts vertical lettering at its
decimal comma. Lettering on drawings is readable from below or from the right (ISO 129-1), so a strip's reading
direction follows from its angle and no classifier of orientation is asked.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from drawing.recognition.ocr_models import Detector, Picture, Rectangle, Region, regions
from drawing.sheet import MM_PER_INCH, Box, paper_of

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Where the detector reads best: 2.5 to 3.5 mm lettering is 13 to 18 px high. At half of that it still finds most.
DETECTION_DPI = 130
#: A raster that says no more than this says what a screen has, not what the scanner did.
SCREEN_DPI = 96
#: What scanners and plotters offer, most usual first: a raster that does not say is a sheet of an ISO size at one of
#: these, else its longer side is an A3's, or a larger sheet's at `MOST_ASSUMED_DPI`, or a part of one at the least:
#: with fewer, 3.5 mm lettering has not the 7 px that it takes, and what is enlarged eightfold takes long to search.
USUAL_DPI = (200.0, 300.0, 400.0, 600.0, 150.0)
LONGER_SIDE_MM, LEAST_ASSUMED_DPI, MOST_ASSUMED_DPI = 420.0, 48.0, 300.0
#: px. Strips this low at the lower quartile are lettering too small for the resolution; then the sheet is searched once
#: more. Not for a handful of strips, which may be geometry.
SMALL_STRIP_PX, FEWEST_STRIPS, FINER = 15.0, 12, 1.6

#: px at the detection resolution. One tile holds an A4; half the overlap is the context at a seam.
TILE_PX, OVERLAP_PX = 1600, 200
#: Width by height of a strip: below, its lettering runs the other way.
LEAST_RATIO = 0.5
#: degrees counter-clockwise. Lettering up to this is read upward, steeper as lettering that falls to the right.
STEEPEST_DEG = 110
#: The part of a strip's height that is ink, and the part of a height that is margin at either end.
INK_SHARE, END_SHARE = 0.6, 0.2
#: Of a strip's height. Two strips whose lines agree within the first and which overlap by the second may be one.
LINE_SHARE, JOIN_SHARE = 0.25, 0.25


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip of lettering in sheet pixels: its centre, its extent along and across its reading direction."""

    x: float
    y: float
    length: float
    height: float
    direction: float

    @property
    def start(self) -> tuple[float, float]:
        """Where its lettering begins: along the reading direction, and across it to the left."""
        angle = math.radians(self.direction)
        dx, dy = math.cos(angle), -math.sin(angle)
        return self.x * dx + self.y * dy - self.length / 2, self.x * dy - self.y * dx

    def moved(self, along: float, across: float) -> Strip:
        """This strip so many pixels further in its reading direction, and below its line."""
        angle = math.radians(self.direction)
        cos, sin = math.cos(angle), math.sin(angle)
        return replace(self, x=self.x + along * cos + across * sin, y=self.y - along * sin + across * cos)

    @property
    def core(self) -> Rectangle:
        """Where the ink is: strips reach into the next line."""
        return (self.x, self.y), (self.length - self.height * END_SHARE, self.height * INK_SHARE), -self.direction

    def box(self, start: float, end: float, share: float = 1.0) -> Box:
        """The hull of the part between two fractions of the length, and of a `share` of the height."""
        angle = math.radians(self.direction)
        dx, dy = math.cos(angle), -math.sin(angle)
        along = ((start - 0.5) * self.length, (end - 0.5) * self.length)
        across = (-self.height / 2 * share, self.height / 2 * share)
        xs = [self.x + a * dx - b * dy for a, b in product(along, across)]
        ys = [self.y + a * dy + b * dx for a, b in product(along, across)]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Pictures:
    """A sheet of `width` × `height` px at `dpi`, of which `tile` gives greyscale pictures.

    `within` are the places (sheet pixels) that are searched; empty means everywhere.
    """

    tile: Tile
    width: int
    height: int
    dpi: float
    within: tuple[Box, ...] = ()

    def cells(self, zoom: float) -> list[Box]:
        """The sheet cut into equal tiles with an overlap, in sheet pixels that fall on whole pixels at `zoom`."""
        columns, rows = (_cuts(math.ceil(side * zoom)) for side in (self.width, self.height))
        every = (Box(x1 / zoom, y1 / zoom, x2 / zoom, y2 / zoom) for (y1, y2), (x1, x2) in product(rows, columns))
        return [cell for cell in every if self._is_searched(cell)]

    def has_within(self, strip: Strip) -> bool:
        return not self.within or any(place.contains(strip.x, strip.y) for place in self.within)

    def _is_searched(self, cell: Box) -> bool:
        return not self.within or any(cell.overlaps(place) for place in self.within)


def find(pictures: Pictures, until: float) -> tuple[list[Strip], bool]:
    """The strips of the sheet, largest first, and whether all of it was searched by `until`."""
    detector = Detector()
    zoom = DETECTION_DPI / pictures.dpi
    begun = time.monotonic()
    strips, complete = _search(detector, pictures, zoom, until)
    enough_time = time.monotonic() + (time.monotonic() - begun) * FINER**2 < until
    if complete and enough_time and _are_small(strips, zoom):
        strips, complete = _search(detector, pictures, zoom * FINER, until)
    return sorted(strips, key=lambda strip: -strip.length * strip.height), complete


def _are_small(strips: list[Strip], zoom: float) -> bool:
    """Whether lettering is too small for a search at `zoom`."""
    heights = [strip.height * zoom for strip in strips if strip.length > 1.5 * strip.height]
    return len(heights) >= FEWEST_STRIPS and float(np.percentile(heights, 25)) < SMALL_STRIP_PX


def _search(detector: Detector, pictures: Pictures, zoom: float, until: float) -> tuple[list[Strip], bool]:
    """The strips found at a zoom factor in the sheet as it is and turned. Tiles' maps are put together first, so that
    no strip ends at a seam."""
    shape = math.ceil(pictures.height * zoom), math.ceil(pictures.width * zoom)
    level, turned = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    complete = True
    for cell in pictures.cells(zoom):
        if time.monotonic() > until:
            complete = False
            break
        picture = pictures.tile(cell, zoom)
        _paste(level, detector.scores(picture), cell, zoom)
        _paste(turned, np.rot90(detector.scores(_clockwise(picture))), cell, zoom)
    strips = [_level(region, zoom) for region in regions(level)]
    strips += [_turned(region, shape[0], zoom) for region in regions(_clockwise(turned))]
    strips = [s for s in strips if s.length >= LEAST_RATIO * s.height and pictures.has_within(s)]
    return strips + _unions(strips), complete


def _unions(strips: Iterable[Strip]) -> list[Strip]:
    """Strips over two that were cut in the middle of a word, as in small vertical dimensions; a second opinion."""
    lines: defaultdict[int, list[Strip]] = defaultdict(list)
    unions = []
    for strip in sorted(strips, key=lambda strip: strip.start):
        line = lines[round(strip.direction)]
        unions += [_union(before, strip) for before in line if _continues(before, strip)]
        line.append(strip)
    return unions


def _continues(before: Strip, strip: Strip) -> bool:
    """Whether two strips of one direction are parts of one word: their margins overlap by more than a blank leaves."""
    height = min(before.height, strip.height)
    (start, across), (other_start, other_across) = before.start, strip.start
    on_line = abs(across - other_across) < LINE_SHARE * height and max(before.height, strip.height) < 1.5 * height
    return on_line and other_start < start + before.length - JOIN_SHARE * height


def _union(before: Strip, strip: Strip) -> Strip:
    """One strip over two of one direction and line, of which `before` begins first."""
    start, end = before.start[0], max(before.start[0] + before.length, strip.start[0] + strip.length)
    return replace(before.moved((end - start - before.length) / 2, 0), length=end - start)


def _clockwise(picture: Picture) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, -1))


def _paste(whole: Picture, part: Picture, cell: Box, zoom: float) -> None:
    """Puts a tile's map into the sheet's, without the half of its overlap that the tile before saw better."""
    x, y = round(cell.x1 * zoom), round(cell.y1 * zoom)
    left, top = (OVERLAP_PX // 2 if start else 0 for start in (x, y))
    room = whole[y + top :, x + left :]
    part = part[top : top + room.shape[0], left : left + room.shape[1]]
    room[: part.shape[0], : part.shape[1]] = part


def _level(region: Region, zoom: float) -> Strip:
    return Strip(region.x / zoom, region.y / zoom, region.length / zoom, region.height / zoom, region.angle)


def _turned(region: Region, height: int, zoom: float) -> Strip:
    """A strip found in the map turned clockwise, which was `height` px high before."""
    direction = region.angle + 90
    if direction > STEEPEST_DEG:
        direction -= 180
    return Strip(region.y / zoom, (height - region.x) / zoom, region.length / zoom, region.height / zoom, direction)


def resolution(width: int, height: int, dpi: float | None) -> float:
    """Pixels per inch of paper, guessed where the file does not say; half or twice as many still reads well."""
    if dpi is not None and dpi > SCREEN_DPI:
        return dpi
    for usual in USUAL_DPI:
        if paper_of(width / usual * MM_PER_INCH, height / usual * MM_PER_INCH):
            return usual
    return min(max(max(width, height) / LONGER_SIDE_MM * MM_PER_INCH, LEAST_ASSUMED_DPI), MOST_ASSUMED_DPI)


def _cuts(length: int) -> list[tuple[int, int]]:
    """Where tiles of about `TILE_PX` begin and end on a side of `length` px."""
    count = max(1, math.ceil((length - OVERLAP_PX) / (TILE_PX - OVERLAP_PX)))
    size = math.ceil((length + (count - 1) * OVERLAP_PX) / count)
    starts = [min(at * (size - OVERLAP_PX), length - size) for at in range(count)]
    return [(start, start + size) for start in starts]
