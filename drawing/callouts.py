"""Callouts of a sheet: dimensions, threads, roughness, tolerances, as values with their places.

Numbers in prose, in the frame and in the title block are no dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from drawing.grammar.draft import Draft
from drawing.grammar.drafts import drafts_of
from drawing.grammar.lone import deviation_of, fit_of, plus_minus_of
from drawing.grammar.misread import without_misread
from drawing.grammar.notation import CalloutType, LengthUnit, Notation, Unit, Values, clean
from drawing.lines import SYMBOL_GAP, confidence_of, lines_of, source_of
from drawing.sheet import Box, Source, Word

_MEASURES: frozenset[CalloutType] = frozenset({"linear", "diameter", "radius", "angle", "thread", "chamfer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout(Values):
    """A dimension, thread, roughness or tolerance as it stands on the sheet; `box` in sheet pixels.

    `text` is as printed; `core` is it without tolerance and depth, `size` without quantity and depth. An unknown
    deviation is `None`; so is the nominal where `limits` are printed. `unit` is that of the nominal, the limits and the
    deviations. `ordinate`: one of several running dimensions.
    """

    text: str
    core: str
    size: str
    box: Box
    source: Source
    words: tuple[Word, ...]
    unit: Unit
    direction: int = 0
    ordinate: bool = False

    @property
    def confidence(self) -> float:
        return confidence_of(self.words)

    @property
    def view(self) -> Box | None:
        """What is drawn together with it, where all of its words tell the same."""
        views = {word.view for word in self.words}
        return next(iter(views)) if len(views) == 1 else None

    @property
    def sizes(self) -> tuple[Decimal, ...]:
        """The values that name this callout: its nominal, or its limits."""
        return self.limits or (() if self.nominal is None else (self.nominal,))


def callouts_of(
    words: Iterable[Word],
    not_measured: Sequence[Box] = (),
    *,
    unit: LengthUnit = "mm",
    items: frozenset[int] = frozenset(),
) -> tuple[Callout, ...]:
    """The callouts among `words` (without the frame's zones), in reading order.

    Inside the boxes `not_measured` (title block, tables) only roughness and tolerances for all sizes count. `unit` is
    the sheet's, `items` are the numbers in its bill of materials, which balloons repeat.
    """
    drafts = drafts_of(lines_of(without_misread(words), SYMBOL_GAP), not_measured, unit, items)
    return tuple(_callout(draft, unit) for draft in drafts)


def _callout(draft: Draft, unit: LengthUnit) -> Callout:
    notation = draft.notation
    own = draft.line.words_between(notation.start, notation.end)
    words = own + tuple(word for line in draft.beside for word in line.words)
    final = _values(draft)
    tail = "" if notation.reference or not final.tolerance else f" {final.tolerance}"
    core, text, size = draft.core, draft.core + tail, draft.size + tail
    if draft.partner is not None:
        text = core = f"{core}/{draft.partner.core}"
        size = f"{draft.size}/{draft.partner.core}"
    return Callout(
        text=notation.designation if notation.type in ("general_tolerance", "note") else _with_depth(text, notation),
        core=core,
        size=notation.designation if notation.type == "thread" else size,
        box=Box.around(word.box for word in words),
        source=source_of(words),
        words=words,
        unit=unit_of(final, unit),
        direction=draft.line.direction,
        ordinate=draft.ordinate,
        **{field.name: getattr(final, field.name) for field in fields(Values)},
    )


def _values(draft: Draft) -> Notation:
    """What the line says, with what stands around it."""
    notation, partner = draft.notation, draft.partner
    upper, lower, tolerance, fit = _deviations(draft)
    limits = notation.limits
    if partner is not None and notation.nominal is not None and partner.notation.nominal is not None:
        limits = partner.notation.nominal, notation.nominal
    core = draft.line.words_between(notation.core_start, notation.core_end)
    return replace(
        notation,
        type=_type(draft),
        nominal=None if limits else notation.nominal,
        limits=limits,
        upper=upper,
        lower=lower,
        tolerance=tolerance,
        fit=fit,
        exact=notation.exact or (notation.type in _MEASURES and any(word.framed for word in core)),
        role=draft.role,
    )


def unit_of(notation: Notation, unit: LengthUnit) -> Unit:
    """The unit of a notation's numbers on a sheet whose lengths are in `unit`."""
    if notation.type == "angle":
        return "°"
    if notation.type == "roughness":
        return notation.unit or ("µm" if unit == "mm" else "µin")
    return "°" if "°" in notation.tolerance else notation.unit or unit


def _type(draft: Draft) -> CalloutType:
    """A sign that stands at one of two limits holds for both."""
    partner = draft.partner
    if partner is not None and draft.notation.type == "linear":
        return partner.notation.type
    return draft.notation.type


def _with_depth(text: str, notation: Notation) -> str:
    return f"{text} ↧ {notation.depth_text}" if notation.depth_text else text


def _deviations(draft: Draft) -> tuple[Decimal | None, Decimal | None, str, str | None]:
    """Upper and lower deviation, the tolerance as printed and the fit, with what is stacked above and below."""
    notation = draft.notation
    above, below = (clean(line.plain).strip("() ") if line else "" for line in (draft.above, draft.below))
    if not above and not below:
        return notation.upper, notation.lower, notation.tolerance, notation.fit
    inline = notation.tolerance
    if fit_of(above or below):
        fit = "/".join(part for part in (above, notation.fit or "", below) if part)
        return notation.upper, notation.lower, fit, fit
    either = plus_minus_of(above or below)
    if either is not None:
        return either, -either, above or below, notation.fit
    upper = deviation_of(above) if above else notation.upper if below else None
    lower = deviation_of(below) if below else notation.lower if above else None
    if upper is None and notation.upper is not None:
        upper = notation.upper
    if notation.fit:
        printed = "/".join(part.replace(" ", "") for part in (above, below) if part)
        return upper, lower, f"{notation.fit} {printed}", notation.fit
    return upper, lower, "/".join(part.replace(" ", "") for part in (above, inline, below) if part), None
