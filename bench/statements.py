"""Sentences about a sheet as a model would write them, true and false, from what is known to stand there."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bench.truth import CALLOUT_KINDS, Item

SIGNS = {"diameter": "Ø", "radius": "R", "thread": "M"}
#: A false class for each true one would be too easy to tell if it were none that drawings have.
CLASSES = ("H7", "H8", "H11", "F7", "JS9", "P9", "h6", "g6", "k6", "f7", "n6", "h9", "m6", "E9")
DEVIATIONS = tuple(Decimal(value) for value in ("0.01", "0.03", "0.05", "0.1", "0.15", "0.2", "0.3", "0.5"))
TRUE_SIZES = (
    "Das Maß ist {}.",
    "The size is {} mm.",
    "- **{}**",
    "Angegeben sind {} mm.",
    "| Maß | Wert |\n|---|---|\n| 1 | {} |",
    "Das Maß ({}) steht unten.",
    "Es ist das {}-Maß.",
    r"Das Maß ist $\mathrm{{{}}}$.",
    "ca. {}",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer; `value` is the part of it that is true or not."""

    text: str
    value: str
    true: bool


class Speaker:
    """Writes statements about items, by lot from a seeded source; `taken` are the numbers that stand on the sheet."""

    def __init__(self, seed: int, items: Sequence[Item], taken: Iterable[Decimal]) -> None:
        self._lot = random.Random(seed)
        self._items = [item for item in items if item.kind in CALLOUT_KINDS and item.nominal is not None]
        printed = (number.value for item in items for number in item.numbers)
        self._taken = {*printed, *taken}

    def statements(self) -> Iterator[Statement]:
        for item in self._items:
            yield from self._about(item, item.nominal or Decimal(0))

    def _about(self, item: Item, nominal: Decimal) -> Iterator[Statement]:
        size = self._size(item, nominal)
        yield self._sentence(TRUE_SIZES, size, True)
        wrong = self._size(item, self._other_size(nominal))
        yield self._sentence(("Das Maß ist {}.", "The size is {} mm."), wrong, False)
        if item.kind == "gdt":
            return
        if item.kind in ("linear", "diameter"):
            if nominal:  # an origin of running dimensions is 0 in every respect
                yield from self._mistaken(nominal)
            yield from self._tolerance_of_another(item, size)
        if item.upper is not None and item.lower is not None:
            yield from self._tolerances(item, size, item.upper, item.lower)
        if item.fit and item.kind != "thread":
            told: Sequence[str] = (f"{size} hat die Passung {{}}.", f"The fit of {size} is {{}}.", f"{size} {{}}")
            others = [name for name in CLASSES if name not in item.fit]
            yield self._sentence(told, item.fit.split("/")[0], True)
            yield self._sentence(told, self._lot.choice(others), False)
        if item.quantity > 1:
            told = (f"Es sind {{}} {size}.", f"There are {{}} {size}.")
            yield self._sentence(told, f"{item.quantity}x", True)
            yield self._sentence(told, f"{item.quantity + self._lot.choice((1, 3))}x", False)

    def _mistaken(self, nominal: Decimal) -> Iterator[Statement]:
        """A printed number as something else than it is."""
        number = self._number(nominal)
        if not self._is(nominal, "radius"):
            yield self._sentence(("Der Radius beträgt {} mm.", "Radius: {} mm", "The radius is {}."), number, False)
        if not self._is(nominal, "thread"):
            yield self._sentence(("Das Gewinde ist {}.", "- Thread: {}"), f"M{number}", False)
        if not any("°" in item.text for item in self._items if str(nominal) in item.text):
            yield self._sentence(("Der Winkel ist {}.", "- Angle: {}"), f"{number}°", False)
        yield self._sentence(("Die Länge ist {}.", "The length is {}."), f"{number} cm", False)

    def _tolerance_of_another(self, item: Item, size: str) -> Iterator[Statement]:
        own = [other for other in self._items if other.nominal == item.nominal]
        taken = {abs(value) for other in own for value in (other.upper, other.lower) if value is not None}
        strange = [
            other.upper
            for other in self._items
            if other.upper and other.upper == -(other.lower or 0) and other.upper not in taken
        ]
        if strange and not any(other.fit for other in own):
            told = (f"{size} hat die Toleranz {{}}.", f"- Maß: {size}\n- Toleranz: {{}}", f"{size} {{}}")
            yield self._sentence(told, f"±{self._number(self._lot.choice(strange))}", False)

    def _is(self, nominal: Decimal, kind: str) -> bool:
        return any(other.kind == kind and other.nominal == nominal for other in self._items)

    def _tolerances(self, item: Item, size: str, upper: Decimal, lower: Decimal) -> Iterator[Statement]:
        told = (
            f"{size} hat die Toleranz {{}}.",
            f"The tolerance of {size} is {{}}.",
            f"{size} {{}}",
            f"{size} mm ({{}} mm)",
            f"- Maß: {size}\n- Toleranz: {{}}",
            f"| {size} | {{}} |",
        )
        written = f"±{self._number(upper)}" if upper == -lower else _signed(self._number(abs(upper)), upper)
        yield self._sentence(told, written, True)
        others = [value for value in DEVIATIONS if value not in (abs(upper), abs(lower))]
        yield self._sentence(told, f"±{self._number(self._lot.choice(others))}", False)

    def _sentence(self, told: Sequence[str], value: str, true: bool) -> Statement:
        return Statement(self._lot.choice(told).format(value), value, true)

    def _size(self, item: Item, nominal: Decimal) -> str:
        sign = SIGNS.get(item.kind, "Ø" if item.diameter_sign else "")
        blank = " " if sign and sign != "M" and self._lot.random() < 0.2 else ""
        return f"{sign}{blank}{self._number(nominal)}{'°' if item.kind == 'angle' else ''}"

    def _number(self, value: Decimal) -> str:
        """The number as people and models write it: comma or point, with or without last zeros."""
        text = f"{value.normalize():f}"
        if self._lot.random() < 0.3:
            text = f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else text
        return text.replace(".", ",") if self._lot.random() < 0.5 else text

    def _other_size(self, size: Decimal) -> Decimal:
        """A size like this one with a digit misread, a point lost or two digits swapped, that is not on the sheet."""
        digits = str(size)
        while True:
            at = self._lot.randrange(len(digits))
            if digits[at].isdigit():
                other = Decimal(digits[:at] + self._lot.choice("0123456789") + digits[at + 1 :])
                if other > 0 and other not in self._taken:
                    return other
            if self._lot.random() < 0.05:
                digits += self._lot.choice("123456789")


def _signed(number: str, value: Decimal) -> str:
    return f"{'-' if value < 0 else '+'}{number}"
