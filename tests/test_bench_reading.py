"""The bench's own ruler: the drawn truth is where it says, and the scorer counts as it should."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from bench import reading
from bench.content import Content
from bench.drawn_sheets import ORDERS, QUICK, Order, draw, sheets
from bench.report import Aim, conclude, machine
from bench.scanned import Scanner
from bench.scoring import Share, Verdict, score
from bench.signs import CHARACTERISTICS
from bench.truth import DrawnSheet, Item, PrintedNumber
from drawing.callouts import Callout, callouts_of
from drawing.grammar.frame_notation import CHARACTERISTICS as READ_CHARACTERISTICS
from drawing.sheet import Box, Word
from drawing.straightening.straight import straightened
from tests.factories import limits

BOX = Box(500, 500, 600, 520)


def named(name: str) -> Order:
    return next(order for order in ORDERS if order.name == name)


def sheet_of(*items: Item) -> DrawnSheet:
    return DrawnSheet("handmade", ".pdf", b"", "A4", "text", 200.0, items, (Box(1500, 1400, 2300, 1600),))


def diameter() -> Item:
    number = PrintedNumber(Decimal(25), BOX)
    return Item("diameter", "Ø25", BOX, (number,), nominal=Decimal(25), diameter_sign=True)


def linear() -> Item:
    return replace(diameter(), kind="linear", text="25", diameter_sign=False)


def frame() -> Item:
    return Item("gdt", "⌖ Ø0,1 A", BOX, nominal=Decimal("0.1"), characteristic="position", datums=("A",))


def judged(sheet: DrawnSheet, *words: Word) -> Verdict:
    return score(sheet, words, callouts_of(words))


def word(text: str, box: Box = BOX, direction: int = 0) -> Word:
    return Word(text, box, "text_layer", direction)


def ink(sheet: DrawnSheet) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The sheet as pixels of its own resolution, made straight as an upload is."""
    if sheet.suffix != ".pdf":
        scan = Image.open(io.BytesIO(sheet.content)).convert("L")
        return np.asarray(straightened(scan, limits(), math.inf).page)
    with pymupdf.open("pdf", sheet.content) as document:
        pixmap = document[0].get_pixmap(dpi=int(sheet.dpi), colorspace=pymupdf.csGRAY)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)


@pytest.mark.parametrize("name", ["a4-solidworks", "a4-outlines-rotated", "a4-strokes", "a4-scan-worn-upright"])
def test_every_printed_number_has_ink_where_the_truth_says(name: str) -> None:
    sheet = draw(named(name))
    picture = ink(sheet)
    boxes = [number.box for item in sheet.items for number in item.numbers]
    cuts = [picture[int(b.y1) : int(b.y2) + 1, int(b.x1) : int(b.x2) + 1] for b in boxes]
    assert len(cuts) > 20
    assert all(0.03 < (cut < 180).mean() < 0.6 for cut in cuts)


def test_the_text_layer_has_each_number_at_its_place() -> None:
    sheet = draw(named("a3-text"))
    with pymupdf.open("pdf", sheet.content) as document:
        page = document[0]
        to_points = 72 / sheet.dpi
        for item in sheet.items:
            for number in item.numbers:
                b = number.box
                place = pymupdf.Rect(b.x1 - 4, b.y1 - 4, b.x2 + 4, b.y2 + 4) * to_points
                assert str(number.value) in page.get_text("text", clip=place).replace("\n", "")


def test_solidworks_sheets_carry_numbers_but_no_diameter_sign_in_their_text() -> None:
    sheet = draw(named("a4-solidworks"))
    with pymupdf.open("pdf", sheet.content) as document:
        text = document[0].get_text()
    assert any(item.diameter_sign for item in sheet.items)
    assert "164" in text and "Ø" not in text


@pytest.mark.parametrize("name", ["a4-outlines", "a4-strokes"])
def test_lettering_drawn_as_paths_is_no_text(name: str) -> None:
    with pymupdf.open("pdf", draw(named(name)).content) as document:
        assert document[0].get_text().strip() == ""
        assert document[0].get_images() == []


def test_a_rotated_sheet_is_shown_upright() -> None:
    with pymupdf.open("pdf", draw(named("a3-solidworks-rotated")).content) as document:
        assert document[0].rotation == 90
        assert document[0].rect.width > document[0].rect.height


def test_a_sheet_is_the_same_on_every_run() -> None:
    assert draw(named("a4-scan-worn-upright")) == draw(named("a4-scan-worn-upright"))


def test_a_one_bit_scan_has_two_levels_and_says_its_resolution() -> None:
    sheet = draw(replace(named("a4-scan-150"), scanner=Scanner(150, one_bit=True)))
    image = Image.open(io.BytesIO(sheet.content))
    assert (image.mode, image.info["dpi"]) == ("1", (150, 150))


def test_quick_sheets_show_each_way_of_lettering() -> None:
    assert [sheet.name for sheet in sheets(quick=True)] == [order.name for order in QUICK]
    assert {order.style for order in QUICK} == {"text", "solidworks", "outlines", "scan"}


def test_all_characteristics_come_up_in_turn_by_the_readers_names() -> None:
    content = Content(1, comma=True, first_frame=3)
    drawn = {content.frame().characteristic for _ in CHARACTERISTICS}
    assert drawn == set(READ_CHARACTERISTICS.values())


