"""Which geometrical characteristic a symbol is (ISO 1101): by its likeness to drawn variants of all of them.

Strokes are compared, not pictures, so that the pen's width does not matter: how far the symbol's ink lies from a
variant's strokes, and how far the strokes lie from ink (a two-sided chamfer distance).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.recognition.characteristic_shapes import Stroke, Variant, variants

Picture = NDArray[np.uint8]

#: px. The longer side of a symbol while it is compared, and white around it.
SIZE_PX, MARGIN_PX = 64, 12
#: A variant is stretched to the symbol's width by height by at most this factor.
MOST_STRETCH = 1.35
#: Height by width of a dash, pen included, and the least share of its cell that it is long: a hyphen is shorter.
DASH_ASPECT, LEAST_DASH = 0.25, 0.35
#: Share of its cell's height that a symbol has at least in one direction.
LEAST_SIZE = 0.3
#: Share of the largest stroke below which ink is dirt.
DIRT_SHARE = 0.04
#: Of a cell's height: remains of its walls are thinner.
SLIVER_SHARE = 0.06
#: Grey levels between ink and paper; less is an empty cell.
LEAST_CONTRAST = 40
#: Symbols with an outline that encloses white, and its least share of the symbol's upright box.
CLOSED_SYMBOLS, LEAST_HOLE = frozenset("⏥○⌭⌓⌖◎"), 0.01
#: Distances as shares of the symbol's size: above the first a symbol is none of these; the second best characteristic
#: is at least this many times as far.
MOST_DISTANCE, LEAST_LEAD = 0.055, 1.25
#: Beside the mean distances this percentile of them counts by half: one missing stroke is a small part of the ink.
WORST_PERCENTILE, WORST_WEIGHT = 95, 0.5


@dataclass(frozen=True, slots=True)
class Guess:
    """A characteristic's symbol as in `drawing.grammar.frame_notation.CHARACTERISTICS`; `confidence` is 0 to 1."""

    symbol: str
    confidence: float


def classify(cell: Picture) -> Guess | None:
    """The symbol in the upright greyscale picture of a cell without its walls, `None` where there is no telling."""
    mask = glyph(cell)
    if mask is None:
        return None
    height, width = mask.shape
    if max(height, width) < LEAST_SIZE * cell.shape[0]:
        return None
    if height < DASH_ASPECT * width:
        return _dash(mask, cell) if width >= LEAST_DASH * cell.shape[0] else None
    scale = SIZE_PX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return _nearest(np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR) >= 128))


def glyph(cell: Picture) -> Picture | None:
    """The ink (255) in a cell, cut to its extent, without dirt and the remains of walls; `None` for an empty cell."""
    mask = ink(cell)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return None
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= DIRT_SHARE * areas.max())
    clean = np.where(np.isin(labels, kept), 255, 0).astype(np.uint8)
    x, y, wide, high = cv2.boundingRect(clean)
    return clean[y : y + high, x : x + wide]


