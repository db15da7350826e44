"""What belongs together though set apart: stacked deviations, fits and limits, signs, running dimensions, holes.

Deviations and fits stand stacked at the nominal's right, limits stand on each other, a hole's counterbore stands below
it (ISO 129-1, ISO 406).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from drawing.grammar import scan
from drawing.lines import Line, Place, place_of, stands_below
from drawing.nearby import Nearby
from drawing.notation import CalloutType, Notation, Role, clean
from drawing.sheet import Box
from drawing.tails import deviation_of, fit_of

#: Words that may stand beside a bare number without turning it into prose.
_BESIDE_A_NUMBER = re.compile(r"(?i)^(?:ref|typ|thru|durch|durchgehend|mm|max|min|a/f)\.?$")
#: The lower half of a datum target's circle, such as A3; its upper half holds the target's size (ISO 5459).
_DATUM_TARGET = re.compile(r"[A-HJ-Z]\d{1,2}")
_SIGNS: dict[str, CalloutType] = {"Ø": "diameter", "SØ": "diameter", "⌀": "diameter", "R": "radius", "SR": "radius"}
#: Limits of one size lie closer together than two sizes that happen to stand on each other.
LIMITS_SHARE = Decimal("0.05")
LIMITS_LEAST = Decimal("0.1")
LEAST_ORDINATES = 3
LEAST_WITHOUT_ZERO = 4
#: Steps in which edges of running dimensions are gathered, px: wider than a character.
COLUMN_PX = 64.0
#: A core hole is narrower than its thread by the thread's depth, at most this part of it (ISO 2306).
CORE_SHARE = Decimal("0.7")


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
    ordinate: bool = False
    role: Role | None = field(default=None)

    @property
    def box(self) -> Box:
        return self.line.box

    @property
    def core(self) -> str:
        """As printed, without what follows the nominal."""
        return self._printed(self.notation.start)

    @property
    def size(self) -> str:
        """The core without its quantity."""
        return self._printed(self.notation.core_start)

    def _printed(self, start: int) -> str:
        if self.notation.reference:
            return clean(self.line.text[self.notation.start : self.notation.end])
        sign = self.sign.plain if self.sign else ""
        return sign + clean(self.line.text[start : self.notation.core_end])


def drafts_of(lines: Iterable[Line], not_measured: Sequence[Box]) -> list[Draft]:
    """The callouts of a sheet's lines, each with what belongs to it; inside `not_measured` only notes count."""
    parts = [part for line in lines for part in _at_gaps(line)]
    drafts = [draft for line in parts for draft in _drafts(line) if _counts(draft, not_measured)]
    drafts = _without_datum_targets(drafts, [line for line in parts if _DATUM_TARGET.fullmatch(line.plain)])
    _mark_ordinates(drafts)
    taken = _stack(drafts, [line for line in parts if _is_loose(line)])
    drafts = [draft for draft in drafts if id(draft.line) not in taken and not _is_stray_zero(draft)]
    drafts = _pair_limits(drafts)
    _sign(drafts, [line for line in parts if line.plain in _SIGNS])
    _join_holes(drafts)
    return drafts


def _at_gaps(line: Line) -> tuple[Line, ...]:
    """The line cut at the wide gaps that no callout spans."""
    gaps = [i for i, sign in enumerate(line.text) if sign == "\t"]
    if not gaps:
        return (line,)
    spans = [(n.start, n.end) for n in scan(line.text, recognised=line.source == "ocr")]
    return line.parted(gap for gap in gaps if not any(start <= gap < end for start, end in spans))


def _drafts(line: Line) -> Iterator[Draft]:
    notations = scan(line.text, recognised=line.source == "ocr")
    prose = _is_prose(line, notations)
    for notation in notations:
        if not (prose and notation.is_bare):
            place = line.place_between(notation.start, notation.core_end)
            yield Draft(line, notation, len(notations) == 1, place, role=notation.role)


def _is_prose(line: Line, notations: Sequence[Notation]) -> bool:
    rest = line.text
    for notation in notations:
        rest = rest[: notation.start] + " " * (notation.end - notation.start) + rest[notation.end :]
    return any(re.search(r"[^\W\d_]", word) and not _BESIDE_A_NUMBER.match(word) for word in rest.split())


def _counts(draft: Draft, not_measured: Sequence[Box]) -> bool:
    if draft.notation.type in ("roughness", "general_tolerance"):
        return True
    return not any(box.contains(*draft.box.centre) for box in not_measured)


