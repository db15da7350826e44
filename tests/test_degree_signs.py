"""Degree signs drawn behind numbers that a recogniser gave without them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from drawing.recognition.degree_signs import with_degrees
from drawing.sheet import Box, Word
from tests.drawn_page import LETTERING_MM, DrawnPage, Picture, Shape, circle, grey, one_bit, scanned


class Page(DrawnPage):
    look = staticmethod(with_degrees)

    def words(self) -> list[Word]:
        return [replace(word, source="ocr", confidence=0.9) for word in super().words()]


#: Where "45" ends, in heights of its lettering.
END = 1.55


def sign(x: float = END + 0.3, y: float = 0.8, radius: float = 0.16) -> Shape:
    """A degree sign with its middle at (x, y)."""
    return circle(x, y, radius)


def box(left: float, right: float) -> Shape:
    return [[(left, -0.3), (right, -0.3), (right, 1.3), (left, 1.3), (left, -0.3)]]


@pytest.mark.parametrize("degrees", [0, 90, 30, 45, 330, 270])
def test_a_sign_drawn_behind_a_recognised_number_is_seen(degrees: float) -> None:
    assert Page(degrees).write("45").draw(sign()).read() == ["45°"]


@pytest.mark.parametrize("degrees", [0, 90, 30])
def test_a_number_alone_stays_as_it_is(degrees: float) -> None:
    assert Page(degrees).write("45").read() == ["45"]


@pytest.mark.parametrize("text", ["60,0", "7.5", "1x45", "±0,5", "360"])
def test_a_sign_belongs_to_any_number_of_degrees(text: str) -> None:
    page = Page().write(text)
    (word,) = page.words()
    end = word.box.width / (LETTERING_MM / 25.4 * 200)
    assert page.draw(sign(end + 0.3)).read() == [f"{text}°"]


def test_the_box_includes_the_sign() -> None:
    page = Page().write("45").draw(sign())
    (before,), (after,) = page.words(), page.seen(page.words())
    height_px = LETTERING_MM / 25.4 * 200
    assert after.box.x2 - before.box.x2 == pytest.approx(0.5 * height_px, abs=0.15 * height_px)


def test_a_sign_inside_the_word_s_box_is_seen() -> None:
    page = Page().write("45").draw(sign())
    (word,) = page.words()
    wide = replace(word, box=replace(word.box, x2=word.box.x2 + 0.5 * word.box.height))
    assert [found.text for found in page.seen([wide])] == ["45°"]


@pytest.mark.parametrize("radius", [0.13, 0.2])
def test_a_sign_may_be_small_or_large(radius: float) -> None:
    assert Page().write("45").draw(sign(radius=radius)).read() == ["45°"]


def test_a_sign_that_touches_the_wall_of_its_box_is_seen() -> None:
    page = Page().write("45").draw(sign()).draw(box(-0.3, END + 0.54))
    assert page.read() == ["45°"]


def test_a_leader_at_the_wall_of_a_box_does_no_harm() -> None:
    page = Page().write("45").draw(sign()).draw(box(-0.3, END + 0.6)).draw([[(END + 0.6, 0.6), (END + 1.2, 2)]])
    assert page.read() == ["45°"]


@pytest.mark.parametrize(("shown", "read"), [("45", "450"), ("6", "60"), ("36", "360"), ("22,5", "22,50")])
def test_a_zero_that_was_read_for_the_sign_gives_way_to_it(shown: str, read: str) -> None:
    page = Page().write(shown)
    (word,) = page.words()
    height_px = LETTERING_MM / 25.4 * 200
    wide = replace(word, text=read, box=replace(word.box, x2=word.box.x2 + 0.5 * height_px))
    page.draw(sign(word.box.width / height_px + 0.3))
    assert [found.text for found in page.seen([wide])] == [f"{shown}°"]


@pytest.mark.parametrize("text", ["30", "60,0", "100"])
def test_a_zero_before_the_sign_stays(text: str) -> None:
    page = Page().write(text)
    (word,) = page.words()
    end = word.box.width / (LETTERING_MM / 25.4 * 200)
    assert page.draw(sign(end + 0.3)).read() == [f"{text}°"]


def test_a_deviation_behind_a_sign_does_no_harm() -> None:
    page = Page().write("45").draw(sign()).write("±1", x=END + 1)
    assert page.read() == ["45°", "±1"]


def test_a_sign_above_its_dimension_line_is_seen() -> None:
    assert Page().write("45").draw(sign()).draw([[(-2, -0.3), (5, -0.3)]]).read() == ["45°"]


@pytest.mark.parametrize("size", [0.5, 0.6])
def test_an_upper_deviation_of_nothing_is_no_sign(size: float) -> None:
    page = Page().write("45").write("0", x=END + 0.2, y=0.5, size=size).write("-0,1", x=END + 0.2, y=-0.2, size=size)
    assert page.read()[0] == "45"


def test_a_ring_over_other_lettering_is_no_sign() -> None:
    page = Page().write("45").draw(sign()).write("-1", x=END, y=-0.1, size=0.5)
    assert page.read()[0] == "45"


@pytest.mark.parametrize("y", [0.2, 0.5, 1.5])
def test_a_ring_off_the_upper_half_of_the_line_is_no_sign(y: float) -> None:
    assert Page().write("45").draw(sign(y=y)).read() == ["45"]


@pytest.mark.parametrize("radius", [0.35, 0.5, 1.0])
def test_a_large_circle_is_no_sign(radius: float) -> None:
    assert Page().write("45").draw(circle(END + 0.15 + radius, 0.7, radius)).read() == ["45"]


def test_a_ring_far_from_the_number_is_no_sign() -> None:
    assert Page().write("45").draw(sign(END + 0.85)).read() == ["45"]


def test_a_hole_with_centre_lines_is_no_sign() -> None:
    x, y = END + 0.3, 0.75
    lines: Shape = [[(x - 0.3, y), (x + 0.3, y)], [(x, y - 0.3), (x, y + 0.3)]]
    assert Page().write("45").draw(sign(x, y)).draw(lines).read() == ["45"]


def test_an_oval_is_no_sign() -> None:
    oval = [[(END + 0.3 + 0.6 * (x - END - 0.3), y) for x, y in line] for line in sign(radius=0.22)]
    assert Page().write("45").draw(oval).read() == ["45"]


def test_a_dot_is_no_sign() -> None:
    assert Page().write("45").draw(sign(radius=0.04)).read() == ["45"]


def test_an_arrowhead_is_no_sign() -> None:
    head: Shape = [[(END + 0.1, 0.8), (END + 0.5, 0.9), (END + 0.5, 0.7), (END + 0.1, 0.8)]]
    assert Page().write("45").draw(head).read() == ["45"]


@pytest.mark.parametrize("text", ["48", "49", "46", "40", "8", "9", "99", "4,8"])
def test_the_holes_of_digits_are_no_sign(text: str) -> None:
    assert Page().write(text).read() == [text]


@pytest.mark.parametrize("text", ["8", "9", "6", "0", "%", "o", "g", "B", "R", "P"])
def test_a_character_behind_a_number_is_no_sign(text: str) -> None:
    page = Page().write("45")
    words = page.words()
    assert page.write(text, x=END + 0.1).seen(words) == tuple(words)


def test_the_circle_of_an_origin_is_no_sign_of_its_zero() -> None:
    assert Page().write("0").draw(sign(1.0)).read() == ["0"]


@pytest.mark.parametrize("text", ["Ø45", "R45", "M8", "45'", "450", "A4", "1:1"])
def test_what_is_no_number_of_degrees_stays_as_it_is(text: str) -> None:
    page = Page().write(text)
    (word,) = page.words()
    end = word.box.width / (LETTERING_MM / 25.4 * 200)
    assert page.draw(sign(end + 0.3)).read() == [text]


def test_a_sign_that_was_read_as_a_word_of_its_own_is_not_added_again() -> None:
    page = Page().write("45").draw(sign())
    (number,) = page.words()
    ring = replace(number.box, x1=number.box.x2, x2=number.box.x2 + 0.6 * number.box.height)
    words = [number, Word("°", ring, "ocr")]
    assert page.seen(words) == tuple(words)


def test_a_number_of_the_text_layer_stays_as_it_is() -> None:
    page = Page().write("45").draw(sign())
    words = [replace(word, source="text_layer") for word in page.words()]
    assert page.seen(words) == tuple(words)


@pytest.mark.parametrize("spoil", [one_bit, grey])
@pytest.mark.parametrize("dpi", [150, 300])
def test_a_sign_is_seen_on_a_scan(dpi: int, spoil: Callable[[Picture], Picture]) -> None:
    page = Page(height_mm=3.5).write("45").draw(sign(radius=0.18)).write("80", y=4)
    assert scanned(page, dpi, spoil) == ["45°", "80"]


def test_source_direction_and_confidence_stay() -> None:
    page = Page(90).write("45").draw(sign())
    (word,) = page.seen(page.words())
    assert (word.source, word.direction, word.confidence) == ("ocr", 90, 0.9)


def test_words_stay_as_they_are_after_the_deadline() -> None:
    page = Page().write("45").draw(sign())
    words = page.words()
    assert with_degrees(words, page.tile, page.sheet, time.monotonic() - 1) == tuple(words)


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -20), Box(0, 0, 2, 0.01), Box(0, 0, 1e6, 1e6), Box(5, 5, 5, 5)])
def test_a_box_that_is_no_lettering_does_no_harm(box: Box) -> None:
    words = [Word("12", box, "ocr"), Word("12", box, "ocr", direction=45)]
    assert Page().seen(words) == tuple(words)
