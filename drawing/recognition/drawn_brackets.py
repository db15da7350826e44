"""The brackets of reference dimensions (ISO 129-1), seen in the picture beside a number.

CAD programs draw round brackets as arcs, so that a text layer says "12,5" where the sheet shows (12,5), a size that
nobody inspects. So the picture around every number is turned upright, and from the number's middle outwards each thin
stroke is followed up and down: two that are bent alike towards each other are brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawing.grammar.notation import NUMBER
from drawing.lines import place_of
from drawing.nearby import Nearby
from drawing.recognition.number_windows import Mask, Picture, Window, masks, pictures
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: The columns where ink begins and ends in a row.
Run = tuple[int, int]

#: What stands alone in the brackets of a reference dimension.
SIZE = re.compile(rf"(?:\d+\s?[xX×]\s?)?(?:S?Ø|S?R|□|M)?{NUMBER}(?:°|mm|\")?")

#: Lines of 0.18 mm are 1.4 px wide.
PICTURE_DPI = 200.0
#: px. Height of the lettering in a window.
TEXT_PX = 40

#: All below are parts of the lettering's height. How far a bracket stands from the number, a drawn Ø between them, and
#: how far the picture reaches above and below.
BESIDE, ASIDE = 2.6, 1.1
#: Height of a bracket: fonts draw 1.2, SolidWorks 1.6. The bent strokes of digits, as of 0, are lower than 1.
TALL = (1.0, 2.2)
#: How far a bracket's middle may lie from the number's.
OFF_LINE = 0.4
#: The widest stroke, along the line of lettering: an underlining is wider. What may part two rows of a stroke.
THICK, STEP = 0.3, 0.04
#: Where a bracket's end has paper behind it, past an underlining, and the share of ink there: a circle's arc goes on.
BEHIND, MOST_BEHIND = (0.1, 0.3), 0.4
#: Of a bracket's height: its rise over the chord, how far its apex lies from the middle, how far it strays from an arc.
RISE, OFF_APEX, STRAY, LEAST_STRAY_PX = (0.06, 0.32), 0.12, 0.025, 1.5
#: Of the taller bracket's height: how far the other's middle, height and rise may differ.
UNLIKE, UNLIKE_RISE = 0.12, 0.06


@dataclass(frozen=True, slots=True)
class _Arc:
    """A bracket in the upright picture, px; `rise` is its bulge over the chord."""

    box: Box
    rise: float


def with_brackets(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """The words in the same order, a number in brackets, as in "(6)", where `tile` shows one on either side of it.

    The box of such a word includes its brackets. Ends at `until` (of `time.monotonic`); words that were not looked at
    by then stay as they are.
    """
    found = list(words)
    near = Nearby(words, lambda word: word.box)
    for window, picture in pictures(_windows(words), tile, sheet, PICTURE_DPI, until):
        brackets = _brackets(window, picture)
        box = None if brackets is None else window.hull(brackets)
        if box is not None and not _holds_others(box, window.word, near):
            word = window.word
            found[window.index] = replace(word, text=f"({word.text})", box=Box.around((word.box, box)))
    return tuple(found)


def _windows(words: Sequence[Word]) -> Iterator[Window]:
    for index, word in enumerate(words):
        place = place_of(word, word.direction)
        if SIZE.fullmatch(word.text) and not word.framed and place.height > 0:
            length = place.length / place.height + 2 * BESIDE
            yield Window(index, 0, word, place, -BESIDE, length, ASIDE, TEXT_PX)


def _holds_others(box: Box, word: Word, near: Nearby[Word]) -> bool:
    """Whether other words stand between the brackets: they are not the number's alone."""
    return any(other is not word and box.contains(*other.box.centre) for other in near.near(box, 0))


def _brackets(window: Window, picture: Picture) -> Box | None:
    """What holds both brackets of a number, the nearest that match."""
    for ink in masks(picture):
        width = ink.shape[1]
        first = width - round(BESIDE * TEXT_PX)
        closing = _arcs(ink, first)
        opening = [_mirrored(arc, width) for arc in _arcs(ink[:, ::-1], first)] if closing else []
        pairs = (pair for pair in product(opening, closing) if _match(*pair))
        nearest = min(pairs, key=lambda pair: pair[1].box.x2 - pair[0].box.x1, default=None)
        if nearest is not None:
            return Box.around(arc.box for arc in nearest)
    return None


