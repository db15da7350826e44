"""What a drawing says, as rows with their places: title block, callouts, tables.

The rows are what `schemas.py` shows as JSON and `export.py` as CSV and XLSX.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

import anyio.to_thread

from conversation import sheet_of
from drawing.callouts import Callout
from drawing.derived import Computed, computed_of
from drawing.labels import FieldName
from drawing.notation import Bound
from drawing.reading import Reading, read
from drawing.sheet import Box, Sheet, Source
from drawing.tables import Table
from drawing.title_block import Field
from drawing.workshop import Workshop
from errors import ServiceError
from log_line import short_id
from session_store import Session, SessionStore

log = logging.getLogger("drawing_service")

Kind = Literal["title_block", "callouts", "tables"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RowType = Literal["linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt", "note"]
TableRowType = Literal["bom", "revision", "notes", "other"]
RowSource = Literal["model"] | Source
#: `verified`: stands in the file's text layer; `ocr_only`: read by OCR; `not_found`: said by a model alone.
RowStatus = Literal["verified", "ocr_only", "not_found"]
Unit = Literal["mm", "in", "°", "µm"]


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
    `sign_missing`: a sign (Ø, ±, a characteristic) is drawn, not written, and was inferred.
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
    reference: bool = False
    basic: bool | None = None
    sign_missing: bool = False
    confidence: float | None = None
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table; every one of `rows` is as wide as `headers`."""

    page: int
    table_type: TableRowType
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bbox: Box | None
    source: RowSource


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of one page, in reading order. `complete` is `None` where the reading does not tell."""

    page: int
    title_block: tuple[FieldRow, ...]
    callouts: tuple[CalloutRow, ...]
    tables: tuple[TableRow, ...]
    complete: bool | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a session: `kinds` in the order of `KINDS`, one page or, with `None`, every page."""

    kinds: tuple[Kind, ...] = KINDS
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read of a session, page after page."""

    session_id: str
    filename: str
    kinds: tuple[Kind, ...]
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

    def __init__(self, store: SessionStore, workshop: Workshop) -> None:
        self._store = store
        self._workshop = workshop

    async def extract(self, session: Session, order: Order) -> Extraction:
        """One page after the other, so that a chat's reading gets its turn between two of them.

        Raises `PageNotFound`, `SessionNotFound` when the session was deleted meanwhile, and what reading raises.
        """
        began = time.perf_counter()
        sheets = session.drawing.sheets if order.page is None else (sheet_of(session, order.page),)
        try:
            pages = [await self._page(session, sheet) for sheet in sheets]
        except ServiceError:
            await self._still_there(session)
            raise
        await self._still_there(session)
        log.info(
            "Extracted %d page(s) of session %s in %.2fs", len(pages), short_id(session.id), time.perf_counter() - began
        )
        return Extraction(session.id, session.filename, order.kinds, tuple(pages))

    async def _page(self, session: Session, sheet: Sheet) -> PageRows:
        words = await self._workshop.open(session.folder, session.drawing, sheet).words()
        return await anyio.to_thread.run_sync(lambda: extract(read(words, sheet)))

    async def _still_there(self, session: Session) -> None:
        await asyncio.to_thread(self._store.open, session.id)


def kinds_of(what: str) -> tuple[Kind, ...]:
    """`title_block,callouts,tables` in any order, or `all`; `ValueError` for anything else."""
    named = {name.strip().lower() for name in what.split(",")}
    if not named <= {*KINDS, "all"}:
        raise ValueError(what)
    return KINDS if "all" in named else tuple(kind for kind in KINDS if kind in named)


def extract(reading: Reading) -> PageRows:
    """The rows of one page. A field of the title block without a value is left out."""
    unit = sheet_unit(reading)
    return PageRows(
        page=reading.sheet.page,
        title_block=tuple(_field_row(found, reading) for found in reading.fields if found.value),
        callouts=tuple(_callout_row(callout, reading, unit) for callout in reading.callouts),
        tables=tuple(_table_row(table, reading.sheet.page) for table in reading.tables),
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
        status=_status(found.source),
    )


def _callout_row(callout: Callout, reading: Reading, sheet_unit: Unit) -> CalloutRow:
    unit = _unit(callout, sheet_unit)
    return CalloutRow(
        page=reading.sheet.page,
        text=callout.text,
        type="note" if callout.type == "general_tolerance" else callout.type,
        nominal=callout.nominal,
        upper=callout.upper,
        lower=callout.lower,
        fit=callout.fit,
        quantity=callout.quantity,
        unit=unit,
        bbox=_tenths(callout.box),
        zone=reading.zone_of(callout.box),
        source=callout.source,
        status=_status(callout.source),
        limits=callout.limits,
        bound=callout.bound,
        depth=callout.depth,
        characteristic=callout.characteristic,
        datums=callout.datums,
        reference=callout.reference,
        sign_missing=callout.sign_missing,
        confidence=round(callout.confidence, 3),
        computed=_computed(callout, reading, unit),
    )


def _table_row(table: Table, page: int) -> TableRow:
    rows = tuple(tuple(cell.text for cell in row) for row in table.rows)
    return TableRow(page, table.table_type, table.headers, rows, _tenths(table.box), table.source)


def _status(source: Source) -> RowStatus:
    return "verified" if source == "text_layer" else "ocr_only"


def _tenths(box: Box) -> Box:
    """To a tenth of a pixel, as all boxes leave the service."""
    return Box(round(box.x1, 1), round(box.y1, 1), round(box.x2, 1), round(box.y2, 1))


def _computed(callout: Callout, reading: Reading, unit: Unit | None) -> Computed | None:
    """What a standard, whose tables are in millimetres, gives a callout; a fit of two classes has no one value."""
    found = computed_of(callout, reading.general_class) if unit == "mm" else ()
    return found[0] if len(found) == 1 else None


#: A note that says what dimensions are in, such as "ALL DIMENSIONS ARE IN INCHES", "Maße in mm".
_DIMENSIONS_IN = re.compile(
    r"""(?ix)\b(?:dim(?:ension)?s?|units?|measurements?|ma(?:ß|ss)e|einheit(?:en)?|abmessungen)\b
        [^.;]{0,30}?\b(?:(?P<inch>inch(?:es)?|zoll)|mm|millimet(?:er|re)s?)\b"""
)
_INCH = re.compile(r"(?i)in(?:ch(?:es)?)?\.?|zoll")
_PRINTED_UNIT = re.compile(r"\d\s?(?:(?P<mm>mm)\b|in\b|\"(?!\w))")


def sheet_unit(reading: Reading) -> Unit:
    """The unit of a sheet's dimensions: millimetres unless the sheet says otherwise (ISO 129-1)."""
    named = reading.field("unit")
    if named and named.value:
        return "in" if _INCH.fullmatch(named.value.strip()) else "mm"
    notes = (_DIMENSIONS_IN.search(block.text) for block in reading.blocks)
    return "in" if any(note and note["inch"] for note in notes) else "mm"


def _unit(callout: Callout, sheet_unit: Unit) -> Unit | None:
    """Metric threads (ISO 965-1) are named in millimetres on any sheet."""
    numbers = (*callout.sizes, callout.upper, callout.lower, callout.depth)
    if all(number is None for number in numbers):
        return None
    if callout.type == "angle":
        return "°"
    if callout.type == "roughness":
        return "µm"
    if callout.type == "thread" and callout.nominal is not None:
        return "mm"
    printed = _PRINTED_UNIT.search(callout.text)
    return sheet_unit if printed is None else "mm" if printed["mm"] else "in"
