"""Values that follow from a callout without being printed on the sheet: its limits, and what standards give it.

They are shown as computed, never as printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from drawing.callouts import Callout
from drawing.fits import deviations_of, fit_parts
from drawing.general_tolerances import GeneralClass, linear_limit, radius_limit


@dataclass(frozen=True, slots=True)
class Computed:
    """Deviations in the sheet's unit that a standard gives a callout; `standard` names it with the class."""

    upper: Decimal
    lower: Decimal
    standard: str


def computed_of(callout: Callout, general: GeneralClass | None) -> tuple[Computed, ...]:
    """What ISO 286 gives the classes of a fit, the hole's first; else what the sheet's general tolerance gives a size
    without tolerance."""
    if callout.nominal is None or callout.unit != "mm":
        return ()
    if callout.fit and callout.type in ("linear", "diameter"):
        parts = ((part, deviations_of(part, callout.nominal)) for part in fit_parts(callout.fit))
        return tuple(Computed(found.upper, found.lower, f"ISO 286 {part}") for part, found in parts if found)
    limit = _general_limit(callout, callout.nominal, general) if general else None
    return (Computed(limit, -limit, f"{general.standard}-{general.linear}"),) if general and limit else ()


def _general_limit(callout: Callout, nominal: Decimal, general: GeneralClass) -> Decimal | None:
    """Not for a reference or theoretically exact dimension: neither is toleranced (ISO 129-1, ISO 1101).

    Nor for a recognised size: it may have a tolerance of its own that was not recognised.
    """
    if callout.tolerance or callout.limits or callout.reference or callout.exact or callout.source == "ocr":
        return None
    if callout.type in ("linear", "diameter"):
        return linear_limit(general, nominal)
    return radius_limit(general, nominal) if callout.type in ("radius", "chamfer") else None


def derived_deviations(callout: Callout, general: GeneralClass | None) -> frozenset[Decimal]:
    """The deviations that a standard gives a callout, with their signs."""
    return frozenset(value for found in computed_of(callout, general) for value in (found.upper, found.lower))


def derived_sizes(callout: Callout, general: GeneralClass | None) -> frozenset[Decimal]:
    """Sizes that a reader may name although they are not printed: limits, the tolerance's width, half of a diameter."""
    return frozenset(_derived_sizes(callout, general))


def _derived_sizes(callout: Callout, general: GeneralClass | None) -> Iterator[Decimal]:
    nominal = callout.nominal
    pairs = [(computed.upper, computed.lower) for computed in computed_of(callout, general)]
    if callout.upper is not None and callout.lower is not None:
        pairs.append((callout.upper, callout.lower))
    for upper, lower in pairs:
        yield upper - lower
        if nominal is not None:
            yield from (nominal + upper, nominal + lower)
    if callout.limits:
        yield callout.limits[1] - callout.limits[0]
    if nominal is not None and callout.type in ("diameter", "radius"):
        yield nominal / 2 if callout.type == "diameter" else nominal * 2
