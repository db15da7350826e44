"""The degree sign, seen in the picture behind a recognised number.

A recogniser drops the small ring of "45°" at the end of its strip or reads it as a 0, most of all where lettering is
oblique or the ring touches the wall of a box, and an angle becomes a length. So the picture behind every number is
turned upright and searched for a small round ring in the upper half of the line that has nothing below it: an upper
deviation of 0 is higher than wide and stands over another, the bowls of 8 and 9 have strokes below them, circles of a
view are larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.lines import place_of
from drawing.recognition.number_windows import Mask, Picture, Window, masks, pictures
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: An angle, as one of a chamfer or a deviation may be; nothing else has a degree sign behind its last digit.
ANGLE = re.compile(r"[(]?(?:\d{1,2}(?:[.,]\d{1,2})?[xX×])?[±+-]?(?P<size>\d{1,3}(?:[.,]\d{1,4})?)")
#: What a recogniser takes the sign for.
TAKEN = "0"
LARGEST_DEG = 360.0

#: The ring of lettering of 2.5 mm is 8 px high.
PICTURE_DPI = 300.0
#: px. Height of the lettering in a window.
TEXT_PX = 64

#: All below are parts of the lettering's height. How far a window reaches into its number and behind it, and above and
#: below; the ring's middle from the end of the word, whose box may hold the ring or cut the last digit.
INTO, BEHIND, ASIDE = 1.6, 1.6, 0.6
AT = (-0.75, 0.9)
#: The middle of the ring below the top of the line.
BELOW_TOP = (-0.2, 0.42)
#: The inside of the ring, its outside, and its line (ISO 3098-1 draws lines of a tenth).
INSIDE, OUTSIDE, MOST_LINE = (0.1, 0.42), (0.2, 0.58), 0.18
#: The widest blank between the number's last digit and the ring.
WIDEST_BLANK = 0.45
#: The height of the inside of a 0.
LEAST_ZERO = 0.5
#: What is looked at around a ring, what of its blurred edge is left out, the foot of the line, and what is looked at
#: behind the ring.
AROUND, BESIDE, FOOT, AFTER = 0.05, 0.06, 0.92, (0.08, 0.24)
#: Of a ring's width: what is left out on either side below it, for it may touch a wall; the stroke of a 9 is wider.
EDGE = 0.12
#: Width of the inside by its height, and its share of the circle around it.
ROUNDNESS, LEAST_FILLING = (0.76, 1.32), 0.72
#: Shares of ink around a ring, which may touch the wall of a box, below it, and of columns with ink behind it.
MOST_AROUND, MOST_UNDER, MOST_AFTER = 0.38, 0.02, 0.5


@dataclass(frozen=True, slots=True)
class _Hole:
    """A hole in the ink: its outline and its box, px."""

    outline: Any
    box: Box


@dataclass(frozen=True, slots=True)
class _Sign:
    """A degree sign: the number before it as it is to be read, and the box of its ring, px of the upright picture."""

    number: str
    box: Box


def with_degrees(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """The words in the same order, recognised numbers with ° where `tile` shows a degree sign right behind them.

    The box of such a word includes the sign. Words of the text layer stay as they are. Ends at `until` (of
    `time.monotonic`); words that were not looked at by then stay as they are.
    """
    written = [word.box for word in words if "°" in word.text]
    found = list(words)
    for window, picture in pictures(_windows(words), tile, sheet, PICTURE_DPI, until):
        sign = _sign(window, picture)
        box = None if sign is None else window.hull(sign.box)
        if sign is not None and box is not None and not any(other.contains(*box.centre) for other in written):
            word = window.word
            found[window.index] = replace(word, text=f"{sign.number}°", box=Box.around((word.box, box)))
    return tuple(found)


def _windows(words: Sequence[Word]) -> Iterator[Window]:
    for index, word in enumerate(words):
        place = place_of(word, word.direction)
        may_be = _is_angle(word.text) or _is_angle(_without_taken(word.text))
        if word.source == "ocr" and may_be and place.height > 0:
            begin = place.length / place.height - INTO
            yield Window(index, len(word.text), word, place, begin, INTO + BEHIND, ASIDE, TEXT_PX)


def _is_angle(text: str) -> bool:
    """Whether a text is a number of degrees without its sign; none is 0, which ordinates begin at in a circle."""
    match = ANGLE.fullmatch(text)
    return match is not None and 0 < float(match["size"].replace(",", ".")) <= LARGEST_DEG


def _without_taken(text: str) -> str:
    return text.removesuffix(TAKEN)


def _sign(window: Window, picture: Picture) -> _Sign | None:
    """The sign behind the window's number, if that is one of degrees."""
    cuts = list(masks(picture))
    for ink in cuts:
        for hole in _holes(ink):
            ring = _ring(hole, ink) if _is_placed(hole.box) and _is_round(hole) else None
            if ring is not None and _stands_behind(ring, ink):
                number = _number(window.word.text, ring, cuts)
                return _Sign(number, ring) if _is_angle(number) else None
    return None


