"""From words to lines and blocks: what stands beside, below and above what, as a person reads a sheet.

A word is placed in the frame of its own reading direction: `start`-`end` along the text, `top`-`bottom` across it, so
that vertical and oblique lettering needs no rules of its own. All lengths are sheet pixels.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from drawing.nearby import Nearby
from drawing.sheet import Box, Source, Word

#: Gaps between two words of one line, in widths of a character: a blank is about 0.5, a symbol that is drawn between
#: blanks, not written, leaves 1.5-3.
TOUCHING_GAP = 0.12
BLANK_GAP = 1.2
WORD_GAP = 1.6
SYMBOL_GAP = 3.6
#: Two words share a line when their middles differ by less than this part of the smaller one's height.
LINE_SKEW = 0.32
DIRECTION_TOLERANCE_DEG = 3
#: Width of a character by its height, for lettering so oblique that its box does not tell (ISO 3098: about 0.6).
CHARACTER_ASPECT = 0.55
#: Of a ruled cell's height: by how much the walls of one row of cells may differ, in a scan that is askew.
WALL_SHARE = 0.4
LONE_ADVANCE = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """Where lettering stands in the frame of its reading direction."""

    start: float
    end: float
    top: float
    bottom: float

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def overlaps_along(self, other: Place, slack: float = 0.0) -> bool:
        return self.start < other.end + slack and other.start < self.end + slack

    @staticmethod
    def around(places: Iterable[Place]) -> Place:
        every = list(places)
        return Place(
            min(p.start for p in every),
            max(p.end for p in every),
            min(p.top for p in every),
            max(p.bottom for p in every),
        )


def place_of(word: Word, direction: int) -> Place:
    """The word's place in a frame turned by `direction`, degrees counter-clockwise as seen."""
    angle = math.radians(direction)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = word.box.centre
    along, across = x * cos - y * sin, x * sin + y * cos
    length, height = _unrotated(word, abs(cos), abs(sin))
    return Place(along - length / 2, along + length / 2, across - height / 2, across + height / 2)


def _unrotated(word: Word, cos: float, sin: float) -> tuple[float, float]:
    """Length and height of the lettering inside its upright box."""
    width, height = word.box.width, word.box.height
    spread = cos * cos - sin * sin
    if abs(spread) > 0.35:
        along, across = (cos * width - sin * height) / spread, (cos * height - sin * width) / spread
        if along > 0 and across > 0:
            return along, across
    both = (width + height) / (cos + sin)
    across = both / (1 + CHARACTER_ASPECT * max(1, len(word.text)))
    return both - across, across


def pieces(word: Word) -> tuple[Word, ...]:
    """The blank-separated pieces of a word, each with its share of the box, measured by its characters."""
    parts = word.text.split()
    if parts == [word.text]:
        return (word,)
    found, at = [], 0
    for part in parts:
        at = word.text.index(part, at)
        found.append(_piece(word, at, at + len(part)))
        at += len(part)
    return tuple(found)


