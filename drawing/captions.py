"""Captions: the names of views with their scales, and what a sheet without a title block is captioned with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from drawing.labels import FieldName
from drawing.lines import Block, Line, source_of, stands_below
from drawing.materials import MATERIAL
from drawing.sheet import Box, Word
from drawing.title_block import Field
from drawing.title_forms import DATE, PAPER, SCALE

ViewKind = Literal["section", "detail", "view"]

_KIND: dict[str, ViewKind] = {
    "schnitt": "section",
    "section": "section",
    "sec": "section",
    "detail": "detail",
    "einzelheit": "detail",
    "ansicht": "view",
    "view": "view",
}
_VIEW = re.compile(
    r"(?P<kind>(?i:schnitt|section|sec|detail|einzelheit|ansicht|view))\.?\s*:?\s+"
    r"(?P<name>[A-Z](?:\s?-\s?[A-Z])?)(?!\w)(?P<rest>.*)|(?P<pair>[A-Z]\s?-\s?[A-Z])(?P<rest2>\s*[( ].*)?"
)
_LETTER = re.compile(r"[A-Z]")
_SCALE_ALONE = re.compile(rf"\(?(?:(?i:scale|massstab|maßstab|m)\s?:?\s?)?(?P<scale>{SCALE})\)?")


@dataclass(frozen=True, slots=True)
class ViewCaption:
    """The name of a section, detail or view, such as `A-A`; `scale` as printed, `None` where it has none of its own."""

    kind: ViewKind
    name: str
    scale: str | None
    box: Box
    words: tuple[Word, ...]
    scale_words: tuple[Word, ...] = ()


def view_captions_of(lines: Sequence[Line], title_box: Box | None = None) -> tuple[ViewCaption, ...]:
    """The captions of views, with the scale that stands behind or below the name.

    A letter above a scale is no view in the title block, where it is a revision or a paper size.
    """
    level = [line for line in lines if line.direction == 0]
    scales = [line for line in level if _SCALE_ALONE.fullmatch(line.plain.strip())]
    inside = [line for line in level if title_box and title_box.contains(*line.box.centre)]
    cells = [line for line in inside if _LETTER.fullmatch(line.plain.strip())]
    found = (_view_caption(line, scales) for line in level if line not in cells)
    return tuple(caption for caption in found if caption is not None)


def _view_caption(line: Line, scales: Sequence[Line]) -> ViewCaption | None:
    text = line.plain.strip()
    match = _VIEW.fullmatch(text)
    if match is None and not _LETTER.fullmatch(text):
        return None
    below = next((other for other in scales if _is_under(other, line)), None)
    if match is None:
        return _lone_letter(line, below) if below is not None else None
    name = re.sub(r"\s", "", match["name"] or match["pair"])
    kind = _KIND[match["kind"].lower()] if match["kind"] else "section"
    inline = re.compile(SCALE).search(line.text, line.text.find(match["name"] or match["pair"]) + 1)
    if inline:
        words = line.part(inline.start(), inline.end()).words
        return ViewCaption(kind, name, _tidy(inline.group()), line.box, line.words, words)
    return _with_scale(ViewCaption(kind, name, None, line.box, line.words), below)


def _lone_letter(line: Line, below: Line) -> ViewCaption:
    return _with_scale(ViewCaption("detail", line.plain.strip(), None, line.box, line.words), below)


def _with_scale(caption: ViewCaption, below: Line | None) -> ViewCaption:
    match = _SCALE_ALONE.fullmatch(below.plain.strip()) if below else None
    if below is None or match is None:
        return caption
    words = caption.words + below.words
    return ViewCaption(
        caption.kind, caption.name, _tidy(match["scale"]), Box.around(w.box for w in words), words, below.words
    )


def _is_under(line: Line, other: Line) -> bool:
    gap = line.box.y1 - other.box.y2
    aligned = line.box.x1 < other.box.x2 + other.height and other.box.x1 < line.box.x2 + other.height
    return stands_below(line, other) or (aligned and -0.3 * other.height < gap < 1.8 * max(line.height, other.height))


def _tidy(scale: str) -> str:
    return re.sub(r"\s", "", scale)


def caption_fields_of(blocks: Iterable[Block]) -> tuple[Field, ...]:
    """What the caption of a sheet without a title block tells, by the form of its pieces.

    The caption is the block that names a scale or a date; its first piece that is nothing else is the title.
    """
    return tuple(field for block in blocks if _is_caption(block) for field in _caption_fields(block))


def _is_caption(block: Block) -> bool:
    known = {name for line in block.lines for piece in _pieces(line) for name, *_ in _typed(piece)}
    return "scale" in known or {"date", "paper"} <= known or ("date" in known and len(block.lines) > 1)


def _caption_fields(block: Block) -> Iterator[Field]:
    title = False
    for line in block.lines:
        pieces = _pieces(line)
        typed = [list(_typed(piece)) for piece in pieces]
        for piece, known in zip(pieces, typed, strict=True):
            for name, first, last in known:
                yield _field(name, piece.part(first, last))
            if not title and not _only_typed(known):
                title = True
                yield _field("title", piece)
            elif not known and len(pieces) > 1 and _NAME.fullmatch(piece.plain):
                yield _field("drawn_by", piece)


def _only_typed(known: Sequence[tuple[FieldName, int, int]]) -> bool:
    return any(name not in ("material", "quantity") for name, *_ in known)


def _field(name: FieldName, line: Line) -> Field:
    return Field(name, "", line.plain.strip(), line.box, source_of(line.words), line.words)


def _pieces(line: Line) -> list[Line]:
    """The parts of a caption line that dashes, strokes or bars set apart."""
    borders = [(m.start(), m.end()) for m in re.finditer(r"\s[-–—/|•·]\s|\t|[;,]\s", line.text)]
    starts, ends = [0, *(end for _, end in borders)], [*(start for start, _ in borders), len(line.text)]
    return [line.part(a, b) for a, b in zip(starts, ends, strict=True) if line.text[a:b].strip()]


_NAME = re.compile(
    r"(?:[A-ZÄÖÜ][a-zäöüß]+|[A-ZÄÖÜ]\.)(?: ?[A-ZÄÖÜ]\.)?(?: (?:von|van|de))? [A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
)
_TYPED: tuple[tuple[FieldName, re.Pattern[str]], ...] = (
    ("scale", re.compile(rf"(?:(?i:scale|ma(?:ß|ss)stab)\s?:?\s?|^M\s?)(?P<value>{SCALE})")),
    ("date", re.compile(rf"(?<![\w.])(?P<value>{DATE})(?![\w])")),
    ("paper", re.compile(rf"^(?:DIN )?(?P<value>{PAPER})(?= |$)")),
    ("quantity", re.compile(r"(?P<value>\b\d+\s?(?:pieces|pcs|Stück|Stk|off|required|benötigt)\b\.?)")),
    ("quantity", re.compile(r"(?i:qty|quantity|menge|anzahl|stückzahl)\.?:?\s?(?P<value>\d+)\b")),
    ("unit", re.compile(r"(?i:dimensions|ma(?:ß|ss)e|bema(?:ß|ss)ungen)\s(?:are\s|sind\s)?in\s(?P<value>[A-Za-z]+)")),
    ("material", re.compile(MATERIAL)),
)


def _typed(piece: Line) -> Iterator[tuple[FieldName, int, int]]:
    for name, pattern in _TYPED:
        match = pattern.search(piece.text)
        if match:
            group = "value" if "value" in pattern.groupindex else 0
            yield name, match.start(group), match.end(group)
