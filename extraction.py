"""What a drawing says, as rows with their places: title block, callouts, tables.

The rows are what `schemas.py` shows as JSON and `export.py` as CSV and XLSX.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import get_args

import anyio.to_thread

from conversation import sheet_of
from drawing.callouts import Callout, unit_of
from drawing.derived import Computed, computed_of
from drawing.evidence import status_of
from drawing.grammar.notation import Bound, Notation, Unit, Values
from drawing.labels import FieldName
from drawing.lines import place_of
from drawing.reading import Reading
from drawing.sheet import Box, Sheet
from drawing.tables import Table
from drawing.title_block import Field
from drawing.workshop import Workshop
from errors import EngineUnavailable, ServiceError
from log_line import short_id
from merging import AddedCallout, AddedField, AddedTable, Additions, RowSource, RowStatus, merged
from session_store import Session, SessionStore
from settings import Settings
from vision import Proposal, RowType, Section, SheetOnTheDesk, TableRowType, VisionEngine

log = logging.getLogger("drawing_service")

KINDS: tuple[Section, ...] = get_args(Section)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the title block; `label` is empty where the value was known by its form."""

    page: int
    name: FieldName
    label: str
    value: str
    bbox: Box | None
    zone: str | None
    source: RowSource
    status: RowStatus


@dataclass(frozen=True, slots=True)
class CalloutRow:
    """A callout; `bbox` in sheet pixels, `None` for what is not known.

    `unit` is that of nominal, deviations, limits, depth and pitch. `upper` and `lower` are printed deviations, `limits`
    printed limits (lower, upper); `computed` follows from a standard and stands nowhere. `basic`: theoretically exact.
    `sign_missing`: a sign (Ø, ±, a characteristic) is drawn, not written, and was inferred. `lettering_mm` is the
    height of its tallest word on paper.
    """

    page: int
    text: str
    type: RowType
    nominal: Decimal | None
    upper: Decimal | None
    lower: Decimal | None
    fit: str | None
    quantity: int
    unit: Unit | None
    bbox: Box | None
    zone: str | None
    source: RowSource
    status: RowStatus
    limits: tuple[Decimal, Decimal] | None = None
    bound: Bound | None = None
    depth: Decimal | None = None
    pitch: Decimal | None = None
    characteristic: str | None = None
    datums: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    reference: bool = False
    basic: bool = False
    sign_missing: bool = False
    confidence: float | None = None
    lettering_mm: float | None = None
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table; every one of `rows` is as wide as `headers`. `unverified_cells` are those that only a model says.

    `row_boxes` is where each row stands, `None` for one of which no cell was read.
    """

    page: int
    table_type: TableRowType
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bbox: Box | None
    source: RowSource
    unverified_cells: int = 0
    row_boxes: tuple[Box | None, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of one page, in reading order. `complete`: nothing was left out for want of time or room; `proposed`: a
    model looked at the page, too.
    """

    page: int
    title_block: tuple[FieldRow, ...]
    callouts: tuple[CalloutRow, ...]
    tables: tuple[TableRow, ...]
    complete: bool = True
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a session: `kinds` in the order of `KINDS`, one page or, with `None`, every page."""

    kinds: tuple[Section, ...] = KINDS
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read of a session, page after page."""

    session_id: str
    filename: str
    kinds: tuple[Section, ...]
    pages: tuple[PageRows, ...] = field(default=())

    @property
    def title_block(self) -> list[FieldRow]:
        return [row for page in self.pages for row in page.title_block]

    @property
    def callouts(self) -> list[CalloutRow]:
        return [row for page in self.pages for row in page.callouts]

    @property
    def tables(self) -> list[TableRow]:
        return [row for page in self.pages for row in page.tables]


class Extractor:
    """Reads sessions into rows; owns nothing.

    Reading changes nothing of a session, so it takes no lock: no chat waits for it, and it waits for no chat.
    """

    def __init__(self, engine: VisionEngine, store: SessionStore, workshop: Workshop, settings: Settings) -> None:
        self._engine = engine
        self._store = store
        self._workshop = workshop
        self._timeout_s = settings.chat_timeout_s

    async def extract(self, session: Session, order: Order, request_id: str) -> Extraction:
        """One page after the other, so that a chat's reading gets its turn between two of them.

        Raises `PageNotFound`, `SessionNotFound` when the session was deleted meanwhile, and what reading raises.
        """
        began = time.perf_counter()
        sheets = session.drawing.sheets if order.page is None else (sheet_of(session, order.page),)
        try:
            pages = [await self._page(session, sheet, order, f"{request_id}-{sheet.page}") for sheet in sheets]
        except ServiceError:
            await self._still_there(session)
            raise
        await self._still_there(session)
        log.info(
            "Extracted %d page(s) of session %s in %.2fs", len(pages), short_id(session.id), time.perf_counter() - began
        )
        return Extraction(session.id, session.filename, order.kinds, tuple(pages))

    async def _page(self, session: Session, sheet: Sheet, order: Order, request_id: str) -> PageRows:
        desk = self._workshop.open(session.folder, session.drawing, sheet)
        proposal = await self._proposal(desk, request_id, order.kinds)
        known = await desk.read()
        rows = await anyio.to_thread.run_sync(extract, known.reading, proposal)
        return replace(rows, complete=rows.complete and known.complete)

    async def _proposal(self, desk: SheetOnTheDesk, request_id: str, kinds: tuple[Section, ...]) -> Proposal | None:
        """What the engine sees; without it the sheet's own lettering is the extraction, and says so (`proposed`)."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._engine.propose(desk, request_id, frozenset(kinds))
        except (EngineUnavailable, TimeoutError) as error:
            log.warning("extraction without the model: %s", type(error).__name__)
            return None

    async def _still_there(self, session: Session) -> None:
        await asyncio.to_thread(self._store.open, session.id, session.owner)


def kinds_of(what: str) -> tuple[Section, ...]:
    """`title_block,callouts,tables` in any order, or `all`; `ValueError` for anything else."""
    named = {name.strip().lower() for name in what.split(",")}
    if not named <= {*KINDS, "all"}:
        raise ValueError(what)
    return KINDS if "all" in named else tuple(kind for kind in KINDS if kind in named)


def extract(reading: Reading, proposal: Proposal | None = None) -> PageRows:
    """The rows of one page, those that a model adds behind the sheet's own. An empty field is left out."""
    page = reading.sheet.page
    added = merged(reading, proposal) if proposal else Additions()
    fields = (_field_row(found, reading) for found in reading.fields if found.value)
    callouts = (_callout_row(callout, reading) for callout in reading.callouts)
    tables = (_table_row(table, page) for table in reading.tables)
    return PageRows(
        page=page,
        title_block=(*fields, *(_added_field(field, reading) for field in added.fields)),
        callouts=(*callouts, *(_added_callout(callout, reading) for callout in added.callouts)),
        tables=(*tables, *(_added_table(table, page) for table in added.tables)),
        complete=proposal is None or proposal.complete,
        proposed=proposal is not None,
    )


