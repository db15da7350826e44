"""The sheet's frame: the letters and digits of its zones, which are addresses and no dimensions (ISO 5457)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from drawing.sheet import MM_PER_INCH, Box, Sheet, Word

#: Zone marks stand in the outer part of all the lettering, however wide the margin around the frame is.
BORDER_SHARE = 0.12
#: ISO 5457: the field of zones ends at most 20 mm from the paper's edge; 4 % of the sheet where its size is unknown.
EDGE_MM = 11.0
EDGE_SHARE = 0.04
LEAST_MARKS = 3
MOST_MARKS = 40


#: ISO 5457 and ASME Y14.1 leave out I and O, which look like digits.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class _Mark:
    word: Word
    rank: int
    along: float
    across: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Zones along one side: the mark of rank r (A or 1 is rank 1) stands at `origin + pitch * r` sheet pixels."""

    lettered: bool
    origin: float
    pitch: float
    length: float

    def mark_at(self, along: float) -> str:
        """The letter or digit of the zone that holds this place; beyond the frame, of the outermost."""
        places = range(1, len(LETTERS) + 1 if self.lettered else 100)
        ranks = [rank for rank in places if 0 < self.origin + self.pitch * rank < self.length]
        rank = min(max(round((along - self.origin) / self.pitch), ranks[0]), ranks[-1])
        return LETTERS[rank - 1] if self.lettered else str(rank)


@dataclass(frozen=True, slots=True)
class Frame:
    """The zone marks of a sheet, and the axes that they count along; `None` where a side counts nothing."""

    marks: frozenset[Word] = frozenset()
    columns: Axis | None = None
    rows: Axis | None = None

    def zone_of(self, box: Box) -> str | None:
        """The zone that holds the middle of `box` (sheet pixels), letter first as in "B3"."""
        if self.columns is None or self.rows is None:
            return None
        x, y = box.centre
        return self.rows.mark_at(y) + self.columns.mark_at(x)

    def without_marks(self, words: Iterable[Word]) -> tuple[Word, ...]:
        return tuple(word for word in words if word not in self.marks)


def frame_of(words: Sequence[Word], sheet: Sheet) -> Frame:
    """Digits that count evenly along the top or bottom, letters along a side, and their like at the sheet's edge."""
    lone = [word for word in words if _rank(word.text) is not None]
    if not lone:
        return Frame()
    area = Box.around(word.box for word in words)
    digits, letters = ([word for word in lone if word.text.isdigit() is digit] for digit in (True, False))
    columns = [_evenly_counted(row) for row in _border_rows(digits, area, horizontal=True)]
    rows = [_evenly_counted(row) for row in _border_rows(letters, area, horizontal=False)]
    counted = {mark.word for row in (*columns, *rows) for mark in row}
    if not counted:
        return Frame()
    edge = {word for word in lone if len(word.text) == 1 and _hugs_edge(word, sheet)}
    return Frame(frozenset(counted | edge), _axis(columns, sheet.width), _axis(rows, sheet.height))


def _axis(rows: Sequence[Sequence[_Mark]], length: float) -> Axis | None:
    """The axis of the row that counts most marks, on a side of `length` px."""
    if not any(rows):
        return None
    longest = max(rows, key=len)
    first, *_, last = sorted(longest, key=lambda mark: mark.rank)
    pitch = (last.along - first.along) / (last.rank - first.rank)
    return Axis(not first.word.text.isdigit(), first.along - pitch * first.rank, pitch, length)


def _rank(text: str) -> int | None:
    if len(text) == 1 and text in LETTERS:
        return LETTERS.index(text) + 1
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


def _evenly_counted(marks: Sequence[_Mark]) -> list[_Mark]:
    """The largest set of marks whose places are a straight line over their ranks; empty below three of them."""
    best: list[_Mark] = []
    for a, b in combinations(marks[:MOST_MARKS], 2):
        if a.rank == b.rank:
            continue
        pitch = (b.along - a.along) / (b.rank - a.rank)
        fitting = [m for m in marks if abs(a.along + pitch * (m.rank - a.rank) - m.along) < 0.15 * abs(pitch)]
        if len({m.rank for m in fitting}) >= LEAST_MARKS and len(fitting) > len(best):
            best = fitting
    return best
