"""The lettering that a PDF page carries as text: glyphs become words in sheet pixels, with their reading direction.

MuPDF's own words are cut at the wrong places on drawings: a dimension is often written in several pieces, and a sign
stands apart from its number. So glyphs are taken line by line with the line's direction, cut at blanks, and pieces that
follow each other closely on one baseline are put together again.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pymupdf

from drawing.lettering import normalised
from drawing.sheet import Box, Turn, Word

#: Blanks stay, for they end words; ligatures become letters; boxes are those of the ink, because full line heights of
#: stacked deviations overlap. A glyph without a Unicode value comes as U+FFFD instead of a guess from its number.
FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_ACCURATE_BBOXES

#: degrees. CAD programs write lettering at 359.4° beside a horizontal dimension line.
AXIS_TOLERANCE_DEG = 2.0
#: em. Pieces nearer than this with no blank between them are one word; a blank is 0.25 em or wider.
JOIN_GAP_EM = 0.2
#: em. Kerning draws pieces together by less than this; more is lettering printed over other lettering.
OVERLAP_EM = 0.3
#: em. Ø or ± and their number are one word across a blank; a plus or minus only where no blank was written, as in
#: stacked deviations, whose signs are centred in a column of their own.
SIGN_GAP_EM = {"Ø": 1.0, "±": 1.0, "+": 0.45, "-": 0.45, "−": 0.45}
#: em. Baselines of one line agree within this; stacked deviations are about one em apart.
BASELINE_EM = 0.15
#: Larger by smaller size of two pieces of one word.
SIZE_RATIO = 1.3
#: em. Measures of a digit, where a font tells no advance or no ink (the invisible font of scanners).
DIGIT_WIDTH_EM, DIGIT_HEIGHT_EM = 0.6, 0.7
#: em. An M with its side bearings is the widest glyph of text fonts.
WIDEST_GLYPH_EM = 1.2

#: Letters, and their share of all, that run in one direction where a page lies sideways or upside down.
FEWEST_LETTERS, DIRECTED_SHARE = 40, 0.8

SOFT_HYPHEN = "\u00ad"
#: Letters of the symbol fonts of AutoCAD (gdt.shx) and Inventor (AIGDT). Capitals are renumbered from file to file and
#: say nothing, so they are left out rather than read wrongly.
GDT_FONT = "GDT"
GDT_SYMBOLS = dict(zip("abcdefghijklmnoprstuvwx", "∠⟂⏥⌓○∥⌭↗⌯⌖⌒ⓁⓂØ□Ⓟ◎Ⓢ⌰⏤⌴⌵↧", strict=True))


@dataclass(slots=True)
class _Glyph:
    """One character; `start` and `end` are points along its line, `synthetic` a blank that MuPDF put into a gap."""

    text: str
    start: float
    end: float
    baseline: float
    box: pymupdf.Rect
    synthetic: bool


@dataclass(slots=True)
class _Piece:
    """Glyphs of one line with no blank between them; `blank_*` says whether one was written beside them."""

    glyphs: list[_Glyph]
    along: tuple[float, float]
    size: float
    blank_before: bool = False
    blank_after: bool = False

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def direction(self) -> int:
        """Degrees counter-clockwise as seen, in the page's unrotated space."""
        return _direction(self.along)


def _direction(along: tuple[float, float]) -> int:
    """Degrees counter-clockwise as seen of a line that runs `along` (x to the right, y down)."""
    angle = math.degrees(math.atan2(-along[1], along[0])) % 360
    axis = round(angle / 90) * 90
    return (axis if abs(angle - axis) <= AXIS_TOLERANCE_DEG else round(angle)) % 360


def words(page: pymupdf.Page, scale: float) -> list[Word]:
    """The words of the text layer in sheet pixels, that is points of the upright page times `scale`.

    Blanks separate words, but a diameter or plus-minus sign belongs to its number. Invisible lettering (a scanner's own
    OCR) is lettering too. Characters that the file does not tell come as U+FFFD.
    """
    sheet = page.rect * pymupdf.Matrix(scale, scale)
    to_sheet = _upright(page) * pymupdf.Matrix(scale, scale)
    found: dict[tuple[str, int, int], Word] = {}
    for piece in _joined(_pieces(page)):
        box = _box(piece) * to_sheet & sheet
        if not box.is_empty:
            word = Word(
                normalised(piece.text), Box(*box), "text_layer", direction=(piece.direction - page.rotation) % 360
            )
            found.setdefault((word.text, round(box.x0), round(box.y0)), word)
    return list(found.values())


def turn(page: pymupdf.Page) -> Turn:
    """Degrees clockwise by which the page is to be turned so that nearly all of its text can be read."""
    letters: Counter[int] = Counter()
    for block in page.get_text("dict", flags=FLAGS)["blocks"]:
        for line in block["lines"]:
            letters[_direction(line["dir"])] += sum(len(span["text"].strip()) for span in line["spans"])
    ways: tuple[Turn, ...] = (90, 180, 270)
    enough = max(FEWEST_LETTERS, DIRECTED_SHARE * letters.total())
    return next((way for way in ways if letters[(way + page.rotation) % 360] >= enough), 0)


def _upright(page: pymupdf.Page) -> pymupdf.Matrix:
    """From unrotated to upright points. PyMuPDF's `rotation_matrix` forgets /UserUnit in its shift (seen in 2.0)."""
    width, height = page.rect.width, page.rect.height
    turns = {90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, height)}
    return pymupdf.Matrix(*turns.get(page.rotation, (1, 0, 0, 1, 0, 0)))


