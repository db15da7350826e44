"""Downloads: what a spreadsheet or a program finds in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from drawing.derived import Computed
from drawing.sheet import Box
from export import XLSX, ZIP, csv_of, disposition, stem_of, xlsx_of
from extraction import KINDS, CalloutRow, Extraction, FieldRow, PageRows, TableRow
from vision import Section

BOX = Box(467.8, 309.8, 636.9, 334.9)
FIELD = FieldRow(1, "material", "Werkstoff", "EN AW-6082", BOX, "B3", "text_layer", "verified")
CALLOUT = CalloutRow(
    1, "Ø70,50 +0,05/-0,02", "diameter", Decimal("70.50"), Decimal("0.05"), Decimal("-0.02"),
    None, 4, "mm", BOX, None, "text_layer", "verified", datums=("A", "B"),
)  # fmt: skip
BOM = TableRow(2, "bom", ("Pos.", "Benennung"), (("007", "Flansch"),), BOX, "text_layer")
REVISIONS = TableRow(2, "revision", ("Rev", "Datum", "Name"), (("A", "2026-11-23", "Meier"),), BOX, "ocr")


def extraction(
    *rows: FieldRow | CalloutRow | TableRow, kinds: tuple[Section, ...] = KINDS, name: str = "flansch.pdf"
) -> Extraction:
    page = PageRows(
        1,
        tuple(row for row in rows if isinstance(row, FieldRow)),
        tuple(row for row in rows if isinstance(row, CalloutRow)),
        tuple(row for row in rows if isinstance(row, TableRow)),
    )
    return Extraction("3f1c0a52-8d1e-4d52-9a55-0f5f7f1f2c11", name, kinds, (page,))


# CSV


def csv_rows(made: Extraction, language: Any = None) -> list[dict[str, str]]:
    content = csv_of(made, language).content.decode("utf-8-sig")
    return list(
        csv.DictReader(io.StringIO(content, newline=""), delimiter=";" if language == "de" else ",", strict=True)
    )


def test_a_csv_file_begins_with_a_byte_order_mark_and_ends_its_lines_by_rfc_4180() -> None:
    content = csv_of(extraction(FIELD, kinds=("title_block",)), None).content
    assert content.startswith(b"\xef\xbb\xbfpage,name,")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


def test_numbers_of_a_csv_file_are_as_printed() -> None:
    (row,) = csv_rows(extraction(CALLOUT, kinds=("callouts",)))
    assert (row["nominal"], row["upper"], row["lower"], row["x1"]) == ("70.50", "0.05", "-0.02", "467.8")


def test_german_gets_semicolons_and_decimal_commas() -> None:
    (row,) = csv_rows(extraction(CALLOUT, kinds=("callouts",)), "de")
    assert (row["nominal"], row["upper"], row["lower"], row["x1"]) == ("70,50", "0,05", "-0,02", "467,8")


@pytest.mark.parametrize("language", [None, "de", "en"])
@pytest.mark.parametrize("text", ['M8 "fein", 2; tief', "zwei\r\nZeilen", "Ø ± ° µ", "ohne"])
def test_any_lettering_comes_back_from_csv(text: str, language: Any) -> None:
    (row,) = csv_rows(extraction(replace(FIELD, value=text), kinds=("title_block",)), language)
    assert row["value"] == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+0,1", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", " =1", "\u00a0@x", "\ufeff=1", "﹦1"]
)
def test_lettering_that_a_spreadsheet_would_calculate_is_text_in_csv(text: str) -> None:
    (row,) = csv_rows(extraction(replace(FIELD, value=text), kinds=("title_block",)))
    assert row["value"] == f"'{text}"


def test_what_is_not_known_is_empty_in_csv() -> None:
    (row,) = csv_rows(extraction(replace(CALLOUT, bbox=None), kinds=("callouts",)))
    assert {row[name] for name in ("fit", "zone", "pitch", "limit_lower", "computed_upper", "x1")} == {""}


def test_limits_and_computed_deviations_have_columns_of_their_own() -> None:
    computed = Computed(Decimal("0.021"), Decimal(0), "ISO 286 H7")
    known = replace(CALLOUT, limits=(Decimal("5.80"), Decimal("5.85")), computed=computed)
    (row,) = csv_rows(extraction(known, kinds=("callouts",)))
    assert [row[name] for name in ("limit_lower", "limit_upper", "computed_upper", "computed_lower")] == [
        "5.80", "5.85", "0.021", "0",
    ]  # fmt: skip


def test_every_line_of_tables_names_its_table_and_its_row() -> None:
    lines = csv_of(extraction(BOM, REVISIONS, kinds=("tables",)), None).content.decode("utf-8-sig").splitlines()
    assert lines == [
        "table,page,table_type,row,cell_1,cell_2,cell_3",
        "1,2,bom,0,Pos.,Benennung,",
        "1,2,bom,1,007,Flansch,",
        "2,2,revision,0,Rev,Datum,Name",
        "2,2,revision,1,A,2026-11-23,Meier",
    ]


def test_one_kind_is_a_csv_file_by_its_name() -> None:
    made = csv_of(extraction(FIELD, kinds=("callouts",)), None)
    assert (made.filename, made.media_type) == ("flansch_callouts.csv", "text/csv; charset=utf-8")


def test_several_kinds_are_csv_files_in_an_archive() -> None:
    made = csv_of(extraction(FIELD, kinds=("title_block", "tables")), None)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == ["title_block.csv", "tables.csv"]
        assert archive.read("title_block.csv") == csv_of(extraction(FIELD, kinds=("title_block",)), None).content
    assert (made.filename, made.media_type) == ("flansch.zip", ZIP)


# XLSX

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook(made: Extraction, language: Any = "de") -> dict[str, list[list[str | float | bool]]]:
    """The sheets by name, as lists of rows; a cell without a value is left out. Formulas are none of it."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of(made, language).content)) as archive:
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if ".xml" in name}
    strings = []
    if "xl/sharedStrings.xml" in parts:
        strings = ["".join(si.itertext()) for si in parts["xl/sharedStrings.xml"]]
    names = [str(sheet.get("name")) for sheet in parts["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    return {
        name: [
            [_value(cell, strings) for cell in row if len(cell)]
            for row in parts[f"xl/worksheets/sheet{number}.xml"].iter(f"{MAIN}row")
        ]
        for number, name in enumerate(names, 1)
    }


def _value(cell: ElementTree.Element, strings: list[str]) -> str | float | bool:
    assert cell.find(f"{MAIN}f") is None
    value = str(cell.findtext(f"{MAIN}v"))
    kind = cell.get("t", "n")
    return strings[int(value)] if kind == "s" else value == "1" if kind == "b" else float(value)


@pytest.mark.parametrize(
    ("language", "names"),
    [("de", ["Schriftfeld", "Maße", "Tabellen"]), ("en", ["Title block", "Callouts", "Tables"])],
)
def test_a_workbook_has_a_sheet_for_each_kind_in_the_language_asked_for(language: str, names: list[str]) -> None:
    assert list(workbook(extraction(), language)) == names


def test_a_workbook_has_no_sheet_that_was_not_asked_for() -> None:
    assert list(workbook(extraction(FIELD, CALLOUT, kinds=("callouts",)))) == ["Maße"]


def test_numbers_of_a_workbook_are_numbers() -> None:
    _, row = workbook(extraction(CALLOUT, kinds=("callouts",)))["Maße"]
    assert row[:7] == [1, "Ø70,50 +0,05/-0,02", "diameter", 4, 70.5, 0.05, -0.02]


def test_a_number_of_a_workbook_shows_the_decimals_that_were_printed() -> None:
    content = xlsx_of(extraction(CALLOUT, kinds=("callouts",)), "de").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    (style,) = (cell.get("s") for cell in sheet.iter(f"{MAIN}c") if cell.get("r") == "E2")
    number_format = next(iter(styles.iter(f"{MAIN}cellXfs")))[int(str(style))].get("numFmtId")
    codes = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{MAIN}numFmt")}
    assert codes[number_format] == "0.00"


@pytest.mark.parametrize("text", ["=1+1", "+0,1", "-", "@SUM(A1)", "http://x.example/", "007", "{=1}", "Ø ± ° µ"])
def test_lettering_of_a_workbook_is_text(text: str) -> None:
    _, row = workbook(extraction(replace(FIELD, value=text), kinds=("title_block",)))["Schriftfeld"]
    assert row[3] == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ufffeb", "a\uffffb"])
def test_characters_that_xml_does_not_allow_leave_a_workbook_readable(text: str) -> None:
    _, row = workbook(extraction(replace(FIELD, value=text), kinds=("title_block",)))["Schriftfeld"]
    assert re.fullmatch("a(�|_x00..._?)b".replace("...", r"[0-9A-F]{2}"), str(row[3]))


def test_a_text_longer_than_a_cell_is_cut_not_dropped() -> None:
    _, row = workbook(extraction(replace(FIELD, value="x" * 40_000), kinds=("title_block",)))["Schriftfeld"]
    assert len(str(row[3])) == 32_767


def test_tables_stand_below_each_other_with_their_names_and_heads() -> None:
    assert workbook(extraction(BOM, REVISIONS, kinds=("tables",)))["Tabellen"] == [
        ["Stückliste, Seite 2"],
        ["Pos.", "Benennung"],
        ["007", "Flansch"],
        ["Änderungstabelle, Seite 2"],
        ["Rev", "Datum", "Name"],
        ["A", "2026-11-23", "Meier"],
    ]


def test_a_workbook_is_named_after_the_drawing() -> None:
    made = xlsx_of(extraction(), "de")
    assert (made.filename, made.media_type) == ("flansch.xlsx", XLSX)


# Names


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("flansch.pdf", "flansch"),
        ("Gehäuse.v2.PDF", "Gehäuse.v2"),
        ('a"b;c.pdf', "a_b;c"),
        ("a\r\nSet-Cookie: x.pdf", "a__Set-Cookie_ x"),
        (".htaccess", "htaccess"),
        ("...", "drawing"),
        ("C:\\x.pdf", "C__x"),
    ],
)
def test_a_download_is_named_by_what_any_system_takes(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_a_name_is_told_in_full_and_in_ascii() -> None:
    told = disposition("Gehäuse 2.csv")
    assert told == "attachment; filename=\"Gehause 2.csv\"; filename*=UTF-8''Geh%C3%A4use%202.csv"


def test_a_download_is_taken_for_nothing_else() -> None:
    assert csv_of(extraction(), None).headers["X-Content-Type-Options"] == "nosniff"
