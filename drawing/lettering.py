"""The words of a sheet, and how they travel from the child process that reads them (`recognition/`).

Light to import, because the process that serves requests takes the words of a child process from here as JSON.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: A greyscale picture (H×W) of a region in sheet pixels, at a zoom factor: 1.0 gives sheet pixels.
    Tile = Callable[[Box, float], NDArray[np.uint8]]

#: Words of a page whose text layer is no more than a stamp or a plot header; the smallest title block has more.
FEWEST_WORDS = 8
#: Share of words with characters that the file does not tell, above which a text layer is no reading of the sheet.
MOST_UNREADABLE = 0.2
UNREADABLE = "\ufffd"
#: px. No sheet is wider; also keeps an integer of a thousand digits from becoming a float.
LARGEST_PX = 1e6
#: Words and characters of one sheet, characters of one word. A dense A0 has 3,000 words; a file may pretend to have
#: millions, and what understands them cannot be ended as a child process can.
MOST_WORDS, MOST_CHARACTERS, LONGEST_WORD = 20_000, 200_000, 200

#: ⌀ (ISO 3098), ∅, ø, φ or Φ at the start of a number, or after the × of a quantity; the ø of "Søren" is a letter.
DIAMETER = re.compile(r"(?<![^\W\d_xX])[⌀∅øφΦ](?=[\d.,(]|$)")

#: A recogniser cannot tell the l of AlMgSi from an I.
ALUMINIUM = re.compile(r"(?<!\w)AI(?=Mg|Si|Cu|Zn)")


@dataclass(frozen=True, slots=True)
class Lettering:
    """The words of one sheet; not `complete` where time or a cap ended the reading early."""

    words: tuple[Word, ...]
    complete: bool = True


class Page(Protocol):
    """One page as the formats' modules offer it to be read."""

    sheet: Sheet

    def text_layer(self) -> list[Word]:
        """The words that the file carries as text; none for a raster."""

    def tile(self, region: Box, zoom: float) -> NDArray[np.uint8]:
        """A greyscale picture (H×W) of `region` in sheet pixels; `zoom` 1.0 gives sheet pixels, 0.5 half as many."""


def usable(words: Iterable[Word], sheet: Sheet) -> bool:
    """Whether a text layer is the lettering of the sheet, rather than missing, a stamp or undecodable."""
    shown = [word for word in words if not word.box.clamped(sheet.width, sheet.height).is_empty]
    speaking = [word for word in shown if any(char.isalnum() for char in word.text)]
    return len(speaking) >= FEWEST_WORDS and decodable(shown)


def decodable(words: Sequence[Word]) -> bool:
    """Whether the file tells nearly all characters of its text layer."""
    return sum(UNREADABLE in word.text for word in words) <= MOST_UNREADABLE * len(words)


def normalised(text: str) -> str:
    """`text` in Unicode's composed form, with Ø for each sign that means a diameter, and Al for what was read as AI."""
    return ALUMINIUM.sub("Al", DIAMETER.sub("Ø", unicodedata.normalize("NFC", text)))


def bounded(lettering: Lettering) -> Lettering:
    """The lettering without what no sheet has: words longer than `LONGEST_WORD`, and what is too much of them."""
    words = [word for word in lettering.words if len(word.text) <= LONGEST_WORD][:MOST_WORDS]
    characters = accumulate(len(word.text) for word in words)
    kept = tuple(word for word, count in zip(words, characters, strict=True) if count <= MOST_CHARACTERS)
    return lettering if len(kept) == len(lettering.words) else Lettering(kept, complete=False)


def to_json(lettering: Lettering) -> dict[str, object]:
    return {"words": words_to_json(lettering.words), "complete": lettering.complete}


def from_json(value: object) -> Lettering:
    """The lettering that `to_json` wrote.

    Raises `ValueError` for anything else: the writer is a process that had a client's file in its hands.
    """
    match value:
        case {"words": words, "complete": bool(complete)}:
            return Lettering(words_from_json(words), complete)
    raise ValueError("no lettering")


def words_to_json(words: Iterable[Word]) -> list[list[object]]:
    """Words as JSON values: [text, x1, y1, x2, y2, source, direction, confidence, framed, cell, view].

    `cell` and `view` are null or their four sides. Boxes are rounded to a tenth of a pixel.
    """
    return [
        [
            *(word.text, *_tenths(word.box), word.source, word.direction, round(word.confidence, 3), word.framed),
            *(_tenths(box) if box else None for box in (word.cell, word.view)),
        ]
        for word in words
    ]


def words_from_json(values: object) -> tuple[Word, ...]:
    """The words that `words_to_json` wrote, else `ValueError`."""
    if not isinstance(values, list):
        raise ValueError("words are no list")
    return tuple(_word(value) for value in values)


def _word(value: object) -> Word:
    match value:
        case [
            str(text),
            x1,
            y1,
            x2,
            y2,
            ("text_layer" | "ocr") as source,
            direction,
            confidence,
            bool(framed),
            cell,
            view,
        ]:
            box = _box([x1, y1, x2, y2])
            degrees, share = _number(direction), _number(confidence)
            text.encode()  # half a surrogate pair is a string in JSON, but in no other place
            if text and degrees in range(360) and 0 <= share <= 1:
                cell, view = (None if sides is None else _box(sides) for sides in (cell, view))
                return Word(text, box, source, int(degrees), share, framed, cell, view)
    raise ValueError("not a word")


def _box(sides: object) -> Box:
    match sides:
        case [x1, y1, x2, y2]:
            box = Box(*(_number(side) for side in (x1, y1, x2, y2)))
            if box.x1 <= box.x2 and box.y1 <= box.y2:
                return box
    raise ValueError("not a box of a word")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_PX:
        raise ValueError("not a number of a word")
    return float(value)


def _tenths(box: Box) -> list[float]:
    return [round(side, 1) for side in (box.x1, box.y1, box.x2, box.y2)]
