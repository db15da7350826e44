"""What stands in one cell of a feature control frame: text, a drawn Ø, letters in circles (ISO 1101, ISO 2692).

Circled letters and Ø are found by their outlines, because neither a text layer nor a recogniser of lettering tells
them; what is left between them is a piece of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.lettering import normalised
from drawing.recognition.characteristics import ink
from drawing.recognition.ocr_models import STRIP_HEIGHT_PX, Line, recogniser

Picture = NDArray[np.uint8]

#: Height of a circled letter's circle, inside and outside, as a share of its cell's; of any other outline that counts.
LEAST_CIRCLE, LEAST_RING, LEAST_SIGN = 0.5, 0.6, 0.22
#: Of a cell's height squared: outlines that enclose less are dirt or breaks in a stroke.
LEAST_PIECE = 0.001
#: A pen's width as a share of the width of the outline that it draws.
PEN_SHARE = 0.12
#: Share of its upright box that the inside of a circle fills (π/4 = 0.785), and its width by height.
CIRCLE_FILLING, CIRCLE_ASPECT = (0.7, 0.86), (0.75, 1.34)
#: The two halves of a Ø: the smaller by the larger area, the gap between them (a pen's width) by their height, and the
#: width by height of both. The holes of an 8 are higher than wide together, those of 00 further apart.
HALVES_RATIO, HALVES_GAP, HALVES_ASPECT = 0.5, 0.3, (0.7, 1.4)
#: Width of a Ø with its slash by that of its inside; what is wider touches a digit.
MOST_SLASH = 2.0
#: Share of the round between a Ø's halves that they fill at least.
HALVES_FILLING = 0.5
#: Share of the text's height that is white above and below it in a strip that is read, and beside it: a lone letter is
#: read wrongly where it fills the strip.
STRIP_MARGIN, SIDE_MARGIN = 0.3, 0.9
#: px of a cell `CELL_PX` high: enlarged lettering with edges as sharp as drawn ones is read worse.
SMOOTHING_PX = 1.5
#: Of a circle's span: what is nearer to the middle is the letter.
LETTER_SHARE = 0.68
PAPER_PERCENTILE = 90
#: Of the text's height: how far the middle of the first or last character may be from its end.
MOST_MISSED = 0.75
#: Below this a reading of a piece of text is not taken.
LEAST_CONFIDENCE = 0.75

#: A recognised value with a modifier whose circle was not seen, or a datum letter with one.
LOOSE = re.compile(r"(?P<text>S?Ø?\d*[.,]?\d+(?:CZ|SZ)?|[A-Z](?:-[A-Z])?)(?P<modifier>[MLPS])")
CIRCLED_A = ord("Ⓐ")
#: What a piece of text says that was seen but not read.
UNREAD = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the text layer in a cell: its text, and its middle as a fraction of the cell's length."""

    text: str
    place: float


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a cell's text; `start` and `end` are fractions of the cell's length. `seen`: read from the picture.

    `text` is `UNREAD` where something stands that could not be read.
    """

    text: str
    start: float
    end: float
    confidence: float
    seen: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """Columns of a cell, px, that hold a letter in a circle, a Ø, or text; `middle` is a circle's."""

    kind: str
    start: int
    end: int
    middle: tuple[int, int] = (0, 0)


class CellReader:
    """Reads cells, by the recogniser where a cell has no text of its own."""

    def tokens(self, cell: Picture, known: list[Known]) -> list[Token]:
        """The pieces of text in an upright greyscale picture of a cell (H×W), left to right."""
        mask = ink(cell)
        spans = _spans(mask)
        signs = [span for span in spans if span.kind != "text"]
        return _joined(self._known(known, signs, cell.shape[1]) if known else self._seen(cell, mask, spans))

    def _known(self, known: list[Known], signs: list[_Span], width: int) -> list[Token]:
        tokens = [
            Token("Ø", span.start / width, span.end / width, 1.0, False)
            for span in signs
            if span.kind == "diameter" and _heads_a_number(span.end / width, known)
        ]
        rings = [(span.start / width, span.end / width) for span in signs if span.kind == "circled"]
        for word in sorted(known, key=lambda word: word.place):
            ringed = any(start < word.place < end for start, end in rings)
            text = _circled(word.text) if ringed else word.text
            half = 0.2 * len(word.text) / max(1.0, width / STRIP_HEIGHT_PX)
            tokens.append(Token(text, word.place - half, word.place + half, 1.0, False))
        return sorted(tokens, key=lambda token: token.start + token.end)

    def _seen(self, cell: Picture, mask: Picture, spans: list[_Span]) -> list[Token]:
        width, tokens = cell.shape[1], []
        for span in spans:
            start, end = span.start / width, span.end / width
            if span.kind == "diameter" and span is not spans[-1]:
                tokens.append(Token("Ø", start, end, 1.0, True))
                continue
            text, confidence = self._read(_strip(cell, mask, span))
            if span.kind == "circled":
                text = _circled(text) if len(text) == 1 else UNREAD
            tokens.append(Token(text or UNREAD, start, end, confidence, True))
        return tokens

    def _read(self, strip: Picture) -> tuple[str, float]:
        (line,) = recogniser().lines([strip])
        sure = line.confidence >= LEAST_CONFIDENCE and _is_whole(line, strip.shape[1])
        return (normalised(line.text.strip()), line.confidence) if sure else (UNREAD, 0.0)


