"""Lists of notes become tables, and what they say stays searchable."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notes import notes_of
from drawing.sheet import Word
from tests.lettered import lettered, lines, reading
from tests.test_embedded_reader import ask, text
from tests.test_lines import words as any_words

NOTES = [
    *lettered("NOTES:", 100, 900),
    *lettered("1. ALL DIMENSIONS IN MM", 100, 945),
    *lettered("2. REMOVE BURRS AND BREAK", 100, 990),
    *lettered("SHARP EDGES 0.3", 160, 1025),
    *lettered("3. PART MARKED WITH NUMBER", 100, 1070),
]


def test_numbered_lines_below_a_heading_are_its_notes() -> None:
    (table,) = notes_of(lines(NOTES))
    assert (table.table_type, table.headers) == ("notes", ("", "NOTES"))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["1.", "ALL DIMENSIONS IN MM"],
        ["2.", "REMOVE BURRS AND BREAK SHARP EDGES 0.3"],
        ["3.", "PART MARKED WITH NUMBER"],
    ]


def test_numbered_lines_need_no_heading() -> None:
    (table,) = notes_of(lines(lettered("1. Kanten gebrochen", y=300), lettered("2. Alle Maße in mm", y=345)))
    assert [row[1].text for row in table.rows] == ["Kanten gebrochen", "Alle Maße in mm"]


def test_lines_without_numbers_below_a_heading_are_notes_too() -> None:
    (table,) = notes_of(lines(lettered("Hinweise", y=300), lettered("Kanten gebrochen", y=345)))
    assert [[cell.text for cell in row] for row in table.rows] == [["", "Kanten gebrochen"]]


def test_what_stands_far_below_is_no_note() -> None:
    assert notes_of(lines(lettered("NOTES:", y=300), lettered("Flange", y=900))) == ()


def test_a_lone_number_with_a_full_stop_begins_no_list() -> None:
    assert notes_of(lines(lettered("1. Kanten gebrochen", y=300))) == ()


def test_the_notes_are_listed_counted_and_told_by_number() -> None:
    assert text("List the notes", NOTES).endswith("3. PART MARKED WITH NUMBER")
    assert "3 Anmerkungen" in text("Wie viele Anmerkungen gibt es?", NOTES)
    assert text("What does note 2 say?", NOTES) == ("The sheet says: “2. REMOVE BURRS AND BREAK SHARP EDGES 0.3”.")


def test_a_sheet_without_notes_has_none() -> None:
    assert ask("Welche Anmerkungen stehen auf dem Blatt?").evidence == ()


def test_notes_stay_lines_of_the_sheet() -> None:
    assert any("REMOVE BURRS" in line.plain for line in reading(NOTES).lines)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_words, max_size=20))
def test_no_lettering_makes_it_raise(laid: list[Word]) -> None:
    for table in notes_of(lines(laid)):
        assert all(len(row) == len(table.headers) for row in table.rows)