def _piece(word: Word, first: int, last: int) -> Word:
    begin, end = first / len(word.text), last / len(word.text)
    box, direction = word.box, word.direction % 360
    if direction <= 45 or direction > 315:
        share = Box(box.x1 + begin * box.width, box.y1, box.x1 + end * box.width, box.y2)
    elif direction <= 135:
        share = Box(box.x1, box.y2 - end * box.height, box.x2, box.y2 - begin * box.height)
    elif direction <= 225:
        share = Box(box.x2 - end * box.width, box.y1, box.x2 - begin * box.width, box.y2)
    else:
        share = Box(box.x1, box.y1 + begin * box.height, box.x2, box.y1 + end * box.height)
    return replace(word, text=word.text[first:last], box=share)


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are read in one go, in reading order.

    `text` joins them: touching words without a blank, words that a missing symbol may part with a tab. `offsets` are
    the positions of the words in `text`, `height` and `advance` the height and width of a character.
    """

    words: tuple[Word, ...]
    places: tuple[Place, ...]
    text: str
    offsets: tuple[int, ...]
    box: Box
    place: Place
    height: float
    advance: float
    direction: int

    @property
    def source(self) -> Source:
        return source_of(self.words)

    @property
    def plain(self) -> str:
        return self.text.replace("\t", " ")

    @property
    def cell(self) -> Box | None:
        """The ruled cell that all of the line stands in."""
        cells = {word.cell for word in self.words}
        return next(iter(cells)) if len(cells) == 1 else None

    def by_cells(self) -> tuple[Line, ...]:
        """The line cut where the wall of a ruled cell stands between two words."""
        pairs = zip(self.words, self.words[1:], self.offsets[1:], strict=False)
        walls = [at for a, b, at in pairs if a.cell and b.cell and a.cell != b.cell]
        return self.parted(walls) if walls else (self,)

    def words_between(self, first: int, last: int) -> tuple[Word, ...]:
        """The words that `text[first:last]` touches."""
        return tuple(self.words[i] for i in self._touched(first, last))

    def place_between(self, first: int, last: int) -> Place:
        return Place.around(self.places[i] for i in self._touched(first, last))

    def part(self, first: int, last: int) -> Line:
        """The line of `text[first:last]`, which holds at least one character of a word; words are cut where need be."""
        cut = []
        for index in self._touched(first, last):
            word, offset = self.words[index], self.offsets[index]
            begin, end = max(first - offset, 0), min(last - offset, len(word.text))
            piece = word if (begin, end) == (0, len(word.text)) else _piece(word, begin, end)
            cut.append((piece, place_of(piece, self.direction)))
        return _line(cut, self.direction)

    def parted(self, at: Iterable[int]) -> tuple[Line, ...]:
        """The line cut into lines at these positions in `text`, which lie between words."""
        borders = sorted(at)
        parts: list[list[Placed]] = [[] for _ in range(len(borders) + 1)]
        for word, place, offset in zip(self.words, self.places, self.offsets, strict=True):
            parts[bisect(borders, offset)].append((word, place))
        return tuple(_line(part, self.direction) for part in parts if part)

    def _touched(self, first: int, last: int) -> list[int]:
        ends = (offset + len(word.text) for offset, word in zip(self.offsets, self.words, strict=True))
        return [
            i for i, (start, end) in enumerate(zip(self.offsets, ends, strict=True)) if start < last and end > first
        ]


def source_of(words: Iterable[Word]) -> Source:
    """`ocr` as soon as one word was recognised: a line is as sure as its least sure word."""
    return "ocr" if any(word.source == "ocr" for word in words) else "text_layer"


def confidence_of(words: Iterable[Word]) -> float:
    return min((word.confidence for word in words), default=1.0)


def _advance(word: Word, place: Place) -> float:
    """Width of a character, px: measured, but never so narrow or wide that a lone `1` or `-` misleads."""
    return min(max(place.length / max(1, len(word.text)), 0.35 * place.height), 0.8 * place.height)


Placed = tuple[Word, Place]


def lines_of(words: Iterable[Word], gap: float = WORD_GAP) -> tuple[Line, ...]:
    """The lines of a sheet in reading order; `gap` is the widest gap inside a line, in widths of a character."""
    found: list[Line] = []
    for direction, group in _by_direction(words).items():
        found.extend(_line(row, direction) for row in _rows(group, gap))
    return tuple(sorted(found, key=_reading_key))


def _reading_key(line: Line) -> tuple[float, float]:
    return line.box.y1, line.box.x1


def _by_direction(words: Iterable[Word]) -> dict[int, list[Placed]]:
    """Words gathered by direction, a few degrees to each: recognised oblique words of one line differ by one or two."""
    groups: dict[int, list[Placed]] = {direction: [] for direction in (0, 90, 180, 270)}
    for piece in _turned([piece for word in words for piece in pieces(word)]):
        turned = piece.direction % 360
        near = (direction for direction in groups if _turn(direction, turned) <= DIRECTION_TOLERANCE_DEG)
        direction = next(near, turned)
        groups.setdefault(direction, []).append((piece, place_of(piece, direction)))
    return {direction: group for direction, group in groups.items() if group}


def _turned(words: list[Word]) -> list[Word]:
    """A recogniser cannot tell how a lone character is turned: it reads as the longer word that it stands beside."""
    longer = Nearby([word for word in words if len(word.text) > 1], lambda word: word.box)
    return [_as_beside(word, longer) if len(word.text) == 1 and word.source == "ocr" else word for word in words]


def _as_beside(word: Word, longer: Nearby[Word]) -> Word:
    """The word turned like its neighbour, rather a level one than others."""
    reach = 2 * max(word.box.width, word.box.height)
    beside = {other.direction for other in longer.near(word.box, reach) if _is_beside(word, other)}
    return replace(word, direction=min(beside, key=lambda d: _turn(d, 0))) if beside else word


def _is_beside(word: Word, other: Word) -> bool:
    """Whether a word stands before or behind another, less than its height away, as that one is read."""
    a, b = place_of(word, other.direction), place_of(other, other.direction)
    return b.top < a.middle < b.bottom and max(b.start - a.end, a.start - b.end) < b.height


def _turn(a: int, b: int) -> int:
    return abs((a - b + 180) % 360 - 180)


def _rows(group: list[Placed], gap: float) -> list[list[Placed]]:
    """Rows of words, each begun by the leftmost; a grid over the middles keeps it linear in the number of words."""
    pitch = max(4.0, sorted(place.height for _, place in group)[len(group) // 2])
    open_rows: dict[int, list[list[Placed]]] = defaultdict(list)
    every: list[list[Placed]] = []
    for item in sorted(group, key=lambda placed: placed[1].start):
        cell = round(item[1].middle / pitch)
        near = [row for c in (cell - 1, cell, cell + 1) for row in open_rows[c] if _continues(row[-1], item, gap)]
        if near:
            min(near, key=lambda row: item[1].start - row[-1][1].end).append(item)
        else:
            every.append([item])
            open_rows[cell].append(every[-1])
    return every


def _continues(last: Placed, item: Placed, gap: float) -> bool:
    (before, a), (after, b) = last, item
    advance = max(_advance(before, a), _advance(after, b))
    if not -0.6 * advance <= b.start - a.end <= gap * advance:
        return False
    if not (any(map(str.isalnum, before.text)) and any(map(str.isalnum, after.text))):
        return abs(a.middle - b.middle) < 0.5 * max(a.height, b.height)
    small, large = sorted((a.height, b.height))
    if small > 0.55 * large and abs(a.middle - b.middle) < LINE_SKEW * small:
        return True
    # A view's caption may go on in smaller letters; stacked deviations never stand on the baseline of their nominal.
    return before.text.isalpha() and after.text.isupper() and abs(a.bottom - b.bottom) < 0.15 * small


def _line(row: Sequence[Placed], direction: int) -> Line:
    text, offsets = "", []
    for index, (word, place) in enumerate(row):
        if index:
            before, last = row[index - 1]
            gap = (place.start - last.end) / min(_blank(before, last, place), _blank(word, place, last))
            text += "" if gap < TOUCHING_GAP else " " if gap <= BLANK_GAP else "\t"
        offsets.append(len(text))
        text += word.text
    words, places = tuple(word for word, _ in row), tuple(place for _, place in row)
    return Line(
        words,
        places,
        text,
        tuple(offsets),
        box=Box.around(word.box for word in words),
        place=Place.around(places),
        height=max(place.height for place in places),
        advance=max(_advance(word, place) for word, place in row),
        direction=direction,
    )


def _blank(word: Word, place: Place, neighbour: Place) -> float:
    """The width that blanks beside a word are measured by; a lone letter may be narrow, so its height counts."""
    if len(word.text) > 1:
        return _advance(word, place)
    return LONE_ADVANCE * max(place.height, neighbour.height)


@dataclass(frozen=True, slots=True)
class Block:
    """Horizontal lines below each other that belong together, like a note or a caption; top line first."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return " ".join(line.plain for line in self.lines)

    @property
    def box(self) -> Box:
        return Box.around(line.box for line in self.lines)


