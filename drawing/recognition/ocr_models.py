"""The two networks that read pictures of lettering: one finds strips of text, one reads a strip.

PP-OCRv6 (small) as ONNX from the `rapidocr` wheel; nothing is downloaded. The wheel's own pipeline is not used: it
shrinks a sheet to 2000 px, cuts vertical dimensions at their comma and turns short numbers upside down. Before and
after the networks its arithmetic is kept: inputs are scaled to -1 … 1, regions of the detector's map grow by 1.6 times
area by perimeter ("Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020), the recogniser's steps
are decoded by CTC.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
#: OpenCV's: centre, sides, angle in degrees clockwise.
Rectangle = tuple[tuple[float, float], tuple[float, float], float]

DETECTOR, RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
THREADS = 2

#: The detector's strides ask for sides that are multiples of this, px.
DETECTOR_STEP_PX = 32
#: Scores above which a pixel is text: the first as in the paper, the others cut apart what touches at it.
TEXT_THRESHOLDS = (0.3, 0.6, 0.85, 0.85)
#: Mean score of a region's rectangle, and the share of it that its outline fills; an L of two lines fills less.
LEAST_SCORE, LEAST_FILLING = 0.5, 0.65
GROWTH = 1.6
SMALLEST_REGION_PX = 3
#: A rectangle upright with its picture is taken where it is at most this much larger than the least one.
UPRIGHT_RATIO = 1.25

#: px. The height that the recogniser reads.
STRIP_HEIGHT_PX = 48
#: px of width that are read at once: 18,710 scores for each 8 px make 56 MB.
BATCH_WIDTH_PX = 6000
#: The network sees Ø as 0 almost always, but a share of its score goes to Ø and its kin: 0.005 to 0.9 for a printed Ø,
#: below 0.0005 for a printed 0.
DIAMETER_SIGNS, DIAMETER_TRACE = frozenset("Ø∅⌀øφΦ"), 0.003
ROUND_CHARACTERS = DIAMETER_SIGNS | frozenset("0OQ")
SIGNS = frozenset("+-±")
#: Of a line's first and last character; in between a doubtful one is better than none, and so is a doubtful sign.
LEAST_END_SCORE = 0.6
#: A blank stands where the pitch of two characters is this many times the line's median: "11,00↧20,00" is two numbers.
#: Less before a sign, whose own pitch is small: "35.00 -0.20"; more after a letter, which may be wide: "M8".
BLANK_GAP, SIGN_GAP, LETTER_GAP = 1.8, 1.3, 2.4


@dataclass(frozen=True, slots=True)
class Region:
    """A strip of text in a map of scores, px: its centre, and its extent along two axes.

    `angle` is that of the axis nearest to the horizontal, degrees counter-clockwise, -45 to 45; `length` lies along it.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a strip. `places` are the characters' centres as fractions of the strip's length."""

    text: str
    places: tuple[float, ...]
    scores: tuple[float, ...]

    @property
    def confidence(self) -> float:
        return sum(self.scores) / len(self.scores) if self.scores else 0.0


class Detector:
    """Tells for each pixel of a greyscale picture how surely it lies in the middle of a line of text."""

    def __init__(self) -> None:
        self._session = _session(DETECTOR)

    def scores(self, picture: Picture) -> Picture:
        """The map of scores of `picture` (H×W), of the same shape, 0-255."""
        height, width = picture.shape
        if picture.min() == picture.max():  # bare paper, of which a sheet has much
            return np.zeros_like(picture)
        edges = (0, -height % DETECTOR_STEP_PX, 0, -width % DETECTOR_STEP_PX)
        padded = cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REPLICATE)
        scores = self._session.run(None, {"x": _network_input([np.asarray(padded)])})[0][0, 0]
        return np.asarray(scores[:height, :width] * 255).astype(np.uint8)


class Recogniser:
    """Reads strips of lettering, each upright and `STRIP_HEIGHT_PX` high."""

    def __init__(self) -> None:
        self._session = _session(RECOGNISER)
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ["", *characters, " "]  # class 0 is CTC's blank
        self._zero = self._alphabet.index("0")
        self._diameters = [index for index, character in enumerate(self._alphabet) if character in DIAMETER_SIGNS]
        self._wanted = np.array([not _is_ideograph(character) for character in self._alphabet])

    def lines(self, strips: Sequence[Picture]) -> list[Line]:
        """What stands in `strips` (48×W each), which are of similar width: all are padded to the widest."""
        widest = max(strip.shape[1] for strip in strips)
        outputs = self._session.run(None, {"x": _network_input(strips)})[0]
        return [self._decoded(output, strip.shape[1] / widest) for output, strip in zip(outputs, strips, strict=True)]

    def _decoded(self, output: NDArray[np.float32], share: float) -> Line:
        """CTC: the best class of each step, repeats once, blanks never. `share` of the steps lie in the strip."""
        classes = output.argmax(axis=1)
        kept = np.flatnonzero((classes != 0) & (classes != np.concatenate(([0], classes[:-1]))))
        kept = kept[self._wanted[classes[kept]]]
        text = [self._alphabet[index] for index in classes[kept]]
        scores = [float(output[step, classes[step]]) for step in kept]
        for at in _number_starts(text):
            diameter = float(output[kept[at], self._diameters].sum())
            if diameter >= DIAMETER_TRACE:
                zero = float(output[kept[at], self._zero])
                text[at], scores[at] = "Ø", max(scores[at], min(1.0, zero + diameter))
        steps = max(1.0, len(classes) * share)
        return _with_gaps(*_sure_part(text, [(float(step) + 0.5) / steps for step in kept], scores))


@cache
def recogniser() -> Recogniser:
    """The one of this process, which is a child's: loading its network takes longer than reading a strip."""
    return Recogniser()


