"""Rows out of lettering, and out of sessions."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from drawing.derived import Computed
from drawing.folder import original
from drawing.read_sheet import ReadSheet
from drawing.reading import read
from drawing.sheet import Box, Word
from drawing.workshop import OpenSheet, Workshop
from embedded_reader import EmbeddedReader
from errors import DecodeTimeout, PageNotFound, SessionNotFound
from extraction import KINDS, CalloutRow, Extraction, Extractor, Order, PageRows, extract, kinds_of
from qwen_vision_service import QwenVisionService
from session_store import Session, SessionStore
from settings import Settings
from tests import sheets
from tests.factories import settings
from tests.lettered import SCAN, lettered, reading, table, title_block
from vision import Proposal, ProposedCallout, ProposedField, ProposedTable


def rows(*laid: list[Word]) -> PageRows:
    return extract(reading(*laid))


def callout(text: str, *more: list[Word]) -> CalloutRow:
    (row,) = rows(lettered(text), *more).callouts
    return row


# What is asked for


@pytest.mark.parametrize("what", ["all", "ALL", "tables,all", "tables, callouts ,title_block"])
def test_every_kind_can_be_asked_for_at_once(what: str) -> None:
    assert kinds_of(what) == KINDS


def test_kinds_come_in_one_order_and_once() -> None:
    assert kinds_of("tables,title_block,tables") == ("title_block", "tables")


@pytest.mark.parametrize("what", ["", ",", "callouts,", "dimensions", "callouts tables"])
def test_an_unknown_kind_is_refused(what: str) -> None:
    with pytest.raises(ValueError):
        kinds_of(what)


# Title block


def test_a_field_carries_its_label_its_value_and_its_place() -> None:
    (field,) = (f for f in rows(title_block(number="FL-4711", scale="1:2")).title_block if f.name == "drawing_number")
    assert (field.label, field.value, field.source, field.status) == (
        "Zeichnungsnummer", "FL-4711", "text_layer", "verified",
    )  # fmt: skip
    assert field.bbox is not None and field.bbox.contains(1850, 1386)


def test_a_field_without_a_value_is_left_out() -> None:
    names = {field.name for field in rows(title_block(number="FL-4711")).title_block}
    assert names == {"drawing_number"}


# Callouts


def test_a_callout_carries_its_numbers_as_printed() -> None:
    row = callout("4x Ø9,140 ±0,02")
    assert (row.type, row.quantity, str(row.nominal), str(row.upper), str(row.lower)) == (
        "diameter", 4, "9.140", "0.02", "-0.02",
    )  # fmt: skip


def test_places_are_told_to_a_tenth_of_a_pixel() -> None:
    (row,) = rows(lettered("Ø70,50", 300.04, 1000)).callouts
    assert row.bbox == Box(300.0, 986.0, 417.6, 1014.0)


def test_a_callout_is_told_its_zone_of_the_frame() -> None:
    top = [lettered(str(8 - n), 300 + 250 * n, 60) for n in range(8)]
    left = [lettered("FEDCBA"[n], 60, 200 + 220 * n) for n in range(6)]
    (row,) = rows(*top, *left, lettered("Ø70,50", 1010, 640)).callouts
    assert row.zone == "D5"


def test_what_was_read_by_ocr_is_not_called_verified() -> None:
    read = extract(reading(lettered("Ø70,50", source="ocr", confidence=0.9312), sheet=SCAN))
    (row,) = read.callouts
    assert (row.source, row.status, row.confidence) == ("ocr", "ocr_only", 0.931)


def test_the_deviations_of_a_fit_are_computed_never_printed() -> None:
    row = callout("Ø20 H7")
    assert (row.fit, row.upper, row.lower) == ("H7", None, None)
    assert row.computed == Computed(Decimal("0.021"), Decimal(0), "ISO 286 H7")


def test_a_size_without_tolerance_has_the_limits_of_the_sheets_general_tolerance() -> None:
    (row,) = (row for row in rows(lettered("Ø70,50"), lettered("ISO 2768-mK", 300, 1500)).callouts if row.nominal)
    assert row.computed == Computed(Decimal("0.3"), Decimal("-0.3"), "ISO 2768-m")


def test_a_fit_of_two_classes_has_no_deviations_of_its_own() -> None:
    row = callout("Ø20 H7/g6")
    assert (row.fit, row.computed) == ("H7/g6", None)


def test_limits_stand_in_place_of_a_nominal() -> None:
    row = callout("Ø5,80-5,85")
    assert (row.nominal, row.limits) == (None, (Decimal("5.80"), Decimal("5.85")))


def test_a_general_tolerance_is_a_note() -> None:
    row = callout("ISO 2768-mK")
    assert (row.type, row.text, row.unit) == ("note", "ISO 2768-mK", None)


def test_a_feature_control_frame_names_its_characteristic_and_datums() -> None:
    row = callout("⊥ 0,02 A B")
    assert (row.type, row.characteristic, row.datums) == ("gdt", "perpendicularity", ("A", "B"))


def test_the_height_of_the_lettering_is_told_in_millimetres() -> None:
    assert callout("Ø70,50").lettering_mm == 3.6  # 28 px at 200 dpi


def test_on_a_raster_without_a_scale_the_height_is_not_known() -> None:
    (row,) = extract(read(lettered("Ø70,50"), replace(SCAN, dpi=None))).callouts
    assert row.lettering_mm is None


def test_a_theoretically_exact_dimension_is_basic() -> None:
    (row,) = rows([replace(word, framed=True) for word in lettered("50")]).callouts
    assert row.basic


def test_a_reference_dimension_is_marked() -> None:
    assert callout("(25,5)").reference


@pytest.mark.parametrize(
    ("text", "unit"),
    [("Ø70,50", "mm"), ("45°", "°"), ("Ra 1,6", "µm"), ("M8x1.25-6H", "mm"), ("G1/2", None), ("⊥ 0,02 A", "mm")],
)
def test_a_callout_names_the_unit_of_its_numbers(text: str, unit: str | None) -> None:
    assert callout(text).unit == unit


INCHES = lettered("ALL DIMENSIONS ARE IN INCHES", 300, 1500)


@pytest.mark.parametrize(
    ("text", "unit"), [("Ø2.500", "in"), ("12.7 mm", "mm"), ("M8x1.25", "mm"), ("45°", "°"), ("Ra 63", "µin")]
)
def test_on_an_inch_sheet_lengths_are_inches(text: str, unit: str) -> None:
    assert callout(text, INCHES).unit == unit


def test_tables_in_millimetres_compute_nothing_on_an_inch_sheet() -> None:
    assert callout("Ø2.500 H7", INCHES).computed is None


@pytest.mark.parametrize(
    ("note", "unit"),
    [
        ("Maße in Zoll", "in"),
        ("UNLESS OTHERWISE SPECIFIED DIMENSIONS ARE IN INCHES", "in"),
        ("Units: in", "in"),
        ("Dimensions in mm", "mm"),
        ("DIMENSIONS ARE IN MILLIMETERS [INCHES]", "mm"),
        ("Rohr 1 Zoll", "mm"),
        ("1 INCH PIPE", "mm"),
    ],
)
def test_a_sheet_is_in_millimetres_unless_it_says_otherwise(note: str, unit: str) -> None:
    assert reading(lettered(note, 300, 1500)).unit == unit


# Tables


def test_a_table_carries_its_heads_and_rows() -> None:
    words = table([["Pos.", "Menge", "Benennung"], ["1", "2", "Flansch"], ["2", "4", "Schraube"]], [300, 450, 650])
    (found,) = rows(words).tables
    assert (found.table_type, found.headers) == ("bom", ("Pos.", "Menge", "Benennung"))
    assert found.rows == (("1", "2", "Flansch"), ("2", "4", "Schraube"))


def test_a_table_tells_where_its_rows_stand() -> None:
    words = table([["Pos.", "Menge", "Benennung"], ["1", "2", "Flansch"], ["2", "4", "Schraube"]], [300, 450, 650])
    (found,) = rows(words).tables
    first, second = found.row_boxes
    assert first and second and found.bbox
    assert found.bbox.y1 < first.y1 < first.y2 < second.y1 < second.y2 <= found.bbox.y2


# Sessions


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    made = SessionStore(tmp_path / "sessions", ttl_s=3600)
    made.prepare()
    return made


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    made = Workshop(settings(tmp_path))
    yield made
    await made.close()


async def session_of(store: SessionStore, workshop: Workshop, content: bytes) -> Session:
    staged = store.stage()
    store.write(original(staged), io.BytesIO(content))
    return store.publish(staged, "flansch.pdf", await workshop.survey(staged))


async def extracted(store: SessionStore, workshop: Workshop, session: Session, order: Order) -> Extraction:
    return await Extractor(EmbeddedReader(), store, workshop, Settings()).extract(session, order, "test")


async def test_every_page_is_read_unless_one_is_named(store: SessionStore, workshop: Workshop) -> None:
    session = await session_of(store, workshop, sheets.pdf(pages=3))
    extraction = await extracted(store, workshop, session, Order())
    assert [page.page for page in extraction.pages] == [1, 2, 3]


async def test_rows_of_a_page_name_that_page(store: SessionStore, workshop: Workshop) -> None:
    lettering = ((0.3, 0.3, "Ø70,50 ±0,05"), *((0.1 + 0.1 * n, 0.6, f"{n}0,5") for n in range(1, 9)))
    session = await session_of(store, workshop, sheets.pdf(pages=2, lettering=lettering))
    extraction = await extracted(store, workshop, session, Order(page=1))
    assert {row.page for row in extraction.callouts} == {1}


async def test_a_page_that_is_not_there_is_refused(store: SessionStore, workshop: Workshop) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    with pytest.raises(PageNotFound):
        await extracted(store, workshop, session, Order(page=2))


async def test_a_session_is_read_while_a_chat_holds_it(store: SessionStore, workshop: Workshop) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    async with store.locked(session, wait_s=1):
        extraction = await extracted(store, workshop, session, Order())
    assert "Ø70,50 ±0,05" in [row.text for row in extraction.callouts]


async def test_a_session_deleted_before_its_reading_is_not_called_unreadable(
    store: SessionStore, workshop: Workshop
) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    store.delete(session.id)
    with pytest.raises(SessionNotFound):
        await extracted(store, workshop, session, Order())


async def test_a_session_deleted_during_its_reading_is_gone(
    store: SessionStore, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    read = OpenSheet.read

    async def read_and_then_a_delete(opened: OpenSheet) -> ReadSheet:
        found = await read(opened)
        store.delete(session.id)
        return found

    monkeypatch.setattr(OpenSheet, "read", read_and_then_a_delete)
    with pytest.raises(SessionNotFound):
        await extracted(store, workshop, session, Order())


async def test_a_reading_that_takes_too_long_is_told(store: SessionStore, workshop: Workshop, tmp_path: Path) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    hurried = Workshop(settings(tmp_path, reading_timeout_s=0.01))
    with pytest.raises(DecodeTimeout):
        await extracted(store, hurried, session, Order())


async def test_a_model_that_is_not_there_leaves_the_sheets_own_reading(store: SessionStore, workshop: Workshop) -> None:
    session = await session_of(store, workshop, sheets.pdf())
    not_started = QwenVisionService(Settings())
    extraction = await Extractor(not_started, store, workshop, Settings()).extract(session, Order(), "test")
    assert [page.proposed for page in extraction.pages] == [False]
    assert "Ø70,50 ±0,05" in [row.text for row in extraction.callouts]


# What a model adds


def proposed(**parts: object) -> PageRows:
    return extract(reading(lettered("Ø70,50 ±0,05"), title_block(title="Welle")), Proposal(**parts))  # type: ignore[arg-type]


def test_a_callout_that_only_the_model_says_is_not_found() -> None:
    *_, row = proposed(callouts=(ProposedCallout("R7,5", "radius", Box(10, 10, 60, 30)),)).callouts
    assert (row.text, row.nominal, row.source, row.status) == ("R7,5", Decimal("7.5"), "model", "not_found")


def test_a_callout_that_the_sheet_has_is_not_repeated() -> None:
    rows = proposed(callouts=(ProposedCallout("Ø70.5", "diameter", None),)).callouts
    assert [row.text for row in rows] == ["Ø70,50 ±0,05"]


def test_the_sheets_field_wins() -> None:
    rows = proposed(fields=(ProposedField("title", "Achse", None),)).title_block
    assert [row.value for row in rows if row.name == "title"] == ["Welle"]


def test_a_field_that_only_the_model_says_is_not_found() -> None:
    *_, row = proposed(fields=(ProposedField("mass", "3,2 kg", None),)).title_block
    assert (row.name, row.value, row.source, row.status) == ("mass", "3,2 kg", "model", "not_found")


def test_a_table_tells_how_many_cells_only_the_model_says() -> None:
    (table,) = proposed(tables=(ProposedTable("bom", ("Pos", "Name"), (("1", "Bolzen"),), None),)).tables
    assert (table.source, table.unverified_cells) == ("model", 4)
    assert table.row_boxes == (None,)


def test_a_proposal_that_was_cut_off_makes_no_complete_page() -> None:
    assert not proposed(complete=False).complete
