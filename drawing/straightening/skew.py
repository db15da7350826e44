"""How far a scan lies askew, by its long lines, if its writing lies so as well."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.straightening.letters import Picture, Writing

#: Of the picture's longer side: a line that counts, and the length of all that lie askew alike.
LONG_SHARE, LEAST_LENGTH = 0.04, 1.5
#: degrees. Less is not worth that every pixel is drawn anew; more is a way to draw.
LEAST_DEG, MOST_DEG = 0.2, 6.0
#: degrees in which lines are alike, and the share of all long lines that have to be.
ALIKE_DEG, LEAST_ALIKE = 0.5, 0.5
#: degrees between the lines and the writing, which is measured over a row of so many letters, in so many rows.
WRITING_DEG, FEWEST_LETTERS, FEWEST_ROWS = 0.6, 6, 3


def skew(picture: Picture, writing: Writing) -> float:
    """degrees clockwise by which a greyscale picture with this `writing` lies askew; 0 where that is not sure."""
    found = _of_lines(picture)
    if not LEAST_DEG <= abs(found) <= MOST_DEG:
        return 0.0
    written = [row.slope_deg for row in (*writing.rows, *writing.columns) if row.count >= FEWEST_LETTERS]
    if len(written) < FEWEST_ROWS or abs(float(np.median(written)) - found) > WRITING_DEG:
        return 0.0
    return found


def _of_lines(picture: Picture) -> float:
    """The direction of most of the long lines, degrees clockwise from upright or level."""
    segments = cv2.createLineSegmentDetector().detect(picture)[0]
    if segments is None:
        return 0.0
    along = (segments.reshape(-1, 4)[:, 2:] - segments.reshape(-1, 4)[:, :2]).astype(np.float64)
    length = np.hypot(*along.T)
    long = length > LONG_SHARE * max(picture.shape)
    degrees = (np.rad2deg(np.arctan2(along[long, 1], along[long, 0])) + 45) % 90 - 45
    return _most(degrees, length[long], LEAST_LENGTH * max(picture.shape))


def _most(degrees: NDArray[np.float64], length: NDArray[np.float64], least: float) -> float:
    """The median direction where lines of most of the length are alike, else 0."""
    if not length.size:
        return 0.0
    weights, edges = np.histogram(degrees, np.arange(-45, 45.01, ALIKE_DEG / 2), weights=length)
    alike = np.abs(degrees - edges[weights.argmax()] - ALIKE_DEG / 4) <= ALIKE_DEG
    if length[alike].sum() < max(least, LEAST_ALIKE * length.sum()):
        return 0.0
    order = np.argsort(degrees[alike])
    reached = np.cumsum(length[alike][order])
    return float(degrees[alike][order][np.searchsorted(reached, reached[-1] / 2)])
