"""A yes or a no is said only where the sheet allows one, and what the sheet says stands behind it."""

from __future__ import annotations

import pytest

from reader.materials_said import agree, material_said
from reader.polar import is_claim
from tests.lettered import SCAN, lettered, title_block
from tests.test_embedded_reader import ask, text

LEVER = [
    *lettered("Ø16 H8", 300, 300),
    *lettered("2x M5", 300, 500),
    *lettered("R4", 300, 700),
    *lettered("85 ±0,2", 300, 900),
    *lettered("27", 900, 900),
    *lettered("Ø9 ↧ 14", 900, 500),
    *lettered("Ra 3,2", 1900, 300),
    *lettered("ISO 2768-fH", 1900, 500),
    *title_block(title="Schwinge", material="CuZn39Pb3", scale="5:1", number="HB-77"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Ist der Hebel 85 mm lang?", "Ja, das größte Längenmaß auf dem Blatt ist 85 ±0,2."),
        ("Is the lever 90 mm long?", "No, the largest length dimension on the sheet is 85 ±0,2."),
        ("Ist die Bohrung 16 H8?", "Ja, auf dem Blatt steht Ø16 H8."),
        ("Is the bore 16H7?", "No, at Ø16, H8 is given."),
        ("Gibt es ein Gewinde M5?", "Ja, auf dem Blatt steht 2x M5."),
        ("Is there an M12 thread?", "No, M12 is not on the sheet."),
        ("Is the thread M6?", "No, the thread is M5."),
        ("Hat der Hebel Fasen?", "Nein, eine Fase steht nicht auf dem Blatt."),
        ("Are there any radii?", "Yes, the radius is R4."),
        ("Steht ein R6 auf dem Blatt?", "Nein, R6 steht nicht auf dem Blatt."),
        ("Ist der Maßstab 5:1?", "Ja, als Maßstab ist 5:1 eingetragen."),
        ("is the scale 1:5", "No, the scale is 5:1."),
        ("Ist die Rauheit Ra 1,6?", "Nein, als Oberflächenrauheit steht auf dem Blatt Ra 3,2."),
        ("Gilt ISO 2768-fH als Allgemeintoleranz?", "Ja, als Allgemeintoleranz steht auf dem Blatt ISO 2768-fH."),
        ("Hat das Maß 85 eine Toleranz von ±0,2?", "Ja, für 85 gilt die Toleranz ±0,2."),
        ("Is the tolerance of 85 ±0.5?", "No, the tolerance of 85 is ±0,2."),
        ("Ist die Bohrung Ø9 14 tief?", "Ja, die Tiefe von Ø9 ist 14."),
        ("Is the Ø9 hole 20 deep?", "No, the depth of Ø9 is 14."),
        ("Sind es 3 Gewinde?", "Nein, es sind 2: Auf dem Blatt steht 2x M5."),
        ("Ist das Teil aus Messing?", "Ja, als Werkstoff ist CuZn39Pb3 eingetragen."),
        ("is it made of steel?", "No, the material is CuZn39Pb3."),
        ("Ich möchte wissen, ob es ein Gewinde M5 gibt", "Ja, auf dem Blatt steht 2x M5."),
        ("Der Maßstab ist 5:1, oder?", "Ja, als Maßstab ist 5:1 eingetragen."),
    ],
)
def test_a_claim_is_held_against_the_sheet(question: str, answer: str) -> None:
    assert text(question, LEVER) == answer


def test_a_size_among_others_is_no_proof_of_what_it_is_the_size_of() -> None:
    words = [*lettered("85", 300, 900), *lettered("27", 900, 900), *lettered("31", 900, 300)]
    answer = text("Ist die Nut 27 breit?", words)
    assert answer.startswith("Auf dem Blatt steht 27;")
    assert text("Ist die Nut 28 breit?", words).startswith("Nein, 28 steht nicht")


def test_a_denial_vouches_for_no_number() -> None:
    assert ask("Is there an M12 thread?", LEVER).evidence == ()


def test_of_recognised_lettering_a_denial_says_so() -> None:
    scanned = lettered("M5", source="ocr")
    assert "soweit es durch Texterkennung" in text("Gibt es ein Gewinde M6?", scanned, sheet=SCAN)


