"""Feature control frames and boxed dimensions, found and read on sheets that are drawn here."""

from __future__ import annotations

import math
import time

import cv2
import numpy as np
import pytest

from drawing.callouts import Callout
from drawing.reading import read
from drawing.recognition.control_frames import with_frames
from drawing.sheet import Word
from tests.drawn_symbols import USUAL, Look
from tests.ruled_sheet import RuledSheet, Scan

NOTHING: tuple[Word, ...] = ()


def found(scan: Scan, *words: Word) -> tuple[Word, ...]:
    return with_frames(words, scan.tile, scan.sheet, math.inf)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def frames(scan: Scan, *words: Word) -> list[Callout]:
    """The feature control frames as the grammar reads them."""
    return [callout for callout in read(found(scan, *words), scan.sheet).callouts if callout.type == "gdt"]


def framed(symbol: str, *cells: str, look: Look = USUAL) -> Scan:
    sheet = RuledSheet()
    sheet.frame(60, 70, symbol, list(cells), look)
    return Scan(sheet.picture())


@pytest.fixture(scope="module")
def position() -> Scan:
    return framed("⌖", "Ø0,15Ⓜ", "E", "F")


def test_a_frame_is_read_cell_by_cell(position: Scan) -> None:
    assert texts(found(position)) == ["⌖", "Ø0,15", "Ⓜ", "E", "F"]


def test_a_frame_becomes_a_callout_with_characteristic_and_datums(position: Scan) -> None:
    (callout,) = frames(position)
    assert (callout.characteristic, str(callout.nominal), callout.datums) == ("position", "0.15", ("E", "F"))


def test_a_vertical_frame_reads_upward() -> None:
    (callout,) = frames(framed("∥", "0,1", "A", look=Look(direction=90)))
    assert (callout.characteristic, callout.datums, callout.direction) == ("parallelism", ("A",), 90)


def test_the_words_of_a_frame_lie_in_it(position: Scan) -> None:
    scale = 200 / 25.4
    assert all(60 * scale < word.box.x1 and word.box.y2 < 70 * scale for word in found(position))


def test_what_was_read_of_the_frame_before_is_replaced(position: Scan) -> None:
    strip = Word("0015MEF", position.word("", 61, 65, 90, 69).box, "ocr", confidence=0.6)
    assert "0015MEF" not in texts(found(position, strip))


def test_the_text_layer_has_the_better_values() -> None:
    scan = framed("⊥", "0,1", "A")
    layer = scan.word("0,04", 69, 65, 75, 68), scan.word("B", 79, 65, 81, 68)
    assert texts(found(scan, *layer)) == ["⊥", "0,04", "B"]


def test_a_bare_m_of_the_text_layer_in_a_circle_is_a_modifier() -> None:
    scan = framed("⌖", "0,15Ⓜ", "A")
    layer = scan.word("0,15", 69, 65, 75.5, 68), scan.word("M", 77, 65, 80, 68), scan.word("A", 85, 65, 87, 68)
    assert texts(found(scan, *layer)) == ["⌖", "0,15", "Ⓜ", "A"]


@pytest.mark.parametrize("modifier", "ⓂⓁⓅⓈ")
def test_a_letter_in_a_circle_is_a_modifier(modifier: str) -> None:
    assert modifier in texts(found(framed("⌖", f"0,15{modifier}", "A")))


def test_a_letter_in_a_circle_behind_a_datum_is_a_modifier() -> None:
    assert texts(found(framed("⌖", "0,15", "AⓂ"))) == ["⌖", "0,15", "A", "Ⓜ"]


def test_two_datums_of_one_axis_are_one_word() -> None:
    assert texts(found(framed("↗", "0,15", "A-B"))) == ["↗", "0,15", "A-B"]


def test_frames_that_share_a_border_are_two() -> None:
    sheet = RuledSheet()
    sheet.frame(60, 70, "⌖", ["Ø0,15", "E"])
    sheet.frame(60, 77, "⊥", ["Ø0,12", "E"])
    read_frames = frames(Scan(sheet.picture()))
    assert [callout.characteristic for callout in read_frames] == ["position", "perpendicularity"]


def test_one_symbol_over_two_rows_holds_for_both() -> None:
    sheet = RuledSheet()
    sheet.composite(60, 70, "⌖", [["Ø0,5", "A", "B"], ["Ø0,15", "A"]])
    read_frames = frames(Scan(sheet.picture()))
    assert [(one.characteristic, str(one.nominal), one.datums) for one in read_frames] == [
        ("position", "0.5", ("A", "B")),
        ("position", "0.15", ("A",)),
    ]


