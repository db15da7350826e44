"""Lettering read from pictures: strips are found, cut out at full resolution, read, and become words.

The networks are in `ocr_models`, the search in `ocr_strips`. Here are the limits too: a sheet's strips are counted, and
when time runs out what was read so far is the reading, marked as incomplete.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drawing.lettering import Lettering, normalised
from drawing.recognition.ocr_models import BATCH_WIDTH_PX, STRIP_HEIGHT_PX, Line, Picture, recogniser
from drawing.recognition.ocr_strips import DETECTION_DPI, END_SHARE, INK_SHARE, Pictures, Strip, find, resolution
from drawing.sheet import Box, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Share of the time that may go into finding strips; the rest is for reading them.
FINDING_SHARE = 0.6
#: Strips of one pictures. A dense A0 has 1,500; a perforated plate may give thousands of false ones.
MAX_STRIPS = 3000
#: More than this gives the recogniser nothing: 2.5 mm lettering is 30 px high of its 48.
READING_DPI = 300
#: px of a strip of 48 px height: about 100 characters, more than a line of notes has.
WIDEST_STRIP_PX = 3000
#: degrees. A scan is often a little askew.
AXIS_TOLERANCE_DEG = 3.0

#: Below this a strip is no lettering: arrowheads, hatching. A single character is easily seen in geometry,
#: the more so a turned one: a hole is a 0 in every direction.
LEAST_CONFIDENCE, LEAST_ALONE, LEAST_ALONE_TURNED = 0.5, 0.7, 0.9
#: A turned strip that is read less surely than the first may be upside down, and is where it is then read as surely as
#: the second, if that is lettering that does not read upside down as well, as 98 and Ø98 do.
SURE_UPRIGHT, SURE_UPSIDE_DOWN = 0.97, 0.9
EITHER_WAY_UP = frozenset("01689OØ°.,- ")
#: Share of a strip's core that another may cover before only the better reading stays.
MOST_OVERLAP = 0.5

#: A word of a line; Ø or ± belong to the number behind their blank.
WORD = re.compile(r"(?:\S*[Ø⌀∅øφΦ±] (?=\d))?\S+")


def read(
    tile: Tile, width: int, height: int, dpi: float | None, deadline_s: float, within: Sequence[Box] = ()
) -> Lettering:
    """The words of a sheet of `width` × `height` pixels, of which `tile` gives greyscale pictures.

    Only the places `within` (sheet pixels) are read where there are any. Ends after about `deadline_s` seconds; what
    was not read by then is missing, and the reading not `complete`.
    """
    begun = time.monotonic()
    pictures = Pictures(tile, width, height, resolution(width, height, dpi), tuple(within))
    strips, found_all = find(pictures, begun + FINDING_SHARE * deadline_s)
    lines, read_all = _read(list(_cut_out(pictures, strips[:MAX_STRIPS])), begun + deadline_s)
    words = (word for strip, line in _without_overlaps(lines) for word in _words(strip, line))
    inside = (word for word in words if not word.box.clamped(width, height).is_empty)
    return Lettering(tuple(inside), found_all and read_all and len(strips) <= MAX_STRIPS)


def _cut_out(pictures: Pictures, strips: list[Strip]) -> Iterator[tuple[Strip, Picture]]:
    """Each strip with its picture, upright and as high as the recogniser reads; a tile is drawn once for all in it."""
    whole = Box(0, 0, pictures.width, pictures.height)
    hulls = [(strip, strip.box(0, 1).clamped(pictures.width, pictures.height)) for strip in strips]
    left = [(strip, hull) for strip, hull in hulls if not hull.is_empty]
    zoom = min(1.0, READING_DPI / pictures.dpi)
    for cell in pictures.cells(DETECTION_DPI / pictures.dpi):
        inside = [(strip, hull) for strip, hull in left if _holds(cell, hull)]
        left = [(strip, hull) for strip, hull in left if not _holds(cell, hull)]
        if inside:
            region = cell.clamped(whole.x2, whole.y2)
            picture = pictures.tile(region, zoom)
            yield from ((strip, upright(picture, region, strip)) for strip, _ in inside)
    for strip, hull in left:
        yield strip, upright(pictures.tile(hull, zoom), hull, strip)


def _holds(outer: Box, inner: Box) -> bool:
    return outer.x1 <= inner.x1 and inner.x2 <= outer.x2 and outer.y1 <= inner.y1 and inner.y2 <= outer.y2


def upright(picture: Picture, region: Box, strip: Strip) -> Picture:
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


def _read(cut: list[tuple[Strip, Picture]], until: float) -> tuple[list[tuple[Strip, Line]], bool]:
    """What stands in the strips, and whether all were read by `until`; the longest first, for they say most."""
    found: list[tuple[Strip, Line]] = []
    for batch in _batches(sorted(cut, key=lambda pair: -pair[1].shape[1])):
        if time.monotonic() > until:
            return found, False
        lines = recogniser().lines([picture for _, picture in batch])
        read = [(strip, line) for (strip, _), line in zip(batch, lines, strict=True)]
        found += _with_others_upside_down(read, [picture for _, picture in batch])
    return found, True


def _with_others_upside_down(read: list[tuple[Strip, Line]], pictures: list[Picture]) -> list[tuple[Strip, Line]]:
    """The readings of strips, of turned ones that were read doubtfully the surer one of both ways up.

    The recogniser reads lettering that is upside down, too, but loses characters: "6.15" becomes "6.1".
    """
    doubtful = [index for index, pair in enumerate(read) if _may_be_upside_down(*pair)]
    if not doubtful:
        return read
    others = recogniser().lines([np.ascontiguousarray(pictures[index][::-1, ::-1]) for index in doubtful])
    best = list(read)
    for index, line in zip(doubtful, others, strict=True):
        strip, first = read[index]
        if _is_surer(strip, line, first):
            best[index] = replace(strip, direction=strip.direction + 180), line
    return best


def _may_be_upside_down(strip: Strip, line: Line) -> bool:
    turned = abs(strip.direction) > AXIS_TOLERANCE_DEG
    return turned and line.confidence < SURE_UPRIGHT and _worth(strip, line) > 0


def _is_surer(strip: Strip, line: Line, first: Line) -> bool:
    """Whether a strip's reading upside down is sure, and says more than its first one."""
    sure = line.confidence >= SURE_UPSIDE_DOWN and len(line.text) > 1 and not EITHER_WAY_UP.issuperset(line.text)
    return sure and _worth(strip, line) > _worth(strip, first)


