"""Shapes beside lettering of 48 px: which of them are slashed rings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawing.recognition.slashed_rings import rings

Picture = NDArray[np.uint8]
TEXT_PX = 48
#: px. Middle, and the half extent of a slash along and across.
MIDDLE, SLASH = (80, 72), (13, 30)


def paper() -> Picture:
    return np.full((144, 160), 255, np.uint8)


def ring(picture: Picture, radii: tuple[int, int] = (20, 20), turned: float = 0, width: int = 4) -> Picture:
    cv2.ellipse(picture, MIDDLE, radii, turned, 0, 360, 0, width, cv2.LINE_AA)
    return picture


def stroke(picture: Picture, along: int, across: int, width: int = 4, grey: int = 0) -> Picture:
    """A straight line through the middle, from lower left to upper right where both are positive."""
    x, y = MIDDLE
    cv2.line(picture, (x - along, y + across), (x + along, y - across), grey, width, cv2.LINE_AA)
    return picture


def slashed(width: int = 4) -> Picture:
    return stroke(ring(paper(), width=width), *SLASH, width)


def square() -> Picture:
    picture = paper()
    cv2.rectangle(picture, (60, 52), (100, 92), 0, 4)
    return picture


def hatching() -> Picture:
    picture = paper()
    for x in range(-160, 320, 24):
        cv2.line(picture, (x, 144), (x + 144, 0), 0, 3, cv2.LINE_AA)
        cv2.line(picture, (x, 0), (x + 144, 144), 0, 3, cv2.LINE_AA)
    return picture


def character(text: str) -> Picture:
    picture = paper()
    cv2.putText(picture, text, (50, 96), cv2.FONT_HERSHEY_DUPLEX, 2.2, 0, 3, cv2.LINE_AA)
    return picture


def is_seen(picture: Picture) -> bool:
    return any(True for _ in rings(picture, TEXT_PX))


def noisy(picture: Picture) -> Picture:
    """As a photocopy comes: grey, blurred, speckled, and compressed."""
    grey = cv2.GaussianBlur(picture, (0, 0), 2).astype(np.float32) * 0.7 + 50
    grey += np.random.default_rng(7).normal(0, 8, picture.shape)
    _, data = cv2.imencode(".jpg", np.clip(grey, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


SIGNS = {
    "round": slashed(),
    "thin": slashed(2),
    "bold": slashed(9),
    "with a slash that ends at the ring": stroke(ring(paper()), 8, 18),
    "with a slash at 45°": stroke(ring(paper()), 22, 22),
    "oval": stroke(ring(paper(), (14, 20)), 12, 24),
    "inclined": stroke(ring(paper(), (15, 21), 15), 20, 26),
    "small": stroke(ring(paper(), (14, 14), width=3), 11, 18, 3),
    "pale": np.asarray(255 - (255 - slashed()) // 4, np.uint8),
}
OTHERS = {
    "an empty ring": ring(paper()),
    "a ring with a vertical stroke": stroke(ring(paper()), 0, 30),
    "a ring with a level stroke": stroke(ring(paper()), 30, 0),
    "a ring with a slash the other way": stroke(ring(paper()), -13, 30),
    "a hole with its centre lines": stroke(stroke(ring(paper()), 0, 30), 30, 0),
    "a crossed ring": stroke(stroke(ring(paper()), 26, 26), -26, 26),
    "a ring with a pale line across its slash": stroke(slashed(), -26, 26, grey=150),
    "two rings": ring(ring(paper()), (11, 11)),
    "a square": square(),
    "a square with a diagonal": stroke(square(), 20, 20),
    "hatching": hatching(),
    "a hole of the part": stroke(ring(paper(), (60, 60)), 70, 70),
    "a speck": stroke(ring(paper(), (6, 6), width=2), 8, 8, 2),
    "dirt": np.asarray(255 - (255 - slashed()) // 8, np.uint8),
    "nothing": paper(),
}


@pytest.mark.parametrize("picture", SIGNS.values(), ids=SIGNS)
def test_a_ring_cut_by_a_slash_is_seen(picture: Picture) -> None:
    assert is_seen(picture)


@pytest.mark.parametrize("picture", OTHERS.values(), ids=OTHERS)
def test_another_shape_is_no_slashed_ring(picture: Picture) -> None:
    assert not is_seen(picture)


@pytest.mark.parametrize("text", list("0689%&@BQRaeg"))
def test_a_character_is_no_slashed_ring(text: str) -> None:
    assert not is_seen(character(text))


def test_a_ring_is_seen_on_a_photocopy() -> None:
    assert is_seen(noisy(slashed()))


@pytest.mark.parametrize("name", ["a hole with its centre lines", "a crossed ring", "a square with a diagonal"])
def test_a_photocopy_makes_no_slashed_ring(name: str) -> None:
    assert not is_seen(noisy(OTHERS[name]))


def test_gaps_in_a_ring_of_a_1_bit_scan_are_closed() -> None:
    picture = slashed()
    picture[50:94:11, 56:104] = 255
    assert is_seen(picture)


def test_a_ring_that_touches_a_line_is_seen() -> None:
    picture = slashed()
    cv2.line(picture, (0, 96), (159, 96), 0, 3)
    assert is_seen(picture)


def test_the_box_is_that_of_the_ring() -> None:
    box, _ = next(rings(slashed(), TEXT_PX))
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx((58, 50, 102, 94), abs=3)
