"""Brackets of reference dimensions drawn as arcs around numbers that a text layer or OCR gave without them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from drawing.recognition.diameter_signs import with_diameters
from drawing.recognition.drawn_brackets import with_brackets
from drawing.sheet import Box, Word
from tests.drawn_page import LETTERING_MM, DrawnPage, Picture, Shape, circle, grey, one_bit, scanned


class Page(DrawnPage):
    look = staticmethod(with_brackets)


def arc(x: float, rise: float, tall: float = 1.6, y: float = 0.5) -> Shape:
    """A stroke with its ends at `x`, bulging to the right by `rise`."""
    half = tall / 2
    radius = (half**2 + rise**2) / (2 * abs(rise))
    reach = math.asin(half / radius) if abs(rise) < half else math.pi - math.asin(half / radius)
    turns = np.linspace(-reach, reach, 33)
    middle = x + rise - math.copysign(radius, rise)
    return [[(middle + math.copysign(radius, rise) * math.cos(t), y + radius * math.sin(t)) for t in turns]]


def brackets(left: float = -0.5, right: float = 3.1, rise: float = 0.2, tall: float = 1.6) -> Shape:
    """Around "12,5", which is 2.7 wide."""
    return [*arc(left, -rise, tall), *arc(right, rise, tall)]


@pytest.mark.parametrize("degrees", [0, 90, 30, 45, 270])
def test_brackets_drawn_around_a_number_become_part_of_it(degrees: float) -> None:
    assert Page(degrees).write("12,5").draw(brackets()).read() == ["(12,5)"]


@pytest.mark.parametrize("degrees", [0, 90, 30])
def test_a_number_alone_stays_as_it_is(degrees: float) -> None:
    assert Page(degrees).write("12,5").read() == ["12,5"]


def test_the_box_includes_both_brackets() -> None:
    page = Page().write("12,5").draw(brackets())
    (word,) = page.seen(page.words())
    height_px = LETTERING_MM / 25.4 * 200
    assert word.box.width == pytest.approx(4.0 * height_px, abs=0.2 * height_px)


@pytest.mark.parametrize(("rise", "tall"), [(0.15, 1.3), (0.2, 2.0), (0.35, 1.4)])
def test_brackets_may_be_flat_or_bent_low_or_tall(rise: float, tall: float) -> None:
    assert Page().write("12,5").draw(brackets(rise=rise, tall=tall)).read() == ["(12,5)"]


def test_a_drawn_diameter_sign_stays_inside_the_brackets() -> None:
    slash: Shape = [[(-1.0, -0.1), (-0.4, 1.1)]]
    page = Page().write("12,5").draw([*circle(-0.7), *slash, *brackets(left=-1.6)])
    words = with_diameters(page.words(), page.tile, page.sheet, time.monotonic() + 60)
    assert [word.text for word in page.seen(list(words))] == ["(Ø12,5)"]


def test_brackets_that_stand_on_the_dimension_line_are_seen() -> None:
    page = Page().write("12,5").draw(brackets()).draw([[(-2, -0.3), (5, -0.3)]])
    assert page.read() == ["(12,5)"]


def test_an_extension_line_beyond_a_bracket_does_no_harm() -> None:
    page = Page().write("12,5").draw(brackets()).draw([[(-1.5, -3), (-1.5, 3)]])
    assert page.read() == ["(12,5)"]


@pytest.mark.parametrize("shape", [arc(-0.5, -0.2), arc(3.1, 0.2)], ids=["opening", "closing"])
def test_one_bracket_is_none(shape: Shape) -> None:
    assert Page().write("12,5").draw(shape).read() == ["12,5"]


def test_arcs_that_open_outwards_are_no_brackets() -> None:
    assert Page().write("12,5").draw([*arc(-0.5, 0.2), *arc(3.1, -0.2)]).read() == ["12,5"]


def test_arcs_of_different_heights_are_no_brackets() -> None:
    assert Page().write("12,5").draw([*arc(-0.5, -0.2, 1.3), *arc(3.1, 0.2, 1.9)]).read() == ["12,5"]


def test_arcs_of_different_bends_are_no_brackets() -> None:
    assert Page().write("12,5").draw([*arc(-0.5, -0.15), *arc(3.1, 0.4)]).read() == ["12,5"]


def test_arcs_that_are_bent_at_one_end_are_no_brackets() -> None:
    ups = np.linspace(0, 1, 20)
    fillet = [(3.1 + 0.5 * (1 - up**2), -0.3 + 1.6 * up) for up in ups]
    assert Page().write("12,5").draw([fillet, [(2.6 - x, y) for x, y in fillet]]).read() == ["12,5"]


@pytest.mark.parametrize("radius", [1.9, 2.4])
def test_a_circle_around_a_number_is_no_pair_of_brackets(radius: float) -> None:
    assert Page().write("12,5").draw(circle(1.35, radius=radius)).read() == ["12,5"]


def test_a_slot_around_a_number_is_no_pair_of_brackets() -> None:
    slot = [*arc(-0.2, -0.8), *arc(2.9, 0.8), [(-0.2, -0.3), (2.9, -0.3)], [(-0.2, 1.3), (2.9, 1.3)]]
    assert Page().write("12,5").draw(slot).read() == ["12,5"]


@pytest.mark.parametrize("lean", [0.0, 0.4])
def test_straight_lines_beside_a_number_are_no_brackets(lean: float) -> None:
    lines: Shape = [[(-0.6 + lean, -0.3), (-0.6, 1.3)], [(3.2 - lean, -0.3), (3.2, 1.3)]]
    assert Page().write("12,5").draw(lines).read() == ["12,5"]


def test_angle_brackets_are_no_round_ones() -> None:
    lines: Shape = [[(-0.3, -0.3), (-0.7, 0.5), (-0.3, 1.3)], [(3.0, -0.3), (3.4, 0.5), (3.0, 1.3)]]
    assert Page().write("12,5").draw(lines).read() == ["12,5"]


def test_long_arcs_of_a_view_are_no_brackets() -> None:
    assert Page().write("12,5").draw([*arc(-0.5, -0.8, 4), *arc(3.1, 0.8, 4)]).read() == ["12,5"]


def test_arcs_off_the_number_s_line_are_no_brackets() -> None:
    assert Page().write("12,5").draw([*arc(-0.5, -0.2, y=1.2), *arc(3.1, 0.2, y=1.2)]).read() == ["12,5"]


def test_brackets_around_two_words_are_not_one_s_own() -> None:
    page = Page().write("12,5", x=-1.5).write("60", x=1.9).draw(brackets(left=-2.0, right=3.9))
    assert page.read() == ["12,5", "60"]


@pytest.mark.parametrize("text", ["(12,5)", "(8)", "0,0", "808", "60", "69"])
def test_written_brackets_and_round_digits_are_left_alone(text: str) -> None:
    assert Page().write(text).read() == [text]


def test_a_word_that_is_no_size_stays_as_it_is() -> None:
    assert Page().write("Anm").draw(brackets()).read() == ["Anm"]


@pytest.mark.parametrize("spoil", [one_bit, grey])
@pytest.mark.parametrize("dpi", [150, 300])
def test_brackets_are_seen_on_a_scan(dpi: int, spoil: Callable[[Picture], Picture]) -> None:
    page = Page(height_mm=2.5).write("12,5").draw(brackets()).write("80", y=4)
    assert scanned(page, dpi, spoil) == ["(12,5)", "80"]


def test_source_direction_and_confidence_stay() -> None:
    page = Page(90).write("12,5").draw(brackets())
    (word,) = page.seen([replace(page.words()[0], source="ocr", confidence=0.8)])
    assert (word.source, word.direction, word.confidence) == ("ocr", 90, 0.8)


def test_words_stay_as_they_are_after_the_deadline() -> None:
    page = Page().write("12,5").draw(brackets())
    words = page.words()
    assert with_brackets(words, page.tile, page.sheet, time.monotonic() - 1) == tuple(words)


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -20), Box(0, 0, 2, 0.01), Box(0, 0, 1e6, 1e6), Box(5, 5, 5, 5)])
def test_a_box_that_is_no_lettering_does_no_harm(box: Box) -> None:
    words = [Word("12", box, "ocr"), Word("12", box, "ocr", direction=45)]
    assert Page().seen(words) == tuple(words)
