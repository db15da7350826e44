"""Pages that lie askew, sideways, upside down or on a desk, as scanners and cameras bring them."""

from __future__ import annotations

import io
import math
import time
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.photographed import DESK_LEVEL, Camera
from drawing import pdf, raster
from drawing.folder import page_file
from drawing.sheet import Drawing
from drawing.straightening import paper
from drawing.straightening.straight import Straightening, straightened
from tests import sheets
from tests.factories import limits

Points = NDArray[np.float64]

TURNS = [0, 90, 180, 270]
#: px. Half a letter of the smallest lettering of these sheets.
NEAR = 10.0


def scan(paper_name: str = "A4") -> Image.Image:
    """A sheet in grey at 200 dpi."""
    with pymupdf.open(stream=sheets.pdf(paper_name)) as document:
        pixmap = document[0].get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
        return Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """1 for equal pictures: how far ink coincides, softened by some pixels."""
    soft = [
        cv2.GaussianBlur(255 - np.asarray(image.convert("L").resize((1169, 827))), (0, 0), 4).astype(float).ravel()
        for image in (one, other)
    ]
    return float(np.corrcoef(soft[0], soft[1])[0, 1])


def photographed(sheet: Image.Image, camera: Camera) -> tuple[Image.Image, Points]:
    """A photo of a sheet on a dark desk, and its corners there."""
    corners = np.array([[[0, 0], [sheet.width, 0], [sheet.width, sheet.height], [0, sheet.height]]], np.float64)
    seen = cv2.perspectiveTransform(corners, camera.matrix(sheet.width, sheet.height))[0]
    return Image.fromarray(camera.photo(np.asarray(sheet))), np.asarray(seen, np.float64)


@pytest.mark.parametrize("turned", TURNS)
def test_a_page_is_put_upright_by_its_writing(turned: int) -> None:
    upright = scan()
    found = Straightening.of(upright.rotate(turned, expand=True))
    assert found.turned == turned
    assert found.matrix is None
    assert found.applied(upright.rotate(turned, expand=True)).tobytes() == upright.tobytes()


@pytest.mark.parametrize("degrees", [-5.0, -1.5, 0.4, 3.0])
def test_a_scan_that_lies_askew_is_made_level(degrees: float) -> None:
    level = scan()
    askew = level.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    straight = straightened(askew, limits(), math.inf)
    assert straight.is_redrawn
    assert not straight.is_photo
    assert likeness(straight.page, level) > max(0.93, likeness(askew, level))


@pytest.mark.parametrize("turned", [90, 180])
def test_a_scan_may_lie_askew_and_the_wrong_way_up(turned: int) -> None:
    straight = straightened(
        scan().rotate(turned + 1.5, Image.Resampling.BICUBIC, expand=True, fillcolor=255), limits(), math.inf
    )
    assert (straight.turned, straight.is_redrawn) == (turned, True)
    assert straight.page.width > straight.page.height


def test_no_pixel_is_touched_for_a_tenth_of_a_degree() -> None:
    askew = scan().rotate(0.1, Image.Resampling.BICUBIC, fillcolor=255)
    assert straightened(askew, limits(), math.inf).page is askew


def test_ink_in_the_corners_is_not_lost() -> None:
    level = scan()
    ImageDraw.Draw(level).rectangle((0, 0, level.width - 1, level.height - 1), outline=0, width=4)
    straight = straightened(level.rotate(3.0, Image.Resampling.BICUBIC, expand=True, fillcolor=255), limits(), math.inf)
    assert straight.page.width > level.width
    assert straight.page.height > level.height


@pytest.mark.parametrize(("aside", "roll"), [(0.0, 4.0), (20.0, 0.0), (25.0, -6.0)])
def test_a_photo_becomes_the_sheet_that_lies_on_the_desk(aside: float, roll: float) -> None:
    sheet = scan()
    photo, _ = photographed(sheet, Camera(2000, aside_deg=aside, roll_deg=roll))
    straight = straightened(photo, limits(), math.inf)
    assert (straight.turned, straight.is_photo) == (0, True)
    assert straight.page.width / straight.page.height == pytest.approx(math.sqrt(2), rel=0.01)
    assert likeness(straight.page, sheet) > 0.9


