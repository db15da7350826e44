"""Lettering read from pictures: a tiler around the two networks of `ocr_models`.

A sheet is searched in tiles at about 130 dpi, once as it is and once turned, because the detector cuts vertical
lettering at its decimal comma. Each strip found is cut out at full resolution along its own direction and read.
Lettering on drawings is readable from below or from the right (ISO 129-1), so no classifier of orientation is asked.
"""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drawing.lettering import Reading, normalised
from drawing.ocr_models import (
    BATCH_WIDTH_PX,
    STRIP_HEIGHT_PX,
    Detector,
    Line,
    Picture,
    Recogniser,
    Rectangle,
    Region,
    regions,
)
from drawing.sheet import Box, Word, paper_of

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Where the detector reads best: 2.5 to 3.5 mm lettering is 13 to 18 px high. At half of that it still finds most.
DETECTION_DPI = 130
#: More than this gives the recogniser nothing: 2.5 mm lettering is 30 px high of its 48.
READING_DPI = 300
#: A raster that says no more than this says what a screen has, not what the scanner did.
SCREEN_DPI = 96
#: What scanners and plotters offer, most usual first: a raster that does not say is a sheet of an ISO size at one of
#: these, else its longer side is an A3's, or a larger sheet's at `MOST_ASSUMED_DPI`.
USUAL_DPI = (200.0, 300.0, 400.0, 600.0, 150.0)
LONGER_SIDE_MM, MOST_ASSUMED_DPI = 420.0, 300.0
MM_PER_INCH = 25.4
#: px. Strips this low at the lower quartile are lettering too small for the resolution; then it is searched once more.
SMALL_STRIP_PX, FINER = 15.0, 1.6

#: px at the detection resolution. One tile holds an A4; half the overlap is the context at a seam.
TILE_PX, OVERLAP_PX = 1600, 200
#: Share of the time that may go into finding strips; the rest is for reading them.
FINDING_SHARE = 0.6
#: Strips of one sheet. A dense A0 has 1,500; a perforated plate thousands of false ones.
MAX_STRIPS = 3000
#: Width by height of a strip: below, its lettering runs the other way.
LEAST_RATIO = 0.5
#: px of a strip of 48 px height: about 100 characters, more than a line of notes has.
WIDEST_STRIP_PX = 3000
#: degrees counter-clockwise. Lettering up to this is read upward, steeper as lettering that falls to the right.
STEEPEST_DEG = 110
AXIS_TOLERANCE_DEG = 3.0

#: Below this a strip is no lettering: arrowheads, hatching. A single character is easily seen in geometry,
#: the more so a turned one: a hole is a 0 in every direction.
LEAST_CONFIDENCE, LEAST_ALONE, LEAST_ALONE_TURNED = 0.5, 0.7, 0.9
#: Share of a strip's core that another may cover before only the better reading stays.
MOST_OVERLAP = 0.5
#: The part of a strip's height that is ink, and the part of a height that is margin at either end.
INK_SHARE, END_SHARE = 0.6, 0.2

#: Of a strip's height. Two strips whose lines agree within the first and which overlap by the second are one.
LINE_SHARE, JOIN_SHARE = 0.25, 0.25

#: A word of a line; Ø or ± belong to the number behind their blank. The recogniser reads Ø as 0 almost always, and 0 is
#: no number on its own before another.
WORD = re.compile(r"(?:\S*[Ø⌀∅øφΦ±] (?=\d)|(?<!\S)0 (?=\d+[.,]\d))?\S+")
#: A zero before a digit is no number either, but stands in dates, times and codes: "07.10.2019", "0815-A".
ZERO_DIAMETER = re.compile(r"^(\(?(?:\d+[xX×])?)0(?=\d{1,3}(?:[.,]\d{1,4})?(?:$|[)±+]|[A-Za-z]{1,2}\d))")


