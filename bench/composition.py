"""Lettering set as CAD programs set it: text in pieces, signs drawn between them, deviations stacked.

Markup is the callout as printed; `{+0,2|-0,1}` is a stack of two small lines. Lengths are mm, in the frame of the
lettering: `u` along it, `v` upwards from its baseline.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bench.signs import sign
from bench.typeface import Typeface
from drawing.sheet import Box

Point = tuple[float, float]

#: Stacked deviations by height of the nominal: what CAD programs start with.
STACK_SHARE = 0.7
#: Pitch of the two lines of a stack by their own height.
STACK_PITCH = 1.45
SIGN_GAP = 0.15
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PARTS = re.compile(r"\{([^|]*)\|([^}]*)\}|([^{]+)")


@dataclass(frozen=True, slots=True)
class Hand:
    """How a sheet is lettered.

    `drawn` are signs drawn as lines though the typeface may have them; `outlined` puts no text into the file;
    `in_pieces` writes each part between blanks by itself. `stack`: two lines about the middle of the nominal, or the
    lower one on its baseline. `broken`: numbers stand in a gap of the dimension line, as ASME Y14.5 has it.
    """

    typeface: Typeface
    height: float
    drawn: frozenset[str] = frozenset()
    outlined: bool = False
    in_pieces: bool = False
    stack: Literal["middle", "baseline"] = "middle"
    broken: bool = False
    grey: float = 0.0

    def draws(self, char: str) -> bool:
        return sign(char) is not None and (char in self.drawn or not self.typeface.has(char))


@dataclass(frozen=True, slots=True)
class Piece:
    """Text or one drawn sign, from its origin."""

    text: str
    u: float
    v: float
    height: float
    is_sign: bool = False


@dataclass(slots=True)
class Lettering:
    """Pieces set one after the other; `width` is where the next one begins, `top` and `bottom` bound the ink."""

    hand: Hand
    pieces: list[Piece] = field(default_factory=list)
    width: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def size(self) -> Point:
        return self.width, self.top - self.bottom

    def numbers(self) -> Iterable[tuple[Decimal, tuple[float, float, float, float]]]:
        """Each printed number with its ink `u1, v1, u2, v2`."""
        for piece in self.pieces:
            if piece.is_sign:
                continue
            for match in _NUMBER.finditer(piece.text):
                u1, u2 = (piece.u + piece.height * self.hand.typeface.advance(piece.text[:end]) for end in match.span())
                yield Decimal(match.group().replace(",", ".")), (u1, piece.v, u2, piece.v + piece.height)


def compose(markup: str, hand: Hand, height: float | None = None) -> Lettering:
    """Sets `markup` in one line from u = 0."""
    lettering = Lettering(hand)
    height = height or hand.height
    for match in _PARTS.finditer(markup):
        upper, lower, plain = match.groups()
        if plain is None:
            _set_stack(lettering, upper, lower, height)
        else:
            _set_line(lettering, plain, 0.0, height)
    return lettering


def plain(markup: str) -> str:
    """The markup as one would type it."""
    return _PARTS.sub(lambda match: match[3] or f" {match[1]}/{match[2]}", markup).replace("  ", " ").strip()


def _set_line(lettering: Lettering, text: str, v: float, height: float) -> None:
    hand = lettering.hand
    run = ""
    for char in text:
        if hand.draws(char):
            _set_text(lettering, run, v, height)
            _set_sign(lettering, char, v, height)
            run = ""
        elif hand.in_pieces and char == " ":
            _set_text(lettering, run, v, height)
            lettering.width += height * hand.typeface.advance(" ")
            run = ""
        else:
            run += char
    _set_text(lettering, run, v, height)
    lettering.top, lettering.bottom = max(lettering.top, v + height), min(lettering.bottom, v)


def _set_text(lettering: Lettering, text: str, v: float, height: float) -> None:
    if text.strip():
        lettering.pieces.append(Piece(text, lettering.width, v, height))
    lettering.width += height * lettering.hand.typeface.advance(text)


def _set_sign(lettering: Lettering, char: str, v: float, height: float) -> None:
    drawn = sign(char)
    assert drawn is not None
    lettering.width += SIGN_GAP * height
    lettering.pieces.append(Piece(char, lettering.width, v, height, is_sign=True))
    lettering.width += (drawn.width + SIGN_GAP) * height


def _set_stack(lettering: Lettering, upper: str, lower: str, height: float) -> None:
    small = STACK_SHARE * height
    pitch = STACK_PITCH * small
    below = 0.0 if lettering.hand.stack == "baseline" else (height - pitch - small) / 2
    lettering.width += 0.3 * height
    ends, start = [], lettering.width
    for text, v in ((upper, below + pitch), (lower, below)):
        lettering.width = start
        _set_line(lettering, text, v, small)
        ends.append(lettering.width)
    lettering.width = max(ends)


def box_of(corners: tuple[float, float, float, float], origin: Point, degrees: float) -> Box:
    """The upright box of `u1, v1, u2, v2` of lettering that begins at `origin` and runs in direction `degrees`."""
    u1, v1, u2, v2 = corners
    points = [on_sheet(u, v, origin, degrees) for u in (u1, u2) for v in (v1, v2)]
    return Box(*(f(p[axis] for p in points) for f in (min, max) for axis in (0, 1)))


def on_sheet(u: float, v: float, origin: Point, degrees: float) -> Point:
    """A point of the lettering's frame on the sheet, whose y runs down."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return origin[0] + u * cos - v * sin, origin[1] - u * sin - v * cos