def test_a_photo_may_be_taken_from_the_other_side_of_the_desk() -> None:
    sheet = scan()
    photo, _ = photographed(sheet.rotate(180), Camera(2000, aside_deg=20.0))
    straight = straightened(photo, limits(), math.inf)
    assert straight.turned == 180
    assert likeness(straight.page, sheet) > 0.9


def test_corners_are_found_where_trimming_marks_and_a_finger_hide_them() -> None:
    sheet = scan()
    canvas = ImageDraw.Draw(sheet)
    for x in (0, sheet.width):
        canvas.rectangle((x - 80, -80, x + 80, 80), fill=0)
    canvas.ellipse((-120, sheet.height - 120, 120, sheet.height + 120), fill=DESK_LEVEL)
    photo, true = photographed(sheet, Camera(2000, aside_deg=15.0))
    scale = photo.width / paper.LOOK_PX
    small = photo.resize((paper.LOOK_PX, round(photo.height / scale)))
    found = paper.corners(np.asarray(small))
    assert found is not None
    assert np.abs(found * scale - true).max() < NEAR


def test_the_camera_tells_the_shape_of_a_sheet_of_no_format() -> None:
    banner = Image.new("L", (2400, 1250), 255)
    photo, corners = photographed(banner, Camera(2000, aside_deg=30.0, roll_deg=20.0))
    width, height = paper.size(corners, photo.size)
    assert width / height == pytest.approx(2400 / 1250, rel=0.01)


def test_a_bright_part_of_a_drawing_is_no_sheet_on_a_desk() -> None:
    poster = Image.new("L", (1600, 1200), 200)
    ImageDraw.Draw(poster).rectangle((200, 200, 1400, 1000), fill=225)
    assert straightened(poster, limits(), math.inf).page is poster


@pytest.mark.parametrize(("ground", "ink"), [(40, 230), (200, 0)])
def test_a_bright_panel_on_a_sheet_with_writing_is_no_sheet_on_a_desk(ground: int, ink: int) -> None:
    sheet = Image.new("L", (2400, 1600), ground)
    canvas = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=40)
    for at in range(12):
        canvas.text((150, 100 + 110 * at), f"Werkstoff {at} 1.4301", fill=ink, font=font)
    canvas.rectangle((1200, 500, 2300, 1500), fill=255)
    canvas.text((1300, 600), "Zeichnungsnummer 4711", fill=0, font=font)
    assert straightened(sheet, limits(), math.inf).page is sheet


def test_a_part_that_is_drawn_askew_stays_so_while_the_writing_is_level() -> None:
    sheet = scan()
    canvas = ImageDraw.Draw(sheet)
    for at in range(12):
        canvas.line((300, 500 + 40 * at, 1500, 500 + 40 * at + 1200 * math.tan(math.radians(4))), fill=0, width=3)
    assert straightened(sheet, limits(), math.inf).page is sheet


@pytest.mark.parametrize("content", ["white", "black", "noise", "rings"])
def test_what_has_no_writing_stays_as_it_is(content: str) -> None:
    picture = {
        "white": lambda: Image.new("L", (1200, 900), 255),
        "black": lambda: Image.new("L", (1200, 900), 0),
        "noise": lambda: Image.fromarray(np.random.default_rng(0).integers(0, 256, (900, 1200), np.uint8)),
        "rings": _rings,
    }[content]()
    straight = straightened(picture, limits(), math.inf)
    assert straight.page is picture
    assert straight.turned == 0


def _rings() -> Image.Image:
    picture = Image.new("L", (1200, 900), 255)
    canvas = ImageDraw.Draw(picture)
    for x in range(50, 1150, 40):
        for y in range(50, 850, 40):
            canvas.ellipse((x, y, x + 18, y + 18), outline=0, width=2)
    return picture


def test_pages_stay_as_they_lie_when_the_time_is_over() -> None:
    lying = scan().rotate(90, expand=True)
    assert straightened(lying, limits(), time.monotonic()).page is lying


