"""Surface texture signs (ISO 1302, ISO 21920-1), seen in the picture around a number.

A bare 1,6 in the crook of a tick mark is a roughness, not a length; the tick is drawn. Its legs stand at 60° to the
surface that its tip touches, one about twice as long as the other, whichever way the surface lies. So every number
that may be a roughness is searched for the tip of such a mark on its four sides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.grammar.surfaces import SERIES
from drawing.lines import place_of
from drawing.nearby import Nearby
from drawing.recognition.number_windows import Mask, Picture, Window, masks, pictures
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Grades of ISO 1302.
GRADE = re.compile(r"N(?:1[0-2]|[1-9])")
#: What a recogniser takes a leg beside a number for.
LEG = re.compile(r"^[/\\|√✓vV]|[/\\|]$")
#: What stands before a number that says itself what it is, as Ra.
NAMED = re.compile(r"[^\W\d_]|[√▽∇✓Ø±]")
#: ... in recognised lettering a number as well: what a recogniser takes a leg for may part a size from its deviation.
SAID = re.compile(r"[^\W_]|[√▽∇✓Ø±]")

#: Lines of 0.18 mm are 1.4 px wide.
PICTURE_DPI = 200.0
#: px. Height of the lettering in a window.
TEXT_PX = 20
#: Heights of the lettering: how far a window reaches around its number. ISO 1302 draws legs of 1.4 and 3 upright.
AROUND = 4.6
#: Degrees between a leg and the upright of the sign: 30 in ISO 1302.
LEANS_DEG = np.arange(22, 39, 2.0)
#: Heights of the lettering, upright: the short and the long leg. How much longer the long one is.
SHORT, LONG, LONGER = (0.9, 2.4), (2.0, 4.8), (1.5, 3.2)
#: Heights of the lettering: the line that is looked at beside a leg, and the part of a leg behind the tip.
FLANK, BEHIND = 0.22, (0.2, 0.7)
#: Heights of the lettering: how far pixels of one tip lie from each other.
SAME_TIP = 0.2
#: Of a leg's height: the part whose sides are looked at, away from the tip.
BESIDE = (0.4, 0.95)
#: Shares of ink beside a leg, and behind the tip: filled arrows have more, and lines that cross go on.
MOST_FLANK, MOST_BEHIND = 0.35, 0.5
#: Of the short leg's height: how high the number's lower edge lies over the tip.
LIFT = (0.6, 1.8)
#: Heights of the lettering: how far the number may rise over the long leg, reach across it, and be beside the tip.
OVER, ACROSS, OFF_TIP = 0.6, 0.5, 0.6


@dataclass(frozen=True, slots=True)
class _Leg:
    """One leg of a tick mark: how far its end is above the tip, px, and its lean from the upright, degrees."""

    up: int
    lean_deg: float

    @property
    def slope(self) -> float:
        return math.tan(math.radians(self.lean_deg))


@dataclass(frozen=True, slots=True)
class _Tick:
    """A tick mark in a picture turned so that it stands upright: its tip, px, the left leg, the right leg."""

    x: int
    y: int
    short: _Leg
    long: _Leg

    @property
    def legs(self) -> tuple[tuple[_Leg, float], ...]:
        """The legs, each with what it goes to the right by what it goes up."""
        return (self.short, -self.short.slope), (self.long, self.long.slope)


def with_roughness_signs(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """The words in the same order, a number as in "√1,6" where `tile` shows a surface texture sign under it.

    The box stays that of the number, for a sign is three times as tall. Ends at `until` (of `time.monotonic`); words
    that were not looked at by then stay as they are.
    """
    found = list(words)
    near = Nearby(words, lambda word: word.box)
    for window, picture in pictures(_windows(words, near), tile, sheet, PICTURE_DPI, until):
        if _has_tick(window, picture):
            found[window.index] = replace(window.word, text=f"√{_bare(window.word)}")
    return tuple(found)


def _windows(words: Sequence[Word], near: Nearby[Word]) -> Iterator[Window]:
    for index, word in enumerate(words):
        place, bare = place_of(word, word.direction), _bare(word)
        if word.framed or place.height <= 0 or not (bare.replace(",", ".") in SERIES or GRADE.fullmatch(bare)):
            continue
        if not _is_named(word, near):
            length = place.length / place.height + 2 * AROUND
            yield Window(index, 0, word, place, -AROUND, length, AROUND, TEXT_PX)


def _bare(word: Word) -> str:
    """The word without what may be a leg of its sign; a text layer has no such thing."""
    return LEG.sub("", word.text) if word.source == "ocr" else word.text


def _is_named(word: Word, near: Nearby[Word]) -> bool:
    """Whether the word right before says what the number is."""
    place = place_of(word, word.direction)
    return any(
        (NAMED if other.source == "text_layer" else SAID).search(other.text) is not None
        and other is not word
        and abs((before := place_of(other, word.direction)).middle - place.middle) < place.height / 2
        and -place.height < place.start - before.end < place.height
        for other in near.near(word.box, place.height)
    )


def _has_tick(window: Window, picture: Picture) -> bool:
    """Whether a number stands in the crook of a tick mark, upright or turned."""
    width, height = window.size
    edge = AROUND * TEXT_PX
    number = Box(edge, edge, width - edge, height - edge)
    return any(
        _upright_tick(np.rot90(ink, quarter), _turned(number, width, height, quarter)) is not None
        for ink in masks(picture)
        for quarter in range(4)
    )


def _turned(box: Box, width: int, height: int, quarters: int) -> Box:
    """A box in a picture of `width` × `height` after `quarters` turns of 90° counter-clockwise, as `np.rot90` does."""
    for _ in range(quarters):
        box = Box(box.y1, width - box.x2, box.y2, width - box.x1)
        width, height = height, width
    return box


def _upright_tick(ink: Mask, number: Box) -> _Tick | None:
    """The upright tick mark under a number."""
    wide = np.asarray(cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)), np.bool_)
    tips = _tips(ink, wide, number)
    near = np.abs(tips[:, None] - tips[None]).max(axis=2) <= SAME_TIP * TEXT_PX
    legs = (_longest(_runs(wide, tips, side), near) for side in (-1, 1))
    ticks = (_Tick(x, y, short, long) for (y, x), short, long in zip(tips.tolist(), *legs, strict=True))
    fitting = (tick for tick in ticks if _is_tick(tick) and _holds(tick, number))
    return next((tick for tick in fitting if _is_thin(ink, tick) and not _goes_on(wide, tick)), None)


def _longest(runs: NDArray[np.int64], near: Mask) -> Iterator[_Leg]:
    """The longest leg of each tip, as long as the longest of the pixels near it: beside its axis a line is left."""
    best = runs.argmax(axis=1)
    ups = np.where(near, runs.max(axis=1, initial=0), 0).max(axis=1, initial=0)
    return (_Leg(up, float(LEANS_DEG[lean])) for up, lean in zip(ups.tolist(), best.tolist(), strict=True))


def _tips(ink: Mask, wide: Mask, number: Box) -> NDArray[np.int64]:
    """Where the tip may be, rows and columns: ink under the number from which two legs begin."""
    top, bottom = number.y2 + LIFT[0] * SHORT[0] * TEXT_PX, number.y2 + LIFT[1] * SHORT[1] * TEXT_PX
    left, right = number.x1 - OFF_TIP * TEXT_PX, number.x2 + OFF_TIP * TEXT_PX
    rows, columns = np.nonzero(ink[round(top) : round(bottom), round(left) : round(right)])
    tips = np.column_stack([rows + round(top), columns + round(left)])
    for side in (-1, 1):
        begins = np.all(_sampled(wide, tips, side, SHORT[0] * TEXT_PX), axis=2)
        tips = tips[begins.any(axis=1)]
    return tips


def _sampled(ink: Mask, tips: NDArray[np.int64], side: int, last: float) -> Mask:
    """Whether there is ink above tips on the left (`side` -1) or right (1): tips × leans × rows upwards."""
    rows = np.arange(round(last))
    lean = np.tan(np.radians(LEANS_DEG))[:, None] * rows
    ys = tips[:, 0, None, None] - rows
    xs = np.rint(tips[:, 1, None, None] + side * lean).astype(int)
    inside = (ys >= 0) & (ys < ink.shape[0]) & (xs >= 0) & (xs < ink.shape[1])
    return np.asarray(inside & ink[np.where(inside, ys, 0), np.where(inside, xs, 0)], np.bool_)


def _runs(ink: Mask, tips: NDArray[np.int64], side: int) -> NDArray[np.int64]:
    """How far ink goes up from tips without a gap: tips × leans, px upright."""
    above = _sampled(ink, tips, side, (LONG[1] + 1) * TEXT_PX)
    gaps = np.concatenate([~above, np.ones((*above.shape[:2], 1), np.bool_)], axis=2)
    return np.asarray(gaps.argmax(axis=2), np.int64)


def _is_tick(tick: _Tick) -> bool:
    """Whether the legs have the lengths of a tick mark's."""
    short, long = tick.short, tick.long
    return (
        SHORT[0] * TEXT_PX <= short.up <= SHORT[1] * TEXT_PX
        and LONG[0] * TEXT_PX <= long.up <= LONG[1] * TEXT_PX
        and LONGER[0] * short.up <= long.up <= LONGER[1] * short.up
    )


