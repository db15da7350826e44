"""The title block: labels with their values, beside, below or behind a colon (ISO 7200, DIN 6771-1, CAD templates).

Sheets without one often carry a caption instead: its scale, date, paper size and the like are recognised by their form.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drawing.labels import FieldName, folded
from drawing.lines import Line, share_a_wall, source_of
from drawing.nearby import Nearby
from drawing.sheet import Box, Source, Word
from drawing.title_forms import DATE, LEGAL_FORMS, PAPER, fits
from drawing.title_labels import Label, labels_of, parted
from drawing.title_region import region_of

#: How far a value may stand from its label, in heights of the label; names and dates stand in columns of their own.
REACH_BELOW = 3.0
REACH_BESIDE = 9.0
#: In a high cell: how far below its label a value may stand that begins where the label does, in the same heights.
REACH_OF_HIGH_CELL = 9.0
ALIGNED = 2.5
REACH_OF_ROLE = 32.0
REACH_ASIDE = 15.0
#: A value is centred below its label when their middles differ by less than this share of their width.
CENTRED = 0.15
#: Values are lettered up to this much taller than their labels, titles and numbers even more.
TALLEST = 3.0
#: Lettering without a label is a title or a number only from this many heights of a label on.
TITLE_HEIGHT = 1.6
#: ... and in a cell that has no label from so many on.
TITLE_HEIGHT_IN_CELL = 1.25


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the title block. `label` is empty where the value was known by its form, `value` where the cell is."""

    name: FieldName
    label: str
    value: str
    box: Box
    source: Source
    words: tuple[Word, ...]


_DATE_OF: dict[FieldName, FieldName] = {
    "drawn_by": "drawn_date",
    "checked_by": "checked_date",
    "approved_by": "approved_date",
}
#: Fields whose value may run over several lines below each other.
_LONG: frozenset[FieldName] = frozenset({"title", "material", "treatment", "company", "finish"})

#: Heads of the columns in which those who drew and checked sign (DIN 6771-1): what stands below belongs to its row.
_GRID_HEADS = frozenset({"name", "names", "signature", "signatur", "unterschrift", "sign", "date", "datum", "tag"})

_TALL: frozenset[FieldName] = frozenset({"title", "drawing_number", "part_number", "company"})


def title_block_of(lines: Sequence[Line]) -> tuple[Field, ...]:
    """The fields of the title block in the order of their labels; a labelled cell without a value has an empty one."""
    level = [piece for line in lines if line.direction == 0 for piece in parted(line)]
    labels = labels_of(level)
    taken = {id(label.origin) for label in labels}
    free = [part for line in level if id(line) not in taken for part in _without_date(line)]
    cells: dict[int, list[Line]] = defaultdict(list)
    nearby = Nearby(range(len(labels)), lambda index: labels[index].box)
    walls = _Walls.of(labels, free)
    for line in free:
        owner = _owner(line, labels, nearby, walls)
        if owner is None or _beside(line, labels[owner]):
            begun = (i for i, cell in cells.items() if labels[i].field in _LONG and _goes_on_from(line, cell))
            owner = next(begun, owner)
        if owner is not None:
            cells[owner].append(line)
    for index, line in _at_the_bottom(labels, free, cells):
        cells[index].append(line)
    found = [field for index, label in enumerate(labels) for field in _fields(label, cells[index])]
    return (*found, *_known_by_form(free, found, labels, region_of(lines)))


def _without_date(line: Line) -> tuple[Line, ...]:
    """The name and the date of one who signed in one cell, else the line as it is."""
    match = re.fullmatch(
        rf"(?P<name>[^\W\d_][^\d:]{{1,40}}?)[\s,/]+(?P<date>{DATE}|\d{{4}}-\d{{2}})", line.plain.rstrip()
    )
    if match is None:
        return (line,)
    return line.part(match.start("name"), match.end("name")), line.part(match.start("date"), match.end("date"))


def _at_the_bottom(
    labels: Sequence[Label], free: Sequence[Line], cells: dict[int, list[Line]]
) -> list[tuple[int, Line]]:
    """The lines that no label took, at the bottom of a high cell whose label stands on its own at the top."""
    taken = {id(line) for cell in cells.values() for line in cell}
    left = [line for line in free if id(line) not in taken]
    empty = [i for i, label in enumerate(labels) if label.field and label.inline is None and not cells.get(i)]
    found = [(i, line) for i in empty for line in left if _hangs_below(line, labels[i])]
    walls = [label.line for label in labels] + list(free)
    return [(i, line) for i, line in found if not any(_is_between(wall, labels[i], line) for wall in walls)]


