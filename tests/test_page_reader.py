"""One page is read: its text layer, what only its picture shows, and drawn signs."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drawing.recognition.page_reader import read_page
from drawing.sheet import Box, Sheet, Word
from tests.factories import sheet
from tests.test_lettering import TITLE_BLOCK, word


@dataclass
class PrintedPage:
    """A page that carries `words` as text and shows `picture`, white unless it is given."""

    words: list[Word]
    picture: NDArray[np.uint8] = field(default_factory=lambda: np.full((400, 600), 255, np.uint8))
    sheet: Sheet = field(default_factory=lambda: sheet(width=600, height=400))
    looked_at: bool = False

    def text_layer(self) -> list[Word]:
        return self.words

    def tile(self, region: Box, zoom: float) -> NDArray[np.uint8]:
        self.looked_at = True
        part = self.picture[int(region.y1) : int(region.y2), int(region.x1) : int(region.x2)]
        size = max(1, round(part.shape[1] * zoom)), max(1, round(part.shape[0] * zoom))
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)


def test_a_text_layer_is_taken_as_it_is() -> None:
    assert read_page(PrintedPage(TITLE_BLOCK), 10).words == tuple(TITLE_BLOCK)


@pytest.mark.parametrize("words", [[], [word("gedruckt"), word("11.08.2020")]], ids=["none", "a plot stamp"])
def test_without_a_text_layer_the_picture_is_read(words: list[Word]) -> None:
    page = PrintedPage(words)
    read_page(page, 10)
    assert page.looked_at


def test_the_few_words_of_a_stamp_are_kept_beside_the_reading() -> None:
    stamp = [word("gedruckt"), word("11.08.2020")]
    assert read_page(PrintedPage(stamp), 10).words == tuple(stamp)


def test_the_rest_of_a_layer_that_cannot_be_decoded_is_not_trusted() -> None:
    page = PrintedPage([word("\ufffd\ufffd"), word("Xq7")])
    assert read_page(page, 10).words == ()


def test_words_with_unknown_characters_are_left_out() -> None:
    page = PrintedPage([*TITLE_BLOCK, word("3\ufffd,40")])
    assert read_page(page, 10).words == tuple(TITLE_BLOCK)


def printed(*texts: tuple[str, int, int]) -> NDArray[np.uint8]:
    """A white picture with lettering drawn into it, each text from its lower left corner."""
    picture = np.full((400, 600), 255, np.uint8)
    for text, x, y in texts:
        cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2, cv2.LINE_AA)
    return picture


def test_lettering_that_the_layer_lacks_is_read_beside_it() -> None:
    page = PrintedPage(TITLE_BLOCK, printed(("120.55", 300, 300)))
    assert [(word.text, word.source) for word in read_page(page, 20).words[-2:]] == [
        ("Gewicht", "text_layer"),
        ("120.55", "ocr"),
    ]


def test_a_drawn_diameter_sign_becomes_part_of_its_number() -> None:
    picture = printed(("9.14", 330, 300))
    cv2.circle(picture, (312, 291), 9, 0, 2, cv2.LINE_AA)
    cv2.line(picture, (302, 303), (322, 279), 0, 2, cv2.LINE_AA)
    number = Word("9.14", Box(330, 280, 388, 302), "text_layer")
    assert read_page(PrintedPage([*TITLE_BLOCK, number], picture), 20).words[-1].text == "Ø9.14"


def test_drawn_brackets_become_part_of_their_number() -> None:
    picture = printed(("9.14", 330, 300))
    cv2.ellipse(picture, (345, 291), (30, 30), 0, 145, 215, 0, 2, cv2.LINE_AA)
    cv2.ellipse(picture, (373, 291), (30, 30), 0, -35, 35, 0, 2, cv2.LINE_AA)
    number = Word("9.14", Box(330, 280, 388, 302), "text_layer")
    assert read_page(PrintedPage([*TITLE_BLOCK, number], picture), 20).words[-1].text == "(9.14)"


def test_a_drawn_surface_texture_sign_makes_its_number_a_roughness() -> None:
    picture = printed(("1.6", 330, 300))
    cv2.polylines(picture, [np.array([(335, 308), (353, 339), (389, 276)])], False, 0, 2, cv2.LINE_AA)
    number = Word("1.6", Box(330, 280, 372, 302), "text_layer")
    assert read_page(PrintedPage([*TITLE_BLOCK, number], picture), 20).words[-1].text == "√1.6"
