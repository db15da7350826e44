"""Recognised words that a surer reading of the same place contradicts: a detector sees some places twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from drawing.nearby import Nearby
from drawing.sheet import Box, Word

#: Of a word's area that others cover, for it to be their lettering read across.
MOST_COVERED = 0.5
_SIGN = re.compile(r"[+±-]")


def without_misread(words: Iterable[Word]) -> tuple[Word, ...]:
    """The words without those read across surer ones, and without signs that the next word begins with again."""
    every = tuple(words)
    nearby = Nearby([word for word in every if word.text.strip()], lambda word: word.box)
    return tuple(word for word in every if not (word.source == "ocr" and _is_misread(word, nearby)))


def _is_misread(word: Word, nearby: Nearby[Word]) -> bool:
    if _SIGN.fullmatch(word.text):
        near = nearby.near(word.box, word.box.height)
        return any(len(other.text) > 1 and _SIGN.match(other.text) and _touch(word, other) for other in near)
    crossing = (w for w in nearby.near(word.box, 0) if _lie_across(w, word) and w.confidence > word.confidence)
    area = word.box.width * word.box.height
    return area > 0 and sum(_common(word.box, other.box) for other in crossing) > MOST_COVERED * area


def _touch(word: Word, other: Word) -> bool:
    """Whether two words of one direction lie on each other or less than a tenth of their height apart."""
    a, b, slack = word.box, other.box, 0.1 * word.box.height
    beside = a.x1 < b.x2 + slack and b.x1 < a.x2 + slack and a.y1 < b.y2 + slack and b.y1 < a.y2 + slack
    return beside and word.direction == other.direction


def _lie_across(a: Word, b: Word) -> bool:
    return 45 < (a.direction - b.direction) % 180 < 135


def _common(a: Box, b: Box) -> float:
    return max(0.0, min(a.x2, b.x2) - max(a.x1, b.x1)) * max(0.0, min(a.y2, b.y2) - max(a.y1, b.y1))