def _heads_a_number(place: float, known: Iterable[Known]) -> bool:
    """Whether a number without a sign stands behind a place: a B with serifs has the halves of a Ø, too."""
    behind = [word.text for word in known if word.place > place]
    return any(re.match(r"[\d.,]", text) for text in behind) and not any("Ø" in text for text in behind)


def _is_whole(line: Line, width: int) -> bool:
    """Whether a line reaches both ends of its strip of `width` px: the recogniser drops doubtful characters there."""
    height = STRIP_HEIGHT_PX / (1 + 2 * STRIP_MARGIN)
    reach = (SIDE_MARGIN + MOST_MISSED) * height
    return line.places[0] * width <= reach and width - line.places[-1] * width <= reach


def _circled(letter: str) -> str:
    """A capital in a circle, Unicode's Ⓐ to Ⓩ; anything else as it is."""
    return chr(CIRCLED_A + ord(letter) - ord("A")) if re.fullmatch("[A-Z]", letter) else letter


def _joined(tokens: list[Token]) -> list[Token]:
    """Ø and its number as one piece; a modifier whose circle was not seen as its own."""
    pieces: list[Token] = []
    for token in tokens:
        before = pieces[-1] if pieces else None
        if before is not None and before.text in ("Ø", "SØ") and re.match(r"[\d.,]", token.text):
            pieces[-1] = Token(before.text + token.text, before.start, token.end, token.confidence, token.seen)
        else:
            pieces += _parted(token)
    return pieces


def _parted(token: Token) -> Iterator[Token]:
    loose = LOOSE.fullmatch(token.text.replace(" ", ""))
    if loose is None:
        yield token
        return
    at = token.start + (token.end - token.start) * loose.end("text") / loose.end()
    yield Token(loose["text"], token.start, at, token.confidence, token.seen)
    yield Token(_circled(loose["modifier"]), at, token.end, token.confidence, token.seen)


def _spans(mask: Picture) -> list[_Span]:
    """Circled letters, a Ø, and the text beside and between them, left to right."""
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    height, least = mask.shape[0], LEAST_PIECE * mask.shape[0] ** 2
    inside: dict[int, list[int]] = {at: [] for at in range(-1, len(contours))}
    for at, (*_, parent) in enumerate(hierarchy[0] if contours else ()):
        if cv2.contourArea(contours[at]) >= least:
            inside[int(parent)].append(at)
    holes = [hole for outline in inside[-1] for hole in inside[outline]]
    rings = [contours[hole] for hole in holes if inside[hole] and _is_round(contours[hole], height)]
    signs = [_span("circled", ring) for ring in rings]
    # Where a letter touches its circle the hole is in pieces, and the circle's outside tells.
    outer = [contours[outline] for outline in inside[-1] if len(inside[outline]) > 1]
    signs += [_span("circled", one) for one in outer if _is_ring(one, height) and _inside_none(one, signs)]
    for outline in inside[-1]:
        pairs = combinations((contours[hole] for hole in inside[outline] if not inside[hole]), 2)
        halves = next((pair for pair in pairs if _are_halves(*pair, height)), None)
        if halves and _inside_none(contours[outline], signs):
            signs.append(_diameter(contours[outline], np.concatenate(halves)))
    return sorted([*signs, *_between(mask, signs)], key=lambda span: span.start)


