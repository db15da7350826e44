"""A single-stroke font of our own in the manner of ISO 3098: what plotters draw, and no font file holds.

A glyph is strokes separated by blanks, a stroke is points `xy` on a grid 4 wide and 6 high (the height of a capital),
the baseline at 0, `a` and `b` one and two below it. `~` begins a curve, `@` a closed one: their corners are cut.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

Point = tuple[float, float]
Stroke = tuple[Point, ...]

HEIGHT = 6.0
#: ISO 3098-2, type B: a tenth of the height is the pen's width, two tenths the gap between letters.
PEN_SHARE = 0.1
GAP = 1.4
BLANK = 2.4
_CUTS = 3
_LEVELS = "ba0123456789"

_GLYPHS = {
    "0": "@00404606",
    "1": "042620",
    "2": "~0506464300 0040",
    "3": "~0506464313 ~1343400001",
    "4": "30360242",
    "5": "460603 ~0344400001",
    "6": "~46060040440402",
    "7": "064610",
    "8": "@03434606 @00404303",
    "9": "~00404606024244",
    "A": "002640 1232",
    "B": "0006 ~06464303 ~03434000",
    "C": "~454606004041",
    "D": "0006 ~06464000",
    "E": "46060040 0333",
    "F": "460600 0333",
    "G": "~454606004042 4222",
    "H": "0006 4046 0343",
    "I": "2026",
    "J": "~46400002",
    "K": "0006 4602 1340",
    "L": "060040",
    "M": "0006234640",
    "N": "00064046",
    "O": "@00404606",
    "P": "0006 ~06464303",
    "Q": "@00404606 2240",
    "R": "0006 ~06464303 2340",
    "S": "~4546060343400001",
    "T": "0646 2026",
    "U": "~06004046",
    "V": "062046",
    "W": "0610233046",
    "X": "0046 0640",
    "Y": "062346 2320",
    "Z": "06460040",
    "Ä": "002640 1232 1718 3738",
    "Ö": "@00404606 1718 3738",
    "Ü": "~06004046 1718 3738",
    "ß": "0005 ~0506464423 ~23434010",
    "a": "@00404404 4044",
    "ä": "@00404404 4044 1516 3536",
    "ö": "@00404404 1516 3536",
    "ü": "~04004044 4044 1516 3536",
    "b": "0006 @00404404",
    "c": "~434404004041",
    "d": "@00404404 4046",
    "e": "0242 ~424404004041",
    "f": "~462620 0444",
    "g": "@00404404 ~444b0b",
    "h": "0006 ~03044440",
    "i": "2024 2526",
    "j": "~242b0b 2526",
    "k": "0006 4401 1240",
    "l": "2620",
    "m": "0004 ~03042420 ~23244440",
    "n": "0004 ~03044440",
    "o": "@00404404",
    "p": "0b04 @00404404",
    "q": "@00404404 444b",
    "r": "0004 ~030444",
    "s": "~440402424000",
    "t": "~262040 0444",
    "u": "~04004044 4044",
    "v": "042044",
    "w": "0410233044",
    "x": "0044 0440",
    "y": "0420 440b",
    "z": "04440040",
    ",": "211a",
    ".": "2030312120",
    ":": "2122 2425",
    "+": "0343 2125",
    "-": "0343",
    "±": "0444 2226 0141",
    "/": "0046",
    "(": "~36141230",
    ")": "~16343210",
    "°": "@14343616",
    "×": "0145 0541",
    "=": "0242 0444",
    "Ø": "@00404606 0a47",
}
_NARROW = {"1": 3.0, "I": 2.0, "i": 2.0, "l": 2.0, ",": 2.0, ".": 2.0, ":": 2.0, "(": 3.0, ")": 3.0, "°": 3.0}


def has(char: str) -> bool:
    return char == " " or char in _GLYPHS or char.upper() in _GLYPHS


def advance(text: str) -> float:
    """Width of `text` for capitals of height 1."""
    return sum(_step(char) for char in text) / HEIGHT


def strokes(text: str) -> list[Stroke]:
    """Polylines of `text` from its origin, capitals of height 1, y upwards."""
    found: list[Stroke] = []
    at = 0.0
    for char in text:
        found += [tuple(((x + at) / HEIGHT, y / HEIGHT) for x, y in stroke) for stroke in _glyph(char)]
        at += _step(char)
    return found


def _step(char: str) -> float:
    return BLANK if char == " " else _NARROW.get(char, 4.0) + GAP


@cache
def _glyph(char: str) -> tuple[Stroke, ...]:
    if char == " ":
        return ()
    shift = (_NARROW.get(char, 4.0) - 4.0) / 2
    written = _GLYPHS.get(char) or _GLYPHS[char.upper()]
    return tuple(tuple((x + shift, y) for x, y in _stroke(stroke)) for stroke in written.split())


def _stroke(written: str) -> list[Point]:
    digits = written.lstrip("~@")
    points = [(float(x), float(_LEVELS.index(y) - 2)) for x, y in zip(digits[::2], digits[1::2], strict=True)]
    if written[0] == "@":
        return _cut_closed(points)
    return _cut_open(points) if written[0] == "~" else points


def _cut_open(points: list[Point]) -> list[Point]:
    for _ in range(_CUTS):
        inner = [point for a, b in pairwise(points) for point in (_between(a, b, 0.25), _between(a, b, 0.75))]
        points = [points[0], *inner[1:-1], points[-1]]
    return points


def _cut_closed(points: list[Point]) -> list[Point]:
    for _ in range(_CUTS):
        ring = pairwise([*points, points[0]])
        points = [point for a, b in ring for point in (_between(a, b, 0.25), _between(a, b, 0.75))]
    return [*points, points[0]]


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
