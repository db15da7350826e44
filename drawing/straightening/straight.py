"""A page made straight: a photo becomes its sheet, what lies askew is turned, what lies sideways is put upright."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drawing.limits import Limits
from drawing.sheet import MM_PER_INCH, Sheet, Turn, paper_of
from drawing.straightening import paper
from drawing.straightening.letters import LOOK_PX, Picture, Writing, ink
from drawing.straightening.skew import skew
from drawing.straightening.way_up import turn

#: 3×3, homogeneous: px of one picture to px of another.
Matrix = NDArray[np.float64]
#: Letters of a row, and rows, that do not stand on a desk by chance; how much plainer they are than elsewhere.
ROW_OUTSIDE, ROWS_OUTSIDE, FAINTER = 4, 3, 3
#: Width and height, px.
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StraightPage:
    """A page and what was done to it: `turned` by so many degrees clockwise, `is_redrawn` where it lay askew or
    `is_photo`.
    """

    page: Image.Image
    turned: Turn = 0
    is_redrawn: bool = False
    is_photo: bool = False

    def sheet(self, number: int, dpi: float | None) -> Sheet:
        """What it is as a page of a drawing; `dpi` as its file says, which for a photo says nothing of paper."""
        dpi = None if self.is_photo else dpi
        width, height = self.page.size
        paper = paper_of(width / dpi * MM_PER_INCH, height / dpi * MM_PER_INCH) if dpi else None
        return Sheet(number, width, height, dpi, paper, "ocr", self.turned, self.is_redrawn)


def straightened(page: Image.Image, limits: Limits, until: float) -> StraightPage:
    """`page` made straight; as it is once `until` (monotonic clock) has come, or where that goes beyond the limits."""
    if time.monotonic() >= until:
        return StraightPage(page)
    try:
        found = Straightening.of(page)
        if found.matrix is not None and not limits.allow(*found.size):
            return StraightPage(page)
        straight = found.applied(page)
    except (MemoryError, cv2.error):  # a page as it lies is better than none
        return StraightPage(page)
    return StraightPage(straight, found.turned, found.matrix is not None, found.is_photo)


@dataclass(frozen=True, slots=True)
class Straightening:
    """What makes a page straight: `matrix` takes its px to those of a picture of `size`, which is then to be `turned`
    by so many degrees clockwise. Without a matrix every pixel is kept. `is_photo`: the sheet lay on something.
    """

    turned: Turn = 0
    is_photo: bool = False
    matrix: Matrix | None = None
    size: Size = (0, 0)

    @classmethod
    def of(cls, page: Image.Image) -> Straightening:
        """For a page, grey or RGB, that is fine enough for its lettering to be read."""
        look = _View(np.asarray(_reduced(page, LOOK_PX).convert("L")))
        seen = flat = look.laid_flat()
        writing = Writing.of(seen.picture)
        if degrees := skew(seen.picture, writing):
            seen = seen.rotated(-degrees)
            writing = Writing.of(seen.picture)
        turned = turn(seen.picture, writing)
        if seen is look:
            return cls(turned)
        return cls(turned, flat is not look, *seen.enlarged(page.width / look.picture.shape[1]))

    def applied(self, page: Image.Image) -> Image.Image:
        """The straight page, in the mode and about the resolution of the one that was judged."""
        if self.matrix is not None:
            pixels = np.asarray(page)
            paper_colour = [float(value) for value in np.atleast_1d(np.median(np.asarray(_reduced(page, 64)), (0, 1)))]
            page = Image.fromarray(
                cv2.warpPerspective(pixels, self.matrix, self.size, flags=cv2.INTER_CUBIC, borderValue=paper_colour)
            )
        return page.rotate(-self.turned, expand=True) if self.turned else page


@dataclass(frozen=True, slots=True)
class _View:
    """A greyscale picture of a page as it becomes straight; `matrix` takes px of the first one to its own."""

    picture: Picture
    matrix: Matrix | None = None

    def laid_flat(self) -> _View:
        """The sheet alone, where it lies on something."""
        small = _reduced(Image.fromarray(self.picture), paper.LOOK_PX)
        found = paper.corners(np.asarray(small))
        if found is None:
            return self
        found = found * (self.picture.shape[1] / small.width)
        if _has_writing_outside(self.picture, found):
            return self
        width, height = paper.size(found, (self.picture.shape[1], self.picture.shape[0]))
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return self._warped(cv2.getPerspectiveTransform(found.astype(np.float32), flat), (width, height))

    def rotated(self, degrees: float) -> _View:
        """Turned clockwise about its middle, and as large as before where no ink is lost with the corners."""
        height, width = self.picture.shape
        sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
        size = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
        matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1), [0, 0, 1]])
        right, below = (size[0] - width) // 2, (size[1] - height) // 2
        whole = _moved(right, below) @ matrix
        inked = cv2.warpPerspective(ink(self.picture), whole, size)
        inked[below : below + height, right : right + width] = 0
        return self._warped(whole, size) if inked.any() else self._warped(matrix, (width, height))

    def enlarged(self, scale: float) -> tuple[Matrix, Size]:
        """The matrix and the size for a picture that is `scale` times as large each way."""
        assert self.matrix is not None
        height, width = self.picture.shape
        larger = np.diag([scale, scale, 1.0])
        return larger @ self.matrix @ np.linalg.inv(larger), (round(scale * width), round(scale * height))

    def _warped(self, matrix: Matrix, size: Size) -> _View:
        picture = cv2.warpPerspective(self.picture, matrix, size, borderValue=float(np.median(self.picture)))
        return _View(np.asarray(picture, np.uint8), matrix if self.matrix is None else matrix @ self.matrix)


def _has_writing_outside(picture: Picture, corners: paper.Corners) -> bool:
    """Whether rows of letters, dark or bright, stand beside what looks like a sheet: then it is a part of one."""
    outline = corners.astype(np.float32)
    for either in (picture // FAINTER, (255 - picture) // FAINTER):  # else the grain of a photo makes rows
        writing = Writing.of(np.asarray(either, np.uint8))
        places = [row.box.centre for row in writing.rows if row.count >= ROW_OUTSIDE]
        turned = [row.box.centre for row in writing.columns if row.count >= ROW_OUTSIDE]
        places += [(y, picture.shape[0] - x) for x, y in turned]  # as they stand in the picture that is not turned
        if sum(cv2.pointPolygonTest(outline, place, False) < 0 for place in places) >= ROWS_OUTSIDE:
            return True
    return False


def _reduced(image: Image.Image, most_px: int) -> Image.Image:
    """The image with a longer side of at most `most_px`."""
    scale = most_px / max(image.size)
    if scale >= 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _moved(right: float, down: float) -> Matrix:
    return np.array([[1, 0, right], [0, 1, down], [0, 0, 1]], np.float64)
