"""Where letters stand in a picture, and which of them stand in one line: enough to tell which way the writing runs.

By the sizes and neighbours of connected pieces of ink (the idea of O'Gorman's docstrum, IEEE PAMI 15, 1993); nothing is
read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.sheet import Box

Picture = NDArray[np.uint8]

#: px of the longer side of a page, at most, when its letters are looked for; and of a letter: 2 mm on A0, 9 mm on A4.
LOOK_PX, LETTER_PX = 3000, (5, 90)
#: Width by height of a letter, either way; dashes, arrows and 1 are left out.
MOST_SLENDER = 4.0
#: Ink by the box of a letter: arrowheads are full, circles and frames nearly empty.
INK_OF_LETTER = (0.12, 0.85)
#: More are no writing but noise; a dense A0 has 10,000. And how many are compared with their neighbours at once.
MOST_LETTERS, AT_ONCE = 30_000, 256
#: Neighbours in a line, in heights of the higher: the gap between them, how much lower one may stand, and how much
#: smaller one may be.
WIDEST_GAP, TIGHTEST_GAP, MOST_LOWER, LEAST_OF_HEIGHT = 0.9, -0.15, 0.3, 0.6
#: px about a letter, and grey levels that ink is darker than its surroundings.
AROUND_PX, DARKER = 41, 18


#: N×4, px: x, y, width, height of what may be letters.
Letters = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """Letters that stand side by side, left to right: `count` of them in `box`, px.

    `slope_deg` is the direction in which they run, degrees clockwise from level.
    """

    box: Box
    count: int
    slope_deg: float


@dataclass(frozen=True, slots=True)
class Writing:
    """The rows of letters of a picture, and its `columns`: the rows of the same picture turned clockwise."""

    rows: tuple[Row, ...]
    columns: tuple[Row, ...]

    @classmethod
    def of(cls, picture: Picture) -> Writing:
        """For a greyscale picture of at most `LOOK_PX`."""
        found = letters(ink(picture))
        return cls(tuple(rows(found)), tuple(rows(clockwise(found, picture.shape[0]))))


def ink(picture: Picture) -> Picture:
    """1 where the greyscale picture is darker than what is around, by which a shadow is none."""
    return np.asarray(
        cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND_PX, DARKER),
        np.uint8,
    )


def letters(inked: Picture) -> Letters:
    """The pieces of ink that may be letters."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    x, y, width, height, area = stats[1:].T
    large, small, filled = np.maximum(width, height), np.minimum(width, height), area / (width * height)
    kept = (
        (large >= LETTER_PX[0]) & (large <= LETTER_PX[1]) & (large <= MOST_SLENDER * small)
        & (filled >= INK_OF_LETTER[0]) & (filled <= INK_OF_LETTER[1])
    )  # fmt: skip
    found: Letters = np.stack([x, y, width, height], axis=1)[kept].astype(np.float64)
    return found if len(found) <= MOST_LETTERS else found[:0]


def clockwise(found: Letters, height: int) -> Letters:
    """Where the letters of a picture of this height stand when it is turned clockwise by a quarter."""
    x, y, across, down = found.T
    return np.stack([height - y - down, x, down, across], axis=1)


def rows(found: Letters) -> list[Row]:
    """The lines of letters that run from left to right, the longest first."""
    following = _next_in_row(found)
    first = following.keys() - following.values()
    every = [_row(found[_chain(start, following)]) for start in first]
    return sorted(every, key=lambda row: (-row.count, row.box.y1, row.box.x1))


def _next_in_row(found: Letters) -> dict[int, int]:
    """Of each letter the one to its right that belongs to the same row, where there is one."""
    middle = found[:, 1] + found[:, 3] / 2
    order = np.argsort(middle, kind="stable")
    following: dict[int, int] = {}
    for start in range(0, len(order), AT_ONCE):
        some = order[start : start + AT_ONCE]
        reach = MOST_LOWER * LETTER_PX[1]
        first, last = np.searchsorted(middle[order], (middle[some[0]] - reach, middle[some[-1]] + reach))
        following |= _nearest(found, some, order[first:last])
    return following


def _nearest(found: Letters, some: NDArray[np.intp], others: NDArray[np.intp]) -> dict[int, int]:
    x, y, width, height = (column[some][:, None] for column in found.T)
    other_x, other_y, _, other_height = (column[others][None, :] for column in found.T)
    higher, lower = np.maximum(height, other_height), np.minimum(height, other_height)
    gap = (other_x - x - width) / higher
    aside = np.abs(other_y + other_height / 2 - y - height / 2)
    fits = (
        (gap >= TIGHTEST_GAP) & (gap <= WIDEST_GAP) & (other_x > x)
        & (lower >= LEAST_OF_HEIGHT * higher) & (aside <= MOST_LOWER * higher)
    )  # fmt: skip
    nearest = others[np.where(fits, gap, np.inf).argmin(axis=1)]
    return {int(some[at]): int(nearest[at]) for at in np.flatnonzero(fits.any(axis=1))}


def _chain(start: int, following: dict[int, int]) -> list[int]:
    chain = [start]
    while (after := following.get(chain[-1])) is not None:
        chain.append(after)
    return chain


def _row(found: Letters) -> Row:
    x, y, width, height = found.T
    across, down = x + width / 2 - (x + width / 2).mean(), y + height / 2 - (y + height / 2).mean()
    slope = math.atan2(float(across @ down), float(across @ across))
    box = Box(float(x.min()), float(y.min()), float((x + width).max()), float((y + height).max()))
    return Row(box, len(found), math.degrees(slope))
