"""A drawn page as a scanner would deliver it: grey with blur and noise, skewed, compressed, or with one bit."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

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

    def scan(self, page: pymupdf.Page, seed: int) -> bytes:
        """The file; made straight again, its pixels are those of the unscanned page at `dpi`."""
        pixmap = page.get_pixmap(dpi=self.dpi, colorspace=pymupdf.csGRAY)
        image: Grey = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
        height, width = image.shape
        if self.skew_deg:
            turn = cv2.getRotationMatrix2D((width / 2, height / 2), self.skew_deg, 1.0)
            image = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
        if self.worn:
            image = _worn(image, seed)
        return self._saved(image)

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


def _worn(image: Grey, seed: int) -> Grey:
    """Blurred, low in contrast, with sensor noise."""
    soft: NDArray[np.float32] = cv2.GaussianBlur(image, (0, 0), BLUR_SIGMA_PX).astype(np.float32)
    soft *= (PAPER_LEVEL - INK_LEVEL) / 255
    soft += INK_LEVEL
    soft += np.random.default_rng(seed).standard_normal(image.shape, dtype=np.float32) * NOISE_SIGMA
    return np.clip(soft, 0, 255).astype(np.uint8)
