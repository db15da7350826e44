"""A drawn page as a scanner would deliver it: grey with blur and noise, skewed, compressed, or with one bit."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image

from drawing.sheet import Box

Grey = NDArray[np.uint8]
Affine = NDArray[np.float64]

#: px and grey levels of a sheet-feed scanner: edges run over about two pixels, paper is not quite white.
BLUR_SIGMA_PX = 0.8
NOISE_SIGMA = 6.0
PAPER_LEVEL, INK_LEVEL = 245, 40
THRESHOLD = 160


@dataclass(frozen=True, slots=True)
class Scanner:
    """Resolution, what is lost on the way, and how far the sheet lay askew (degrees, counter-clockwise)."""

    dpi: int
    worn: bool = False
    jpeg_quality: int | None = None
    skew_deg: float = 0.0
    one_bit: bool = False

    @property
    def suffix(self) -> str:
        return ".jpg" if self.jpeg_quality else ".tif" if self.one_bit else ".png"

    def scan(self, page: pymupdf.Page, seed: int) -> tuple[bytes, Affine]:
        """The file, and the way from pixels of the unscanned page at `dpi` to its pixels (2×3)."""
        pixmap = page.get_pixmap(dpi=self.dpi, colorspace=pymupdf.csGRAY)
        image: Grey = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
        height, width = image.shape
        turn: Affine = cv2.getRotationMatrix2D((width / 2, height / 2), self.skew_deg, 1.0)
        if self.skew_deg:
            image = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
        if self.worn:
            image = _worn(image, seed)
        return self._saved(image), turn

    def _saved(self, image: Grey) -> bytes:
        target = io.BytesIO()
        dpi = (self.dpi, self.dpi)
        if self.one_bit:
            Image.fromarray(image > THRESHOLD).save(target, "TIFF", compression="group4", dpi=dpi)
        elif self.jpeg_quality:
            Image.fromarray(image).save(target, "JPEG", quality=self.jpeg_quality, dpi=dpi)
        else:
            Image.fromarray(image).save(target, "PNG", compress_level=1, dpi=dpi)
        return target.getvalue()


def moved(box: Box, turn: Affine) -> Box:
    """The upright box around a box after the turn."""
    corners = np.array([(x, y, 1.0) for x in (box.x1, box.x2) for y in (box.y1, box.y2)]) @ turn.T
    (x1, y1), (x2, y2) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(x1), float(y1), float(x2), float(y2))


def _worn(image: Grey, seed: int) -> Grey:
    """Blurred, low in contrast, with sensor noise."""
    soft: NDArray[np.float32] = cv2.GaussianBlur(image, (0, 0), BLUR_SIGMA_PX).astype(np.float32)
    soft *= (PAPER_LEVEL - INK_LEVEL) / 255
    soft += INK_LEVEL
    soft += np.random.default_rng(seed).standard_normal(image.shape, dtype=np.float32) * NOISE_SIGMA
    return np.clip(soft, 0, 255).astype(np.uint8)
