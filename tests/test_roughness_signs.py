"""Surface texture signs drawn as lines around numbers that a text layer or OCR gave without them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from drawing.recognition.roughness_signs import with_roughness_signs
from drawing.sheet import Box, Word
from tests.drawn_page import DrawnPage, Picture, Shape, circle, grey, one_bit, scanned


class Page(DrawnPage):
    look = staticmethod(with_roughness_signs)


#: Where the tip of the upright sign of "1,6" stands; the number is 1.9 wide.
TIP = (1.2, -1.6)


def tick(
    tip: tuple[float, float] = TIP, turn_deg: float = 0, short: float = 1.4, long: float = 3.0, lean_deg: float = 30
) -> Shape:
    """A sign after ISO 1302 with its tip, turned counter-clockwise; its legs by their heights."""
    ends = [(-short * math.tan(math.radians(lean_deg)), short), (0, 0), (long * math.tan(math.radians(lean_deg)), long)]
    cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    return [[(tip[0] + x * cos - y * sin, tip[1] + x * sin + y * cos) for x, y in ends]]


SURFACE: Shape = [[(-3, TIP[1]), (5, TIP[1])]]


@pytest.mark.parametrize("degrees", [0, 90, 30, 270])
def test_a_number_in_the_crook_of_a_tick_mark_is_a_roughness(degrees: float) -> None:
    assert Page(degrees).write("1,6").draw([*tick(), *SURFACE]).read() == ["√1,6"]


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_number_alone_stays_as_it_is(degrees: float) -> None:
    assert Page(degrees).write("1,6").read() == ["1,6"]


@pytest.mark.parametrize("text", ["0,8", "3.2", "12,5", "N7", "63", "100"])
def test_the_usual_values_and_grades_are_looked_at(text: str) -> None:
    width = 0.85 * len(text)
    assert Page().write(text).draw(tick((width - 0.7, -1.6))).read() == [f"√{text}"]


@pytest.mark.parametrize(
    ("turn_deg", "tip"), [(180, (0.9, 2.6)), (90, (3.5, 0.6)), (270, (-1.6, 0.4))], ids=["down", "left", "right"]
)
def test_the_number_stays_level_where_the_sign_is_turned(turn_deg: float, tip: tuple[float, float]) -> None:
    assert Page().write("1,6").draw(tick(tip, turn_deg)).read() == ["√1,6"]


def test_a_sign_with_a_bar_is_one() -> None:
    bar: Shape = [[(TIP[0] - 0.81, TIP[1] + 1.4), (TIP[0] + 0.81, TIP[1] + 1.4)]]
    assert Page().write("1,6").draw([*tick(), *bar]).read() == ["√1,6"]


def test_a_sign_with_a_ring_is_one() -> None:
    ring = circle(TIP[0], TIP[1] + 0.9, 0.42)
    assert Page().write("1,6").draw([*tick(), *ring, *SURFACE]).read() == ["√1,6"]


def test_the_box_stays_that_of_the_number() -> None:
    page = Page().write("1,6").draw(tick())
    (before,), (after,) = page.words(), page.seen(page.words())
    assert (after.text, after.box) == ("√1,6", before.box)


def test_a_stroke_that_was_read_for_a_leg_gives_way_to_the_sign() -> None:
    page = Page().write("1,6").draw(tick())
    word = replace(page.words()[0], text="1,6/", source="ocr")
    assert [word.text for word in page.seen([word])] == ["√1,6"]


def test_a_number_that_is_named_stays_as_it_is() -> None:
    page = Page().write("Ra", x=-2.4).write("1,6").draw(tick(short=1.3))
    assert page.read() == ["Ra", "1,6"]


@pytest.mark.parametrize("text", ["1,7", "R16", "N13", "36"])
def test_a_value_out_of_the_series_stays_as_it_is(text: str) -> None:
    assert Page().write(text).draw(tick()).read() == [text]


def test_legs_of_one_length_are_no_sign() -> None:
    assert Page().write("1,6").draw(tick(short=2.1, long=2.6)).read() == ["1,6"]


def test_a_mirrored_tick_mark_is_no_sign() -> None:
    mirrored: Shape = [[(2 * TIP[0] - x, y) for x, y in line] for line in tick()]
    assert Page().write("1,6").draw(mirrored).read() == ["1,6"]


@pytest.mark.parametrize("lean_deg", [10, 45, 60])
def test_legs_at_another_angle_are_no_sign(lean_deg: float) -> None:
    assert Page().write("1,6").draw(tick(lean_deg=lean_deg)).read() == ["1,6"]


def test_a_filled_head_is_no_sign() -> None:
    (x, y), reach = TIP, 1.3 * math.tan(math.radians(30))
    filling: Shape = [[TIP, (x + reach * part / 10, y + 1.3)] for part in range(-10, 11)]
    assert Page().write("1,6").draw([*tick(), *filling]).read() == ["1,6"]


def test_a_leg_that_crosses_the_number_is_none() -> None:
    assert Page().write("1,6").draw(tick((0.2, -1.6))).read() == ["1,6"]


def test_a_number_above_both_legs_is_not_in_their_crook() -> None:
    assert Page().write("1,6").draw(tick((0.5, -3.1), short=1.9, long=2.9)).read() == ["1,6"]


@pytest.mark.parametrize("long", [6.0, 12.0])
def test_a_long_line_is_no_leg(long: float) -> None:
    assert Page().write("1,6").draw(tick(long=long)).read() == ["1,6"]


@pytest.mark.parametrize("lines", [tick()[0][:2], tick()[0][1:]], ids=["short", "long"])
def test_one_leg_is_no_sign(lines: list[tuple[float, float]]) -> None:
    assert Page().write("1,6").draw([lines, *SURFACE]).read() == ["1,6"]


def test_lines_that_cross_are_no_sign() -> None:
    (x, y), slope = TIP, math.tan(math.radians(30))
    cross: Shape = [[(x - 1.4 * slope, y + 1.4), (x + slope, y - 1)], [(x - slope, y - 1), (x + 3 * slope, y + 3)]]
    assert Page().write("1,6").draw(cross).read() == ["1,6"]


def test_hatching_is_no_sign() -> None:
    slope = math.tan(math.radians(30))
    hatching: Shape = [[(x, -4), (x + 3.4 * slope, -0.6)] for x in (-2.0, -1.4, -0.8, -0.2, 0.4, 1.0, 1.6, 2.2)]
    assert Page().write("1,6").draw(hatching).read() == ["1,6"]


@pytest.mark.parametrize("tip", [(1.0, -3.5), (-2.5, -1.6), (4.0, -1.6), (1.0, -0.4)])
def test_a_sign_elsewhere_is_not_the_number_s(tip: tuple[float, float]) -> None:
    assert Page().write("1,6").draw(tick(tip)).read() == ["1,6"]


@pytest.mark.parametrize("text", ["V", "Y", "W", "√", "K", "X"])
def test_a_character_near_a_number_is_no_sign(text: str) -> None:
    assert "1,6" in Page().write(text, x=0.5, y=-2, size=1.5).write("1,6").read()


@pytest.mark.parametrize("spoil", [one_bit, grey])
@pytest.mark.parametrize("dpi", [150, 300])
def test_a_sign_is_seen_on_a_scan(dpi: int, spoil: Callable[[Picture], Picture]) -> None:
    page = Page(height_mm=2.5).write("1,6").draw([*tick(), *SURFACE]).write("25", y=5)
    assert scanned(page, dpi, spoil) == ["√1,6", "25"]


def test_source_direction_and_confidence_stay() -> None:
    page = Page(90).write("1,6").draw(tick())
    (word,) = page.seen([replace(page.words()[0], source="ocr", confidence=0.8)])
    assert (word.source, word.direction, word.confidence) == ("ocr", 90, 0.8)


def test_words_stay_as_they_are_after_the_deadline() -> None:
    page = Page().write("1,6").draw(tick())
    words = page.words()
    assert with_roughness_signs(words, page.tile, page.sheet, time.monotonic() - 1) == tuple(words)


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -20), Box(0, 0, 2, 0.01), Box(0, 0, 1e6, 1e6), Box(5, 5, 5, 5)])
def test_a_box_that_is_no_lettering_does_no_harm(box: Box) -> None:
    words = [Word("25", box, "ocr"), Word("25", box, "ocr", direction=45)]
    assert Page().seen(words) == tuple(words)


def test_a_recognised_number_right_behind_another_is_its_deviation() -> None:
    page = Page().write("20", x=-2.4).write("1,6").draw(tick())
    size, deviation = (replace(word, source="ocr") for word in page.words())
    assert [word.text for word in page.seen([size, replace(deviation, text="/1,6")])] == ["20", "/1,6"]
