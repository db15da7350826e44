"""Three simple parts as a person would dimension them: a drilled plate, a turned shaft, an oblique link.

Each view fills a cell of the sheet: the part in its middle, dimensions around it, notes in a column to its right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from bench.composition import Point, compose
from bench.content import SHAFT_FITS, Callout, ControlFrame
from bench.pen import ARROW_MM, WIDE_MM
from bench.sketch import Sketch
from drawing.sheet import Box

View = Callable[[Sketch, Box], None]
Note = tuple[Point, tuple[Callout, ...], ControlFrame | None]


def plate(sketch: Sketch, cell: Box) -> None:
    """A plate with holes, drawn from above."""
    part = _part(sketch, cell)
    lot = sketch.content.lot
    sketch.pen.line(*_ring(part), width=WIDE_MM)
    columns = [part.x1 + part.width * share for share in (0.0, 0.24 + 0.1 * lot.random(), 0.75, 1.0)]
    rows = [part.y1 + part.height * share for share in (0.0, 0.25, 0.8, 1.0)]
    radius = 0.05 * part.width
    holes = [(x, y) for x in columns[1:3] for y in rows[1:3]]
    for centre in holes:
        sketch.hole(centre, radius)
    _beside_a_circle(sketch, part, holes[1])
    _chain(sketch, [(x, part.y2) for x in columns], -11.0)
    _overall(sketch, (part.x1, part.y2), (part.x2, part.y2), -20.0)
    _chain(sketch, [(part.x1, y) for y in reversed(rows)], 9.0)
    _overall(sketch, (part.x1, part.y2), (part.x1, part.y1), 19.0)
    _overall(sketch, (columns[1], part.y1), (part.x2, part.y1), 10.0)
    hole, bore = sketch.content.hole(), sketch.content.hole()
    second = sketch.content.counterbore() if bore.kind == "diameter" else sketch.content.chamfer()
    _notes(
        sketch,
        part,
        [
            (_rim(holes[2], radius), (hole,), sketch.content.frame()),
            ((part.x2, part.y1 + 0.5 * part.height), (sketch.content.radius(),), None),
            (_rim(holes[3], radius), (bore, second), None),
        ],
    )
    sketch.balloon(lot.randint(1, 20), (part.x1 + 0.4 * part.width, part.y1), (part.x1 - 12, cell.y1 + 9))


def shaft(sketch: Sketch, cell: Box) -> None:
    """A stepped shaft, its left end in section."""
    part = _part(sketch, cell)
    content, pen = sketch.content, sketch.pen
    middle = (part.y1 + part.y2) / 2
    ends = [part.x1 + part.width * share for share in (0.0, 0.3, 0.68, 1.0)]
    radii = [part.height * share for share in (0.3, 0.42, 0.24)]
    for (left, right), radius in zip(pairwise(ends), radii, strict=True):
        pen.line(*_ring(Box(left, middle - radius, right, middle + radius)), width=WIDE_MM)
    pen.line((part.x1 - 4, middle), (part.x2 + 4, middle), width=0.18, dashes="[10 2 1 2] 0")
    bore = 0.12 * part.height
    sketch.hatch(Box(ends[0], middle - radii[0], ends[1], middle - bore))
    sketch.hatch(Box(ends[0], middle + bore, ends[1], middle + radii[0]))
    for y in (middle - bore, middle + bore):
        pen.line((ends[0], y), (ends[1], y), width=WIDE_MM)
    bottom = middle + max(radii)
    _chain(sketch, [(x, bottom) for x in ends], -18.0)
    _overall(sketch, (ends[0], bottom), (ends[3], bottom), -27.0)
    for offset, radius in ((9.0, bore), (19.0, radii[0])):
        _upright(sketch, (ends[0], middle + radius), (ends[0], middle - radius), offset)
    across = (ends[1] + 0.5 * (ends[2] - ends[1]), middle)
    _upright(sketch, (across[0], middle + radii[1]), (across[0], middle - radii[1]), 0.01, at=0.26)
    sketch.roughness((ends[1] + 3, middle - radii[1]))
    sketch.datum("AB"[content.lot.randint(0, 1)], (ends[2] + 0.5 * (ends[3] - ends[2]), middle + radii[2]))
    _notes(
        sketch,
        part,
        [
            ((ends[2], middle - radii[1]), (), content.frame()),
            ((ends[3], middle - radii[2]), (content.chamfer(),), None),
            ((ends[3], middle), (content.diameter(SHAFT_FITS),), content.frame()),
            ((ends[2], middle + radii[2]), (content.radius(),), None),
        ],
    )


def link(sketch: Sketch, cell: Box) -> None:
    """A bar that lies at 30° or 60°, dimensioned along its edges."""
    part = _part(sketch, cell)
    content, pen = sketch.content, sketch.pen
    degrees = content.lot.choice((30, 60))
    length, thickness = (0.85, 0.3) if degrees == 30 else (0.75, 0.28)
    length, thickness = length * min(part.width, part.height) * 1.1, thickness * min(part.width, part.height)
    foot = (part.x1 + (0.15 if degrees == 30 else 0.4) * part.width, part.y2 - 0.1 * part.height)
    along = (math.cos(math.radians(degrees)), -math.sin(math.radians(degrees)))
    up = (along[1], -along[0])

    def at(u: float, v: float) -> Point:
        return foot[0] + u * along[0] + v * up[0], foot[1] + u * along[1] + v * up[1]

    pen.line(at(0, 0), at(length, 0), at(length, thickness), at(0, thickness), at(0, 0), width=WIDE_MM)
    holes = [at(thickness / 2, thickness / 2), at(length - thickness / 2, thickness / 2)]
    for centre in holes:
        sketch.hole(centre, 0.22 * thickness, slanted=True)
    _overall(sketch, at(thickness / 2, thickness), at(length - thickness / 2, thickness), 9.0)
    _overall(sketch, at(0, thickness), at(length, thickness), 18.0)
    sketch.dimension(content.short(), at(0, 0), at(0, thickness), -9.0)
    pen.line(foot, (foot[0] + 0.5 * length, foot[1]), width=0.18)
    _angle(sketch, foot, 0.42 * length, degrees)
    _overall(sketch, (foot[0], part.y2), (part.x2, part.y2), -18.0)
    _notes(
        sketch,
        part,
        [
            (_rim(holes[1], 0.22 * thickness), (content.hole(),), content.frame()),
            (at(length, thickness * 0.3), (content.radius(),), None),
            (_rim(holes[1], 0.22 * thickness, -60), (content.diameter(),), None),
        ],
    )


VIEWS: tuple[View, ...] = (plate, shaft, link)


def _part(sketch: Sketch, cell: Box) -> Box:
    """The middle of the cell: room for two rows of dimensions left and below, and for notes to the right."""
    h = sketch.hand.height
    return Box(cell.x1 + 24 + h, cell.y1 + 18 + h, cell.x2 - 15 * h - 8, cell.y2 - 30)


def _ring(box: Box) -> Sequence[Point]:
    return (box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2), (box.x1, box.y1)


def _rim(centre: Point, radius: float, degrees: float = 30) -> Point:
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] - radius * math.sin(angle)


def _chain(sketch: Sketch, points: Sequence[Point], offset: float) -> None:
    """A dimension over each gap, the wide ones with whatever fits, the narrow ones with a short number."""
    for start, end in pairwise(points):
        _fitting(sketch, start, end, offset, sketch.content.linear)


def _overall(sketch: Sketch, start: Point, end: Point, offset: float) -> None:
    _fitting(sketch, start, end, offset, sketch.content.linear)


def _upright(sketch: Sketch, start: Point, end: Point, offset: float, at: float = 0.5) -> None:
    _fitting(sketch, start, end, offset, sketch.content.diameter, at)


def _fitting(
    sketch: Sketch, start: Point, end: Point, offset: float, draw: Callable[[], Callout], at: float = 0.5
) -> None:
    """The first of some callouts that has room between its arrows, else a short one beside them.

    `at` is where along the dimension line the middle of its lettering stands.
    """
    room = 2 * min(at, 1 - at) * math.dist(start, end) - 8
    for _ in range(4):
        callout = draw()
        width = compose(callout.markup, sketch.hand).width + (1.2 * sketch.hand.height if callout.boxed else 0)
        if width < room:
            sketch.dimension(callout, start, end, offset, at)
            return
    sketch.dimension(sketch.content.short(), start, end, offset)


def _notes(sketch: Sketch, part: Box, notes: Sequence[Note]) -> None:
    """The column right of the part, led to their places from top to bottom."""
    h = sketch.hand.height
    y = part.y1 - 6
    for tip, callouts, frame in notes:
        y = sketch.leader(callouts, frame, tip, (part.x2 + 9, y)) + 1.5 * h


def _angle(sketch: Sketch, apex: Point, radius: float, degrees: int) -> None:
    sketch.pen.arc(apex, radius, 0, degrees)
    sketch.pen.arrow((apex[0] + radius, apex[1]), -90 + 4)
    tip = (apex[0] + radius * math.cos(math.radians(degrees)), apex[1] - radius * math.sin(math.radians(degrees)))
    sketch.pen.arrow(tip, degrees + 90 - 4)
    callout = sketch.content.angle(degrees)
    half = math.radians(degrees / 2)
    at = (apex[0] + (radius + 2) * math.cos(half), apex[1] - (radius + 2) * math.sin(half) + sketch.hand.height / 2)
    sketch.place(callout, compose(callout.markup, sketch.hand), at, 0)


def _beside_a_circle(sketch: Sketch, part: Box, hole: Point) -> None:
    """A ring with slanted centre lines close to the left of a plain number, where a hasty reader sees a Ø."""
    h = sketch.hand.height
    radius = 0.8 * h
    ring = (part.x1 + 0.42 * part.width, hole[1] - 0.1 * part.height)
    sketch.hole(ring, radius, slanted=True)
    callout = sketch.content.short()
    start, end = (ring[0] + radius, ring[1]), (part.x1 + 0.75 * part.width, ring[1])
    gap = ARROW_MM + 2 if sketch.hand.broken else 2.5
    beside = gap + compose(callout.markup, sketch.hand).width / 2
    sketch.dimension(callout, start, end, -h / 2 - 1, beside / math.dist(start, end))
