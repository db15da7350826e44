"""A model's proposal held against the sheet's lettering."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.labels import FieldName
from drawing.reading import Reading
from drawing.sheet import Box, Word
from merging import AddedCallout, AddedField, Additions, merged
from tests.lettered import SCAN, lettered, reading, table, title_block
from vision import Proposal, ProposedCallout, ProposedField, ProposedTable, RowType, TableRowType

AWAY = Box(100, 1000, 160, 1030)
PROSE = "Die Kanten der Bohrung von 31 werden nach dem Drehen gebrochen"


def around(words: list[Word]) -> Box:
    return Box.around(word.box for word in words)


def shifted(box: Box, dx: float, dy: float = 0) -> Box:
    return Box(box.x1 + dx, box.y1 + dy, box.x2 + dx, box.y2 + dy)


def callouts(read: Reading, *proposed: tuple[str, RowType, Box | None]) -> tuple[AddedCallout, ...]:
    return merged(read, Proposal(callouts=tuple(ProposedCallout(*one) for one in proposed))).callouts


def fields(read: Reading, *proposed: tuple[FieldName, str, Box | None]) -> tuple[AddedField, ...]:
    return merged(read, Proposal(fields=tuple(ProposedField(*one) for one in proposed))).fields


def tables(read: Reading, *proposed: ProposedTable) -> Any:
    return merged(read, Proposal(tables=proposed)).tables


def test_nothing_proposed_adds_nothing() -> None:
    assert merged(reading(lettered("Ø9,14 ±0,02")), Proposal()) == Additions()


# Callouts


@pytest.mark.parametrize("text", ["Ø9,14 ±0,02", "Ø9.140 ±0.02", "Ø9,14", "⌀ 9,14"])
def test_a_callout_that_was_read_at_its_place_is_dropped(text: str) -> None:
    printed = lettered("Ø9,14 ±0,02")
    assert callouts(reading(printed), (text, "diameter", around(printed))) == ()


def test_a_box_may_be_a_little_off() -> None:
    printed = lettered("Ø9,14")
    assert callouts(reading(printed), ("Ø9,14", "diameter", shifted(around(printed), 0, 60))) == ()


def test_the_sheet_decides_what_a_number_is() -> None:
    printed = lettered("R9,14")
    assert callouts(reading(printed), ("Ø9,14", "diameter", around(printed))) == ()


def test_the_sheet_decides_what_a_place_says() -> None:
    printed = lettered("Ø9,14")
    assert callouts(reading(printed), ("Ø9,74", "diameter", around(printed))) == ()


def test_a_callout_that_was_read_elsewhere_is_dropped_once() -> None:
    read = reading(lettered("Ø9,14"))
    added = callouts(read, ("Ø9.140", "diameter", AWAY), ("Ø9,14", "diameter", shifted(AWAY, 600)))
    assert [(callout.status, callout.box) for callout in added] == [("not_found", shifted(AWAY, 600))]


def test_a_callout_that_was_seen_at_its_place_stands_for_no_other() -> None:
    printed = lettered("Ø9,14")
    added = callouts(reading(printed), ("Ø9,14", "diameter", AWAY), ("Ø9,14", "diameter", around(printed)))
    assert [callout.box for callout in added] == [AWAY]


def test_a_drawn_sign_may_be_missing_in_the_lettering() -> None:
    read = reading(lettered("9,14 ±0,02"))
    assert [callout.type for callout in read.callouts] == ["linear"]
    assert callouts(read, ("Ø9,14 ±0,02", "diameter", AWAY)) == ()


def test_the_same_number_of_another_type_elsewhere_is_another_callout() -> None:
    assert len(callouts(reading(lettered("R9,14")), ("Ø9,14", "diameter", AWAY))) == 1


@pytest.mark.parametrize(("text", "kind"), [("Ra 3,2", "roughness"), ("G1/4", "thread"), ("M8", "thread")])
def test_a_designation_that_was_read_elsewhere_is_dropped(text: str, kind: RowType) -> None:
    assert callouts(reading(lettered(text)), (text, kind, AWAY)) == ()


def test_another_roughness_of_the_same_value_is_another_callout() -> None:
    assert len(callouts(reading(lettered("Rz 3,2")), ("Ra 3,2", "roughness", AWAY))) == 1


def prose(text: str = PROSE, **more: Any) -> tuple[Reading, Word]:
    """A sheet on which 31 stands in a sentence, where the grammar takes it for no dimension, and the word with it."""
    words = lettered(text, 300, **more)
    read = reading(words, lettered("120", 300, 900))
    assert [callout.text for callout in read.callouts] == ["120"]
    return read, next(word for word in words if "31" in word.text)


def test_what_stands_there_but_is_no_callout_of_the_grammar_is_added_as_printed() -> None:
    read, word = prose()
    (added,) = callouts(read, ("⌀31,0", "diameter", shifted(word.box, 10)))
    assert (added.text, added.type, added.status, added.source) == ("31", "diameter", "verified", "text_layer")
    assert added.box == word.box
    assert added.notation and added.notation.nominal == Decimal(31)


def test_what_was_recognised_is_added_as_such() -> None:
    read, word = prose(source="ocr", confidence=0.9)
    (added,) = callouts(read, ("Ø31", "diameter", word.box))
    assert (added.status, added.source) == ("ocr_only", "ocr")


def test_it_is_added_once_however_often_it_is_proposed() -> None:
    read, word = prose()
    assert len(callouts(read, ("Ø31", "diameter", word.box), ("Ø31,00", "diameter", shifted(word.box, 5)))) == 1


def test_what_stands_far_from_its_box_is_not_found() -> None:
    read, _ = prose()
    (added,) = callouts(read, ("Ø31", "diameter", AWAY))
    assert (added.status, added.source, added.box) == ("not_found", "model", AWAY)


def test_numbers_that_do_not_stand_on_the_sheet_are_shown_as_the_models() -> None:
    (added,) = callouts(reading(lettered("Ø9,14")), ("4x Ø6,6 H7", "diameter", AWAY))
    assert (added.text, added.status, added.source, added.box) == ("4x Ø6,6 H7", "not_found", "model", AWAY)
    assert added.notation and (added.notation.quantity, added.notation.fit) == (4, "H7")


def test_one_false_number_leaves_a_callout_unverified() -> None:
    read, word = prose()
    assert [callout.status for callout in callouts(read, ("Ø31 +0,5", "diameter", word.box))] == ["not_found"]


def test_all_numbers_of_a_callout_may_stand_around_its_nominal() -> None:
    words = lettered("Die Bohrung von 31 um 0,2 größer", 300)
    words += lettered("oder auch bis zu 0,1 kleiner", 300, 640)
    read = reading(words)
    assert read.callouts == ()
    (added,) = callouts(read, ("31 +0,2/-0,1", "linear", next(word.box for word in words if word.text == "31")))
    assert (added.text, added.status) == ("31 um 0,2 0,1", "verified")


def test_a_number_far_from_its_nominal_is_no_deviation_of_it() -> None:
    words = lettered("Die Bohrung von 31 wird um höchstens 0,2 größer", 300)
    read, word = reading(words), next(word for word in words if word.text == "31")
    assert [callout.status for callout in callouts(read, ("31 +0,2", "linear", word.box))] == ["not_found"]


@pytest.mark.parametrize("text", ["3,1", "1", "310", "0,31"])
def test_part_of_a_number_is_another_number(text: str) -> None:
    read, word = prose()
    assert [callout.status for callout in callouts(read, (text, "linear", word.box))] == ["not_found"]


def test_a_date_holds_no_dimensions() -> None:
    words = lettered("Stand der Angaben an diesem Teil ist der 31.12.2026 laut Plan", 300)
    assert [c.status for c in callouts(reading(words), ("31", "linear", around(words)))] == ["not_found"]


def test_a_telling_text_is_found_without_a_box() -> None:
    read, word = prose(PROSE.replace("31", "31,25"))
    (added,) = callouts(read, ("31,25", "diameter", None))
    assert (added.status, added.box) == ("verified", word.box)


def test_a_short_text_without_a_box_is_not_found() -> None:
    read, _ = prose()
    assert [(c.status, c.box) for c in callouts(read, ("31", "diameter", None))] == [("not_found", None)]


def test_the_title_block_holds_no_dimensions() -> None:
    read = reading(title_block(title="Flansch", number="4711", scale="1:2", date="1.2.2026"))
    assert read.title_box
    words = [word for line in read.lines for word in line.words if word.text == "4711"]
    assert callouts(read, ("4711", "linear", words[0].box), ("815", "linear", words[0].box)) == ()


def test_a_general_tolerance_that_was_read_is_no_new_note() -> None:
    printed = lettered("ISO 2768-mK")
    read = reading(printed)
    assert [callout.type for callout in read.callouts] == ["general_tolerance"]
    assert callouts(read, ("ISO 2768-mK", "note", around(printed))) == ()


def test_a_note_is_found_over_several_lines() -> None:
    first, second = lettered("Alle Kanten gebrochen,", 300), lettered("Grate sind entfernt", 300, 635)
    (added,) = callouts(reading(first, second), ("alle Kanten gebrochen, Grate sind entfernt", "note", around(first)))
    assert (added.text, added.status) == ("Alle Kanten gebrochen, Grate sind entfernt", "verified")
    assert added.box == around(first + second)


def test_a_note_that_was_made_up_is_not_found() -> None:
    words = lettered("Alle Kanten gebrochen", 300)
    added = callouts(reading(words), ("Alle Kanten gerundet", "note", around(words)))
    assert [callout.status for callout in added] == ["not_found"]


# The title block


BLOCK = {"title": "Flansch", "number": "FL-4711", "scale": "1:2", "date": "01.02.2026"}


def test_the_sheets_own_field_wins() -> None:
    read = reading(title_block(**BLOCK))
    assert fields(read, ("title", "Welle", None), ("drawing_number", "FL-4712", AWAY)) == ()


def test_a_field_that_stands_on_the_sheet_is_added_as_printed() -> None:
    printed = lettered("EN AW-6082", 900, 1500)
    (added,) = fields(reading(title_block(**BLOCK), printed), ("material", "en aw - 6082", None))
    assert added == AddedField("material", "EN AW-6082", "verified", "text_layer", around(printed))


def test_a_recognised_field_is_added_as_such() -> None:
    printed = lettered("42CrMo4", 900, 1500, source="ocr", confidence=0.8)
    (added,) = fields(reading(printed, sheet=SCAN), ("material", "42CrMo4", None))
    assert (added.status, added.source) == ("ocr_only", "ocr")


def test_a_field_that_does_not_stand_on_the_sheet_is_shown_as_the_models() -> None:
    assert fields(reading(title_block(**BLOCK)), ("material", "S235JR", AWAY)) == (
        AddedField("material", "S235JR", "not_found", "model", AWAY),
    )


def test_part_of_a_word_is_no_value() -> None:
    read = reading(title_block(**BLOCK), lettered("S235JRG2", 900, 1500))
    assert [field.status for field in fields(read, ("material", "S235JR", None))] == ["not_found"]


def test_the_entry_of_another_field_is_no_entry_of_this_one() -> None:
    assert fields(reading(title_block(**BLOCK)), ("part_number", "FL-4711", None)) == ()


def test_of_several_places_the_one_where_it_was_seen_counts() -> None:
    first, second = lettered("42CrMo4", 300, 400), lettered("42CrMo4", 900, 1500)
    (added,) = fields(reading(first, second), ("material", "42CrMo4", shifted(around(second), 20)))
    assert added.box == around(second)


def test_a_short_value_counts_only_where_it_was_seen() -> None:
    printed = lettered("C", 300, 400)
    read = reading(title_block(**BLOCK), printed)
    seen, unseen = (fields(read, ("revision", "C", box))[0] for box in (around(printed), AWAY))
    assert (seen.status, unseen.status) == ("verified", "not_found")


@pytest.mark.parametrize(("name", "value"), [("material", "Werkstoff"), ("scale", "groß"), ("mass", "Flansch")])
def test_a_label_and_what_has_not_the_form_of_a_value_are_dropped(name: FieldName, value: str) -> None:
    assert fields(reading(lettered("Werkstoff Flansch groß", 300)), (name, value, None)) == ()


def test_of_two_values_for_a_field_the_one_on_the_sheet_is_added() -> None:
    read = reading(lettered("42CrMo4", 900, 1500))
    added = fields(read, ("material", "S235JR", None), ("material", "42CrMo4", None), ("material", "C45E", None))
    assert [field.value for field in added] == ["42CrMo4"]


def test_of_two_values_that_are_not_on_the_sheet_the_first_is_shown() -> None:
    added = fields(reading(lettered("Nabe")), ("material", "S235JR", None), ("material", "C45E", None))
    assert [field.value for field in added] == ["S235JR"]


# Tables

#: Columns whose heads are not known as those of a table.
ROWS = [["Zapfen", "Kraft"], ["links", "120"], ["rechts", "80"]]


def proposed(rows: list[list[str]], box: Box | None, kind: TableRowType = "other") -> ProposedTable:
    headers, *body = (tuple(row) for row in rows)
    return ProposedTable(kind, headers, tuple(body), box)


def laid(rows: list[list[str]] = ROWS) -> tuple[Reading, Box]:
    words = table(rows, [300, 600])
    read = reading(words)
    assert read.tables == ()
    return read, around(words)


def test_a_table_of_a_type_that_was_read_is_dropped() -> None:
    bom = [["Pos", "Menge", "Benennung"], ["1", "2", "Welle"], ["2", "4", "Nabe"]]
    read = reading(table(bom, [300, 500, 700]))
    assert [found.table_type for found in read.tables] == ["bom"]
    assert tables(read, proposed([["Pos", "Teil"], ["1", "Rad"]], AWAY, "bom")) == ()


def test_a_table_of_another_type_at_the_place_of_one_that_was_read_is_dropped() -> None:
    bom = [["Pos", "Menge", "Benennung"], ["1", "2", "Welle"], ["2", "4", "Nabe"]]
    read = reading(table(bom, [300, 500, 700]))
    assert tables(read, proposed(bom, read.tables[0].box)) == ()


def test_a_table_that_stands_on_the_sheet_is_added_as_printed() -> None:
    read, box = laid()
    (added,) = tables(read, proposed([[cell.upper() for cell in row] for row in ROWS], shifted(box, 15)))
    assert (added.headers, added.rows) == (("Zapfen", "Kraft"), (("links", "120"), ("rechts", "80")))
    assert (added.unverified_cells, added.source, added.box) == (0, "text_layer", box)


def test_cells_that_do_not_stand_on_the_sheet_are_counted() -> None:
    read, box = laid()
    (added,) = tables(read, proposed([*ROWS[:2], ["rechts", "90"], ["mitte", "70"]], box))
    assert (added.unverified_cells, added.source) == (3, "model")
    assert added.rows[1:] == (("rechts", "90"), ("mitte", "70"))


def test_a_row_whose_longest_cell_is_false_is_verified_by_the_others() -> None:
    read, box = laid([*ROWS, ["Spannzange", "35"]])
    (added,) = tables(read, proposed([*ROWS, ["Spannzangen", "35"]], box))
    assert added.unverified_cells == 1


def test_a_cell_of_another_row_counts_as_unverified() -> None:
    read, box = laid()
    (added,) = tables(read, proposed([ROWS[0], ["links", "80"], ["rechts", "120"]], box))
    assert added.unverified_cells == 2


def test_one_word_verifies_one_cell() -> None:
    read, box = laid()
    (added,) = tables(read, proposed([["Zapfen", "Zapfen"], *ROWS[1:]], box))
    assert added.unverified_cells == 1


def test_empty_cells_are_neither_verified_nor_counted() -> None:
    read, box = laid()
    (added,) = tables(read, proposed([ROWS[0], ["links", ""], ["", ""]], box))
    assert added.unverified_cells == 0


def test_a_table_elsewhere_on_the_sheet_is_not_verified() -> None:
    read, _ = laid()
    (added,) = tables(read, proposed(ROWS, Box(1500, 1200, 1900, 1400)))
    assert (added.unverified_cells, added.box) == (6, Box(1500, 1200, 1900, 1400))


def test_without_a_box_only_rows_with_a_telling_cell_are_verified() -> None:
    read, _ = laid([["Zapfen", "Kraft"], ["links", "120"], ["rh", "80"]])
    (added,) = tables(read, proposed([["Zapfen", "Kraft"], ["links", "120"], ["rh", "80"]], None))
    assert added.unverified_cells == 2


# Anything

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["Ø9,14", "4x M8", "9,14 ±0,02", "Flansch", "0", "1", "±", "Ra 3,2", "R"]
)
BOXES = st.none() | st.tuples(*[st.integers(0, 2300)] * 4).map(
    lambda s: Box(min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3]))
)
PROPOSALS = st.builds(
    Proposal,
    fields=st.lists(st.builds(ProposedField, st.sampled_from(get_args(FieldName)), TEXTS, BOXES), max_size=4).map(
        tuple
    ),
    callouts=st.lists(st.builds(ProposedCallout, TEXTS, st.sampled_from(get_args(RowType)), BOXES), max_size=5).map(
        tuple
    ),
    tables=st.lists(
        st.builds(
            ProposedTable,
            st.sampled_from(get_args(TableRowType)),
            st.tuples(TEXTS, TEXTS),
            st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3).map(tuple),
            BOXES,
        ),
        max_size=2,
    ).map(tuple),
)
SOME = reading(lettered("4x Ø9,14 ±0,02"), lettered("Ra 3,2", 300, 300), title_block(**BLOCK), table(ROWS, [200, 500]))


@given(PROPOSALS)
def test_whatever_is_proposed_what_is_verified_stands_on_the_sheet(proposal: Proposal) -> None:
    added = merged(SOME, proposal)
    lettering = "".join(word.text for line in SOME.lines for word in line.words)
    said = [(field.value, field.status) for field in added.fields]
    said += [(callout.text, callout.status) for callout in added.callouts]
    assert all(part in lettering for text, status in said if status != "not_found" for part in text.split())
