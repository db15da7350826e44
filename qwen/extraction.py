"""An extraction by Qwen3-VL: what each part of it is told, the JSON it must write, and how that is read.

Each part is a request of its own, so that one list that runs on takes no room from the others. The schemas bound every
list but no text: a bound on a text's length costs xgrammar seconds to minutes with a vocabulary of 151,000 tokens. The
engine's limit ends what does not end by itself, so JSON may stop anywhere; what was complete by then is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from drawing.grounding import UNITS, read_box, visible
from drawing.labels import FieldName
from drawing.sheet import Box, Sheet
from vision import (
    Proposal,
    ProposedCallout,
    ProposedField,
    ProposedTable,
    RowType,
    Section,
    TableRowType,
)

Item = TypeVar("Item")

SECTIONS: tuple[Section, ...] = get_args(Section)
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
CALLOUT_TYPES: tuple[RowType, ...] = get_args(RowType)
TABLE_TYPES: tuple[TableRowType, ...] = get_args(TableRowType)

#: A name may stand twice, as dates do; a list that is longer repeats itself.
MOST_FIELDS = 40
#: More than a crowded A1 has; a list that is longer mostly repeats itself.
MOST_CALLOUTS = 200
MOST_TABLES, MOST_ROWS, MOST_COLUMNS = 6, 100, 16

_TEXT = {"type": "string"}
_BOX = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": UNITS}, "minItems": 4, "maxItems": 4}


def _list(item: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": most}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """The properties are written in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


#: A table's box comes first, so that a table that is cut off still has one.
SCHEMAS: dict[Section, dict[str, Any]] = {
    "title_block": _list(_object(name={"enum": list(FIELD_NAMES)}, value=_TEXT, bbox_2d=_BOX), MOST_FIELDS),
    "callouts": _list(_object(text=_TEXT, type={"enum": list(CALLOUT_TYPES)}, bbox_2d=_BOX), MOST_CALLOUTS),
    "tables": _list(
        _object(
            table_type={"enum": list(TABLE_TYPES)},
            bbox_2d=_BOX,
            headers=_list(_TEXT, MOST_COLUMNS),
            rows=_list(_list(_TEXT, MOST_COLUMNS), MOST_ROWS),
        ),
        MOST_TABLES,
    ),
}

_WHERE = """\
bbox_2d is where it stands, [x1, y1, x2, y2] in thousandths (0-1000) of the picture's width and height. Copy every \
text exactly as it is printed, symbols and decimal mark included. Leave out what is not printed or cannot be read; if \
there is nothing, the list is empty. List nothing twice."""

INSTRUCTIONS: dict[Section, str] = {
    "title_block": f"""\
List the fields of this sheet's title block as JSON: [{{"name": "…", "value": "…", "bbox_2d": [x1, y1, x2, y2]}}]. \
name is one of {", ".join(FIELD_NAMES)}; value is what is entered there, without the label, and a field without an \
entry is left out. {_WHERE}""",
    "callouts": f"""\
List the callouts of this sheet as JSON, view by view: [{{"text": "…", "type": "…", "bbox_2d": [x1, y1, x2, y2]}}]. \
text is the whole callout with its quantity, symbol, deviations and fit; type is one of {", ".join(CALLOUT_TYPES)}, \
where a note says something in words that holds for the part. Title block, tables and zones of the frame hold no \
callouts. {_WHERE}""",
    "tables": f"""\
List the tables of this sheet as JSON: [{{"table_type": "…", "bbox_2d": [x1, y1, x2, y2], "headers": ["…"], "rows": \
[["…"]]}}]. table_type is bom for a bill of materials, revision for a list of changes, notes for numbered notes, else \
other. Each row has a text for each header, an empty one for an empty cell. The title block is no table. {_WHERE}""",
}

_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


def read_proposal(written: Mapping[Section, str], sheet: Sheet) -> Proposal:
    """What the model has `written` for each part, in sheet pixels; never raises.

    Items that hold nothing, are malformed or repeat another one are left out.
    """
    lists = {section: _decoded(text) for section, text in written.items()}
    items = {section: _salvaged(written[section]) if found is None else found for section, found in lists.items()}
    return Proposal(
        fields=_unique(_field(item, sheet) for item in items.get("title_block", ())),
        callouts=_unique(_callout(item, sheet) for item in items.get("callouts", ())),
        tables=_unique(_table(item, sheet) for item in items.get("tables", ())),
        complete=None not in lists.values(),
    )


def _decoded(text: str) -> list[Any] | None:
    """The first list in `text`; `None` where there is none, or it is cut off."""
    try:
        found: list[Any] = _DECODER.raw_decode(text, text.index("["))[0]
    except (ValueError, RecursionError):
        return None
    return found


def _salvaged(text: str) -> list[Any]:
    """What is complete of a list that is cut off: all up to the last bracket that closes."""
    signs = list(_SIGNS.finditer(text))
    while signs and signs[-1][0] not in ("]", "}"):
        signs.pop()
    still_open: list[str] = []
    for sign in signs:
        if sign[0] in ("[", "{"):
            still_open.append("]" if sign[0] == "[" else "}")
        elif sign[0] in ("]", "}") and still_open:
            still_open.pop()
    return _decoded(text[: signs[-1].end()] + "".join(reversed(still_open))) or [] if signs else []


def _unique(items: Iterable[Item | None]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(item for item in items if item is not None))


def _field(item: Any, sheet: Sheet) -> ProposedField | None:
    value, name = _text(item, "value"), _one_of(item, "name", FIELD_NAMES)
    return ProposedField(name, value, _box(item, sheet)) if name and value else None


def _callout(item: Any, sheet: Sheet) -> ProposedCallout | None:
    text, kind = _text(item, "text"), _one_of(item, "type", CALLOUT_TYPES)
    return ProposedCallout(text, kind, _box(item, sheet)) if kind and text else None


def _table(item: Any, sheet: Sheet) -> ProposedTable | None:
    """A table that has a row with something in it; short rows and heads are filled up with empty cells."""
    kind = _one_of(item, "table_type", TABLE_TYPES)
    rows = [cells for row in _list_of(item, "rows") if any(cells := _cells(row))]
    if kind is None or not rows:
        return None
    headers = _cells(item.get("headers"))
    width = max(map(len, (headers, *rows)))
    filled = [(*cells, *[""] * (width - len(cells))) for cells in (headers, *rows)]
    return ProposedTable(kind, filled[0], tuple(filled[1:]), _box(item, sheet))


def _one_of(item: Any, key: str, names: tuple[Item, ...]) -> Item | None:
    value = item.get(key) if isinstance(item, dict) else None
    return value if value in names else None


def _box(item: dict[str, Any], sheet: Sheet) -> Box | None:
    return read_box(item.get("bbox_2d"), sheet.width, sheet.height)


def _text(item: Any, key: str) -> str:
    return _shown(item.get(key)) if isinstance(item, dict) else ""


def _list_of(item: Any, key: str) -> list[Any]:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, list) else []


def _cells(row: Any) -> tuple[str, ...]:
    return tuple(_shown(cell) for cell in row) if isinstance(row, list) else ()


def _shown(value: Any) -> str:
    return visible(str(value)) if isinstance(value, str | int | float) else ""
