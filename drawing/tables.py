"""Tables by the alignment of their words: bills of materials, revision tables, parameter tables.

A table begins at a row of known column heads (ISO 7573, DIN 6771-2, CAD templates). Its rows follow below, or above,
as in an item list that grows upward from the title block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from drawing.columns import COLUMN_OF, ColumnName, column_named
from drawing.labels import LABELS, folded
from drawing.lines import WALL_SHARE, Line, lines_of, source_of
from drawing.sheet import Box, Source, Word

TableType = Literal["bom", "revision", "notes", "other"]
#: Cells of a row are never closer than this, in widths of a character; words of a cell are never further apart.
CELL_GAP = 1.3
#: The longest gap between two rows, in heights of the lettering.
ROW_PITCH = 4.5
LEAST_COLUMNS = 2
#: Heights of the heads' cells: how wide a column is whose head was not recognised.
WIDEST_UNHEADED = 8.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one row and column; an empty cell has no words."""

    text: str
    words: tuple[Word, ...]

    @property
    def box(self) -> Box | None:
        return Box.around(word.box for word in self.words) if self.words else None


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are as wide as `headers`; `columns` are the meanings of the heads, `None` where a head is not known."""

    table_type: TableType
    headers: tuple[str, ...]
    columns: tuple[ColumnName | None, ...]
    rows: tuple[tuple[Cell, ...], ...]
    box: Box
    source: Source

    def column(self, name: ColumnName) -> int | None:
        return self.columns.index(name) if name in self.columns else None


@dataclass(frozen=True, slots=True)
class _Head:
    name: ColumnName | None
    line: Line


def tables_of(words: Iterable[Word]) -> tuple[Table, ...]:
    """The tables of a sheet, each word in one of them at most."""
    level = [line for line in lines_of(words, CELL_GAP) if line.direction == 0]
    rows = _rows([piece for line in level for piece in line.by_cells()])
    found: list[Table] = []
    used: set[int] = set()
    for index, row in enumerate(rows):
        heads = _heads(row)
        if index in used or heads is None:
            continue
        spans = [_body(rows, index, heads, used, step) for step in (1, -1)]
        tables = [_table(heads, [rows[i] for i in sorted(span)]) for span in spans]
        span, table = max(zip(spans, tables, strict=True), key=lambda found: _share_of_keys(found[1]))
        if table is not None:
            found.append(table)
            used |= span | {index}
    return tuple(found)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines gathered by the height they stand at; from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.place.middle):
        last = rows[-1][-1] if rows else None
        if last is not None and line.place.middle - last.place.middle < 0.4 * min(line.height, last.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x1) for row in rows]


def _heads(row: Sequence[Line]) -> list[_Head] | None:
    """The column heads of a row: neighbours of about one size, most of them known by name, at least two."""
    heads = _side_by_side([head for line in row for head in _heads_in(line)])
    known = [head for head in heads if head.name]
    enough = len({head.name for head in known}) >= LEAST_COLUMNS and len(known) * 2 >= len(heads)
    return heads if enough and _type_of([head.name for head in heads]) else None


def _side_by_side(heads: list[_Head]) -> list[_Head]:
    """The longest row of heads whose cells are level; all of them where nothing is ruled."""
    rows: list[list[_Head]] = []
    for head in heads:
        last = rows[-1][-1].line.cell if rows else None
        if last and head.line.cell and _goes_on(last, head.line.cell):
            rows[-1].append(head)
        elif head.line.cell:
            rows.append([head])
    longest = max(rows, key=len, default=heads)
    return longest if len(longest) >= LEAST_COLUMNS else heads


def _goes_on(left: Box, right: Box) -> bool:
    """Whether a cell goes on with a row of cells; the head of one in between may not have been recognised."""
    slack = WALL_SHARE * min(left.height, right.height)
    is_level = abs(left.y1 - right.y1) < slack and abs(left.y2 - right.y2) < slack
    return left == right or (is_level and right.x1 - left.x2 < WIDEST_UNHEADED * left.height)


def _heads_in(line: Line) -> list[_Head]:
    """A head is a whole line; several known heads that stand close together are told apart."""
    whole = column_named(line.plain) if ":" not in line.text else None
    if whole or len(line.words) == 1:
        return [_Head(whole, line)]
    found: list[_Head] = []
    at = 0
    while at < len(line.words):
        size = next(
            (n for n in range(min(4, len(line.words) - at), 0, -1) if folded(_text(line, at, n)) in COLUMN_OF), 0
        )
        if not size:
            return [_Head(None, line)]
        first, last = line.offsets[at], line.offsets[at + size - 1] + len(line.words[at + size - 1].text)
        found.append(_Head(column_named(_text(line, at, size)), line.part(first, last)))
        at += size
    return found


def _text(line: Line, at: int, size: int) -> str:
    return " ".join(word.text for word in line.words[at : at + size])


def _body(rows: Sequence[Sequence[Line]], index: int, heads: Sequence[_Head], used: set[int], step: int) -> set[int]:
    """The rows that follow the heads below (step 1) or above (-1): close to each other, within the heads' width."""
    span: set[int] = set()
    last = index
    at = index + step
    while 0 <= at < len(rows) and at not in used and _follows(rows[at], rows[last], heads):
        if _within(rows[at], heads):
            span.add(at)
            last = at
        at += step
    return span