def test_a_symbol_that_is_none_is_left_out() -> None:
    sheet = RuledSheet()
    sheet.frame(60, 70, "", ["0,15", "A"])
    sheet.page.draw_circle((182, 189), 2.0)
    sheet.page.draw_polyline([(175, 183), (186, 194), (186, 183), (175, 194)])
    assert texts(found(Scan(sheet.picture()))) == ["0,15", "A"]


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_grey_and_skewed_scan_is_read(dpi: int) -> None:
    sheet = RuledSheet()
    sheet.frame(60, 70, "⌖", ["Ø0,15Ⓜ", "E"])
    picture = sheet.picture(dpi)
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.7, 1)
    picture = cv2.warpAffine(cv2.GaussianBlur(picture, (3, 3), 0), turn, (width, height), borderValue=255)
    noise = np.random.default_rng(0).normal(0, 12, picture.shape)
    scan = Scan(np.clip(picture * 0.85 + 30 + noise, 0, 255).astype(np.uint8), dpi)
    assert texts(found(scan)) == ["⌖", "Ø0,15", "Ⓜ", "E"]


def test_a_dimension_in_a_box_of_its_own_is_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "50")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("50", 61.4, 65.3, 66.8, 68.8))
    assert word.framed


def test_a_vertical_dimension_in_a_box_is_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "12,5", Look(direction=90))
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("12,5", 55.3, 60, 58.8, 68.6, 90))
    assert word.framed


def test_a_datum_letter_in_a_box_is_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "A")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("A", 61.4, 65.3, 64.6, 68.8))
    assert word.framed


def test_a_dimension_that_was_taken_for_as_high_as_its_box_is_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "50")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("50", 60.5, 64.1, 66.2, 69.8))
    assert word.framed


def test_lettering_higher_than_the_rectangle_in_it_is_not_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "50")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("50", 58, 62.5, 68, 71.5))
    assert not word.framed


@pytest.mark.parametrize("direction", [24, 66, 300])
def test_an_oblique_dimension_in_a_box_is_framed(direction: int) -> None:
    sheet = RuledSheet()
    sheet.box(60, 60, "12,5", Look(direction=direction))
    scan = Scan(sheet.picture())
    angle = math.radians(direction)
    along, across = 5.7, 2.97
    x = 60 + along * math.cos(angle) - across * math.sin(angle)
    y = 60 - along * math.sin(angle) - across * math.cos(angle)
    wide = 8.6 * abs(math.cos(angle)) + 3.5 * abs(math.sin(angle))
    high = 8.6 * abs(math.sin(angle)) + 3.5 * abs(math.cos(angle))
    (word,) = found(scan, scan.word("12,5", x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, direction))
    assert word.framed


def test_an_oblique_dimension_without_a_box_is_not_framed() -> None:
    scan = Scan(RuledSheet().picture())
    (word,) = found(scan, scan.word("12,5", 60, 60, 69, 68, 30))
    assert not word.framed


def test_a_number_beside_a_box_is_not_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "50")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("60", 80, 65.3, 85, 68.8))
    assert not word.framed


def test_a_word_in_a_box_is_not_framed() -> None:
    sheet = RuledSheet()
    sheet.box(60, 70, "Links")
    scan = Scan(sheet.picture())
    (word,) = found(scan, scan.word("Links", 61.4, 65.3, 73, 68.8))
    assert not word.framed


def test_a_box_above_a_frame_is_framed() -> None:
    sheet = RuledSheet()
    sheet.frame(60, 70, "∠", ["0,4", "C"])
    sheet.box(60, 63, "45°")
    scan = Scan(sheet.picture())
    words = found(scan, scan.word("45°", 61.4, 58.3, 67.5, 61.8))
    assert [word.text for word in words if word.framed] == ["45°"]


TABLE = [["1", "12,5", "A"], ["2", "0,05", "B"], ["-", "0,1", "C"]]


def test_the_cells_of_a_table_are_no_frames() -> None:
    sheet = RuledSheet()
    sheet.table(40, 30, TABLE, [8, 20, 10])
    assert found(Scan(sheet.picture())) == ()


def test_numbers_in_a_table_are_not_framed() -> None:
    sheet = RuledSheet()
    sheet.table(40, 30, TABLE, [8, 12, 10])
    scan = Scan(sheet.picture())
    words = scan.word("12,5", 49, 31.5, 58, 35), scan.word("1", 41, 31.5, 43, 35), scan.word("A", 61, 31.5, 64, 35)
    assert not any(word.framed for word in found(scan, *words))


def test_after_the_deadline_the_words_stay_as_they_are(position: Scan) -> None:
    words = (position.word("0,15", 70, 65, 80, 69),)
    assert with_frames(words, position.tile, position.sheet, time.monotonic() - 1) == words


def test_a_sheet_without_frames_stays_as_it_is() -> None:
    scan = Scan(np.full((400, 600), 255, np.uint8))
    words = (scan.word("50", 20, 20, 30, 24),)
    assert found(scan, *words) == words