def test_m1_is_not_m10() -> None:
    assert text("Gibt es M1?", lettered("M10")) == "Nein, M1 steht nicht auf dem Blatt."
    assert text("Gibt es M10?", lettered("M10x1")) == "Ja, auf dem Blatt steht M10x1."


def test_a_hole_that_has_a_depth_does_not_go_through() -> None:
    assert text("Geht die Bohrung Ø9 durch?", LEVER) == "Nein, die Tiefe von Ø9 ist 14."
    assert text("Is the M5 thread through?", lettered("M5 durchgehend")).startswith("Yes, the sheet says")


@pytest.mark.parametrize(
    "question",
    [
        "Ist das ein M6 oder ein M8?",
        "Wie lang ist die Welle?",
        "Kannst du mir den Radius nennen?",
        "can you list all fits",
    ],
)
def test_open_questions_claim_nothing(question: str) -> None:
    assert not is_claim(question.lower())


@pytest.mark.parametrize(
    ("claim", "printed", "verdict"),
    [
        ("alu", "EN AW-5083", True),
        ("aluminium", "AlMgSi1", True),
        ("steel", "42CrMo4", True),
        ("steel", "Stainless steel", True),
        ("edelstahl", "X5CrNi18-10", True),
        ("kunststoff", "POM-C", True),
        ("alu", "S355J2", False),
        ("POM", "PEEK", None),
        ("edelstahl", "C45", None),
        ("alu", "siehe Stückliste", None),
    ],
)
def test_materials_are_compared_by_their_families(claim: str, printed: str, verdict: bool | None) -> None:
    assert agree(claim, printed) is verdict


def test_a_material_is_claimed_behind_a_preposition() -> None:
    assert material_said("Ist die Buchse aus rotem Kupfer?") == "Kupfer"
    assert material_said("Which steel is it?") is None


def test_whether_a_size_is_exact_or_for_information() -> None:
    words = [*lettered("(33)", 300, 300), *lettered("47", 300, 700)]
    assert text("Is 33 a reference dimension?", words) == "Yes, the sheet says (33)."
    assert text("Steht 47 in Klammern?", words) == "Nein, auf dem Blatt steht 47."


def test_the_count_in_a_summary_is_vouched_for_as_computed() -> None:
    evidence = ask("Was steht im Schriftfeld?", LEVER).evidence
    assert [item.status for item in evidence if item.value == "8"] == ["computed"]


def test_a_thing_and_a_value_are_a_claim_where_the_value_can_be_nothing_else() -> None:
    assert text("Maßstab 5:1?", LEVER) == "Ja, als Maßstab ist 5:1 eingetragen."
    assert text("Werkstoff Stahl?", LEVER) == "Nein, als Werkstoff ist CuZn39Pb3 eingetragen."
    assert text("Toleranz 85?", LEVER) == "Für 85 gilt die Toleranz ±0,2."


def test_a_length_that_is_of_no_part_is_that_of_the_whole() -> None:
    assert text("Ist die Länge 85?", LEVER) == "Ja, das größte Längenmaß auf dem Blatt ist 85 ±0,2."
    assert text("Is the length 27 mm?", LEVER) == "No, the largest length dimension on the sheet is 85 ±0,2."


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Ist der Hebel länger als 80 mm?", "Ja, das größte"),
        ("Is it longer than 90?", "No, the largest"),
        ("Ist der Hebel kürzer als 90?", "Ja, das größte"),
        ("Is the lever shorter than 85?", "No, the largest"),
        ("Ist der Radius größer als 4?", "Nein, der Radius ist R4"),
    ],
)
def test_a_size_is_compared_with_a_number(question: str, begins: str) -> None:
    assert text(question, LEVER).startswith(begins)


@pytest.mark.parametrize(
    ("question", "callout"),
    [
        ("Is there no thread?", "M8"),
        ("Gibt es keine Radien?", "R4"),
        ("Are all holes Ø6?", "Ø6"),
        ("Is the diameter between 10 and 30?", "Ø20"),
        ("Are there more than 3 holes?", "4x Ø6"),
        ("Is there M6 and M10?", "M6"),
    ],
)
def test_no_verdict_is_given_on_what_is_turned_round_bounded_or_joined(question: str, callout: str) -> None:
    assert not text(question, lettered(callout)).startswith(("Yes", "No,", "Ja", "Nein"))
