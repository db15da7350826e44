"""Which way up a page is, by its writing: the longest rows are read both ways up, and what reads better is upright."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from drawing.recognition.ocr_models import STRIP_HEIGHT_PX, Line, recogniser
from drawing.sheet import Box, Turn
from drawing.straightening.letters import Picture, Row, Writing

#: Letters of the rows that are read: fewer are often a dimension, more take longer and say no more. And rows, at most.
FEWEST_LETTERS, ENOUGH_LETTERS, MOST_ROWS = 4, 24, 8
#: Letters in rows of one direction by those in the other, from which nobody needs to read to know the direction.
CLEARLY_MORE = 2.0
#: Letters read one way up by those read the other way, and how many there have to be at least. Of 16 real sheets,
#: upright, turned and as photos, the ratio was 3.6 and more.
SURE_RATIO, SURE_LETTERS = 2.0, 12.0
#: Of a row's height, around it.
MARGIN = 0.2


def turn(picture: Picture, writing: Writing) -> Turn:
    """How a greyscale picture with this `writing` is to be turned; 0 where that is not sure."""
    across, down = (
        sum(row.count for row in rows if row.count >= FEWEST_LETTERS) for rows in (writing.rows, writing.columns)
    )
    read: dict[Turn, float] = {0: 0.0, 90: 0.0, 180: 0.0, 270: 0.0}
    if across * CLEARLY_MORE >= down:
        read[0], read[180] = _read_both_ways(picture, writing.rows)
    if down * CLEARLY_MORE >= across:
        read[90], read[270] = _read_both_ways(np.ascontiguousarray(np.rot90(picture, -1)), writing.columns)
    best = max(read, key=lambda way: read[way])
    others = [read[way] for way in read if way != best]
    return best if _is_sure(read[best], max(others)) else 0


def _read_both_ways(picture: Picture, rows: Sequence[Row]) -> tuple[float, float]:
    """How many letters are read in rows as they are, and how many upside down, until that is clear."""
    upright = upside_down = 0.0
    for row in [row for row in rows if FEWEST_LETTERS <= row.count <= ENOUGH_LETTERS][:MOST_ROWS]:
        strip = _strip(picture, row.box)
        lines = recogniser().lines([strip, np.ascontiguousarray(strip[::-1, ::-1])])
        upright, upside_down = upright + _letters(lines[0]), upside_down + _letters(lines[1])
        if _is_sure(upright, upside_down) or _is_sure(upside_down, upright):
            break
    return upright, upside_down


def _is_sure(more: float, less: float) -> bool:
    return more >= max(SURE_RATIO * less, SURE_LETTERS)


def _strip(picture: Picture, box: Box) -> Picture:
    margin = MARGIN * box.height
    left, top = max(0, round(box.x1 - margin)), max(0, round(box.y1 - margin))
    part = picture[top : round(box.y2 + margin), left : round(box.x2 + margin)]
    width = max(STRIP_HEIGHT_PX // 2, round(part.shape[1] * STRIP_HEIGHT_PX / part.shape[0]))
    return np.asarray(cv2.resize(part, (width, STRIP_HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _letters(line: Line) -> float:
    """How many are read rightly, less those that are read wrongly, as far as the recogniser knows."""
    return sum(2 * score - 1 for sign, score in zip(line.text, line.scores, strict=True) if sign != " ")
