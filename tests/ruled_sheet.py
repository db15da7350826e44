"""Sheets with feature control frames, boxed dimensions and ruled tables that the tests draw themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray

from drawing.sheet import Box, Sheet, Word
from tests.drawn_symbols import USUAL, Look, Point, circle, symbol_of

Picture = NDArray[np.uint8]
POINTS_PER_MM = 72 / 25.4
#: Height of a capital by font size in the fonts used here.
CAPITAL = 0.72


@dataclass
class RuledSheet:
    """A sheet in millimetres from the top left, drawn as vectors without a text layer."""

    width_mm: float = 148
    height_mm: float = 105
    page: pymupdf.Page = field(init=False)

    def __post_init__(self) -> None:
        self._document = pymupdf.open()
        self.page = self._document.new_page(width=self.width_mm * POINTS_PER_MM, height=self.height_mm * POINTS_PER_MM)

    def frame(self, x: float, y: float, symbol: str, cells: list[str], look: Look = USUAL) -> None:
        """A feature control frame whose bottom left is at (x, y); `direction` 90 turns it around that corner."""
        self.composite(x, y, symbol, [cells], look)

    def composite(self, x: float, y: float, symbol: str, rows: list[list[str]], look: Look = USUAL) -> None:
        """A frame of several rows, from top to bottom, with one symbol for all."""
        pen = _Pen(self.page, x, y, look.direction, look.pen_mm)
        side, high = 2 * look.height_mm, 2 * look.height_mm * len(rows)
        pen.stroke((0, 0), (side, 0), (side, high), (0, high), (0, 0))
        if symbol:
            pen.symbol(side / 2, high / 2, symbol, look)
        for number, cells in enumerate(reversed(rows)):
            at, low = side, number * side
            for text in cells:
                wide = max(side, pen.length(text, look.height_mm) + look.height_mm)
                pen.stroke((at, low), (at + wide, low), (at + wide, low + side), (at, low + side), (at, low))
                pen.text(at + (wide - pen.length(text, look.height_mm)) / 2, low + side / 4, text, look.height_mm)
                at += wide

    def box(self, x: float, y: float, text: str, look: Look = USUAL) -> None:
        """A text in a rectangle around it."""
        pen = _Pen(self.page, x, y, look.direction, look.pen_mm)
        wide, high = pen.length(text, look.height_mm) + 0.8 * look.height_mm, 1.7 * look.height_mm
        pen.stroke((0, 0), (wide, 0), (wide, high), (0, high), (0, 0))
        pen.text(0.4 * look.height_mm, 0.35 * look.height_mm, text, look.height_mm)

    def table(self, x: float, y: float, rows: list[list[str]], widths: list[float], look: Look = USUAL) -> None:
        """A ruled table whose top left is at (x, y), with rows twice as high as their lettering."""
        pen = _Pen(self.page, x, y, 0, look.pen_mm)
        pitch = 2 * look.height_mm
        edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
        for row in range(len(rows) + 1):
            pen.stroke((0, -row * pitch), (edges[-1], -row * pitch))
        for edge in edges:
            pen.stroke((edge, 0), (edge, -len(rows) * pitch))
        for number, row_texts in enumerate(rows, start=1):
            for edge, text in zip(edges, row_texts, strict=False):
                pen.text(edge + 1, -number * pitch + look.height_mm / 2, text, look.height_mm)

    def picture(self, dpi: int = 200) -> Picture:
        pixmap = self.page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width].copy()


@dataclass(frozen=True)
class Scan:
    """A picture of a sheet with the tiles that are asked for."""

    picture: Picture
    dpi: float = 200

    @property
    def sheet(self) -> Sheet:
        height, width = self.picture.shape
        return Sheet(1, width, height, self.dpi, None, "ocr")

    def tile(self, region: Box, zoom: float) -> Picture:
        height, width = self.picture.shape
        part = region.clamped(width, height)
        x, y = math.floor(part.x1), math.floor(part.y1)
        cut = self.picture[y : math.ceil(part.y2), x : math.ceil(part.x2)]
        size = max(1, round(part.width * zoom)), max(1, round(part.height * zoom))
        way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(cut, size, interpolation=way), np.uint8)

    def word(self, text: str, x1: float, y1: float, x2: float, y2: float, direction: int = 0) -> Word:
        """A word of the text layer in a box in millimetres."""
        scale = self.dpi / 25.4
        return Word(text, Box(x1 * scale, y1 * scale, x2 * scale, y2 * scale), "text_layer", direction)


class _Pen:
    """Draws in millimetres, y up, from a corner on the page and in a direction."""

    def __init__(self, page: pymupdf.Page, x: float, y: float, direction: int, width_mm: float) -> None:
        angle = math.radians(direction)
        self._page, self._x, self._y, self._direction = page, x, y, direction
        self._cos, self._sin = math.cos(angle), math.sin(angle)
        self._width = width_mm * POINTS_PER_MM

    def at(self, point: Point) -> pymupdf.Point:
        x, y = point
        across, down = x * self._cos - y * self._sin, x * self._sin + y * self._cos
        return pymupdf.Point((self._x + across) * POINTS_PER_MM, (self._y - down) * POINTS_PER_MM)

    def stroke(self, *points: Point) -> None:
        self._page.draw_polyline([self.at(point) for point in points], width=self._width, lineJoin=1, lineCap=1)

    def area(self, *points: Point) -> None:
        self._page.draw_polyline([self.at(p) for p in points], width=0.1, fill=(0, 0, 0), closePath=True)

    def symbol(self, x: float, y: float, symbol: str, look: Look) -> None:
        """A characteristic's symbol around (x, y)."""
        strokes, areas = symbol_of(symbol, look)
        for stroke in strokes:
            self.stroke(*((x + a, y + b) for a, b in stroke))
        for area in areas:
            self.area(*((x + a, y + b) for a, b in area))

    def length(self, text: str, height: float) -> float:
        return sum(width for _, width in self._parts(text, height))

    def text(self, x: float, y: float, text: str, height: float) -> None:
        """Letters `height` mm high; Ø and circled letters are drawn as most CAD programs do."""
        for part, width in self._parts(text, height):
            if part == "Ø":
                middle, radius = (x + 0.5 * height, y + 0.5 * height), 0.38 * height
                self.stroke(*circle(*middle, radius))
                self.stroke(*((middle[0] + s * 0.4 * height, middle[1] + s * 0.52 * height) for s in (-1, 1)))
            elif part in "ⓂⓁⓅⓈ":
                self.stroke(*circle(x + 0.75 * height, y + height / 2, 0.72 * height))
                letter = chr(ord(part) - ord("Ⓐ") + ord("A"))
                self._letters(
                    x + 0.75 * height - self.length(letter, 0.8 * height) / 2, y + 0.1 * height, letter, 0.8 * height
                )
            else:
                self._letters(x, y, part, height)
            x += width

    def _parts(self, text: str, height: float) -> Iterator[tuple[str, float]]:
        letters = ""
        for char in text + "\0":
            if char in "ØⓂⓁⓅⓈ\0":
                if letters:
                    yield letters, self._advance(letters, height)
                letters = ""
                if char != "\0":
                    yield char, (1.15 if char == "Ø" else 1.65) * height
            else:
                letters += char

    def _advance(self, letters: str, height: float) -> float:
        return float(pymupdf.get_text_length(letters, fontsize=height * POINTS_PER_MM / CAPITAL)) / POINTS_PER_MM

    def _letters(self, x: float, y: float, letters: str, height: float) -> None:
        point = self.at((x, y))
        size = height * POINTS_PER_MM / CAPITAL
        self._page.insert_text(point, letters, fontsize=size, morph=(point, pymupdf.Matrix(self._direction)))
