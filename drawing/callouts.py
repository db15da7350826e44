"""Callouts of a sheet: dimensions, threads, roughness, tolerances, as values with their places.

Numbers in prose, in the frame and in the title block are no dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from drawing.drafts import Draft, drafts_of
from drawing.lines import SYMBOL_GAP, confidence_of, lines_of, source_of
from drawing.notation import Bound, CalloutType, Notation, Role, clean
from drawing.sheet import Box, Source, Word
from drawing.tails import deviation_of


@dataclass(frozen=True, slots=True)
class Callout:
    """A dimension, thread, roughness or tolerance as it stands on the sheet; `box` in sheet pixels.

    `text` is as printed; `core` is it without tolerance and depth, `size` without quantity and depth. Lengths and
    deviations are in the sheet's unit, angles in degrees, roughness in µm; an unknown deviation is `None`. `limits` are
    lower and upper limit where both are printed instead of a nominal. `sign_missing`: a sign (Ø, ↧, ±, a geometrical
    characteristic) is drawn, not written, and was inferred.
    """

    text: str
    core: str
    size: str
    type: CalloutType
    nominal: Decimal | None
    box: Box
    source: Source
    words: tuple[Word, ...]
    direction: int = 0
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
    ordinate: bool = False

    @property
    def confidence(self) -> float:
        return confidence_of(self.words)

    @property
    def sizes(self) -> tuple[Decimal, ...]:
        """The values that name this callout: its nominal, or its limits."""
        return self.limits or (() if self.nominal is None else (self.nominal,))


def callouts_of(words: Iterable[Word], not_measured: Sequence[Box] = ()) -> tuple[Callout, ...]:
    """The callouts among `words` (without the frame's zones), in reading order.

    Inside the boxes `not_measured` (title block, tables) only roughness and general tolerances count.
    """
    return tuple(_callout(draft) for draft in drafts_of(lines_of(words, SYMBOL_GAP), not_measured))


def _callout(draft: Draft) -> Callout:
    notation = draft.notation
    words = draft.line.words_between(notation.start, notation.end)
    words += tuple(word for line in (draft.sign, draft.above, draft.below) if line for word in line.words)
    upper, lower, tolerance = _deviations(draft)
    core, tail = draft.core, "" if notation.reference or not tolerance else f" {tolerance}"
    text, size = core + tail, draft.size + tail
    limits = notation.limits
    if draft.partner is not None and notation.nominal is not None and draft.partner.notation.nominal is not None:
        words += draft.partner.line.words
        limits = draft.partner.notation.nominal, notation.nominal
        text = core = f"{core}/{draft.partner.core}"
        size = f"{draft.size}/{draft.partner.core}"
    return Callout(
        text=_with_depth(text, notation) if notation.type != "general_tolerance" else notation.designation,
        core=core,
        size=notation.designation if notation.type == "thread" else size,
        type=_type(draft),
        nominal=None if limits else notation.nominal,
        box=Box.around(word.box for word in words),
        source=source_of(words),
        words=words,
        direction=draft.line.direction,
        upper=upper,
        lower=lower,
        limits=limits,
        tolerance=tolerance,
        fit=tolerance if notation.fit and notation.type != "thread" else notation.fit,
        bound=notation.bound,
        quantity=notation.quantity,
        quantity_printed=notation.quantity_printed,
        depth=notation.depth,
        depth_text=notation.depth_text,
        reference=notation.reference,
        marked=notation.marked,
        sign_missing=notation.sign_missing,
        designation=notation.designation,
        characteristic=notation.characteristic,
        datums=notation.datums,
        role=draft.role,
        ordinate=draft.ordinate,
    )


def _type(draft: Draft) -> CalloutType:
    """A sign that stands at one of two limits holds for both."""
    partner = draft.partner
    if partner is not None and draft.notation.type == "linear":
        return partner.notation.type
    return draft.notation.type


def _with_depth(text: str, notation: Notation) -> str:
    return f"{text} ↧ {notation.depth_text}" if notation.depth_text else text


def _deviations(draft: Draft) -> tuple[Decimal | None, Decimal | None, str]:
    """Upper and lower deviation and the tolerance as printed, with what is stacked above and below."""
    notation = draft.notation
    above, below = (clean(line.plain).strip("() ") if line else "" for line in (draft.above, draft.below))
    if not above and not below:
        return notation.upper, notation.lower, notation.tolerance
    inline = notation.tolerance
    upper = deviation_of(above) if above else notation.upper if below else None
    lower = deviation_of(below) if below else notation.lower if above else None
    if notation.fit:
        return None, None, "/".join(part for part in (above, inline, below) if part)
    if upper is None and notation.upper is not None:
        upper = notation.upper
    return upper, lower, "/".join(part.replace(" ", "") for part in (above, inline, below) if part)
