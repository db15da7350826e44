"""What a model proposes for an extraction, held against the sheet's own lettering, which always wins.

What the sheet was read to say already is dropped. What stands in its lettering, but was not read as such, is added as
it is printed there. What does not is added as `not_found`, so that a person sees that only the model says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from drawing.callouts import Callout
from drawing.evidence import status_of
from drawing.grammar.notation import Notation, Values
from drawing.grammar.scan import scan
from drawing.grammar.units import length_unit_of
from drawing.labels import LABELS, FieldName, folded
from drawing.lines import source_of
from drawing.reading import Reading
from drawing.sheet import Box, Source, Word
from drawing.standing import Standing, Whereabouts, numbers_in
from drawing.title_forms import fits
from vision import Proposal, ProposedCallout, ProposedField, ProposedTable, RowType, TableRowType

RowSource = Literal["model"] | Source
#: `verified`: stands in the file's text layer; `ocr_only`: read by OCR; `not_found`: said by a model alone.
RowStatus = Literal["verified", "ocr_only", "not_found"]

#: A model's box may be off by this share of the sheet's longer side: the width of an image token where 2,048 show it.
BOX_SLACK = 0.02
#: Fewer characters stand on a sheet in many places, so that they tell nothing without one.
TELLING_CHARS = 4
#: A row is looked for in so many places at most.
MOST_PLACES = 10


@dataclass(frozen=True, slots=True)
class AddedField:
    """A field that the title block was not read to have. `box` in sheet pixels, `None` where nobody gave one."""

    name: FieldName
    value: str
    status: RowStatus
    source: RowSource
    box: Box | None


@dataclass(frozen=True, slots=True)
class AddedCallout:
    """A callout that the grammar did not see, mostly a number in a sentence or one that stands nowhere.

    The type is the model's; `notation` is what the grammar reads in `text` alone, if anything.
    """

    text: str
    type: RowType
    status: RowStatus
    source: RowSource
    box: Box | None
    notation: Notation | None


@dataclass(frozen=True, slots=True)
class AddedTable:
    """A table of a type that the sheet was not read to have; `rows` are as wide as `headers`.

    Cells that stand on the sheet are as printed there; `unverified_cells` counts the others, heads included. The source
    is the lettering's where there are none.
    """

    table_type: TableRowType
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: RowSource
    box: Box | None
    unverified_cells: int
    row_boxes: tuple[Box | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Additions:
    """What a proposal adds to a sheet's own reading."""

    fields: tuple[AddedField, ...] = ()
    callouts: tuple[AddedCallout, ...] = ()
    tables: tuple[AddedTable, ...] = ()


def merged(reading: Reading, proposal: Proposal) -> Additions:
    """What `proposal` adds to `reading`; plain computation, some ten milliseconds."""
    merging = _Merging(reading)
    return Additions(
        tuple(merging.fields(proposal.fields)),
        tuple(merging.callouts(proposal.callouts)),
        tuple(merging.tables(proposal.tables)),
    )