def blocks_of(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Horizontal lines gathered where one stands close below another of about its size."""
    level = sorted((line for line in lines if _turn(line.direction, 0) <= DIRECTION_TOLERANCE_DEG), key=_reading_key)
    nearby = Nearby(level, lambda line: line.box)
    block_of: dict[int, list[Line]] = {}
    grown: list[list[Line]] = []
    for line in level:
        above = [other for other in nearby.near(line.box, 2 * line.height) if stands_below(line, other)]
        block = next((block_of[id(o)] for o in reversed(above) if id(o) in block_of and block_of[id(o)][-1] is o), None)
        if block is None:
            block = []
            grown.append(block)
        block.append(line)
        block_of[id(line)] = block
    return tuple(Block(tuple(block)) for block in grown)


def stands_below(line: Line, other: Line) -> bool:
    """Whether a line is the next one below another: of about its size, overlapping sideways, at most a line away."""
    small, large = sorted((line.height, other.height))
    pitch = line.place.middle - other.place.middle
    return small > 0.6 * large and 0.35 * large < pitch < 1.9 * large and line.place.overlaps_along(other.place)


def share_a_wall(left: Box, right: Box) -> bool:
    """Whether two ruled cells of one height stand side by side."""
    slack = WALL_SHARE * min(left.height, right.height)
    level = abs(left.y1 - right.y1) < slack and abs(left.y2 - right.y2) < slack
    return level and abs(right.x1 - left.x2) < slack


def distance(a: Box, b: Box) -> float:
    """Gap between two boxes, px; 0 where they touch."""
    dx = max(a.x1 - b.x2, b.x1 - a.x2, 0.0)
    dy = max(a.y1 - b.y2, b.y1 - a.y2, 0.0)
    return math.hypot(dx, dy)
