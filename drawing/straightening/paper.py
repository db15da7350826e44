"""The sheet of paper in a photo: its corners on the picture, and its shape as it lies on a table.

A sheet is a bright quadrangle on something darker. Where there is any doubt there is none: a drawing that is cut off is
worse than one that lies askew.
"""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.straightening.letters import Picture

#: Corners from the top left one clockwise, 4×2, px of the picture.
Corners = NDArray[np.float64]

#: px of the longer side at which paper is looked for, and of lines that are no part of its brightness.
LOOK_PX, LINE_PX = 800, 15
#: Of the picture: what paper covers, and what it leaves.
LEAST_SHARE, MOST_SHARE = 0.15, 0.97
#: Of the least convex shape around it, and of that shape's quadrangle: what a sheet with straight edges fills.
LEAST_FILLED, LEAST_SQUARE = 0.96, 0.94
#: Of the perimeter: how far an edge may bend.
STRAIGHT = 0.006
#: Grey levels between paper and what it lies on, and what the paper's own may spread between its tenths.
LEAST_CONTRAST = 35
#: degrees of a corner of a sheet that is seen from not too far aside.
CORNER_DEG = (62.0, 118.0)
#: Part of an edge, from either end, in which corners are bent or rounded.
BENT_SHARE = 0.08
#: Of a picture's longer side: a telephone's focal length (26 mm on film of 36 mm), and what others have.
USUAL_FOCAL, FOCALS = 0.72, (0.5, 5.0)
#: How much nearer one edge is than the opposite one, at least, for the focal length to be told from it.
LEAST_VANISHING = 0.03
#: Length by width of paper, and by which part a measured one may differ: ISO 216, ANSI A, C and E, ANSI B and D.
ASPECTS = {math.sqrt(2): 0.045, 11 / 8.5: 0.03, 17 / 11: 0.03}


def corners(picture: Picture) -> Corners | None:
    """Where the sheet's corners are on a greyscale picture of `LOOK_PX`, `None` where no sheet stands out."""
    bright = _without_lines(picture)
    _, mask = cv2.threshold(bright, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(np.asarray(mask), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea, default=None)
    if outline is None or not LEAST_SHARE <= cv2.contourArea(outline) / picture.size <= MOST_SHARE:
        return None
    rough = _quadrangle(outline)
    if rough is None or not _stands_out(bright, rough):
        return None
    exact = _meeting(outline, rough)
    return exact if _is_sheet(exact, picture.shape) else None


def _without_lines(picture: Picture) -> Picture:
    """The brightness of what is drawn upon."""
    closed = cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((LINE_PX, LINE_PX), np.uint8))
    return np.asarray(cv2.GaussianBlur(closed, (5, 5), 0), np.uint8)


def _quadrangle(outline: NDArray[np.int32]) -> Corners | None:
    """What the four longest edges would make: trimming marks (ISO 5457) and fingers cut off corners."""
    hull = cv2.convexHull(outline)
    if cv2.contourArea(outline) < LEAST_FILLED * cv2.contourArea(hull):
        return None
    shape = cv2.approxPolyDP(hull, STRAIGHT * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float64)
    if len(shape) < 4:
        return None
    along = np.roll(shape, -1, axis=0) - shape
    longest = sorted(np.argsort(-np.hypot(*along.T))[:4])
    edges = [_line(shape[at], along[at]) for at in longest]
    found = np.array([_crossing(edges[at - 1], edges[at]) for at in range(4)])
    if not np.isfinite(found).all() or cv2.contourArea(hull) < LEAST_SQUARE * cv2.contourArea(found.astype(np.float32)):
        return None
    return _clockwise(found)


