"""Fields of the title block, with and without labels, and the scales and names of views."""

from __future__ import annotations

import pytest

from drawing.sheet import Word
from tests.lettered import lettered, title_block
from tests.test_embedded_reader import SHAFT, ask, text

DETAILS = [*SHAFT, *lettered("Detail A (5 : 1)", 1200, 900), *lettered("Detail B (5 : 1)", 1800, 900)]


@pytest.mark.parametrize(
    ("line", "question", "answer"),
    [
        ("Muster Maschinenbau GmbH", "Welche Firma?", "Muster Maschinenbau GmbH"),
        ("Open Robot Initiative", "who is the company?", "Open Robot Initiative"),
        ("ALL DIMENSIONS IN MM", "units?", "MM"),
        ("Bemaßungen sind in Millimeter", "Welche Maßeinheit gilt?", "Millimeter"),
        ("FIRST ANGLE PROJECTION", "Welche Projektionsmethode?", "FIRST ANGLE PROJECTION"),
        ("Projektion Methode 1", "projection method?", "Methode 1"),
        ("1.4301", "Welcher Werkstoff?", "1.4301"),
    ],
)
def test_a_field_without_a_label_is_known_by_its_form(line: str, question: str, answer: str) -> None:
    found = ask(question, lettered(line))
    assert [evidence.value for evidence in found.evidence] == [answer]


def test_a_material_in_a_sentence_is_not_the_parts_own() -> None:
    assert ask("Welcher Werkstoff?", lettered("Cut the aluminium flange here")).evidence == ()


def test_tall_capitals_on_top_of_the_title_block_are_its_owner() -> None:
    words = [*title_block(title="Welle"), *lettered("ACME", 1330, 1170, height=50)]
    assert text("Which company?", words) == "The sheet says ACME, without a field for the company."


def test_a_number_in_large_letters_is_no_company() -> None:
    assert ask("Welche Firma?", [*title_block(), *lettered("TX34/TM06", 1330, 1170, height=50)]).evidence == ()


def test_a_drawn_projection_symbol_is_not_denied() -> None:
    assert "gezeichnetes Projektionssymbol" in text("Welche Projektionsmethode?", SHAFT)


def test_a_sheet_asked_for_its_finish_answers_with_its_roughness() -> None:
    words = lettered("FINISH:", 300, 300) + lettered("Ra 3,2", 900, 600)
    assert text("Which surface finish is required?", words) == "The surface roughness on the sheet is Ra 3,2."


def test_details_of_one_scale_answer_together() -> None:
    assert text("What scale are the details drawn at?", DETAILS) == "The scale of A, B is 5:1."


def test_the_views_with_names_are_listed_and_counted() -> None:
    assert text("Welche Einzelheiten gibt es?", DETAILS) == "Auf dem Blatt bezeichnet: A (5:1) und B (5:1)."
    assert text("How many details are there?", DETAILS) == "The sheet names 2 details: A (5:1) and B (5:1)."


def test_a_sheet_without_sections_names_none() -> None:
    assert ask("Welche Schnitte gibt es?", SHAFT).evidence == ()


def test_the_tallest_words_of_a_title_block_without_a_title_are_quoted_as_that() -> None:
    words: list[Word] = [
        word for word in title_block(number="4711") if word.text not in ("Titel,", "Zusätzlicher", "Titel")
    ]
    words += lettered("Lagerbock", 1320, 1390, height=60)
    assert "groß im Schriftfeld steht „Lagerbock“" in text("Wie heißt das Teil?", words)


def test_several_fields_are_answered_together_and_the_missing_one_is_named() -> None:
    assert text("Was sind Werkstoff und Maßstab?", SHAFT) == "Auf dem Blatt steht Maßstab 1:2 und Werkstoff C45E."
    assert text("What are the material and the weight?", SHAFT) == ("The sheet gives material C45E; not given: weight.")


def test_the_date_beside_a_role_is_that_of_the_role() -> None:
    words = lettered("Checked by: Smith", 300, 300) + lettered("Checked date: 2024-02-03", 300, 400)
    assert text("checked by whom and when?", words) == "The sheet gives checker Smith and date of checking 2024-02-03."


def test_the_scale_of_the_main_view_is_the_sheets_own() -> None:
    assert text("At which scale is the main view?", DETAILS) == "The scale is 1:2."


def test_the_status_of_the_document_is_a_field() -> None:
    stated = [*lettered("STATUS", 1300, 1130, height=14), *lettered("FOR CONSTRUCTION", 1300, 1166, height=24)]
    words = [*title_block(scale="1:2"), *stated]
    assert ask("What is the status of the drawing?", words).evidence[0].value == "FOR CONSTRUCTION"


def test_a_note_may_say_of_what_grade_the_steel_is() -> None:
    words = [*lettered("ALL STEELWORK TO BE GRADE S355 JR.", 300, 300), *lettered("PL 300 x 25, GRADE S355", 300, 900)]
    assert ask("What steel grade is required?", words).evidence[0].value.startswith("S355")


def test_a_date_holds_no_number_of_a_material() -> None:
    words = [*lettered("Bearing Block v2 - 4.3.2021", 900, 1200), *lettered("Aluminium 7075", 900, 1245)]
    assert "Aluminium 7075" in text("Which material?", words)


def test_a_lab_is_an_organisation() -> None:
    words = [*lettered("Scale 2:1", 900, 1200), *lettered("Robot Dynamics Lab", 900, 1245)]
    assert "Robot Dynamics Lab" in text("Welche Organisation steht auf dem Blatt?", words)