def _pieces(page: pymupdf.Page) -> Iterator[_Piece]:
    for block in page.get_text("rawdict", flags=FLAGS)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                along = (float(line["dir"][0]), float(line["dir"][1]))
                yield from _span_pieces(_glyphs(span, along), along, float(span["size"]))


def _span_pieces(glyphs: list[_Glyph], along: tuple[float, float], size: float) -> Iterator[_Piece]:
    """The pieces of one span, cut at its blanks. A synthetic blank cuts, but leaves open whether a blank is meant."""
    piece = _Piece([], along, size)
    for glyph in glyphs:
        if not glyph.text.isspace():
            piece.glyphs.append(glyph)
            continue
        piece.blank_after = not glyph.synthetic
        yield piece
        piece = _Piece([], along, size, blank_before=not glyph.synthetic)
    yield piece


def _glyphs(span: dict[str, Any], along: tuple[float, float]) -> list[_Glyph]:
    """The span's characters; what a font does not tell of their measures is taken from a digit's."""
    dx, dy = along
    size = float(span["size"])
    glyphs = []
    for char in span["chars"]:
        text = character(char["c"], span["font"])
        if not text:
            continue
        x, y = char["origin"]
        box = pymupdf.Rect(char["bbox"])
        if min(box.width, box.height) <= size / 100 and not text.isspace():
            box = _digit_box(x, y, along, size)
        start = x * dx + y * dy
        width = abs(box.width * dx) + abs(box.height * dy)
        glyphs.append(_Glyph(text, start, start + width, y * dx - x * dy, box, bool(char.get("synthetic"))))
    if min(abs(dx), abs(dy)) > 0.05:
        _measure_by_pitch(glyphs, size)
    return glyphs


def _measure_by_pitch(glyphs: list[_Glyph], size: float) -> None:
    """The upright box of an oblique glyph does not tell its width; the next glyph's place does."""
    for glyph in glyphs:
        glyph.end = glyph.start + DIGIT_WIDTH_EM * size
    for glyph, following in pairwise(glyphs):
        if 0 < following.start - glyph.start <= WIDEST_GLYPH_EM * size and not following.synthetic:
            glyph.end = following.start


def character(char: str, font: str) -> str:
    """What a glyph says: a blank, one character, or nothing where it is a control or private character."""
    if char == SOFT_HYPHEN:  # many fonts of CAD programs give their hyphen this code
        return "-"
    if GDT_FONT in font.upper():
        symbol = chr(ord(char) & 0xFF) if "\uf000" <= char <= "\uf0ff" else char
        if symbol.isascii() and symbol.isalpha():
            return GDT_SYMBOLS.get(symbol, "")
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} else char


def _digit_box(x: float, y: float, along: tuple[float, float], size: float) -> pymupdf.Rect:
    """Where a digit written from (x, y) would be: up is the reading direction turned left."""
    dx, dy = (part * size for part in along)
    right = pymupdf.Point(x + dx * DIGIT_WIDTH_EM, y + dy * DIGIT_WIDTH_EM)
    top = pymupdf.Point(x + dy * DIGIT_HEIGHT_EM, y - dx * DIGIT_HEIGHT_EM)
    corner = right + top - pymupdf.Point(x, y)
    xs, ys = zip(*((point.x, point.y) for point in (pymupdf.Point(x, y), right, top, corner)), strict=True)
    return pymupdf.Rect(min(xs), min(ys), max(xs), max(ys))


def _joined(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Pieces with those put together that are parts of one word, in the order in which their first part was written."""
    written = [piece for piece in pieces if piece.glyphs]
    heads: dict[int, _Piece] = {}
    for line in _baselines(written):
        head = line[0]
        heads[id(head)] = head
        for piece in line[1:]:
            if _belong_together(head, piece):
                head.glyphs += piece.glyphs
                head.blank_after = piece.blank_after
            else:
                head = piece
                heads[id(head)] = head
    return [piece for piece in written if id(piece) in heads]


def _baselines(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces grouped into lines of one direction and baseline, each in reading order."""
    directions: defaultdict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        directions[piece.direction].append(piece)
    for group in directions.values():
        group.sort(key=lambda piece: piece.glyphs[0].baseline)
        line = group[:1]
        for piece in group[1:]:
            if piece.glyphs[0].baseline - line[-1].glyphs[0].baseline > BASELINE_EM * min(piece.size, line[-1].size):
                yield sorted(line, key=lambda piece: piece.glyphs[0].start)
                line = []
            line.append(piece)
        yield sorted(line, key=lambda piece: piece.glyphs[0].start)


def _belong_together(left: _Piece, right: _Piece) -> bool:
    """Whether two neighbours on a baseline are parts of one word."""
    small, large = sorted((left.size, right.size))
    if small <= 0 or large / small > SIZE_RATIO:
        return False
    gap = (right.glyphs[0].start - left.glyphs[-1].end) / small
    blank = left.blank_after or right.blank_before
    sign = left.glyphs[-1].text
    if normalised(sign) in SIGN_GAP_EM and right.glyphs[0].text.isdigit():
        reach = SIGN_GAP_EM[normalised(sign)]
        return -OVERLAP_EM <= gap <= reach and (not blank or reach >= 1)
    return -OVERLAP_EM <= gap <= JOIN_GAP_EM and not blank


def _box(piece: _Piece) -> pymupdf.Rect:
    """The hull of a piece's ink, in points of the unrotated page."""
    return pymupdf.Rect(
        min(glyph.box.x0 for glyph in piece.glyphs),
        min(glyph.box.y0 for glyph in piece.glyphs),
        max(glyph.box.x1 for glyph in piece.glyphs),
        max(glyph.box.y1 for glyph in piece.glyphs),
    )