def _is_bare_zero(draft: Draft) -> bool:
    return draft.notation.is_bare and draft.notation.nominal == 0


def _is_stray_zero(draft: Draft) -> bool:
    """A 0 is a dimension only as the origin of running dimensions."""
    return _is_bare_zero(draft) and not draft.ordinate


def _without_datum_targets(drafts: Sequence[Draft], targets: Iterable[Line]) -> list[Draft]:
    nearby = Nearby(drafts, lambda draft: draft.box)
    upper = {
        draft
        for target in targets
        for draft in nearby.near(target.box, 2 * target.height)
        if stands_below(target, draft.line)
    }
    return [draft for draft in drafts if draft not in upper]


def _mark_ordinates(drafts: Sequence[Draft]) -> None:
    """Running dimensions share the start or end of their text with a bare 0 (ISO 129-1, ordinate dimensioning)."""
    columns: dict[tuple[int, bool, int], list[Draft]] = defaultdict(list)
    bare = [draft for draft in drafts if draft.notation.is_bare]
    for draft in bare:
        for key in _columns(draft):
            columns[key].append(draft)
    for zero in (draft for draft in bare if draft.lone and _is_bare_zero(draft)):
        for direction, place in _frames(zero):
            for at_end in (False, True):
                chain = [d for d in _aligned(columns, direction, place, at_end) if d is not zero]
                if len(chain) + 1 >= LEAST_ORDINATES:
                    for draft in (zero, *chain):
                        draft.ordinate = True
    for (_, at_end, _), column in columns.items():
        if len(column) >= LEAST_WITHOUT_ZERO and _is_flush(column, at_end) and _counts_up(column):
            for draft in column:
                draft.ordinate = True


def _is_flush(column: Sequence[Draft], at_end: bool) -> bool:
    edges = [_edge(draft.place, at_end) for draft in column]
    return max(edges) - min(edges) < 0.8 * min(draft.place.height for draft in column)


