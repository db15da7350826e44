"""Where a question's answer is looked up on a sheet: title block, tables, callouts, notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from drawing.callouts import Callout
from drawing.labels import FieldName
from drawing.lines import distance
from drawing.reading import Reading
from drawing.title_block import DATE, Field
from reader.finding import Caveat, Finding, Quote, alike, distinct, of_callout, of_field, of_line
from reader.neighbourhood import matches, named_blocks, near_named, tokens
from reader.questions import Question
from reader.sizes import MOST_CANDIDATES, find_size
from reader.table_lookup import find_in_tables
from reader.vocabulary import Topic

#: Fields that answer for another one where the sheet has none of its own.
_INSTEAD: dict[FieldName, tuple[FieldName, ...]] = {
    "date": ("date", "drawn_date", "approved_date", "checked_date"),
    "drawn_date": ("drawn_date", "date"),
    "drawing_number": ("drawing_number", "part_number"),
    "part_number": ("part_number", "drawing_number"),
}
_PIECES = re.compile(
    r"(?:^|\s)(?P<count>\d{1,5}\s?(?:x|pieces|pcs|off|stück|stk|required|benötigt)\b\.?)", re.IGNORECASE
)
#: An alloy or temper is a designation with digits, not just a material's name.
_ALLOY = re.compile(r"legierung|alloy|temper|zustand|werkstoffnummer|material number", re.IGNORECASE)
#: Recognised words below this confidence are quoted with a caveat.
SURE = 0.93
_HARD = re.compile(r"härte\b|gehärtet|hardness|hardened", re.IGNORECASE)
_HARDNESS = re.compile(r"\bH(?:RC|RA|B|V|BW)\b|härt|hard", re.IGNORECASE)
#: Tolerances by decimal places, as templates state them: `TWO PLACE DECIMAL ±.01`, `X.XX = ±0.1`.
_STATED_TOLERANCE = re.compile(r"(?i)(?:place dec|decimal|nachkomma|fraction|(?:^|\s)\d?x?[.,]x+)[^±]*±\s?[\d.,]+")
_FORM = ("straightness", "flatness", "circularity", "cylindricity")
#: How far a feature control frame hangs below the dimension it belongs to, in heights of the lettering.
FRAME_REACH = 2.5


def find(question: Question, reading: Reading, previous: Finding | None = None) -> Finding:
    """The answer to a question. `previous` is what the last question found, for a question about *it*.

    That something is not on the sheet is said of a text layer only; of recognised lettering, that it was not found.
    """
    finding = _find(question, reading, previous)
    if finding.phrase == "absent" and reading.sheet.text_source == "ocr":
        return replace(finding, phrase="unread")
    if any(quote.confidence < SURE for quote in finding.quotes) and "diameter_ocr" not in finding.caveats:
        return replace(finding, caveats=(*finding.caveats, "unsure"))
    return finding


def _find(question: Question, reading: Reading, previous: Finding | None) -> Finding:
    if question.chat and question.topic in ("unknown", "summary"):
        return Finding("chat")
    if previous is not None and previous.callouts and _is_about_it(question):
        return find_size(_about(question), replace(reading, callouts=previous.callouts))
    in_table = find_in_tables(question, reading.tables)
    if in_table is not None and not (in_table.phrase == "table" and question.field):
        return in_table
    if question.topic == "table" and question.field:
        return _find_field(question, reading)
    return _FINDERS[question.topic](question, reading)


def _is_about_it(question: Question) -> bool:
    own = question.numbers or question.designation or question.view or question.quoted
    return question.follow_up and question.topic in ("callout", "unknown") and not own and question.attribute != "value"


def _about(question: Question) -> Question:
    return replace(question, feature=None, holes=False, of_a_part=False, extreme=None)


def _find_field(question: Question, reading: Reading) -> Finding:
    name = question.field
    if name is None:
        return Finding("not_understood")
    if name == "scale" and question.view:
        return _find_view_scale(question, reading)
    found = reading.field(*_INSTEAD.get(name, (name,)))
    if name == "date" and not (found and found.value):
        found = _date_by_form(reading) or found
    if found is None:
        return Finding("absent", name)
    if not found.value:
        return Finding("empty_field", name, of=found.label)
    if name == "material" and _ALLOY.search(question.text) and not re.search(r"\d", found.value):
        return Finding("absent", "alloy")
    if name == "treatment" and _HARD.search(question.text) and not _HARDNESS.search(found.value):
        return Finding("absent", "hardness")
    if not found.label and name == "title":
        return Finding("title_by_place", name, (of_field(found),))
    if not found.label and name == "date" and reading.title_box is None and found not in reading.fields:
        return Finding("date_by_form", name, (of_field(found),))
    if not found.label and name == "drawn_by":
        return Finding("name_by_form", name, (of_field(found),))
    return Finding("field", found.name, (of_field(found),))


def _date_by_form(reading: Reading) -> Field | None:
    """The only date on the sheet, wherever it stands."""
    hits = [(line, match) for line in reading.lines for match in re.finditer(rf"(?<![\w.])(?:{DATE})(?!\w)", line.text)]
    if len({match.group() for _, match in hits}) != 1:
        return None
    line, match = hits[0]
    part = line.part(match.start(), match.end())
    return Field("date", "", part.plain, part.box, part.source, part.words)


def _find_view_scale(question: Question, reading: Reading) -> Finding:
    view = next((view for view in reading.views if view.name == question.view and view.scale), None)
    if view is None or view.scale is None:
        return Finding("absent", "scale")
    return Finding("view_scale", "scale", (Quote(view.scale, view.scale_words, "text"),), of=view.name)


def _find_general_tolerance(question: Question, reading: Reading) -> Finding:
    angular = re.search(r"winkel|angular|angle", question.text, re.IGNORECASE) is not None
    names: tuple[FieldName, ...] = ("angular_tolerance",) if angular else ("linear_tolerance",)
    field = reading.field(*names)
    if field and field.value:
        return Finding("general_tolerance", quotes=(of_field(field),))
    general = distinct(c for c in reading.callouts if c.type == "general_tolerance")
    if general:
        missing: tuple[Caveat, ...] = ("sign_missing",) if any(c.sign_missing for c in general) else ()
        return Finding("general_tolerance", quotes=tuple(_general_quote(c) for c in general), caveats=missing)
    stated = [line for line in reading.lines if _STATED_TOLERANCE.search(line.plain)]
    if stated:
        return Finding("general_tolerance", quotes=tuple(of_line(line) for line in stated))
    field = reading.field("general_tolerance", "linear_tolerance")
    if field and field.value:
        return Finding("general_tolerance", quotes=(of_field(field),))
    return (
        Finding("empty_field", "general_tolerance", of=field.label) if field else Finding("absent", "general_tolerance")
    )


def _general_quote(callout: Callout) -> Quote:
    """The tolerance alone where it is a number (`General tolerances ±0.05` says ±0.05), else the standard and class."""
    return of_callout(callout, callout.tolerance or callout.designation)


def _find_roughness(question: Question, reading: Reading) -> Finding:
    found = [c for c in reading.callouts if c.type == "roughness"]
    if question.view:
        near = near_named(question, reading, found)
        inside = [c for c in found if not (reading.title_box and reading.title_box.contains(*c.box.centre))]
        found = [c for c in (near[0] if near else []) if c in inside]
    left = distinct(found)
    if not left:
        return Finding("absent_at", "roughness", of=question.view) if question.view else Finding("absent", "roughness")
    if question.every or len(left) > MOST_CANDIDATES:
        return Finding("list", "roughness", tuple(of_callout(c) for c in left), number=len(found))
    if len(left) > 1:
        return Finding("candidates", "roughness", tuple(of_callout(c) for c in left))
    return Finding("roughness", "roughness", tuple(of_callout(c) for c in alike(left[0], found)), callouts=tuple(found))


def _find_frame(question: Question, reading: Reading) -> Finding:
    """Feature control frames by characteristic, datum and the dimension that they hang on."""
    frames = [c for c in reading.callouts if c.type == "gdt"]
    if question.characteristic:
        frames = [c for c in frames if _may_be(c, question.characteristic)]
    if question.datum:
        frames = [c for c in frames if question.datum in c.datums]
    if question.numbers:
        frames = [c for c in frames if _hangs_below(c, question, reading)]
    known = [c for c in frames if question.characteristic and c.characteristic == question.characteristic]
    left = distinct(known or frames)
    if not left:
        drawn: tuple[Caveat, ...] = (
            () if any(c.characteristic for c in reading.callouts) else ("characteristic_unread",)
        )
        return Finding("absent", question.characteristic or "frame", caveats=drawn)
    if question.every:
        return Finding("list", "frame", tuple(of_callout(c) for c in left), number=len(frames))
    if len(left) > MOST_CANDIDATES:
        return Finding("ambiguous", "frame", number=len(left), caveats=("characteristic_unread",))
    unread: tuple[Caveat, ...] = ("characteristic_unread",) if any(c.characteristic is None for c in left) else ()
    quotes = tuple(of_callout(c) for c in left)
    if len(left) > 1:
        return Finding("candidates", question.characteristic or "frame", quotes, caveats=unread)
    return Finding("frame", question.characteristic or "frame", quotes, caveats=unread, callouts=tuple(left))


def _may_be(frame: Callout, characteristic: str) -> bool:
    """Whether a frame can be of this characteristic: a form tolerance refers to no datum (ISO 1101)."""
    if frame.characteristic is None:
        return not (frame.datums and characteristic in _FORM)
    return frame.characteristic == characteristic


def _hangs_below(frame: Callout, question: Question, reading: Reading) -> bool:
    """Whether the dimension that a frame hangs on, the nearest one, is of a size that the question names."""
    hosts = [c for c in reading.callouts if c.type in ("linear", "diameter", "radius", "thread")]
    host = min(hosts, key=lambda c: distance(frame.box, c.box), default=None)
    height = frame.box.height if frame.direction == 0 else frame.box.width
    near = host is not None and distance(frame.box, host.box) < FRAME_REACH * height
    return near and host is not None and any(size in question.numbers for size in host.sizes)


def _find_callout(question: Question, reading: Reading) -> Finding:
    if question.attribute == "quantity" and question.needed:
        return _find_pieces(question, reading)
    return find_size(question, reading)


def _find_pieces(question: Question, reading: Reading) -> Finding:
    """How many of a part are to be made: in the caption that names it, else in the title block."""
    named = named_blocks(question, reading)
    lines = named[0].lines if named else ()
    for line in lines:
        match = _PIECES.search(line.plain)
        if match:
            return Finding("note", "quantity", (of_line(line.part(match.start("count"), match.end("count"))),))
    field = reading.field("quantity")
    if field and field.value:
        return Finding("field", "quantity", (of_field(field),))
    return Finding("absent", "quantity")


def _find_note(question: Question, reading: Reading) -> Finding:
    """A line of lettering that holds most of the question's own words, quoted as it stands."""
    scored = [(matches(question.keywords, line.plain), line) for line in reading.lines]
    best = max((score for score, _ in scored), default=0)
    if best < 2:
        return Finding("not_understood")
    said = tokens(question.text)
    hits = [line for score, line in scored if score == best and not set(tokens(line.plain)) <= set(said)]
    if len({line.plain for line in hits}) != 1:
        return Finding("not_understood")
    return Finding("note", quotes=(of_line(hits[0]),))


def _find_summary(question: Question, reading: Reading) -> Finding:
    names: tuple[FieldName, ...] = ("title", "drawing_number", "revision", "material", "scale", "paper", "date")
    fields = [field for field in (reading.field(name) for name in names) if field and field.value]
    quotes = tuple(of_field(field) for field in fields)
    return Finding("summary", quotes=quotes, number=len(reading.callouts), of=" ".join(f.name for f in fields))


def _find_table(question: Question, reading: Reading) -> Finding:
    return Finding("absent", "table")


_FINDERS: dict[Topic, Callable[[Question, Reading], Finding]] = {
    "field": _find_field,
    "general_tolerance": _find_general_tolerance,
    "roughness": _find_roughness,
    "gdt": _find_frame,
    "callout": _find_callout,
    "table": _find_table,
    "summary": _find_summary,
    "unknown": _find_note,
}
