"""Rings cut by a slash, in a picture of upright lettering: the shape of the diameter sign (ISO 3098-1).

Of the holes that ink encloses, two of about one size are the halves of a ring, one upper left, one lower right, with
nothing but the slash between them and paper around. A 0 has one hole, an 8 two above each other, a circle with its
centre lines four. What a slash and a ring touch elsewhere, as a dimension line, changes nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.sheet import Box

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: How a picture is cut into ink and paper: at a part of the contrast, and the gaps in ink that are closed, parts of the
#: lettering's height. Thin lines are pale and small halves grey, so no level serves all; 1-bit scans have gaps.
CUTS = ((0.5, 0.0), (0.35, 0.0), (0.65, 0.0), (0.22, 0.0), (0.5, 0.14), (0.4, 0.22))
#: Percentiles of paper and ink: lettering covers less than a fifth of a window. Of 255, less contrast is dirt.
PAPER, INK, LEAST_CONTRAST = 80, 1, 40

#: Of one piece of ink. Hatching and perforation have more; they are no signs, and pairs of all of them take long.
MOST_HOLES = 40
#: Of the lettering's height: the least side of a half, and the height of a ring's inside; in frames rings are small.
LEAST_HALF, INSIDE = 0.1, (0.4, 1.4)
#: The smaller half by the larger; degrees by which the lower half's middle lies below the upper's, as seen from there:
#: 0 is a vertical stroke (Φ), 90 an 8; slashes of CAD fonts are steep and give 22.
LEAST_EQUAL, TURN_DEG = 0.45, (13, 75)
#: Length of a half by its width: half a disc is 2, a quarter of one is 1 to 1.4, a cell of hatching about 1.
LEAST_LONG = 1.6
#: Width of the inside by its height: narrow and inclined letters are oval.
ROUNDNESS = (0.42, 1.35)
#: How far the inside reaches towards its box's upper left and lower right corners, in half sides of the box: an ellipse
#: √2, less when inclined, a square 2, one on its corner 1.
CORNERS = (0.95, 1.6)
#: Of the inside's height: how far the halves' common middle may be from its own.
MOST_LOPSIDED = 0.1
#: Shares: of the inside in its box (an ellipse: 0.79, less the ends of the slash), of a half in its convex hull, of ink
#: between the halves, of ink around the ring.
LEAST_FILLING, LEAST_CONVEX, LEAST_SLASH, MOST_AROUND = 0.55, 0.85, 0.9, 0.3
#: Of a ring's box: the area of a quarter of the inside, in small and bold rings.
LEAST_QUARTER = 0.04
#: Of the lettering's height: width of the band around a ring that is looked at.
AROUND = 0.1


@dataclass(frozen=True, slots=True)
class _Half:
    """A hole in the ink: its outline, its area and its middle, px."""

    outline: Any
    area: float
    x: float
    y: float

    @staticmethod
    def of(outline: Any) -> _Half:
        moments = cv2.moments(outline)
        area = moments["m00"]
        return _Half(outline, area, moments["m10"] / area, moments["m01"] / area)


def rings(picture: Picture, height: float) -> Iterator[tuple[Box, Mask]]:
    """The boxes of slashed rings in a greyscale picture (H×W), px, each with where the picture shows ink.

    `height` is that of the lettering beside, px. A ring comes once for every cut that shows it.
    """
    masks = list(_masks(picture, height))
    for mask in masks:
        for ring in _rings(mask, height):
            if not any(_is_quartered(other, ring) for other in masks):
                yield ring, mask


def _masks(picture: Picture, height: float) -> Iterator[Mask]:
    """Where a picture shows ink, cut at several levels, the likeliest first; none of an empty one."""
    paper, ink = (float(np.percentile(picture, share)) for share in (PAPER, INK))
    if paper - ink < LEAST_CONTRAST:
        return
    for level, gap in CUTS:
        mask = picture < paper - level * (paper - ink)
        yield _closed(mask, gap * height) if gap else mask


def _rings(mask: Mask, height: float) -> Iterator[Box]:
    halves: defaultdict[int, list[_Half]] = defaultdict(list)
    for outline, parent in _holes(mask):
        if _may_be_half(outline, height):
            halves[parent].append(_Half.of(outline))
    for group in halves.values():
        if len(group) <= MOST_HOLES:
            found = (_ring(upper, lower, mask, height) for upper, lower in permutations(group, 2))
            yield from (ring for ring in found if ring is not None)


def _holes(mask: Mask) -> Iterator[tuple[Any, int]]:
    """The outlines of the holes in ink, each with the number of the piece of ink that it is in."""
    outlines, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    parents = () if tree is None else tree[0][:, 3]
    return ((outline, int(parent)) for outline, parent in zip(outlines, parents, strict=True) if parent >= 0)


def _is_quartered(mask: Mask, ring: Box) -> bool:
    """Whether a ring has more than two holes: a cross of which one line was too thin for another cut."""
    x1, y1, x2, y2 = (max(0, round(side)) for side in (ring.x1, ring.y1, ring.x2, ring.y2))
    least = LEAST_QUARTER * (x2 - x1) * (y2 - y1)
    return sum(cv2.contourArea(outline) >= least for outline, _ in _holes(mask[y1:y2, x1:x2])) > 2


def _ring(upper: _Half, lower: _Half, mask: Mask, height: float) -> Box | None:
    """The box of the ring that has these halves, its line as wide as its slash."""
    if not _match(upper, lower) or not _fill_an_oval(upper, lower, height):
        return None
    both = np.vstack([upper.outline, lower.outline])
    x, y, width, tall = cv2.boundingRect(both)
    inside = _filled(mask.shape, cv2.convexHull(both))
    slash = inside & ~_filled(mask.shape, upper.outline, lower.outline)
    line = max(2.0, float(slash.sum()) / math.hypot(width, tall))
    if mask[slash].mean() < LEAST_SLASH or not _stands_alone(inside, line, mask, height):
        return None
    return Box(x - line, y - line, x + width + line, y + tall + line)


def _may_be_half(outline: Any, height: float) -> bool:
    """Whether a hole is about as large and long as half a ring's inside, and convex."""
    _, _, width, tall = cv2.boundingRect(outline)
    if not LEAST_HALF * height <= min(width, tall) <= max(width, tall) <= INSIDE[1] * height:
        return False
    _, sides, _ = cv2.minAreaRect(outline)
    area = cv2.contourArea(outline)
    hull = cv2.contourArea(cv2.convexHull(outline))
    return bool(area > 0 and area >= LEAST_CONVEX * hull and max(sides) >= LEAST_LONG * min(sides))