def _holds(tick: _Tick, number: Box) -> bool:
    """Whether a number stands on the short leg and leans on the long one."""
    lift = tick.y - number.y2
    return (
        LIFT[0] * tick.short.up <= lift <= LIFT[1] * tick.short.up
        and tick.y - number.y1 <= tick.long.up + OVER * TEXT_PX
        and number.x2 <= tick.x + lift * tick.long.slope + ACROSS * TEXT_PX
    )


def _is_thin(ink: Mask, tick: _Tick) -> bool:
    """Whether there is paper on either side of the legs."""
    beside = (
        _share(ink, tick, slope, (BESIDE[0] * leg.up, BESIDE[1] * leg.up), shift)
        for leg, slope in tick.legs
        for shift in (-FLANK, FLANK)
    )
    return max(beside) <= MOST_FLANK


def _goes_on(ink: Mask, tick: _Tick) -> bool:
    """Whether a leg goes on behind the tip."""
    behind = -BEHIND[1] * TEXT_PX, -BEHIND[0] * TEXT_PX
    return any(_share(ink, tick, slope, behind, 0) > MOST_BEHIND for _, slope in tick.legs)


def _share(ink: Mask, tick: _Tick, slope: float, rows: tuple[float, float], shift: float) -> float:
    """The share of ink on a line through the tip, between two heights over it, moved sideways by `shift` heights."""
    up = np.arange(round(rows[0]), round(rows[1]))
    ys = np.clip(tick.y - up, 0, ink.shape[0] - 1)
    xs = np.clip(np.rint(tick.x + slope * up + shift * TEXT_PX).astype(int), 0, ink.shape[1] - 1)
    return float(ink[ys, xs].mean())
