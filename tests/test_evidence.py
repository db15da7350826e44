"""What an answer says is looked up on the sheet, by value and place."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from drawing.evidence import Evidence, Lookup
from drawing.reading import read
from drawing.sheet import Box, Word
from tests.lettered import SCAN, SHEET, lettered, title_block
from tests.test_frame import zones

SHAFT: list[Word] = [
    *lettered("Ø70,50 ±0,05", 300, 300),
    *lettered("Ø35 H7", 300, 500),
    *lettered("4x Ø6,6 ↧ 12", 900, 300),
    *lettered("M8x1.25-6H ↧ 20", 900, 500),
    *lettered("R0,5", 900, 700),
    *lettered("2x45°", 300, 700),
    *lettered("120", 600, 900),
    *lettered("30 +0,2/-0,1", 1300, 700),
    *lettered("Ra 1,6", 1900, 300),
    *lettered("ISO 2768-mK", 1900, 500),
    *title_block(title="Flanschwelle", number="FL-4711", material="C45E", scale="1:2"),
]


def evidence(
    answer: str, question: str = "", words: Sequence[Word] = SHAFT, hints: Sequence[Box] = ()
) -> dict[str, Evidence]:
    found = Lookup(read(words, SHEET)).evidence(answer, question, hints)
    return {item.value: item for item in found}


def statuses(answer: str, question: str = "", words: Sequence[Word] = SHAFT) -> dict[str, str]:
    return {value: item.status for value, item in evidence(answer, question, words).items()}


def test_numbers_are_found_by_value() -> None:
    assert statuses("Der Außendurchmesser ist 70.5 mm.") == {"70.5": "verified"}


def test_a_misread_digit_is_not_found() -> None:
    assert statuses("Der Außendurchmesser ist Ø75,50.") == {"Ø75,50": "not_found"}


def test_the_decimals_of_a_number_are_no_number() -> None:
    assert statuses("Die Länge ist 50 und 6.") == {"50": "not_found", "6": "not_found"}


def test_a_number_may_be_a_part_of_a_designation() -> None:
    assert statuses("Der Werkstoff ist 6082.", words=lettered("EN AW-6082")) == {"6082": "verified"}


def test_a_diameter_is_no_radius() -> None:
    assert statuses("Die Bohrung hat Ø0,5.") == {"Ø0,5": "not_found"}


def test_a_sign_that_the_lettering_lacks_does_not_matter() -> None:
    assert statuses("The length is Ø120.") == {"Ø120": "verified"}


def test_a_deviation_is_found_beside_its_size() -> None:
    assert statuses("Ø70,50 hat die Toleranz ±0,05.") == {"Ø70,50": "verified", "±0,05": "verified"}


def test_a_deviation_of_another_size_is_not_found() -> None:
    assert statuses("Das Maß 120 hat die Toleranz ±0,05.")["±0,05"] == "not_found"


def test_a_deviation_of_a_near_neighbour_is_not_found() -> None:
    words = [*lettered("45", 600, 600), *lettered("30 ±0,02", 600, 640)]
    assert statuses("45 ±0,02", words=words) == {"45": "verified", "±0,02": "not_found"}


def test_a_roughness_is_found_under_its_sign() -> None:
    assert statuses("Die Fläche hat Ra 0,8.", words=lettered("√0,8")) == {"Ra 0,8": "verified"}


def test_a_tolerance_of_a_size_that_is_not_there_is_not_there() -> None:
    assert statuses("Ø75,50 ±0,05") == {"Ø75,50": "not_found", "±0,05": "not_found"}


def test_a_count_does_not_stand_in_a_thread() -> None:
    words = [*lettered("Ø9", 600, 600), *lettered("M3x0,5", 1400, 1200)]
    assert statuses("Es sind 3x Ø9.", words=words)["3x"] == "not_found"


def test_a_thread_in_brackets_is_no_zone() -> None:
    assert statuses("Das Gewinde (M8) steht unten.") == {"M8": "verified"}


def test_a_deviation_alone_belongs_to_the_size_in_the_question() -> None:
    assert statuses("±0,05 mm", "Welche Toleranz hat das Maß 120?") == {"±0,05": "not_found"}


def test_a_deviation_without_any_size_is_looked_up_everywhere() -> None:
    assert statuses("Es gilt ±0,05.") == {"±0,05": "verified"}


def test_both_deviations_are_found() -> None:
    assert statuses("30 +0,2/-0,1") == {"30": "verified", "+0,2": "verified", "-0,1": "verified"}


def test_a_deviation_with_the_wrong_sign_is_not_found() -> None:
    assert statuses("Das Maß 30 hat das obere Abmaß +0,1.")["+0,1"] == "not_found"


def test_equal_deviations_may_be_named_together() -> None:
    words = lettered("35,36 +0,03/-0,03")
    assert statuses("35,36 ±0,03", words=words)["±0,03"] == "verified"


def test_a_class_is_found_beside_its_size() -> None:
    assert statuses("Die Bohrung Ø35 hat die Passung H7.") == {"Ø35": "verified", "H7": "verified"}


def test_a_class_of_another_size_is_not_found() -> None:
    assert statuses("Ø70,5 hat die Passung H7.")["H7"] == "not_found"


def test_a_count_is_found_beside_its_size() -> None:
    assert statuses("Es gibt 4 Bohrungen Ø6,6.") == {"4 Bohrungen": "verified", "Ø6,6": "verified"}


def test_a_wrong_count_is_not_found() -> None:
    assert statuses("Es gibt 6 Bohrungen Ø6,6.")["6 Bohrungen"] == "not_found"


def test_a_count_of_something_else_is_found_with_its_noun() -> None:
    words = [*SHAFT, *lettered("3 pieces", 300, 1200)]
    assert statuses("Length 120, 3 pieces", words=words)["3 pieces"] == "verified"


def test_threads_are_found_in_their_parts() -> None:
    assert set(statuses("Das Gewinde ist M8 x 1,25 - 6H, 20 mm tief.").values()) == {"verified"}


@pytest.mark.parametrize("code", ["FL-4711", "C45E", "1:2", "ISO 2768-mK", "DIN ISO 2768 - mK"])
def test_designations_are_found_to_the_letter(code: str) -> None:
    assert set(statuses(f"Angegeben ist {code}.").values()) == {"verified"}


@pytest.mark.parametrize("code", ["FL-4712", "C45", "1:20", "ISO 2768-fH"])
def test_other_designations_are_not_found(code: str) -> None:
    assert set(statuses(f"Angegeben ist {code}.").values()) == {"not_found"}


def test_limits_follow_from_the_printed_deviations() -> None:
    assert evidence("Das Größtmaß von Ø70,50 ist 70,55.")["70,55"].status == "computed"


def test_the_deviations_of_a_fit_are_computed() -> None:
    assert statuses("Ø35 H7 bedeutet +0,025/0.") == {
        "Ø35": "verified",
        "H7": "verified",
        "+0,025": "computed",
        "0": "computed",
    }


def test_the_limits_of_the_general_tolerance_are_computed() -> None:
    assert statuses("Für 120 gilt nach ISO 2768-mK ±0,3.")["±0,3"] == "computed"


def test_a_recognised_size_may_have_a_tolerance_that_was_not_recognised() -> None:
    words = [*lettered("ISO 2768-mK", 1900, 500), *lettered("120", source="ocr")]
    assert statuses("Für 120 gilt ±0,3.", words=words)["±0,3"] == "not_found"


def test_a_size_with_its_own_tolerance_has_no_general_one() -> None:
    assert statuses("Für 30 gilt ±0,2.")["±0,2"] == "not_found"


def test_a_computed_value_points_at_what_it_follows_from() -> None:
    box = evidence("Ø70,50 darf höchstens 70,55 sein.")["70,55"].box
    assert box is not None and box.contains(350, 300)


def test_recognised_lettering_is_no_verification() -> None:
    words = lettered("Ø12", source="ocr")
    found = Lookup(read(words, SCAN)).evidence("Der Durchmesser ist 12 mm.")
    assert [(item.status, item.source) for item in found] == [("ocr_only", "ocr")]


def test_the_frames_digits_are_no_dimensions() -> None:
    assert statuses("Die Länge ist 3.", words=[*zones(), *lettered("25")]) == {"3": "not_found"}


def test_evidence_has_its_zone() -> None:
    assert evidence("25", words=[*zones(), *lettered("25", 1310, 650)])["25"].zone == "D4"


def test_what_the_answer_points_at_is_preferred() -> None:
    words = [*lettered("25", 300, 300), *lettered("25", 1500, 900)]
    box = evidence("25", words=words, hints=[Box(1490, 880, 1600, 920)])["25"].box
    assert box is not None and box.x1 > 1400


def test_numberings_and_zones_of_an_answer_are_no_values() -> None:
    assert statuses("1. Die Länge ist 120 (B3).\n2. Siehe Seite 7, Zone C12.") == {"120": "verified"}


def test_a_number_that_is_denied_is_no_claim() -> None:
    assert statuses("Das Maß 99 steht nicht auf dem Blatt.", "Wo ist das Maß 99?") == {}


def test_a_number_of_the_question_that_is_confirmed_is_a_claim() -> None:
    assert statuses("Ja, die Länge ist 120.", "Ist die Länge 120?") == {"120": "verified"}


def test_a_value_is_listed_once() -> None:
    assert len(evidence("Ø6,6 und Ø6,6 und Ø 6.6")) == 1


@pytest.mark.parametrize("thread", ["M30", "M120", "SW120", "R120", "C120"])
def test_a_letter_that_the_sheet_does_not_print_is_not_found(thread: str) -> None:
    assert statuses(f"Angegeben ist {thread}.") == {thread: "not_found"}


@pytest.mark.parametrize(
    "answer",
    ["Der Radius ist 35 mm.", "Radius: 70,5", "The radius is 35 mm.", "Der Durchmesser ist 0,5 mm."],
)
def test_a_word_says_what_a_number_is_as_a_sign_does(answer: str) -> None:
    assert set(statuses(answer).values()) == {"not_found"}


@pytest.mark.parametrize("answer", ["Radius: 0,5 mm", "Der Durchmesser beträgt 35 mm.", "| Radius | 0.5 |"])
def test_a_word_that_fits_the_sign_is_right(answer: str) -> None:
    assert set(statuses(answer).values()) == {"verified"}


@pytest.mark.parametrize("answer", ["120 cm", "120 kg", "35 %", "120 Zoll", "30 inch", "12 Nm"])
def test_a_number_with_a_unit_that_is_not_printed_is_not_found(answer: str) -> None:
    assert statuses(f"Angegeben sind {answer}.") == {answer: "not_found"}


def test_a_value_with_its_printed_unit_is_found() -> None:
    assert statuses("Die Masse ist 1,2 kg.", words=lettered("Masse: 1,2 kg")) == {"1,2 kg": "verified"}


@pytest.mark.parametrize("answer", ["120°", "120 Grad", "120 degrees"])
def test_a_length_is_no_angle(answer: str) -> None:
    assert set(statuses(answer).values()) == {"not_found"}


@pytest.mark.parametrize("answer", ["45 Grad", "45 degrees", "45°"])
def test_an_angle_is_found_in_words_too(answer: str) -> None:
    assert set(statuses(answer).values()) == {"verified"}


def test_an_angle_is_no_length() -> None:
    assert statuses("Die Länge ist 45 mm.") == {"45": "not_found"}


@pytest.mark.parametrize("answer", ["Die Länge ist 4 mm.", "Die Länge ist 4.", "Die Bohrung hat Ø4."])
def test_a_count_is_no_size(answer: str) -> None:
    assert set(statuses(answer).values()) == {"not_found"}


@pytest.mark.parametrize(
    ("answer", "question"), [("4", "Wie viele Bohrungen gibt es?"), ("Anzahl: 4", ""), ("4 off", "")]
)
def test_a_count_may_be_said_as_a_number(answer: str, question: str) -> None:
    assert set(statuses(answer, question).values()) == {"verified"}


@pytest.mark.parametrize("answer", ["Die Fase ist 2 mm breit.", "2 x 45°"])
def test_the_size_of_a_chamfer_is_no_count(answer: str) -> None:
    assert set(statuses(answer).values()) == {"verified"}


def test_a_deviation_without_its_sign_still_belongs_to_its_size() -> None:
    assert statuses("Die Toleranz von Ø35 ist 0,05 mm.") == {"Ø35": "verified", "0,05": "not_found"}


@pytest.mark.parametrize("answer", ["- Länge: 120\n- Toleranz: ±0,05", "Die Länge ist 120. Die Passung ist H7."])
def test_a_tolerance_belongs_to_the_size_in_the_line_before(answer: str) -> None:
    assert list(statuses(answer).values()) == ["verified", "not_found"]


def test_a_size_with_a_sign_of_its_own_is_no_deviation() -> None:
    assert statuses("Der Versatz ist -120.") == {"-120": "not_found"}


@pytest.mark.parametrize(
    "answer",
    [
        "Das M8-Gewinde",
        "die Ø35-Bohrung",
        "das 120-Maß",
        "4-mal Ø6,6",
        "eine 2 × 45°-Fase",
        "30 mm +0,2 mm / −0,1 mm",
        "2 mm x 45°",
        "scale 1 : 2",
        "Ø70,50 [B3]",
        "$Ø35$",
    ],
)
def test_values_are_found_as_people_write_them(answer: str) -> None:
    assert set(statuses(answer).values()) == {"verified"}


def test_pages_are_no_values() -> None:
    assert statuses("Seite 7 von 9") == {}


def test_both_limits_of_a_callout_name_it() -> None:
    assert set(statuses("Das Maß liegt zwischen 70,45 und 70,55 mm.").values()) == {"computed"}


def test_one_limit_and_another_number_name_nothing() -> None:
    assert statuses("Das Maß liegt zwischen 70,45 und 70,56 mm.") == {"70,45": "not_found", "70,56": "not_found"}


@pytest.mark.parametrize(
    "answer",
    [
        " ".join(str(number) for number in range(10_000, 26_000)),
        "1x" * 25_000,
        "1 x " * 12_500,
        " ".join(f"Ø{number} ±0,1 H7" for number in range(3_000)),
        " ".join(f"A{number}-B{number}" for number in range(9_000)),
    ],
    ids=["numbers", "counts", "counts apart", "callouts", "codes"],
)
def test_an_answer_that_runs_on_is_looked_up_in_seconds(answer: str) -> None:
    lookup = Lookup(read(SHAFT, SHEET))
    began = time.process_time()
    lookup.evidence(answer)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("answer", ["Maß 30, oberes Abmaß 0,1", "Maß 30: oberes Abmaß ist 0,1 mm"])
def test_a_lower_deviation_is_no_upper_one_in_words_either(answer: str) -> None:
    assert statuses(answer) == {"30": "verified", "0,1": "not_found"}


def test_deviations_in_words_are_found() -> None:
    answer = "Maß 30, oberes Abmaß: 0,2 mm, unteres Abmaß: -0,1 mm"
    assert statuses(answer) == {"30": "verified", "0,2": "verified", "-0,1": "verified"}


def test_a_dimension_is_no_roughness() -> None:
    assert statuses("Die Oberfläche hat Ra 120.") == {"Ra 120": "not_found"}
