"""Drawings that the tests draw themselves: small, with known content."""

from __future__ import annotations

import io

import pymupdf
from PIL import Image, ImageDraw, ImageFont

from drawing.sheet import PAPER_MM

POINTS_PER_MM = 72 / 25.4

#: What stands on the sheet, at fractions of its width and height (left end of the baseline).
LETTERING: tuple[tuple[float, float, str], ...] = (
    (0.20, 0.20, "Ø70,50 ±0,05"),
    (0.45, 0.35, "33,4"),
    (0.20, 0.45, "4x M8x1.25-6H"),
    (0.60, 0.20, "Ra 1,6"),
    (0.60, 0.80, "Werkstoff: EN AW-6082"),
    (0.60, 0.84, "Maßstab: 1:2"),
    (0.60, 0.88, "Zeichnungsnummer: FL-4711"),
    (0.60, 0.92, "Allgemeintoleranz: ISO 2768-mK"),
)


def pdf(
    paper: str = "A4",
    *,
    pages: int = 1,
    rotate: int = 0,
    user_unit: float = 1.0,
    password: str | None = None,
    lettering: tuple[tuple[float, float, str], ...] = LETTERING,
    as_outlines: bool = False,
) -> bytes:
    """A landscape sheet with a frame, a ring and `lettering`; the second page says "Blatt 2", and so on."""
    short, long = (side * POINTS_PER_MM / user_unit for side in PAPER_MM[paper])
    document = pymupdf.open()
    for number in range(1, pages + 1):
        page = document.new_page(width=long, height=short)
        _draw(page, lettering if number == 1 else ((0.4, 0.5, f"Blatt {number}"),), user_unit)
        page.set_rotation(rotate)
        if user_unit != 1.0:
            document.xref_set_key(page.xref, "UserUnit", str(user_unit))
    if as_outlines:
        document = _pictures_of(document)
    if password is None:
        return bytes(document.tobytes())
    lock = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": password, "owner_pw": password + "!"}
    return bytes(document.tobytes(**lock))


def scan(
    width: int = 1654, height: int = 1169, lettering: tuple[tuple[float, float, str], ...] = LETTERING
) -> Image.Image:
    """The same sheet as an RGB picture; by default A4 landscape at 141 dpi."""
    image = Image.new("RGB", (width, height), "white")
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((20, 20, width - 20, height - 20), outline="black", width=3)
    font = ImageFont.load_default(size=max(16, height // 45))
    for x, y, text in lettering:
        canvas.text((x * width, y * height), text, fill="black", font=font, anchor="ls")
    return image


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue()


def _draw(page: pymupdf.Page, lettering: tuple[tuple[float, float, str], ...], user_unit: float) -> None:
    # new_page ignores /UserUnit, so everything here is in the page's own units.
    width, height = page.rect.width, page.rect.height
    size = 10 / user_unit
    page.draw_rect(pymupdf.Rect(0.02 * width, 0.03 * height, 0.98 * width, 0.97 * height))
    page.draw_circle((0.35 * width, 0.55 * height), 0.1 * height)
    for x, y, text in lettering:
        page.insert_text((x * width, y * height), text, fontsize=size)


def _pictures_of(document: pymupdf.Document) -> pymupdf.Document:
    """A PDF without a text layer: each page is one picture at 200 dpi."""
    scanned = pymupdf.open()
    for page in document:
        picture = page.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
        target = scanned.new_page(width=page.rect.width, height=page.rect.height)
        target.insert_image(target.rect, pixmap=picture)
    return scanned
