"""Running dimensions: sizes whose text begins or ends in one column, counted from a common 0 (ISO 129-1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from drawing.grammar.draft import Draft
from drawing.lines import Place, place_of

LEAST_ORDINATES = 3
LEAST_WITHOUT_ZERO = 4
#: How far a text may stand from its place to make room for the next, in heights.
MOST_GIVEN_WAY = 2.5
#: Steps in which edges of running dimensions are gathered, px: wider than a character.
COLUMN_PX = 64.0


def mark_ordinates(drafts: Sequence[Draft]) -> None:
    """Running dimensions share the start or end of their text with a bare 0 (ISO 129-1, ordinate dimensioning)."""
    columns: dict[tuple[int, bool, int], list[Draft]] = defaultdict(list)
    bare = [draft for draft in drafts if draft.notation.is_bare]
    for draft in bare:
        for key in _columns(draft):
            columns[key].append(draft)
    for zero in (draft for draft in bare if draft.lone and draft.is_bare_zero):
        for direction, place in _frames(zero):
            for at_end in (False, True):
                chain = _to_scale_with(zero, _aligned(columns, direction, place, at_end))
                if len(chain) + 1 >= LEAST_ORDINATES:
                    for draft in (zero, *chain):
                        draft.ordinate = True
    for (_, at_end, _), column in columns.items():
        if len(column) >= LEAST_WITHOUT_ZERO and _is_flush(column, at_end) and _is_to_scale(column):
            for draft in column:
                draft.ordinate = True


def _to_scale_with(zero: Draft, aligned: Sequence[Draft]) -> list[Draft]:
    """The most of the sizes aligned with a zero that stand as far from it, on one scale, as they say."""
    sizes = [(d, d.place.middle, d.notation.nominal) for d in aligned if d is not zero and d.notation.nominal]
    best: list[Draft] = []
    for _, end, size in sizes:
        scale = (end - zero.place.middle) / float(size)
        chain = [d for d, at, own in sizes if _is_at(at, zero.place.middle + scale * float(own), d.place.height)]
        best = max(best, chain, key=len)
    return best


def _is_at(middle: float, wanted: float, height: float) -> bool:
    return abs(middle - wanted) < MOST_GIVEN_WAY * height


def _is_flush(column: Sequence[Draft], at_end: bool) -> bool:
    edges = [_edge(draft.place, at_end) for draft in column]
    return max(edges) - min(edges) < 0.8 * min(draft.place.height for draft in column)


def _is_to_scale(column: Sequence[Draft]) -> bool:
    """Whether sizes stand as far apart as they differ, as running dimensions do unless they had to give way."""
    placed = [(d.place.middle, d.notation.nominal, d.place.height) for d in column if d.notation.nominal is not None]
    placed.sort(key=lambda entry: entry[0])
    (begin, first, _), (end, last, _) = placed[0], placed[-1]
    if first == last or begin == end or len({size for _, size, _ in placed}) < len(placed):
        return False
    scale = (end - begin) / float(last - first)
    return all(_is_at(middle, begin + scale * float(size - first), height) for middle, size, height in placed)


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
