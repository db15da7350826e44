"""The sheet's frame: the letters and digits of its zones, which are no dimensions (ISO 5457)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from drawing.sheet import Box, Sheet, Word

#: Zone marks stand in the outer part of all the lettering, however wide the margin around the frame is.
BORDER_SHARE = 0.12
#: ISO 5457: the field of zones ends at most 20 mm from the paper's edge; 4 % of the sheet where its size is unknown.
EDGE_MM = 11.0
EDGE_SHARE = 0.04
LEAST_MARKS = 3
MOST_MARKS = 40
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class _Mark:
    word: Word
    rank: int
    along: float
    across: float


def without_zones(words: Iterable[Word], sheet: Sheet) -> tuple[Word, ...]:
    """The words without the letters and digits of the frame's zones."""
    every = tuple(words)
    marks = zone_marks(every, sheet)
    return tuple(word for word in every if word not in marks)


def zone_marks(words: Sequence[Word], sheet: Sheet) -> frozenset[Word]:
    """Digits that count evenly along the top or bottom, letters along a side, and their like at the sheet's edge."""
    lone = [word for word in words if _rank(word.text) is not None]
    if not lone:
        return frozenset()
    area = Box.around(word.box for word in words)
    counted: set[Word] = set()
    digits, letters = ([word for word in lone if word.text.isdigit() is digit] for digit in (True, False))
    for row in (*_border_rows(digits, area, horizontal=True), *_border_rows(letters, area, horizontal=False)):
        counted.update(_evenly_counted(row))
    if not counted:
        return frozenset()
    return frozenset(counted | {word for word in lone if len(word.text) == 1 and _hugs_edge(word, sheet)})


def _rank(text: str) -> int | None:
    if len(text) == 1 and "A" <= text <= "Z":
        return ord(text) - ord("A")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and text[0] != "0" else None


def _hugs_edge(word: Word, sheet: Sheet) -> bool:
    edge = EDGE_MM * sheet.dpi / MM_PER_INCH if sheet.dpi else EDGE_SHARE * min(sheet.width, sheet.height)
    x, y = word.box.centre
    return min(x, y, sheet.width - x, sheet.height - y) < edge


def _border_rows(lone: Iterable[Word], area: Box, *, horizontal: bool) -> list[list[_Mark]]:
    """Lone marks near the top and bottom (or left and right) of the lettering, gathered where they are in line."""
    low, high = (area.y1, area.y2) if horizontal else (area.x1, area.x2)
    band = BORDER_SHARE * (high - low)
    rows: list[list[_Mark]] = []
    for mark in sorted((_mark(word, horizontal) for word in lone), key=lambda m: m.across):
        if low + band < mark.across < high - band:
            continue
        size = max(mark.word.box.width, mark.word.box.height)
        if rows and mark.across - rows[-1][-1].across < 0.5 * size:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _mark(word: Word, horizontal: bool) -> _Mark:
    x, y = word.box.centre
    along, across = (x, y) if horizontal else (y, x)
    return _Mark(word, _rank(word.text) or 0, along, across)


def _evenly_counted(marks: Sequence[_Mark]) -> set[Word]:
    """The largest set of marks whose places are a straight line over their ranks; empty below three of them."""
    best: set[Word] = set()
    for a, b in combinations(marks[:MOST_MARKS], 2):
        if a.rank == b.rank:
            continue
        pitch = (b.along - a.along) / (b.rank - a.rank)
        fitting = [m for m in marks if abs(a.along + pitch * (m.rank - a.rank) - m.along) < 0.15 * abs(pitch)]
        if len({m.rank for m in fitting}) >= LEAST_MARKS and len(fitting) > len(best):
            best = {m.word for m in fitting}
    return best
