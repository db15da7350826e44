"""The symbols of geometrical characteristics as the tests draw them, after ISO 7083: in millimetres, y up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How a frame is drawn: `slope` in degrees of ∥, ⌭ and arrows, `spread` of proportions around 1."""

    height_mm: float = 3.5
    pen_mm: float = 0.35
    direction: int = 0
    slope: float = 60
    spread: float = 1.0
    filled: bool = True


USUAL = Look()

Point = tuple[float, float]
Stroke = list[Point]
#: Strokes and filled areas.
Symbol = tuple[list[Stroke], list[Stroke]]


def circle(x: float, y: float, radius: float, end_deg: float = 360) -> Stroke:
    angles = (math.radians(end_deg * step / 60) for step in range(61))
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def symbol_of(symbol: str, look: Look) -> Symbol:
    """A symbol around the origin."""
    drawn = DRAWN[symbol](look)
    strokes, areas = drawn if isinstance(drawn, tuple) else (drawn, [])
    return [_scaled(stroke, look.height_mm) for stroke in strokes], [_scaled(area, look.height_mm) for area in areas]


def _scaled(stroke: Stroke, height: float) -> Stroke:
    return [(x * height, y * height) for x, y in stroke]


def _flatness(look: Look) -> list[Stroke]:
    corners = [(-0.75, -0.35), (0.35, -0.35), (0.75, 0.35), (-0.35, 0.35), (-0.75, -0.35)]
    return [[(x * look.spread, y) for x, y in corners]]


def _cylindricity(look: Look) -> list[Stroke]:
    angle = math.radians(look.slope)
    side, run = 0.42 / math.sin(angle), 0.55 / math.tan(angle)
    return [circle(0, 0, 0.42), *([(x - run, -0.55), (x + run, 0.55)] for x in (-side, side))]


def _parallelism(look: Look) -> list[Stroke]:
    run = 0.6 / math.tan(math.radians(look.slope))
    return [[(x - run, -0.6), (x + run, 0.6)] for x in (-0.25 * look.spread, 0.25 * look.spread)]


def _arc(look: Look) -> Stroke:
    return circle(0, -0.35, 0.7 * min(1.0, look.spread), 180)


def _runout(look: Look, feet: tuple[float, ...] = (-0.4,)) -> Symbol:
    angle = math.radians(look.slope - 8)
    strokes, heads = [], []
    for foot in feet:
        end = (foot + 1.25 * math.cos(angle), -0.55 + 1.25 * math.sin(angle))
        left, right = (
            (end[0] - 0.45 * math.cos(angle + side), end[1] - 0.45 * math.sin(angle + side)) for side in (-0.3, 0.3)
        )
        strokes.append([(foot, -0.55), end])
        heads.append([left, end, right])
    return (strokes, heads) if look.filled else (strokes + heads, [])


def _total_runout(look: Look) -> Symbol:
    left, right = -0.65, -0.65 + 0.5 * look.spread
    strokes, heads = _runout(look, (left, right))
    return [*strokes, [(left, -0.55), (right, -0.55)]], heads


DRAWN: dict[str, Callable[[Look], list[Stroke] | Symbol]] = {
    "⏤": lambda look: [[(-0.65, 0), (0.65, 0)]],
    "⏥": _flatness,
    "○": lambda look: [circle(0, 0, 0.55 * look.spread)],
    "⌭": _cylindricity,
    "⌒": lambda look: [_arc(look)],
    "⌓": lambda look: [_arc(look), [_arc(look)[0], _arc(look)[-1]]],
    "∥": _parallelism,
    "⊥": lambda look: [[(-0.6 * look.spread, -0.5), (0.6 * look.spread, -0.5)], [(0, -0.5), (0, 0.6)]],
    "∠": lambda look: [[(0.55 * look.spread, 0.5), (-0.65, -0.5), (0.65, -0.5)]],
    "⌖": lambda look: [circle(0, 0, 0.42 * look.spread), [(-0.75, 0), (0.75, 0)], [(0, -0.75), (0, 0.75)]],
    "◎": lambda look: [circle(0, 0, 0.62), circle(0, 0, 0.34 * look.spread)],
    "⌯": lambda look: [
        [(-a * look.spread, b), (a * look.spread, b)] for a, b in ((0.4, 0.35), (0.65, 0), (0.4, -0.35))
    ],
    "↗": _runout,
    "⌰": _total_runout,
}
