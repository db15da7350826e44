"""In which view each word stands: what is drawn together, with its dimensions, and apart from the rest of the sheet."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drawing.recognition.ocr_strips import resolution
from drawing.recognition.ruled_cells import Picture, ink, sheet_zoom
from drawing.sheet import MM_PER_INCH, Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: mm. Lines that come closer than this belong to one view: extension lines begin 1 mm from the outline, lettering
#: stands 1 to 2 mm above its line (ISO 129-1), two views stand 10 mm apart or more.
GAP_MM = 4.4
#: Of the sheet's width or height: what reaches further is its frame.
FRAME_SHARE = 0.75


def with_views(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """`words`, each with the box around all that is drawn together with it; unchanged after `until`."""
    if not words or time.monotonic() > until:
        return tuple(words)
    dpi = resolution(sheet.width, sheet.height, sheet.dpi)
    zoom = sheet_zoom(sheet.width, sheet.height, dpi)
    per_mm = dpi * zoom / MM_PER_INCH
    mask = _without_frame(ink(tile(sheet.box, zoom), per_mm))
    side = round(GAP_MM * per_mm) | 1
    together = cv2.dilate(mask, np.ones((side, side), np.uint8))
    _, numbers, boxes, _ = cv2.connectedComponentsWithStats(together)
    return tuple(replace(word, view=_view_of(word, np.asarray(numbers), np.asarray(boxes), zoom)) for word in words)


def _without_frame(mask: Picture) -> Picture:
    """The ink without what reaches across the sheet."""
    _, numbers, boxes, _ = cv2.connectedComponentsWithStats(mask)
    height, width = mask.shape
    wide = (boxes[:, cv2.CC_STAT_WIDTH] > FRAME_SHARE * width) | (boxes[:, cv2.CC_STAT_HEIGHT] > FRAME_SHARE * height)
    return np.where(wide[numbers], 0, mask).astype(np.uint8)


def _view_of(word: Word, numbers: np.ndarray, boxes: np.ndarray, zoom: float) -> Box | None:
    x, y = (int(side * zoom) for side in word.box.centre)
    if not (0 <= y < numbers.shape[0] and 0 <= x < numbers.shape[1]) or numbers[y, x] == 0:
        return None
    left, top, width, height, _ = (float(side) / zoom for side in boxes[numbers[y, x]])
    return Box(left, top, left + width, top + height)
