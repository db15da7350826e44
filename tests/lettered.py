"""Lettering laid out by the tests: words as a text layer or a recogniser gives them."""

from __future__ import annotations

import math
from dataclasses import replace

from drawing.lines import Line, lines_of
from drawing.reading import Reading, read
from drawing.sheet import Box, Sheet, Source, Word

#: An A4 sheet, landscape, at 200 dpi.
SHEET = Sheet(page=1, width=2339, height=1654, dpi=200.0, paper="A4", text_source="text_layer")
SCAN = replace(SHEET, text_source="ocr")
HEIGHT = 28.0
#: Of a character and of a blank, in heights.
ADVANCE, BLANK = 0.7, 0.35


def lettered(
    text: str,
    x: float = 600,
    y: float = 600,
    *,
    height: float = HEIGHT,
    direction: int = 0,
    source: Source = "text_layer",
    confidence: float = 1.0,
    gap: float = BLANK,
) -> list[Word]:
    """The words of a line that begins at (`x`, `y`), the middle of its first letter, and runs in `direction`.

    A tab is a gap as wide as a drawn symbol.
    """
    words, along = [], 0.0
    for part in text.replace("\t", " \t ").split(" "):
        if part == "\t":
            along += 2 * ADVANCE * height
        elif part:
            length = len(part) * ADVANCE * height
            words.append(Word(part, _box(x, y, along, length, height, direction), source, direction, confidence))
            along += length + gap * height
    return words


def _box(x: float, y: float, along: float, length: float, height: float, direction: int) -> Box:
    cos, sin = math.cos(math.radians(direction)), math.sin(math.radians(direction))
    corners = [
        (x + a * cos + b * sin, y - a * sin + b * cos)
        for a in (along, along + length)
        for b in (-height / 2, height / 2)
    ]
    return Box(
        min(c[0] for c in corners), min(c[1] for c in corners), max(c[0] for c in corners), max(c[1] for c in corners)
    )


def in_cell(cell: Box, *laid: list[Word]) -> list[Word]:
    """The words in a ruled cell."""
    return [replace(word, cell=cell) for words in laid for word in words]


def in_view(view: Box, *laid: list[Word]) -> list[Word]:
    """The words that are drawn together with all that is in a box."""
    return [replace(word, view=view) for words in laid for word in words]


def ruled_table(rows: list[list[str]], xs: list[float], *, y: float = 300, pitch: float = 45) -> list[Word]:
    """A table as `table` lays it out, with walls: columns between `xs`, of which there is one more than cells."""
    return [
        word
        for number, row in enumerate(rows)
        for left, right, text in zip(xs[:-1], xs[1:], row, strict=True)
        for middle in [y + number * pitch]
        for word in in_cell(
            Box(left, middle - pitch / 2, right, middle + pitch / 2), lettered(text, left + 10, middle, height=20)
        )
    ]


def table(
    rows: list[list[str]], xs: list[float], *, y: float = 300, pitch: float = 45, upward: bool = False
) -> list[Word]:
    """Cells whose text begins at `xs`, a row every `pitch` px."""
    step = -pitch if upward else pitch
    return [
        word
        for number, row in enumerate(rows)
        for x, cell in zip(xs, row, strict=True)
        for word in lettered(cell, x, y + number * step, height=20)
    ]


def lines(*laid: list[Word]) -> tuple[Line, ...]:
    return lines_of(word for words in laid for word in words)


def reading(*laid: list[Word], sheet: Sheet = SHEET) -> Reading:
    return read([word for words in laid for word in words], sheet)


def title_block(**cells: str) -> list[Word]:
    """A title block of DIN EN ISO 7200 in German, each value below its label; only the cells named have one."""
    labels = {
        "title": ("Titel, Zusätzlicher Titel", 1300, 1350),
        "number": ("Zeichnungsnummer", 1800, 1350),
        "revision": ("Änd.", 2150, 1350),
        "drawn": ("Erstellt durch", 1300, 1250),
        "approved": ("Genehmigt von", 1550, 1250),
        "date": ("Ausgabedatum", 1800, 1450),
        "scale": ("Maßstab", 1300, 1450),
        "material": ("Werkstoff", 1500, 1450),
        "sheet": ("Blatt", 2150, 1450),
    }
    words = []
    for name, (label, x, y) in labels.items():
        words += lettered(label, x, y, height=14)
        words += lettered(cells.get(name, ""), x, y + 36, height=24)
    return words