def _span(kind: str, contour: NDArray[np.int32]) -> _Span:
    x, y, width, height = cv2.boundingRect(contour)
    pen = round(PEN_SHARE * width)
    return _Span(kind, max(0, x - pen), x + width + pen, (x + width // 2, y + height // 2))


def _diameter(outline: NDArray[np.int32], halves: NDArray[np.int32]) -> _Span:
    """The columns of a Ø with its slash, which may touch a digit."""
    x, _, width, _ = cv2.boundingRect(outline)
    alone = width <= MOST_SLASH * cv2.boundingRect(halves)[2]
    return _Span("diameter", x, x + width) if alone else _span("diameter", halves)


def _is_round(contour: NDArray[np.int32], height: int) -> bool:
    _, _, wide, high = cv2.boundingRect(contour)
    filling = cv2.contourArea(contour) / (wide * high)
    shaped = CIRCLE_ASPECT[0] <= wide / high <= CIRCLE_ASPECT[1]
    return bool(high >= LEAST_CIRCLE * height and shaped and CIRCLE_FILLING[0] <= filling <= CIRCLE_FILLING[1])


def _is_ring(contour: NDArray[np.int32], height: int) -> bool:
    """Whether an outline is a circle larger than lettering."""
    return _is_round(contour, height) and cv2.boundingRect(contour)[3] >= LEAST_RING * height


def _inside_none(contour: NDArray[np.int32], spans: list[_Span]) -> bool:
    x, _, width, _ = cv2.boundingRect(contour)
    return not any(span.start <= x + width / 2 <= span.end for span in spans)


def _are_halves(one: NDArray[np.int32], other: NDArray[np.int32], height: int) -> bool:
    """Whether two holes are the halves of a circle cut by a slash."""
    _, _, wide, high = cv2.boundingRect(np.concatenate([one, other]))
    areas = sorted((cv2.contourArea(one), cv2.contourArea(other)))
    if high < LEAST_SIGN * height or areas[0] < HALVES_RATIO * areas[1] or areas[0] <= 0:
        return False
    filling = sum(areas) / (np.pi / 4 * wide * high)
    aspect = HALVES_ASPECT[0] <= wide / high <= HALVES_ASPECT[1]
    return bool(aspect and filling >= HALVES_FILLING and _gap(one, other) <= HALVES_GAP * high)


def _gap(one: NDArray[np.int32], other: NDArray[np.int32]) -> float:
    difference = one.reshape(-1, 1, 2) - other.reshape(1, -1, 2)
    return float(np.sqrt((difference**2).sum(axis=2).min()))


def _between(mask: Picture, signs: list[_Span]) -> Iterator[_Span]:
    """The columns with ink before, between and after signs."""
    edges = [(0, 0), *sorted((span.start, span.end) for span in signs), (mask.shape[1], mask.shape[1])]
    for (_, left), (right, _) in pairwise(edges):
        columns = np.flatnonzero(mask[:, left : max(left, right)].any(axis=0)) + left
        if len(columns) > LEAST_SIGN * mask.shape[0] / 4:
            yield _Span("text", int(columns[0]), int(columns[-1]) + 1)


def _strip(cell: Picture, mask: Picture, span: _Span) -> Picture:
    """The columns of a span as the recogniser reads them: text with white around; a circle without its ring."""
    paper = int(np.percentile(cell, PAPER_PERCENTILE))
    inked = np.zeros_like(mask)
    inked[:, span.start : span.end] = mask[:, span.start : span.end]
    if span.kind == "circled":
        radius = round(LETTER_SHARE * (span.end - span.start) / 2)
        inked &= cv2.circle(np.zeros_like(mask), span.middle, radius, 255, cv2.FILLED)
    near = cv2.dilate(inked, np.ones((5, 5), np.uint8))
    part = np.where(near > 0, cell, paper).astype(np.uint8)
    x, y, wide, high = cv2.boundingRect(near)
    edge, side = round(STRIP_MARGIN * high), round(SIDE_MARGIN * high)
    padded = cv2.copyMakeBorder(
        part[y : y + high, x : x + wide], edge, edge, side, side, cv2.BORDER_CONSTANT, value=paper
    )
    width = max(STRIP_HEIGHT_PX // 2, round(padded.shape[1] * STRIP_HEIGHT_PX / max(1, padded.shape[0])))
    smooth = cv2.GaussianBlur(padded, (0, 0), SMOOTHING_PX)
    return np.asarray(cv2.resize(smooth, (width, STRIP_HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)
