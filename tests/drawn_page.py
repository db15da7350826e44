"""Pages with numbers as text and the signs beside them as lines, and what a module sees on them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Self

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray

from drawing.pdf import PdfPage
from drawing.sheet import Box, Sheet, Word

Picture = NDArray[np.uint8]
Tile = Callable[[Box, float], Picture]
POINTS_PER_MM = 72 / 25.4
#: A sheet of 80 × 60 mm.
WIDTH_MM, HEIGHT_MM = 80, 60
#: Of the lettering (DIN EN ISO 3098-1), and Helvetica's digits by its size.
LETTERING_MM, DIGIT_EM = 3.5, 0.72


#: Polylines in heights of the lettering, from the start of the number's baseline, to the right and up.
Shape = list[list[tuple[float, float]]]


def circle(x: float, y: float = 0.5, radius: float = 0.45) -> Shape:
    turns = np.linspace(0, 2 * math.pi, 49)
    return [[(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]]


class DrawnPage:
    """A page on which text and lines are written along one direction; `look` finds the signs that are drawn."""

    look: ClassVar[staticmethod[[Sequence[Word], Tile, Sheet, float], tuple[Word, ...]]]

    def __init__(self, degrees: float = 0, height_mm: float = LETTERING_MM) -> None:
        self._page = pymupdf.open().new_page(width=WIDTH_MM * POINTS_PER_MM, height=HEIGHT_MM * POINTS_PER_MM)
        self._degrees, self._height = degrees, height_mm * POINTS_PER_MM
        size = round(WIDTH_MM / 25.4 * 200), round(HEIGHT_MM / 25.4 * 200)
        self.sheet = Sheet(1, *size, dpi=200, paper=None, text_source="text_layer")

    def write(self, text: str, x: float = 0, y: float = 0, size: float = 1) -> Self:
        at = self._point(x, y)
        writer = pymupdf.TextWriter(self._page.rect)
        writer.append(at, text, fontsize=size * self._height / DIGIT_EM)
        writer.write_text(self._page, morph=(at, pymupdf.Matrix(self._degrees)))
        return self

    def draw(self, shape: Shape) -> Self:
        for line in shape:
            self._page.draw_polyline([self._point(*at) for at in line], width=0.1 * self._height)
        return self

    def words(self) -> list[Word]:
        return PdfPage(self._page, self.sheet).text_layer()

    def tile(self, region: Box, zoom: float) -> Picture:
        return np.asarray(PdfPage(self._page, self.sheet).tile(region, zoom))

    def read(self) -> list[str]:
        return [word.text for word in self.seen(self.words())]

    def seen(self, words: list[Word]) -> tuple[Word, ...]:
        return type(self).look(words, self.tile, self.sheet, time.monotonic() + 60)

    def _point(self, x: float, y: float) -> pymupdf.Point:
        turn = pymupdf.Matrix(-self._degrees)  # points of a page run downwards, text matrices upwards
        middle = pymupdf.Point(WIDTH_MM, HEIGHT_MM) * (POINTS_PER_MM / 2)
        return middle + pymupdf.Point(x, -y) * self._height * turn


def scanned(page: DrawnPage, dpi: int, spoil: Callable[[Picture], Picture]) -> list[str]:
    """The page's words as OCR would give them, after a look at its scan."""
    zoom = dpi / 200
    picture = spoil(page.tile(page.sheet.box, zoom))
    sheet = replace(page.sheet, width=picture.shape[1], height=picture.shape[0], dpi=dpi)

    def tile(region: Box, zoom: float) -> Picture:
        cut = picture[round(region.y1) : round(region.y2), round(region.x1) : round(region.x2)]
        size = max(1, round(region.width * zoom)), max(1, round(region.height * zoom))
        return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    words = []
    for word in page.words():
        x1, y1, x2, y2 = (side * zoom for side in (word.box.x1, word.box.y1, word.box.x2, word.box.y2))
        words.append(replace(word, box=Box(x1, y1, x2, y2), source="ocr", confidence=0.9))
    return [word.text for word in type(page).look(words, tile, sheet, time.monotonic() + 60)]


def one_bit(picture: Picture) -> Picture:
    return np.asarray(np.where(picture < 140, 0, 255), np.uint8)


def grey(picture: Picture) -> Picture:
    blurred = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32) * 0.75 + 40
    return np.asarray(np.clip(blurred + np.random.default_rng(3).normal(0, 6, picture.shape), 0, 255), np.uint8)
