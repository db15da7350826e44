"""What stands on a drawn sheet: the truth that a reading is held against."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from drawing.sheet import Box

ItemKind = Literal[
    "linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt",
    "datum", "view", "balloon", "note", "table",
]  # fmt: skip
#: Kinds that are callouts in the sense of `drawing.callouts`; the others carry numbers that are no sizes.
CALLOUT_KINDS: frozenset[ItemKind] = frozenset(
    ("linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt")
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """One number as it is printed, without its sign; `box` is its ink in sheet pixels."""

    value: Decimal
    box: Box


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of lettering as a person would name it.

    Lengths in mm, angles in degrees, roughness in µm; `box` in sheet pixels; `direction` in degrees counter-clockwise
    as seen. `limits` are lower and upper limit, printed instead of a nominal. `diameter_sign`: a Ø stands in it.
    """

    kind: ItemKind
    text: str
    box: Box
    numbers: tuple[PrintedNumber, ...] = ()
    direction: int = 0
    nominal: Decimal | None = None
    upper: Decimal | None = None
    lower: Decimal | None = None
    limits: tuple[Decimal, Decimal] | None = None
    fit: str | None = None
    quantity: int = 1
    characteristic: str | None = None
    datums: tuple[str, ...] = ()
    diameter_sign: bool = False


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A file with one page and everything that stands on it.

    `style` is how the lettering is written (`text`, `solidworks`, `outlines`, `mixed`, `strokes`, `scan`). `ignored`
    are the boxes of the title block and of the zones' margins, in sheet pixels of `dpi`: what is read there does not
    count.
    """

    name: str
    suffix: str
    content: bytes
    paper: str
    style: str
    dpi: float
    items: tuple[Item, ...]
    ignored: tuple[Box, ...]
