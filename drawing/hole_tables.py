"""The callouts in tables of holes: what a row says of its hole, once for each hole alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from drawing.callouts import Callout, callouts_of
from drawing.grammar.notation import LengthUnit
from drawing.tables import Cell, Table


def tabled_callouts(tables: Iterable[Table], unit: LengthUnit) -> tuple[Callout, ...]:
    """The sizes and threads in tables of holes; the quantity of each is in how many rows it stands."""
    return tuple(callout for table in tables for callout in _callouts(table, unit))


def _callouts(table: Table, unit: LengthUnit) -> Iterator[Callout]:
    column = next((at for name in ("size", "description", "value") if (at := table.column(name)) is not None), None)
    if table.table_type != "other" or table.column("symbol") is None or column is None or not any(table.headers):
        return
    alike: dict[str, list[Cell]] = defaultdict(list)
    for row in table.rows:
        alike[row[column].text].append(row[column])
    for cells in alike.values():
        for callout in callouts_of(cells[0].words, unit=unit):
            yield replace(callout, quantity=len(cells) * callout.quantity, quantity_printed=True)
