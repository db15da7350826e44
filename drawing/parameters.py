"""Tables of parameters without column heads: gear data (DIN 3966, ISO 1340) and spring data (DIN 2099)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drawing.labels import LABELS, folded
from drawing.lines import WALL_SHARE, Line, share_a_wall, source_of
from drawing.nearby import Nearby
from drawing.sheet import Box
from drawing.tables import Cell, Table

_NAME = re.compile(
    r"(?:normal|stirn)?modul[e]?|zähnezahl|zähnez\.|(?:number|no\.?) of teeth|teeth|eingriffswinkel|pressure angle"
    r"|schrägungswinkel|helix angle|flankenrichtung|hand of helix|helix|profilverschiebung\w*|profile shift\w*"
    r"|teilkreis\S*|pitch (?:circle )?(?:diameter|dia\.?)|reference diameter|kopfkreis\S*|(?:tip|outside) diameter"
    r"|fu(?:ß|ss)kreis\S*|root diameter|grundkreis\S*|base diameter|bezugsprofil|basic rack|zahnhöhe|whole depth"
    r"|zahnweite(?:\s+über\s+\d+\s+zähne)?|base tangent length(?:\s+over\s+\d+\s+teeth)?"
    r"|achsabstand|cent(?:re|er) distance|verzahnungsqualität|(?:gear )?quality"
    r"|diametral pitch|circular pitch|addendum\w*|dedendum\w*|gegenrad\S*|mating gear|verzahnungstoleranz"
    r"|kopfhöhen\w*|zahndicke\w*|tooth thickness|drahtdurchmesser|wire diameter|federrate|spring rate|windungszahl"
    r"|gesamtwindungen|(?:number of |no\.? of )?(?:active |total )?coils|ungespannte länge|free length"
    r"|wi(?:ck|nd)el?richtung|teilung",
    re.IGNORECASE,
)
#: Any name may stand before a colon, with a number or a few words behind it, as in the data of springs (DIN 2099).
_STATED = re.compile(r"(?P<name>[^\W\d_][^:=\d.]{3,45}?(?<!note)(?<!notes)):\s*(?P<value>[^:]{1,30})", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3}")
#: A few names on a sheet are no table.
LEAST_ROWS = 3
#: How far a value stands from its name, and a row from the next, in heights of the lettering.
REACH = 30.0
ROW_PITCH = 3.0


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: Line
    value: Line

    @property
    def box(self) -> Box:
        return Box.around((self.name.box, self.value.box))


def parameters_of(lines: Sequence[Line]) -> tuple[Table, ...]:
    """The tables of parameters among a sheet's lines; their heads are empty, as they are on the sheet."""
    level = [line for line in lines if line.direction == 0]
    celled = Nearby([line for line in level if line.cell], lambda line: line.cell or line.box)
    found = [parameter for line in level for parameter in _parameter(line, level, celled)]
    columns: list[list[_Parameter]] = []
    for parameter in sorted(found, key=lambda p: p.box.y1):
        column = next((c for c in columns if _goes_on(c[-1], parameter)), None)
        if column is None:
            columns.append([parameter])
        else:
            column.append(parameter)
    return tuple(_table(column) for column in columns if len(column) >= LEAST_ROWS)


def _parameter(line: Line, level: Sequence[Line], celled: Nearby[Line]) -> list[_Parameter]:
    """The parameter whose name begins a line, with the value behind it, or beside it in the same row."""
    stated = _STATED.fullmatch(line.text)
    if stated and folded(stated["name"]) not in LABELS:
        cut = stated.start("value")
        return [_Parameter(line.part(0, stated.end("name")), line.part(cut, len(line.text)))]
    match = _NAME.match(line.text)
    if match is None:
        return _in_cells(line, celled)
    value = re.search(r"(?<=\s)[-+±]?(?:[ØøM]\s?)?\d.*", line.text[match.end() :])
    if value:
        cut = match.end() + value.start()
        return [_Parameter(line.part(0, cut), line.part(cut, len(line.text)))]
    beside = [other for other in level if other is not line and _same_row(line, other)]
    right = min((o for o in beside if o.box.x1 >= line.box.x2), key=lambda o: o.box.x1, default=None)
    near = right is not None and right.box.x1 - line.box.x2 < REACH * line.height
    symbol = right is not None and re.fullmatch(r"[^\W\d]\w{0,3}", right.plain.strip()) is not None
    if symbol and right is not None:
        further = min((o for o in beside if o.box.x1 >= right.box.x2), key=lambda o: o.box.x1, default=None)
        right = further if further is not None and further.box.x1 - right.box.x2 < REACH * line.height else right
    return [_Parameter(line, right)] if near and right is not None else []


def _in_cells(line: Line, celled: Nearby[Line]) -> list[_Parameter]:
    """Any name in a ruled cell, with the value in the next cell of its row; no label of a title block."""
    cell = line.cell
    if cell is None or folded(line.plain) in LABELS or _WORD.search(line.text) is None:
        return []
    near = list(celled.near(cell, WALL_SHARE * cell.height))
    values = [other for other in near if other.cell and share_a_wall(cell, other.cell)]
    alone = sum(other.cell == cell for other in near) == 1
    return [_Parameter(line, values[0])] if alone and len(values) == 1 else []


def _same_row(line: Line, other: Line) -> bool:
    return abs(line.place.middle - other.place.middle) < 0.5 * max(line.height, other.height)


def _goes_on(last: _Parameter, parameter: _Parameter) -> bool:
    gap = parameter.name.box.y1 - last.name.box.y2
    aligned = abs(parameter.name.box.x1 - last.name.box.x1) < 2 * last.name.height
    a, b = last.value.cell, parameter.value.cell
    if a and b:
        aligned = aligned and abs(a.x1 - b.x1) < WALL_SHARE * a.height and abs(a.x2 - b.x2) < WALL_SHARE * a.height
    return aligned and -0.5 * last.name.height < gap < ROW_PITCH * last.name.height


def _table(column: Sequence[_Parameter]) -> Table:
    rows = tuple((_cell(p.name), _cell(p.value)) for p in column)
    words = [word for row in rows for cell in row for word in cell.words]
    return Table("other", ("", ""), ("symbol", "value"), rows, Box.around(word.box for word in words), source_of(words))


def _cell(line: Line) -> Cell:
    return Cell(line.plain.strip(), line.words)
