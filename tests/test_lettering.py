"""Where a sheet's words come from, and how they travel between processes."""

from __future__ import annotations

import contextlib
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import lettering
from drawing.sheet import Box, Source, Word
from tests.factories import sheet


def word(text: str, x: float = 100, y: float = 100) -> Word:
    return Word(text, Box(x, y, x + 40, y + 16), "text_layer")


TITLE_BLOCK = [
    word(text) for text in ["Welle", "Werkstoff", "C45", "Maßstab", "1:2", "Blatt", "1", "von", "2", "Gewicht"]
]


def test_a_layer_of_mostly_unknown_characters_is_not_usable() -> None:
    assert not lettering.usable([*TITLE_BLOCK, *(word("\ufffd\ufffd") for _ in range(5))], sheet())


def test_a_layer_of_dots_and_dashes_is_not_usable() -> None:
    assert not lettering.usable([word("-") for _ in range(20)], sheet())


def test_words_outside_of_the_sheet_do_not_make_a_layer() -> None:
    assert not lettering.usable([word("Druckmarke", x=9000) for _ in range(20)], sheet())


@pytest.mark.parametrize("sign", "⌀∅øφΦØ")
def test_every_diameter_sign_before_a_number_becomes_the_same(sign: str) -> None:
    assert lettering.normalised(f"4x{sign}8,5") == "4xØ8,5"


@pytest.mark.parametrize("text", ["Søren", "Højde", "φ-Achse"])
def test_a_letter_that_looks_like_a_diameter_sign_stays(text: str) -> None:
    assert lettering.normalised(text) == text


def test_letters_with_loose_accents_are_composed() -> None:
    assert lettering.normalised("Gu\u0308te") == "Güte"


coordinates = st.integers(0, 300_000).map(lambda tenths: tenths / 10)
sides = st.tuples(coordinates, coordinates).map(sorted)


@st.composite
def any_word(draw: st.DrawFn) -> Word:
    (x1, x2), (y1, y2) = draw(sides), draw(sides)
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
    source, direction = draw(st.sampled_from(get_args(Source))), draw(st.integers(0, 359))
    confidence, framed = draw(st.integers(0, 1000)) / 1000, draw(st.booleans())
    cell = draw(st.sampled_from([None, Box(x1, y1, x2, y2)]))
    view = draw(st.sampled_from([None, Box(x1, y1, x2, y2)]))
    return Word(text, Box(x1, y1, x2, y2), source, direction, confidence, framed, cell, view)


@given(st.lists(any_word()))
def test_words_come_back_from_json(words: list[Word]) -> None:
    assert lettering.words_from_json(json.loads(json.dumps(lettering.words_to_json(words)))) == tuple(words)


GOOD: list[Any] = ["33,4", 1, 2, 3, 4, "ocr", 90, 0.9, False]


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, ""),
        (0, 33),
        (0, "\ud800"),
        (1, "1"),
        (1, True),
        (1, float("nan")),
        (1, -(10**400)),
        (3, 0),
        (4, float("inf")),
        (5, "model"),
        (6, 360),
        (6, True),
        (6, 1.5),
        (7, 1.1),
        (7, None),
        (8, 1),
        (8, None),
    ],
)
def test_a_word_of_another_shape_is_refused(at: int, value: object) -> None:
    with pytest.raises(ValueError):
        lettering.words_from_json([[*GOOD[:at], value, *GOOD[at + 1 :]]])


@pytest.mark.parametrize("value", [None, {}, "words", [None], [[]], [GOOD[:-1]], [[*GOOD, 0]]])
def test_what_is_no_list_of_words_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        lettering.words_from_json(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=12))
def test_nothing_but_a_value_error_comes_of_any_json(value: object) -> None:
    with contextlib.suppress(ValueError):
        lettering.words_from_json(value)


def test_the_aluminium_of_an_alloy_is_no_ai() -> None:
    assert lettering.normalised("AIMgSi1") == "AlMgSi1"
    assert lettering.normalised("AISI 304") == "AISI 304"
