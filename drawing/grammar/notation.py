"""The values that the grammar of callouts reads from a line, and the signs that they are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

CalloutType = Literal[
    "linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt", "general_tolerance", "note"
]
Bound = Literal["min", "max"]
Role = Literal["counterbore", "countersink", "core_hole", "thickness", "across_flats"]
LengthUnit = Literal["mm", "in"]
Unit = Literal["mm", "in", "°", "µm", "µin"]

NUMBER = r"(?:\d{1,5}(?:[.,]\d{1,4})?|[.,]\d{1,4})"
#: Inches are halved, never more finely than 1/128 (ASME B1.1, trade sizes).
FRACTION = r"(?:(?:\d{1,3}[ -])?\d{1,3}/(?:128|64|32|16|8|4|2)(?!\d|[.,]\d))"
#: Degrees with minutes and seconds of arc (ISO 129-1), or minutes alone, as only deviations are given.
DEGREES = r"(?:\d{1,3}(?:[.,]\d{1,4})?\s?°(?!\s?[CFK]\b)(?:\s?\d{1,2}'(?:\s?\d{1,2}(?:[.,]\d{1,3})?\")?)?)"
AMOUNT = rf"(?:{DEGREES}|\d{{1,2}}'|{NUMBER})"
#: The number does not go on.
DONE = r"(?!\d|[.,]\d)"
#: Tolerance classes of ISO 286-1 (A to C from grade 8 on, ISO 286-2), without `x`, which is a multiplication sign
#: wherever it follows a number.
FIT = (
    r"(?:[ABC](?:8|9|1[0-3])|(?:CD|EF|FG|JS|Z[ABC]|[DE-HJ-NP-Z])(?:0?1|[2-9]|1[0-8])"
    r"|[abc](?:8|9|1[0-3])|(?:cd|ef|fg|js|z[abc]|[de-hj-np-wyz])(?:0?1|[2-9]|1[0-8]))(?!\d)"
)
#: Ⓜ, Ⓛ and the like (ISO 2692, ISO 14405-1, ISO 5458); a recogniser writes brackets, some text layers bare letters.
MODIFIER = r"(?:[Ⓐ-Ⓩ]|\([MLPFE]\)|[ML](?=[\s|]|$)|[CU]Z(?![A-KN-Za-z]))"

_NORMAL = str.maketrans(
    {
        **dict.fromkeys("⌀ø∅⍉", "Ø"),
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("×⨯✕", "x"),
        **dict.fromkeys("º˚", "°"),
        **dict.fromkeys("’′", "'"),
        **dict.fromkeys("″”“", '"'),
        **dict.fromkeys("⤓▼↓", "↧"),
        **dict.fromkeys("μ", "µ"),
        "＋": "+",
    }
)
#: A Greek letter that stands for the diameter sign before a number.
_PHI = re.compile(r"(?<![^\W\d_xX])[φΦϕɸ](?=\s?[\d.,(]|$)")
_DATE = (
    r"(?<![\d.,])\d{1,2}(?P<mark>[./])\s?\d{1,2}(?P=mark)\s?(?:\d{4}|\d{2})(?![\d.,]?\d)"
    r"|\d{4}-\d{2}-\d{2}|(?<!\d)\d{1,2}-\d{1,2}-\d{4}"
)
_RATIO = r"(?<!\d)\d{1,5}(?:[.,]\d{1,3})?\s?:\s?\d{1,5}(?:[.,]\d{1,3})?"
_LINK = r"\b(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,}"
#: Hardness, torque, mass and the like are no lengths.
_VALUE = r"\d{1,5}(?:[.,]\d{1,4})?(?:\s?(?:[±+/-]|\.\.\.?|…|bis|to)\s?\d{1,5}(?:[.,]\d{1,4})?){0,2}"
_QUANTITIES = (
    rf"(?<![\w.,]){_VALUE}(?:\s?(?:HR[ABC]|HB[WS]?|HV\s?\d*|N?Nm|kN|kg|lbs?|MPa|bar|[kM]?Hz|kW|rpm|min-1|U/min|%|°\s?[CFK])"
    rf"|\s(?:[gNVW]|kV)(?=\s|$))(?!\w)|\b(?:HR[ABC]|HB[WS]?|HV\s?\d{{0,2}}(?=\s)|(?i:eht|cht|chd|shd|nht|nhd|\w{{0,12}}härtetiefe))\s?:?\s?(?:{_VALUE})"
)
_FEET = r"(?<!°)(?<!° )\b\d{1,4}'\s?-?\s?\d{1,2}(?:\s\d{1,2}/\d{1,2})?\""
_NOT_MEASURED = re.compile("|".join((_LINK, _DATE, _RATIO, _QUANTITIES, _FEET)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a callout says. Lengths and deviations are in the sheet's unit, angles in degrees, roughness in µm or µin.

    `limits` are lower and upper limit where both are printed. `tolerance` is what is printed of deviation, fit and
    bound, `fit` the tolerance class alone (`H7`, `H7/g6`; of a thread `6H`). `pitch` is a thread's as printed, `angle`
    that of a chamfer or a countersink. `through`: the hole is said to go through. `exact`: theoretically exact, in a
    frame. `modifiers` are the signs in circles. `marked`: a sign tells what the number is. `sign_missing`: a sign (↧,
    ±, a geometrical characteristic) was drawn where the lettering has a gap, and was inferred.
    """

    type: CalloutType
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
    pitch: Decimal | None = None
    angle: Decimal | None = None
    through: bool = False
    reference: bool = False
    exact: bool = False
    marked: bool = False
    sign_missing: bool = False
    designation: str = ""
    characteristic: str | None = None
    datums: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation(Values):
    """One callout inside a line: characters `start` to `end` of it, the nominal from `core_start` to `core_end`.

    `unit` is the unit printed with it, `None` where only the sheet tells.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    unit: Unit | None = None

    @property
    def is_bare(self) -> bool:
        """A number and nothing else: only its surroundings tell whether it is a dimension."""
        told = self.marked or self.tolerance or self.limits or self.quantity_printed or self.depth_text
        return not (told or self.through or self.reference)


def normal(text: str) -> str:
    """The text with one sign for each meaning; as long as it was, so that positions stay valid."""
    return _PHI.sub("Ø", text.translate(_NORMAL))


def masked(text: str) -> str:
    """The text with links, dates, scales and quantities that are no lengths blotted out, as long as it was."""
    return _NOT_MEASURED.sub(lambda match: "\0" * len(match.group()), text)


def number_of(text: str) -> Decimal:
    """A printed number; comma and point are both decimal marks, `1 1/2` is a fraction."""
    if "/" in text:
        *whole, part = re.split(r"[ -](?=\d+/)", text.strip())
        over, under = part.split("/")
        return Decimal(whole[0] if whole else 0) + Decimal(over) / Decimal(under)
    return Decimal(tight(text).replace(",", "."))


def amount_of(text: str) -> Decimal:
    """A number, or degrees, minutes and seconds of arc as degrees, to a millionth; with its sign."""
    parts = re.findall(rf"({NUMBER})\s?([°'\"]?)", text)
    if not parts[0][1]:
        return number_of(text)
    weight = {"°": 1, "'": 60, '"': 3600}
    degrees = sum((number_of(value) / weight[sign] for value, sign in parts), Decimal(0))
    return round(-degrees if text.lstrip().startswith("-") else degrees, 6).normalize() + 0


def tight(text: str) -> str:
    return re.sub(r"\s", "", text)


def clean(text: str) -> str:
    return " ".join(text.split())
