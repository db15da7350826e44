"""Upright pictures of what stands around a number, cut from the picture of a sheet however the number is turned."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.lines import Place
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: A raster that says no resolution is taken for one of 200 dpi; enlarged beyond `MOST_ZOOM`, sheet pixels show
#: nothing more.
USUAL_DPI, MOST_ZOOM = 200.0, 2.0
#: px. Side of the pictures that a sheet is drawn in: an A4 at 300 dpi is one, of 9 MB.
PICTURE_PX = 4000
#: Parts of the contrast at which a picture is cut into ink and paper: thin lines are pale, close ones run together.
CUTS = (0.5, 0.3)
#: Percentiles of paper and ink, and the least contrast, of 255: less is dirt.
PAPER, INK, LEAST_CONTRAST = 80, 0.1, 40


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle beside or around a number, turned by its word's direction.

    `offset` is the number's place in the text of word `index`. `begin` is the rectangle's distance behind the word's
    start, `length` its length and `aside` what it reaches above and below the word, all in heights of the lettering;
    in the upright picture that height is `text_px`.
    """

    index: int
    offset: int
    word: Word
    place: Place
    begin: float
    length: float
    aside: float
    text_px: int

    @property
    def scale(self) -> float:
        """Sheet pixels per pixel of the upright picture."""
        return self.place.height / self.text_px

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture, px."""
        return round(self.length * self.text_px), round((1 + 2 * self.aside) * self.text_px)

    @property
    def box(self) -> Box:
        return self.hull(Box(0, 0, *self.size))

    def hull(self, part: Box) -> Box:
        """The upright box on the sheet around a part of the picture."""
        corners = np.array([(x, y, 1) for x, y in product((part.x1, part.x2), (part.y1, part.y2))])
        xs, ys = self._to_sheet() @ corners.T
        return Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))

    def upright(self, picture: Picture, region: Box) -> Picture:
        """The window cut out of the picture of a region, its reading direction to the right."""
        zoom = picture.shape[1] / region.width
        shrink = max(1.0, self.scale * zoom)
        matrix = self._to_sheet()
        matrix[:, 2] -= region.x1, region.y1
        matrix[:, :2] /= shrink
        size = round(self.size[0] * shrink), round(self.size[1] * shrink)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(picture, matrix * zoom, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cv2.resize(cut, self.size, interpolation=cv2.INTER_AREA) if shrink > 1 else cut, np.uint8)

    def _to_sheet(self) -> NDArray[np.float64]:
        """The affine matrix (2×3) from the upright picture to sheet pixels."""
        angle = math.radians(self.word.direction)
        cos, sin = math.cos(angle), math.sin(angle)
        left = self.place.start + self.begin * self.place.height
        top = self.place.top - self.aside * self.place.height
        turn = np.array([[cos, sin], [-sin, cos]])
        return np.column_stack([turn * self.scale, turn @ (left, top)])


def pictures(
    windows: Iterable[Window], tile: Tile, sheet: Sheet, dpi: float, until: float
) -> Iterator[tuple[Window, Picture]]:
    """The upright pictures of windows; a part of the sheet is drawn once, at `dpi`, for all windows in it.

    Ends at `until` (of `time.monotonic`).
    """
    zoom = min(dpi / (sheet.dpi or USUAL_DPI), MOST_ZOOM)
    for region, group in _regions(windows, sheet, PICTURE_PX / zoom):
        if time.monotonic() > until:
            return
        picture = tile(region, zoom)
        for window in group:
            if time.monotonic() > until:
                return
            yield window, window.upright(picture, region)


def _regions(windows: Iterable[Window], sheet: Sheet, side: float) -> Iterator[tuple[Box, list[Window]]]:
    """Windows on the sheet, none larger than `side` px, by the cells of a grid of that side: what holds them all."""
    cells: defaultdict[tuple[int, int], list[tuple[Box, Window]]] = defaultdict(list)
    for window in windows:
        whole = window.box
        box = whole.clamped(sheet.width, sheet.height)
        if min(box.width, box.height) >= 1 and max(whole.width, whole.height) <= side:
            x, y = box.centre
            cells[int(y // side), int(x // side)].append((box, window))
    for cell in cells.values():
        yield Box.around(box for box, _ in cell), [window for _, window in cell]


def masks(picture: Picture) -> Iterator[Mask]:
    """Where a picture shows the ink of thin lines, cut at several levels, the likeliest first; none of an empty one."""
    paper, ink = (float(np.percentile(picture, share)) for share in (PAPER, INK))
    if paper - ink >= LEAST_CONTRAST:
        yield from (picture < paper - level * (paper - ink) for level in CUTS)