def _share_of_keys(table: Table | None) -> float:
    """How many of a table's rows have a key that looks like one: a title block below a list of items has few."""
    if table is None:
        return 0.0
    keys = [row[_key_column(table.columns)].text for row in table.rows]
    return sum(_KEYS[table.table_type].fullmatch(key) is not None for key in keys) / len(keys)


def _follows(row: Sequence[Line], last: Sequence[Line], heads: Sequence[_Head]) -> bool:
    pitch = abs(row[0].place.middle - last[0].place.middle)
    size = max(head.line.height for head in heads)
    return pitch <= ROW_PITCH * max(size, min(line.height for line in last))


def _within(row: Sequence[Line], heads: Sequence[_Head]) -> list[Line]:
    """The lines of a row that stand below or above the heads, with room for a first or last cell that is wider.

    A label beside them is the title block's, which stands next to the table.
    """
    first, last = heads[0].line.cell, heads[-1].line.cell
    if first and last:
        return [line for line in row if first.x1 < line.box.centre[0] < last.x2 and _is_cell_of(line, heads)]
    left, right = heads[0].line.box.x1, heads[-1].line.box.x2
    room = max(0.35 * (right - left), 6 * heads[0].line.advance)
    near = [line for line in row if line.box.x2 > left - room / 3 and line.box.x1 < right + room / 3]
    return [line for line in near if (line.box.x1 < right and line.box.x2 > left) or folded(line.plain) not in LABELS]


def _is_cell_of(line: Line, heads: Sequence[_Head]) -> bool:
    """Whether a line stands between walls that go on from the heads'; lettering that is wider than its cell may."""
    cell, walls = line.words[0].cell, [head.line.cell for head in heads if head.line.cell]
    if cell is None:
        return False
    slack = WALL_SHARE * cell.height
    outer = len(set(walls)) < len(heads) and walls[0].x1 - slack < cell.x1 and cell.x2 < walls[-1].x2 + slack
    return outer or (
        any(abs(wall.x1 - cell.x1) < slack for wall in walls) and any(abs(wall.x2 - cell.x2) < slack for wall in walls)
    )


def _table(heads: Sequence[_Head], body: Sequence[Sequence[Line]]) -> Table | None:
    columns = _told_apart(heads)
    table_type = _type_of(columns)
    lines = [row for row in (_within(row, heads) for row in body) if row]
    if table_type is None or not lines:
        return None
    borders = _borders(heads, [line for row in lines for line in row])
    key = _key_column(columns)
    rows = _gathered([(_middle(row), _cells(row, borders)) for row in lines], key)
    if not any(_KEYS[table_type].fullmatch(row[key].text) for row in rows):
        return None
    words = [word for head in heads for word in head.line.words]
    words += [word for row in rows for cell in row for word in cell.words]
    headers = tuple(head.line.plain for head in heads)
    return Table(table_type, headers, columns, tuple(rows), Box.around(word.box for word in words), source_of(words))


def _told_apart(heads: Sequence[_Head]) -> tuple[ColumnName | None, ...]:
    """The meanings of the heads. Beside a part number, a column of parts holds their designators."""
    names = [head.name for head in heads]
    if names.count("part_number") > 1 and "item" not in names:
        names = ["item" if folded(h.line.plain) in ("part", "parts") else h.name for h in heads]
    return tuple(names)


