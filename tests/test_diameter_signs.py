"""Diameter signs drawn as lines beside numbers that a text layer or OCR gave without them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from drawing.recognition.diameter_signs import with_diameters
from drawing.sheet import Box, Source, Word
from tests.drawn_page import LETTERING_MM, DrawnPage, Picture, Shape, circle, grey, one_bit, scanned


class Page(DrawnPage):
    look = staticmethod(with_diameters)


def sign(x: float = -0.7, y: float = 0.5) -> Shape:
    """Ø with its middle at (x, y)."""
    return [*circle(x, y), [(x - 0.3, y - 0.6), (x + 0.3, y + 0.6)]]


@pytest.mark.parametrize("degrees", [0, 90, 30, 45, 330, 270])
def test_a_sign_drawn_beside_a_number_of_the_text_layer_is_seen(degrees: float) -> None:
    assert Page(degrees).write("9,14").draw(sign()).read() == ["Ø9,14"]


@pytest.mark.parametrize("degrees", [0, 90, 30])
def test_a_number_alone_stays_as_it_is(degrees: float) -> None:
    assert Page(degrees).write("9,14").read() == ["9,14"]


def test_the_box_includes_the_sign() -> None:
    page = Page().write("9,14").draw(sign())
    (before,), (after,) = page.words(), page.seen(page.words())
    height_px = LETTERING_MM / 25.4 * 200
    assert before.box.x1 - after.box.x1 == pytest.approx(1.2 * height_px, abs=0.15 * height_px)


def test_source_direction_and_confidence_stay() -> None:
    page = Page(90).write("9,14").draw(sign())
    words = [replace(page.words()[0], source="ocr", confidence=0.8)]
    (word,) = page.seen(words)
    assert (word.source, word.direction, word.confidence) == ("ocr", 90, 0.8)


def test_words_keep_their_order() -> None:
    page = Page().write("7", y=3).write("9,14").write("8", y=-3).draw(sign())
    assert [word.text for word in page.seen(list(reversed(page.words())))] == ["8", "Ø9,14", "7"]


@pytest.mark.parametrize("middle", [-0.52, -1.2, -1.6])
def test_a_sign_is_seen_near_its_number_and_across_a_blank(middle: float) -> None:
    assert Page().write("9,14").draw(sign(middle)).read() == ["Ø9,14"]


def test_a_sign_far_from_a_number_is_not_its_own() -> None:
    assert Page().write("9,14").draw(sign(-2.5)).read() == ["9,14"]


def test_a_sign_that_touches_the_dimension_line_is_seen() -> None:
    page = Page().write("9,14").draw(sign()).draw([[(-3, -0.08), (4, -0.08)]])
    assert page.read() == ["Ø9,14"]


def test_a_sign_in_a_feature_control_frame_is_seen() -> None:
    frame: Shape = [[(-1.5, -0.5), (3, -0.5), (3, 1.5), (-1.5, 1.5), (-1.5, -0.5)]]
    assert Page().write("0,02").draw(sign()).draw(frame).read() == ["Ø0,02"]


def test_a_sign_between_quantity_and_number_is_the_number_s() -> None:
    assert Page().write("4x", x=-3).write("6,60").draw(sign()).read() == ["4x", "Ø6,60"]


def test_a_sign_inside_a_word_with_a_quantity_is_the_number_s() -> None:
    page = Page().write("4x", x=-2.6).write("6,60").draw(sign())
    word = Word("4x6,60", Box.around(word.box for word in page.words()), "ocr")
    assert [word.text for word in page.seen([word])] == ["4xØ6,60"]


def test_a_zero_that_was_read_for_the_sign_gives_way_to_it() -> None:
    page = Page().write("12").draw(sign())
    (number,) = page.words()
    height_px = LETTERING_MM / 25.4 * 200
    word = Word("012", replace(number.box, x1=number.box.x1 - 1.2 * height_px), "ocr")
    assert [word.text for word in page.seen([word])] == ["Ø12"]


def test_a_sign_inside_a_bracket_stays_inside() -> None:
    page = Page().write("(", x=-1.7).write("12)").draw(sign())
    word = Word("(12)", Box.around(word.box for word in page.words()), "ocr")
    assert [word.text for word in page.seen([word])] == ["(Ø12)"]


def test_a_sign_before_two_limits_is_given_to_the_upper() -> None:
    page = Page().write("16,02", y=0.8).write("15,98", y=-0.8).draw(sign())
    assert page.read() == ["Ø16,02", "15,98"]


@pytest.mark.parametrize("y", [-0.3, 1.3, 2.2])
def test_a_sign_off_the_number_s_line_is_not_taken(y: float) -> None:
    assert Page().write("16,02").draw(sign(y=y)).read() == ["16,02"]


def test_a_sign_that_leaves_no_room_for_the_digits_is_not_taken() -> None:
    page = Page().write("20", x=-3).write("5").draw(sign())
    word = Word("205", Box.around(word.box for word in page.words()), "ocr")
    assert page.seen([word]) == (word,)


def test_a_sign_is_not_taken_across_another_character() -> None:
    page = Page().write("8")
    words = page.words()
    assert page.write("5", x=-1).draw(sign(-1.6)).seen(words) == tuple(words)


@pytest.mark.parametrize("text", ["08", "80", "(8)", "00", "6,90", "0,8"])
def test_round_digits_are_no_sign(text: str) -> None:
    assert Page().write(text).read() == [text]


@pytest.mark.parametrize("text", ["0", "8", "%", "6", "B", "Q", "O", "R", "("])
def test_a_character_before_a_number_is_no_sign(text: str) -> None:
    assert "Ø" not in "".join(Page().write(text, x=-1.1).write("12").read())


def test_a_bolt_hole_near_a_number_is_no_sign() -> None:
    hole = [*circle(-0.9), [(-1.7, 0.5), (-0.1, 0.5)], [(-0.9, -0.3), (-0.9, 1.3)]]
    assert Page().write("12").draw(hole).read() == ["12"]


def test_a_large_circle_cut_by_a_line_is_no_sign() -> None:
    assert Page().write("12").draw([*circle(-2.2, radius=1.8), [(-4, -2), (-0.4, 3)]]).read() == ["12"]


def test_a_sign_that_is_written_is_not_added_again() -> None:
    assert Page().write("Ø9,14").read() == ["Ø9,14"]


def test_a_written_sign_in_a_word_of_its_own_is_not_added_again() -> None:
    page = Page().write("Ø", x=-1.3)
    written = page.words()
    number = page.write("9,14").words()[-1]
    words = [*written, replace(number, text="9,14", box=replace(number.box, x1=written[0].box.x2 + 5))]
    assert page.seen(words) == tuple(words)


@pytest.mark.parametrize("text", ["R9", "M8", "±0,1"])
def test_a_number_with_another_sign_stays_as_it_is(text: str) -> None:
    assert Page().write(text).draw(sign()).read() == [text]


@pytest.mark.parametrize("text", ["0", "0,00", "0.0"])
def test_a_size_of_nothing_has_no_diameter(text: str) -> None:
    assert Page().write(text).draw(sign()).read() == [text]


@pytest.mark.parametrize(("source", "text"), [("ocr", "0"), ("text_layer", "Ø0")])
def test_a_size_of_nothing_loses_the_sign_that_was_recognised_not_printed(source: Source, text: str) -> None:
    page = Page().write("0")
    (word,) = page.seen([replace(page.words()[0], text="Ø0", source=source)])
    assert word.text == text


def test_a_tolerance_of_nothing_in_a_frame_may_have_a_sign() -> None:
    page = Page().write("0").draw(sign())
    assert [word.text for word in page.seen([replace(page.words()[0], framed=True)])] == ["Ø0"]


@pytest.mark.parametrize("spoil", [one_bit, grey])
@pytest.mark.parametrize("dpi", [150, 300])
def test_a_sign_is_seen_on_a_scan(dpi: int, spoil: Callable[[Picture], Picture]) -> None:
    page = Page(height_mm=2.5).write("9,14").draw(sign()).write("80", y=4)
    assert scanned(page, dpi, spoil) == ["Ø9,14", "80"]


def test_words_stay_as_they_are_after_the_deadline() -> None:
    page = Page().write("9,14").draw(sign())
    words = page.words()
    assert with_diameters(words, page.tile, page.sheet, time.monotonic() - 1) == tuple(words)


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -20), Box(0, 0, 2, 0.01), Box(0, 0, 1e6, 1e6), Box(5, 5, 5, 5)])
def test_a_box_that_is_no_lettering_does_no_harm(box: Box) -> None:
    words = [Word("12", box, "ocr"), Word("12", box, "ocr", direction=45)]
    assert Page().seen(words) == tuple(words)