def _clockwise(points: Corners) -> Corners:
    """From the corner that is nearest to the picture's top left."""
    around = points - points.mean(axis=0)
    ordered = points[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _stands_out(bright: Picture, shape: Corners) -> bool:
    """Whether nearly all of what is around is darker than nearly all of the sheet."""
    mask = cv2.fillConvexPoly(np.zeros(bright.shape, np.uint8), np.round(shape).astype(np.int32), 1)
    away = np.ones((LINE_PX, LINE_PX), np.uint8)
    inside, outside = cv2.erode(mask, away) > 0, cv2.dilate(mask, away) == 0
    if not inside.any() or outside.mean() < 1 - MOST_SHARE:
        return False
    return bool(np.percentile(bright[inside], 10) - np.percentile(bright[outside], 90) >= LEAST_CONTRAST)


def _meeting(outline: NDArray[np.int32], rough: Corners) -> Corners:
    """Where the lines meet that lie along the outline's edges; corners themselves may be bent, or under a finger."""
    points = outline.reshape(-1, 2).astype(np.float64) + 0.5  # the middles of the outermost pixels
    edges = [_edge(points, start, end) for start, end in pairwise([*rough, rough[0]])]
    return np.array([_crossing(edges[at - 1], edges[at]) for at in range(4)])


def _edge(points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line along the points between two corners."""
    along = end - start
    length = float(np.hypot(*along))
    unit = along / length
    place = (points - start) @ unit / length
    aside = np.abs((points - start) @ np.array([-unit[1], unit[0]]))
    near = points[(place > BENT_SHARE) & (place < 1 - BENT_SHARE) & (aside < 0.02 * length)]
    if len(near) < 2:
        near = np.array([start, end])
    near = near + 0.5 * np.array([unit[1], -unit[0]])  # from the middles of the pixels to their outer side
    vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return _line(np.array([x, y]), np.array([vx, vy]))


def _line(point: NDArray[np.float64], along: NDArray[np.float64]) -> NDArray[np.float64]:
    """a·x + b·y = c of length 1 in a and b, as (a, b, c)."""
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    return np.array([*across, across @ point], np.float64)


def _crossing(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    a = np.array([one[:2], other[:2]])
    return np.linalg.solve(a, np.array([one[2], other[2]])) if abs(np.linalg.det(a)) > 1e-6 else np.full(2, np.inf)


def _is_sheet(found: Corners, shape: tuple[int, ...]) -> bool:
    """Whether the corners lie on or near the picture and are such as a rectangle has that is seen from aside."""
    height, width = shape[:2]
    room = 0.02 * max(shape)
    if not np.isfinite(found).all() or (found < -room).any() or (found > (width + room, height + room)).any():
        return False
    angles = [_angle(found[at - 1], found[at], found[(at + 1) % 4]) for at in range(4)]
    return all(CORNER_DEG[0] <= angle <= CORNER_DEG[1] for angle in angles)


def _angle(before: NDArray[np.float64], corner: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    one, other = before - corner, after - corner
    return math.degrees(math.acos(float(one @ other) / float(np.hypot(*one) * np.hypot(*other))))


def size(found: Corners, picture_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height in px of the sheet laid flat, as fine as its nearest edge is on the picture.

    Its aspect by the camera that saw it so (Zhang and He, "Whiteboard scanning and image enhancement", 2007), whose
    axis goes through the middle of the picture; that of a paper format where it is near one.
    """
    top, right, bottom, left = (float(np.hypot(*(b - a))) for a, b in pairwise([*found, found[0]]))
    across, down = max(top, bottom), max(left, right)
    aspect = _usual(_aspect(found, picture_size))
    return (round(across), round(across / aspect)) if across / aspect >= down else (round(down * aspect), round(down))


def _aspect(found: Corners, picture_size: tuple[int, int]) -> float:
    """Width by height of the sheet on the table."""
    m1, m2, m4, m3 = (np.array([*(point - np.array(picture_size) / 2), 1.0]) for point in found)
    n2 = np.cross(m1, m4) @ m3 / (np.cross(m2, m4) @ m3) * m2 - m1
    n3 = np.cross(m1, m4) @ m2 / (np.cross(m3, m4) @ m2) * m3 - m1
    focal = _focal(n2, n3, max(picture_size))
    scale = np.array([focal**-2, focal**-2, 1.0])
    return math.sqrt(float((n2 * n2 * scale).sum() / (n3 * n3 * scale).sum()))


def _focal(n2: NDArray[np.float64], n3: NDArray[np.float64], longer_side: int) -> float:
    """The camera's focal length in px: a usual one where opposite edges are too near to parallel to tell it."""
    if abs(n2[2]) >= LEAST_VANISHING and abs(n3[2]) >= LEAST_VANISHING:
        squared = -float(n2[0] * n3[0] + n2[1] * n3[1]) / float(n2[2] * n3[2])
        if FOCALS[0] ** 2 <= squared / longer_side**2 <= FOCALS[1] ** 2:
            return math.sqrt(squared)
    return USUAL_FOCAL * longer_side


def _usual(aspect: float) -> float:
    long = max(aspect, 1 / aspect)
    nearest = min(ASPECTS, key=lambda usual: abs(usual - long))
    if abs(nearest - long) > ASPECTS[nearest] * nearest:
        return aspect
    return nearest if aspect >= 1 else 1 / nearest
