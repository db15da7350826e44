"""The diameter sign, seen in the picture beside a number.

CAD programs draw Ø as lines, so that a text layer says "9,14" where the sheet shows Ø9,14, and a recogniser loses a sign
that stands apart. The sign is a ring cut in two by a slash from lower left to upper right (ISO 3098-1): of the holes
that ink encloses, two of about one size, one upper left, one lower right, and nothing but the slash between them. A 0
has one hole, an 8 has two above each other, a circle with its centre lines has four.
"""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.lines import Place, place_of
from drawing.sheet import Box, Sheet, Word

if TYPE_CHECKING:
    from drawing.lettering import Tile

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: Where a number begins that may have a sign: first in a word or behind a quantity, not behind letters, as in R5 or M8.
NUMBER = re.compile(r"(?:^|^[(\[]?\d+[xX×])(?=[(\[]?[.,]?\d)")
BRACKETS = ("(", "[")
#: What a recogniser takes a sign for: such a character gives way to it, where a digit follows.
TAKEN = re.compile(r"[0OoQ](?=\d)")
#: Of the lettering's height: the least width of a character of a number, its commas included.
LEAST_ADVANCE = 0.35

#: Lettering of 2.5 mm is 30 px high, and the halves of its sign are open. A raster that says no resolution is taken
#: for one of 200 dpi; enlarged beyond `MOST_ZOOM`, sheet pixels show nothing more.
PICTURE_DPI, USUAL_DPI, MOST_ZOOM = 300.0, 200.0, 2.0
#: px. Side of the pictures that a sheet is drawn in: an A4 at `PICTURE_DPI` is one, of 9 MB.
PICTURE_PX = 4000

#: px. Height of the lettering in a window.
TEXT_PX = 48
#: Of the lettering's height: how far a window reaches before its number, at least into it, and above and below it.
BEFORE, INTO, ASIDE = 2.4, 0.7, 0.5
#: Parts of the contrast of paper and ink at which a window is cut: thin lines are pale, small halves are grey.
LEVELS = ((0.0, 0.5), (0.0, 0.35), (0.0, 0.65), (0.0, 0.22), (2.0, 0.3), (3.0, 0.2))
#: Of 255. Less contrast is dirt on an empty sheet.
LEAST_CONTRAST = 40

#: Of the lettering's height: the least side of a half; the inside of a ring (frames have small ones); the distance of
#: the ring's middle from the number's; the widest blank before the number; what may stand in that blank.
LEAST_HALF, RING, OFF_LINE, WIDEST_BLANK, MOST_BETWEEN = 0.1, (0.4, 1.4), 0.4, 1.3, 0.45
#: The smaller half by the larger; the inside's width by its height (narrow or inclined letters are oval); the turn of
#: the halves' middles against each other, degrees: 0 is a vertical stroke (Φ), 90 an 8.
LEAST_EQUAL, ROUNDNESS, TURN_DEG = 0.45, (0.42, 1.35), (13, 75)
#: Length of a half by its width: half a disc is 2, a quarter of one is 1 to 1.4, a cell of hatching about 1.
LEAST_LONG = 1.6
#: How far the inside reaches towards its box's upper left and lower right corners, in half sides of the box: an ellipse
#: √2, less when inclined, a square 2, one on its corner 1.
CORNERS = (0.95, 1.6)
#: Of the inside's height: how far the halves' common middle may be from its own.
MOST_LOPSIDED = 0.1
#: Of the lettering's height: width of the band around a ring that is looked at.
AROUND = 0.1
#: Shares: of the inside in its box (an ellipse: 0.79, less the ends of the slash), of a half in its convex hull, of ink
#: between the halves, of ink around the ring.
LEAST_FILLING, LEAST_CONVEX, LEAST_SLASH, MOST_AROUND = 0.55, 0.85, 0.9, 0.3


