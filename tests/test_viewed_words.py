"""The views that words stand in: what is drawn together with them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawing.recognition.viewed_words import with_views
from drawing.sheet import Box, Sheet, Word

SHEET = Sheet(page=1, width=1600, height=1100, dpi=200.0, paper=None, text_source="text_layer")
LATER, NEVER = float("inf"), 0.0
FRONT, SIDE = (200, 200, 600, 600), (900, 200, 960, 600)


def picture() -> NDArray[np.uint8]:
    """A frame and two views, the second with a dimension below it whose extension lines begin 1 mm from the outline."""
    drawn = np.full((SHEET.height, SHEET.width), 255, np.uint8)
    for x1, y1, x2, y2 in ((20, 20, 1580, 1080), FRONT, SIDE):
        cv2.rectangle(drawn, (x1, y1), (x2, y2), 0, 2)
    for x in (900, 960):
        cv2.line(drawn, (x, 608), (x, 700), 0, 2)
    cv2.line(drawn, (900, 690), (960, 690), 0, 2)
    cv2.putText(drawn, "12", (910, 680), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return drawn


def tile(region: Box, zoom: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture(), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8)


def viewed(*words: Word, until: float = LATER) -> list[Box | None]:
    return [word.view for word in with_views(words, tile, SHEET, until)]


def word(x: float, y: float) -> Word:
    return Word("12", Box(x, y, x + 34, y + 20), "text_layer")


def test_a_dimension_belongs_to_the_view_that_its_lines_lead_to() -> None:
    (view,) = viewed(word(910, 660))
    assert view is not None
    assert (view.x1, view.y1, view.x2, view.y2) == pytest.approx((900, 200, 960, 700), abs=25)


def test_views_apart_are_two() -> None:
    assert len(set(viewed(word(910, 660), word(200, 400)))) == 2


def test_what_stands_free_is_in_no_view() -> None:
    assert viewed(word(1300, 900)) == [None]


def test_the_frame_is_no_view() -> None:
    assert viewed(word(10, 15)) == [None]


def test_after_the_deadline_no_view_is_looked_for() -> None:
    assert viewed(word(910, 660), until=NEVER) == [None]