def _counts_up(column: Sequence[Draft]) -> bool:
    """Whether sizes only grow, or only shrink, from one place to the next, as running dimensions do."""
    sizes = [d.notation.nominal for d in sorted(column, key=lambda d: d.place.middle) if d.notation.nominal is not None]
    steps = [b - a for a, b in pairwise(sizes)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _frames(zero: Draft) -> list[tuple[int, Place]]:
    """A recogniser cannot tell how a lone 0 is turned, so that it may begin a row or a column."""
    word = zero.line.words[0]
    directions = (0, 90) if word.source == "ocr" else (zero.line.direction,)
    return [(direction, place_of(word, direction)) for direction in directions]


def _aligned(
    columns: dict[tuple[int, bool, int], list[Draft]], direction: int, place: Place, at_end: bool
) -> list[Draft]:
    edge, reach = _edge(place, at_end), 0.8 * place.height
    cell = round(edge / COLUMN_PX)
    near = (draft for c in (cell - 1, cell, cell + 1) for draft in columns.get((direction, at_end, c), ()))
    return [draft for draft in near if abs(_edge(draft.place, at_end) - edge) < reach]


def _columns(draft: Draft) -> list[tuple[int, bool, int]]:
    """Where a text begins and ends along its direction."""
    edges = ((at_end, _edge(draft.place, at_end)) for at_end in (False, True))
    return [(draft.line.direction, at_end, round(edge / COLUMN_PX)) for at_end, edge in edges]


def _edge(place: Place, at_end: bool) -> float:
    return place.end if at_end else place.start


def _is_loose(line: Line) -> bool:
    return deviation_of(line.plain) is not None or fit_of(line.plain) is not None


def _stack(drafts: Sequence[Draft], loose: Sequence[Line]) -> set[int]:
    """Hangs lone deviations and fits on the nominal they stand beside; returns the ids of the lines taken."""
    taken: set[int] = set()
    nearby = Nearby(loose, lambda line: line.box)
    for draft in drafts:
        if draft.ordinate or _is_bare_zero(draft) or _is_complete(draft.notation):
            continue
        for line in nearby.near(draft.box, 2.5 * draft.place.height):
            if line is not draft.line and id(line) not in taken and _hangs_on(line, draft) and _hang(line, draft):
                taken.add(id(line))
    return taken


def _hang(line: Line, draft: Draft) -> bool:
    if line.place.middle < draft.place.middle and draft.above is None:
        draft.above = line
        return True
    if line.place.middle >= draft.place.middle and draft.below is None:
        draft.below = line
        return True
    return False


def _is_complete(notation: Notation) -> bool:
    both = notation.upper is not None and notation.lower is not None
    sized = notation.type in ("linear", "diameter", "radius", "angle")
    return both or not sized or notation.limits is not None or "/" in notation.tolerance or notation.bound is not None


def _hangs_on(line: Line, draft: Draft) -> bool:
    if line.direction != draft.line.direction:
        return False
    place, advance = draft.place, draft.line.advance
    offset = abs(line.place.middle - place.middle)
    if not 0.1 * place.height < offset < 1.6 * place.height or line.height > 1.25 * place.height:
        return False
    if draft.notation.tolerance:
        same_kind = (fit_of(line.plain) is not None) == (draft.notation.fit is not None)
        tail = draft.line.place_between(draft.notation.core_end, draft.notation.end)
        return same_kind and line.place.overlaps_along(tail, -0.2 * advance)
    return -advance <= line.place.start - place.end <= 2.2 * advance


def _pair_limits(drafts: Sequence[Draft]) -> list[Draft]:
    """Joins an upper and a lower limit that stand on each other into one draft."""
    free = [draft for draft in drafts if _may_be_a_limit(draft)]
    nearby = Nearby(free, lambda draft: draft.box)
    lower: set[Draft] = set()
    for draft in free:
        below = (d for d in nearby.near(draft.box, 2 * draft.line.height) if d not in lower and _are_limits(draft, d))
        partner = next(below, None) if draft not in lower else None
        if partner is not None:
            draft.partner = partner
            lower.add(partner)
    return [draft for draft in drafts if draft not in lower]


def _may_be_a_limit(draft: Draft) -> bool:
    plain = draft.lone and not draft.ordinate and not (draft.above or draft.below)
    return plain and not draft.notation.tolerance and draft.notation.type in ("linear", "diameter", "radius")


def _are_limits(upper: Draft, lower: Draft) -> bool:
    a, b = upper.notation.nominal, lower.notation.nominal
    if a is None or b is None or upper.line.direction != lower.line.direction:
        return False
    if a.as_tuple().exponent != b.as_tuple().exponent or a.as_tuple().exponent == 0:
        return False
    pitch = (lower.place.middle - upper.place.middle) / upper.line.height
    close = b < a <= b + max(LIMITS_SHARE * a, LIMITS_LEAST)
    return close and 0.4 < pitch < 1.7 and upper.place.overlaps_along(lower.place, -upper.line.advance)


def _sign(drafts: Sequence[Draft], signs: Iterable[Line]) -> None:
    """Gives a lone Ø or R to the size or the pair of limits that begins right behind it, at any height within it."""
    nearby = Nearby(drafts, lambda draft: draft.box)
    for sign in signs:
        for draft in nearby.near(sign.box, 2 * sign.height):
            place = draft.line.place
            bottom = draft.partner.line.place.bottom if draft.partner else place.bottom
            beside = -0.8 * sign.height <= place.start - sign.place.end <= sign.height
            if draft.line.direction == sign.direction and beside and place.top < sign.place.middle < bottom:
                draft.sign = sign
                draft.notation = replace(draft.notation, type=_SIGNS[sign.plain], marked=True)


def _join_holes(drafts: Sequence[Draft]) -> None:
    """Tells counterbores and core holes by the line that they stand on or below in a hole's callout."""
    holes = Nearby([draft for draft in drafts if draft.notation.type == "diameter"], lambda draft: draft.box)
    for draft in drafts:
        for hole in holes.near(draft.box, 2 * draft.line.height):
            if hole is not draft and draft.role is None and stands_below(draft.line, hole.line):
                _join_to(hole, draft)


def _join_to(hole: Draft, draft: Draft) -> None:
    width, next_width = hole.notation.nominal, draft.notation.nominal
    if width is None or next_width is None:
        return
    if draft.notation.type == "thread" and CORE_SHARE * next_width < width < next_width:
        hole.role = "core_hole"
    elif draft.notation.type == "diameter" and next_width > width and draft.notation.depth is not None:
        draft.role = "counterbore"
        if not draft.notation.quantity_printed:
            draft.notation = replace(draft.notation, quantity=hole.notation.quantity)