def _mirrored(arc: _Arc, width: int) -> _Arc:
    return replace(arc, box=Box(width - arc.box.x2, arc.box.y1, width - arc.box.x1, arc.box.y2))


def _match(opening: _Arc, closing: _Arc) -> bool:
    """Whether two arcs are alike, in each other's mirror."""
    tall = max(opening.box.height, closing.box.height)
    return (
        abs(opening.box.centre[1] - closing.box.centre[1]) <= UNLIKE * tall
        and abs(opening.box.height - closing.box.height) <= UNLIKE * tall
        and abs(opening.rise - closing.rise) <= UNLIKE_RISE * tall
    )


def _arcs(ink: Mask, first: int) -> list[_Arc]:
    """The closing brackets from column `first` on, about on the middle of the picture."""
    middle = ink.shape[0] // 2
    arcs = (_arc(ink, middle, run) for run in _runs(ink[middle]) if run[0] >= first)
    return [arc for arc in arcs if arc is not None]


def _arc(ink: Mask, row: int, run: Run) -> _Arc | None:
    """The closing bracket whose stroke has `run` in `row`."""
    up, down = _followed(ink, row, run, -1), _followed(ink, row, run, 1)
    top, tall = row - len(up) + 1, len(up) + len(down) - 1
    if not TALL[0] * TEXT_PX <= tall <= TALL[1] * TEXT_PX:
        return None
    if abs(top + tall / 2 - ink.shape[0] / 2) > OFF_LINE * TEXT_PX:
        return None
    stroke = np.array([*reversed(up), *down[1:]], float)
    rise = _rise(stroke.mean(axis=1))
    if rise is None or any(_goes_on(ink, stroke.mean(axis=1), top, step) for step in (-1, 1)):
        return None
    return _Arc(Box(float(stroke[:, 0].min()), top, float(stroke[:, 1].max()), top + tall), rise)


def _runs(row: Mask) -> list[Run]:
    pixels, runs, end = row.tobytes(), [], 0
    while (first := pixels.find(1, end)) >= 0:
        end = pixels.find(0, first)
        end = end if end >= 0 else len(pixels)
        runs.append((first, end))
    return runs


def _followed(ink: Mask, row: int, run: Run, step: int) -> list[Run]:
    """The run and those that continue it upwards (`step` -1) or downwards (1), as long as the stroke is thin."""
    stroke: list[Run] = []
    most, slack = THICK * TEXT_PX, STEP * TEXT_PX
    following: Run | None = run
    while following is not None and following[1] - following[0] <= most:
        stroke.append(following)
        row += step
        if not 0 <= row < ink.shape[0]:
            break
        first, last = following
        runs = _runs(ink[row])
        touching = [other for other in runs if other[0] <= last + slack and other[1] >= first - slack]
        following = min(touching, key=lambda other: abs(sum(other) - first - last), default=None)
    return stroke


def _rise(xs: NDArray[np.float64]) -> float | None:
    """By how much the middle of a stroke bulges over its ends, px; `None` where it is no arc with its apex there."""
    tall = len(xs)
    ys = np.linspace(-1, 1, tall)
    bend, slope, at = np.polyfit(ys, xs, 2)
    stray = float(np.abs(np.polyval((bend, slope, at), ys) - xs).max())
    if not RISE[0] * tall <= -bend <= RISE[1] * tall or stray > max(STRAY * tall, LEAST_STRAY_PX):
        return None
    return None if abs(slope / (4 * bend)) > OFF_APEX else float(-bend)


def _goes_on(ink: Mask, xs: NDArray[np.float64], top: int, step: int) -> bool:
    """Whether there is ink beyond the upper (`step` -1) or lower (1) end, in the direction in which an arc goes on."""
    tall = len(xs)
    bend, slope, at = np.polyfit(np.arange(tall), xs, 2)
    first, last = (round(share * TEXT_PX) for share in BEHIND)
    rows = (tall - 1 if step > 0 else 0) + step * np.arange(first, last)
    columns = np.polyval((bend, slope, at), rows)
    inked = [
        bool(ink[top + row, max(0, round(x) - 1) : round(x) + 2].any())
        for row, x in zip(rows.tolist(), columns.tolist(), strict=True)
        if 0 <= top + row < ink.shape[0]
    ]
    return sum(inked) > MOST_BEHIND * len(rows)
