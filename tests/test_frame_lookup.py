"""Feature control frames are found by characteristic, datum, kind, and the dimension above them."""

from __future__ import annotations

from dataclasses import replace

from drawing.reading import Reading
from reader.finding import Finding
from reader.frame_lookup import find_frame
from reader.questions import understand
from reader.wording import sentence
from tests.lettered import lettered, reading
from tests.test_embedded_reader import ask, text

STACKED = [*lettered("Ø11,0", 300, 300), *lettered("0,15 E", 300, 345), *lettered("0,12 E", 300, 390)]


def known(sheet: Reading, **characteristics: str) -> Reading:
    """The sheet with the characteristics of its frames read, by the value in them."""
    values = {value.replace("_", ","): name for name, value in characteristics.items()}
    named = [
        replace(c, characteristic=next((n for v, n in values.items() if v in c.text), None)) for c in sheet.callouts
    ]
    return replace(sheet, callouts=tuple(named))


def find(question: str, sheet: Reading) -> Finding:
    return find_frame(understand(question), sheet)


def test_frames_stacked_below_a_dimension_all_belong_to_it() -> None:
    words = [*STACKED, *lettered("0,4 B", 1500, 900)]
    assert len(ask("Welche Lagetoleranzen hat Ø11?", words).evidence) == 2


def test_a_tolerance_of_form_has_no_datum_and_one_of_location_has() -> None:
    sheet = known(reading(lettered("0,3", 300, 300), lettered("0,4 B", 300, 900)), parallelism="0_4")
    assert [quote.text for quote in find("Welche Lagetoleranz?", sheet).quotes] == ["0,4 B"]


def test_a_read_characteristic_is_named_with_its_value() -> None:
    found = find(
        "Which geometric tolerance has Ø11?", known(reading(STACKED), position="0_15", perpendicularity="0_12")
    )
    assert "position tolerance 0,15 E and perpendicularity tolerance 0,12 E" in sentence(found, "en")


def test_a_characteristic_that_the_sheet_has_once_needs_no_dimension_beside_it() -> None:
    sheet = known(reading(lettered("Ø38 H7", 300, 300), lettered("0,05 A", 300, 600)), perpendicularity="0_05")
    assert [quote.text for quote in find("Welche Rechtwinkligkeit hat Ø38?", sheet).quotes] == ["0,05 A"]


def test_the_datum_that_a_form_tolerance_makes_is_not_one_it_refers_to() -> None:
    sheet = known(reading(lettered("⏥ 0,05", 300, 300), lettered("0,4 B", 300, 900)), flatness="0_05")
    assert [quote.text for quote in find("What flatness is required for datum A?", sheet).quotes] == ["⏥ 0,05"]


def test_frames_are_counted() -> None:
    found = find("Wie viele Positionstoleranzen?", known(reading(STACKED), position="0_15", perpendicularity="0_12"))
    assert (found.phrase, found.number) == ("counted", 1)
    assert found.quotes[0].computed


def test_the_datums_are_those_of_the_frames() -> None:
    words = [*lettered("0,15 E", 300, 345), *lettered("0,4 B", 1500, 900)]
    assert text("Which datums are there?", words) == "The feature control frames refer to B and E."
    assert ask("Welche Bezüge gibt es?", lettered("Ø11,0")).evidence == ()


def test_datums_are_counted() -> None:
    words = [*lettered("0,3 B", 300, 300), *lettered("0,2 A", 300, 900)]
    assert text("How many datums are there?", words) == "There are 2 datums on the sheet: A and B."


def test_a_question_whether_a_hole_has_a_frame_names_the_hole_and_no_value() -> None:
    words = [*STACKED, *lettered("0,4 B", 1500, 900)]
    assert text("Hat die Bohrung Ø11 eine Lagetoleranz von 0,15?", words).startswith("Ja, auf dem Blatt steht 0,15 E.")
    assert text("Hat Ø11 eine Lagetoleranz?", words).startswith("Ja, auf dem Blatt steht 0,15 E und 0,12 E.")