@dataclass(frozen=True, slots=True)
class _Window:
    """Where the sign of a number may stand: a rectangle turned by the word's direction, sheet pixels.

    `offset` is the number's place in the text of word `index`, `begin` its start in the window, `x` and `y` the
    window's upper left corner as read. Lengths of the upright picture are in `TEXT_PX` to a height of lettering.
    """

    index: int
    offset: int
    word: Word
    place: Place
    begin: float
    length: float

    @property
    def scale(self) -> float:
        """Sheet pixels per pixel of the upright picture."""
        return self.place.height / TEXT_PX

    @property
    def size(self) -> tuple[int, int]:
        return round(self.length * TEXT_PX), round((1 + 2 * ASIDE) * TEXT_PX)

    @property
    def to_sheet(self) -> NDArray[np.float64]:
        """The affine matrix (2×3) from the upright picture to sheet pixels."""
        angle = math.radians(self.word.direction)
        cos, sin = math.cos(angle), math.sin(angle)
        left = self.place.start + (self.begin - BEFORE) * self.place.height
        top = self.place.top - ASIDE * self.place.height
        turn = np.array([[cos, sin], [-sin, cos]])
        return np.column_stack([turn * self.scale, turn @ (left, top)])

    def hull(self, part: Box) -> Box:
        """The upright box on the sheet around a part of the picture."""
        xs, ys = self.to_sheet @ np.array([(x, y, 1) for x, y in product((part.x1, part.x2), (part.y1, part.y2))]).T
        return Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))

    @property
    def box(self) -> Box:
        return self.hull(Box(0, 0, *self.size))

    def upright(self, picture: Picture, region: Box) -> Picture:
        """The window cut out of the picture of a region, its reading direction to the right."""
        zoom = picture.shape[1] / region.width
        matrix = self.to_sheet
        matrix[:, 2] -= region.x1, region.y1
        shrink = max(1.0, self.scale * zoom)
        matrix[:, :2] /= shrink
        size = round(self.size[0] * shrink), round(self.size[1] * shrink)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(picture, matrix * zoom, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cv2.resize(cut, self.size, interpolation=cv2.INTER_AREA) if shrink > 1 else cut, np.uint8)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign found in a window: its hull on the sheet, and the blank between it and its number, in sheet pixels."""

    window: _Window
    box: Box
    blank: float


def with_diameters(words: Sequence[Word], tile: Tile, sheet: Sheet, until: float) -> tuple[Word, ...]:
    """The words in the same order, those of numbers with Ø where `tile` shows a diameter sign right before the number.

    The box of such a word includes the sign. Ends at `until` (of `time.monotonic`); the rest of the words stay as they
    are.
    """
    written = [word.box for word in words if "Ø" in word.text]
    seen = (
        sign
        for sign in _signs(_windows(words, sheet), tile, sheet, until)
        if not any(box.contains(*sign.box.centre) for box in written)
    )
    found = list(words)
    for sign in sorted(_nearest(seen), key=lambda sign: -sign.window.offset):
        found[sign.window.index] = _with_sign(found[sign.window.index], sign)
    return tuple(found)


def _windows(words: Sequence[Word], sheet: Sheet) -> Iterator[_Window]:
    for index, word in enumerate(words):
        if "Ø" in word.text or word.box.clamped(sheet.width, sheet.height).is_empty:
            continue
        place = place_of(word, word.direction)
        if place.height <= 0:
            continue
        length = place.length / place.height
        for match in NUMBER.finditer(word.text):
            begin = match.end() / len(word.text) * length
            # What was read may begin with symbols that were not, so that the sign stands far inside.
            into = length - begin - LEAST_ADVANCE * (len(word.text) - match.end()) if word.source == "ocr" else 0.0
            yield _Window(index, match.end(), word, place, begin, BEFORE + max(INTO, into))


def _signs(windows: Iterable[_Window], tile: Tile, sheet: Sheet, until: float) -> Iterator[_Sign]:
    """The signs in the windows; a part of the sheet is drawn once for all windows in it."""
    zoom = min(PICTURE_DPI / (sheet.dpi or USUAL_DPI), MOST_ZOOM)
    parts: defaultdict[tuple[int, int], list[_Window]] = defaultdict(list)
    for window in windows:
        x, y = window.box.centre
        parts[int(y * zoom // PICTURE_PX), int(x * zoom // PICTURE_PX)].append(window)
    for part in parts.values():
        region = Box.around(window.box for window in part).clamped(sheet.width, sheet.height)
        if time.monotonic() > until:
            return
        picture = tile(region, zoom)
        for window in part:
            if time.monotonic() > until:
                return
            sign = _sign(window, window.upright(picture, region))
            if sign is not None:
                yield sign


def _nearest(signs: Iterable[_Sign]) -> list[_Sign]:
    """Each sign with the number that it stands nearest to."""
    kept: list[_Sign] = []
    for sign in sorted(signs, key=lambda sign: abs(sign.blank)):
        if not any(sign.box.contains(*other.box.centre) for other in kept):
            kept.append(sign)
    return kept


def _with_sign(word: Word, sign: _Sign) -> Word:
    """The word with Ø before its number, instead of a character that the sign was taken for."""
    at = after = sign.window.offset
    if sign.blank < 0 and word.text.startswith(BRACKETS, at):
        at = after = at + 1
    if sign.blank < 0 and TAKEN.match(word.text, at):
        after += 1
    return replace(word, text=f"{word.text[:at]}Ø{word.text[after:]}", box=Box.around((word.box, sign.box)))


def _sign(window: _Window, picture: Picture) -> _Sign | None:
    paper, ink = (float(np.percentile(picture, share)) for share in (80, 1))
    if paper - ink < LEAST_CONTRAST:
        return None
    for blur, level in LEVELS:
        soft = cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture
        mask = soft < paper - level * (paper - ink)
        for ring in _rings(mask):
            if _belongs(window, ring, mask):
                return _Sign(window, window.hull(ring), (BEFORE * TEXT_PX - ring.x2) * window.scale)
    return None


def _rings(mask: Mask) -> Iterator[Box]:
    """Boxes of the rings cut by a slash, in the pixels of the mask."""
    contours, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes: defaultdict[int, list[_Hole]] = defaultdict(list)
    for contour, (*_, parent) in zip(contours, tree[0] if tree is not None else (), strict=True):
        if parent >= 0 and _is_half(contour):
            holes[parent].append(_Hole.of(contour))
    for group in holes.values():
        for upper, lower in permutations(group, 2):
            ring = _ring(upper, lower, mask)
            if ring is not None:
                yield ring


@dataclass(frozen=True, slots=True)
class _Hole:
    contour: Any
    area: float
    x: float
    y: float

    @staticmethod
    def of(contour: Any) -> _Hole:
        moments = cv2.moments(contour)
        area = moments["m00"]
        return _Hole(contour, area, moments["m10"] / area, moments["m01"] / area)


def _is_half(contour: Any) -> bool:
    """Whether a hole may be half of a ring's inside: not too small, not too large, convex."""
    _, _, width, height = cv2.boundingRect(contour)
    if not LEAST_HALF * TEXT_PX <= min(width, height) <= max(width, height) <= RING[1] * TEXT_PX:
        return False
    area = cv2.contourArea(contour)
    _, sides, _ = cv2.minAreaRect(contour)
    return area >= LEAST_CONVEX * cv2.contourArea(cv2.convexHull(contour)) and max(sides) >= LEAST_LONG * min(sides)