def _hangs_below(line: Line, label: Label) -> bool:
    size = label.line.height
    named = label.field is not None and fits(label.field, line.plain)
    tall = line.height > TALLEST * size and label.field not in _TALL
    aligned = abs(line.box.x1 - label.box.x1) < ALIGNED * size
    return named and not tall and aligned and 0 < line.box.y1 - label.box.y2 < REACH_OF_HIGH_CELL * size


def _is_between(wall: Line, label: Label, line: Line) -> bool:
    across = wall.box.x1 < max(line.box.x2, label.box.x2) and label.box.x1 < wall.box.x2
    return wall is not line and across and label.box.y2 <= wall.box.centre[1] <= line.box.y1


def _known_by_form(
    lines: Sequence[Line], found: Sequence[Field], labels: Sequence[Label], region: Box | None
) -> Iterator[Field]:
    """What needs no label in a title block: the paper size, and the title and the number, which are tallest there."""
    if region is None:
        return
    inside = [line for line in lines if region.contains(*line.box.centre)]
    if not any(field.name == "paper" and field.value for field in found):
        yield from (_field("paper", "", (line,)) for line in inside if re.fullmatch(PAPER, line.plain.strip()))
    taken = [word for field in found for word in field.words]
    for name, form in _BY_PLACE.items():
        tall = _tallest([line for line in inside if not set(taken) & set(line.words)], labels, form)
        if tall and not any(field.name == name for field in found):
            yield _field(name, "", tall if name == "title" else tall[:1])
            taken += [word for line in tall for word in line.words]


#: How the title and the drawing number are told apart where neither has a label.
_BY_PLACE: dict[FieldName, str] = {
    "drawing_number": r"(?=.*\d)[\w./-]{4,}",
    "title": rf"(?!.*\d{{3}})(?!.*\b(?:{LEGAL_FORMS})(?!\w)).*[^\W\d_]{{3}}.*",
}


def _tallest(lines: Sequence[Line], labels: Sequence[Label], form: str) -> Sequence[Line]:
    """The tallest lines of a form, if they are clearly taller than the labels, with what goes on below them."""
    fitting = [line for line in lines if re.fullmatch(form, line.plain.strip())]
    first = max(fitting, key=lambda line: line.height, default=None)
    if first is None:
        return ()
    unlabelled = first.cell is not None and all(label.line.cell != first.cell for label in labels)
    least = TITLE_HEIGHT_IN_CELL if unlabelled else TITLE_HEIGHT
    if first.height < least * min(label.line.height for label in labels):
        return ()
    return _first_value([line for line in fitting if line.box.y1 >= first.box.y1], "title")


def _goes_on(line: Line, cell: Sequence[Line]) -> bool:
    """Whether a line goes on with what the last line of a cell began, in the same lettering."""
    last = cell[-1]
    small, large = sorted((line.height, last.height))
    gap = line.box.y1 - last.box.y2
    aligned = line.box.x1 < last.box.x2 and last.box.x1 < line.box.x2
    return aligned and -0.4 * large < gap < 0.9 * large and small > 0.6 * large


def _goes_on_from(line: Line, cell: Sequence[Line]) -> bool:
    return any(_goes_on(line, [last]) for last in cell)


@dataclass(frozen=True, slots=True)
class _Walls:
    """What the ruling of a title block tells: the cells with a label, and those that have its value as well."""

    labelled: frozenset[Box]
    filled: frozenset[Box]

    @classmethod
    def of(cls, labels: Sequence[Label], free: Sequence[Line]) -> _Walls:
        values: dict[Box, list[str]] = defaultdict(list)
        for line in free:
            if line.cell:
                values[line.cell].append(line.plain)
        celled = [(label.line.cell, label) for label in labels if label.line.cell]
        filled = (cell for cell, label in celled if any(label.field and fits(label.field, v) for v in values[cell]))
        return cls(frozenset(cell for cell, _ in celled), frozenset(filled))

    def part(self, label: Label, line: Line) -> bool:
        """Whether a line has a label of its own, or the label its value, within their walls."""
        own, other = label.line.cell, line.cell
        if own is None or other is None or own == other:
            return False
        return own in self.filled or other in self.labelled


