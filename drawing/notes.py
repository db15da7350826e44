"""Lists of notes: a heading (NOTES, Anmerkungen) with its lines, or lines numbered 1., 2., 3. below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from drawing.lines import Line, source_of
from drawing.sheet import Box, Word
from drawing.tables import Cell, Table

_HEADING = re.compile(
    r"(?:(?:general|allgemeine|technical|technische)\s+)?(?:notes?|anmerkung(?:en)?|hinweise?|bemerkung(?:en)?)\s*:?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<number>\d{1,2})\s?[.)]\s*(?=(?P<text>[^\W\d_]|\S.*[^\W\d_]{3}))")
#: How far a line may stand below the one before, in heights of the lettering: within a note, and between two.
LINE_PITCH = 1.6
NOTE_PITCH = 3.5
#: Numbered lines without a heading are notes from this many on.
LEAST_NOTES = 2
MOST_WORDS_OF_A_NOTE = 60


@dataclass(slots=True)
class _Note:
    number: int | None
    lines: list[Line] = field(default_factory=list)


def notes_of(lines: Sequence[Line]) -> tuple[Table, ...]:
    """Each list of notes as a table of numbers and texts; the heading, as printed, is the head of the texts."""
    level = sorted((line for line in lines if line.direction == 0), key=lambda line: (line.box.y1, line.box.x1))
    found: list[Table] = []
    used: set[int] = set()
    for line in level:
        heading = line if _HEADING.fullmatch(line.plain.strip()) else None
        if id(line) in used or (heading is None and _number(line) != 1):
            continue
        notes = _below(line, level, headed=heading is not None)
        if len(notes) >= (1 if heading else LEAST_NOTES):
            found.append(_table(heading, notes))
            used |= {id(part) for note in notes for part in note.lines} | {id(line)}
    return tuple(found)


def _number(line: Line) -> int | None:
    match = _NUMBERED.match(line.text)
    return int(match["number"]) if match else None


def _below(first: Line, level: Sequence[Line], *, headed: bool) -> list[_Note]:
    """The notes that begin at or below a line, in one column, none further from the one before than notes are."""
    notes = [] if headed else [_Note(1, [first])]
    last = first
    for line in level:
        if line is first or line.box.y1 < last.box.y1 or not _in_column(line, first):
            continue
        if line.box.y1 - last.box.y2 > NOTE_PITCH * last.height or line.height > 2 * last.height:
            break
        number = _number(line)
        if number is not None and number == _next(notes):
            notes.append(_Note(number, [line]))
        elif (
            number is None
            and notes
            and line.box.y1 - last.box.y2 < (LINE_PITCH - 0.5) * last.height
            and notes[-1].number
        ):
            notes[-1].lines.append(line)
        elif number is None and headed and (not notes or notes[-1].number is None):
            notes.append(_Note(None, [line]))
        else:
            break
        last = line
    return notes


def _next(notes: Sequence[_Note]) -> int:
    return (notes[-1].number or 0) + 1 if notes else 1


def _in_column(line: Line, first: Line) -> bool:
    return first.box.x1 - 3 * first.height < line.box.x1 < first.box.x1 + 8 * first.height


def _table(heading: Line | None, notes: Sequence[_Note]) -> Table:
    rows = tuple(_row(note) for note in notes)
    words = [word for row in rows for cell in row for word in cell.words] + list(heading.words if heading else ())
    head = heading.plain.strip().rstrip(":") if heading else ""
    box = Box.around(word.box for word in words)
    return Table("notes", ("", head), ("item", "description"), rows, box, source_of(words))


def _row(note: _Note) -> tuple[Cell, Cell]:
    first = note.lines[0]
    match = _NUMBERED.match(first.text)
    cut = match.end() if match and note.number is not None else 0
    number = first.part(0, cut).words if cut else ()
    rest: list[Word] = list(first.part(cut, len(first.text)).words)
    rest += [word for line in note.lines[1:] for word in line.words]
    label = first.text[:cut].strip() if cut else ""
    return Cell(label, number), Cell(" ".join(word.text for word in rest), tuple(rest))