@dataclass(frozen=True, slots=True)
class _Strip:
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
class _Sheet:
    """What is read: `tile` gives greyscale pictures of a sheet of `width` × `height` px of `dpi`."""

    tile: Tile
    width: int
    height: int
    dpi: float

    def cells(self, zoom: float) -> list[Box]:
        """The sheet cut into equal tiles with an overlap, in sheet pixels that fall on whole pixels at `zoom`."""
        columns, rows = (_cuts(math.ceil(side * zoom)) for side in (self.width, self.height))
        return [Box(x1 / zoom, y1 / zoom, x2 / zoom, y2 / zoom) for (y1, y2), (x1, x2) in product(rows, columns)]


def read(tile: Tile, width: int, height: int, dpi: float | None, deadline_s: float) -> Reading:
    """The words of a sheet of `width` × `height` pixels, of which `tile` gives greyscale pictures.

    Ends after about `deadline_s` seconds; what was not read by then is missing, and the reading not `complete`.
    """
    begun = time.monotonic()
    sheet = _Sheet(tile, width, height, resolution(width, height, dpi))
    strips, found_all = _find(sheet, begun + FINDING_SHARE * deadline_s)
    lines, read_all = _read(list(_pictures(sheet, strips[:MAX_STRIPS])), begun + deadline_s)
    words = (word for strip, line in _without_overlaps(lines) for word in _words(strip, line))
    inside = (word for word in words if not word.box.clamped(width, height).is_empty)
    return Reading(tuple(inside), found_all and read_all and len(strips) <= MAX_STRIPS)


def resolution(width: int, height: int, dpi: float | None) -> float:
    """Pixels per inch of paper, guessed where the file does not say; half or twice as many still reads well."""
    if dpi is not None and dpi > SCREEN_DPI:
        return dpi
    for usual in USUAL_DPI:
        if paper_of(width / usual * MM_PER_INCH, height / usual * MM_PER_INCH):
            return usual
    return min(max(width, height) / LONGER_SIDE_MM * MM_PER_INCH, MOST_ASSUMED_DPI)


def _cuts(length: int) -> list[tuple[int, int]]:
    """Where tiles of about `TILE_PX` begin and end on a side of `length` px."""
    count = max(1, math.ceil((length - OVERLAP_PX) / (TILE_PX - OVERLAP_PX)))
    size = math.ceil((length + (count - 1) * OVERLAP_PX) / count)
    starts = [min(at * (size - OVERLAP_PX), length - size) for at in range(count)]
    return [(start, start + size) for start in starts]


def _find(sheet: _Sheet, until: float) -> tuple[list[_Strip], bool]:
    """The strips of the sheet, and whether all of it was searched by `until`."""
    detector = Detector()
    zoom = DETECTION_DPI / sheet.dpi
    strips, complete = _search(detector, sheet, zoom, until)
    heights = [strip.height * zoom for strip in strips if strip.length > 1.5 * strip.height]
    if complete and heights and np.percentile(heights, 25) < SMALL_STRIP_PX:
        finer, complete = _search(detector, sheet, zoom * FINER, until)
        strips = finer if complete else strips
    return sorted(strips, key=lambda strip: -strip.length * strip.height), complete


def _search(detector: Detector, sheet: _Sheet, zoom: float, until: float) -> tuple[list[_Strip], bool]:
    """The strips found at a zoom factor in the sheet as it is and turned. Tiles' maps are put together first, so that
    no strip ends at a seam."""
    shape = math.ceil(sheet.height * zoom), math.ceil(sheet.width * zoom)
    level, turned = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    complete = True
    for cell in sheet.cells(zoom):
        if time.monotonic() > until:
            complete = False
            break
        picture = sheet.tile(cell, zoom)
        _paste(level, detector.scores(picture), cell, zoom)
        _paste(turned, np.rot90(detector.scores(_clockwise(picture))), cell, zoom)
    strips = [_level(region, zoom) for region in regions(level)]
    strips += [_turned(region, shape[0], zoom) for region in regions(_clockwise(turned))]
    return _joined(strip for strip in strips if strip.length >= LEAST_RATIO * strip.height), complete