def _owner(line: Line, labels: Sequence[Label], nearby: Nearby[int], walls: _Walls) -> int | None:
    """The label whose cell a line most likely stands in."""
    costs: dict[int, float] = {}
    tallest = max((label.line.height for label in labels), default=0.0)
    for index in nearby.near(line.box, REACH_OF_ROLE * tallest + line.height):
        kept_apart = labels[index].inline is not None or walls.part(labels[index], line)
        cost = None if kept_apart else _cost(line, labels[index])
        if cost is not None:
            costs[index] = cost
    if not costs:
        return None
    best = min(costs, key=lambda index: costs[index])
    if folded(labels[best].line.plain) in _GRID_HEADS or labels[best].field in _DATE_OF:
        roles = [index for index in costs if labels[index].field in _DATE_OF and _beside(line, labels[index])]
        best = min(roles, key=lambda index: costs[index], default=best)
    return best if labels[best].field else None


def _beside(line: Line, label: Label) -> bool:
    return label.box.y1 < line.box.centre[1] < label.box.y2 and line.box.x1 > label.box.x2


def _cost(line: Line, label: Label) -> float | None:
    """How far a line is from being the value of a label, px; `None` when it cannot be."""
    if label.field and not (fits(label.field, line.plain) or _is_date_of(label.field, line.plain)):
        return None
    a, b = label.box, line.box
    size = max(label.line.height, line.height)
    middle = (b.y1 + b.y2) / 2
    if line.cell is not None and line.cell == label.line.cell:
        return max(0.0, b.y1 - a.y2) + max(0.0, b.x1 - a.x2) if middle > a.y1 else None
    if line.height > TALLEST * label.line.height and label.field not in _TALL:
        return None
    if a.y1 < middle < a.y2 and b.x1 >= a.x2 - size:
        gap = b.x1 - a.x2
        reach = REACH_OF_ROLE if label.field in _DATE_OF else REACH_ASIDE if label.field in _TALL else REACH_BESIDE
        if gap > reach * label.line.height and not _in_the_next_cell(label.line, line):
            return None
        return (0.5 * gap if label.field in _DATE_OF else gap) + size
    drop = b.y1 - a.y2
    if middle <= a.y2 or drop > REACH_BELOW * label.line.height + 0.5 * line.height or b.x2 < a.x1:
        return None
    before, behind = max(0.0, a.x1 - b.x1), max(0.0, b.x1 - a.x2)
    if abs(a.centre[0] - b.centre[0]) < CENTRED * max(a.width, b.width):
        before = 0.0
    if max(before, behind) > REACH_ASIDE * label.line.height:
        return None
    return max(0.0, drop) + 2 * before + behind


def _in_the_next_cell(label: Line, line: Line) -> bool:
    return label.cell is not None and line.cell is not None and share_a_wall(label.cell, line.cell)


def _is_date_of(name: FieldName, text: str) -> bool:
    return name in _DATE_OF and re.fullmatch(DATE, text.strip()) is not None


def _fields(label: Label, cell: Sequence[Line]) -> tuple[Field, ...]:
    name = label.field
    if name is None:
        return ()
    printed = label.line.plain.rstrip(": ")
    if label.inline is not None:
        return (_field(name, printed, (label.inline,)),)
    dates = [line for line in cell if _is_date_of(name, line.plain)]
    values = [line for line in cell if fits(name, line.plain) and line not in dates]
    found = [_field(_DATE_OF[name], printed, dates[:1])] if dates else []
    if not values:
        return (*found, Field(name, printed, "", label.box, source_of(label.line.words), label.line.words))
    if name in _DATE_OF:
        beside = [line for line in values if _beside(line, label)]
        values = [min(beside or values, key=lambda line: _cost(line, label) or 0.0)]
    return (_field(name, printed, _first_value(values, name)), *found)


def _first_value(values: Sequence[Line], name: FieldName) -> Sequence[Line]:
    """The topmost line, and for long fields those that go on below it in the same lettering."""
    ordered = sorted(values, key=lambda line: (line.box.y1, line.box.x1))
    first = ordered[:1]
    if name not in _LONG:
        return first
    for line in ordered[1:]:
        if _goes_on(line, first):
            first.append(line)
    return first


def _field(name: FieldName, label: str, lines: Sequence[Line]) -> Field:
    words = tuple(word for line in lines for word in line.words)
    value = " ".join(line.plain.strip() for line in lines).replace("_ ", "_")
    return Field(name, label, value, Box.around(word.box for word in words), source_of(words), words)