class _Merging:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lettering = Whereabouts(reading)
        self._everywhere = reading.sheet.box
        self._unit = length_unit_of(line.plain for line in reading.lines)
        self._slack = BOX_SLACK * max(reading.sheet.width, reading.sheet.height)

    def fields(self, proposed: Iterable[ProposedField]) -> Iterable[AddedField]:
        """One for each name, rather one that stands on the sheet."""
        known = {field.name for field in self._reading.fields if field.value}
        new = (self._field(field) for field in proposed if field.name not in known and _is_a_value(field))
        added: dict[FieldName, AddedField] = {}
        for field in sorted(filter(None, new), key=lambda field: field.status == "not_found"):
            added.setdefault(field.name, field)
        return added.values()

    def _field(self, field: ProposedField) -> AddedField | None:
        """`None` where all that the value could be is the entry of another field."""
        of_others = {word for other in self._reading.fields for word in other.words}
        places = self._places_of(field)
        free = next((place for place in places if not of_others.issuperset(place.words)), None)
        if free is not None:
            return AddedField(field.name, free.text, status_of(free.source), free.source, free.box)
        return None if places else AddedField(field.name, field.value, "not_found", "model", field.box)

    def _places_of(self, field: ProposedField) -> list[Standing]:
        """Where the value is seen, then where it stands in the title block, then anywhere if it is telling."""
        areas = [self._wider(box) for box in (field.box, self._reading.title_box) if box]
        areas += [self._everywhere] if _is_telling(field.value) else []
        return [place for area in areas for place in self._lettering.text(field.value, area)]

    def callouts(self, proposed: Iterable[ProposedCallout]) -> Iterator[AddedCallout]:
        """Those that stand where they were seen come first: the others may mean what is left."""
        covered: dict[Word, Callout | None] = {word: c for c in self._reading.callouts for word in c.words}
        unclaimed = list(self._reading.callouts)
        elsewhere = []
        for callout in proposed:
            place = next(iter(self._places_near(callout)), None)
            if self._is_no_dimension(callout.type, place.box if place else callout.box):
                continue
            if place is None:
                elsewhere.append(callout)
                continue
            read = [covered[word] for word in place.naming if word in covered]
            unclaimed = [c for c in unclaimed if not any(c is other for other in read)]
            if 2 * len(read) < len(place.naming):
                covered |= dict.fromkeys(place.words)
                notation = self._notation(place.text)
                yield AddedCallout(place.text, callout.type, status_of(place.source), place.source, place.box, notation)
        for callout in elsewhere:
            notation = self._notation(callout.text)
            same = next((read for read in unclaimed if _is_same(read, callout.type, notation)), None)
            if same is not None:
                unclaimed.remove(same)
            elif not self._is_read_otherwise(callout):
                yield AddedCallout(callout.text, callout.type, "not_found", "model", callout.box, notation)

    def _notation(self, text: str) -> Notation | None:
        return next(iter(scan(text, unit=self._unit)), None)

    def _is_no_dimension(self, kind: RowType, box: Box | None) -> bool:
        """Of the title block and of tables only notes and roughness count, as in `callouts_of`."""
        boxes = [table.box for table in self._reading.tables if table.table_type != "notes"]
        boxes += [self._reading.title_box] if self._reading.title_box else []
        return kind not in ("note", "roughness") and _on_any(boxes, box)

    def _is_read_otherwise(self, callout: ProposedCallout) -> bool:
        """Whether a callout was read at the very place where the model sees another one."""
        return _on_any((read.box for read in self._reading.callouts), callout.box)

    def _places_near(self, callout: ProposedCallout) -> list[Standing]:
        """Where the callout's numbers stand near its box; a telling text stands anywhere where it has none."""
        if callout.box is None:
            return self._lettering.text(callout.text, self._everywhere) if _is_telling(callout.text) else []
        area, numbers = self._wider(callout.box), numbers_in(callout.text)
        if callout.type == "note" or not numbers:
            return self._lettering.text(callout.text, area)
        sizes = _sizes(self._notation(callout.text))
        nominal = next((size for size in sizes if size in numbers), numbers[0])
        numbers.remove(nominal)
        return self._lettering.numbers(nominal, numbers, area)

    def tables(self, proposed: Iterable[ProposedTable]) -> Iterator[AddedTable]:
        known = {table.table_type for table in self._reading.tables}
        read = [table.box for table in self._reading.tables]
        return (self._table(t) for t in proposed if t.table_type not in known and not _on_any(read, t.box))

    def _table(self, table: ProposedTable) -> AddedTable:
        lines = [self._cells(row, table.box) for row in (table.headers, *table.rows)]
        printed = [
            tuple(place.text if place else cell for cell, place in zip(row, places, strict=True))
            for row, places in zip((table.headers, *table.rows), lines, strict=True)
        ]
        cells = sum(bool(cell) for row in printed for cell in row)
        words = [word for places in lines for place in places if place for word in place.words]
        unverified = cells - sum(place is not None for places in lines for place in places)
        verified = bool(words) and not unverified
        source: RowSource = source_of(words) if verified else "model"
        box = Box.around(word.box for word in words) if verified else table.box
        found = [[place.box for place in places if place] for places in lines[1:]]
        rows = tuple(Box.around(boxes) if boxes else None for boxes in found)
        return AddedTable(table.table_type, printed[0], tuple(printed[1:]), source, box, unverified, rows)

    def _cells(self, row: tuple[str, ...], box: Box | None) -> list[Standing | None]:
        """Where the cells of a row stand: at the height where most of them do, tried from the rarest cell on.

        Without a `box` of the table only telling cells are tried.
        """
        area = self._wider(box) if box else self._everywhere
        stand = [self._lettering.text(cell, area) for cell in row if box or _is_telling(cell)]
        best: list[Standing | None] = [None] * len(row)
        tried: set[Word] = set()
        for anchor in [place for places in sorted(stand, key=len) for place in places][:MOST_PLACES]:
            if tried.issuperset(anchor.words):
                continue
            level = Box(area.x1, anchor.box.y1, area.x2, anchor.box.y2)
            found = list(_each_its_own(self._level(cell, level) for cell in row))
            tried.update(word for place in found if place for word in place.words)
            best = max(best, found, key=lambda places: sum(place is not None for place in places))
        return best

    def _level(self, cell: str, level: Box) -> Iterator[Standing]:
        return (place for place in self._lettering.text(cell, level) if level.contains(*place.box.centre))

    def _wider(self, box: Box) -> Box:
        slack = self._slack
        return Box(box.x1 - slack, box.y1 - slack, box.x2 + slack, box.y2 + slack)


def _is_a_value(field: ProposedField) -> bool:
    """Whether the value has the form of one; a label is none."""
    return fits(field.name, field.value) and folded(field.value) not in LABELS


def _is_telling(text: str) -> bool:
    return sum(not char.isspace() for char in text) >= TELLING_CHARS


def _sizes(read: Values | None) -> tuple[Decimal, ...]:
    """The numbers that name a callout."""
    if read is None:
        return ()
    return read.limits or (() if read.nominal is None else (read.nominal,))


def _is_same(read: Callout, kind: RowType, notation: Notation | None) -> bool:
    """Whether a callout has the size and type of a proposed one; one without a sign may lack it (Ø is often drawn)."""
    if notation is None or _sizes(read) != _sizes(notation):
        return False
    if read.type == "roughness" or not _sizes(read):
        return read.designation == notation.designation
    return read.type in (kind, notation.type) or (read.type == "linear" and not read.marked)


def _on_any(boxes: Iterable[Box], box: Box | None) -> bool:
    """Whether the middle of `box` lies on one of `boxes`."""
    return box is not None and any(other.contains(*box.centre) for other in boxes)


def _each_its_own(choices: Iterable[Iterable[Standing]]) -> Iterator[Standing | None]:
    """The first of each choice that shares no word with one before."""
    taken: set[Word] = set()
    for places in choices:
        place = next((place for place in places if taken.isdisjoint(place.words)), None)
        taken.update(place.words if place else ())
        yield place
