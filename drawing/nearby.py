"""Finds what stands near a place on the sheet without looking at everything else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from drawing.sheet import Box

T = TypeVar("T")

#: Side of a grid cell, px: a few letters at 200 dpi.
CELL_PX = 160.0
#: A box that covers more cells than this is kept apart and looked at every time, or looks at every item.
MOST_CELLS = 400


class Nearby(Generic[T]):
    """Items by their boxes in a grid; keeps the order in which they came."""

    def __init__(self, items: Iterable[T], box_of: Callable[[T], Box]) -> None:
        self._items = list(items)
        self._boxes = [box_of(item) for item in self._items]
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._wide: list[int] = []
        for index, box in enumerate(self._boxes):
            if _is_wide(box):
                self._wide.append(index)
                continue
            for cell in _cells(box):
                self._cells[cell].append(index)

    def near(self, box: Box, reach: float) -> Iterator[T]:
        """The items whose box comes within `reach` px of `box`, sideways and upright."""
        wider = Box(box.x1 - reach, box.y1 - reach, box.x2 + reach, box.y2 + reach)
        found = set(self._wide)
        for cell in self._cells if _is_wide(wider) else _cells(wider):
            found.update(self._cells.get(cell, ()))
        return (self._items[index] for index in sorted(found) if _touch(self._boxes[index], wider))


def _is_wide(box: Box) -> bool:
    return box.width * box.height > MOST_CELLS * CELL_PX**2 or max(box.width, box.height) > MOST_CELLS * CELL_PX


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(math.floor(box.x1 / CELL_PX), math.floor(box.x2 / CELL_PX) + 1)
    rows = range(math.floor(box.y1 / CELL_PX), math.floor(box.y2 / CELL_PX) + 1)
    return ((column, row) for column in columns for row in rows)


def _touch(a: Box, b: Box) -> bool:
    return a.x1 <= b.x2 and b.x1 <= a.x2 and a.y1 <= b.y2 and b.y1 <= a.y2