def _number(text: str, ring: Box, cuts: list[Mask]) -> str:
    """The text without a 0 that the ring was taken for: where no 0 stands before the ring."""
    written = any(_is_zero_before(ring, hole.box) for ink in cuts for hole in _holes(ink))
    return text if written else _without_taken(text)


def _is_zero_before(ring: Box, hole: Box) -> bool:
    """Whether a hole is that of a digit 0 before a ring."""
    before = ring.x1 - hole.x2
    return hole.height >= LEAST_ZERO * TEXT_PX and 0 <= before <= (WIDEST_BLANK + MOST_LINE) * TEXT_PX


def _holes(ink: Mask) -> Iterator[_Hole]:
    """The holes in the ink, the leftmost first."""
    outlines, tree = cv2.findContours(ink.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    parents = () if tree is None else tree[0][:, 3]
    inner = [outline for outline, parent in zip(outlines, parents, strict=True) if parent >= 0]
    for outline in sorted(inner, key=lambda outline: float(outline[:, 0, 0].min())):
        # An outline runs on the ink around its hole.
        x, y, width, tall = cv2.boundingRect(outline)
        if min(width, tall) > 2:
            yield _Hole(outline, Box(x + 1, y + 1, x + width - 1, y + tall - 1))


def _is_placed(hole: Box) -> bool:
    x, y = hole.centre
    behind, below = x / TEXT_PX - INTO, y / TEXT_PX - ASIDE
    return AT[0] <= behind <= AT[1] and BELOW_TOP[0] <= below <= BELOW_TOP[1]


def _is_round(hole: _Hole) -> bool:
    width, tall = hole.box.width, hole.box.height
    if not INSIDE[0] * TEXT_PX <= min(width, tall) <= max(width, tall) <= INSIDE[1] * TEXT_PX:
        return False
    _, radius = cv2.minEnclosingCircle(hole.outline)
    filling = cv2.contourArea(hole.outline) / (np.pi * radius**2)
    return bool(ROUNDNESS[0] <= width / tall <= ROUNDNESS[1] and filling >= LEAST_FILLING)


def _ring(hole: _Hole, ink: Mask) -> Box | None:
    """The box of the ring around a hole, if its line is thin and has paper around it."""
    away = _distance(hole, ink.shape)
    for line in range(1, round(MOST_LINE * TEXT_PX) + 1):
        band = (away > line) & (away <= line + AROUND * TEXT_PX)
        if ink[band].mean() <= MOST_AROUND:
            ring = hole.box.grown(line)
            sizes = sorted((ring.width, ring.height))
            return ring if OUTSIDE[0] * TEXT_PX <= sizes[0] <= sizes[1] <= OUTSIDE[1] * TEXT_PX else None
    return None


def _distance(hole: _Hole, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """How far each pixel is from a hole, px."""
    outside = np.ones(shape, np.uint8)
    cv2.fillPoly(outside, [hole.outline], 0)
    cv2.polylines(outside, [hole.outline], True, 1)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, 5), np.float32)


def _stands_behind(ring: Box, ink: Mask) -> bool:
    """Whether a ring has a digit close before it, nothing below it, and nothing close behind it but a box's wall."""
    top, foot = round(ASIDE * TEXT_PX), round((ASIDE + FOOT) * TEXT_PX)
    left, upper, right, lower = (round(side) for side in (ring.x1, ring.y1, ring.x2, ring.y2))
    edge, beside = round(EDGE * ring.width), round(BESIDE * TEXT_PX)
    under = ink[lower + beside : foot, left + edge : right - edge]
    before = ink[top:foot, max(0, left - round(WIDEST_BLANK * TEXT_PX)) : max(0, left - beside)]
    last = right + round(AFTER[1] * TEXT_PX)
    after = ink[upper:lower, right + round(AFTER[0] * TEXT_PX) : last]
    is_last = ink[top:foot, right - edge : last].all(axis=0).any() or after.any(axis=0).mean() <= MOST_AFTER
    return bool(is_last and before.any() and under.mean() <= MOST_UNDER)
