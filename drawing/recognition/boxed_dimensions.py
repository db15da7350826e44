"""Theoretically exact dimensions (ISO 1101) and letters of datum features (ISO 5459): what stands in a box of its own.

The box stands free and is drawn tightly around the lettering; the cells of title blocks and tables share their walls.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np

from drawing.grammar.notation import NUMBER
from drawing.lines import Place, place_of
from drawing.recognition.ocr_strips import Pictures
from drawing.recognition.ruled_cells import Picture, Ruled, ruled, shares_a_wall
from drawing.sheet import MM_PER_INCH, Box, Word

#: Height of a box by that of its lettering, which a recogniser takes a little too high between near walls, and the
#: white beside the lettering in its heights: less than none where a ° touches the wall and cuts the box.
TIGHT, TIGHT_SIDES = (0.85, 2.7), (-0.7, 2.6)
#: degrees. How far the direction of recognised oblique lettering may be from its box's, which may be half a step askew.
TURNS_DEG = (0.0, -2.0, 2.0)
#: Of its lettering's height: what is looked at around an oblique word.
AROUND = 3.0
#: degrees. A direction nearer to an axis is the axis.
AXIS_TOLERANCE_DEG = 3

BOXED = re.compile(rf"(?:\d+\s?[xX]\s?)?(?:SØ|Ø|SR|R|□)?\s?{NUMBER}\s?(?:°|mm|\")?")
LETTER = re.compile(r"[A-Z]{1,2}")


def boxed_words(cell: Box, words: Iterable[Word]) -> list[Word]:
    """The words in a level rectangle, in sheet pixels, if it is drawn tightly around a number or a datum's letter."""
    inside = [word for word in words if cell.contains(*word.box.centre)]
    if not inside or not _is_boxed_text(inside):
        return []
    direction = 90 if inside[0].direction in (90, 270) else 0
    lettering = Place.around(place_of(word, direction) for word in inside)
    length, height = (cell.height, cell.width) if direction else (cell.width, cell.height)
    return inside if _is_tight(length, height, lettering) else []


def obliquely_boxed(words: Sequence[Word], pictures: Pictures, zoom: float, until: float) -> Iterator[Word]:
    """The oblique words that stand in a box; looked for at `zoom`, not after `until`."""
    for word in words:
        oblique = abs((word.direction + 45) % 90 - 45) > AXIS_TOLERANCE_DEG
        if oblique and _is_boxed_text([word]) and time.monotonic() <= until:
            lettering = place_of(word, word.direction)
            if any(_has_box(_levelled(word, turn, lettering, pictures, zoom), lettering, zoom) for turn in TURNS_DEG):
                yield word


def _is_boxed_text(words: list[Word]) -> bool:
    text = " ".join(word.text for word in sorted(words, key=lambda word: word.box.x1))
    return bool(BOXED.fullmatch(text) or LETTER.fullmatch(text))


def _is_tight(length: float, height: float, lettering: Place) -> bool:
    tight = TIGHT[0] <= height / lettering.height <= TIGHT[1]
    return tight and TIGHT_SIDES[0] <= (length - lettering.length) / lettering.height <= TIGHT_SIDES[1]


def _levelled(word: Word, turn: float, lettering: Place, pictures: Pictures, zoom: float) -> Ruled:
    """The rectangles around an oblique word, in a picture turned so that it is level and in the middle."""
    x, y = word.box.centre
    reach = lettering.length / 2 + AROUND * lettering.height
    region = Box(x - reach, y - reach, x + reach, y + reach).clamped(pictures.width, pictures.height)
    picture = pictures.tile(region, zoom)
    side = math.ceil(2 * reach * zoom)
    matrix = cv2.getRotationMatrix2D(((x - region.x1) * zoom, (y - region.y1) * zoom), -word.direction + turn, 1)
    matrix[:, 2] += (side / 2 - (x - region.x1) * zoom, side / 2 - (y - region.y1) * zoom)
    level: Picture = np.asarray(cv2.warpAffine(picture, matrix, (side, side), borderValue=255), np.uint8)
    return ruled(level, pictures.dpi * zoom / MM_PER_INCH)


def _has_box(rectangles: Ruled, lettering: Place, zoom: float) -> bool:
    """Whether a rectangle that stands free is tight around the lettering in the middle of a picture."""
    middle = (lettering.length / 2 + AROUND * lettering.height) * zoom
    every = rectangles.cells + rectangles.others
    return any(
        cell.contains(middle, middle)
        and _is_tight(cell.width / zoom, cell.height / zoom, lettering)
        and not any(shares_a_wall(cell, other) for other in every if other != cell)
        for cell in rectangles.cells
    )
