"""What Qwen3-VL is told for an extraction, and what is read of its JSON. No engine is started here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drawing.grounding import MAX_LABEL_CHARS
from drawing.sheet import Box, Sheet
from qwen.extraction import (
    CALLOUT_TYPES,
    FIELD_NAMES,
    INSTRUCTIONS,
    MOST_ROWS,
    SCHEMAS,
    SECTIONS,
    TABLE_TYPES,
    read_proposal,
)
from vision import Proposal, ProposedCallout, ProposedField, ProposedTable, Section

SHEET = Sheet(page=1, width=2000, height=1000, dpi=None, paper=None, text_source="ocr")
BOX, DRAWN = [100, 200, 300, 400], Box(200, 200, 600, 400)

FIELDS = [
    {"name": "title", "value": "Flansch", "bbox_2d": BOX},
    {"name": "scale", "value": "1:2", "bbox_2d": [1, 1, 9, 9]},
]
CALLOUTS = [
    {"text": "Ø9,14 ±0,02", "type": "diameter", "bbox_2d": BOX},
    {"text": "4x M8", "type": "thread", "bbox_2d": [1, 1, 9, 9]},
]
TABLES = [
    {"table_type": "revision", "bbox_2d": BOX, "headers": ["Rev", "Datum"], "rows": [["A", "1.2.2026"]]},
    {"table_type": "bom", "bbox_2d": BOX, "headers": ["Pos", "Benennung"], "rows": [["1", "Welle"], ["2", "Nabe"]]},
]
WRITTEN: dict[Section, Any] = {"title_block": FIELDS, "callouts": CALLOUTS, "tables": TABLES}


def read(**written: Any) -> Proposal:
    """The proposal of a model that has written these values as JSON, or these texts."""
    return read_proposal(
        {section: text if isinstance(text, str) else json.dumps(text) for section, text in written.items()},  # type: ignore[misc]
        SHEET,
    )


def cut_off(value: Any, before: str) -> str:
    """`value` as JSON that ends before the last place where it says `before`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text[: text.rindex(before)]


def test_fields_are_read_in_sheet_pixels() -> None:
    assert read(title_block=FIELDS).fields == (
        ProposedField("title", "Flansch", DRAWN),
        ProposedField("scale", "1:2", Box(2, 1, 18, 9)),
    )


def test_callouts_are_read_in_sheet_pixels() -> None:
    assert read(callouts=CALLOUTS).callouts[0] == ProposedCallout("Ø9,14 ±0,02", "diameter", DRAWN)


def test_tables_are_read_with_heads_and_rows() -> None:
    headers, rows = ("Pos", "Benennung"), (("1", "Welle"), ("2", "Nabe"))
    assert read(tables=TABLES).tables[1] == ProposedTable("bom", headers, rows, DRAWN)


def test_each_part_is_read_from_its_own_text() -> None:
    proposal = read(title_block=FIELDS, callouts=CALLOUTS, tables=TABLES)
    assert [len(part) for part in (proposal.fields, proposal.callouts, proposal.tables)] == [2, 2, 2]


def test_what_ends_by_itself_is_complete() -> None:
    assert read(title_block=FIELDS, callouts=[]).complete


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_cut_off_is_not_complete(section: Section) -> None:
    assert not read(**{section: cut_off(WRITTEN[section], "]")}).complete


def test_one_part_that_is_cut_off_leaves_the_whole_incomplete() -> None:
    assert not read(title_block=FIELDS, callouts=cut_off(CALLOUTS, "M8")).complete


def test_what_never_began_is_not_complete() -> None:
    assert read(callouts="") == Proposal(complete=False)


@pytest.mark.parametrize("before", ['"4x M8"', "M8", '"thread"', '"bbox_2d"', "9]", ',{"text":"4x'])
def test_items_before_the_cut_are_kept(before: str) -> None:
    assert [callout.text for callout in read(callouts=cut_off(CALLOUTS, before)).callouts] == ["Ø9,14 ±0,02"]


def test_an_item_that_lacks_nothing_but_its_bracket_is_kept() -> None:
    assert len(read(callouts=cut_off(CALLOUTS, "}")).callouts) == 2


def test_a_text_with_brackets_does_not_mislead_the_cut() -> None:
    callouts = [{"text": 'a "quoted" ]}', "type": "note", "bbox_2d": BOX}, *CALLOUTS]
    assert len(read(callouts=cut_off(callouts, "M8")).callouts) == 2


def test_a_table_that_is_cut_off_keeps_its_whole_rows_and_its_box() -> None:
    table = read(tables=cut_off(TABLES, "Nabe")).tables[-1]
    assert (table.rows, table.box) == ((("1", "Welle"),), DRAWN)


def test_a_table_cut_off_before_its_first_row_is_left_out() -> None:
    assert [table.table_type for table in read(tables=cut_off(TABLES, '[["1"')).tables] == ["revision"]


@pytest.mark.parametrize("corners", [[300, 400, 100, 200], [100, 400, 300, 200]])
def test_corners_may_come_in_any_order(corners: list[int]) -> None:
    assert read(callouts=[CALLOUTS[0] | {"bbox_2d": corners}]).callouts[0].box == DRAWN


def test_a_box_is_cut_to_the_sheet() -> None:
    assert read(callouts=[CALLOUTS[0] | {"bbox_2d": [900, 900, 2000, 1200]}]).callouts[0].box == Box(
        1800, 900, 2000, 1000
    )


