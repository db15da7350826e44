"""What was recognised twice counts once, as the surer reading has it."""

from __future__ import annotations

from dataclasses import replace

from drawing.grammar.misread import without_misread
from drawing.sheet import Box, Word

UPPER = Word("8.20", Box(100, 100, 140, 200), "ocr", 90, 1.0)
LOWER = Word("8.00", Box(150, 100, 190, 200), "ocr", 90, 1.0)
ACROSS = Word("88", Box(100, 160, 190, 200), "ocr", 0, 0.9)
SIGN = Word("+", Box(50, 100, 54, 130), "ocr", 0, 0.5)
DEVIATION = Word("+0,1", Box(55, 95, 95, 112), "ocr", 0, 1.0)


def test_two_stacked_words_read_across_are_only_themselves() -> None:
    assert without_misread([UPPER, ACROSS, LOWER]) == (UPPER, LOWER)


def test_the_surer_of_two_readings_stays() -> None:
    unsure = [replace(word, confidence=0.6) for word in (UPPER, LOWER)]
    assert ACROSS in without_misread([*unsure, ACROSS])


def test_a_text_layer_is_never_misread() -> None:
    exact = replace(ACROSS, source="text_layer")
    assert exact in without_misread([UPPER, exact, LOWER])


def test_words_that_only_meet_at_a_corner_both_stay() -> None:
    apart = replace(ACROSS, box=Box(185, 195, 280, 235))
    assert len(without_misread([LOWER, apart])) == 2


def test_a_sign_that_the_next_word_begins_with_is_read_twice() -> None:
    assert without_misread([SIGN, DEVIATION]) == (DEVIATION,)


def test_a_sign_apart_from_its_number_stays() -> None:
    number = replace(DEVIATION, text="0,1")
    assert without_misread([SIGN, number]) == (SIGN, number)
