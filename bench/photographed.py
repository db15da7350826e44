"""A sheet as a telephone sees it on a desk."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
#: 3×3, homogeneous: px of one picture to px of another.
Matrix = NDArray[np.float64]

#: Of the picture's longer side: the focal length of a telephone (26 mm on film of 36 mm).
FOCAL = 0.72
DESK_LEVEL, NOISE_SIGMA, BLUR_SIGMA_PX = 90, 3.0, 0.8
#: Of the light that falls on the brightest place: what falls on the darkest.
SHADOW = 0.7


@dataclass(frozen=True, slots=True)
class Camera:
    """Held `aside_deg` from straight above and `roll_deg` askew; a picture of `width` px, 4:3, which the sheet fills to
    about three quarters.
    """

    width: int = 4000
    aside_deg: float = 0.0
    roll_deg: float = 0.0
    worn: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.width * 3 // 4

    def matrix(self, width: int, height: int) -> Matrix:
        """From px of a sheet of this size to those of the picture."""
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        placed = np.column_stack([(flat - (width / 2, height / 2)) / max(width, height * 4 / 3), np.zeros(4)])
        seen = placed @ _about_z(math.radians(self.roll_deg)).T @ _about_x(math.radians(self.aside_deg)).T
        seen[:, 2] += FOCAL / 0.75
        points = seen[:, :2] / seen[:, 2:] * FOCAL * self.width + np.array(self.size) / 2
        return np.asarray(cv2.getPerspectiveTransform(flat, points.astype(np.float32)), np.float64)

    def photo(self, sheet: Grey, seed: int = 0) -> Grey:
        """The picture that it takes of a sheet, grey."""
        matrix = self.matrix(sheet.shape[1], sheet.shape[0])
        picture = cv2.warpPerspective(sheet, matrix, self.size, flags=cv2.INTER_AREA, borderValue=float(DESK_LEVEL))
        return _worn(np.asarray(picture, np.uint8), seed) if self.worn else np.asarray(picture, np.uint8)


def _worn(picture: Grey, seed: int) -> Grey:
    """Lit from one side, out of focus, with the noise of a sensor."""
    light = np.linspace(1.0, SHADOW, picture.shape[1], dtype=np.float32)
    soft = cv2.GaussianBlur(picture, (0, 0), BLUR_SIGMA_PX).astype(np.float32) * light
    soft += np.random.default_rng(seed).standard_normal(picture.shape, dtype=np.float32) * NOISE_SIGMA
    return np.asarray(np.clip(soft, 0, 255), np.uint8)


def _about_x(angle: float) -> Matrix:
    return np.array([[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]])


def _about_z(angle: float) -> Matrix:
    return np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
