"""Typefaces of the drawn sheets: three that every PDF has, one from a font file where there is one, one of strokes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pymupdf

from bench import stroke_font

Face = Literal["helv", "tiro", "cour", "dejavu", "strokes"]
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
#: em. Height of a capital, from the fonts' own tables.
CAPITAL_EM: dict[Face, float] = {"helv": 0.729, "tiro": 0.662, "cour": 0.563, "dejavu": 0.729}
_BASE_14 = ("helv", "tiro", "cour")


@dataclass(frozen=True, slots=True)
class Typeface:
    """A typeface measured in heights of a capital."""

    face: Face

    @property
    def file(self) -> str | None:
        return str(DEJAVU) if self.face == "dejavu" else None

    def size(self, height: float) -> float:
        """The font size at which a capital is `height` high, in the same unit."""
        return height / CAPITAL_EM[self.face]

    def advance(self, text: str) -> float:
        """Width of `text` for capitals of height 1."""
        if self.face == "strokes":
            return stroke_font.advance(text)
        return float(_font(self.face).text_length(text, 1.0)) / CAPITAL_EM[self.face]

    def has(self, char: str) -> bool:
        if self.face == "strokes":
            return stroke_font.has(char)
        if self.face in _BASE_14:
            return ord(char) < 0x100
        return bool(_font(self.face).has_glyph(ord(char)))


def available(face: Face) -> bool:
    return face != "dejavu" or DEJAVU.exists()


@cache
def _font(face: Face) -> pymupdf.Font:
    return pymupdf.Font(fontfile=str(DEJAVU)) if face == "dejavu" else pymupdf.Font(face)
