"""The three things that are done with a client's file, each in a child process: survey, pictures, lettering.

A decoder is imported where it is used: PyMuPDF alone takes longer to import than most pictures take to decode.
The parent (`workshop.py`) sends a `Job` and gets its result as JSON, pictures as PNG behind it.
"""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from drawing.folder import original
from drawing.lettering import Lettering, bounded
from drawing.limits import Limits
from drawing.sheet import Drawing, Part, Sheet
from errors import UnsupportedType

if TYPE_CHECKING:
    from PIL import Image

    from drawing.pdf import PdfPage
    from drawing.raster import RasterPage

#: What the first bytes say; a name or a content type says nothing.
MAGIC: tuple[tuple[bytes, int, Literal["pdf", "raster"]], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "raster"),
    (b"\xff\xd8\xff", 0, "raster"),
    (b"II*\x00", 0, "raster"),
    (b"MM\x00*", 0, "raster"),
    (b"II+\x00", 0, "raster"),
    (b"MM\x00+", 0, "raster"),
    (b"WEBP", 8, "raster"),
    (b"BM", 0, "raster"),
    (b"GIF87a", 0, "raster"),
    (b"GIF89a", 0, "raster"),
)
#: Some programs write a few bytes before the header; ISO 32000-1, annex H.3.4.13 lets readers look into the first 1024.
PDF_HEADER, PDF_HEADER_WITHIN = b"%PDF-", 1024


def sniff(head: bytes) -> Literal["pdf", "raster"]:
    """What a file is, judged by its first 1024 bytes, else `UnsupportedType`."""
    for magic, offset, kind in MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if PDF_HEADER in head[:PDF_HEADER_WITHIN]:
        return "pdf"
    raise UnsupportedType


def survey(folder: Path, limits: Limits, straighten_s: float) -> Drawing:
    """Judges `folder/original.bin`; of a picture it leaves the normalised pages beside it.

    Pages are made straight as far as `straighten_s` go.
    """
    until = time.monotonic() + straighten_s
    file = original(folder)
    with file.open("rb") as opened:
        kind = sniff(opened.read(PDF_HEADER_WITHIN))
    if kind == "pdf":
        from drawing import pdf

        return pdf.survey(file, folder, limits, until)
    from drawing import raster

    return raster.survey(file, folder, limits, until)


def pictures(folder: Path, sheet: Sheet, is_pdf: bool, parts: Sequence[Part], limits: Limits) -> list[bytes]:
    """PNGs of `parts` of a page that is opened once; one of a PDF is drawn afresh at the resolution asked for."""
    with _open_page(folder, sheet, is_pdf, limits) as page:
        return [_png(page.picture(part.box, *picture_size(part, enlarge=is_pdf))) for part in parts]


def lettering(folder: Path, sheet: Sheet, is_pdf: bool, limits: Limits, deadline_s: float) -> Lettering:
    """The page's words, and whether the time was enough for all of them."""
    from drawing.recognition.page_reader import read_page

    with _open_page(folder, sheet, is_pdf, limits) as page:
        return bounded(read_page(page, deadline_s))


def picture_size(part: Part, *, enlarge: bool) -> tuple[int, int]:
    """Width and height in px with the part's aspect, as near as the multiple allows.

    A raster gains nothing by enlargement; a PDF page does, up to the size asked for.
    """
    width, height = part.box.width, part.box.height
    zoom = min(math.sqrt(part.max_pixels / (width * height)), part.max_px / max(width, height))
    if not enlarge:
        zoom = min(zoom, 1.0)
    return _side(width * zoom, part.multiple), _side(height * zoom, part.multiple)


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=1)
    return target.getvalue()


def _side(length: float, multiple: int) -> int:
    return max(multiple, math.floor(length / multiple + 1e-6) * multiple)


@contextmanager
def _open_page(folder: Path, sheet: Sheet, is_pdf: bool, limits: Limits) -> Iterator[PdfPage | RasterPage]:
    if is_pdf:
        from drawing import pdf

        with pdf.open_document(original(folder)) as document:
            yield pdf.PdfPage(document[sheet.page - 1], sheet)
    else:
        from drawing import raster

        yield raster.open_page(folder, sheet, limits)
