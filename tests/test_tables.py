"""Tables: heads in German and English, rows below and above them, cells that wrap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.sheet import Box, Word
from drawing.tables import Table, markdown_of, tables_of
from tests.lettered import in_cell, lettered, ruled_table, table
from tests.test_lines import words as any_words

XS = [200.0, 340.0, 800.0, 1400.0]
HEADS = ["ITEM NO.", "PART NUMBER", "DESCRIPTION", "QTY."]
ROWS = [
    ["1", "B-100", "Base plate", "1"],
    ["2", "ISO 4762 M5x16", "Socket head cap screw", "4"],
    ["3", "", "Washer", "4"],
]


def texts(found: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows]


def only(words: list[Word]) -> Table:
    found = tables_of(words)
    assert len(found) == 1
    return found[0]


def test_a_bill_of_materials_is_read_below_its_heads() -> None:
    found = only(table([HEADS, *ROWS], XS))
    assert (found.table_type, found.headers) == ("bom", tuple(HEADS))
    assert texts(found) == ROWS


def test_an_item_list_may_grow_upward_from_its_heads() -> None:
    heads = ["Pos.", "Menge", "Benennung", "Sachnummer"]
    rows = [["1", "2", "Flansch", "4711-01"], ["2", "8", "Sechskantschraube", "DIN 933"]]
    found = only(table([heads, *rows], XS, y=900, upward=True))
    assert found.columns == ("item", "quantity", "description", "part_number")
    assert texts(found) == rows[::-1]


def test_a_cell_that_wraps_belongs_to_the_nearest_row() -> None:
    words = table([HEADS, *ROWS], XS, pitch=90) + lettered("zinc plated", 800, 300 + 2 * 90 + 24, height=20)
    assert texts(only(words))[1] == ["2", "ISO 4762 M5x16", "Socket head cap screw zinc plated", "4"]


def test_centred_cells_fall_into_their_column() -> None:
    heads = table([HEADS], XS)
    rows = [
        word
        for n, row in enumerate(ROWS)
        for x, cell in zip((230, 420, 900, 1420), row, strict=True)
        for word in lettered(cell, x, 345 + 45 * n, height=20)
    ]
    assert texts(only(heads + rows)) == ROWS


def test_a_revision_table_is_known_by_its_heads() -> None:
    found = only(table([["REV.", "DESCRIPTION", "DATE", "APPROVED"], ["A", "First issue", "2024-01-02", "MM"]], XS))
    assert found.table_type == "revision"


def test_a_table_ends_where_the_rows_do() -> None:
    words = table([HEADS, *ROWS], XS) + lettered("Notes: deburr all edges", 200, 900, height=20)
    assert texts(only(words)) == ROWS


def test_heads_without_rows_are_no_table() -> None:
    assert tables_of(table([HEADS], XS)) == ()


def test_a_title_blocks_heads_are_no_table() -> None:
    words = table([["NAME", "SIGNATURE", "DATE", "TITLE:"], ["DRAWN", "", "", "Bracket"]], XS)
    assert tables_of(words) == ()


def test_prose_is_no_table() -> None:
    assert tables_of(table([["Break", "all", "sharp", "edges"], ["and", "deburr", "before", "coating"]], XS)) == ()


@pytest.mark.parametrize("name", ["item", "quantity", "description", "part_number"])
def test_columns_are_found_by_their_meaning(name: str) -> None:
    found = only(table([HEADS, *ROWS], XS))
    assert found.column(name) == ("item", "part_number", "description", "quantity").index(name)  # type: ignore[arg-type]


def test_beside_a_part_number_a_column_of_parts_holds_designators() -> None:
    found = only(table([["Qty", "Part", "Value", "Part number"], ["2", "R3, R4", "10k", "RN73C1J10K"]], XS))
    assert found.columns == ("quantity", "item", "value", "part_number")


def test_a_table_is_written_as_markdown() -> None:
    found = only(table([HEADS, ROWS[0]], XS))
    assert markdown_of(found, str.lower) == (
        "| item no. | part number | description | qty. |\n| --- | --- | --- | --- |\n| 1 | b-100 | base plate | 1 |"
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(any_words, max_size=25))
def test_nothing_makes_it_raise(laid: list[Word]) -> None:
    for found in tables_of([*table([HEADS, *ROWS], XS), *laid]):
        assert all(len(row) == len(found.headers) for row in found.rows)


def test_a_list_that_grows_upward_does_not_take_the_title_block_below_it() -> None:
    items = table(
        [["Pos.", "Menge", "Benennung"], ["1", "4", "Schraube"], ["2", "1", "Deckel"]], [900, 1000, 1150], upward=True
    )
    block = table([["Abteilung", "", "Erstellt durch"], ["KON", "EN", "Meier"]], [900, 1000, 1150], y=345)
    found = tables_of([*items, *block])
    assert [[cell.text for cell in row] for row in found[0].rows] == [["2", "1", "Deckel"], ["1", "4", "Schraube"]]


def test_revisions_may_have_small_letters() -> None:
    words = table(
        [
            ["Zust.", "Änderung", "Datum", "Nam."],
            ["a", "H8 war H7", "3.3.18", "Ri"],
            ["b", "R8 war R5", "9.9.18", "Ri"],
        ],
        [200.0, 330.0, 700.0, 900.0],
    )
    (found,) = tables_of(words)
    assert found.table_type == "revision"
    assert [row[0].text for row in found.rows] == ["a", "b"]


def test_the_label_of_a_title_block_beside_a_table_is_none_of_its_cells() -> None:
    rows = [["Zust.", "Änderung", "Datum", "Nam."], ["a", "H8 war H7", "3.3.18", "Ri"]]
    (found,) = tables_of([*table(rows, [200.0, 330.0, 700.0, 850.0]), *lettered("Norm", 930, 345, height=20)])
    assert [cell.text for cell in found.rows[0]] == ["a", "H8 war H7", "3.3.18", "Ri"]


WALLS = [200.0, 300.0, 500.0, 800.0, 900.0]


def test_the_walls_of_a_table_keep_out_what_stands_beside_it() -> None:
    """A revision table at the left of the title block, whose cells stand at the height of its heads."""
    words = ruled_table([["Zust.", "Änderung", "Datum", "Name"], ["a", "Passung geändert", "02.05.19", "Hu"]], WALLS)
    words += in_cell(Box(900, 270, 1300, 400), lettered("Neustadt GmbH", 910, 300, height=24))
    words += in_cell(Box(1300, 290, 1500, 400), lettered("Datum", 1310, 345, height=20))
    found = only(words)
    assert found.headers == ("Zust.", "Änderung", "Datum", "Name")
    assert texts(found) == [["a", "Passung geändert", "02.05.19", "Hu"]]


def test_the_heads_of_a_table_may_stand_in_one_cell() -> None:
    heads = in_cell(
        Box(200, 280, 900, 320), lettered("Zust.", 210, 300, height=20), lettered("Datum", 510, 300, height=20)
    )
    heads += in_cell(Box(200, 280, 900, 320), lettered("Name", 810, 300, height=20))
    rows = ruled_table([["b", "", "02.05.19", "Hu"]], WALLS, y=345)
    assert texts(only(heads + rows)) == [["b", "02.05.19", "Hu"]]


def test_columns_end_at_their_walls() -> None:
    rows = [["Pos.", "Anz.", "Bezeichnung", "Bauteilnummer"], ["1", "2", "Lager 6204-2RS", "DIN 625"]]
    found = only(ruled_table(rows, WALLS))
    assert found.columns == ("item", "quantity", "description", "part_number")
    assert texts(found) == [rows[1]]


def test_a_column_whose_head_was_not_recognised_does_not_end_the_table() -> None:
    rows = [["BOHRUNG", "", "Y", "BESCHREIBUNG"], ["B1", "80,00", "50,00", "Ø32 H7"], ["C1", "40,00", "50,00", "M8"]]
    found = only(ruled_table(rows, [200.0, 350.0, 450.0, 550.0, 800.0]))
    assert found.headers == ("BOHRUNG", "Y", "BESCHREIBUNG")
    assert texts(found) == [["B1", "50,00", "Ø32 H7"], ["C1", "50,00", "M8"]]
