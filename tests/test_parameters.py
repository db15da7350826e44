"""Gear and spring data without column heads become tables of names and values."""

from __future__ import annotations

import pytest

from drawing.parameters import parameters_of
from tests.lettered import lettered, lines, ruled_table, table
from tests.test_embedded_reader import ask, text

GEAR = table(
    [
        ["Modul", "m", "2"],
        ["Zähnezahl", "z", "24"],
        ["Eingriffswinkel", "α", "20°"],
        ["Teilkreisdurchmesser", "d", "48"],
    ],
    [300.0, 700.0, 800.0],
)


def test_names_with_symbols_and_values_are_a_table() -> None:
    (found,) = parameters_of(lines(GEAR))
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["Modul", "2"],
        ["Zähnezahl", "24"],
        ["Eingriffswinkel", "20°"],
        ["Teilkreisdurchmesser", "48"],
    ]


def test_a_value_may_stand_behind_its_name_on_one_line() -> None:
    laid = [
        lettered(line, y=300 + 45 * i)
        for i, line in enumerate(("Module 2", "Number of teeth 24", "Pressure angle 20°"))
    ]
    (found,) = parameters_of(lines(*laid))
    assert [row[1].text for row in found.rows] == ["2", "24", "20°"]


def test_a_name_alone_is_no_table() -> None:
    assert parameters_of(lines(lettered("Modul 2", y=300), lettered("Zähnezahl 24", y=345))) == ()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Wie viele Zähne hat das Rad?", "Bei „Zähnezahl“ steht 24."),
        ("Modul der Verzahnung?", "Bei „Modul“ steht 2."),
        ("What is the number of teeth?", "For “Zähnezahl” the table says 24."),
        ("Which pressure angle?", "For “Eingriffswinkel” the table says 20°."),
    ],
)
def test_a_parameter_is_found_by_its_name_in_either_language(question: str, answer: str) -> None:
    assert text(question, GEAR) == answer


def test_a_parameter_that_is_not_listed_is_not_answered_from_the_table() -> None:
    assert ask("Welcher Schrägungswinkel?", GEAR).evidence == ()


@pytest.mark.parametrize(
    "question",
    [
        "Welches Gewinde hat das Zahnrad?",
        "Wie breit ist die Verzahnung?",
        "Which radius does the gear have?",
    ],
)
def test_a_parameter_of_another_kind_is_no_answer(question: str) -> None:
    assert (
        ask(question, [*GEAR, *table([["Verzahnungsqualität", "", "8e25"]], [300.0, 700.0, 800.0], y=480)]).evidence
        == ()
    )


def test_the_parameter_that_says_most_words_of_the_question_is_meant() -> None:
    gear = [*GEAR, *table([["Zahnweite über 4 Zähne", "", "21,632"]], [300.0, 700.0, 900.0], y=480)]
    assert ask("Wie groß ist die Zahnweite über 4 Zähne?", gear).evidence[0].value == "21,632"


def test_an_english_module_is_a_german_modul() -> None:
    assert (
        ask(
            "What is the module?",
            table(
                [["Normalmodul", "mn", "2"], *[["Zähnezahl", "z", "24"], ["Schrägungswinkel", "β", "0°"]]],
                [300.0, 800.0, 900.0],
            ),
        )
        .evidence[0]
        .value
        == "2"
    )


SPRING = [
    word
    for i, line in enumerate(
        (
            "Drahtdurchmesser d: 2,5 mm",
            "Mittlerer Windungsdurchmesser Dm: 21,5 mm",
            "Anzahl federnde Windungen: 8,5",
            "Federrate R: 7,84 N/mm",
            "Blocklänge Lc: 26,9 mm",
            "Werkstoff: EN 10270-1-SH",
        )
    )
    for word in lettered(line, 300, 300 + 45 * i, height=20)
]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Wie groß ist die Federrate?", "7,84 N/mm"),
        ("What is the wire diameter?", "2,5 mm"),
        ("Wie viele federnde Windungen hat die Feder?", "8,5"),
        ("Which material is the spring made from?", "EN 10270-1-SH"),
    ],
)
def test_a_value_behind_a_colon_belongs_to_its_name(question: str, value: str) -> None:
    assert ask(question, SPRING).evidence[0].value == value


@pytest.mark.parametrize(
    "question",
    ["Welches Gewinde hat die Feder?", "Wie schwer ist die Feder?", "Welche Toleranz hat die Feder?"],
)
def test_the_rate_of_a_spring_is_nothing_else_about_it(question: str) -> None:
    assert ask(question, SPRING).evidence == ()


def test_names_and_values_in_ruled_cells_are_a_table_whatever_they_are_called() -> None:
    rows = [["PROFILE", "GT2"], ["BELT WIDTH", "15 mm"], ["SUPPLIER", "Gates"]]
    (found,) = parameters_of(lines(ruled_table(rows, [300.0, 600.0, 900.0])))
    assert [[cell.text for cell in row] for row in found.rows] == rows
    assert "GT2" in text("Which profile has the belt?", ruled_table(rows, [300.0, 600.0, 900.0]))


def test_labels_of_a_title_block_in_ruled_cells_are_none() -> None:
    rows = [["DRAWN", "K. Olsen"], ["CHECKED", "A. Conti"], ["APPROVED", "B. Roth"]]
    assert parameters_of(lines(ruled_table(rows, [300.0, 600.0, 900.0]))) == ()


def test_an_overall_size_is_none_of_the_table() -> None:
    rows = [["PROFILE", "GT2"], ["BELT WIDTH", "15 mm"], ["NO. OF TEETH", "60"]]
    words = [*ruled_table(rows, [1300.0, 1600.0, 1900.0]), *lettered("26.5", 300, 300), *lettered("9.0", 300, 600)]
    assert "26.5" in text("How wide is the belt pulley overall?", words)
