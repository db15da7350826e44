"""The engine without a model answers from the lettering, and says so when it cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.lettering import Lettering
from drawing.read_sheet import ReadSheet
from drawing.reading import read
from drawing.rendering import Rendering
from drawing.sheet import Box, Part, Sheet, Word
from embedded_reader import EmbeddedReader, answer_from
from language import Language
from plain_text import plain
from tests.lettered import HEIGHT, SCAN, SHEET, lettered, table, title_block
from tests.test_lines import words as any_words
from vision import Answer, Delta, Inquiry, Turn, VisionEngine

SHAFT: list[Word] = [
    *lettered("Ø70,50 ±0,05", 300, 300),
    *lettered("Ø35 H7", 300, 500),
    *lettered("4x Ø6,6 ↧ 12", 900, 300),
    *lettered("M8x1.25-6H ↧ 20", 900, 500),
    *lettered("R0,5", 900, 700),
    *lettered("2x45°", 300, 700),
    *lettered("120", 600, 900),
    *lettered("45", 400, 800),
    *lettered("30 ±0,1", 200, 600, direction=90),
    *lettered("Ra 1,6", 1900, 300),
    *lettered("ISO 2768-mK", 1900, 500),
    *title_block(title="Flanschwelle", number="4711_08", material="C45E", scale="1:2"),
]
BOM = table(
    [
        ["POS.", "BENENNUNG", "TEILENUMMER", "MENGE"],
        ["1", "Gehäuse", "G-100", "1"],
        ["2", "Zylinderschraube M5x16", "ISO 4762", "8"],
        ["3", "Dichtung", "D-7", "2"],
    ],
    [200.0, 400.0, 900.0, 1300.0],
)


@dataclass
class Desk:
    """A sheet whose words are known."""

    words: tuple[Word, ...]
    sheet: Sheet = SHEET
    complete: bool = True
    session_id: str = "words"

    async def renderings(self, *parts: Part) -> list[Rendering]:
        raise AssertionError("the embedded reader looks at no picture")

    async def read(self) -> ReadSheet:
        return ReadSheet.of(Lettering(self.words, self.complete), self.sheet)


def ask(
    question: str,
    words: list[Word] = SHAFT,
    *,
    language: Language = "de",
    sheet: Sheet = SHEET,
    history: tuple[str, ...] = (),
    region: Box | None = None,
) -> Answer:
    turns = tuple(Turn(earlier, "…") for earlier in history)
    return answer_from(question, read(words, sheet), language=language, history=turns, region=region)


def text(question: str, words: list[Word] = SHAFT, **more: object) -> str:
    return plain(ask(question, words, **more).markdown)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Was ist der Außendurchmesser?", "Der größte Durchmesser auf dem Blatt ist Ø70,50 ±0,05."),
        ("What is the outer diameter?", "The largest diameter on the sheet is Ø70,50 ±0,05."),
        ("Welche Toleranz hat Ø70.5?", "Für Ø70,50 gilt die Toleranz ±0,05."),
        ("Which fit has the Ø35 bore?", "At Ø35, H7 is given."),
        ("Welches Gewinde ist angegeben?", "Das Gewinde ist M8x1.25-6H."),
        ("How deep is the thread?", "The depth of M8x1.25-6H is 20."),
        ("Welche Toleranzklasse hat das Gewinde?", "An M8x1.25-6H ist 6H angegeben."),
        ("Was ist die Steigung des Gewindes?", "Die Steigung von M8x1.25-6H ist 1.25."),
        ("Wie groß ist der Radius?", "Der Radius ist R0,5."),
        ("Which chamfer is given?", "The chamfer is 2x45°."),
        ("Wie lang ist die Welle insgesamt?", "Das größte Längenmaß auf dem Blatt ist 120."),
        ("How high is the part?", "The largest vertical dimension on the sheet is 30 ±0,1."),
        ("Wie viele Bohrungen Ø6,6 gibt es?", "Es sind 4: Auf dem Blatt steht 4x Ø6,6 ↧ 12."),
        ("Wie tief sind die Bohrungen Ø6,6?", "Die Tiefe von 4x Ø6,6 ist 12."),
        ("Was ist das Höchstmaß von 30?", "Das obere Grenzmaß von 30 ±0,1 ist 30,1."),
        ("Welche Rauheit ist angegeben?", "Als Oberflächenrauheit steht auf dem Blatt Ra 1,6."),
        ("What is the general tolerance?", "The general tolerance on the sheet is ISO 2768-mK."),
        ("Welcher Werkstoff?", "Als Werkstoff ist C45E eingetragen."),
        ("What is the title?", "The title is Flanschwelle."),
        ("What is the drawing number?", "The drawing number is 4711_08."),
    ],
)
def test_a_question_is_answered_in_its_language_with_the_value_as_printed(question: str, answer: str) -> None:
    assert text(question, language="de") == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Welche Kegelsenkung ist angegeben?", "Eine Kegelsenkung steht nicht auf dem Blatt."),
        ("Which angle is given?", "An angle is not on the sheet."),
        ("Wie groß ist Ø99?", "Das Maß Ø99 steht nicht auf dem Blatt."),
        (
            "Wer hat die Zeichnung genehmigt?",
            "Das Feld „Genehmigt von“ ist leer; ein Freigebender ist nicht angegeben.",
        ),
        ("What is the weight?", "A weight is not on the sheet."),
        ("Welche Toleranz hat das Maß 120?", "An 120 ist keine Toleranz angegeben."),
        ("Welche Ebenheitstoleranz gilt?", "Eine Ebenheitstoleranz steht nicht auf dem Blatt."),
    ],
)
def test_what_is_not_on_the_sheet_is_said_plainly_and_vouched_for_by_nothing(question: str, answer: str) -> None:
    found = ask(question)
    assert plain(found.markdown).startswith(answer)
    vouched = [item for item in found.evidence if item.status in ("verified", "ocr_only")]
    assert (vouched, found.elements) == ([], ())


def test_recognised_lettering_does_not_prove_absence() -> None:
    assert text("Which angle is given?", sheet=SCAN) == (
        "An angle is not on the sheet, as far as its lettering could be recognised."
    )


def test_a_value_is_shown_where_it_stands() -> None:
    found = ask("Wie groß ist der Radius?")
    assert [(e.value, e.status, e.page, e.source) for e in found.evidence] == [("R0,5", "verified", 1, "text_layer")]
    assert found.elements[0].box == found.evidence[0].box == lettered("R0,5", 900, 700)[0].box
    assert found.elements[0].element_type == "dimension"


def test_a_recognised_value_is_only_that() -> None:
    found = ask("Wie groß ist der Radius?", lettered("R0,5", source="ocr", confidence=0.97), sheet=SCAN)
    assert (found.evidence[0].status, found.elements[0].confidence) == ("ocr_only", 0.97)


def test_an_unsure_recognition_is_told() -> None:
    assert "unsicher" in text("Wie groß ist der Radius?", lettered("R0,5", source="ocr", confidence=0.7), sheet=SCAN)


def test_a_computed_value_is_marked_as_computed() -> None:
    found = ask("Was ist das Mindestmaß von 30?")
    assert [(e.value, e.status) for e in found.evidence] == [("29,9", "computed"), ("30 ±0,1", "verified")]


def test_of_several_values_the_candidates_are_named_and_none_is_chosen() -> None:
    words = lettered("R0,5") + lettered("R3", y=900)
    assert text("Wie groß ist der Radius?", words) == (
        "Welche Angabe gemeint ist, geht aus der Beschriftung nicht hervor; in Frage kommen R0,5 und R3."
    )


def test_of_too_many_values_some_are_named_as_that() -> None:
    words = [word for i in range(10) for word in lettered(f"R{i + 1}", y=300 + 100 * i)]
    found = plain(ask("Wie groß ist der Radius?", words).markdown)
    assert "10 Radien, darunter R10, R9, R8, R7, R6, R5 und R4" in found
    assert "geht aus der Beschriftung nicht hervor" in found


def test_of_a_part_the_smaller_sizes_are_named_first() -> None:
    words = [word for i in range(12) for word in lettered(str(10 * i + 10), y=300 + 100 * i)]
    assert "12 Längenmaße" not in text("Wie breit ist die Nut?", words)
    assert "darunter 10, 20, 30" in text("Wie breit ist die Nut?", words)


def test_a_size_without_its_diameter_sign_is_not_guessed_to_be_a_diameter() -> None:
    words = lettered("9,14 ±0,02") + lettered("19", y=900)
    found = ask("Was ist der Außendurchmesser?", words)
    assert "Ø-Zeichen sind auf diesem Blatt nicht als Text lesbar" in plain(found.markdown)
    assert found.evidence == ()


def test_a_sign_that_is_drawn_is_told_to_be_inferred() -> None:
    assert "inferred from the gap" in text("How deep is the hole Ø6?", lettered("Ø6\t12"))


def test_one_readable_deviation_is_not_passed_off_as_both() -> None:
    assert "Nur ein Abmaß ist lesbar" in text("Welche Toleranz hat 25?", lettered("25 -0,1"))


def test_the_only_size_left_is_said_to_be_just_that() -> None:
    assert text("How thick is it?", lettered("3")) == "The only dimension in question on the sheet is 3."


def test_a_small_number_that_may_stand_in_a_frame_is_no_thickness() -> None:
    words = lettered("0.3", y=300) + lettered("0.41 A", y=900)
    assert ask("Wie dick ist die Platte?", words).evidence == ()


def test_an_unknown_part_is_not_measured_by_the_largest_length() -> None:
    words = lettered("33,40", y=300) + lettered("4,50", y=600)
    assert "in Frage kommen" in text("Wie lang ist die Abflachung?", words)


def test_a_fit_in_the_question_tells_two_equal_sizes_apart() -> None:
    words = lettered("Ø38 H12", y=300) + lettered("Ø38", y=900)
    assert text("Welche Passung hat Ø38 H12?", words) == "An Ø38 ist H12 angegeben."


def test_limits_with_a_dash_are_answered_as_limits() -> None:
    assert text("What is the upper limit of Ø5.8?", lettered("4xØ5.8-5.85")).endswith("is 5.85.")


def test_the_only_date_on_the_sheet_needs_no_label() -> None:
    words = BOM + lettered("Stückliste für Halter, 13.09.2019", 200, 200)
    assert (
        text("Von welchem Datum ist die Stückliste?", words)
        == "Auf dem Blatt steht das Datum 13.09.2019, ohne Feldnamen."
    )


def test_a_part_of_the_thing_is_not_measured_by_the_largest_length() -> None:
    words = lettered("120", y=300) + lettered("14", y=600) + lettered("8", y=900)
    assert "in Frage kommen" in text("Wie lang ist die Nut?", words)


def test_stacked_limits_are_answered_as_limits() -> None:
    words = lettered("16.00") + lettered("15.50", y=600 + 1.3 * HEIGHT)
    assert text("What is the upper limit of 16.00?", words) == "The upper limit of 16.00/15.50 is 16.00."


def test_a_detail_tells_which_angle_is_meant() -> None:
    words = lettered("36°", 300, 300) + lettered("50°", 1700, 1000) + lettered("Detail A (20 : 1)", 1650, 1200)
    assert text("Welcher Winkel ist in Detail A bemaßt?", words) == "Der Winkel bei „A“ ist 50°."


def test_a_caption_tells_which_part_is_meant() -> None:
    words = [
        *lettered("600", 1100, 130),
        *lettered("250", 1100, 600),
        *lettered("Frame Element Side", 60, 160),
        *lettered("Frame Element Top", 60, 640),
    ]
    assert text("Wie lang ist das Profil „Frame Element Top“?", words) == (
        "Das größte Längenmaß bei „Frame Element Top“ ist 250."
    )


def test_tolerances_by_decimal_places_are_the_general_ones() -> None:
    words = lettered("TWO PLACE DECIMAL ±.01", y=300) + lettered("THREE PLACE DECIMAL ±.005", y=330)
    assert text("What is the general tolerance?", words) == (
        "The general tolerance on the sheet is TWO PLACE DECIMAL ±.01 and THREE PLACE DECIMAL ±.005."
    )


def test_the_scale_of_a_detail_is_its_own() -> None:
    words = SHAFT + lettered("Detail A (20 : 1)", 1650, 900)
    assert text("Welchen Maßstab hat Detail A?", words) == "Der Maßstab von A ist 20:1."
    assert text("Welchen Maßstab hat die Zeichnung?", words) == "Als Maßstab ist 1:2 eingetragen."


def test_a_frame_is_found_by_its_datum_and_its_dimension() -> None:
    words = lettered("Ø9,14", 300, 300) + lettered("0,02 A", 300, 345) + lettered("0,3 B", 1200, 900)
    assert text("Which geometric tolerance has Ø9,14?", words).startswith("The feature control frame reads 0,02 A.")
    assert text("Welche Toleranz ist bezogen auf B vorgegeben?", words).startswith("Im Toleranzrahmen steht 0,3 B.")


def test_a_frame_belongs_to_the_nearest_dimension() -> None:
    words = [*lettered("Ø8,80 H8", 600, 600), *lettered("0,3 A", 600, 640)]
    words += [*lettered("Ø4,80", 850, 660), *lettered("0,2 A", 850, 700)]
    assert text("Which geometric tolerance has Ø4.80?", words).startswith("The feature control frame reads 0,2 A.")


def test_a_form_tolerance_refers_to_no_datum() -> None:
    assert "not on the sheet" in text("Which flatness tolerance is given?", lettered("0,02 A"))


def test_a_list_names_each_value_once() -> None:
    words = [*lettered("M8", y=300), *lettered("M8", y=600), *lettered("M6", y=900)]
    assert text("Liste alle Gewinde", words) == "Gewinde auf dem Blatt:\n- M8\n- M6"


def test_lettering_is_not_swallowed_by_markdown() -> None:
    assert ask("What is the drawing number?").markdown == "The drawing number is 4711\\_08."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Wie viele Zylinderschrauben werden benötigt?", "Bei „Zylinderschraube M5x16“ steht 8."),
        ("How many M5x16 are in the bill of materials?", "For “Zylinderschraube M5x16” the table says 8."),
        ("Welche Teilenummer hat Position 3?", "Bei „Dichtung“ steht D-7."),
        ("What is item 1 in the parts list?", "For “G-100” the table says Gehäuse."),
        ("Wie viele Positionen hat die Stückliste?", "Die Tabelle hat 3 Zeilen."),
    ],
)
def test_a_cell_is_found_by_its_row_and_column(question: str, answer: str) -> None:
    assert text(question, BOM) == answer


def test_a_table_is_given_as_markdown() -> None:
    found = ask("Gib die Stückliste aus", BOM)
    assert "| 3 | Dichtung | D-7 | 2 |" in found.markdown
    assert found.tables[0].startswith("| POS. | BENENNUNG | TEILENUMMER | MENGE |")
    assert [element.element_type for element in found.elements] == ["table"]
    assert len(found.evidence) == 12


def test_a_column_is_named_by_its_head() -> None:
    rows = [
        ["Qty", "Part", "Value", "Order code"],
        ["2", "R3, R4", "10kOhm", "Farnell 2613718"],
        ["1", "R5", "20kOhm", "F 14"],
    ]
    words = table(rows, [200.0, 400.0, 800.0, 1200.0])
    assert text("What is the order code of R4?", words).endswith("says Farnell 2613718.")
    assert text("Which designators are the 10 kOhm resistors?", words).endswith("says R3, R4.")


def test_a_column_that_the_table_lacks_is_not_on_the_sheet() -> None:
    found = ask("What is the unit price of the Dichtung?", BOM)
    assert plain(found.markdown) == "A price is not on the sheet."
    assert found.evidence == ()


def test_a_part_that_is_in_no_row_is_not_found() -> None:
    assert ask("Wie viele Federn werden benötigt?", BOM).evidence == ()


def test_a_note_is_quoted_when_it_holds_the_questions_words() -> None:
    words = lettered("Codewheel from AEDM-5810-Z12 Encoder Kit")
    assert text("Aus welchem Encoder-Kit stammt das Codewheel?", words) == (
        "Auf dem Blatt steht: „Codewheel from AEDM-5810-Z12 Encoder Kit“."
    )


def test_it_means_what_the_last_question_was_about() -> None:
    history = ("Welches Gewinde ist angegeben?", "Wie groß ist die Bohrung Ø35?")
    assert text("Und welche Toleranz hat sie?", history=history).startswith("Für Ø35 gilt die Toleranz H7.")
    assert text("And its fit?", history=history) == "At Ø35, H7 is given."


def test_it_means_nothing_on_another_page() -> None:
    turns = (Turn("Wie groß ist die Bohrung Ø35?", "…", page=2),)
    found = answer_from(
        "Und welche Passung hat sie?", read([*SHAFT, *lettered("Ø12 h6", 1300, 900)], SHEET), history=turns
    )
    assert "in Frage kommen" in plain(found.markdown)


def test_a_region_limits_what_is_read() -> None:
    words = lettered("R0,5", 300, 300) + lettered("R3", 1500, 900)
    assert text("Wie groß ist der Radius?", words, region=Box(1400, 800, 1700, 1000)) == "Der Radius ist R3."


@pytest.mark.parametrize("question", ["Write me a poem", "Wie wird das Wetter?"])
def test_it_holds_no_general_conversation(question: str) -> None:
    found = ask(question)
    assert "Gespräche" in plain(found.markdown) or "conversation" in plain(found.markdown)
    assert found.evidence == ()


def test_what_it_does_not_understand_it_does_not_answer() -> None:
    found = ask("Warum ist der Himmel blau?")
    assert "keine Angabe" in plain(found.markdown)
    assert found.evidence == ()


def test_what_is_drawn_cannot_be_counted() -> None:
    assert "cannot be counted" in text("How many screws are visible in the top view?")


def test_the_deviations_of_a_fit_are_computed_and_said_to_be() -> None:
    answer = ask("Welche Toleranz hat die Bohrung Ø35?")
    assert plain(answer.markdown) == (
        "Für Ø35 gilt die Toleranz H7. Nach ISO 286 H7 sind das +0,025/0, also 35 bis 35,025 "
        "(berechnet, nicht aufgedruckt)."
    )
    assert {item.value for item in answer.evidence if item.status == "computed"} == {
        "+0,025/0",
        "35",
        "35,025",
        "ISO 286 H7",
    }


def test_without_a_tolerance_the_general_one_is_computed() -> None:
    assert text("Which tolerance does the dimension 120 have?").startswith(
        "No tolerance is given at 120. By ISO 2768-m that is ±0,3, so 119,7 to 120,3 (computed, not printed)."
    )


def test_a_printed_tolerance_leaves_nothing_to_compute() -> None:
    assert "ISO" not in text("Welche Toleranz hat Ø70,50?")


@pytest.mark.anyio
async def test_the_deltas_add_up_to_the_answer() -> None:
    reader = EmbeddedReader()
    await reader.start()
    assert reader.status == "healthy"
    inquiry = Inquiry("r1", "Liste alle Maße", "de", Desk(tuple(SHAFT)))
    events = [event async for event in reader.ask(inquiry)]
    deltas, answer = events[:-1], events[-1]
    assert isinstance(answer, Answer)
    assert len(deltas) > 1
    assert "".join(delta.text for delta in deltas if isinstance(delta, Delta)) == answer.markdown


@pytest.mark.anyio
async def test_it_proposes_nothing_for_an_extraction() -> None:
    engine: VisionEngine = EmbeddedReader()
    assert await engine.propose(Desk(tuple(SHAFT)), "test", frozenset({"callouts"})) is None


async def test_a_closed_reader_is_dead() -> None:
    reader = EmbeddedReader()
    await reader.start()
    await reader.close()
    assert reader.status == "dead"


def test_an_empty_sheet_has_an_answer_to_everything() -> None:
    for question in ("Was ist der Außendurchmesser?", "Stückliste", "What is the title?", "Wie viele Bohrungen?"):
        assert ask(question, []).evidence == ()


questions = st.sampled_from(
    [
        "Was ist der Außendurchmesser?",
        "Liste alle Maße",
        "How deep is the hole?",
        "Welche Ebenheit?",
        "Stückliste",
        "Which tolerance has 25?",
        "Was steht auf dem Blatt?",
        "Wie viele Gewinde?",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(questions, st.text(max_size=60)), st.lists(any_words, max_size=15))
def test_nothing_makes_it_raise_or_vouch_for_what_is_not_there(question: str, laid: list[Word]) -> None:
    there = {word.box for word in laid}
    found = answer_from(question, read(laid, replace(SHEET, text_source="ocr")))
    assert found.markdown
    for evidence in found.evidence:
        assert evidence.box is not None
        assert there


INCH = [
    *lettered("TWO PLACE DECIMAL ±.01", 300, 300),
    *lettered("THREE PLACE DECIMAL ±.005", 300, 345),
    *lettered("DIMENSIONS ARE IN INCHES", 300, 390),
]
CASTING = [*lettered("ISO 2768-cL", 300, 300), *lettered("Gussallgemeintoleranzen ISO 8062-3 - DCTG 9", 300, 900)]


@pytest.mark.parametrize(
    ("question", "words", "value"),
    [
        ("Welche Toleranz gilt für Maße mit drei Nachkommastellen?", INCH, "THREE PLACE DECIMAL ±.005"),
        ("What is the tolerance for two place decimals?", INCH, "TWO PLACE DECIMAL ±.01"),
        ("Welche Toleranz gilt für Winkel?", [*INCH, *lettered("ANGLES ±1°", 300, 435)], "ANGLES ±1°"),
        ("Welche Gussallgemeintoleranz ist angegeben?", CASTING, "ISO 8062-3 - DCTG 9"),
    ],
)
def test_of_several_general_tolerances_the_one_asked_for_is_named(question: str, words: list[Word], value: str) -> None:
    assert [evidence.value for evidence in ask(question, words).evidence] == [value]


def test_the_roughness_of_all_surfaces_stands_in_a_note() -> None:
    words = [*lettered("Ra 1.6", 300, 300), *lettered("ALL SURFACES Ra 3.2 UNLESS STATED", 300, 1200)]
    found = ask("What roughness applies to all surfaces unless stated?", words)
    assert [evidence.value for evidence in found.evidence] == ["Ra 3.2"]


def test_a_compound_in_a_note_means_what_its_last_word_does() -> None:
    words = [*lettered("Anziehdrehmoment der Schrauben: 6 Nm", 300, 900), *lettered("120", 600, 300)]
    assert "6 Nm" in text("Mit welchem Drehmoment werden die Schrauben angezogen?", words)


def test_the_roughness_where_nothing_else_is_stated_is_the_noted_one() -> None:
    words = [*lettered("Ra 3.2", 300, 300), *lettered("Surface roughness Ra 6.3 unless noted", 1200, 300)]
    assert "6.3" in text("Welche Rauheit gilt, wenn nichts anderes angegeben ist?", words)


def test_a_shafts_fit_keeps_its_small_letter() -> None:
    words = [*lettered("Ø12 h7", 300, 300), *lettered("Ø20", 300, 600)]
    assert text("Which tolerance class does the 12 mm diameter have?", words).startswith("At Ø12, h7 is given.")
