"""A drawing in the making: dimensions, leaders and frames are put where there is room, and noted as truth.

All lengths are mm on the sheet, origin top left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.composition import Hand, Lettering, Point, box_of, compose, on_sheet, plain
from bench.content import Callout, Content, ControlFrame
from bench.pen import ARROW_MM, NARROW_MM, WIDE_MM, Pen
from bench.truth import Item, ItemKind, PrintedNumber
from drawing.sheet import Box

#: Between lettering and the line it stands on, and around lettering that must stay free.
ABOVE_LINE_MM, CLEAR_MM = 1.0, 0.8
EXTENSION_GAP_MM, EXTENSION_BEYOND_MM = 1.0, 2.0


@dataclass(slots=True)
class Sketch:
    """One page with what stands on it so far. `hand` may change from view to view."""

    pen: Pen
    content: Content
    hand: Hand
    items: list[Item] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        return not any(
            box.x1 < other.x2 and other.x1 < box.x2 and box.y1 < other.y2 and other.y1 < box.y2 for other in self.taken
        )

    def write(
        self, text: str, at: Point, kind: ItemKind, *, height: float | None = None, degrees: int = 0
    ) -> Item | None:
        """Lettering that is no callout, from the left end of its baseline; `None` where there is no room."""
        return self.place(Callout(kind, text), compose(text, self.hand, height), at, degrees)

    def place(self, callout: Callout, lettering: Lettering, at: Point, degrees: int) -> Item | None:
        """Letters the callout and notes it, unless something stands there already."""
        inner = (0.0, lettering.bottom, lettering.width, lettering.top)
        pad = 0.6 * lettering.hand.height if callout.boxed else 0.0
        outline = (inner[0] - pad, inner[1] - pad, inner[2] + pad, inner[3] + pad)
        footprint = _footprint(outline, at, degrees)
        if not all(self.is_free(box) for box in footprint):
            return None
        self.taken += footprint
        self.pen.letter(lettering, at, degrees)
        if callout.boxed:
            self._outline(outline, at, degrees)
        item = _item(callout, lettering, at, degrees)
        self.items.append(item)
        return item

    def _outline(self, corners: tuple[float, float, float, float], at: Point, degrees: int) -> None:
        u1, v1, u2, v2 = corners
        ring = ((u1, v1), (u2, v1), (u2, v2), (u1, v2), (u1, v1))
        self.pen.line(*(on_sheet(u, v, at, degrees) for u, v in ring), grey=self.hand.grey)

    def dimension(self, callout: Callout, start: Point, end: Point, offset: float, at: float = 0.5) -> bool:
        """A dimension of `start`-`end`, its line `offset` mm above them as read; whether there was room for it.

        The middle of its lettering stands `at` a share of its length, or beyond its end where it is too short.
        """
        start, end, degrees = _readable(start, end)
        length = math.dist(start, end)
        lettering = compose(callout.markup, self.hand)
        pad = 0.6 * self.hand.height if callout.boxed else 0.0
        room = lettering.width + 2 * pad
        inside = room + 2 * ARROW_MM + 1 <= length
        broken = self.hand.broken and inside
        u = at * length - lettering.width / 2 if inside else length + ARROW_MM + 2 + pad
        v = offset - self.hand.height / 2 if broken else offset + ABOVE_LINE_MM - lettering.bottom + pad
        if self.place(callout, lettering, on_sheet(u, v, start, degrees), degrees) is None:
            return False
        gap = (u - pad - 1, u + room - pad + 1) if broken else None
        self._dimension_lines(start, length, degrees, offset, u + room if not inside else None, gap)
        return True

    def _dimension_lines(
        self,
        start: Point,
        length: float,
        degrees: int,
        offset: float,
        reach: float | None,
        gap: tuple[float, float] | None,
    ) -> None:
        """Extension lines, dimension line, arrows; with `reach` the arrows point inwards and the line goes that far."""
        grey = self.hand.grey

        def line(*points: Point) -> None:
            self.pen.line(*(on_sheet(u, v, start, degrees) for u, v in points), grey=grey)

        side = math.copysign(1.0, offset)
        for u in (0.0, length):
            line((u, side * EXTENSION_GAP_MM), (u, offset + side * EXTENSION_BEYOND_MM))
        first, last = (0.0, length) if reach is None else (-ARROW_MM - 3, reach)
        if gap is None:
            line((first, offset), (last, offset))
        else:
            line((first, offset), (gap[0], offset))
            line((gap[1], offset), (last, offset))
        outward = reach is None
        self.pen.arrow(on_sheet(0, offset, start, degrees), degrees + (180 if outward else 0), grey)
        self.pen.arrow(on_sheet(length, offset, start, degrees), degrees + (0 if outward else 180), grey)

    def leader(self, callouts: Sequence[Callout], frame: ControlFrame | None, tip: Point, at: Point) -> float:
        """Callouts below each other from `at` (left end of the first baseline), led from `tip`; returns the y below."""
        h = self.hand.height
        width, y = 0.0, at[1]
        knee = y + ABOVE_LINE_MM + 0.4
        for row, callout in enumerate(callouts):
            lettering = compose(callout.markup, self.hand)
            if row == 0:
                knee -= lettering.bottom
            if self.place(callout, lettering, (at[0], y), 0) is not None:
                width = max(width, lettering.width)
            y += 2.2 * h
        if frame is not None:
            if callouts:
                self.control_frame(frame, (at[0], y - h))
                y += 2 * h
            else:
                knee = at[1] + h
                self.control_frame(frame, at)
                y += 3 * h
        self._leader_line(tip, (at[0] - 2, knee), width if callouts else 0.0)
        return y

    def _leader_line(self, tip: Point, knee: Point, width: float) -> None:
        self.pen.line(tip, knee, (knee[0] + 2 + width, knee[1]), grey=self.hand.grey)
        degrees = math.degrees(math.atan2(knee[1] - tip[1], tip[0] - knee[0]))
        self.pen.arrow(tip, degrees, self.hand.grey)

    def control_frame(self, frame: ControlFrame, corner: Point) -> None:
        """Cells two heights high from their top left `corner` (ISO 1101, figure 1)."""
        h, (x, y) = self.hand.height, corner
        cells = [compose(cell, self.hand) for cell in (frame.symbol, *frame.cells)]
        widths = [max(2 * h, cell.width + 0.8 * h) for cell in cells]
        box = Box(x, y, x + sum(widths), y + 2 * h)
        if not self.is_free(box):
            return
        self.taken.append(box)
        numbers: list[PrintedNumber] = []
        for cell, width in zip(cells, widths, strict=True):
            self.pen.line((x, y), (x + width, y), (x + width, y + 2 * h), (x, y + 2 * h), (x, y), grey=self.hand.grey)
            at = (x + (width - cell.width) / 2, y + 1.5 * h)
            self.pen.letter(cell, at, 0)
            numbers += _numbers(cell, at, 0)
            x += width
        self.items.append(
            Item(
                "gdt",
                " ".join((frame.symbol, *frame.cells)),
                box,
                tuple(numbers),
                nominal=frame.value,
                characteristic=frame.characteristic,
                datums=frame.datums,
                diameter_sign="Ø" in frame.cells[0],
            )
        )

    def datum(self, letter: str, foot: Point) -> None:
        """A filled triangle that stands on `foot` from below, and the letter in a box under it (ISO 5459)."""
        h, (x, y) = self.hand.height, foot
        box = Box(x - h, y + 2.5 * h, x + h, y + 4.5 * h)
        if not self.is_free(box):
            return
        lettering = compose(letter, self.hand)
        self.place(Callout("datum", letter), lettering, (x - lettering.width / 2, y + 4 * h), 0)
        self.pen.filled((x, y), (x + 0.6 * h, y + h), (x - 0.6 * h, y + h))
        self.pen.line((x, y + h), (x, box.y1))
        self.pen.line((box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2), (box.x1, box.y1))

    def roughness(self, foot: Point) -> None:
        """The symbol of ISO 1302 that stands on `foot`, its value under the bar."""
        h, (x, y) = self.hand.height, foot
        callout = self.content.roughness()
        lettering = compose(callout.markup, self.hand, 0.9 * h)
        if self.place(callout, lettering, (x + 1.7 * h, y - 1.3 * h), 0) is not None:
            corner = (x + 1.3 * h * math.tan(math.pi / 6) + 0.7 * h, y - 2.6 * h)
            self.pen.line(
                (x - 0.8 * h, y - 1.3 * h), (x, y), corner, (corner[0] + lettering.width + 0.6 * h, corner[1])
            )

    def balloon(self, number: int, tip: Point, centre: Point) -> None:
        """A part's number in a ring: a number beside a circle that is no diameter."""
        h = self.hand.height
        lettering = compose(str(number), self.hand)
        radius = 1.6 * h
        at = (centre[0] - lettering.width / 2, centre[1] + h / 2)
        if self.place(Callout("balloon", str(number)), lettering, at, 0) is None:
            return
        away = math.dist(tip, centre)
        edge = tuple(c + radius / away * (t - c) for t, c in zip(tip, centre, strict=True))
        self.pen.circle(centre, radius, NARROW_MM)
        self.pen.line((edge[0], edge[1]), tip)

    def hole(self, centre: Point, radius: float, *, slanted: bool = False) -> None:
        """A ring with its centre lines; slanted, as on a bolt circle, it looks like a large Ø."""
        self.pen.circle(centre, radius, WIDE_MM)
        reach = radius + 1.5
        for turn in (45, 135) if slanted else (0, 90):
            dx, dy = reach * math.cos(math.radians(turn)), reach * math.sin(math.radians(turn))
            self.pen.line(
                (centre[0] - dx, centre[1] + dy), (centre[0] + dx, centre[1] - dy), width=0.18, dashes="[6 2 1 2] 0"
            )

    def hatch(self, area: Box, pitch: float = 2.5) -> None:
        """Lines at 45° clipped to `area`."""
        offset = area.x1 - area.height
        while offset < area.x2:
            x1, x2 = max(area.x1, offset), min(area.x2, offset + area.height)
            if x2 - x1 > 0.5:
                self.pen.line((x1, area.y2 - (x1 - offset)), (x2, area.y2 - (x2 - offset)), width=0.18)
            offset += pitch


