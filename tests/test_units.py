"""A sheet says in what unit it is drawn, or its numbers do."""

from __future__ import annotations

import pytest

from drawing.grammar.notation import LengthUnit
from drawing.grammar.units import length_unit_of


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        (["ALL DIMENSIONS ARE IN INCHES"], "in"),
        (["Dimensions in mm", ".250", ".375", ".500"], "mm"),
        (["Alle Maße in mm"], "mm"),
        (["Units: inch"], "in"),
        (["MILLIMETERS"], "mm"),
        (["UNLESS OTHERWISE SPECIFIED:", "DIMENSIONS ARE IN INCHES", "TOLERANCES:"], "in"),
    ],
)
def test_a_note_tells_the_unit(lines: list[str], unit: LengthUnit) -> None:
    assert length_unit_of(lines) == unit


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        ([".250", "1.500", "Ø.375 THRU", "4X R.06"], "in"),
        (['1 1/2"', '3/8"', '12"'], "in"),
        (["0,5", "25", "33,4"], "mm"),
        (['G 1/2"', "25", "0,5"], "mm"),
        ([], "mm"),
    ],
)
def test_the_way_that_numbers_are_printed_tells_the_unit(lines: list[str], unit: LengthUnit) -> None:
    assert length_unit_of(lines) == unit
