"""What was read of a drawing as a file to download: CSV (RFC 4180) or XLSX (ECMA-376).

Lettering comes from strangers' drawings, so no cell can become a formula: in XLSX all of it is written as strings; in
CSV a text that a spreadsheet would calculate gets an apostrophe before it (OWASP, *CSV injection*). Numbers stay
numbers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import quote

import xlsxwriter

from extraction import CalloutRow, Extraction, TableRow
from language import Language
from vision import Section

Format = Literal["json", "csv", "xlsx"]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

Cell = str | bool | int | float | Decimal | None
#: What spreadsheets take for the beginning of a formula (OWASP): wide and small forms, line breaks and blanks that an
#: import may trim included.
FORMULA = re.compile(r"[\t\r\n]|[\s\u200b\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]")
#: Characters of an Excel cell; what is longer would be dropped whole.
CELL_CHARS = 32_767
#: Not allowed in XML 1.0, and not escaped by the library; a spreadsheet refuses the whole file.
NOT_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
#: Pixels of a column that shows a long text.
WIDEST_COLUMN_PX = 400


@dataclass(frozen=True, slots=True)
class Download:
    content: bytes
    media_type: str
    filename: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Disposition": disposition(self.filename), "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Column:
    """`name` heads the column in CSV, `de` and `en` in XLSX."""

    name: str
    de: str
    en: str
    value: Callable[[Any], Cell]


def _column(name: str, de: str, en: str) -> Column:
    return Column(name, de, en, attrgetter(name))


def _edge(name: str) -> Column:
    return Column(name, f"{name} (px)", f"{name} (px)", lambda row: getattr(row.bbox, name, None))


def _limit(at: int) -> Callable[[CalloutRow], Cell]:
    return lambda row: row.limits[at] if row.limits else None


def _computed(name: str) -> Callable[[CalloutRow], Cell]:
    return lambda row: getattr(row.computed, name, None)


PLACE = (
    _column("zone", "Feld", "Zone"),
    _column("source", "Quelle", "Source"),
    _column("status", "Status", "Status"),
)
EDGES = tuple(_edge(name) for name in ("x1", "y1", "x2", "y2"))
COLUMNS: dict[Section, tuple[Column, ...]] = {
    "title_block": (
        _column("page", "Seite", "Page"),
        _column("name", "Schlüssel", "Key"),
        _column("label", "Beschriftung", "Label"),
        _column("value", "Wert", "Value"),
        *PLACE,
        *EDGES,
    ),
    "callouts": (
        _column("page", "Seite", "Page"),
        _column("text", "Text", "Text"),
        _column("type", "Art", "Type"),
        _column("quantity", "Anzahl", "Quantity"),
        _column("nominal", "Nennmaß", "Nominal"),
        _column("upper", "Oberes Abmaß", "Upper deviation"),
        _column("lower", "Unteres Abmaß", "Lower deviation"),
        Column("limit_lower", "Mindestmaß", "Lower limit", _limit(0)),
        Column("limit_upper", "Höchstmaß", "Upper limit", _limit(1)),
        _column("fit", "Passung", "Fit"),
        _column("unit", "Einheit", "Unit"),
        _column("bound", "Grenze", "Bound"),
        _column("depth", "Tiefe", "Depth"),
        _column("pitch", "Steigung", "Pitch"),
        _column("characteristic", "Geometrische Eigenschaft", "Characteristic"),
        Column("datums", "Bezüge", "Datums", lambda row: " ".join(row.datums) or None),
        _column("reference", "Hilfsmaß", "Reference"),
        _column("basic", "Theoretisch genau", "Basic"),
        _column("sign_missing", "Zeichen erschlossen", "Sign inferred"),
        Column("computed_upper", "Berechnet: oberes Abmaß", "Computed: upper deviation", _computed("upper")),
        Column("computed_lower", "Berechnet: unteres Abmaß", "Computed: lower deviation", _computed("lower")),
        Column("computed_standard", "Berechnet nach", "Computed from", _computed("standard")),
        *PLACE,
        _column("confidence", "Lesesicherheit", "Confidence"),
        *EDGES,
    ),
    "tables": (),
}
SHEET_NAMES: dict[Section, dict[Language, str]] = {
    "title_block": {"de": "Schriftfeld", "en": "Title block"},
    "callouts": {"de": "Maße", "en": "Callouts"},
    "tables": {"de": "Tabellen", "en": "Tables"},
}
TABLE_NAMES: dict[str, dict[Language, str]] = {
    "bom": {"de": "Stückliste", "en": "Bill of materials"},
    "revision": {"de": "Änderungstabelle", "en": "Revisions"},
    "notes": {"de": "Hinweise", "en": "Notes"},
    "other": {"de": "Tabelle", "en": "Table"},
}
PAGE_WORDS: dict[Language, str] = {"de": "Seite", "en": "page"}


def csv_of(extraction: Extraction, language: Language | None) -> Download:
    """One kind as a CSV file, several as CSV files in a ZIP archive.

    German gets semicolons and decimal commas, as a German Excel reads them; anyone else RFC 4180's commas, and points.
    """
    made = {kind: _csv(_grid(extraction, kind), german=language == "de") for kind in extraction.kinds}
    stem = stem_of(extraction.filename)
    if len(made) == 1:
        ((kind, content),) = made.items()
        return Download(content, CSV, f"{stem}_{kind}.csv")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for kind, content in made.items():
            target.writestr(f"{kind}.csv", content)
    return Download(archive.getvalue(), ZIP, f"{stem}.zip")


def _grid(extraction: Extraction, kind: Section) -> list[list[Cell]]:
    """The rows of one kind below a row of names, all of one width."""
    if kind == "tables":
        return _table_grid(extraction.tables)
    columns = COLUMNS[kind]
    rows = _rows(extraction, kind)
    return [[column.name for column in columns], *([column.value(row) for column in columns] for row in rows)]


def _rows(extraction: Extraction, kind: Section) -> Sequence[object]:
    return extraction.title_block if kind == "title_block" else extraction.callouts


def _table_grid(tables: Sequence[TableRow]) -> list[list[Cell]]:
    """All tables in one: each line names its table, page, type and row; row 0 are the heads."""
    width = max((len(table.headers) for table in tables), default=0)
    grid: list[list[Cell]] = [["table", "page", "table_type", "row", *(f"cell_{n + 1}" for n in range(width))]]
    for number, table in enumerate(tables, 1):
        for row, cells in enumerate((table.headers, *table.rows)):
            padding = [""] * (width - len(cells))
            grid.append([number, table.page, table.table_type, row, *cells, *padding])
    return grid


def _csv(grid: Sequence[Sequence[Cell]], german: bool) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes it for Windows-1252."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerows([_printed(cell, german) for cell in row] for row in grid)
    return target.getvalue().encode("utf-8-sig")


def _printed(cell: Cell, german: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if FORMULA.match(cell) else cell
    if isinstance(cell, bool):
        return str(cell).lower()
    number = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return number.replace(".", ",") if german else number


def xlsx_of(extraction: Extraction, language: Language) -> Download:
    """A workbook with one sheet a kind, for people: heads in their language, numbers as numbers."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        for kind in extraction.kinds:
            sheet = _Sheet(workbook, SHEET_NAMES[kind][language])
            if kind == "tables":
                _fill_with_tables(sheet, extraction.tables, language)
            else:
                _fill_with_rows(sheet, COLUMNS[kind], _rows(extraction, kind), language)
            sheet.close()
    return Download(target.getvalue(), XLSX, f"{stem_of(extraction.filename)}.xlsx")


