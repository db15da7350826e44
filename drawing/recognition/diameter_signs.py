"""The diameter sign, seen in the picture beside a number.

CAD programs draw Ø as lines, so that a text layer says "9,14" where the sheet shows Ø9,14, and a recogniser loses a
sign that stands apart. So the picture before every number is turned upright and searched for a slashed ring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drawing.lines import place_of
from drawing.recognition.number_windows import Picture, Window, pictures
from drawing.recognition.slashed_rings import Mask, rings
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

#: Where a number begins that may have a sign: first in a word or behind a quantity, not behind letters, as in R5 or M8.
NUMBER = re.compile(r"(?:^|^[(\[]?\d+[xX×])(?=[(\[]?[.,]?\d)")
#: A size of nothing, as the origin of running dimensions, which has a small circle beside it. In a feature control
#: frame and before Ⓜ it is a tolerance, which may be Ø0 (ISO 2692).
ZERO = re.compile(r"[(\[]?[0.,]+(?![\d.,]|\s?[ⓂⓁ])")
ZERO_TAKEN = re.compile(rf"Ø\s?(?={ZERO.pattern}$)")
BRACKETS = ("(", "[")
#: What a recogniser takes a sign for: such a character gives way to it, where a digit follows.
TAKEN = re.compile(r"[0OoQ](?=\d)")

#: Lettering of 2.5 mm is 30 px high, and the halves of its sign are open.
PICTURE_DPI = 300.0
#: px. Height of the lettering in a window.
TEXT_PX = 48

#: All below are parts of the lettering's height. How far a window reaches before its number, at least and at most into
#: it, and above and below it.
BEFORE, LEAST_INTO, MOST_INTO, ASIDE = 2.4, 0.7, 12.0, 1.0
#: The least width of a character of a number, its commas included.
LEAST_ADVANCE = 0.35
#: The widest blank between a sign and its number, and what may stand in it, as an extension line.
WIDEST_BLANK, MOST_BETWEEN = 1.3, 0.45
#: The distance of the sign's middle from the number's: on one line, and before two limits above each other.
OFF_LINE, OFF_LIMITS = 0.4, 0.95


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign found in a window: its hull on the sheet, and where it stands to the number, in heights of the lettering.

    `blank` is what parts it from its number, negative where the word's box reaches over it; `below` is how much lower
    than the number's its middle lies.
    """

    window: Window
    box: Box
    blank: float
    below: float


def with_diameters(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """The words in the same order, those of numbers with Ø where `tile` shows a diameter sign right before the number.

    The box of such a word includes the sign. Before two limits above each other, the sign is given to the upper one. A
    size of nothing loses a sign that was recognised. Ends at `until` (of `time.monotonic`); words that were not looked
    at by then stay as they are.
    """
    words = [_without_taken(word) for word in words]
    written = [word.box for word in words if "Ø" in word.text]
    seen = [
        sign
        for window, picture in pictures(_windows(words), tile, sheet, PICTURE_DPI, until)
        if (sign := _sign(window, picture)) is not None and not any(box.contains(*sign.box.centre) for box in written)
    ]
    found = list(words)
    for sign in _assigned(seen):
        found[sign.window.index] = _with_sign(found[sign.window.index], sign)
    return tuple(found)


def _without_taken(word: Word) -> Word:
    """The word without a Ø that a recogniser took the circle of an origin for."""
    return word if word.framed or word.source != "ocr" else replace(word, text=ZERO_TAKEN.sub("", word.text))


def _windows(words: Sequence[Word]) -> Iterator[Window]:
    for index, word in enumerate(words):
        place = place_of(word, word.direction)
        if "Ø" in word.text or place.height <= 0:
            continue
        length = place.length / place.height
        for match in NUMBER.finditer(word.text):
            if ZERO.match(word.text, match.end()) and not word.framed:
                continue
            begin = match.end() / len(word.text) * length
            # What was read may begin with symbols that were not, so that the sign stands far inside.
            into = length - begin - LEAST_ADVANCE * (len(word.text) - match.end()) if word.source == "ocr" else 0.0
            reach = BEFORE + min(max(LEAST_INTO, into), MOST_INTO)
            yield Window(index, match.end(), word, place, begin - BEFORE, reach, ASIDE, TEXT_PX)


def _sign(window: Window, picture: Picture) -> _Sign | None:
    ring = next((ring for ring, ink in rings(picture, TEXT_PX) if _stands_before(window, ring, ink)), None)
    if ring is None:
        return None
    return _Sign(window, window.hull(ring), BEFORE - ring.x2 / TEXT_PX, ring.centre[1] / TEXT_PX - 0.5 - ASIDE)


def _stands_before(window: Window, ring: Box, ink: Mask) -> bool:
    """Whether a ring stands right before the window's number, about on its line, and leaves room for its characters."""
    start, middle = BEFORE * TEXT_PX, ink.shape[0] // 2
    if abs(ring.centre[1] - middle) > OFF_LIMITS * TEXT_PX or start - ring.x2 > WIDEST_BLANK * TEXT_PX:
        return False
    rest = len(window.word.text) - window.offset - bool(TAKEN.match(window.word.text, window.offset))
    end = (window.place.length / window.place.height - window.begin) * TEXT_PX
    if end - ring.x2 < LEAST_ADVANCE * rest * TEXT_PX:
        return False
    columns = slice(round(ring.x2), max(round(start), round(ring.x2)))
    between = ink[middle - TEXT_PX // 4 : middle + TEXT_PX // 4, columns]
    return float(between.any(axis=0).sum()) <= MOST_BETWEEN * TEXT_PX


def _assigned(signs: Iterable[_Sign]) -> list[_Sign]:
    """One number for each sign: the nearest on its line, else the upper of two limits; later parts of a word first."""
    groups: list[list[_Sign]] = []
    for sign in signs:
        group = next((group for group in groups if group[0].box.contains(*sign.box.centre)), None)
        if group is None:
            groups.append([sign])
        else:
            group.append(sign)
    chosen = (_chosen(group) for group in groups)
    return sorted((sign for sign in chosen if sign is not None), key=lambda sign: -sign.window.offset)


def _chosen(group: list[_Sign]) -> _Sign | None:
    beside = [sign for sign in group if abs(sign.below) <= OFF_LINE]
    over, under = ([sign for sign in group if turn * sign.below > OFF_LINE] for turn in (1, -1))
    candidates = beside or (over if under else [])
    return min(candidates, key=lambda sign: abs(sign.blank), default=None)


def _with_sign(word: Word, sign: _Sign) -> Word:
    """The word with Ø before its number, instead of a character that the sign was taken for."""
    at = sign.window.offset
    if sign.blank < 0 and word.text.startswith(BRACKETS, at):
        at += 1
    taken = sign.blank < 0 and TAKEN.match(word.text, at)
    text = f"{word.text[:at]}Ø{word.text[at + bool(taken) :]}"
    return replace(word, text=text, box=Box.around((word.box, sign.box)))