def test_nothing_grows_beyond_the_limits() -> None:
    askew = scan().rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    ImageDraw.Draw(askew).rectangle((0, 0, askew.width - 1, askew.height - 1), outline=0, width=4)
    assert straightened(askew, limits(max_side_px=askew.width), math.inf).page is askew


def survey_of_pdf(folder: Path, content: bytes) -> Drawing:
    file = folder / "original.bin"
    file.write_bytes(content)
    return pdf.survey(file, folder, limits(), math.inf)


def scanned_pdf(picture: Image.Image) -> bytes:
    document = pymupdf.open()
    page = document.new_page(width=picture.width * 72 / 200, height=picture.height * 72 / 200)
    page.insert_image(page.rect, stream=sheets.saved(picture, "PNG"))
    return bytes(document.tobytes())


def test_a_scan_in_a_pdf_is_turned_and_drawn_from_the_file_as_before(tmp_path: Path) -> None:
    upright = scan()
    drawing = survey_of_pdf(tmp_path, scanned_pdf(upright.rotate(90, expand=True)))
    (sheet,) = drawing.sheets
    assert (sheet.turned, sheet.straightened, sheet.width > sheet.height) == (90, False, True)
    assert [file.name for file in tmp_path.iterdir()] == ["original.bin"]
    with pdf.open_document(tmp_path / "original.bin") as document:
        assert likeness(pdf.PdfPage(document[0], sheet).whole(), upright) > 0.99


def test_a_scan_that_lies_askew_in_a_pdf_becomes_a_picture(tmp_path: Path) -> None:
    level = scan()
    askew = level.rotate(2.0, Image.Resampling.BICUBIC, fillcolor=255)
    (sheet,) = survey_of_pdf(tmp_path, scanned_pdf(askew)).sheets
    assert (sheet.straightened, sheet.text_source, sheet.paper) == (True, "ocr", "A4")
    assert likeness(raster.open_page(tmp_path, sheet, limits()).picture(sheet.box, 1169, 827), level) > 0.95
    assert page_file(tmp_path, 1).exists()


@pytest.mark.parametrize("turned", TURNS)
@pytest.mark.parametrize("rotate", [0, 270])
def test_a_page_whose_text_runs_sideways_is_turned_by_it(tmp_path: Path, turned: int, rotate: int) -> None:
    document = pymupdf.open()
    page = document.new_page(width=842, height=842)
    for at in range(1, 10):
        page.insert_text((400, 80 * at), "Werkstoff 1.4301", rotate=turned)
    page.set_rotation(rotate)
    (sheet,) = survey_of_pdf(tmp_path, bytes(document.tobytes())).sheets
    assert sheet.turned == (turned - rotate) % 360
    with pdf.open_document(tmp_path / "original.bin") as opened:
        assert {word.direction for word in pdf.PdfPage(opened[0], sheet).text_layer()} == {0}


def test_a_few_words_that_run_upwards_turn_no_page(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((300, 400), "Ø70,50 ±0,05", rotate=90)
    assert survey_of_pdf(tmp_path, bytes(document.tobytes())).sheets[0].turned == 0


def test_a_picture_keeps_its_colours(tmp_path: Path) -> None:
    red = Image.merge("RGB", (Image.new("L", scan().size, 255), scan(), scan()))
    straight = straightened(red.rotate(180), limits(), math.inf)
    assert straight.page.tobytes() == red.tobytes()


def test_what_is_left_of_a_photo_is_what_its_sheet_says(tmp_path: Path) -> None:
    photo, _ = photographed(scan(), Camera(2000, aside_deg=15.0))
    target = io.BytesIO()
    photo.save(target, "JPEG", dpi=(300, 300), quality=92)
    file = tmp_path / "original.bin"
    file.write_bytes(target.getvalue())
    (sheet,) = raster.survey(file, tmp_path, limits(), math.inf).sheets
    assert (sheet.straightened, sheet.turned, sheet.dpi, sheet.paper) == (True, 0, None, None)
    with Image.open(page_file(tmp_path, 1)) as kept:
        assert kept.size == (sheet.width, sheet.height)
