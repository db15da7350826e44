"""What belongs together though set apart: stacked deviations, fits and limits, signs, running dimensions, holes.

Deviations and fits stand stacked at the nominal's right, limits stand on each other, a hole's counterbore stands below
it (ISO 129-1, ISO 406).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from drawing.grammar.balloons import without_balloons
from drawing.grammar.draft import Draft
from drawing.grammar.lone import depth_of, deviation_of, fit_of, plus_minus_of, quantity_of
from drawing.grammar.notation import CalloutType, LengthUnit, Notation
from drawing.grammar.ordinates import mark_ordinates
from drawing.grammar.scan import scan
from drawing.grammar.tails import is_in_other_unit
from drawing.lines import Line, stands_below
from drawing.nearby import Nearby
from drawing.sheet import Box

#: Words that may stand beside a bare number without turning it into prose.
_BESIDE_A_NUMBER = re.compile(r"(?i)^(?:ref|typ|thru|durch|durchgehend|mm|max|min|a/f)\.?$")
#: The name of a standard, whose number is no size even where it stands far behind.
_STANDARD = re.compile(r"\b(?:DIN|ISO|EN|ASME|ANSI|VDI|BS|JIS)$")
#: The lower half of a datum target's circle, such as A3; its upper half holds the target's size (ISO 5459).
_DATUM_TARGET = re.compile(r"[A-HJ-Z]\d{1,2}")
_SIGNS: dict[str, CalloutType] = {"Ø": "diameter", "SØ": "diameter", "⌀": "diameter", "R": "radius", "SR": "radius"}
#: Limits of one size lie closer together than two sizes that happen to stand on each other.
LIMITS_SHARE = Decimal("0.05")
LIMITS_LEAST = Decimal("0.1")
#: No deviation of a size is larger, in the sheet's unit (ISO 2768-1, class v, up to 2000: ±4).
LARGEST_DEVIATION = 5
#: So many words make a note of a line, whose numbers without a sign are no sizes drawn.
WORDS_OF_A_NOTE = 3
#: ISO 3098 has lettering of one kind in one height; deviations and notes are not so much smaller.
SPECK_SHARE = 0.5
#: A core hole is narrower than its thread by the thread's depth, at most this part of it (ISO 2306).
CORE_SHARE = Decimal("0.7")


def drafts_of(
    lines: Iterable[Line], not_measured: Sequence[Box], unit: LengthUnit, items: frozenset[int]
) -> list[Draft]:
    """The callouts of a sheet's lines, each with what belongs to it; inside `not_measured` only notes count.

    `unit` is the sheet's, `items` are the numbers of its bill of materials.
    """
    parts = [part for line in lines for part in _at_gaps(line, unit)]
    drafts = [draft for line in parts for draft in _drafts(line, unit) if _counts(draft, not_measured)]
    drafts = _without_datum_targets(drafts, [line for line in parts if _DATUM_TARGET.fullmatch(line.plain)])
    drafts = _without_other_units(drafts)
    mark_ordinates(drafts)
    loose = [line for line in parts if _is_loose(line)]
    taken = _stack(drafts, loose)
    strays = [draft for line in loose if id(line) not in taken for draft in _behind_a_stroke(line, unit)]
    drafts += [draft for draft in strays if _counts(draft, not_measured)]
    drafts = [draft for draft in drafts if id(draft.line) not in taken and not _is_stray_zero(draft)]
    drafts = without_balloons(_without_specks(drafts), items)
    drafts = _pair_limits(drafts)
    _sign(drafts, [line for line in parts if line.plain in _SIGNS])
    _join_holes(drafts)
    _deepen(drafts, parts)
    _multiply(drafts, parts)
    return drafts


def _at_gaps(line: Line, unit: LengthUnit) -> tuple[Line, ...]:
    """The line cut at the wide gaps that no callout spans."""
    gaps = [i for i, sign in enumerate(line.text) if sign == "\t" and not _STANDARD.search(line.text[:i])]
    if not gaps:
        return (line,)
    spans = [(n.start, n.end) for n in scan(line.text, unit=unit)]
    return line.parted(gap for gap in gaps if not any(start <= gap < end for start, end in spans))


def _drafts(line: Line, unit: LengthUnit) -> Iterator[Draft]:
    notations = scan(line.text, unit=unit)
    words = _words_of(line, notations)
    for notation in notations:
        unmarked = notation.type == "linear" and not (notation.marked or notation.quantity_printed)
        if not (words and notation.is_bare) and not (words >= WORDS_OF_A_NOTE and unmarked):
            place = line.place_between(notation.start, notation.core_end)
            yield Draft(line, notation, len(notations) == 1, place, role=notation.role)


def _words_of(line: Line, notations: Sequence[Notation]) -> int:
    """How many words of prose stand in a line beside its callouts."""
    borders = [0, *(border for notation in notations for border in (notation.start, notation.end)), len(line.text)]
    rest = " ".join(line.text[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True))
    return sum(bool(re.search(r"[^\W\d_]", word)) and not _BESIDE_A_NUMBER.match(word) for word in rest.split())


def _counts(draft: Draft, not_measured: Sequence[Box]) -> bool:
    if draft.notation.type in ("roughness", "general_tolerance", "note"):
        return True
    return not any(box.contains(*draft.box.centre) for box in not_measured)


def _is_stray_zero(draft: Draft) -> bool:
    """A 0 is a dimension only as the origin of running dimensions."""
    return draft.is_bare_zero and not draft.ordinate


def _without_datum_targets(drafts: Sequence[Draft], targets: Iterable[Line]) -> list[Draft]:
    nearby = Nearby(drafts, lambda draft: draft.box)
    upper = {
        draft
        for target in targets
        for draft in nearby.near(target.box, 2 * target.height)
        if stands_below(target, draft.line)
    }
    return [draft for draft in drafts if draft not in upper]


def _without_other_units(drafts: Sequence[Draft]) -> list[Draft]:
    """Without the sizes in square brackets that repeat a neighbour in the other unit (ASME Y14.5)."""
    nearby = Nearby(drafts, lambda draft: draft.box)
    return [
        draft
        for draft in drafts
        if not (
            draft.line.plain.strip().startswith("[")
            and any(_repeats(draft, other) for other in nearby.near(draft.box, 2 * draft.line.height))
        )
    ]


def _repeats(draft: Draft, other: Draft) -> bool:
    size, other_size = draft.notation.nominal, other.notation.nominal
    return draft is not other and size is not None and other_size is not None and is_in_other_unit(size, other_size)


def _is_loose(line: Line) -> bool:
    return any(read(line.plain) is not None for read in (deviation_of, plus_minus_of, fit_of))


def _without_specks(drafts: Sequence[Draft]) -> list[Draft]:
    """Without lone recognised digits far smaller than the sheet's sizes: hatching, arrow heads, dirt."""
    heights = sorted(draft.line.height for draft in drafts)
    least = SPECK_SHARE * heights[len(heights) // 2] if heights else 0.0
    return [d for d in drafts if not (_is_recognised_digit(d) and d.line.height < least)]


def _is_recognised_digit(draft: Draft) -> bool:
    return draft.lone and draft.notation.is_bare and draft.line.source == "ocr" and len(draft.line.plain.strip()) == 1


def _stack(drafts: Sequence[Draft], loose: Sequence[Line]) -> set[int]:
    """Hangs lone deviations and fits on the nominals they stand nearest to; returns the ids of the lines taken."""
    nearby = Nearby(loose, lambda line: line.box)
    pairs = [
        (_distance(line, draft), draft, line)
        for draft in drafts
        if not (draft.ordinate or draft.is_bare_zero or _is_complete(draft.notation))
        for line in nearby.near(draft.box, 2.5 * draft.place.height)
        if line is not draft.line and _hangs_on(line, draft)
    ]
    taken: set[int] = set()
    for _, draft, line in sorted(pairs, key=lambda pair: pair[0]):
        if id(line) not in taken and _hang(line, draft):
            taken.add(id(line))
    return taken


def _behind_a_stroke(line: Line, unit: LengthUnit) -> Iterator[Draft]:
    """The size of a recognised line whose sign is the end of a dimension line: too large for a deviation, and alone."""
    value = deviation_of(line.plain)
    if line.source == "ocr" and value is not None and abs(value) >= LARGEST_DEVIATION and line.text[0] in "+-":
        yield from _drafts(line.part(1, len(line.text)), unit)


def _distance(line: Line, draft: Draft) -> float:
    """From the end of the size, or of what is printed behind it, to a lone tolerance, px."""
    notation = draft.notation
    tail = draft.line.place_between(notation.core_end, notation.end) if notation.tolerance else draft.place
    along = min(abs(line.place.start - tail.start), abs(line.place.start - tail.end))
    return along + abs(line.place.middle - draft.place.middle)


def _hang(line: Line, draft: Draft) -> bool:
    inline = draft.notation.upper is not None or draft.notation.lower is not None
    if inline and (draft.above or draft.below):
        return False
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
    stacked = "/" in (notation.fit or "")
    return both or not sized or notation.limits is not None or stacked or notation.bound is not None


def _hangs_on(line: Line, draft: Draft) -> bool:
    if line.direction != draft.line.direction:
        return False
    place, advance, notation = draft.place, draft.line.advance, draft.notation
    offset = abs(line.place.middle - place.middle)
    if not 0.1 * place.height < offset < 1.6 * place.height or line.height > 1.25 * place.height:
        return False
    if plus_minus_of(line.plain) is not None:
        return not notation.tolerance and stands_below(line, draft.line)
    end = place.end
    if notation.tolerance:
        tail = draft.line.place_between(notation.core_end, notation.end)
        if (fit_of(line.plain) is not None) == (notation.fit is not None):
            return line.place.overlaps_along(tail, -0.2 * advance)
        if fit_of(line.plain) is not None or notation.upper is not None or notation.lower is not None:
            return False
        end = tail.end
    return -advance <= line.place.start - end <= 2.2 * advance


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
    return plain and not draft.notation.tolerance and draft.notation.type in ("linear", "diameter", "radius", "angle")


def _are_limits(upper: Draft, lower: Draft) -> bool:
    a, b = upper.notation.nominal, lower.notation.nominal
    if a is None or b is None or upper.line.direction != lower.line.direction:
        return False
    if a.as_tuple().exponent != b.as_tuple().exponent or a.as_tuple().exponent == 0:
        return False
    pitch = (lower.place.middle - upper.place.middle) / max(upper.line.height, 1.0)
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


def _deepen(drafts: Sequence[Draft], lines: Iterable[Line]) -> None:
    """Gives a depth on a line of its own to the hole that it stands below."""
    holes = Nearby([d for d in drafts if d.notation.type in ("diameter", "thread")], lambda draft: draft.box)
    for line in lines:
        depth = depth_of(line.plain)
        above = holes.near(line.box, 2 * line.height) if depth else ()
        hole = next((d for d in above if d.notation.depth is None and stands_below(line, d.line)), None)
        if hole is not None and depth is not None:
            hole.notation = replace(hole.notation, depth=depth[0], depth_text=depth[1])
            hole.depth_line = line


def _multiply(drafts: Sequence[Draft], lines: Iterable[Line]) -> None:
    """Gives a quantity on a line of its own to the size that it stands above or below."""
    sizes = Nearby([d for d in drafts if not d.notation.quantity_printed], lambda draft: draft.box)
    for line in lines:
        quantity = quantity_of(line.plain)
        near = sizes.near(line.box, 2 * line.height) if quantity else ()
        beside = [d for d in near if stands_below(line, d.line) or stands_below(d.line, line)]
        if quantity is not None and len(beside) == 1 and not beside[0].notation.quantity_printed:
            draft = beside[0]
            draft.notation = replace(draft.notation, quantity=quantity, quantity_printed=True)
            draft.quantity_line = line


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
