"""The title block: labels with their values, beside, below or behind a colon (ISO 7200, DIN 6771-1, CAD templates).

Sheets without one often carry a caption instead: its scale, date, paper size and the like are recognised by their form.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drawing.labels import FIELD_OF, LABELS, FieldName, folded, misread
from drawing.lines import Line, distance, source_of
from drawing.nearby import Nearby
from drawing.sheet import Box, Source, Word

DATE = (
    r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}"
    r"|\d{1,2}[. -]\s?[A-Za-zÄä]{3,9}[. -]\s?\d{4}"
)
SCALE = r"\d+(?:[.,]\d+)?\s?:\s?\d+(?:[.,]\d+)?"
PAPER = r"A[0-5](?![\w-])(?:\s?[xX]\s?\d)?"
#: How far a value may stand from its label, in heights of the label; names and dates stand in columns of their own.
REACH_BELOW = 3.0
REACH_BESIDE = 9.0
REACH_OF_ROLE = 32.0
REACH_ASIDE = 15.0
#: A value is centred below its label when their middles differ by less than this share of their width.
CENTRED = 0.15
#: Values are lettered up to this much taller than their labels, titles and numbers even more.
TALLEST = 3.0
#: Lettering without a label is a title only from this many heights of a label on.
TITLE_HEIGHT = 1.6
#: Labels of one title block are no further apart than this, in heights of a label.
REACH_OF_BLOCK = 35.0
#: A word alone is believed to be a label only where a title block has this many.
LEAST_LABELS = 4


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the title block. `label` is empty where the value was known by its form, `value` where the cell is."""

    name: FieldName
    label: str
    value: str
    box: Box
    source: Source
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A label on the sheet, cut out of the line `origin`, with the value behind its colon, if any, as `inline`.

    `field` is `None` for words of the template that are no field of ours.
    """

    field: FieldName | None
    line: Line
    origin: Line
    inline: Line | None = None

    @property
    def box(self) -> Box:
        return self.line.box


_FORMS: dict[FieldName, str] = {
    "scale": rf"(?:M\s?)?{SCALE}|NTS|(?i:none|ohne)",
    "sheet": r"[\dIl]{1,3}(?:\s?(?:/|(?i:of|von))\s?[\dIl]{1,3})?",
    "paper": rf"(?:DIN\s)?{PAPER}|[A-E]|(?i:letter|legal|tabloid)",
    "mass": r"[~≈]?\s?\d+(?:[.,]\d+)?\s?(?:kg|g|lbs?|t|kilograms|grams|KG|G)?\.?",
    "date": DATE,
    "drawn_date": DATE,
    "checked_date": DATE,
    "approved_date": DATE,
    "revision": r"[A-Za-z]{0,3}[ .-]?\d{0,3}(?:\.\d{1,2})?",
    "quantity": r"\d+\s?(?:x|Stk\.?|Stück|pcs\.?|pieces)?",
    "linear_tolerance": r".*\d.*",
    "angular_tolerance": r".*\d.*",
    "general_tolerance": r".*\d.*",
    "title": r".*[^\W\d_]{2}.*",
    "material": r".*[^\W\d_].*|\d\.\d{4}",
    "drawn_by": r"[^\W\d_][^\d:]{1,40}",
    "checked_by": r"[^\W\d_][^\d:]{1,40}",
    "approved_by": r"[^\W\d_][^\d:]{1,40}",
    "drawing_number": rf"(?!(?:{PAPER})$)(?=.*[\dA-Z_]).{{2,60}}",
    "part_number": rf"(?!(?:{PAPER})$)(?=.*[\dA-Z_]).{{2,60}}",
}
_DATE_OF: dict[FieldName, FieldName] = {
    "drawn_by": "drawn_date",
    "checked_by": "checked_date",
    "approved_by": "approved_date",
}
#: Fields whose value may run over several lines below each other.
_LONG: frozenset[FieldName] = frozenset({"title", "material", "treatment", "company", "finish"})

#: Heads of the columns in which those who drew and checked sign (DIN 6771-1): what stands below belongs to its row.
_GRID_HEADS = frozenset({"name", "names", "signature", "signatur", "unterschrift", "sign", "date", "datum", "tag"})

#: Fields whose form tells a value from any other lettering.
_STRICT: tuple[FieldName, ...] = ("scale", "sheet", "paper", "mass", "date")
_TALL: frozenset[FieldName] = frozenset({"title", "drawing_number", "part_number", "company"})


def fits(name: FieldName, text: str) -> bool:
    """Whether a text can be the value of a field, by its form."""
    return bool(text.strip()) and re.fullmatch(_FORMS.get(name, r".+"), text.strip()) is not None


def labels_of(lines: Iterable[Line]) -> tuple[Label, ...]:
    """The labels among horizontal lines. Single words without a colon count only where there is a title block."""
    found = [label for line in lines if line.direction == 0 for label in _labels_in(line)]
    fields = [label for label in found if label.field]
    if len({label.field for label in fields}) >= LEAST_LABELS:
        return tuple(found)
    return tuple(label for label in found if label.inline or label.line.plain.rstrip().endswith(":"))


def _labels_in(line: Line) -> tuple[Label, ...]:
    """Labels of one line: all of it, its part before a colon or a value of the right form, or one beside another."""
    whole = _label_name(line.plain) or (misread(folded(line.plain)) if line.source == "ocr" else None)
    if whole is not None:
        return (Label(FIELD_OF.get(whole), line, line),)
    colon = re.match(r"[^:]{2,40}:(?!//)(?=\s*(?P<rest>\S))", line.text)
    if colon and not re.fullmatch(r".*\d\s?", colon.group()[:-1]):
        name = _label_name(colon.group())
        if name is not None:
            return (_behind_colon(line, FIELD_OF.get(name), colon.end(), colon.start("rest")),)
    return _before_its_value(line) or _side_by_side(line)


def _behind_colon(line: Line, name: FieldName | None, cut: int, start: int) -> Label:
    """A label and the value behind its colon; where the form is strict, no more than fits it."""
    rest = line.plain[start:]
    form = re.match(_FORMS[name], rest) if name in _STRICT and not fits(name, rest) else None
    end = start + form.end() if form and form.end() else len(line.text)
    return Label(name, line.part(0, cut), line, line.part(start, end))


def _before_its_value(line: Line) -> tuple[Label, ...]:
    """A label with its value right behind it, such as SCALE 1:1 or SHEET 1 OF 3, where the value's form is strict."""
    for offset in line.offsets[1:]:
        name = FIELD_OF.get(folded(line.plain[:offset]))
        if name in _STRICT and re.search(r"\d", line.plain[offset:]) and fits(name, line.plain[offset:]):
            return (_with_value(line, name, offset, offset),)
    return ()


