"""A callout while what belongs to it is still being gathered."""

from __future__ import annotations

from dataclasses import dataclass

from drawing.grammar.notation import Notation, Role, clean
from drawing.lines import Line, Place
from drawing.sheet import Box


@dataclass(slots=True, eq=False)
class Draft:
    """A notation on its line, while its neighbours are still being looked for. `lone`: nothing else is on the line."""

    line: Line
    notation: Notation
    lone: bool
    place: Place
    above: Line | None = None
    below: Line | None = None
    partner: Draft | None = None
    sign: Line | None = None
    depth_line: Line | None = None
    quantity_line: Line | None = None
    ordinate: bool = False
    role: Role | None = None

    @property
    def box(self) -> Box:
        return self.line.box

    @property
    def beside(self) -> tuple[Line, ...]:
        """The other lines that belong to it."""
        partner = self.partner.line if self.partner else None
        every = (self.sign, self.above, self.below, partner, self.depth_line, self.quantity_line)
        return tuple(line for line in every if line is not None)

    @property
    def core(self) -> str:
        """As printed, without what follows the nominal."""
        quantity = f"{clean(self.quantity_line.plain)} " if self.quantity_line else ""
        return quantity + self._printed(self.notation.start)

    @property
    def size(self) -> str:
        """The core without its quantity."""
        return self._printed(self.notation.core_start)

    def _printed(self, start: int) -> str:
        if self.notation.reference:
            printed = clean(self.line.text[self.notation.start : self.notation.end])
            return printed.replace("( ", "(").replace(" )", ")")
        sign = self.sign.plain if self.sign else ""
        return sign + clean(self.line.text[start : self.notation.core_end])

    @property
    def is_bare_zero(self) -> bool:
        return self.notation.is_bare and self.notation.nominal == 0
