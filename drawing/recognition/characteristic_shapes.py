"""The symbols of geometrical characteristics as strokes, in the proportions that standards and CAD programs use.

ISO 7083 and ASME Y14.5 agree on the shapes, not on slants and proportions, so each symbol has several variants. A
variant's own width by height is part of its shape; x runs right, y down, in units that do not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

#: N×2 points of a stroke.
Stroke = NDArray[np.float64]

STEPS = 48


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to draw a symbol: its `strokes`, and the closed `areas` that are filled (arrowheads)."""

    symbol: str
    strokes: tuple[Stroke, ...]
    areas: tuple[Stroke, ...] = ()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        points = np.concatenate(self.strokes + self.areas)
        (x1, y1), (x2, y2) = points.min(axis=0), points.max(axis=0)
        return float(x1), float(y1), float(x2), float(y2)

    @property
    def aspect(self) -> float:
        """Width by height; a dash has none to speak of."""
        x1, y1, x2, y2 = self.bounds
        return (x2 - x1) / max(y2 - y1, 0.01)


@cache
def variants() -> tuple[Variant, ...]:
    """All variants of the fourteen symbols."""
    shapes = (_dash, _parallelogram, _circle, _cylinder, _arcs, _strokes, _upright, _angle, _position, _rings, _bars)
    return tuple(variant for shape in (*shapes, _arrow, _arrows) for variant in shape())


def _line(*points: tuple[float, float]) -> Stroke:
    return np.array(points, float)


def _arc(x: float, y: float, radius: float, start_deg: float = 0, end_deg: float = 360) -> Stroke:
    angles = np.radians(np.linspace(start_deg, end_deg, STEPS))
    return np.stack([x + radius * np.cos(angles), y - radius * np.sin(angles)], axis=1)


def _dash() -> Iterator[Variant]:
    yield Variant("⏤", (_line((0, 0), (1, 0)),))


def _parallelogram() -> Iterator[Variant]:
    for width, slant in product((1.4, 1.9, 2.4), (0.2, 0.3, 0.4)):
        run = slant * width
        yield Variant("⏥", (_line((run, 0), (width, 0), (width - run, 1), (0, 1), (run, 0)),))


def _circle() -> Iterator[Variant]:
    yield Variant("○", (_arc(0, 0, 1),))


def _cylinder() -> Iterator[Variant]:
    for degrees, length in product((50, 57, 64, 71), (1.0, 1.2, 1.4, 1.7)):
        angle = math.radians(degrees)
        run, shift = length / math.tan(angle), 1 / math.sin(angle)
        tangents = [_line((side - run, length), (side + run, -length)) for side in (-shift, shift)]
        yield Variant("⌭", (_arc(0, 0, 1), *tangents))


def _arcs() -> Iterator[Variant]:
    for half in (90, 75, 60):
        arc = _arc(0, 0, 1, 90 - half, 90 + half)
        yield Variant("⌒", (arc,))
        yield Variant("⌓", (arc, arc[[0, -1]]))


def _strokes() -> Iterator[Variant]:
    for degrees, pitch in product((58, 66, 75), (0.3, 0.45, 0.65)):
        run = 1 / math.tan(math.radians(degrees))
        yield Variant("∥", tuple(_line((x, 1), (x + run, 0)) for x in (0, pitch)))


def _upright() -> Iterator[Variant]:
    for half in (0.45, 0.6, 0.8):
        yield Variant("⊥", (_line((-half, 1), (half, 1)), _line((0, 0), (0, 1))))


def _angle() -> Iterator[Variant]:
    for degrees, foot in product((30, 38, 45, 55), (0.85, 1.0, 1.25)):
        run = 1 / math.tan(math.radians(degrees))
        yield Variant("∠", (_line((run, 0), (0, 1), (run * foot, 1)),))


def _position() -> Iterator[Variant]:
    for radius in (0.45, 0.55, 0.65, 0.75):
        yield Variant("⌖", (_arc(0, 0, radius), _line((-1, 0), (1, 0)), _line((0, -1), (0, 1))))


def _rings() -> Iterator[Variant]:
    for radius in (0.4, 0.5, 0.6, 0.7):
        yield Variant("◎", (_arc(0, 0, 1), _arc(0, 0, radius)))


def _bars() -> Iterator[Variant]:
    for outer, height in product((0.5, 0.6, 0.7), (0.4, 0.55, 0.75)):
        outers = (_line((-outer, y), (outer, y)) for y in (-height, height))
        yield Variant("⌯", (_line((-1, 0), (1, 0)), *outers))


def _arrow() -> Iterator[Variant]:
    for degrees, head, filled in product((45, 52, 60), (0.3, 0.42), (True, False)):
        shaft, tip = _arrow_at(0, degrees, head)
        yield Variant("↗", (shaft,), (tip,)) if filled else Variant("↗", (shaft, tip))
    yield Variant("↗", _arrow_at(0, 45, 0.42, 45))


def _arrows() -> Iterator[Variant]:
    for degrees, pitch, filled in product((45, 52, 60), (0.4, 0.55, 0.7), (True, False)):
        (one, tip), (other, other_tip) = (_arrow_at(x, degrees, 0.32) for x in (0, pitch))
        strokes, tips = (one, other, _line((0, 0), (pitch, 0))), (tip, other_tip)
        yield Variant("⌰", strokes, tips) if filled else Variant("⌰", strokes + tips)


def _arrow_at(x: float, degrees: float, head: float, barb_deg: float = 18) -> tuple[Stroke, Stroke]:
    """An arrow's shaft of length 1 that begins at (x, 0), and its head: an open V of two barbs."""
    angle = math.radians(degrees)
    end = (x + math.cos(angle), -math.sin(angle))
    barbs = [
        (end[0] - head * math.cos(angle + side), end[1] + head * math.sin(angle + side))
        for side in (-math.radians(barb_deg), math.radians(barb_deg))
    ]
    return _line((x, 0), end), _line(barbs[0], end, barbs[1])
