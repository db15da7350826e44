"""Feature control frames (ISO 1101) and boxed dimensions, seen in the picture of a sheet.

Neither a text layer nor a recogniser tells the symbols in a frame's first cell, for they are drawn. So cells are found
by their lines, rows of cells become frames where the first holds a characteristic and the second a value, and each cell
is read by itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawing.grammar.frame_notation import CHARACTERISTICS
from drawing.grammar.notation import NUMBER
from drawing.nearby import Nearby
from drawing.recognition.boxed_dimensions import boxed_words, obliquely_boxed
from drawing.recognition.cell_text import UNREAD, CellReader, Known, Token
from drawing.recognition.characteristics import classify, glyph
from drawing.recognition.frame_rows import Row, rows_of, turned, turned_back
from drawing.recognition.ocr_strips import Pictures, resolution
from drawing.recognition.ruled_cells import WALL_SHARE, ruled, shares_a_wall
from drawing.sheet import MM_PER_INCH, Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Enough for the thinnest lines (0.18 mm are 1.4 px), and an A4 is two tiles; a coarse raster is enlarged.
SEARCH_DPI, MOST_ENLARGED = 200, 2.0
#: px. The height at which a cell is looked at; its text is about half as high.
CELL_PX = 96
#: Of a word's area that lies in a frame to be part of it.
MOST_OUTSIDE = 0.5
#: Of a cell's height: what parts the words of neighbouring cells, a blank's width. The words fill their cells along the
#: line, so that a wide cell does not tear a frame apart.
BLANK_SHARE = 0.14
#: Of a cell's height that its lettering has (ISO 7083).
TEXT_SHARE = 0.5
#: Symbols that a hyphen or a letter in a table may look like; they need a frame that stands free.
PLAIN_SYMBOLS = frozenset("⏤○")
#: px. Two readings of one rectangle in two tiles differ by less.
SAME_PX = 5.0

VALUE = re.compile(rf"(?:S?Ø)?{NUMBER}(?:CZ|SZ)?")
DECIMAL = re.compile(r"(?:S?Ø)?\d*[.,]\d+(?:CZ|SZ)?")
DATUM = re.compile(r"[A-Z](?:-[A-Z])?")


@dataclass(frozen=True, slots=True)
class Frame:
    """A feature control frame in sheet pixels: its cells in reading order, what they say, and its reading direction."""

    cells: tuple[Box, ...]
    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        return Box.around(self.cells)


def with_frames(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """`words` with those in feature control frames replaced by what the frames' cells say, and boxed ones marked.

    Each frame becomes its characteristic's symbol, as in `frame_notation.CHARACTERISTICS`, and one word for each piece
    of text in its other cells, Ø and modifiers included; a symbol that cannot be told is left out. `until` is the
    `time.monotonic()` at which the search ends: what was not looked at by then stays as it is.
    """
    pictures = Pictures(tile, sheet.width, sheet.height, resolution(sheet.width, sheet.height, sheet.dpi))
    cells, others = _rectangles(pictures, until)
    if time.monotonic() > until:
        return tuple(words)
    search = _Search(pictures, words, cells + others, until)
    frames = list(search.frames(cells))
    taken = {cell for frame in frames for cell in frame.cells}
    single = [cell for cell in cells if cell not in taken and search.stands_free(cell, taken)]
    rest = [word for word in words if not any(_is_inside(word.box, frame.box) for frame in frames)]
    boxed = {word for cell in single for word in boxed_words(cell, rest)}
    boxed |= set(obliquely_boxed(rest, pictures, _zoom(pictures), until))
    marked = (replace(word, framed=True) if word in boxed else word for word in rest)
    return (*marked, *(word for frame in frames for word in frame.words))


def _rectangles(pictures: Pictures, until: float) -> tuple[list[Box], list[Box]]:
    """The rectangles of a sheet in its pixels, low ones and others; each once, though tiles overlap."""
    zoom = _zoom(pictures)
    found: tuple[list[Box], list[Box]] = [], []
    for region in pictures.cells(zoom):
        if time.monotonic() > until:
            break
        part = region.clamped(pictures.width, pictures.height)
        rectangles = ruled(pictures.tile(part, zoom), pictures.dpi * zoom / MM_PER_INCH)
        for known, seen in zip(found, (rectangles.cells, rectangles.others), strict=True):
            nearby = Nearby(known, lambda box: box)
            boxes = [_moved(box, part, zoom) for box in seen if not _is_cut(box, part, zoom)]
            known += [box for box in boxes if not any(_same(box, other) for other in nearby.near(box, 0))]
    return found


def _zoom(pictures: Pictures) -> float:
    return min(MOST_ENLARGED, SEARCH_DPI / pictures.dpi)


class _Search:
    """Frames among the rectangles of one sheet."""

    def __init__(self, pictures: Pictures, words: Sequence[Word], rectangles: list[Box], until: float) -> None:
        self._pictures = pictures
        self._until = until
        self._words = Nearby(words, lambda word: word.box)
        self._rectangles = Nearby(rectangles, lambda box: box)
        self._reader = CellReader()

    def frames(self, cells: list[Box]) -> Iterator[Frame]:
        for row in (*rows_of(cells, 0), *rows_of(cells, 90)):
            if time.monotonic() > self._until:
                return
            frame = self._frame(row)
            if frame is not None:
                yield frame

    def stands_free(self, cell: Box, besides: Iterable[Box] = ()) -> bool:
        """Whether no other rectangle shares a wall with this one."""
        apart = set(besides) | {cell}
        near = self._rectangles.near(cell, WALL_SHARE * min(cell.width, cell.height))
        return not any(shares_a_wall(cell, other) for other in near if other not in apart)

    def _frame(self, row: Row) -> Frame | None:
        if self._is_lettered(row.first) or not self._may_be_value(row):
            return None
        symbol, is_symbol = self._symbol(row)
        if not is_symbol:
            return None
        value = self._tokens(row.cells[1], row.direction)
        if not _is_value(value, DECIMAL if symbol is None or symbol.text in PLAIN_SYMBOLS else VALUE):
            return None
        tokens = [value, *(self._tokens(cell, row.direction) for cell in row.cells[2:])]
        if symbol is None and not all(cell and DATUM.fullmatch(cell[0].text) for cell in tokens[1:]):
            return None
        return Frame(row.cells, ((symbol,) if symbol else ()) + tuple(_words(row, tokens)))

    def _is_lettered(self, first: Box) -> bool:
        """Whether a row's first cell holds a word: the cells of tables do."""
        inside = (word.text for word in self._words.near(first, 0) if _is_inside(word.box, first))
        return any(sum(map(str.isalnum, text)) > 1 for text in inside)

    def _may_be_value(self, row: Row) -> bool:
        """Whether the text layer has a number in the second cell, or nothing."""
        known = self._known(row.cells[1], row.direction)
        return not known or any(any(map(str.isdigit, word.text)) for word in known)

    def _symbol(self, row: Row) -> tuple[Word | None, bool]:
        """The characteristic in a row's first cell, where it can be told, and whether there may be one."""
        box = _share(row.cells[0], 0, 1, row.direction)
        known = "".join(word.text for word in self._known(row.first, row.direction))
        if known in CHARACTERISTICS:
            return Word(known, box, "text_layer", row.direction), True
        picture = self._upright(row.first, row.direction)
        guess = classify(picture)
        if guess is not None and (guess.symbol not in PLAIN_SYMBOLS or self._row_stands_free(row)):
            return Word(guess.symbol, box, "ocr", row.direction, guess.confidence), True
        return None, not known and glyph(picture) is not None and self._row_stands_free(row)

    def _row_stands_free(self, row: Row) -> bool:
        cells = {*row.cells, row.first}
        return all(self.stands_free(cell, cells) for cell in cells)

    def _tokens(self, cell: Box, direction: int) -> list[Token]:
        return self._reader.tokens(self._upright(cell, direction), self._known(cell, direction))

    def _known(self, cell: Box, direction: int) -> list[Known]:
        """The words of the text layer in a cell."""
        inside = (word for word in self._words.near(cell, 0) if cell.contains(*word.box.centre))
        return [Known(word.text, _place(word.box, cell, direction)) for word in inside if word.source == "text_layer"]

    def _upright(self, cell: Box, direction: int) -> NDArray[np.uint8]:
        """The picture of a cell, `CELL_PX` high, its reading direction to the right."""
        across = cell.width if direction else cell.height
        picture = self._pictures.tile(cell, CELL_PX / across)
        return np.ascontiguousarray(np.rot90(picture, -1) if direction else picture)


