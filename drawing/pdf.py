"""Pages of a PDF: their size on paper, their picture at any resolution, their text layer. Runs in a child process.

PyMuPDF speaks page points (1/72 in) after /UserUnit. Sheet pixels are the upright page at `sheet_dpi`, or at the lower
resolution that keeps a giant page within the limits.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pymupdf
from PIL import Image

from drawing.folder import page_file
from drawing.limits import Limits
from drawing.recognition import text_layer
from drawing.sheet import MM_PER_INCH, Box, Drawing, Sheet, Source, Turn, Word, paper_of
from errors import PdfEncrypted, UnreadableFile

POINTS_PER_INCH = 72.0
#: Of a page that pictures cover, where it is a scan.
SCANNED_SHARE = 0.6
#: ISO 32000-1, 7.5.5: the last line. Rubble behind it is common, half a file is not.
END, END_WITHIN_BYTES = b"%%EOF", 65_536


class PdfPage:
    """One page of an open PDF, with everything in the sheet's upright pixels."""

    def __init__(self, page: pymupdf.Page, sheet: Sheet) -> None:
        self._page = _turned(page, sheet.turned)
        self.sheet = sheet
        self._scale = sheet.width / page.rect.width

    def picture(self, region: Box, width: int, height: int) -> Image.Image:
        """`region` drawn afresh as an RGB picture of exactly `width` × `height` px."""
        pixmap = self._pixmap(region, width / region.width, height / region.height, pymupdf.csRGB)
        image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
        return image if image.size == (width, height) else image.resize((width, height))

    def whole(self) -> Image.Image:
        """The page in sheet pixels, RGB."""
        return self.picture(self.sheet.box, self.sheet.width, self.sheet.height)

    def tile(self, region: Box, zoom: float) -> npt.NDArray[np.uint8]:
        """The part of `region` that lies on the sheet in grey, rows × columns, `zoom` tile pixels per sheet pixel."""
        pixmap = self._pixmap(region, zoom, zoom, pymupdf.csGRAY)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]

    def text_layer(self) -> list[Word]:
        return text_layer.words(self._page, self._scale)

    def _pixmap(self, region: Box, zoom_x: float, zoom_y: float, colours: pymupdf.Colorspace) -> pymupdf.Pixmap:
        clip = pymupdf.Rect(region.x1, region.y1, region.x2, region.y2) / self._scale
        matrix = pymupdf.Matrix(self._scale * zoom_x, self._scale * zoom_y)
        return self._page.get_pixmap(matrix=matrix, clip=clip, colorspace=colours, alpha=False)


def open_document(file: Path) -> pymupdf.Document:
    """An unlocked document with at least one page, else `PdfEncrypted` or `UnreadableFile`."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = pymupdf.open(file, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.EmptyFileError, RuntimeError) as error:
        raise UnreadableFile from error
    if document.needs_pass:
        raise PdfEncrypted
    if document.page_count == 0:
        raise UnreadableFile
    return document


def survey(file: Path, folder: Path, limits: Limits, straighten_until: float) -> Drawing:
    """Every page's sheet, in order. What MuPDF mended is taken, unless its end is missing: so may be dimensions.

    A scan is made straight until `straighten_until` (monotonic clock); where that moves its pixels, its picture is left
    in `folder`.
    """
    with open_document(file) as document:
        if document.is_repaired and not _has_end(file):
            raise UnreadableFile
        limits.check_pages(document.page_count, limits.max_pages)
        return Drawing("pdf", tuple(_surveyed(page, folder, limits, straighten_until) for page in document))


def _has_end(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - END_WITHIN_BYTES))
        return END in opened.read()


def _surveyed(page: pymupdf.Page, folder: Path, limits: Limits, straighten_until: float) -> Sheet:
    if _has_lettering(page):
        return _sheet(page, limits, "text_layer", text_layer.turn(page))
    sheet = _sheet(page, limits, "ocr")
    if not _is_scan(page) or time.monotonic() >= straighten_until:
        return sheet
    # Its networks are needed for scans alone.
    from drawing.straightening.straight import straightened

    straight = straightened(PdfPage(page, sheet).whole(), limits, straighten_until)
    if not straight.is_redrawn:
        return _sheet(page, limits, "ocr", straight.turned)
    straight.page.save(page_file(folder, sheet.page), compress_level=1)
    return straight.sheet(sheet.page, sheet.dpi)


def _sheet(page: pymupdf.Page, limits: Limits, text_source: Source, turned: Turn = 0) -> Sheet:
    page = _turned(page, turned)
    width_in, height_in = page.rect.width / POINTS_PER_INCH, page.rect.height / POINTS_PER_INCH
    dpi = _dpi(width_in, height_in, limits)
    width, height = max(1, round(width_in * dpi)), max(1, round(height_in * dpi))
    limits.check_raster(width, height)
    paper = paper_of(width_in * MM_PER_INCH, height_in * MM_PER_INCH)
    return Sheet(page.number + 1, width, height, dpi, paper, text_source, turned)


def _turned(page: pymupdf.Page, degrees: Turn) -> pymupdf.Page:
    """The page, turned clockwise by more than its file says."""
    if degrees:
        page.set_rotation((page.rotation + degrees) % 360)
    return page


def _dpi(width_in: float, height_in: float, limits: Limits) -> float:
    by_area = math.sqrt(limits.max_pixels / (width_in * height_in))
    by_side = limits.max_side_px / max(width_in, height_in)
    return min(float(limits.sheet_dpi), 0.999 * by_area, 0.999 * by_side)


def _is_scan(page: pymupdf.Page) -> bool:
    """Whether pictures, which scanners cut into strips, cover most of the page."""
    covered = sum(pymupdf.Rect(picture["bbox"]).get_area() for picture in page.get_image_info())
    return bool(covered >= SCANNED_SHARE * page.rect.get_area())


def _has_lettering(page: pymupdf.Page) -> bool:
    return bool(page.get_text("text").strip())