def _footprint(corners: tuple[float, float, float, float], at: Point, degrees: int) -> list[Box]:
    """What lettering covers, with a margin: an oblique line in slices, because its upright box is mostly empty."""
    u1, v1, u2, v2 = corners
    slices = 1 if degrees % 90 == 0 else max(1, math.ceil((u2 - u1) / (v2 - v1)))
    step = (u2 - u1) / slices
    boxes = (box_of((u1 + n * step, v1, u1 + (n + 1) * step, v2), at, degrees) for n in range(slices))
    return [Box(b.x1 - CLEAR_MM, b.y1 - CLEAR_MM, b.x2 + CLEAR_MM, b.y2 + CLEAR_MM) for b in boxes]


def _readable(start: Point, end: Point) -> tuple[Point, Point, int]:
    """The ends in reading order and the direction of lettering along them: from below or from the right (ISO 129-1)."""
    degrees = round(math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))) % 360
    if 90 < degrees <= 270:
        return end, start, (degrees + 180) % 360
    return start, end, degrees


def _numbers(lettering: Lettering, at: Point, degrees: int) -> list[PrintedNumber]:
    return [PrintedNumber(value, box_of(ink, at, degrees)) for value, ink in lettering.numbers()]


def _item(callout: Callout, lettering: Lettering, at: Point, degrees: int) -> Item:
    return Item(
        callout.kind,
        plain(callout.markup),
        box_of((0.0, lettering.bottom, lettering.width, lettering.top), at, degrees),
        tuple(_numbers(lettering, at, degrees)),
        degrees,
        nominal=callout.nominal,
        upper=callout.upper,
        lower=callout.lower,
        limits=callout.limits,
        fit=callout.fit,
        quantity=callout.quantity,
        diameter_sign="Ø" in callout.markup,
    )
