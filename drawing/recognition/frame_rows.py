"""Rows of ruled cells that may be feature control frames (ISO 1101): cells of one height, wall by wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drawing.nearby import Nearby
from drawing.recognition.ruled_cells import WALL_SHARE
from drawing.sheet import Box

#: Of a cell's height: how far the ends of the wall between two cells may differ.
SKEW_SHARE = 0.12
#: Width by height of a frame's first cell. ISO 7083 draws it square, some CAD programs wider.
FIRST_ASPECT = (0.7, 2.4)
#: Cells of a frame: characteristic, value, up to three datums.
CELLS = range(2, 6)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side along a reading direction (0 or 90 degrees), in sheet pixels.

    `first` is the cell of the symbol, which may reach over the rows of a composite frame.
    """

    cells: tuple[Box, ...]
    direction: int
    first: Box


def rows_of(cells: list[Box], direction: int) -> Iterator[Row]:
    """The rows of two to five cells of one height that could be frames, their first cell about square."""
    upright = {(turned(cell) if direction else cell): cell for cell in cells}
    nearby = Nearby(list(upright), lambda cell: cell)
    following = {cell: _next_in_row(cell, nearby) for cell in upright}
    inner = set(following.values())
    for cell in upright:
        if cell in inner:
            continue
        if _is_square(cell):
            yield from _row([upright[part] for part in _chain(cell, following)], direction, upright[cell])
        for start in _composite(cell, nearby):
            share = Box(cell.x1, start.y1, cell.x2, start.y2)
            first = turned_back(share) if direction else share
            yield from _row([first, *(upright[part] for part in _chain(start, following))], direction, upright[cell])


def _row(cells: list[Box], direction: int, first: Box) -> Iterator[Row]:
    if len(cells) in CELLS:
        yield Row(tuple(cells), direction, first)


def _chain(cell: Box, following: dict[Box, Box | None]) -> Iterator[Box]:
    after: Box | None = cell
    while after is not None:
        yield after
        after = following[after]


def _is_square(cell: Box) -> bool:
    return FIRST_ASPECT[0] <= cell.width / cell.height <= FIRST_ASPECT[1]


def _next_in_row(cell: Box, nearby: Nearby[Box]) -> Box | None:
    """The cell of the same height behind the right wall of this one."""
    slack = SKEW_SHARE * cell.height
    beside = (
        other
        for other in _behind(cell, nearby, cell.height)
        if abs(other.y1 - cell.y1) <= slack and abs(other.y2 - cell.y2) <= slack and other.width >= cell.height / 2
    )
    return min(beside, key=lambda other: other.x1, default=None)


def _composite(cell: Box, nearby: Nearby[Box]) -> list[Box]:
    """The two cells behind the right wall of one that is as high as both, in a frame of two rows with one symbol."""
    height = cell.height / 2
    rows = [other for other in _behind(cell, nearby, height) if 0.8 * height <= other.height <= 1.05 * height]
    whole = len(rows) == 2 and sum(row.height for row in rows) > 1.7 * height
    return rows if whole and all(cell.y1 - 0.1 * height <= row.centre[1] <= cell.y2 for row in rows) else []


def _behind(cell: Box, nearby: Nearby[Box], height: float) -> Iterator[Box]:
    """The cells that begin at the right wall of one, in a frame whose rows have this height."""
    wall = WALL_SHARE * height
    return (other for other in nearby.near(cell, wall) if 0 <= other.x1 - cell.x2 <= wall)


def turned(box: Box) -> Box:
    """A box in the frame of lettering that reads upward."""
    return Box(-box.y2, box.x1, -box.y1, box.x2)


def turned_back(box: Box) -> Box:
    return Box(box.y1, -box.x2, box.y2, -box.x1)
