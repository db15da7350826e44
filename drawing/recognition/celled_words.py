"""In which ruled cell each word stands.

The walls of title blocks and tables tell a label's value from its neighbour's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from drawing.lines import pieces
from drawing.nearby import Nearby
from drawing.recognition.ocr_strips import resolution
from drawing.recognition.ruled_cells import ruled, sheet_zoom
from drawing.sheet import MM_PER_INCH, Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: mm, and of the sheet's area. Wider, higher or larger rectangles are frames, views or whole title blocks, which are
#: 180 mm wide (ISO 7200).
WIDEST_MM, HIGHEST_MM, LARGEST = 150.0, 60.0, 0.25


def with_cells(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """`words`, each with the smallest ruled rectangle that its middle lies in; unchanged after `until`.

    A recognised word that runs over several cells is cut at its blanks.
    """
    if not words or time.monotonic() > until:
        return tuple(words)
    dpi = resolution(sheet.width, sheet.height, sheet.dpi)
    zoom = sheet_zoom(sheet.width, sheet.height, dpi)
    rectangles = ruled(tile(sheet.box, zoom), dpi * zoom / MM_PER_INCH)
    boxes = [_sheet_pixels(box, zoom) for box in (*rectangles.cells, *rectangles.others)]
    nearby = Nearby([box for box in boxes if _may_be_cell(box, dpi / MM_PER_INCH, sheet.box)], lambda box: box)
    return tuple(part for word in words for part in _placed(word, nearby))


def _may_be_cell(box: Box, per_mm: float, sheet: Box) -> bool:
    low = box.width < WIDEST_MM * per_mm and box.height < HIGHEST_MM * per_mm
    return low and box.width * box.height < LARGEST * sheet.width * sheet.height


def _sheet_pixels(box: Box, zoom: float) -> Box:
    return Box(box.x1 / zoom, box.y1 / zoom, box.x2 / zoom, box.y2 / zoom)


def _placed(word: Word, nearby: Nearby[Box]) -> Iterator[Word]:
    parts = [replace(part, cell=_cell_of(part, nearby)) for part in pieces(word)]
    if len({part.cell for part in parts}) > 1:
        yield from parts
    else:
        yield replace(word, cell=parts[0].cell) if parts else word


def _cell_of(word: Word, nearby: Nearby[Box]) -> Box | None:
    x, y = word.box.centre
    around = (box for box in nearby.near(word.box, 0) if box.contains(x, y))
    return min(around, key=lambda box: box.width * box.height, default=None)
