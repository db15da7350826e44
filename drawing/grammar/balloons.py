"""Balloons: the item numbers that point at the parts of an assembly (ISO 6433); they are no dimensions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drawing.grammar.draft import Draft

#: Numbers of an assembly's balloons: so many without a bill of materials, or of one so many and this part of it.
LEAST_BALLOONS = 5
LEAST_ITEMS = 3
ITEMS_SHARE = 0.6


def without_balloons(drafts: Sequence[Draft], items: frozenset[int]) -> list[Draft]:
    """Without the item numbers of an assembly: level lone whole numbers that name most items of the bill of materials.

    Without a bill, numbers from 1 on, each once and none missing, are items too.
    """
    level = [draft for draft in drafts if draft.line.direction == 0 and draft.lone]
    lone = [draft for draft in level if draft.notation.is_bare and not draft.ordinate]
    counted = {draft: _item_of(draft) for draft in lone}
    numbers = [number for number in counted.values() if number]
    in_order = len(numbers) >= LEAST_BALLOONS and sorted(numbers) == list(range(1, len(numbers) + 1))
    named = items.intersection(numbers)
    if in_order:
        named = frozenset(numbers)
    elif len(named) < LEAST_ITEMS or len(named) < ITEMS_SHARE * len(items):
        return list(drafts)
    return [draft for draft in drafts if counted.get(draft) not in named]


def _item_of(draft: Draft) -> int | None:
    printed = draft.line.plain.strip()
    return int(printed) if re.fullmatch(r"[1-9]\d{0,2}", printed) else None
