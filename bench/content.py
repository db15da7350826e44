"""What is lettered: callouts as a designer would write them, drawn by lot from a seeded source."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal

from bench.composition import plain
from bench.signs import CHARACTERISTICS, RELATED
from bench.truth import ItemKind

#: ISO 261, first choice; pitch of the coarse or a fine thread.
THREADS = ("M3", "M4", "M5", "M6", "M8", "M10", "M12", "M16", "M8x1.25", "M10x1", "M12x1.5", "M16x1.5", "M20x2")
HOLE_FITS, SHAFT_FITS = ("H7", "H8", "H11", "F7", "JS9"), ("h6", "g6", "k6", "f7", "n6", "h9")


@dataclass(frozen=True, slots=True)
class Callout:
    """A callout before it has a place: markup of `bench.composition` and what it means."""

    kind: ItemKind
    markup: str
    nominal: Decimal | None = None
    upper: Decimal | None = None
    lower: Decimal | None = None
    limits: tuple[Decimal, Decimal] | None = None
    fit: str | None = None
    quantity: int = 1
    boxed: bool = False

    @property
    def text(self) -> str:
        return plain(self.markup)


@dataclass(frozen=True, slots=True)
class ControlFrame:
    """A feature control frame of ISO 1101: symbol, then cells as markup."""

    symbol: str
    value: Decimal
    cells: tuple[str, ...]
    datums: tuple[str, ...]

    @property
    def characteristic(self) -> str:
        return CHARACTERISTICS[self.symbol]


class Content:
    """Draws callouts by lot; `comma` or point for decimals, the same on the whole sheet."""

    def __init__(self, seed: int, *, comma: bool, first_frame: int) -> None:
        self.lot = random.Random(seed)
        self._mark = "," if comma else "."
        self._frames = first_frame

    def printed(self, value: Decimal) -> str:
        return str(value).replace(".", self._mark)

    def number(self, low: int, high: int) -> Decimal:
        """A size with 0 to 2 decimals."""
        decimals = self.lot.choice((0, 0, 1, 2))
        scale = 10**decimals
        return Decimal(self.lot.randint(low * scale, high * scale)).scaleb(-decimals)

    def linear(self, low: int = 5, high: int = 400) -> Callout:
        if self.lot.random() < 0.06:
            high = 1900
        size = self.number(low, high)
        draw = self.lot.random()
        if draw < 0.08:
            return Callout("linear", f"({self.printed(size)})", size)
        if draw < 0.16:
            return Callout("linear", self.printed(size), size, boxed=True)
        if draw < 0.19:
            return Callout("linear", f"□{self.printed(size)}", size)
        if draw < 0.24:
            return self._limits("linear", "", size)
        return self._toleranced(Callout("linear", self.printed(size), size))

    def short(self) -> Callout:
        """A dimension that fits between near arrows."""
        size = Decimal(self.lot.randint(2, 60))
        return Callout("linear", self.printed(size), size)

    def diameter(self, fits: tuple[str, ...] = HOLE_FITS) -> Callout:
        size = self.number(3, 180)
        draw = self.lot.random()
        text = f"Ø{self.printed(size)}"
        if draw < 0.3:
            fit = self.lot.choice(fits)
            if draw < 0.08:
                fit = f"{self.lot.choice(HOLE_FITS[:3])}/{self.lot.choice(SHAFT_FITS)}"
            return Callout("diameter", f"{text} {fit}" if draw < 0.2 else text + fit, size, fit=fit)
        if draw < 0.36:
            return self._limits("diameter", "Ø", size)
        if draw < 0.4:
            return Callout("diameter", f"({text})", size)
        if draw < 0.44:
            return Callout("diameter", f"SØ{self.printed(size)}", size)
        return self._toleranced(Callout("diameter", text, size))

    def hole(self) -> Callout:
        """A note at a hole: quantity, diameter or thread, depth."""
        quantity = self.lot.choice((1, 2, 4, 6, 12))
        times = self.lot.choice(("x ", "×", "x"))
        count = f"{quantity}{times}" if quantity > 1 else ""
        size = Decimal(self.lot.choice(("3.3", "4.2", "5.5", "6.6", "8", "9", "11", "13.5", "20")))
        depth = f" ↧ {self.lot.randint(6, 40)}" if self.lot.random() < 0.3 else ""
        if self.lot.random() < 0.4:
            thread = self.printed_size(self.lot.choice(THREADS))
            fine = "x" in thread
            grade = self.lot.choice(("", "-6H", "-6g")) if fine else ""
            nominal = Decimal(thread[1:].split("x")[0])
            return Callout(
                "thread", f"{count}{thread}{grade}{depth}", nominal, fit=grade[1:] or None, quantity=quantity
            )
        callout = Callout("diameter", f"{count}Ø{self.printed(size)}{depth}", size, quantity=quantity)
        return callout if depth or self.lot.random() < 0.6 else self._toleranced(callout)

    def printed_size(self, size: str) -> str:
        """A designation with the sheet's decimal mark; pitches keep their point on many sheets with commas."""
        return size.replace(".", self._mark) if self.lot.random() < 0.5 else size

    def counterbore(self) -> Callout:
        """The second row of a hole's note (ISO 15786)."""
        sign = self.lot.choice(("⌴", "⌴", "⌵"))
        size = Decimal(self.lot.choice(("11", "15", "18", "10.4", "20", "26")))
        depth = f" ↧ {self.printed(self.number(2, 14))}" if sign == "⌴" else ""
        return Callout("diameter", f"{sign} Ø{self.printed(size)}{depth}", size)

    def radius(self) -> Callout:
        size = self.number(1, 40)
        sign = self.lot.choice(("R", "R", "R", "SR"))
        return Callout("radius", f"{sign}{self.printed(size)}", size)

    def chamfer(self) -> Callout:
        size = Decimal(self.lot.choice(("0.5", "1", "1.5", "2", "3")))
        return Callout("chamfer", f"{self.printed(size)}{self.lot.choice('x×')}45°", size)

    def angle(self, degrees: int) -> Callout:
        value = Decimal(degrees)
        if self.lot.random() < 0.3:
            return Callout(
                "angle", f"{value}° ±{self.printed(Decimal('0.5'))}°", value, Decimal("0.5"), Decimal("-0.5")
            )
        return Callout("angle", f"{value}°", value)

    def roughness(self) -> Callout:
        kind, value = self.lot.choice((("Ra", "0.8"), ("Ra", "1.6"), ("Ra", "3.2"), ("Rz", "6.3"), ("Rz", "25")))
        return Callout("roughness", f"{kind} {self.printed(Decimal(value))}", Decimal(value))

    def frame(self) -> ControlFrame:
        """The next characteristic in turn, so that all fourteen come up evenly."""
        symbol = tuple(CHARACTERISTICS)[self._frames % len(CHARACTERISTICS)]
        self._frames += 1
        value = Decimal(self.lot.choice(("0.02", "0.05", "0.1", "0.2", "0.01", "0.25")))
        round_zone = symbol in "⌖◎⟂⏤" and self.lot.random() < 0.7
        modifier = "Ⓜ" if symbol == "⌖" and self.lot.random() < 0.5 else ""
        letters: tuple[str, ...] = ()
        if symbol in RELATED:
            letters = ("A", "B", "C")[: self.lot.choice((1, 1, 2, 3))]
            if symbol in "↗⌰" and self.lot.random() < 0.3:
                letters = ("A-B",)
        marked = [
            f"{letter}Ⓜ" if modifier and at and self.lot.random() < 0.5 else letter for at, letter in enumerate(letters)
        ]
        cells = (f"{'Ø' if round_zone else ''}{self.printed(value)}{modifier}", *marked)
        return ControlFrame(symbol, value, cells, letters)

    def _limits(self, kind: ItemKind, sign: str, size: Decimal) -> Callout:
        low = size.quantize(Decimal("0.01"))
        high = low + Decimal(self.lot.choice(("0.05", "0.1", "0.2"))).quantize(Decimal("0.01"))
        markup = f"{sign}{{{self.printed(high)}|{self.printed(low)}}}"
        return Callout(kind, markup, limits=(low, high))

    def _toleranced(self, callout: Callout) -> Callout:
        """With deviations, in somewhat more than every third case."""
        draw = self.lot.random()
        small = Decimal(self.lot.choice(("0.05", "0.1", "0.2", "0.02", "0.3", "0.015")))
        other = small + Decimal(self.lot.choice(("0.05", "0.1")))
        zero = Decimal(0)
        if draw < 0.16:
            return replace(callout, markup=f"{callout.markup} ±{self.printed(small)}", upper=small, lower=-small)
        if draw < 0.24:
            return self._stacked(callout, other, -small)
        if draw < 0.30:
            return self._stacked(callout, zero, -small)
        if draw < 0.34:
            return self._stacked(callout, small, zero)
        if draw < 0.38:
            markup = f"{callout.markup} +{self.printed(other)}/-{self.printed(small)}"
            return replace(callout, markup=markup, upper=other, lower=-small)
        return callout

    def _stacked(self, callout: Callout, upper: Decimal, lower: Decimal) -> Callout:
        above, below = (f"{value:+}".replace(".", self._mark) if value else "0" for value in (upper, lower))
        return replace(callout, markup=f"{callout.markup}{{{above}|{below}}}", upper=upper, lower=lower)
