"""Deviations stacked behind a recognised size, looked for again where one of them is missing.

A detector takes close stacks for one strip, whose end then reads as nonsense (0 over -0,1 as ".0,.1"), and overlooks a
lone small 0. Two bands of ink above each other, right behind a size, are such a stack (ISO 129-1).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drawing.grammar.lone import deviation_of
from drawing.lines import Place, place_of
from drawing.nearby import Nearby
from drawing.recognition.ocr import upright
from drawing.recognition.ocr_models import Picture, recogniser
from drawing.recognition.ocr_strips import Strip
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: What a stack may be read as: a few signs and digits.
LOOSE = re.compile(r"[-+±.,'°\dOo]{1,9}")
SIZE = re.compile(r"(?:.*\D)?\d+(?:[.,]\d+)?°?")
#: Of the size's height: the farthest that a stack begins behind it; how far it reaches above and below the size's
#: middle; the height of one of its lines; what belongs to no line, such as a dimension line below it.
GAP, REACH, LINE, SPECK = 1.0, 0.95, (0.28, 0.85), 0.12
#: Share of a row that ink fills where it is a drawn line.
DRAWN_LINE = 0.85
#: Of a band's height: what its strip has more on each side, for the recogniser.
MARGIN = 0.35
LEAST_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class _Stack:
    """A size and the one loose word behind it."""

    size: Word
    loose: Word


def with_stacks(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """`words` with the deviations of stacks of which one was read, or both as nonsense.

    `until` is the `time.monotonic()` at which the search ends: the rest stays as it is.
    """
    new: dict[Word, tuple[Word, ...]] = {}
    for stack in _stacks(words):
        if time.monotonic() > until:
            break
        new[stack.loose] = _read(stack, tile, sheet)
    return tuple(read for word in words for read in (new.get(word) or (word,)))


def _stacks(words: Sequence[Word]) -> Iterator[_Stack]:
    """Sizes with exactly one loose word behind them, which stands above or below the size's middle or is nonsense."""
    recognised = [word for word in words if word.source == "ocr"]
    loose = Nearby([word for word in recognised if LOOSE.fullmatch(word.text)], lambda word: word.box)
    for size in recognised:
        if SIZE.fullmatch(size.text) and deviation_of(size.text) is None:
            place = place_of(size, size.direction)
            behind = [w for w in loose.near(size.box, 2 * place.height) if w is not size and _is_behind(w, size, place)]
            if len(behind) == 1 and _is_half(behind[0], size, place):
                yield _Stack(size, behind[0])


def _is_behind(word: Word, size: Word, place: Place) -> bool:
    own = place_of(word, size.direction)
    return -0.3 * place.height < own.start - place.end < GAP * place.height and (
        abs(own.middle - place.middle) < REACH * place.height
    )


def _is_half(word: Word, size: Word, place: Place) -> bool:
    if deviation_of(word.text) is None:
        return re.fullmatch(r"±?(?:\d+(?:[.,]\d+)?|[.,]\d+)°?", word.text) is None
    return abs(place_of(word, size.direction).middle - place.middle) > 0.15 * place.height


def _read(stack: _Stack, tile: Tile, sheet: Sheet) -> tuple[Word, ...]:
    """Both deviations; empty where the ink behind the size is no stack of two."""
    area = _behind(stack)
    region = area.box(0, 1).grown(2).clamped(sheet.width, sheet.height)
    picture = tile(region, 1.0)
    bands = _bands(upright(picture, region, area), 1 / (2 * REACH))
    if len(bands) != 2:
        return ()
    strips = [_band(area, band) for band in bands]
    lines = [recogniser().lines([upright(picture, region, strip)])[0] for strip in strips]
    texts = [line.text.replace(" ", "").replace("O", "0").replace("o", "0") for line in lines]
    signs = "".join(text[:1] for text in texts)
    sure = min(line.confidence for line in lines) >= LEAST_CONFIDENCE
    if not sure or any(deviation_of(text) is None for text in texts) or not re.search(r"[-+]", signs):
        return ()
    return tuple(
        replace(stack.loose, text=text, box=_inside(strip), confidence=line.confidence, direction=stack.size.direction)
        for text, strip, line in zip(texts, strips, lines, strict=True)
    )


def _inside(strip: Strip) -> Box:
    """A strip without the room around its ink."""
    ink = strip.height / (1 + 2 * MARGIN)
    room = MARGIN * ink / strip.length
    return strip.box(room, 1 - room, ink / strip.height)


def _behind(stack: _Stack) -> Strip:
    """From the size's end to the loose word's, as far above and below as a stack reaches."""
    size, loose = (place_of(word, stack.size.direction) for word in (stack.size, stack.loose))
    start, end = size.end + 0.05 * size.height, loose.end + 0.2 * size.height
    whole = Strip(*stack.size.box.centre, size.length, size.height, stack.size.direction)
    moved = whole.moved((start + end - size.start - size.end) / 2, 0)
    return replace(moved, length=max(1.0, loose.end - start), height=2 * REACH * size.height)


def _bands(picture: Picture, height: float) -> list[Box]:
    """The ink of each band of rows, as fractions of the picture; `height` is the size's as such a fraction."""
    _, ink = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    shares = ink.mean(axis=1)
    rows = (shares > 0) & (shares < DRAWN_LINE)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.view(np.int8), [0]))))
    bands = [_ink(ink, int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    bands = [band for band in bands if band.height > SPECK * height]
    fitting = [band for band in bands if LINE[0] * height < band.height < LINE[1] * height]
    return fitting if len(fitting) == len(bands) else []


def _ink(ink: Picture, top: int, bottom: int) -> Box:
    """The hull of the ink in some rows, as fractions of the picture."""
    columns = np.flatnonzero(ink[top:bottom].any(axis=0))
    rows, width = ink.shape
    return Box(float(columns[0]) / width, top / rows, float(columns[-1] + 1) / width, bottom / rows)


def _band(area: Strip, band: Box) -> Strip:
    """The strip of one band of an area, with room around it."""
    height = band.height * area.height
    room = 2 * MARGIN * height
    moved = area.moved((band.centre[0] - 0.5) * area.length, (band.centre[1] - 0.5) * area.height)
    return replace(moved, length=band.width * area.length + room, height=height + room)