def _field_row(found: Field, reading: Reading) -> FieldRow:
    return FieldRow(
        page=reading.sheet.page,
        name=found.name,
        label=found.label,
        value=found.value,
        bbox=_tenths(found.box),
        zone=reading.zone_of(found.box),
        source=found.source,
        status=status_of(found.source),
    )


def _callout_row(callout: Callout, reading: Reading) -> CalloutRow:
    return CalloutRow(
        page=reading.sheet.page,
        text=callout.text,
        type="note" if callout.type == "general_tolerance" else callout.type,
        nominal=callout.nominal,
        upper=callout.upper,
        lower=callout.lower,
        fit=callout.fit,
        quantity=callout.quantity,
        unit=callout.unit if _has_numbers(callout) else None,
        bbox=_tenths(callout.box),
        zone=reading.zone_of(callout.box),
        source=callout.source,
        status=status_of(callout.source),
        limits=callout.limits,
        bound=callout.bound,
        depth=callout.depth,
        pitch=callout.pitch,
        characteristic=callout.characteristic,
        datums=callout.datums,
        modifiers=callout.modifiers,
        reference=callout.reference,
        basic=callout.exact,
        sign_missing=callout.sign_missing,
        confidence=round(callout.confidence, 3),
        lettering_mm=_lettering_mm(callout, reading.sheet),
        computed=_computed(callout, reading),
    )


def _table_row(table: Table, page: int) -> TableRow:
    rows = tuple(tuple(cell.text for cell in row) for row in table.rows)
    boxes = tuple(_around(cell.box for cell in row) for row in table.rows)
    return TableRow(page, table.table_type, table.headers, rows, _tenths(table.box), table.source, row_boxes=boxes)


def _around(boxes: Iterable[Box | None]) -> Box | None:
    known = [box for box in boxes if box is not None]
    return _tenths(Box.around(known)) if known else None


def _tenths(box: Box) -> Box:
    """To a tenth of a pixel, as all boxes leave the service."""
    return Box(round(box.x1, 1), round(box.y1, 1), round(box.x2, 1), round(box.y2, 1))


def _computed(callout: Callout, reading: Reading) -> Computed | None:
    """What a standard gives a callout; a fit of two classes has no one value."""
    found = computed_of(callout, reading.general_class)
    return found[0] if len(found) == 1 else None


def _lettering_mm(callout: Callout, sheet: Sheet) -> float | None:
    """The height of its tallest word on paper, to a tenth."""
    tallest = max(place_of(word, word.direction).height for word in callout.words)
    height = sheet.millimetres(tallest)
    return None if height is None else round(height, 1)


def _has_numbers(callout: Callout) -> bool:
    numbers = (*callout.sizes, callout.upper, callout.lower, callout.depth)
    return any(number is not None for number in numbers)


def _added_field(field: AddedField, reading: Reading) -> FieldRow:
    page, zone = reading.sheet.page, _zone(field.box, reading)
    return FieldRow(page, field.name, "", field.value, _placed(field.box), zone, field.source, field.status)


def _added_callout(callout: AddedCallout, reading: Reading) -> CalloutRow:
    values = callout.notation or Values(type="note")
    return CalloutRow(
        page=reading.sheet.page,
        text=callout.text,
        type=callout.type,
        nominal=values.nominal,
        upper=values.upper,
        lower=values.lower,
        fit=values.fit,
        quantity=values.quantity,
        unit=unit_of(values, reading.unit) if isinstance(values, Notation) else None,
        bbox=_placed(callout.box),
        zone=_zone(callout.box, reading),
        source=callout.source,
        status=callout.status,
        limits=values.limits,
        bound=values.bound,
        depth=values.depth,
        pitch=values.pitch,
        characteristic=values.characteristic,
        datums=values.datums,
        modifiers=values.modifiers,
        reference=values.reference,
    )


def _added_table(table: AddedTable, page: int) -> TableRow:
    box = _placed(table.box)
    boxes = tuple(_placed(each) for each in table.row_boxes)
    return TableRow(page, table.table_type, table.headers, table.rows, box, table.source, table.unverified_cells, boxes)


def _placed(box: Box | None) -> Box | None:
    return _tenths(box) if box else None


def _zone(box: Box | None, reading: Reading) -> str | None:
    return reading.zone_of(box) if box else None
