"""Lengths among callouts, and the way they run."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.callouts import Callout
from reader.questions import Axis


def lengths_of(callouts: Sequence[Callout]) -> list[Callout]:
    """Plain lengths: no diameters, nothing with a quantity or a fit."""
    return [c for c in callouts if c.type == "linear" and not c.quantity_printed and c.fit is None]


def runs(callout: Callout, axis: Axis) -> bool:
    """Lettering stands along its dimension line (ISO 129-1): upright reading means a horizontal length."""
    return callout.direction % 180 == (0 if axis == "horizontal" else 90)