def _joined(strips: Iterable[_Strip]) -> list[_Strip]:
    """Strips with those put together that were cut in the middle of a word, as in small vertical dimensions."""
    whole: defaultdict[int, list[_Strip]] = defaultdict(list)
    for strip in sorted(strips, key=lambda strip: strip.start):
        group = whole[round(strip.direction)]
        for at, before in enumerate(group):
            if _continues(before, strip):
                group[at] = _union(before, strip)
                break
        else:
            group.append(strip)
    return [strip for group in whole.values() for strip in group]


def _continues(before: _Strip, strip: _Strip) -> bool:
    """Whether two strips of one direction are parts of one word: their margins overlap by more than a blank leaves."""
    height = min(before.height, strip.height)
    (start, across), (other_start, other_across) = before.start, strip.start
    on_line = abs(across - other_across) < LINE_SHARE * height and max(before.height, strip.height) < 1.5 * height
    return on_line and other_start < start + before.length - JOIN_SHARE * height


def _union(before: _Strip, strip: _Strip) -> _Strip:
    """One strip over two of one direction and line, of which `before` begins first."""
    start, end = before.start[0], max(before.start[0] + before.length, strip.start[0] + strip.length)
    angle = math.radians(before.direction)
    shift = (start + end) / 2 - (start + before.length / 2)
    return replace(
        before, x=before.x + shift * math.cos(angle), y=before.y - shift * math.sin(angle), length=end - start
    )


def _clockwise(picture: Picture) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, -1))


