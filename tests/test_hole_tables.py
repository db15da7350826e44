"""Callouts in tables of holes answer what no callout of the views does."""

from __future__ import annotations

import pytest

from drawing.hole_tables import tabled_callouts
from drawing.tables import tables_of
from tests.lettered import lettered, table
from tests.test_embedded_reader import ask, text

HOLES = table(
    [
        ["BOHRUNG", "X", "Y", "BESCHREIBUNG"],
        ["A1", "12,00", "12,00", "Ø6,60 durch"],
        ["A2", "148,00", "12,00", "Ø6,60 durch"],
        ["B1", "80,00", "50,00", "Ø32 H7 durch"],
        ["C1", "40,00", "50,00", "M8x1,25 - 6H"],
    ],
    [900.0, 1100.0, 1300.0, 1500.0],
)


def test_holes_alike_are_one_callout_with_their_number() -> None:
    found = tabled_callouts(tables_of(HOLES), "mm")
    assert [(c.core, c.quantity) for c in found] == [("Ø6,60", 2), ("Ø32", 1), ("M8x1,25 - 6H", 1)]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Welche Gewinde hat die Platte?", "M8x1,25"),
        ("Wie viele Bohrungen Ø6,60 gibt es?", "2"),
        ("Which fit has the Ø32 bore?", "H7"),
    ],
)
def test_a_question_about_holes_is_answered_from_their_table(question: str, said: str) -> None:
    assert said in text(question, HOLES)


def test_what_stands_in_the_views_goes_first() -> None:
    assert ask("Welches Gewinde?", [*HOLES, *lettered("M5", 300, 600)]).evidence[0].value == "M5"


def test_a_bill_of_materials_holds_no_callouts() -> None:
    rows = [["POS.", "MENGE", "BENENNUNG"], ["1", "4", "Zylinderschraube M5x16"]]
    assert tabled_callouts(tables_of(table(rows, [200.0, 400.0, 600.0])), "mm") == ()
