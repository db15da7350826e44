"""Labels of a title block among the lines of a sheet, with the values that stand on the same line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drawing.labels import FIELD_OF, LABELS, FieldName, folded, misread
from drawing.lines import Line
from drawing.sheet import Box
from drawing.title_forms import DATE, FORMS, STRICT, fits

#: A word alone is believed to be a label only where a title block has this many.
LEAST_LABELS = 4
#: Words of a label in a row of labels.
LONGEST_LABEL = 4


@dataclass(frozen=True, slots=True)
class Label:
    """A label on the sheet, cut out of the line `origin`, with the value behind its colon, if any, as `inline`.

    `field` is `None` for words of the template that are no field of ours.
    """

    field: FieldName | None
    line: Line
    origin: Line
    inline: Line | None = None

    @property
    def box(self) -> Box:
        return self.line.box


def labels_of(lines: Iterable[Line]) -> tuple[Label, ...]:
    """The labels among horizontal lines. Single words without a colon count only where there is a title block."""
    found = [label for line in lines if line.direction == 0 for label in _labels_in(line)]
    fields = [label for label in found if label.field]
    if len({label.field for label in fields}) >= LEAST_LABELS:
        return tuple(found)
    return tuple(label for label in found if label.inline or label.line.plain.rstrip().endswith(":"))


#: Those who sign in a row with the date.
_ROLES: frozenset[FieldName] = frozenset({"drawn_by", "checked_by", "approved_by"})


#: A name of one to three words, or none beside a date.
_NAME = r"|[^\W\d_][\w.'-]*(?:,? [^\W\d_][\w.'-]*){0,2}"


#: Dr. Lang is a person, DR. LANG or Dr. 12.03.2024 somebody who has drawn.
_DOCTOR = re.compile(r"(?:Prof\. )?Dr\. ?([^\W\d_][\w.-]*)")


def parted(line: Line) -> tuple[Line, ...]:
    """The cells of a row that stand so close that they were read as one line, by their walls or by what they say."""
    beside = (piece for part in line.by_cells() for piece in _label_by_label(part))
    return tuple(piece for part in beside for piece in _signed(part))


def _label_by_label(line: Line) -> tuple[Line, ...]:
    """A row of labels with values (SCALE 1:1 WEIGHT 0.2 kg, SIZE: A4 MATERIAL: 1.2842), cut before each label."""
    labelled: list[int] = []
    end = 0
    for at in line.offsets:
        size = _label_at(line.plain[at:]) if at >= end else 0
        if size:
            labelled.append(at)
            end = at + size
    return line.parted(labelled[1:]) if labelled and labelled[0] == 0 and labelled[1:] else (line,)


def _label_at(text: str) -> int:
    """The length of a label that a text begins with, before a colon or a value of its strict form; else 0."""
    for last in reversed(list(re.finditer(r"\S+", text))[:LONGEST_LABEL]):
        label, rest = text[: last.end()], text[last.end() :].lstrip(" :")
        if label.endswith(":") and folded(label) in LABELS:
            return last.end()
        name = FIELD_OF.get(folded(label))
        value = re.match(rf"(?:{FORMS[name]})(?!\w)", rest) if name in STRICT else None
        if value and any(map(str.isdigit, value.group())):
            return last.end()
    return 0


def _signed(line: Line) -> tuple[Line, ...]:
    """Who did it, the date and the name, which stand in one row."""
    if _label_name(line.plain) is not None or _side_by_side(line) or _is_doctor(line):
        return (line,)
    for offset in reversed(line.offsets[1:4]):
        label, rest = line.plain[:offset], line.plain[offset:]
        if FIELD_OF.get(folded(label)) in _ROLES and not label.rstrip().endswith(":") and _signs(rest):
            date = re.search(DATE, line.text[offset:])
            ends = [offset + date.start(), offset + date.end()] if date else []
            return line.parted({offset, *(end for end in ends if end > offset)})
    return (line,)


def _is_doctor(line: Line) -> bool:
    """Whether a line is a person's name with a title, although the title, or the name, may be a label elsewhere."""
    doctor = _DOCTOR.match(line.text)
    return doctor is not None and FIELD_OF.get(folded(doctor[1])) is None and not re.search(DATE, line.text)


def _signs(text: str) -> bool:
    """Whether a text is a date, a name, or both."""
    name = re.sub(DATE, " ", text).strip()
    return folded(name) not in LABELS and re.fullmatch(_NAME, name) is not None


def _labels_in(line: Line) -> tuple[Label, ...]:
    """Labels of one line: all of it, its part before a colon or a value of the right form, or one beside another."""
    if _is_doctor(line):
        return ()
    whole = _label_name(line.plain) or (misread(folded(line.plain)) if line.source == "ocr" else None)
    if whole is not None:
        return (Label(FIELD_OF.get(whole), line, line),)
    colon = re.match(r"[^:]{2,40}:(?!//)(?=\s*(?P<rest>\S))", line.text)
    if colon and not re.fullmatch(r".*\d\s?", colon.group()[:-1]):
        name = _label_name(re.sub(r"^\d{1,2}[.)]\s*", "", colon.group()))
        if name is not None:
            return (_behind_colon(line, FIELD_OF.get(name), colon.end(), colon.start("rest")),)
    return _before_its_value(line) or _side_by_side(line)


def _behind_colon(line: Line, name: FieldName | None, cut: int, start: int) -> Label:
    """A label and the value behind its colon; where the form is strict, no more than fits it."""
    rest = line.plain[start:]
    form = re.match(FORMS[name], rest) if name in STRICT and not fits(name, rest) else None
    end = start + form.end() if form and form.end() else len(line.text)
    return Label(name, line.part(0, cut), line, line.part(start, end))


def _before_its_value(line: Line) -> tuple[Label, ...]:
    """A label with its value right behind it, such as SCALE 1:1 or SHEET 1 OF 3, where the value's form is strict."""
    for offset in line.offsets[1:]:
        name = FIELD_OF.get(folded(line.plain[:offset]))
        if name == "revision" and line.cell is not None and fits(name, line.plain[offset:]):
            return (_with_value(line, name, offset, offset),)
        if name in STRICT and re.search(r"\d", line.plain[offset:]) and fits(name, line.plain[offset:]):
            return (_with_value(line, name, offset, offset),)
    return ()


def _with_value(line: Line, name: FieldName | None, cut: int, start: int) -> Label:
    """A label and the value behind it, cut out of the line."""
    return Label(name, line.part(0, cut), line, line.part(start, len(line.text)))


def _side_by_side(line: Line) -> tuple[Label, ...]:
    """Several labels on one line, as in the head of a row of cells; all of the line must be labels."""
    texts = [word.text for word in line.words]
    found: list[Label] = []
    at = 0
    while at < len(texts):
        for size in range(min(5, len(texts) - at), 0, -1):
            name = _label_name(" ".join(texts[at : at + size]))
            if name is not None:
                first, last = line.offsets[at], line.offsets[at + size - 1] + len(texts[at + size - 1])
                found.append(Label(FIELD_OF.get(name), line.part(first, last), line))
                at += size
                break
        else:
            return ()
    return tuple(found)


def _label_name(text: str) -> str | None:
    """The label that a text is, also where it stands in two languages (`Scale/skala`)."""
    for side in (text, *text.split("/")):
        name = folded(side)
        if name in LABELS:
            return name
    return None
