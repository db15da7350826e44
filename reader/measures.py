"""Lengths among callouts, and the way they run."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.callouts import Callout
from reader.questions import Axis

#: degrees. Recognised lettering is so much askew in a scan.
LEVEL_DEG = 3


def lengths_of(callouts: Sequence[Callout]) -> list[Callout]:
    """Plain lengths: no diameters, nothing with a quantity; with a fit only where Ø is written, else it is a hole's."""
    written = writes_diameters(callouts)
    return [c for c in callouts if c.type == "linear" and not c.quantity_printed and (written or c.fit is None)]


def writes_diameters(callouts: Sequence[Callout]) -> bool:
    return any("Ø" in c.text for c in callouts)


def runs(callout: Callout, axis: Axis) -> bool:
    """Lettering stands along its dimension line (ISO 129-1): upright reading means a horizontal length."""
    return callout.direction % 180 == (0 if axis == "horizontal" else 90)


def level(callouts: Sequence[Callout]) -> list[Callout]:
    """The callouts that run along the sheet, or all where none does: an oblique number is no overall length, but a
    sloping edge or a diameter whose sign was not written."""
    along = [c for c in callouts if abs((c.direction + 45) % 90 - 45) <= LEVEL_DEG]
    return along or list(callouts)
