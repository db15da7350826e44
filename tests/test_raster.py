from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from drawing import raster
from drawing.folder import page_file
from drawing.sheet import Box, Drawing
from errors import FileBeyondLimits
from tests import hostile, sheets
from tests.factories import limits


def survey(folder: Path, content: bytes, **changed: Any) -> tuple[Drawing, list[Image.Image]]:
    file = folder / "original.bin"
    file.write_bytes(content)
    drawing = raster.survey(file, folder, limits(**changed), straighten_until=0.0)
    return drawing, [opened(page_file(folder, sheet.page)) for sheet in drawing.sheets]


def opened(file: Path) -> Image.Image:
    with Image.open(file) as image:
        image.load()
        return image


def ramp_16_bit(highest: int) -> Image.Image:
    return Image.fromarray(np.linspace(0, highest, 64 * 64).reshape(64, 64).astype(np.uint16))


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_every_format_keeps_its_full_resolution(tmp_path: Path, file_format: str) -> None:
    drawing, (page,) = survey(tmp_path, sheets.saved(sheets.scan(800, 566), file_format))
    assert (drawing.sheets[0].width, drawing.sheets[0].height) == page.size == (800, 566)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_pictures_stand_on_white(tmp_path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0)).convert(mode) if mode != "P" else Image.new("P", (64, 64), 0)
    _, (page,) = survey(tmp_path, sheets.saved(clear, "PNG", **({"transparency": 0} if mode == "P" else {})))
    assert page.convert("RGB").getpixel((32, 32)) == (255, 255, 255)


@pytest.mark.parametrize("highest", [65_535, 4_095, 255])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path, file_format: str, highest: int) -> None:
    _, (page,) = survey(tmp_path, sheets.saved(ramp_16_bit(highest), file_format))
    grey = np.asarray(page)
    assert (grey.min(), grey.max()) == (0, 255)
    assert 120 < grey.mean() < 135


def test_fax_tiff_becomes_grey(tmp_path: Path) -> None:
    fax = sheets.scan(800, 566).convert("1")
    _, (page,) = survey(tmp_path, sheets.saved(fax, "TIFF", compression="group4"))
    assert page.mode == "L"
    assert np.array_equal(np.asarray(page) > 0, np.asarray(fax))


def test_pages_of_a_tiff_are_pages(tmp_path: Path) -> None:
    first, second = sheets.scan(800, 566), sheets.scan(566, 800)
    drawing, _ = survey(tmp_path, sheets.saved(first, "TIFF", save_all=True, append_images=[second]))
    assert [(s.page, s.width, s.height) for s in drawing.sheets] == [(1, 800, 566), (2, 566, 800)]


def test_only_the_first_frame_of_a_gif_is_read(tmp_path: Path) -> None:
    frames = [Image.new("L", (64, 64), grey) for grey in (200, 10)]
    drawing, (page,) = survey(tmp_path, sheets.saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert len(drawing.sheets) == 1
    assert page.convert("L").getpixel((5, 5)) == 200


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_the_cameras_orientation_is_applied(tmp_path: Path, file_format: str) -> None:
    lying = sheets.scan(800, 566)
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90° clockwise to view
    drawing, _ = survey(tmp_path, sheets.saved(lying, file_format, exif=exif))
    assert (drawing.sheets[0].width, drawing.sheets[0].height) == (566, 800)


def test_cmyk_white_stays_white(tmp_path: Path) -> None:
    _, (page,) = survey(tmp_path, sheets.saved(Image.new("CMYK", (64, 64), (0, 0, 0, 0)), "JPEG"))
    assert min(page.convert("RGB").getpixel((9, 9))) > 250  # type: ignore[arg-type]


def test_a_broken_colour_profile_costs_nothing(tmp_path: Path) -> None:
    _, (page,) = survey(tmp_path, sheets.saved(sheets.scan(800, 566), "PNG", icc_profile=b"no profile"))
    assert page.size == (800, 566)


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = Image.new("RGB", (64, 64), (250, 10, 10))
    _, (page,) = survey(tmp_path, sheets.saved(red, "PNG", icc_profile=profile))
    assert "icc_profile" not in page.info
    assert page.getpixel((3, 3)) == pytest.approx((250, 10, 10), abs=2)


def test_resolution_names_the_paper(tmp_path: Path) -> None:
    drawing, _ = survey(tmp_path, sheets.saved(sheets.scan(2339, 1654), "PNG", dpi=(200, 200)))
    assert drawing.sheets[0].paper == "A4"
    assert drawing.sheets[0].dpi == pytest.approx(200, abs=0.1)


def test_a_screens_resolution_says_nothing_about_the_paper(tmp_path: Path) -> None:
    drawing, _ = survey(tmp_path, sheets.saved(sheets.scan(842, 595), "PNG", dpi=(72, 72)))
    assert (drawing.sheets[0].paper, drawing.sheets[0].dpi) == (None, None)


@pytest.mark.parametrize(
    ("width", "height", "what"),
    [
        (30_000, 30_000, "pixels"),
        (14_000, 14_000, "pixels"),
        (31_000, 2_000, "long_side"),
        (8, 100, "short_side"),
        (10_000, 40, "aspect"),
    ],
)
def test_giants_are_refused_by_their_header(tmp_path: Path, width: int, height: int, what: str) -> None:
    with pytest.raises(FileBeyondLimits) as refused:
        survey(tmp_path, hostile.png_header(width, height))
    assert refused.value.details["what"] == what
    if what == "pixels":
        assert refused.value.details["value"] == width * height


def test_too_many_tiff_pages_are_refused(tmp_path: Path) -> None:
    image = sheets.scan(64, 64)
    content = sheets.saved(image, "TIFF", save_all=True, append_images=[image, image])
    with pytest.raises(FileBeyondLimits):
        survey(tmp_path, content, max_frames=2)


def test_a_region_is_cut_from_the_full_resolution(tmp_path: Path) -> None:
    image = Image.new("L", (400, 200), 255)
    image.putpixel((301, 101), 0)
    drawing, _ = survey(tmp_path, sheets.saved(image, "PNG"))
    page = raster.open_page(tmp_path, drawing.sheets[0], limits())
    assert page.tile(Box(301, 101, 302, 102), 1.0).tolist() == [[0]]
    assert page.picture(Box(300, 100, 310, 110), 10, 10).getpixel((1, 1)) == 0


def test_tiff_that_counts_white_as_zero_is_not_inverted(tmp_path: Path) -> None:
    dark_on_white = np.full((64, 64), 65_535, np.uint16)
    dark_on_white[10:20, 10:20] = 0
    stored = Image.fromarray(65_535 - dark_on_white)
    target = io.BytesIO()
    stored.save(target, "TIFF", tiffinfo={262: 0})
    content = target.getvalue()
    if Image.open(io.BytesIO(content)).tag_v2[262] != 0:  # type: ignore[attr-defined]
        pytest.skip("this Pillow does not write WhiteIsZero")
    _, (page,) = survey(tmp_path, content)
    assert (page.getpixel((0, 0)), page.getpixel((15, 15))) == (255, 0)