def test_a_number_read_at_its_place_is_found_and_right() -> None:
    verdict = judged(sheet_of(linear()), word("25,00"))
    assert (verdict.score.numbers, verdict.score.numbers_read) == (Share(1, 1), Share(1, 1))


def test_a_wrong_number_is_missed_and_false() -> None:
    verdict = judged(sheet_of(linear()), word("26"))
    assert (verdict.score.numbers, verdict.score.numbers_read) == (Share(0, 1), Share(0, 1))
    assert any("number missed '25'" in fault for fault in verdict.faults)


def test_a_number_elsewhere_is_not_found() -> None:
    assert judged(sheet_of(linear()), word("25", Box(900, 500, 1000, 520))).score.numbers == Share(0, 1)


def test_a_number_said_twice_is_right_once() -> None:
    assert judged(sheet_of(linear()), word("25"), word("25")).score.numbers_read == Share(1, 2)


def test_numbers_in_the_title_block_do_not_count() -> None:
    assert judged(sheet_of(), word("4711", Box(1600, 1500, 1700, 1520))).score.numbers_read == Share(0, 0)


def test_numbers_of_a_vertical_word_are_placed_along_it() -> None:
    below = PrintedNumber(Decimal(25), Box(500, 560, 520, 600))
    above = PrintedNumber(Decimal(7), Box(500, 505, 520, 515))
    item = replace(diameter(), box=Box(500, 500, 520, 600), numbers=(below, above), direction=90)
    assert judged(sheet_of(item), word("Ø25 H7", item.box, 90)).score.numbers == Share(2, 2)


def test_a_diameter_read_as_a_length_is_found_as_callout_alone() -> None:
    found = judged(sheet_of(diameter()), word("25")).score
    assert (found.diameters, found.callouts, found.types) == (Share(0, 1), Share(1, 1), Share(0, 1))


def test_a_diameter_where_none_is_printed_is_false() -> None:
    assert judged(sheet_of(linear()), word("Ø25")).score.false_diameters == 1


def test_a_length_close_to_a_diameter_is_no_diameter() -> None:
    right = replace(linear(), text="7", nominal=Decimal(7), box=Box(604, 500, 620, 520))
    verdict = judged(sheet_of(diameter(), right), word("Ø25"), word("Ø7", right.box))
    assert verdict.score.false_diameters == 1


def test_a_lone_sign_where_none_is_printed_is_false() -> None:
    assert judged(sheet_of(linear()), word("Ø")).score.false_diameters == 1


def test_deviations_count_when_both_are_right() -> None:
    item = replace(linear(), text="25 ±0,1", upper=Decimal("0.1"), lower=Decimal("-0.1"))
    assert judged(sheet_of(item), word("25±0,1")).score.deviations == Share(1, 1)
    assert judged(sheet_of(item), word("25±0,2")).score.deviations == Share(0, 1)
    assert judged(sheet_of(item), word("26±0,1")).score.deviations == Share(0, 0)


def gdt(characteristic: str | None, datums: tuple[str, ...]) -> Callout:
    words = (word("0,1"),)
    return Callout(
        type="gdt",
        nominal=Decimal("0.1"),
        characteristic=characteristic,
        datums=datums,
        text="0,1",
        core="0,1",
        size="0,1",
        box=BOX,
        source="text_layer",
        words=words,
        unit="mm",
    )


def test_a_frame_is_judged_cell_by_cell() -> None:
    found = score(sheet_of(frame()), (), (gdt("position", ("B",)),)).score
    assert (found.frames, found.frame_characteristics, found.frame_values) == (Share(1, 1), Share(1, 1), Share(1, 1))
    assert found.frame_datums == Share(0, 1)


def test_a_frame_that_was_not_found_is_wrong_in_every_cell() -> None:
    found = score(sheet_of(frame()), (), ()).score
    assert (found.frames, found.frame_characteristics) == (Share(0, 1), Share(0, 1))


def test_a_frame_where_none_is_printed_is_false() -> None:
    assert score(sheet_of(), (), (gdt("position", ()),)).score.false_frames == 1


def test_an_aim_missed_by_little_is_missed() -> None:
    assert not Aim("numbers", 0.9699, ">=", 0.97).met


@pytest.mark.parametrize(("figure", "status", "last"), [(0.5, 0, "aims met 1/1"), (0.6, 1, "aims met 0/1")])
def test_a_bench_ends_with_the_aims_that_it_met(
    figure: float, status: int, last: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "figures.json"
    assert conclude([Aim("seconds", figure, "<=", 0.5)], machine(), ["x"], file) == status
    assert capsys.readouterr().out.splitlines()[-1] == last
    assert json.loads(file.read_text())["aims"][0]["met"] is (status == 0)


def test_a_name_that_no_sheet_has_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert reading.main(["--only", "a5"]) == 2
    assert "'a5'" in capsys.readouterr().err


def test_a_sheet_is_read_by_the_products_own_path() -> None:
    result = reading.judged(draw(named("a4-solidworks")))
    assert result.measured.problem is None
    assert result.verdict.score.numbers.value > 0.9
    assert 0.1 < result.measured.cpu_s < 60
    assert 50e6 < result.measured.peak_bytes < 2e9