def ink(cell: Picture) -> Picture:
    """255 where there is ink in a greyscale picture of a cell, without the remains of its walls."""
    if int(cell.max()) - int(cell.min()) < LEAST_CONTRAST:
        return np.zeros_like(cell)
    _, mask = cv2.threshold(cell, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    walls = [part for part in range(1, count) if _is_wall(stats[part], mask.shape)]
    return np.where(np.isin(labels, walls), 0, mask).astype(np.uint8)


def _is_wall(part: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether a piece of ink at a cell's edge is what skew leaves of a wall. `part`: x, y, width, height, …"""
    x, y, width, height = (int(side) for side in part[:4])
    at_edge = x == 0 or y == 0 or x + width == shape[1] or y + height == shape[0]
    return at_edge and min(width, height) <= SLIVER_SHARE * shape[0]


def _dash(mask: Picture, cell: Picture) -> Guess | None:
    """Straightness, where the ink is one even bar."""
    filled = float(np.count_nonzero(mask)) / mask.size
    even = np.count_nonzero(mask, axis=0)
    level = filled >= 0.7 or float(np.percentile(even, 95)) <= 1.5 * float(np.percentile(even, 10))
    return Guess("⏤", min(1.0, 0.5 + filled / 2)) if level and even.min() > 0 else None


def _nearest(symbol: NDArray[np.bool_]) -> Guess | None:
    """The characteristic that a symbol of `SIZE_PX` is nearest to, if it leads clearly."""
    padded = np.pad(symbol, MARGIN_PX)
    to_ink = cv2.distanceTransform((~padded).astype(np.uint8), cv2.DIST_L2, 5)
    pen = _pen(padded)
    best: dict[str, float] = {}
    for variant in variants():
        distance = _distance(variant, padded, to_ink, pen)
        if distance < best.get(variant.symbol, np.inf):
            best[variant.symbol] = distance
    ranked = sorted((distance, symbol) for symbol, distance in best.items())
    if not ranked or ranked[0][0] > MOST_DISTANCE:
        return None
    distance, name = ranked[0]
    if name in CLOSED_SYMBOLS and not _encloses_white(padded):
        return None
    if len(ranked) > 1 and ranked[1][0] < LEAST_LEAD * distance:
        return None
    return Guess(name, round(1 - 0.5 * distance / MOST_DISTANCE, 3))


def _encloses_white(symbol: NDArray[np.bool_]) -> bool:
    contours, hierarchy = cv2.findContours(symbol.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes = (contours[at] for at, (*_, parent) in enumerate(hierarchy[0]) if parent >= 0)
    return any(cv2.contourArea(hole) >= LEAST_HOLE * SIZE_PX**2 for hole in holes)


def _pen(symbol: NDArray[np.bool_]) -> float:
    """The width w of the strokes, px: the distances to a stroke's edge, 1 to w/2, have a mean of about (w + 2) / 4."""
    depth = cv2.distanceTransform(symbol.astype(np.uint8), cv2.DIST_L2, 5)
    return max(1.0, 4 * float(depth[symbol].mean()) - 2)


def _distance(variant: Variant, symbol: NDArray[np.bool_], to_ink: NDArray[np.float32], pen: float) -> float:
    """How far a symbol and a variant stretched to it are apart, as a share of the symbol's size."""
    height, width = (side - 2 * MARGIN_PX - pen for side in symbol.shape)
    if not 1 / MOST_STRETCH <= width / max(height, 1.0) / variant.aspect <= MOST_STRETCH:
        return float("inf")
    drawn = _drawn(variant, symbol.shape, width, height, pen)
    to_variant = cv2.distanceTransform(255 - drawn, cv2.DIST_L2, 5)
    outside = np.maximum(to_variant[symbol] - pen / 2, 0)
    missed = to_ink[drawn > 0]
    return (_mean_and_worst(outside) + _mean_and_worst(missed)) / SIZE_PX


def _mean_and_worst(distances: NDArray[np.float32]) -> float:
    return float(distances.mean()) + WORST_WEIGHT * float(np.percentile(distances, WORST_PERCENTILE))


def _drawn(variant: Variant, shape: tuple[int, ...], width: float, height: float, pen: float) -> Picture:
    """The variant's strokes, 255, a pixel wide, stretched to `width` × `height` in the middle of a picture."""
    x1, y1, x2, y2 = variant.bounds
    scale = np.array([width / max(x2 - x1, 1e-6), height / max(y2 - y1, 1e-6)])
    offset = MARGIN_PX + pen / 2 - 0.5

    def placed(points: Stroke) -> NDArray[np.int32]:
        return np.asarray(np.round((points - (x1, y1)) * scale + offset), np.int32)

    picture = np.zeros(shape, np.uint8)
    cv2.polylines(picture, [placed(stroke) for stroke in variant.strokes], False, 255)
    if variant.areas:
        cv2.fillPoly(picture, [placed(area) for area in variant.areas], 255)
    return picture
