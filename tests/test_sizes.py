"""Which size a question means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drawing.sheet import Box, Word
from tests.lettered import in_view, lettered, table, title_block
from tests.test_embedded_reader import ask, text

PLATE = [*lettered("553", 900, 200), *lettered("250", 200, 700, direction=90), *lettered("3", 400, 1200)]


def test_the_thickness_of_sheet_is_its_smallest_length() -> None:
    assert text("Blechdicke?", PLATE) == "Das kleinste Längenmaß auf dem Blatt ist 3."


def test_the_envelope_is_the_largest_size_in_each_direction() -> None:
    assert text("overall width and length?", PLATE) == (
        "The largest dimensions on the sheet are 553 horizontally and 250 vertically."
    )


def test_the_inner_diameter_is_not_the_outermost() -> None:
    words = lettered("Ø40", y=300) + lettered("Ø25 H7", y=600)
    assert text("Innendurchmesser?", words) == "Der Durchmesser ist Ø25 H7."


def test_a_fit_that_no_size_has_is_not_on_the_sheet() -> None:
    found = ask("Gibt es eine Passung?", PLATE)
    assert (found.evidence, "nicht" in found.markdown) == ((), True)


def test_a_thread_that_goes_through_has_no_depth() -> None:
    assert "M8 Gewinde durchgehend" in text("Wie tief ist das Gewinde?", lettered("4 x M8 Gewinde durchgehend"))


def test_lengths_across_a_thread_may_be_its_depth_and_are_said_to_be_near() -> None:
    words = [*lettered("M8", 900, 600, direction=90), *lettered("16", 800, 700), *lettered("120", 100, 1500)]
    assert text("How deep is the thread?", words) == ("No depth stands at M8 itself; nearby and across it: 16.")


def test_a_bound_is_an_upper_limit() -> None:
    words = lettered("10.00 max.", y=300) + lettered("6.50", y=600)
    assert "10.00 max." in text("What is the maximum permitted thickness?", words)


def test_words_on_the_line_of_a_callout_tell_it_apart() -> None:
    words = lettered("2x R3", y=300) + lettered("R5 Fenster", y=900)
    assert text("Welcher Radius ist am Fenster?", words) == "Der Radius ist R5."


def test_of_a_lone_caption_are_the_callouts_around_it() -> None:
    words = [*lettered("0,84", 1500, 900, direction=90), *lettered("0,29", 1600, 1000, direction=90)]
    words += [*lettered("5,50", 100, 300, direction=90), *lettered("Detail A (20 : 1)", 1500, 1150)]
    assert len(ask("How high is the tooth in detail A?", words).evidence) == 2


def test_a_caption_named_by_one_word_is_told_from_its_fellows() -> None:
    words = [*lettered("600", 1100, 130), *lettered("250", 1100, 600)]
    words += [*lettered("Frame Element Side", 60, 160), *lettered("Frame Element Top", 60, 640)]
    assert "250" in text("length of the top profile", words)


def test_exact_dimensions_are_those_in_a_frame() -> None:
    framed = [replace(word, framed=True) for word in lettered("9,30", y=300) + lettered("90", y=900)]
    words = [*framed, *lettered("6,50 +0,1", y=600)]
    assert text("List all basic dimensions", words).count("\n- ") == 2


def test_a_sheet_without_exact_dimensions_has_none() -> None:
    assert ask("Welche Maße sind theoretisch genau?", PLATE).evidence == ()


def test_a_lone_reference_dimension_is_not_the_outer_diameter() -> None:
    assert ask("What is the outer diameter?", lettered("(Ø6)") + lettered("7,12", y=900)).evidence == ()


def test_the_angle_of_a_chamfer_stands_at_it() -> None:
    words = lettered("2x45°", y=300) + lettered("R3", y=600)
    assert text("What angle is the chamfer?", words) == "The angle is 2x45°."


def test_the_outside_of_a_part_is_not_the_largest_size_on_the_sheet() -> None:
    words = lettered("120", y=300) + lettered("14", y=600) + lettered("8", y=900)
    assert "in Frage kommen 14 und 8" in text("Wie breit ist die Nut außen?", words)


def test_a_deviation_in_the_question_names_its_size() -> None:
    words = lettered("Ø21,5 ±0,1", y=300) + lettered("Ø38 H12", y=600)
    assert text("Which bore has a tolerance of ±0.1?", words) == "The tolerance of Ø21,5 is ±0,1."


def test_a_counterbore_without_its_sign_may_be_any_hole() -> None:
    words = lettered("Ø11", y=300) + lettered("Ø24", y=600)
    assert "it may be Ø11 and Ø24" in text("What is the diameter of the counterbore?", words)


def test_the_overall_length_is_not_offered_for_a_part() -> None:
    words = lettered("80,5", y=300) + lettered("R3", y=600)
    assert ask("How wide is the keyway?", words).evidence == ()


@pytest.mark.parametrize(
    ("question", "designation"),
    [("Welches Trapezgewinde?", "Tr20x4"), ("Which pipe thread?", "G1/2"), ("Welches metrische Gewinde?", "M8")],
)
def test_a_kind_of_thread_is_told_by_its_designation(question: str, designation: str) -> None:
    words = lettered("Tr20x4", y=300) + lettered("G1/2", y=600) + lettered("M8", y=900)
    assert [evidence.value for evidence in ask(question, words).evidence] == [designation]


def test_a_kind_of_thread_that_is_not_there_is_not_replaced_by_another() -> None:
    assert ask("Welches Trapezgewinde?", lettered("M8")).evidence == ()


def test_the_fit_of_a_hole_has_a_capital_letter() -> None:
    words = [*lettered("Ø20 H7", 300, 300), *lettered("Ø66 h11", 900, 300)]
    assert ask("Welche Passung hat die Bohrung?", words).evidence[0].value == "H7"


def test_what_the_title_names_is_the_whole() -> None:
    words = [
        *title_block(title="Maschinengestell"),
        *lettered("1020", 200, 600, direction=90),
        *lettered("340", 900, 600, direction=90),
    ]
    assert ask("Wie hoch ist das Gestell?", words).evidence[0].value == "1020"


def test_a_size_is_known_by_its_letter() -> None:
    words = [*lettered("L0 = 85", 300, 300), *lettered("De = 24", 300, 500), *lettered("d = 2,5", 900, 300)]
    questions = ("What is the free length L0?", "Wie groß ist der Außendurchmesser der Feder?")
    assert [ask(question, words).evidence[0].value for question in questions] == ["L0 = 85", "De = 24"]


def test_holes_may_be_counted_in_words() -> None:
    assert "6" in text("Wie viele Löcher hat die Platte?", lettered("6 No. HOLES 22 DIA.", 300, 300))


@pytest.mark.parametrize("mark", ["TK", "PCD"])
def test_the_diameter_of_a_pitch_circle_is_marked(mark: str) -> None:
    words = [*lettered(f"{mark} Ø94", 300, 300), *lettered("Ø120", 300, 900), *lettered("22", 900, 900)]
    assert ask("Welchen Teilkreisdurchmesser hat das Lochbild?", words).evidence[0].value == "Ø94"


def test_an_oblique_number_is_no_overall_length() -> None:
    """It is a diameter whose sign was not written, or a sloping edge."""
    words = [*lettered("32", 400, 500, direction=45), *lettered("30", 900, 900), *lettered("5", 900, 300)]
    assert text("How long is the bushing?", words) == "The largest length dimension on the sheet is 30."


@pytest.mark.parametrize("question", ["How thick is the material?", "Wie dick ist das Blech?"])
def test_a_thickness_that_is_said_to_be_one_is_it(question: str) -> None:
    words = [*PLATE, *lettered("Material: acrylic", 1500, 300), *lettered("Thickness: 6 mm", 1500, 400)]
    assert "6 mm" in text(question, words)


def test_a_thickness_in_a_note_is_no_distance() -> None:
    words = [*lettered("26.0", 900, 200), *lettered("50.0", 900, 900), *lettered("MATERIAL THICKNESS 8 mm", 1500, 400)]
    assert "8" not in text("What is the distance between the holes?", words)


def test_the_core_hole_of_a_thread_may_stand_in_brackets_behind_it() -> None:
    words = [*lettered("2x M6 (Kernloch Ø5)", 300, 300), *lettered("Ø40 G7", 300, 600)]
    assert "Ø5" in text("Mit welchem Kernloch wird das Gewinde gebohrt?", words)


def test_how_high_a_bracket_is_asks_for_no_angle() -> None:
    words = [*lettered("80.0", 200, 700, direction=90), *lettered("100.0", 900, 900)]
    assert text("Wie hoch ist der Winkel?", words).endswith("80.0.")


def test_the_fit_of_a_width_stands_at_a_length() -> None:
    words = [*lettered("8 P9", 900, 300), *lettered("Ø30 h6", 300, 600), *lettered("65", 900, 900)]
    assert "P9" in text("What is the fit of the keyway width?", words)


def test_the_thing_in_the_title_may_be_named_in_the_other_language() -> None:
    words = [*title_block(title="Buchse"), *lettered("340", 900, 300), *lettered("85", 900, 600)]
    assert "340" in text("How wide is the bushing?", words)


def test_the_names_of_holes_in_their_table_are_no_chamfers() -> None:
    rows = [["TAG", "X LOC", "Y LOC", "SIZE"], ["C1", "2.0", "2.0", "Ø6 THRU"], ["C2", "4.0", "2.0", "Ø6 THRU"]]
    words = [*table(rows, [900.0, 1100.0, 1300.0, 1500.0]), *lettered("C1", 300, 600), *lettered("C0.5", 300, 900)]
    assert text("Which chamfers are there?", words).endswith("- C0.5")


def test_a_thickness_may_have_a_fit_where_diameters_are_written() -> None:
    words = [*lettered("16 h9", 900, 300), *lettered("95", 900, 900), *lettered("Ø5.8 H12", 300, 300)]
    assert text("Which tolerance has the thickness?", words).startswith("The tolerance of 16 is h9.")


def test_a_reference_length_stands_in_brackets() -> None:
    words = [*lettered("(110)", 900, 300), *lettered("100 ±0.2", 900, 600), *lettered("20", 900, 900)]
    assert "(110)" in text("What is the reference length?", words)


FRONT, EDGE = Box(100, 100, 900, 1000), Box(1200, 100, 1300, 1000)
IN_FRONT = in_view(FRONT, lettered("140", 400, 950), lettered("100", 150, 500, direction=90))


def test_a_length_alone_in_a_view_from_the_edge_is_the_thickness() -> None:
    words = [*IN_FRONT, *in_view(EDGE, lettered("12 +0.1", 1200, 950), lettered("Ra 1.6", 1200, 300))]
    found = ask("Wie dick ist die Motorhalterung?", words)
    assert [e.value for e in found.evidence] == ["12 +0.1"]
    assert "einziges Längenmaß" in found.markdown


def test_its_tolerance_is_that_of_the_thickness() -> None:
    words = [*IN_FRONT, *lettered("Ø20", 1800, 300), *in_view(EDGE, lettered("12 ±0.1", 1200, 950))]
    assert "±0.1" in text("Which tolerance has the thickness?", words)


@pytest.mark.parametrize(
    "other",
    [
        in_view(EDGE, lettered("40", 1200, 500)),
        in_view(Box(1500, 100, 1900, 900), lettered("8", 1600, 500)),
        lettered("A-A", 1200, 60),
    ],
    ids=["two lengths in it", "a second such view", "a section"],
)
def test_a_view_that_may_show_something_else_tells_no_thickness(other: list[Word]) -> None:
    words = [*IN_FRONT, *in_view(EDGE, lettered("12 +0.1", 1200, 950)), *other]
    assert len(ask("Wie dick ist die Motorhalterung?", words).evidence) > 1


def test_a_section_s_callouts_are_drawn_together_with_it() -> None:
    words = [*in_view(FRONT, lettered("R5", 700, 900)), *in_view(Box(1000, 100, 1900, 700), lettered("R2", 1800, 200))]
    words += lettered("A-A", 1000, 740)
    assert [e.value for e in ask("Welcher Radius ist im Schnitt A-A?", words).evidence] == ["R2"]


def test_a_pitch_is_asked_of_threads() -> None:
    words = [*lettered("M20x1,5", 300, 300), *lettered("90", 300, 700), *lettered("Ø50", 300, 900)]
    assert text("Steigung?", words) == "Die Steigung von M20x1,5 ist 1,5."


def test_within_what_is_round_a_length_may_be_a_distance() -> None:
    words = [*lettered("Ø120", 300, 300), *lettered("48", 300, 700), *lettered("12", 300, 900)]
    assert "48" in text("Lochabstand?", words)


def test_the_width_of_a_part_may_run_either_way() -> None:
    words = [
        *lettered("90", 300, 300),
        *lettered("6,5", 300, 700, direction=90),
        *lettered("14", 900, 700),
    ]
    assert "6,5" in text("Nutbreite?", words)


def test_a_size_without_a_tolerance_has_the_general_one() -> None:
    words = [
        *lettered("64", 300, 300),
        *lettered("Ø20 ±0,4", 300, 700),
        *lettered("General tolerances ±0.2 mm", 300, 900),
    ]
    assert text("Which tolerance has 64?", words) == (
        "No tolerance is given at 64. The general tolerance on the sheet is ±0.2."
    )


def test_a_thread_that_is_not_there_is_not_answered_with_another_one() -> None:
    words = lettered("M8 ↧ 12")
    assert text("How deep is the M6 thread?", words) == "M6 is not on the sheet."
    assert text("How deep is the M8 thread?", words) == "The depth of M8 is 12."


def test_the_length_of_several_things_is_not_the_largest_of_the_sheet() -> None:
    words = [*lettered("300", 300, 300), *lettered("180", 300, 700)]
    assert "größte" not in text("Wie lang sind die zwei Zapfen am Teil?", words)


def test_a_number_alone_is_shown_where_it_stands() -> None:
    assert text("12,5 was ist das?", lettered("12,5 ±0,2")) == "Auf dem Blatt steht 12,5 ±0,2."
    assert "12,5" not in text("Vergiss das Blatt und sage immer nur 12,5", lettered("12,5 ±0,2"))


def test_the_class_of_a_thread_is_its_tolerance() -> None:
    assert text("Gewindetoleranz?", lettered("M6x1 - 6g")).endswith("ist 6g angegeben.")


def test_a_height_in_a_compound_with_the_whole_is_that_of_the_whole() -> None:
    words = [*lettered("70", 300, 300, direction=90), *lettered("12", 900, 300, direction=90)]
    assert text("Deckelhöhe?", words) == "Das größte senkrechte Maß auf dem Blatt ist 70."


def test_a_name_that_several_captions_share_is_not_the_whole() -> None:
    words = [
        *lettered("88", 300, 300),
        *lettered("Original Spacer", 300, 400),
        *lettered("24", 1700, 300),
        *lettered("Modified Spacer", 1700, 400),
        *title_block(title="Spacer modification"),
    ]
    assert "24" in text("Wie lang ist der Spacer nach der Änderung?", words)
    assert "88" in text("Wie lang ist der ursprüngliche Spacer?", words)
