"""A sheet as a CAD program exports it to a picture: 4960 × 3508 px (A3 at 300 dpi), lines, circles and lettering."""

from __future__ import annotations

import io
import random
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

Font: TypeAlias = ImageFont.ImageFont | ImageFont.FreeTypeFont

SIZE = (4960, 3508)
VIEWS, LINES, HATCHES = 6, 40, 900


def line_drawing(number: int) -> bytes:
    """A PNG (RGB); each number is another sheet, always the same one."""
    chance = random.Random(number)
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=42)
    draw.rectangle((60, 60, SIZE[0] - 60, SIZE[1] - 60), outline="black", width=6)
    for view in range(VIEWS):
        _view(draw, font, chance, 200 + 1560 * (view % 3), 200 + 1500 * (view // 3))
    draw.text((3600, 3300), f"Zeichnung {4711 + number}   Maßstab 1:2   C45E", fill="black", font=font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _view(
    draw: ImageDraw.ImageDraw, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, chance: random.Random, x: int, y: int
) -> None:
    for _ in range(LINES):
        ends = [(x + chance.randrange(1300), y + chance.randrange(1200)) for _ in range(2)]
        draw.line(ends, fill=chance.choice(("black", "black", "blue", "red")), width=chance.choice((2, 4)))
    for _ in range(HATCHES // VIEWS):
        at = chance.randrange(1200)
        draw.line((x + at, y + 600, x + at + 90, y + 510), fill="black", width=2)
    for _ in range(8):
        size, left, top = chance.randrange(40, 300), x + chance.randrange(1000), y + chance.randrange(900)
        draw.ellipse((left, top, left + size, top + size), outline="black", width=4)
        draw.text((left + size, top), f"{chance.randrange(4, 400)},{chance.randrange(10)}", fill="black", font=font)