def _paste(whole: Picture, part: Picture, cell: Box, zoom: float) -> None:
    """Puts a tile's map into the sheet's, without the half of its overlap that the tile before saw better."""
    x, y = round(cell.x1 * zoom), round(cell.y1 * zoom)
    left, top = (OVERLAP_PX // 2 if start else 0 for start in (x, y))
    room = whole[y + top :, x + left :]
    part = part[top : top + room.shape[0], left : left + room.shape[1]]
    room[: part.shape[0], : part.shape[1]] = part


def _level(region: Region, zoom: float) -> _Strip:
    return _Strip(region.x / zoom, region.y / zoom, region.length / zoom, region.height / zoom, region.angle)


def _turned(region: Region, height: int, zoom: float) -> _Strip:
    """A strip found in the map turned clockwise, which was `height` px high before."""
    direction = region.angle + 90
    if direction > STEEPEST_DEG:
        direction -= 180
    return _Strip(region.y / zoom, (height - region.x) / zoom, region.length / zoom, region.height / zoom, direction)


def _pictures(sheet: _Sheet, strips: list[_Strip]) -> Iterator[tuple[_Strip, Picture]]:
    """Each strip with its picture, upright and as high as the recogniser reads; a tile is drawn once for all in it."""
    whole = Box(0, 0, sheet.width, sheet.height)
    hulls = [(strip, strip.box(0, 1).clamped(sheet.width, sheet.height)) for strip in strips]
    left = [(strip, hull) for strip, hull in hulls if not hull.is_empty]
    zoom = min(1.0, READING_DPI / sheet.dpi)
    for cell in sheet.cells(DETECTION_DPI / sheet.dpi):
        inside = [(strip, hull) for strip, hull in left if _holds(cell, hull)]
        left = [(strip, hull) for strip, hull in left if not _holds(cell, hull)]
        if inside:
            region = cell.clamped(whole.x2, whole.y2)
            picture = sheet.tile(region, zoom)
            yield from ((strip, _upright(picture, region, strip)) for strip, _ in inside)
    for strip, hull in left:
        yield strip, _upright(sheet.tile(hull, zoom), hull, strip)


def _holds(outer: Box, inner: Box) -> bool:
    return outer.x1 <= inner.x1 and inner.x2 <= outer.x2 and outer.y1 <= inner.y1 and inner.y2 <= outer.y2


def _upright(picture: Picture, region: Box, strip: _Strip) -> Picture:
    """A strip cut out of the picture of a region, its reading direction to the right."""
    scale = picture.shape[1] / region.width
    width, height = max(1.0, strip.length * scale), max(1.0, strip.height * scale)
    angle = math.radians(strip.direction)
    dx, dy = math.cos(angle), -math.sin(angle)
    x, y = (strip.x - region.x1) * scale, (strip.y - region.y1) * scale
    back = np.array([[dx, -dy, x - (dx * width - dy * height) / 2], [dy, dx, y - (dy * width + dx * height) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpAffine(picture, back, (round(width), round(height)), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    wide = min(max(round(width * STRIP_HEIGHT_PX / height), STRIP_HEIGHT_PX // 2), WIDEST_STRIP_PX)
    shrinking = height > STRIP_HEIGHT_PX
    return np.asarray(
        cv2.resize(flat, (wide, STRIP_HEIGHT_PX), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC),
        np.uint8,
    )


def _read(cut: list[tuple[_Strip, Picture]], until: float) -> tuple[list[tuple[_Strip, Line]], bool]:
    """What stands in the strips, and whether all were read by `until`; the longest first, for they say most."""
    recogniser = Recogniser()
    found: list[tuple[_Strip, Line]] = []
    for batch in _batches(sorted(cut, key=lambda pair: -pair[1].shape[1])):
        if time.monotonic() > until:
            return found, False
        lines = recogniser.lines([picture for _, picture in batch])
        found += [(strip, line) for (strip, _), line in zip(batch, lines, strict=True)]
    return found, True


def _batches(cut: list[tuple[_Strip, Picture]]) -> Iterator[list[tuple[_Strip, Picture]]]:
    """Strips of similar width, widest first, as many as are read at once."""
    start = 0
    while start < len(cut):
        count = max(1, BATCH_WIDTH_PX // cut[start][1].shape[1])
        yield cut[start : start + count]
        start += count


def _without_overlaps(lines: Iterable[tuple[_Strip, Line]]) -> list[tuple[_Strip, Line]]:
    """The best reading of each place: both passes see oblique lettering, and each a part of what the other sees."""
    kept: list[tuple[_Strip, Line]] = []
    for strip, line in sorted(lines, key=lambda pair: -_worth(*pair)):
        if _worth(strip, line) > 0 and not any(_overlap(strip, other) > MOST_OVERLAP for other, _ in kept):
            kept.append((strip, line))
    return kept


def _worth(strip: _Strip, line: Line) -> float:
    """About how many characters are read rightly; none where the recogniser doubts the line."""
    least = LEAST_CONFIDENCE
    if len(line.text.strip()) == 1:
        least = LEAST_ALONE if abs(strip.direction) <= AXIS_TOLERANCE_DEG else LEAST_ALONE_TURNED
    return sum(score * score for score in line.scores) if line.confidence >= least else 0.0


def _overlap(one: _Strip, other: _Strip) -> float:
    """The share of the smaller strip's core that the other's covers."""
    reach = (one.length + other.length + one.height + other.height) / 2
    if abs(one.x - other.x) > reach or abs(one.y - other.y) > reach:
        return 0.0
    _, corners = cv2.rotatedRectangleIntersection(one.core, other.core)
    if corners is None:
        return 0.0
    smaller = min(sides[0] * sides[1] for _, sides, _ in (one.core, other.core))
    return float(cv2.contourArea(cv2.convexHull(corners))) / smaller


def _words(strip: _Strip, line: Line) -> Iterator[Word]:
    """The words of a line, each with its part of the strip."""
    margin = min(END_SHARE * strip.height / strip.length, 0.25)
    edges = [margin, *((left + right) / 2 for left, right in pairwise(line.places)), 1 - margin]
    axis = round(strip.direction / 90) * 90
    direction = axis if abs(strip.direction - axis) <= AXIS_TOLERANCE_DEG else round(strip.direction)
    for match in WORD.finditer(line.text):
        start, end = match.span()
        scores = line.scores[start:end]
        text = with_diameter(normalised(match.group().replace(" ", "")))
        box = strip.box(edges[start], edges[end], INK_SHARE)
        yield Word(text, box, "ocr", direction % 360, sum(scores) / len(scores))


def with_diameter(text: str) -> str:
    return ZERO_DIAMETER.sub(r"\1Ø", text)
