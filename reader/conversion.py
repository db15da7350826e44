"""Sizes and weights in another unit than the sheet's: said to be converted, never quoted as printed.

Factors: 1 in = 25.4 mm and 1 lb = 453.59237 g, exactly (international yard and pound, 1959).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from drawing.mentions import mentions_of
from drawing.reading import Reading
from language import Language
from reader.computation import with_mark
from reader.finding import Finding, Phrase, Quote

_LINE: dict[Language, str] = {
    "de": "Das sind {value} {unit} (umgerechnet, nicht aufgedruckt).",
    "en": "That is {value} {unit} (converted, not printed).",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its name in German and English, `worth` in mm or g, the decimals that a value in it is rounded to."""

    de: str
    en: str
    kind: Literal["length", "mass"]
    worth: Decimal
    decimals: int


_UNITS: tuple[tuple[str, Unit], ...] = (
    (r"zoll|inch(?:es)?", Unit("Zoll", "inches", "length", Decimal("25.4"), 3)),
    (r"cm|zentimetern?|centimet(?:er|re)s?", Unit("cm", "cm", "length", Decimal(10), 4)),
    (r"mm|millimetern?|millimet(?:er|re)s?", Unit("mm", "mm", "length", Decimal(1), 2)),
    (r"m|metern?|met(?:er|re)s?", Unit("m", "m", "length", Decimal(1000), 5)),
    (r"kg|kilos?|kilogram\w*", Unit("kg", "kg", "mass", Decimal(1000), 5)),
    (r"g|gramm|grams?", Unit("g", "g", "mass", Decimal(1), 2)),
    (r"lbs?|pounds?|pfund", Unit("lb", "lb", "mass", Decimal("453.59237"), 4)),
)
_NAMES = "|".join(names for names, _ in _UNITS)
_ASKED = re.compile(rf"\bin (?P<unit>{_NAMES})\W*(?:bitte|please)?\W*$")
_ONLY = re.compile(
    r"^(?:und |and )?(?:(?:wie ?viel|was|what|how much)\b.{0,20}? )?(?:ist |sind |is |are )?(?:das |es |that |it )?"
    rf"(?:umgerechnet |converted )?in (?:{_NAMES})\W*(?:bitte|please)?\W*$"
)
_MASS = re.compile(rf"(?i)(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>{_NAMES})(?![\w])")
#: Answers that name one value.
_ONE: tuple[Phrase, ...] = (
    *("value", "only", "largest", "smallest", "depth", "upper_limit", "lower_limit", "middle", "field"),
)


def unit_asked(plain: str) -> Unit | None:
    """The unit that a question in lower case wants its answer in."""
    match = _ASKED.search(plain)
    return next((unit for names, unit in _UNITS if re.fullmatch(names, match["unit"])), None) if match else None


def asks_for_unit_only(plain: str) -> bool:
    """Whether a question is about the last answer, in another unit: *And in inches?*"""
    return _ONLY.search(plain) is not None


def converted(finding: Finding, unit: Unit, reading: Reading, language: Language) -> Finding:
    """The finding with its value in `unit`; unchanged where it has not one value, or none of that kind."""
    if finding.phrase not in _ONE or not finding.quotes:
        return finding
    amount = _mass(finding.quotes[0]) if unit.kind == "mass" else _length(finding, reading)
    if amount is None:
        return finding
    value = with_mark(round(amount / unit.worth, unit.decimals), reading)
    name = unit.de if language == "de" else unit.en
    quote = Quote(f"{value} {name}", finding.quotes[0].words, computed=True)
    line = _LINE[language].format(value=value, unit=name)
    return replace(finding, quotes=(*finding.quotes, quote), computed=f"{finding.computed} {line}".strip())


def _length(finding: Finding, reading: Reading) -> Decimal | None:
    """The first size of the answer in mm; of callouts alone, for a number in a field is no length."""
    sizes = [m.value for m in mentions_of(finding.quotes[0].text) if m.value is not None and m.kind == "size"]
    if not finding.callouts or not sizes or "°" in finding.quotes[0].text:
        return None
    return sizes[0] * (Decimal("25.4") if reading.unit == "in" else 1)


def _mass(quote: Quote) -> Decimal | None:
    match = _MASS.search(quote.text)
    if match is None:
        return None
    unit = next(unit for names, unit in _UNITS if re.fullmatch(names, match["unit"].lower()))
    return Decimal(match["value"].replace(",", ".")) * unit.worth if unit.kind == "mass" else None
