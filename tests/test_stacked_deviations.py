"""Stacked deviations behind a recognised size are found where one was lost."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawing.recognition.stacked_deviations import with_stacks
from drawing.sheet import Box, Word
from tests.factories import sheet

WIDTH, HEIGHT = 700, 400
SIZE = Word("19,9", Box(200, 186, 262, 214), "ocr")


def drawn(upper: str, lower: str, *, line: bool = False) -> NDArray[np.uint8]:
    """A size at (200, 200) with two small lines of lettering behind it, and a dimension line below."""
    picture = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.putText(picture, "19,9", (200, 212), cv2.FONT_HERSHEY_SIMPLEX, 0.95, 0, 2, cv2.LINE_AA)
    cv2.putText(picture, upper, (272, 197), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 0, 1, cv2.LINE_AA)
    cv2.putText(picture, lower, (272, 217), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 0, 1, cv2.LINE_AA)
    if line:
        cv2.line(picture, (100, 224), (600, 224), 0, 2)
    return picture


def read(picture: NDArray[np.uint8], *words: Word, seconds: float = 60) -> list[str]:
    def tile(region: Box, zoom: float) -> NDArray[np.uint8]:
        return picture[int(region.y1) : int(region.y2), int(region.x1) : int(region.x2)]

    found = with_stacks((SIZE, *words), tile, sheet(width=WIDTH, height=HEIGHT), time.monotonic() + seconds)
    return [word.text for word in found[1:]]


def loose(text: str, y1: float, y2: float) -> Word:
    return Word(text, Box(270, y1, 320, y2), "ocr", confidence=0.7)


@pytest.mark.parametrize("line", [False, True], ids=["alone", "over a dimension line"])
def test_a_stack_read_as_nonsense_is_read_line_by_line(line: bool) -> None:
    assert read(drawn("+0.3", "-0.1", line=line), loose(".0,.1", 184, 218)) == ["+0.3", "-0.1"]


def test_a_lost_deviation_is_found_beside_the_other() -> None:
    assert read(drawn("+0.3", "-0.1"), loose("-0.1", 202, 218)) == ["+0.3", "-0.1"]


def test_a_stack_of_which_both_were_read_stays() -> None:
    words = loose("+0.4", 184, 198), loose("-0.1", 202, 218)
    assert read(drawn("+0.3", "-0.1"), *words) == ["+0.4", "-0.1"]


def test_one_line_behind_a_size_stays() -> None:
    assert read(drawn("+0.3", ""), loose("+0.3", 184, 198)) == ["+0.3"]


def test_words_are_no_deviations() -> None:
    assert read(drawn("AB", "CD"), loose(".0,.1", 184, 218)) == [".0,.1"]


def test_a_word_of_a_text_layer_is_never_read_again() -> None:
    assert read(drawn("+0.3", "-0.1"), replace(loose(".0,.1", 184, 218), source="text_layer")) == [".0,.1"]


def test_after_the_deadline_everything_stays() -> None:
    assert read(drawn("+0.3", "-0.1"), loose(".0,.1", 184, 218), seconds=-1) == [".0,.1"]
