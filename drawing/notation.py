"""The value that the grammar of callouts reads from one line, and the signs that it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

CalloutType = Literal[
    "linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt", "general_tolerance"
]
Bound = Literal["min", "max"]
Role = Literal["counterbore", "countersink", "core_hole", "thickness", "across_flats"]

NUMBER = r"(?:\d{1,5}(?:[.,]\d{1,4})?|[.,]\d{1,4})"
#: The number does not go on.
DONE = r"(?!\d|[.,]\d)"
#: Tolerance classes of ISO 286-1, without `x`, which is a multiplication sign wherever it follows a number.
FIT = (
    r"(?:(?:CD|EF|FG|JS|Z[ABC]|[A-HJ-NP-Z])(?:0?1|[2-9]|1[0-8])"
    r"|(?:cd|ef|fg|js|z[abc]|[a-hj-np-wyz])(?:0?1|[2-9]|1[0-8]))"
)

_NORMAL = str.maketrans(
    {"⌀": "Ø", "ø": "Ø", "∅": "Ø", "−": "-", "–": "-", "—": "-", "×": "x", "º": "°", "’": "'", "″": '"'}
)
_DATE = r"\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{4}|\d{2})(?!\d)|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}"
_RATIO = r"\d+\s?:\s?\d+"
_LINK = r"\b(?:https?://|www\.)\S+|\S+@\S+\.\S+"
_NOT_MEASURED = re.compile("|".join((_LINK, _DATE, _RATIO)))


@dataclass(frozen=True, slots=True)
class Notation:
    """One callout inside a line: characters `start` to `end` of it, the nominal from `core_start` to `core_end`.

    Lengths and deviations are in the sheet's unit (mm unless the sheet says otherwise), angles in degrees, roughness in
    µm. `limits` are lower and upper limit where both are printed. `tolerance` is what is printed of deviation, fit and
    bound. `marked`: a sign tells what the number is. `sign_missing`: a symbol was drawn where the lettering has a gap.
    """

    type: CalloutType
    start: int
    end: int
    core_start: int
    core_end: int
    nominal: Decimal | None = None
    upper: Decimal | None = None
    lower: Decimal | None = None
    limits: tuple[Decimal, Decimal] | None = None
    tolerance: str = ""
    fit: str | None = None
    bound: Bound | None = None
    quantity: int = 1
    quantity_printed: bool = False
    depth: Decimal | None = None
    depth_text: str = ""
    reference: bool = False
    marked: bool = False
    sign_missing: bool = False
    designation: str = ""
    characteristic: str | None = None
    datums: tuple[str, ...] = ()
    role: Role | None = None

    @property
    def is_bare(self) -> bool:
        """A number and nothing else: only its surroundings tell whether it is a dimension."""
        told = self.marked or self.tolerance or self.limits or self.quantity_printed or self.depth_text
        return not (told or self.reference)


def normal(text: str) -> str:
    """The text with one sign for each meaning; as long as it was, so that positions stay valid."""
    return text.translate(_NORMAL)


def masked(text: str) -> str:
    """The text with links, dates and scales blotted out, as long as it was."""
    return _NOT_MEASURED.sub(lambda match: "\0" * len(match.group()), text)


def number_of(text: str) -> Decimal:
    """A printed number; comma and point are both decimal marks."""
    return Decimal(tight(text).replace(",", "."))


def tight(text: str) -> str:
    return re.sub(r"\s", "", text)


def clean(text: str) -> str:
    return " ".join(text.split())
