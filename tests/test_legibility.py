"""What the bench of legibility counts."""

from __future__ import annotations

import pytest

from bench.legibility import LEGIBLE_PX, _is_readable, questions_of
from bench.truth import Item
from drawing.focus import Crop
from drawing.reading import read
from drawing.sheet import Box
from tests.lettered import SHEET
from tests.test_embedded_reader import SHAFT

PLACE = Box(100, 100, 200, 120)


@pytest.mark.parametrize(
    ("crop", "readable"),
    [
        (Crop(Box(0, 0, 640, 640), 640, 640, None), True),
        (Crop(Box(0, 0, 640, 640), 320, 320, None), False),
        (Crop(Box(150, 0, 790, 640), 640, 640, None), False),
        (Crop(Box(102, 102, 742, 742), 640, 640, None), True),
    ],
)
def test_lettering_counts_that_lies_in_a_part_and_is_high_enough(crop: Crop, readable: bool) -> None:
    assert _is_readable([crop], PLACE, LEGIBLE_PX) is readable


def test_questions_ask_for_one_size_all_of_a_kind_and_what_is_printed() -> None:
    thread = Item("thread", "M8x1", PLACE, nominal=None)
    asked = list(questions_of([thread, thread], read(SHAFT, SHEET), "de"))
    assert [(question.text, len(question.boxes)) for question in asked] == [("Liste alle Gewinde.", 2)]
