"""Lettering that a text layer lacks is seen in the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.recognition.unlettered import unlettered
from drawing.sheet import Box, Word
from tests.factories import sheet

WIDTH, HEIGHT = 900, 600


def blank() -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH), 255, np.uint8)


def lettered(text: str, x: int, y: int) -> NDArray[np.uint8]:
    picture = blank()
    cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2, cv2.LINE_AA)
    return picture


def places(picture: NDArray[np.uint8], words: Sequence[Word] = ()) -> tuple[Box, ...]:
    def tile(region: Box, zoom: float) -> NDArray[np.uint8]:
        part = picture[int(region.y1) : int(region.y2), int(region.x1) : int(region.x2)]
        size = round(part.shape[1] * zoom), round(part.shape[0] * zoom)
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)

    return unlettered(words, tile, sheet(width=WIDTH, height=HEIGHT))


def test_lettering_that_no_word_covers_is_a_place() -> None:
    (place,) = places(lettered("120.55", 300, 300))
    assert place.contains(310, 290) and place.contains(400, 290)


def test_lettering_that_a_word_covers_is_none() -> None:
    assert places(lettered("120.55", 300, 300), [Word("120.55", Box(298, 274, 404, 304), "text_layer")]) == ()


def test_upright_lettering_is_a_place() -> None:
    picture = blank()
    picture[:, :HEIGHT] = np.rot90(lettered("120.55", 200, 200)[:HEIGHT, :HEIGHT])
    (place,) = places(picture)
    assert place.height > place.width


def test_a_short_word_alone_may_be_geometry() -> None:
    assert places(lettered("25", 300, 300)) == ()


def test_a_short_word_counts_where_lettering_is_missing_anyway() -> None:
    both = np.minimum(lettered("25", 100, 500), lettered("120.55", 300, 100))
    assert len(places(both)) == 2


def test_lines_hatching_and_dashes_are_none() -> None:
    picture = blank()
    cv2.rectangle(picture, (50, 50), (850, 550), 0, 2)
    for x in range(100, 300, 12):
        cv2.line(picture, (x, 200), (x + 60, 140), 0, 1, cv2.LINE_AA)
    for x in range(100, 800, 30):
        cv2.line(picture, (x, 400), (x + 18, 400), 0, 2)
        cv2.line(picture, (700, x % 500), (700, x % 500 + 18), 0, 2)
        cv2.line(picture, (712, x % 500), (712, x % 500 + 18), 0, 2)
    assert places(picture) == ()


def test_an_empty_sheet_has_no_places() -> None:
    assert places(blank()) == ()
