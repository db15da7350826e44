"""Cells are found across languages, by codes and by coordinates."""

from __future__ import annotations

import pytest

from reader.synonyms import translates
from tests.lettered import lettered, table, title_block
from tests.test_embedded_reader import ask, text

XS = [200.0, 400.0, 900.0]
PARTS = table(
    [
        ["ITEM", "QTY", "DESCRIPTION", "ORDER CODE"],
        ["1", "2", "Cable red 30AWG", "B 91F5043"],
        ["2", "1", "Cable green 30AWG", "B 91F502"],
        ["3", "8", "Hex screw", "M-17"],
    ],
    [200.0, 400.0, 600.0, 1300.0],
)
HOLE_TABLE = table(
    [
        ["TAG", "X LOC", "Y LOC", "SIZE"],
        ["A1", "10", "15", "Ø6.6"],
        ["A2", "90", "15", "Ø6.6"],
        ["B1", "50", "40", "M8"],
    ],
    [200.0, 400.0, 600.0, 800.0],
)


@pytest.mark.parametrize(("german", "english"), [("schrauben", "screw"), ("rote", "red"), ("zylinderschraube", "bolt")])
def test_words_of_both_languages_mean_the_same_thing(german: str, english: str) -> None:
    assert translates(german, english)
    assert not translates(german, "bearing")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Wie viele rote Kabel?", "2"),
        ("Wie viele Schrauben werden gebraucht?", "8"),
        ("Which supplier code for the green cable?", "B 91F502"),
    ],
)
def test_a_german_question_finds_an_english_row(question: str, value: str) -> None:
    assert ask(question, PARTS).evidence[0].value == value


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the x coordinate of A2?", "For “A2” the table says 90."),
        ("Welche Größe hat Bohrung B1?", "Bei „B1“ steht M8."),
        ("Which coordinates does hole B1 have?", "The row reads: B1, 50, 40, M8."),
    ],
)
def test_a_hole_is_found_by_its_tag(question: str, answer: str) -> None:
    assert text(question, HOLE_TABLE) == answer


def test_all_rows_of_a_kind_are_listed() -> None:
    found = ask("List all cables", PARTS)
    assert [evidence.value for evidence in found.evidence] == [
        "1, 2, Cable red 30AWG, B 91F5043",
        "2, 1, Cable green 30AWG, B 91F502",
    ]


REVISIONS = table(
    [
        ["REV", "DESCRIPTION", "DATE", "APPROVED"],
        ["A", "INITIAL RELEASE", "2020-02-01", "JD"],
        ["B", "HOLE WAS 6.5", "2021-06-11", "MK"],
    ],
    [1200.0, 1300.0, 1700.0, 1900.0],
    y=100,
)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What changed in revision B?", "HOLE WAS 6.5"),
        ("Wann wurde Revision A freigegeben?", "2020-02-01"),
        ("Who approved rev B?", "MK"),
        ("Latest revision?", "B"),
        ("How many revisions are there?", "2"),
    ],
)
def test_a_revision_is_found_by_its_letter(question: str, value: str) -> None:
    assert ask(question, REVISIONS).evidence[0].value == value


def test_the_heads_of_a_table_are_no_empty_fields() -> None:
    assert text("Wer hat gezeichnet?", REVISIONS) == "Ein Ersteller steht nicht auf dem Blatt."
    assert text("What is the date?", lettered("2024-01-31", 300, 900) + REVISIONS).endswith("without a label.")


def test_a_column_of_standards_and_numbers_answers_for_both() -> None:
    words = table(
        [["Pos.", "Benennung", "Norm / Sachnummer"], ["1", "Welle", "100-01"], ["2", "Passfeder", "DIN 6885"]], XS
    )
    assert ask("Welche Norm hat die Passfeder?", words).evidence[0].value == "DIN 6885"
    assert ask("part number of the shaft", words).evidence[0].value == "100-01"


def test_a_row_says_nothing_of_what_it_does_not_name() -> None:
    assert ask("Welches Drehmoment gilt für die Schrauben?", PARTS).evidence == ()


def test_a_head_may_name_its_unit() -> None:
    parts = table(
        [["Pos.", "Menge", "Benennung", "Gewicht kg"], ["1", "1", "Tischplatte", "188"], ["2", "2", "Stütze", "10,4"]],
        [200.0, 400.0, 600.0, 1300.0],
    )
    assert ask("What does position 1 weigh?", parts).evidence[0].value == "188"


PUMP = table(
    [
        ["Pos", "Stk", "Benennung", "Teilenummer", "Werkstoff"],
        ["10", "1", "Pumpengehäuse / Pump housing", "PX-01", "GG25"],
        ["30", "1", "Welle / Shaft", "PX-03", "42CrMo4"],
        ["40", "6", "Zylinderschraube / Cap screw", "ISO 4762", "8.8"],
        ["50", "2", "Wellendichtring / Shaft seal", "28x47x7", "FKM"],
    ],
    [200.0, 300.0, 400.0, 1100.0, 1400.0],
)