def _is_value(tokens: list[Token], pattern: re.Pattern[str]) -> bool:
    """Whether a cell holds a tolerance, all of it read; a tolerance of 0 has a modifier (ISO 2692)."""
    texts = [token.text for token in tokens]
    if not texts or UNREAD in texts or not pattern.fullmatch(texts[0]):
        return False
    return len(texts) > 1 or any(digit in texts[0] for digit in "123456789")


def _words(row: Row, tokens: list[list[Token]]) -> Iterator[Word]:
    """The words of a frame's cells but the first, each as wide as its share of the cell."""
    for cell, pieces in zip(row.cells[1:], tokens, strict=True):
        inner = [(left.end + right.start) / 2 for left, right in pairwise(pieces)]
        for piece, start, end in zip(pieces, [0.0, *inner], [*inner, 1.0], strict=False):
            if piece.text == UNREAD:
                continue
            box = _share(cell, start, end, row.direction)
            yield Word(piece.text, box, "ocr" if piece.seen else "text_layer", row.direction, piece.confidence)


def _share(cell: Box, start: float, end: float, direction: int) -> Box:
    """The part of a cell between two fractions of its length, a blank narrower, as high as its lettering."""
    upright = turned(cell) if direction else cell
    length, height = upright.width, upright.height
    edge, margin = BLANK_SHARE * height / 2, (1 - TEXT_SHARE) / 2 * height
    left, right = upright.x1 + start * length + edge, upright.x1 + end * length - edge
    part = Box(min(left, right), upright.y1 + margin, max(left, right), upright.y2 - margin)
    return turned_back(part) if direction else part