#: What the key column of a real row looks like; a title block's cells below alike words do not.
_KEYS: dict[TableType, re.Pattern[str]] = {
    "bom": re.compile(r"\d{1,4}(?:[.,-]\d+)*[.)]?\s?(?:x|pcs|stk\.?|m|mm)?|[A-Z]{1,4}\d{0,3}(?:, ?[A-Z]{1,4}\d{1,3})*"),
    "revision": re.compile(r"[A-Z]{0,2}\d{0,3}(?:\.\d+)*|[a-z]\d{0,2}|-"),
    "notes": re.compile(r"\d{1,2}[.)]?|"),
    "other": re.compile(r"\S+(?: \S+)?"),
}


def _type_of(columns: Sequence[ColumnName | None]) -> TableType | None:
    names = set(columns)
    if names & {"item", "quantity"} and names & {"description", "part_number", "material", "value"}:
        return "bom"
    if "revision" in names and len(names & {"date", "description", "name"}) >= 2:
        return "revision"
    measured = names & {"value", "size", "quantity", "description", "x", "y"}
    return "other" if ("symbol" in names and measured) or {"x", "y"} <= names else None


def _key_column(columns: Sequence[ColumnName | None]) -> int:
    names: tuple[ColumnName, ...] = ("item", "revision", "symbol", "quantity")
    return next((columns.index(name) for name in names if name in columns), 0)


def _middle(row: Sequence[Line]) -> float:
    return row[0].place.middle


def _borders(heads: Sequence[_Head], body: Sequence[Line]) -> list[float]:
    """Where one column ends and the next begins: the widest gap between two heads that the fewest lines cross."""
    return [
        (left.x2 + right.x1) / 2 if left and right and left != right else _border(a.line.box, b.line.box, body)
        for a, b in pairwise(heads)
        for left, right in [(a.line.cell, b.line.cell)]
    ]


def _border(left: Box, right: Box, body: Sequence[Line]) -> float:
    low, high = left.centre[0], right.centre[0]
    edges = sorted(
        {low, high, left.x2, right.x1, *(x for line in body for x in (line.box.x1, line.box.x2) if low < x < high)}
    )
    gaps = [(a, b) for a, b in pairwise(edges) if b > a]
    if not gaps:
        return (left.x2 + right.x1) / 2
    boxes = [left, right, *(line.box for line in body)]
    crossings = {gap: sum(box.x1 < sum(gap) / 2 < box.x2 for box in boxes) for gap in gaps}
    fewest = min(crossings.values())
    a, b = max((gap for gap in gaps if crossings[gap] == fewest), key=lambda gap: gap[1] - gap[0])
    return (a + b) / 2


def _cells(row: Sequence[Line], borders: Sequence[float]) -> tuple[Cell, ...]:
    cells: list[list[Word]] = [[] for _ in range(len(borders) + 1)]
    for line in row:
        for word in line.words:
            cells[sum(word.box.centre[0] > border for border in borders)].append(word)
    return tuple(Cell(" ".join(word.text for word in words), tuple(words)) for words in cells)


def _gathered(rows: Sequence[tuple[float, tuple[Cell, ...]]], key: int) -> list[tuple[Cell, ...]]:
    """The table's rows: lines whose key cell is empty belong to the nearest line that has one, as wrapped cells do."""
    keyed = [middle for middle, row in rows if row[key].words]
    groups: dict[float, list[tuple[Cell, ...]]] = {middle: [] for middle in keyed}
    for middle, row in rows:
        if keyed:
            groups[min(keyed, key=lambda own: abs(own - middle))].append(row)
    return [tuple(_stacked(column) for column in zip(*group, strict=True)) for group in groups.values()]


def _stacked(cells: Iterable[Cell]) -> Cell:
    filled = [cell for cell in cells if cell.words]
    return Cell(" ".join(cell.text for cell in filled), tuple(word for cell in filled for word in cell.words))


def markdown_of(table: Table, escape: Callable[[str], str]) -> str:
    """The table as GitHub-flavoured Markdown; `escape` makes a cell's lettering harmless."""
    head = "| " + " | ".join(escape(header) for header in table.headers) + " |"
    rule = "|" + " --- |" * len(table.headers)
    rows = ("| " + " | ".join(escape(cell.text) for cell in row) + " |" for row in table.rows)
    return "\n".join((head, rule, *rows))
