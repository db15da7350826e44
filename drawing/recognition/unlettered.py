"""Places where a sheet shows lettering that its text layer does not have, such as text drawn as outlines.

Small pieces of ink that no word covers, as high as letters and side by side, are such a place. Lines, hatching, dots
and dashes are not: they are too large, too low, or straight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.nearby import Nearby
from drawing.recognition.ocr_strips import Pictures, resolution
from drawing.sheet import MM_PER_INCH, Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Enough to tell letters of 1.8 mm apart, their smallest height by ISO 3098-1: 14 px.
SEARCH_DPI = 200.0
#: mm. The height of letters and signs; ISO 3098-1 has lettering of 1.8 to 20 mm, dimensions are 2.5 to 7.
LEAST_MM, MOST_MM = 1.2, 9.0
#: Of its height: the widest letter; m and W are as wide as high, letters that touch may be two or three in one.
WIDEST = 3.0
#: Letters of one word: by their heights, by the gap between them in heights.
ALIKE, GAP = 1.7, 0.9
#: A word of so many letters tells that lettering is missing; then shorter ones are believed, too.
TELLING, SHORT = 3, 2
#: Shares of its box that a letter's ink fills: a straight stroke fills more, a slanted line of hatching less.
FILL = 0.07, 0.8
#: mm around a word that belong to its ink, and around a place that the search for strips needs as context.
INK_MM, MARGIN_MM = 0.6, 4.0


def unlettered(words: Iterable[Word], tile: Tile, sheet: Sheet) -> tuple[Box, ...]:
    """The places in sheet pixels, with a margin; overlapping ones are one."""
    dpi = resolution(sheet.width, sheet.height, sheet.dpi)
    pictures = Pictures(tile, sheet.width, sheet.height, dpi)
    zoom, mm = min(1.0, SEARCH_DPI / dpi), dpi / MM_PER_INCH
    covered = Nearby([word.box.grown(INK_MM * mm) for word in words], lambda box: box)
    letters: list[Box] = []
    for cell in pictures.cells(zoom):
        boxes = _letters(tile(cell, zoom), cell, zoom, mm)
        letters += [box for box in boxes if not any(c.contains(*box.centre) for c in covered.near(box, 0))]
    runs = _runs(letters)
    if not any(len(run) >= TELLING for run in runs):
        return ()
    return tuple(_united([Box.around(run).grown(MARGIN_MM * mm) for run in runs]))


def _letters(picture: NDArray[np.uint8], cell: Box, zoom: float, mm: float) -> list[Box]:
    """The boxes of ink of about a letter's size, in sheet pixels."""
    _, ink = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, pieces, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y = cell.x1, cell.y1
    low, high = LEAST_MM * mm * zoom, MOST_MM * mm * zoom
    found = []
    for left, top, width, height, area in pieces[1:].tolist():
        small, large = sorted((width, height))
        if low <= large <= high and FILL[0] < area / (width * height) < FILL[1] and large <= WIDEST * max(small, low):
            found.append(Box(x + left / zoom, y + top / zoom, x + (left + width) / zoom, y + (top + height) / zoom))
    return found


def _runs(letters: Sequence[Box]) -> list[list[Box]]:
    """Letters that stand side by side, level or upright."""
    level = _chains(letters)
    upright = _chains([Box(box.y1, box.x1, box.y2, box.x2) for box in letters])
    return level + [[Box(box.y1, box.x1, box.y2, box.x2) for box in run] for run in upright]


def _chains(letters: Sequence[Box]) -> list[list[Box]]:
    """Letters chained to the next one on their right, so that no chain comes back to a letter."""
    nearby = Nearby(letters, lambda box: box)
    follows: dict[Box, Box] = {}
    for box in letters:
        right = [other for other in nearby.near(box, GAP * box.height) if _is_next(box, other)]
        if right:
            follows[box] = min(right, key=lambda other: other.x1)
    chains = []
    for start in sorted(set(follows) - set(follows.values()), key=lambda box: box.x1):
        chain = [start]
        while (following := follows.get(chain[-1])) is not None:
            chain.append(following)
        if len(chain) >= SHORT:
            chains.append(chain)
    return chains


def _is_next(box: Box, other: Box) -> bool:
    small, large = sorted((box.height, other.height))
    gap = other.x1 - box.x2
    on_line = min(box.y2, other.y2) - max(box.y1, other.y1) > 0.6 * small
    return other.x1 > box.x1 and on_line and large <= ALIKE * small and -0.2 * large <= gap <= GAP * large


def _united(places: Sequence[Box]) -> list[Box]:
    """Places with those that overlap put together."""
    united: list[Box] = []
    for place in places:
        touching = [other for other in united if other.overlaps(place)]
        united = [other for other in united if other not in touching] + [Box.around([place, *touching])]
    return united