@pytest.mark.parametrize("box", [None, [], [0, 0, 0, 0], [1, 2, 3], [5, 5, 5, 9], ["a", 1, 2, 3], "here", [1e999] * 4])
def test_an_item_without_a_usable_box_is_kept_without_one(box: Any) -> None:
    assert read(callouts=[CALLOUTS[0] | {"bbox_2d": box}]).callouts == (
        ProposedCallout("Ø9,14 ±0,02", "diameter", None),
    )


@pytest.mark.parametrize(
    "item",
    [
        *(None, 7, "Ø9", [], {}),
        *(
            {"text": "Ø9"},
            {"text": "", "type": "note"},
            {"text": " \n", "type": "note"},
            {"text": ["Ø9"], "type": "note"},
        ),
        *({"text": "Ø9", "type": "hole"}, {"text": "Ø9", "type": ["note"]}),
    ],
)
def test_malformed_items_are_left_out(item: Any) -> None:
    assert len(read(callouts=[item, *CALLOUTS]).callouts) == 2


@pytest.mark.parametrize(
    "item",
    [
        {"table_type": "bom", "headers": ["Pos"], "rows": []},
        {"table_type": "bom", "headers": ["Pos"], "rows": [[], ["", " "]]},
        {"table_type": "bom", "headers": ["Pos"], "rows": "1"},
        {"table_type": "price list", "headers": ["Pos"], "rows": [["1"]]},
    ],
)
def test_tables_without_rows_are_left_out(item: Any) -> None:
    assert [table.table_type for table in read(tables=[item, *TABLES]).tables] == ["revision", "bom"]


def test_rows_and_heads_are_filled_up_to_one_width() -> None:
    table = {"table_type": "other", "headers": ["a"], "rows": [["1", "2", "3"], ["4"]]}
    (found,) = read(tables=[table]).tables
    assert (found.headers, found.rows) == (("a", "", ""), (("1", "2", "3"), ("4", "", "")))


def test_numbers_in_cells_become_text() -> None:
    (found,) = read(tables=[{"table_type": "bom", "headers": ["Pos"], "rows": [[1], [2.5]]}]).tables
    assert found.rows == (("1",), ("2.5",))


def test_an_item_that_is_repeated_counts_once() -> None:
    assert len(read(callouts=CALLOUTS * 30).callouts) == 2


def test_equal_callouts_in_two_places_are_two() -> None:
    assert len(read(callouts=[CALLOUTS[0], CALLOUTS[0] | {"bbox_2d": [700, 700, 800, 800]}]).callouts) == 2


def test_raw_control_characters_are_read_as_blanks() -> None:
    assert read(callouts='[{"text": "4x\tM8\x00", "type": "thread"}]').callouts[0].text == "4x M8"


def test_a_list_is_found_behind_words_and_in_a_fence() -> None:
    assert len(read(callouts=f"Hier sind sie:\n```json\n{json.dumps(CALLOUTS)}\n```").callouts) == 2


def test_a_text_without_end_is_cut() -> None:
    assert len(read(callouts=[{"text": "9" * 5000, "type": "note"}]).callouts[0].text) == MAX_LABEL_CHARS


def test_a_part_that_was_not_asked_for_is_empty() -> None:
    assert read(callouts=CALLOUTS).fields == ()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "value", "text", "type", "table_type", "rows", "headers"]), inner)
    ),
    max_leaves=20,
)


@given(st.sampled_from(SECTIONS), st.text() | ANYTHING.map(lambda value: f"[{json.dumps(value)}, "))
@example("tables", "[" * 100_000)
@example("callouts", '[{"text": "' + "9" * 100_000)
@example("title_block", "[" + "9" * 5000 + "]")
def test_whatever_is_written_it_never_raises(section: Section, text: str) -> None:
    assert isinstance(read_proposal({section: text}, SHEET), Proposal)


@given(st.sampled_from(SECTIONS), st.data())
def test_wherever_it_is_cut_only_whole_items_are_read(section: Section, data: st.DataObject) -> None:
    text = json.dumps(WRITTEN[section], ensure_ascii=False)
    cut = read_proposal({section: text[: data.draw(st.integers(0, len(text) - 1))]}, SHEET)
    whole = read_proposal({section: text}, SHEET)
    known = {*whole.fields, *whole.callouts} | {(table.table_type, row) for table in whole.tables for row in table.rows}
    assert {*cut.fields, *cut.callouts} | {(t.table_type, row) for t in cut.tables for row in t.rows} <= known


def validator_of(section: Section) -> Any:
    return pytest.importorskip("jsonschema", reason="comes with vLLM").Draft202012Validator(SCHEMAS[section])


@pytest.mark.parametrize("section", SECTIONS)
def test_a_schema_allows_what_is_read(section: Section) -> None:
    validator_of(section).validate(WRITTEN[section])


def test_a_schema_bounds_every_list_and_no_text() -> None:
    text = json.dumps(SCHEMAS)
    assert text.count('"array"') == text.count('"maxItems"')
    assert "maxLength" not in text and "pattern" not in text


def test_a_schema_ends_a_table_that_goes_on() -> None:
    endless = [TABLES[0] | {"rows": [["A", "1.2.2026"]] * (MOST_ROWS + 1)}]
    assert not validator_of("tables").is_valid(endless)


@pytest.mark.parametrize(
    ("section", "names"), [("title_block", FIELD_NAMES), ("callouts", CALLOUT_TYPES), ("tables", TABLE_TYPES)]
)
def test_the_model_is_told_every_name_that_it_may_use(section: Section, names: tuple[str, ...]) -> None:
    assert all(name in INSTRUCTIONS[section] for name in names)