def regions(scores: Picture) -> list[Region]:
    """The strips of text in a map of scores, at any angle."""
    return list(_regions(scores, 0))


def _regions(scores: Picture, step: int) -> Iterator[Region]:
    """The regions above one of the thresholds. What is no clear strip is looked at again above the next."""
    mask = _mask(scores, step)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        rectangle = _rectangle(contour)
        _, (length, height), _ = rectangle
        last = step + 1 == len(TEXT_THRESHOLDS)
        clear = last or cv2.contourArea(contour) >= LEAST_FILLING * length * height
        if clear and _mean_score(rectangle, scores) >= LEAST_SCORE * 255:
            if min(length, height) >= SMALLEST_REGION_PX:
                yield _grown(rectangle)
        elif not last:
            left, top, width, across = cv2.boundingRect(contour)
            alone = np.zeros((across, width), np.uint8)
            cv2.drawContours(alone, [contour], -1, 1, cv2.FILLED, offset=(-left, -top))
            for region in _regions(scores[top : top + across, left : left + width] * alone, step + 1):
                yield replace(region, x=region.x + left, y=region.y + top)


def _mask(scores: Picture, step: int) -> Picture:
    """The text in a map. At the last step, where a map holds one shape, its horizontal bars alone if it has any: a
    letter before two stacked limits ties them together at any threshold."""
    mask = cv2.dilate((scores > TEXT_THRESHOLDS[step] * 255).astype(np.uint8), np.ones((2, 2), np.uint8))
    if step + 1 < len(TEXT_THRESHOLDS):
        return np.asarray(mask)
    bars = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 1 + scores.shape[1] // 2), np.uint8))
    return np.asarray(bars if bars.any() else mask)


def _rectangle(contour: NDArray[np.int32]) -> Rectangle:
    """The least rectangle around a contour, its first side the one nearest to the horizontal.

    Upright where that costs little: the least rectangle around a single letter stands on its corner.
    """
    left, top, width, height = cv2.boundingRect(contour)
    centre, (length, across), angle = cv2.minAreaRect(contour)
    if width * height <= UPRIGHT_RATIO * (length + 1) * (across + 1):
        return (left + width / 2, top + height / 2), (width, height), 0.0
    if angle > 45:
        length, across, angle = across, length, angle - 90
    return centre, (length, across), angle


def _mean_score(rectangle: Rectangle, scores: Picture) -> float:
    corners = cv2.boxPoints(rectangle)
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = scores[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def _grown(rectangle: Rectangle) -> Region:
    """The strip of which a rectangle in the map is the middle."""
    (x, y), (length, height), angle = rectangle
    growth = GROWTH * length * height / (length + height)
    return Region(x, y, length + growth, height + growth, -angle)


def _session(name: str) -> onnxruntime.InferenceSession:
    """A model of the wheel, which is found without importing it: its import pulls in a web client and a plotter."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("rapidocr")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena keeps the largest tile's memory for good
    options.log_severity_level = 3
    path = Path(spec.origin).with_name("models") / name
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _network_input(pictures: Sequence[Picture]) -> NDArray[np.float32]:
    """N×3×H×W, -1 … 1, narrower pictures padded on the right with mid-grey."""
    width = max(picture.shape[1] for picture in pictures)
    batch = np.zeros((len(pictures), 3, pictures[0].shape[0], width), np.float32)
    for index, picture in enumerate(pictures):
        batch[index, :, :, : picture.shape[1]] = picture.astype(np.float32) / 127.5 - 1
    return batch


def _is_ideograph(character: str) -> bool:
    """Geometry looks like 口, 十 or 田 to a network that was taught Chinese first."""
    return "\u2e80" <= character <= "\ua4cf" or "\uac00" <= character <= "\uffef"


def _number_starts(text: list[str]) -> Iterator[int]:
    """Where a character that may be Ø stands before a number: not inside of one, nor of a word."""
    for at, character in enumerate(text):
        if character in ROUND_CHARACTERS:
            before = text[at - 1] if at else " "
            after = next((other for other in text[at + 1 :] if other != " "), "")
            if (
                after.isdigit()
                and not before.isdigit()
                and before not in ".,"
                and (before in "xX" or not before.isalpha())
            ):
                yield at


def _sure_part(text: list[str], places: list[float], scores: list[float]) -> tuple[list[str], list[float], list[float]]:
    """A line from its first sure character to its last: a frame or half a symbol at a strip's end is no digit."""
    sure = [at for at, score in enumerate(scores) if score >= LEAST_END_SCORE or text[at] in SIGNS]
    part = slice(sure[0], sure[-1] + 1) if sure else slice(0)
    return text[part], places[part], scores[part]


def _with_gaps(text: list[str], places: list[float], scores: list[float]) -> Line:
    """A line with blanks where a number stands far from its neighbour; between letters the network writes them."""
    pitches = [
        right - left
        for (left, one), (right, other) in pairwise(zip(places, text, strict=True))
        if one.isalnum() and other.isalnum()
    ]
    pitch = float(np.median(pitches)) if pitches else math.inf
    for at in range(len(text) - 1, 0, -1):
        left, right = text[at - 1], text[at]
        reach = SIGN_GAP if right in SIGNS else BLANK_GAP if left.isdigit() else LETTER_GAP
        number = left.isdigit() or right.isdigit()
        if number and not {left, right} & set(" ,.") and places[at] - places[at - 1] > reach * pitch:
            text.insert(at, " ")
            places.insert(at, (places[at - 1] + places[at]) / 2)
            scores.insert(at, min(scores[at - 1], scores[at]))
    return Line("".join(text), tuple(places), tuple(scores))
