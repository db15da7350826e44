"""Where texts and numbers stand in the lettering."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.sheet import Box, Word
from drawing.standing import Standing, Whereabouts, numbers_in
from tests.lettered import SHEET, lettered, reading, table
from tests.test_lines import words as any_words


def texts(text: str, *laid: list[Word], area: Box = SHEET.box) -> list[str]:
    return [place.text for place in Whereabouts(reading(*laid)).text(text, area)]


def numbers(nominal: str, *others: str, on: list[list[Word]], area: Box = SHEET.box) -> list[Standing]:
    return Whereabouts(reading(*on)).numbers(Decimal(nominal), [Decimal(other) for other in others], area)


@pytest.mark.parametrize("wanted", ["EN AW-6082", "en aw - 6082", "ENAW-6082", "AW-6082", "EN AW–6082", "6082"])
def test_a_text_is_found_whatever_its_blanks_and_case(wanted: str) -> None:
    assert len(texts(wanted, lettered("EN AW-6082"))) == 1


@pytest.mark.parametrize("wanted", ["AW-608", "N AW-6082", "EN AW-6082 T6", "", " "])
def test_part_of_a_word_more_than_there_is_and_nothing_are_not_found(wanted: str) -> None:
    assert texts(wanted, lettered("EN AW-6082")) == []


@pytest.mark.parametrize("wanted", ["5", "2", "5,2", "15", ",25"])
def test_part_of_a_number_is_not_found(wanted: str) -> None:
    assert texts(wanted, lettered("15,25")) == []


def test_what_stands_between_signs_is_found() -> None:
    assert texts("S235JR", lettered("(S235JR)")) == ["S235JR"]


def test_sharp_s_and_double_s_are_the_same() -> None:
    assert texts("MASSSTAB 1:2", lettered("Maßstab 1:2")) == ["Maßstab 1:2"]


def test_a_text_goes_on_in_the_line_below() -> None:
    first, second = lettered("Flansch mit", 300, 300), lettered("Nabe links", 300, 335)
    assert texts("Flansch mit Nabe", first, second) == ["Flansch mit Nabe"]


def test_a_text_does_not_go_on_in_another_column() -> None:
    assert texts("Flansch Nabe", lettered("Flansch", 300), lettered("Nabe", 1500)) == []


def test_vertical_lettering_is_found() -> None:
    assert texts("30 ±0,1", lettered("30 ±0,1", direction=90)) == ["30 ±0,1"]


def test_cells_of_a_table_are_found() -> None:
    bom = table([["Pos", "Menge", "Benennung"], ["1", "2", "Welle"], ["2", "4", "Nabe"]], [300, 500, 700])
    assert reading(bom).tables
    assert texts("Nabe", bom) == ["Nabe"]


def test_of_several_places_the_nearest_comes_first() -> None:
    far, near = lettered("C45E", 300, 300), lettered("C45E", 900, 900)
    places = Whereabouts(reading(far, near)).text("C45E", Box(500, 500, 950, 950))
    assert [place.box for place in places] == [near[0].box]


@pytest.mark.parametrize("printed", ["9,14", "9.140", "Ø9,14", "M9,14x1", "09,14", "R9,14±0,1"])
def test_a_number_is_found_by_its_value(printed: str) -> None:
    assert len(numbers("9.14", on=[lettered(printed)])) == 1


@pytest.mark.parametrize("printed", ["19,14", "9,145", "9,1", "9 14", "9.14.2026", "1:9,14"])
def test_another_number_is_not_found(printed: str) -> None:
    assert numbers("9.14", on=[lettered(printed)]) == []


def test_what_belongs_to_a_number_stands_around_it() -> None:
    nominal, upper = lettered("31,5", 300, 600), lettered("+0,2", 300 + 90, 585, height=16)
    (found,) = numbers("31.5", "0.2", on=[nominal, upper])
    assert set(found.words) == {*nominal, *upper}
    assert found.naming == tuple(nominal)


def test_what_stands_far_away_belongs_to_another_number() -> None:
    assert numbers("31.5", "0.2", on=[lettered("31,5", 300), lettered("+0,2", 900)]) == []


def test_the_same_number_twice_has_to_stand_there_twice() -> None:
    assert numbers("5", "5", on=[lettered("5", 300)]) == []
    assert len(numbers("5", "5", on=[lettered("5 x 5", 300)])) == 2


def test_a_number_outside_the_area_is_not_found() -> None:
    assert numbers("31.5", on=[lettered("31,5", 300)], area=Box(900, 900, 1000, 1000)) == []


def test_one_recognised_word_makes_a_place_recognised() -> None:
    words = lettered("EN") + lettered("AW-6082", 660, source="ocr")
    assert [place.source for place in Whereabouts(reading(words)).text("EN AW-6082", SHEET.box)] == ["ocr"]


@pytest.mark.parametrize(
    ("text", "found"), [("4x Ø6,6 H7", ["4", "6.6", "7"]), ("M8x1.25-6H", ["8", "1.25", "6"]), ("1:2 am 1.2.2026", [])]
)
def test_the_numbers_of_a_text(text: str, found: list[str]) -> None:
    assert numbers_in(text) == [Decimal(number) for number in found]


@given(st.lists(any_words, max_size=8), st.text(max_size=6), st.decimals(0, 99, places=1))
def test_whatever_is_looked_for_it_never_raises(words: list[Word], text: str, number: Decimal) -> None:
    lettering = Whereabouts(reading(words))
    assert all(
        place.words for place in (*lettering.text(text, SHEET.box), *lettering.numbers(number, [number], SHEET.box))
    )