def _batches(cut: list[tuple[Strip, Picture]]) -> Iterator[list[tuple[Strip, Picture]]]:
    """Strips of similar width, widest first, as many as are read at once."""
    start = 0
    while start < len(cut):
        count = max(1, BATCH_WIDTH_PX // cut[start][1].shape[1])
        yield cut[start : start + count]
        start += count


def _without_overlaps(lines: Iterable[tuple[Strip, Line]]) -> list[tuple[Strip, Line]]:
    """The best reading of each place: both passes see oblique lettering, and each a part of what the other sees."""
    kept: list[tuple[Strip, Line]] = []
    for strip, line in sorted(lines, key=lambda pair: -_worth(*pair)):
        if _worth(strip, line) > 0 and not any(_overlap(strip, other) > MOST_OVERLAP for other, _ in kept):
            kept.append((strip, line))
    return kept


def _worth(strip: Strip, line: Line) -> float:
    """How many characters are read rightly, less those read wrongly; none where the recogniser doubts the line."""
    scores = [score for character, score in zip(line.text, line.scores, strict=True) if character != " "]
    least = LEAST_CONFIDENCE
    if len(scores) == 1:
        least = LEAST_ALONE if abs(strip.direction) <= AXIS_TOLERANCE_DEG else LEAST_ALONE_TURNED
    return sum(2 * score - 1 for score in scores) if line.confidence >= least else 0.0


def _overlap(one: Strip, other: Strip) -> float:
    """The share of the smaller strip's core that the other's covers."""
    reach = (one.length + other.length + one.height + other.height) / 2
    if abs(one.x - other.x) > reach or abs(one.y - other.y) > reach:
        return 0.0
    _, corners = cv2.rotatedRectangleIntersection(one.core, other.core)
    if corners is None:
        return 0.0
    smaller = min(sides[0] * sides[1] for _, sides, _ in (one.core, other.core))
    return float(cv2.contourArea(cv2.convexHull(corners))) / smaller


def _words(strip: Strip, line: Line) -> Iterator[Word]:
    """The words of a line, each with its part of the strip."""
    margin = min(END_SHARE * strip.height / strip.length, 0.25)
    edges = [margin, *((left + right) / 2 for left, right in pairwise(line.places)), 1 - margin]
    axis = round(strip.direction / 90) * 90
    direction = axis if abs(strip.direction - axis) <= AXIS_TOLERANCE_DEG else round(strip.direction)
    for match in WORD.finditer(line.text):
        start, end = match.span()
        scores = line.scores[start:end]
        text = normalised(match.group().replace(" ", ""))
        box = strip.box(edges[start], edges[end], INK_SHARE)
        yield Word(text, box, "ocr", direction % 360, sum(scores) / len(scores))
