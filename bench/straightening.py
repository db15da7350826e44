"""How surely, how exactly and how fast pages that lie wrong are put right: drawn sheets, scanned and photographed.

    python -m bench.straightening [--quick] [--only NAME] [--json FILE]

A page is right when it is upright and every point of it is where it stands on the sheet, but for `FAR_MM`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np
import pymupdf
from PIL import Image

from bench.drawn_sheets import Order, draw
from bench.photographed import Camera, Grey, Matrix
from bench.report import Aim, Table, conclude, machine, parser
from drawing.sheet import PAPER_MM
from drawing.straightening.straight import Straightening

DPI = 200
#: mm on the sheet: half the height of the smallest lettering.
FAR_MM = 1.25
#: Each direction of the sheet, and ways to lie askew or to be seen, degrees.
TURNS = (0, 90, 180, 270)
SKEWS = (-4.0, -1.3, 0.5, 2.2)
VIEWS = ((0.0, 3.0), (12.0, -5.0), (25.0, 8.0))
ORDERS = (
    Order("a4-text", "A4", "text", 41, height_mm=2.5),
    Order("a3-solidworks", "A3", "solidworks", 42, german=False),
    Order("a4-strokes-upright", "A4", "strokes", 43, height_mm=2.5, upright=True),
    Order("a2-text", "A2", "text", 44, german=False),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A picture of a sheet, turned by `turn` degrees clockwise, and the way from px of the sheet to its px."""

    name: str
    turn: int
    picture: Grey
    placed: Matrix


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: the farthest corner from where it should be in mm, and s that it took."""

    name: str
    upright: bool
    far_mm: float
    seconds: float

    @property
    def right(self) -> bool:
        return self.upright and self.far_mm <= FAR_MM


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(__doc__).parse_args(arguments)
    before = machine()
    found: list[Outcome] = []
    for order in ORDERS[: 1 if options.quick else None]:
        sheet = _grey(order)
        cases = (case for case in _cases(sheet) if not options.only or options.only in case.name)
        found += [_outcome(case, sheet, order) for case in cases]
    groups = dict.fromkeys(outcome.name for outcome in found)
    print(_table({name: [outcome for outcome in found if outcome.name == name] for name in groups}))
    aims = [
        Aim("put right", sum(outcome.right for outcome in found) / len(found), ">=", 0.98),
        Aim("median distance", statistics.median(outcome.far_mm for outcome in found), "<=", 0.5, " mm"),
        Aim("median time", statistics.median(outcome.seconds for outcome in found), "<=", 1.0, " s"),
    ]
    return conclude(aims, before, [asdict(outcome) for outcome in found], options.json)


def _grey(order: Order) -> Grey:
    with pymupdf.open(stream=draw(order).content) as document:
        pixmap = document[0].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]


def _cases(sheet: Grey) -> Iterator[Case]:
    for turn in TURNS:
        lying, turned = _turned(sheet, turn)
        yield Case("scan, straight", turn, lying, turned)
        for degrees in SKEWS:
            yield _warped("scan, askew", turn, lying, turned, _askew(degrees))
        for number, (aside, roll) in enumerate(VIEWS):
            camera = Camera(aside_deg=aside, roll_deg=roll, worn=True)
            placed = camera.matrix(lying.shape[1], lying.shape[0]) @ turned
            yield Case("photo", turn, camera.photo(lying, number), placed)


def _askew(degrees: float) -> Callable[[int, int], Matrix]:
    def about_the_middle(width: int, height: int) -> Matrix:
        return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]])

    return about_the_middle


def _warped(name: str, turn: int, lying: Grey, turned: Matrix, way: Callable[[int, int], Matrix]) -> Case:
    height, width = lying.shape
    matrix = way(width, height)
    picture = cv2.warpPerspective(lying, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=255.0)
    return Case(name, turn, np.asarray(picture, np.uint8), matrix @ turned)


def _turned(sheet: Grey, clockwise: int) -> tuple[Grey, Matrix]:
    """The sheet turned, and the way from its px to those of the turned one."""
    height, width = sheet.shape
    ways = {
        0: np.eye(3),
        90: np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]]),
        180: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        270: np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]]),
    }
    return np.ascontiguousarray(np.rot90(sheet, -clockwise // 90)), ways[clockwise].astype(np.float64)


def _outcome(case: Case, sheet: Grey, order: Order) -> Outcome:
    began = time.perf_counter()
    found = Straightening.of(Image.fromarray(case.picture))
    seconds = time.perf_counter() - began
    height, width = case.picture.shape if found.matrix is None else found.size[::-1]
    _, back = _turned(np.empty((height, width), np.uint8), found.turned)
    whole = back @ (np.eye(3) if found.matrix is None else found.matrix) @ case.placed
    size = (height, width) if found.turned in (90, 270) else (width, height)
    return Outcome(case.name, found.turned == -case.turn % 360, _far_mm(whole, size, sheet, order), seconds)


def _far_mm(whole: Matrix, size: tuple[int, int], sheet: Grey, order: Order) -> float:
    """How far the farthest of the sheet's corners and middles comes to lie from where it stands on the sheet.

    `whole` takes px of the sheet to those of the straight picture of `size`, which may show more than the sheet.
    """
    height, width = sheet.shape
    points = np.array([[x * width, y * height] for x in (0.03, 0.5, 0.97) for y in (0.03, 0.5, 0.97)], np.float64)
    seen = cv2.perspectiveTransform(points[None], whole)[0]
    short, long = PAPER_MM[order.paper]
    paper = np.array((long, short) if width > height else (short, long))
    scale = paper[0] / width if size == (width, height) else paper / size
    return float(np.hypot(*((seen - points * (np.array(size) / (width, height))) * scale).T).max())


def _table(groups: dict[str, list[Outcome]]) -> Table:
    return Table(
        ("page", "right", "upright", "median mm", "farthest mm", "s"),
        tuple(
            (
                name,
                f"{sum(each.right for each in group)}/{len(group)}",
                str(sum(each.upright for each in group)),
                f"{statistics.median(each.far_mm for each in group):.2f}",
                f"{max(each.far_mm for each in group):.2f}",
                f"{statistics.median(each.seconds for each in group):.2f}",
            )
            for name, group in groups.items()
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