def _with_value(line: Line, name: FieldName | None, cut: int, start: int) -> Label:
    """A label and the value behind it, cut out of the line."""
    return Label(name, line.part(0, cut), line, line.part(start, len(line.text)))


def _side_by_side(line: Line) -> tuple[Label, ...]:
    """Several labels on one line, as in the head of a row of cells; all of the line must be labels."""
    texts = [word.text for word in line.words]
    found: list[Label] = []
    at = 0
    while at < len(texts):
        for size in range(min(5, len(texts) - at), 0, -1):
            name = _label_name(" ".join(texts[at : at + size]))
            if name is not None:
                first, last = line.offsets[at], line.offsets[at + size - 1] + len(texts[at + size - 1])
                found.append(Label(FIELD_OF.get(name), line.part(first, last), line))
                at += size
                break
        else:
            return ()
    return tuple(found)


def _label_name(text: str) -> str | None:
    """The label that a text is, also where it stands in two languages (`Scale/skala`)."""
    for side in (text, *text.split("/")):
        name = folded(side)
        if name in LABELS:
            return name
    return None


def title_block_of(lines: Sequence[Line]) -> tuple[Field, ...]:
    """The fields of the title block in the order of their labels; a labelled cell without a value has an empty one."""
    labels = labels_of(lines)
    taken = {id(label.origin) for label in labels}
    free = [line for line in lines if line.direction == 0 and id(line) not in taken]
    cells: dict[int, list[Line]] = defaultdict(list)
    nearby = Nearby(range(len(labels)), lambda index: labels[index].box)
    for line in free:
        owner = _owner(line, labels, nearby)
        if owner is None:
            owner = next((i for i, cell in cells.items() if labels[i].field in _LONG and _goes_on(line, cell)), None)
        if owner is not None:
            cells[owner].append(line)
    found = [field for index, label in enumerate(labels) for field in _fields(label, cells[index])]
    return (*found, *_known_by_form(free, found, region_of(lines)))


def _known_by_form(lines: Sequence[Line], found: Sequence[Field], region: Box | None) -> Iterator[Field]:
    """The paper size needs no label inside a title block; nor does the title, the tallest lettering there."""
    if region is None:
        return
    inside = [line for line in lines if region.contains(*line.box.centre)]
    if not any(field.name == "paper" and field.value for field in found):
        for line in inside:
            if re.fullmatch(PAPER, line.plain.strip()):
                yield _field("paper", "", (line,))
    if not any(field.name == "title" for field in found):
        title = _tallest(inside, found)
        if title:
            yield _field("title", "", title)