def _ring(upper: _Hole, lower: _Hole, mask: Mask) -> Box | None:
    """The box of the ring whose halves these are, slash and ring being of one width."""
    turn = math.degrees(math.atan2(lower.y - upper.y, lower.x - upper.x))
    if not TURN_DEG[0] <= turn <= TURN_DEG[1]:
        return None
    if min(upper.area, lower.area) < LEAST_EQUAL * max(upper.area, lower.area):
        return None
    both = np.vstack([upper.contour, lower.contour])
    x, y, width, height = cv2.boundingRect(both)
    inside = cv2.convexHull(both)
    if not (
        RING[0] * TEXT_PX <= height <= RING[1] * TEXT_PX
        and ROUNDNESS[0] <= width / height <= ROUNDNESS[1]
        and cv2.contourArea(inside) >= LEAST_FILLING * width * height
    ):
        return None
    corners = (2 * (inside[:, 0] - (x, y)) / (width, height) - 1).sum(axis=1)
    if not CORNERS[0] <= min(-corners.min(), corners.max()) <= max(-corners.min(), corners.max()) <= CORNERS[1]:
        return None
    off = math.hypot(x + width / 2 - (upper.x + lower.x) / 2, y + height / 2 - (upper.y + lower.y) / 2)
    if off > MOST_LOPSIDED * height:
        return None
    halves = _filled(mask, upper.contour, lower.contour)
    whole = _filled(mask, inside)
    slash = whole & ~halves
    if mask[slash].mean() < LEAST_SLASH:
        return None
    line = max(2.0, slash.sum() / math.hypot(width, height))
    if not _is_alone(whole, line, mask):
        return None
    return Box(x - line, y - line, x + width + line, y + height + line)


def _is_alone(whole: Mask, line: float, mask: Mask) -> bool:
    """Whether paper surrounds a ring; bold rings are wider than their slash."""
    bands = (_grown(whole, out + AROUND * TEXT_PX) & ~_grown(whole, out) for out in (2 * line, 4 * line))
    return any(mask[band].mean() <= MOST_AROUND for band in bands)


def _filled(mask: Mask, *contours: Any) -> Mask:
    canvas = np.zeros(mask.shape, np.uint8)
    cv2.fillPoly(canvas, contours, 1)
    return canvas.astype(bool)


def _grown(mask: Mask, by: float) -> Mask:
    side = 2 * round(by) + 1
    return cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))).astype(bool)


def _belongs(window: _Window, ring: Box, mask: Mask) -> bool:
    """Whether a ring stands right before the window's number and on its line."""
    _, middle = ring.centre
    begin = BEFORE * TEXT_PX
    if abs(middle - mask.shape[0] / 2) > OFF_LINE * TEXT_PX or begin - ring.x2 > WIDEST_BLANK * TEXT_PX:
        return False
    rest = len(window.word.text) - window.offset - bool(TAKEN.match(window.word.text, window.offset))
    end = begin + (window.place.length / window.place.height - window.begin) * TEXT_PX
    if end - ring.x2 < LEAST_ADVANCE * rest * TEXT_PX:
        return False
    centre = mask.shape[0] // 2
    between = mask[centre - TEXT_PX // 4 : centre + TEXT_PX // 4, round(ring.x2) : max(round(begin), round(ring.x2))]
    return float(between.any(axis=0).sum()) <= MOST_BETWEEN * TEXT_PX
