"""The values of a drawing: boxes, words, sheets. The ground floor: imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Source = Literal["text_layer", "ocr"]
#: Degrees clockwise by which a page is turned.
Turn = Literal[0, 90, 180, 270]

#: ISO 216 trimmed sizes (ISO 5457), millimetres, short side first.
PAPER_MM: dict[str, tuple[float, float]] = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
}
PAPER_TOLERANCE_MM = 6.0
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, origin top left, `x1 <= x2` and `y1 <= y2`; in sheet pixels unless said otherwise."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def clamped(self, width: float, height: float) -> Box:
        """The part of this box on a sheet of `width` × `height`; empty when it lies outside."""
        x1, x2 = (min(max(x, 0.0), width) for x in (self.x1, self.x2))
        y1, y2 = (min(max(y, 0.0), height) for y in (self.y1, self.y2))
        return Box(x1, y1, x2, y2)

    def contains(self, x: float, y: float) -> bool:
        return self.x1 <= x <= self.x2 and self.y1 <= y <= self.y2

    def overlaps(self, other: Box) -> bool:
        return self.x1 < other.x2 and other.x1 < self.x2 and self.y1 < other.y2 and other.y1 < self.y2

    def grown(self, by: float) -> Box:
        """This box with `by` more on each side."""
        return Box(self.x1 - by, self.y1 - by, self.x2 + by, self.y2 + by)

    def moved(self, right: float, down: float) -> Box:
        return Box(self.x1 + right, self.y1 + down, self.x2 + right, self.y2 + down)

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of `boxes`, of which there is at least one."""
        every = list(boxes)
        return Box(
            min(b.x1 for b in every),
            min(b.y1 for b in every),
            max(b.x2 for b in every),
            max(b.y2 for b in every),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of lettering that stands together on one line, as a person would read it.

    `direction` is the reading direction in degrees, counter-clockwise as seen: 0 left to right, 90 bottom to top.
    `confidence` is 1.0 for a text layer, else the recogniser's own (0-1).
    `framed`: it stands alone in a rectangle drawn tightly around it, as theoretically exact dimensions (ISO 1101) and
    the letters of datum features (ISO 5459) do.
    `cell` is the ruled rectangle that it stands in, such as a cell of a title block; `None` outside of any. `view` is
    the box around what is drawn together with it, such as a view with its dimensions; `None` where that is not known.
    """

    text: str
    box: Box
    source: Source
    direction: int = 0
    confidence: float = 1.0
    framed: bool = False
    cell: Box | None = None
    view: Box | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One upright page. `width` × `height` are sheet pixels, the space of every box that leaves the service.

    `dpi` is sheet pixels per inch of paper, `None` where a raster does not say; `paper` is an ISO size or `None`.
    By `turned` degrees clockwise the page of the file was turned to be upright. `straightened`: it lay askew or was a
    photo, and its picture was drawn anew; then boxes do not fit the file's own pixels.
    """

    page: int
    width: int
    height: int
    dpi: float | None
    paper: str | None
    text_source: Source
    turned: Turn = 0
    straightened: bool = False

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def millimetres(self, px: float) -> float | None:
        """A length on paper; `None` where a raster does not say its resolution."""
        return px / self.dpi * MM_PER_INCH if self.dpi else None


@dataclass(frozen=True, slots=True)
class Part:
    """What a picture is to show: `box` in sheet pixels, and how large it may become.

    At most `max_pixels` in all and `max_px` on the longer side; both sides are multiples of `multiple` px. A raster is
    never enlarged.
    """

    box: Box
    max_pixels: int
    max_px: int = 30_000
    multiple: int = 1


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a file became: its sheets in order, the first is page 1. `kind` says what the pixels are made from."""

    kind: Literal["pdf", "raster"]
    sheets: tuple[Sheet, ...]

    def sheet(self, page: int) -> Sheet | None:
        return self.sheets[page - 1] if 1 <= page <= len(self.sheets) else None


def paper_of(width_mm: float, height_mm: float) -> str | None:
    """The ISO 216 name of a sheet of this size, either way up, within 6 mm; `None` where none fits."""
    short, long = sorted((width_mm, height_mm))
    for name, (a, b) in PAPER_MM.items():
        if abs(short - a) <= PAPER_TOLERANCE_MM and abs(long - b) <= PAPER_TOLERANCE_MM:
            return name
    return None
