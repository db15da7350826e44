"""Everything that a sheet's lettering says: lines, blocks, callouts, title block, captions, tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drawing.callouts import Callout, callouts_of
from drawing.captions import ViewCaption, caption_fields_of, view_captions_of
from drawing.frame import Frame, frame_of
from drawing.general_tolerances import GeneralClass, general_class_of
from drawing.grammar.notation import LengthUnit
from drawing.grammar.units import length_unit_of
from drawing.hole_tables import tabled_callouts
from drawing.labels import FieldName
from drawing.lines import Block, Line, blocks_of, lines_of
from drawing.notes import notes_of
from drawing.parameters import parameters_of
from drawing.sheet import Box, Sheet, Word
from drawing.tables import Table, tables_of
from drawing.title_block import Field, title_block_of
from drawing.title_region import region_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one sheet. Boxes are sheet pixels; `title_box` is `None` where there is no title block.

    `words` are all of its lettering but the marks of its zones, `tabled` the callouts in its tables of holes.
    """

    sheet: Sheet
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    callouts: tuple[Callout, ...]
    fields: tuple[Field, ...]
    views: tuple[ViewCaption, ...]
    tables: tuple[Table, ...]
    title_box: Box | None
    frame: Frame
    unit: LengthUnit
    tabled: tuple[Callout, ...] = ()

    def zone_of(self, box: Box) -> str | None:
        """The zone of the sheet's frame that holds a box, such as "B3"; `None` where the frame has no zones."""
        return self.frame.zone_of(box)

    @property
    def general_class(self) -> GeneralClass | None:
        """The general tolerance that the sheet prescribes, by its notes or its title block."""
        notes = [callout.designation for callout in self.callouts if callout.type == "general_tolerance"]
        fields = [field.value for field in self.fields if field.name == "general_tolerance"]
        return next((found for text in (*notes, *fields) if (found := general_class_of(text))), None)

    def field(self, *names: FieldName) -> Field | None:
        """The first field of these names that has a value, else the first that is empty."""
        found = [field for name in names for field in self.fields if field.name == name]
        return next((field for field in found if field.value), found[0] if found else None)


def read(words: Iterable[Word], sheet: Sheet) -> Reading:
    """Reads a sheet's words; plain computation, some ten milliseconds for a thousand words."""
    every = tuple(words)
    frame = frame_of(every, sheet)
    lettering = frame.without_marks(every)
    headed = tables_of(lettering)
    in_tables = {word for table in headed for row in table.rows for cell in row for word in cell.words}
    outside = lines_of(word for word in lettering if word not in in_tables)
    lines = tuple(line for line in outside if not _is_head(line, headed))
    tables = (*headed, *parameters_of(lines), *notes_of(lines))
    blocks = blocks_of(lines)
    title_box = region_of(lines)
    views = view_captions_of(lines, title_box)
    fields = title_block_of(lines) if title_box else (*title_block_of(lines), *caption_fields_of(blocks))
    of_views = {word for view in views for word in view.scale_words}
    not_measured = [table.box for table in tables if table.table_type != "notes"] + ([title_box] if title_box else [])
    tags = _tags_of(tables)
    unit = length_unit_of(line.plain for line in lines)
    callouts = callouts_of(lettering, not_measured, unit=unit, items=items_of(tables))
    return Reading(
        sheet,
        lettering,
        lines,
        blocks,
        tuple(c for c in callouts if not _is_a_value(c, fields) and c.text not in tags),
        tuple(field for field in fields if not of_views.intersection(field.words)),
        views,
        tables,
        title_box,
        frame,
        unit,
        tabled_callouts(tables, unit),
    )


def _is_head(line: Line, tables: Iterable[Table]) -> bool:
    """Whether a line is the head of a table's column, which is no label of the title block."""
    return any(table.box.contains(*line.box.centre) and line.plain.strip() in table.headers for table in tables)


def _tags_of(tables: Iterable[Table]) -> frozenset[str]:
    """The names of holes in their table, which stand at the holes as well: C1 is no chamfer there."""
    columns = ((table, table.column("symbol")) for table in tables if table.table_type == "other")
    return frozenset(row[tag].text for table, tag in columns if tag is not None for row in table.rows)


def _is_a_value(callout: Callout, fields: Iterable[Field]) -> bool:
    """Whether a bare number is the value of a labelled cell, such as a mass or a sheet's number."""
    bare = callout.type == "linear" and not callout.marked and callout.core == callout.text
    return bare and any(set(callout.words) <= set(field.words) for field in fields if field.value)


def items_of(tables: Iterable[Table]) -> frozenset[int]:
    """The item numbers of the bills of materials, which the balloons of an assembly's views repeat."""
    columns = ((table, table.column("item")) for table in tables if table.table_type == "bom")
    printed = (row[item].text.rstrip(".)") for table, item in columns if item is not None for row in table.rows)
    return frozenset(int(number) for number in printed if number.isdecimal() and number.isascii() and len(number) < 4)