def _place(word: Box, cell: Box, direction: int) -> float:
    """Where a word's middle lies in a cell, as a fraction of its length."""
    x, y = word.centre
    return (cell.y2 - y) / cell.height if direction else (x - cell.x1) / cell.width


def _is_inside(box: Box, outer: Box) -> bool:
    common = box.clamped(outer.x2, outer.y2)
    common = Box(max(common.x1, outer.x1), max(common.y1, outer.y1), common.x2, common.y2)
    return not common.is_empty and common.width * common.height > MOST_OUTSIDE * box.width * box.height


def _is_cut(box: Box, region: Box, zoom: float) -> bool:
    """Whether a rectangle in a tile may go on behind the tile's edge; then the next tile shows it whole."""
    width, height = region.width * zoom, region.height * zoom
    return min(box.x1, box.y1, width - box.x2, height - box.y2) <= 1


def _moved(box: Box, region: Box, zoom: float) -> Box:
    """A box in a tile's pixels as one in the sheet's."""
    return Box(
        region.x1 + box.x1 / zoom, region.y1 + box.y1 / zoom, region.x1 + box.x2 / zoom, region.y1 + box.y2 / zoom
    )


def _same(one: Box, other: Box) -> bool:
    sides = (one.x1 - other.x1, one.y1 - other.y1, one.x2 - other.x2, one.y2 - other.y2)
    return max(map(abs, sides)) <= SAME_PX