class _Sheet:
    """A sheet of a workbook that is written line by line."""

    def __init__(self, workbook: Any, name: str) -> None:
        self._workbook = workbook
        self._sheet = workbook.add_worksheet(name)
        self._bold = workbook.add_format({"bold": True})
        self._decimals: dict[int, Any] = {}
        self._lines = 0
        self._width = 1

    def heads(self, texts: Sequence[str]) -> None:
        self._append(texts, self._bold)

    def line(self, cells: Sequence[Cell] = ()) -> None:
        self._append(cells, None)

    def filter_below_heads(self) -> None:
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, max(1, self._lines - 1), self._width - 1)

    def close(self) -> None:
        # Lettering such as the item number 007 stays text on purpose.
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(1, self._lines)}"})
        self._sheet.autofit(WIDEST_COLUMN_PX)

    def _append(self, cells: Sequence[Cell], style: Any) -> None:
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                text = cell.translate(NOT_XML)
                shown = text if len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…"
                self._sheet.write_string(self._lines, at, shown, style)
            elif isinstance(cell, bool):
                self._sheet.write_boolean(self._lines, at, cell)
            elif cell is not None:
                self._sheet.write_number(self._lines, at, float(cell), self._as_printed(cell))
        self._lines += 1
        self._width = max(self._width, len(cells))

    def _as_printed(self, number: int | float | Decimal) -> Any:
        """The number of decimals that stand on the sheet: 70.50 is not 70.5 to a machinist."""
        exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
        if not isinstance(exponent, int) or exponent >= 0:
            return None
        if exponent not in self._decimals:
            self._decimals[exponent] = self._workbook.add_format({"num_format": "0." + "0" * -exponent})
        return self._decimals[exponent]


def _fill_with_rows(sheet: _Sheet, columns: Sequence[Column], rows: Sequence[object], language: Language) -> None:
    sheet.heads([column.de if language == "de" else column.en for column in columns])
    for row in rows:
        sheet.line([column.value(row) for column in columns])
    sheet.filter_below_heads()


def _fill_with_tables(sheet: _Sheet, tables: Sequence[TableRow], language: Language) -> None:
    """One below the other, each with its name, page and heads."""
    for table in tables:
        sheet.heads([f"{TABLE_NAMES[table.table_type][language]}, {PAGE_WORDS[language]} {table.page}"])
        sheet.heads(table.headers)
        for row in table.rows:
            sheet.line(row)
        sheet.line()


def stem_of(filename: str) -> str:
    """An upload's name without its ending, fit to be a file's name on any system."""
    kept = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', "_", PurePosixPath(filename).stem)
    return kept.strip(". ") or "drawing"


def disposition(filename: str) -> str:
    """`Content-Disposition` with the name as it is (RFC 8187), and in ASCII for old clients (RFC 6266 appendix D)."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