def _tallest(lines: Sequence[Line], found: Sequence[Field]) -> Sequence[Line]:
    """The tallest words that no field has, if they are clearly taller than the labels, with what goes on below them."""
    taken = {word for field in found for word in field.words}
    labels = [field.box.height for field in found if field.label and not field.value]
    free = [line for line in lines if not taken.intersection(line.words) and re.search(r"[^\W\d_]{3}", line.plain)]
    first = max(free, key=lambda line: line.height, default=None)
    if first is None or not labels or first.height < TITLE_HEIGHT * min(labels):
        return ()
    return _first_value([line for line in free if line.box.y1 >= first.box.y1], "title")


def region_of(lines: Sequence[Line]) -> Box | None:
    """The box around the title block: its labels and what stands between them; `None` where the sheet has none."""
    clusters: list[list[Label]] = []
    for label in labels_of(lines):
        near = [c for c in clusters if any(distance(label.box, o.box) < REACH_OF_BLOCK * label.line.height for o in c)]
        clusters = [c for c in clusters if c not in near] + [[label, *(o for c in near for o in c)]]
    largest = max(clusters, key=_fields_in, default=[])
    if _fields_in(largest) < LEAST_LABELS:
        return None
    lines_in = [label.line for label in largest] + [label.inline for label in largest if label.inline]
    margin = max(label.line.height for label in largest)
    box = Box.around(line.box for line in lines_in)
    box = Box(box.x1 - margin, box.y1 - margin, box.x2 + margin, box.y2 + margin)
    for line in sorted(lines, key=lambda line: line.box.x1):
        if box.y1 < line.box.centre[1] < box.y2 and 0 < line.box.x2 - box.x2 < REACH_OF_BLOCK * margin:
            box = Box(box.x1, box.y1, line.box.x2 + margin, box.y2)
    return box


def _fields_in(labels: Sequence[Label]) -> int:
    return len({label.field for label in labels if label.field})


def _goes_on(line: Line, cell: Sequence[Line]) -> bool:
    """Whether a line goes on with what the last line of a cell began, in the same lettering."""
    last = cell[-1]
    small, large = sorted((line.height, last.height))
    gap = line.box.y1 - last.box.y2
    aligned = line.box.x1 < last.box.x2 and last.box.x1 < line.box.x2
    return aligned and -0.4 * large < gap < 0.9 * large and small > 0.6 * large


def _owner(line: Line, labels: Sequence[Label], nearby: Nearby[int]) -> int | None:
    """The label whose cell a line most likely stands in."""
    costs: dict[int, float] = {}
    tallest = max((label.line.height for label in labels), default=0.0)
    for index in nearby.near(line.box, REACH_OF_ROLE * tallest + line.height):
        cost = None if labels[index].inline is not None else _cost(line, labels[index])
        if cost is not None:
            costs[index] = cost
    if not costs:
        return None
    best = min(costs, key=lambda index: costs[index])
    if folded(labels[best].line.plain) in _GRID_HEADS:
        roles = [index for index in costs if labels[index].field in _DATE_OF and _beside(line, labels[index])]
        best = min(roles, key=lambda index: costs[index], default=best)
    return best if labels[best].field else None


def _beside(line: Line, label: Label) -> bool:
    return label.box.y1 < line.box.centre[1] < label.box.y2 and line.box.x1 > label.box.x2


def _cost(line: Line, label: Label) -> float | None:
    """How far a line is from being the value of a label, px; `None` when it cannot be."""
    if label.field and not (fits(label.field, line.plain) or _is_date_of(label.field, line.plain)):
        return None
    if line.height > TALLEST * label.line.height and label.field not in _TALL:
        return None
    a, b = label.box, line.box
    size = max(label.line.height, line.height)
    middle = (b.y1 + b.y2) / 2
    if a.y1 < middle < a.y2 and b.x1 >= a.x2 - size:
        gap = b.x1 - a.x2
        reach = REACH_OF_ROLE if label.field in _DATE_OF else REACH_ASIDE if label.field in _TALL else REACH_BESIDE
        return gap + size if gap < reach * label.line.height else None
    drop = b.y1 - a.y2
    if middle <= a.y2 or drop > REACH_BELOW * label.line.height + 0.5 * line.height or b.x2 < a.x1:
        return None
    before, behind = max(0.0, a.x1 - b.x1), max(0.0, b.x1 - a.x2)
    if abs(a.centre[0] - b.centre[0]) < CENTRED * max(a.width, b.width):
        before = 0.0
    if max(before, behind) > REACH_ASIDE * label.line.height:
        return None
    return max(0.0, drop) + 2 * before + 0.4 * behind


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