@pytest.mark.parametrize(
    ("question", "value"),
    [("Welche Teilenummer hat die Welle?", "PX-03"), ("What is the shaft seal made of?", "FKM")],
)
def test_a_word_itself_means_more_than_one_like_it(question: str, value: str) -> None:
    assert ask(question, PUMP).evidence[0].value == value


def test_a_note_about_an_item_tells_more_than_its_row() -> None:
    words = [*PUMP, *lettered("Anzugsmoment Pos. 40: 25 Nm", 200, 1200)]
    assert ask("Welches Anzugsmoment gilt für Pos. 40?", words).evidence[0].value == "Anzugsmoment Pos. 40: 25 Nm"


def test_the_weight_of_what_the_title_names_stands_in_the_title_block() -> None:
    weight = [*lettered("Gewicht", 1300, 1130, height=14), *lettered("18,7 kg", 1300, 1166, height=24)]
    words = [*PUMP, *title_block(title="Kreiselpumpe"), *weight]
    assert ask("What does the pump weigh?", words).evidence[0].value == "18,7 kg"


HOLES = table(
    [
        ["TAG", "X LOC", "Y LOC", "SIZE"],
        ["B1", "3.000", "2.000", "Ø1.125 THRU"],
        ["C1", "2.000", "2.000", "10-32 UNF - 2B"],
        ["C2", "4.000", "2.000", "10-32 UNF - 2B"],
    ],
    [900.0, 1100.0, 1300.0, 1500.0],
)


def test_rows_that_agree_in_what_is_asked_have_one_answer() -> None:
    assert ask("Which thread is specified for holes C1 and C2?", HOLES).evidence[0].value == "10-32 UNF - 2B"


def test_rows_that_differ_in_what_is_asked_have_none() -> None:
    assert "2.000" not in ask("What is the x position of C1 and C2?", HOLES).markdown


def test_a_drawing_number_may_be_asked_of_an_item() -> None:
    rows = [["Pos", "Stück", "Benennung", "Zeichnungs-Nr."], ["1", "1", "Motorflansch", "GM-01-01"]]
    words = table(rows, [200.0, 300.0, 400.0, 900.0])
    assert ask("What is the drawing number of the Motorflansch?", words).evidence[0].value == "GM-01-01"


def test_the_quantities_of_several_rows_are_summed() -> None:
    words = table(
        [
            ["Pos", "Menge", "Benennung", "Preis"],
            ["1", "4", "Druckfeder lang", "0,20"],
            ["2", "2", "Druckfeder kurz", "0,10"],
            ["3", "1", "Welle", "7,00"],
        ],
        [200.0, 400.0, 700.0, 1300.0],
    )
    assert text("Wie viele Druckfedern insgesamt?", words) == (
        "Nach der Beschriftung sind es zusammen 6: 4x Druckfeder lang und 2x Druckfeder kurz."
    )
    assert text("Was kostet die Welle?", words) == "Bei „Welle“ steht 7,00."
    assert text("Wie viel kostet die Welle?", words) == "Bei „Welle“ steht 7,00."
    assert text("Sind Druckfedern dabei?", words) == "Ja, auf dem Blatt steht Druckfeder lang und Druckfeder kurz."
    assert text("Wie viele Zeilen hat die Liste?", words) == "Die Tabelle hat 3 Zeilen."


def test_a_value_is_named_with_more_of_its_unit() -> None:
    words = table([["Qty", "Part", "Value"], ["1", "R9", "47kOhm"], ["2", "R1", "470kOhm"]], [200.0, 500.0, 900.0])
    assert text("How many 47k do I need?", words) == "For “R9” the table says 1."


def test_of_several_numbers_of_a_part_the_one_that_is_named_is_told() -> None:
    words = table(
        [["Qty", "Part", "Order code", "Part number"], ["1", "SW4", "Mouser 77", "KMR2"]], [200.0, 500.0, 800.0, 1300.0]
    )
    assert text("Welche Teilenummer hat SW4?", words).endswith("steht KMR2.")
    assert text("Bestellnummer von SW4?", words).endswith("steht Mouser 77.")


def test_a_washer_is_a_scheibe_in_a_german_parts_list() -> None:
    rows = [
        ["Pos", "Menge", "Benennung", "Norm"],
        ["1", "4", "Zylinderschraube", "ISO 4762"],
        ["2", "4", "Scheibe", "ISO 7089"],
    ]
    words = table(rows, [200.0, 300.0, 400.0, 900.0])
    assert ask("Which standard do the washers follow?", words).evidence[0].value == "ISO 7089"