def _match(upper: _Half, lower: _Half) -> bool:
    """Whether two holes are of about one size, one upper left and one lower right."""
    turn = math.degrees(math.atan2(lower.y - upper.y, lower.x - upper.x))
    sizes = sorted((upper.area, lower.area))
    return TURN_DEG[0] <= turn <= TURN_DEG[1] and sizes[0] >= LEAST_EQUAL * sizes[1]


def _fill_an_oval(upper: _Half, lower: _Half, height: float) -> bool:
    """Whether two holes and what is between them have the shape of a ring's inside."""
    both = np.vstack([upper.outline, lower.outline])
    x, y, width, tall = cv2.boundingRect(both)
    if not (INSIDE[0] * height <= tall <= INSIDE[1] * height and ROUNDNESS[0] <= width / tall <= ROUNDNESS[1]):
        return False
    hull = cv2.convexHull(both)
    towards = (2 * (hull[:, 0] - (x, y)) / (width, tall) - 1).sum(axis=1)
    corners = sorted((-towards.min(), towards.max()))
    off = math.hypot(2 * x + width - upper.x - lower.x, 2 * y + tall - upper.y - lower.y) / 2
    return bool(
        CORNERS[0] <= corners[0]
        and corners[1] <= CORNERS[1]
        and off <= MOST_LOPSIDED * tall
        and cv2.contourArea(hull) >= LEAST_FILLING * width * tall
    )


def _stands_alone(inside: Mask, line: float, mask: Mask, height: float) -> bool:
    """Whether there is paper around a ring; bold rings are wider than their slash."""
    bands = (_grown(inside, out + AROUND * height) & ~_grown(inside, out) for out in (2 * line, 4 * line))
    return any(mask[band].mean() <= MOST_AROUND for band in bands)


def _filled(shape: tuple[int, ...], *outlines: Any) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, outlines, 1)
    return canvas.astype(bool)


def _closed(mask: Mask, gap: float) -> Mask:
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, _disc(gap / 2)), np.bool_)


def _grown(mask: Mask, by: float) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disc(by)), np.bool_)


def _disc(radius: float) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(radius) + 1,) * 2)
