"""Questions about the title block: a field by its label, else by its form or place, and the scale of a view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

from drawing.captions import ViewCaption, ViewKind
from drawing.labels import LABELS, FieldName, folded
from drawing.lines import Line
from drawing.materials import MATERIAL
from drawing.reading import Reading
from drawing.sheet import Box
from drawing.title_block import Field
from drawing.title_forms import DATE
from reader.finding import Caveat, Finding, Quote, alike, distinct, of_callout, of_field, of_line
from reader.questions import Question
from reader.table_lookup import latest_revision
from reader.vocabulary import search

#: Fields that answer for another one where the sheet has none of its own.
_INSTEAD: dict[FieldName, tuple[FieldName, ...]] = {
    "date": ("date", "drawn_date", "approved_date", "checked_date"),
    "drawn_date": ("drawn_date", "date"),
    "drawing_number": ("drawing_number", "part_number"),
    "part_number": ("part_number", "drawing_number"),
    "finish": ("finish", "treatment"),
}
#: An alloy or temper is a designation with digits, not just a material's name.
_ALLOY = re.compile(r"legierung|alloy|temper|zustand|werkstoffnummer|material number", re.IGNORECASE)
#: How values without a label of their own are recognised, wherever they stand. Projection: ISO 5456-2, ISO 128-3.
_FORMS: dict[FieldName, str] = {
    "date": rf"(?<![\w.])(?P<value>{DATE})(?!\w)",
    "unit": r"(?i)(?:dimensions?|ma(?:ß|ss)e|bema(?:ß|ss)ung(?:en)?|angaben|units?)\b[^:.]{0,20}?\b(?:in|:)\s*"
    r"(?P<value>mm|millimet\w+|inch(?:es)?|zoll|cm)\b",
    "projection": r"(?i)(?P<value>(?:first|third|1st|3rd)[\s-]*angle(?:\s+projection)?"
    r"|(?:projektions)?methode\s*[13E]\b|projection\s+(?:method\s+)?[13E]\b)",
    "company": r"(?P<value>(?:[^\W\d_][\w.&'’-]*\s){1,5}(?:GmbH|AG|KG|OHG|SE|Inc\b\.?|LLC|L\.L\.C\.|Ltd\b\.?|Limited"
    r"|Corp\b\.?|Corporation|Co\.|S\.?p\.?A\.?|S\.?A\.?|S\.?r\.?l\.?|B\.?V\.?|AB|Oy|PLC|(?i:university|universität"
    r"|hochschule|institute?|initiative|foundation|laborator(?:y|ies)|labs?|technologies|industries"
    r"|maschinenbau))(?![\w-]).*)",
}
#: Lettering of a title block that is at least this much taller than its labels stands for a name.
_TALL = 1.5
#: Share of a line that a material takes; in a longer line it is part of a sentence.
LEAST_OF_LINE = 0.7
#: How far above its labels a title block may reach, in widths of it: logos stand on top of the cells.
_ABOVE = 0.12
_KINDS: tuple[tuple[ViewKind, str], ...] = (
    ("section", r"schnitt|section"),
    ("detail", r"detail|einzelheit"),
    ("view", r"ansicht|\bviews?\b"),
)


def find_field(question: Question, reading: Reading) -> Finding:
    """What a field of the title block says; where the sheet has no such field, what has its form."""
    name = question.field
    if name is None:
        return Finding("not_understood")
    if len(question.fields) > 1:
        return _find_fields(question, reading)
    of_kind = any(view.kind == _kind(question) for view in reading.views)
    if name == "scale" and (question.view or of_kind):
        return _find_view_scale(question, reading)
    found = reading.field(*_INSTEAD.get(name, (name,)))
    if name == "revision" and (found is None or not found.value):
        return latest_revision(reading.tables) or _nothing(name, found)
    if found is None or not found.value:
        return _without_label(name, reading) or _nothing(name, found)
    if name == "material" and _ALLOY.search(question.text) and not re.search(r"\d", found.value):
        return Finding("absent", "alloy")
    return _labelled(name, found, reading)


def _find_fields(question: Question, reading: Reading) -> Finding:
    """Several fields that one question asks for; those that the sheet does not have are named as such."""
    single = (replace(question, field=name, fields=()) for name in question.fields)
    found = [(name, find_field(one, reading)) for name, one in zip(question.fields, single, strict=True)]
    given = [(name, finding.quotes[0]) for name, finding in found if len(finding.quotes) == 1]
    missing = [name for name, finding in found if not finding.quotes]
    if not given:
        return found[0][1]
    return Finding("fields", " ".join(missing), tuple(q for _, q in given), of=" ".join(name for name, _ in given))


def _labelled(name: FieldName, found: Field, reading: Reading) -> Finding:
    quotes = (of_field(found),)
    if not found.label and found.name in ("title", "drawing_number"):
        return Finding("title_by_place" if reading.title_box is None else "in_block", found.name, quotes)
    if not found.label and name == "drawn_by":
        return Finding("name_by_form", name, quotes)
    return Finding("field", found.name, quotes)


def _nothing(name: FieldName, found: Field | None) -> Finding:
    """The reason why there is no value. A projection symbol is drawn more often than its method is lettered."""
    caveats: tuple[Caveat, ...] = ("projection_drawn",) if name == "projection" else ()
    if found is not None:
        return Finding("empty_field", name, of=found.label, caveats=caveats)
    return Finding("absent", name, caveats=caveats)


def _without_label(name: FieldName, reading: Reading) -> Finding | None:
    if name == "finish":
        return _finish(reading)
    rule = _RULES.get(name)
    parts = {part.plain: part for part in rule(name, reading)} if rule else {}
    if len(parts) != 1:
        return None
    (part,) = parts.values()
    return Finding("date_by_form" if name == "date" else "by_form", name, (of_line(part),))


def _finish(reading: Reading) -> Finding | None:
    """A sheet that is asked for its finish and has only a roughness answers with that."""
    rough = [c for c in reading.callouts if c.type == "roughness"]
    left = distinct(rough)
    if len(left) != 1:
        return Finding("candidates", "roughness", tuple(of_callout(c) for c in left)) if left else None
    return Finding("roughness", "roughness", tuple(of_callout(c) for c in alike(left[0], rough)))


def _by_form(name: FieldName, reading: Reading) -> Iterator[Line]:
    for line in reading.lines:
        match = re.search(_FORMS[name], line.text) if line.direction == 0 else None
        if match:
            yield line.part(match.start("value"), match.end("value"))


def _company(name: FieldName, reading: Reading) -> Iterator[Line]:
    """A name with its legal form or kind, in the title block or below the drawing; else the tall letters of a logo."""
    named = list(_by_form(name, reading))
    yield from named[:1] if named else _logos(reading)


def _logos(reading: Reading) -> Iterator[Line]:
    """Tall free capitals in the title block: one to three words without digits."""
    if reading.title_box is None:
        return
    taken = {word for field in reading.fields for word in field.words}
    area = _with_logos(reading.title_box)
    labels = [line.height for line in reading.lines if folded(line.plain) in LABELS]
    for line in reading.lines:
        free = not taken.intersection(line.words) and folded(line.plain) not in LABELS
        tall = labels and line.height > _TALL * median(labels)
        if (
            free
            and tall
            and area.contains(*line.box.centre)
            and re.fullmatch(r"[^\W\d_]{3,}(?: [^\W\d_]+){0,2}", line.plain)
        ):
            yield line


def _with_logos(box: Box) -> Box:
    return Box(box.x1, box.y1 - _ABOVE * box.width, box.x2, box.y2)


def _material(name: FieldName, reading: Reading) -> Iterator[Line]:
    """A designation that is a line but for little else, or said to be one, where the title block has no such field."""
    if reading.field("material"):
        return
    found = [part for line in reading.lines if line.direction == 0 for part in _designations(line)]
    longest = max(found, key=lambda part: len(part.plain), default=None)
    # The same material with and without its quality (S355, S355 JR) is one.
    yield from [longest] if longest and all(longest.plain.startswith(part.plain) for part in found) else found


def _designations(line: Line) -> Iterator[Line]:
    match = re.search(MATERIAL, line.text)
    if match is None:
        return
    said = re.search(
        r"(?i)\b(?:grade|güte|werkstoff|material|made of|made from|aus)\W{1,3}$", line.text[: match.start()]
    )
    if said or len(match.group()) > LEAST_OF_LINE * len(line.text):
        yield line.part(match.start(), match.end())


_RULES: dict[FieldName, Callable[[FieldName, Reading], Iterator[Line]]] = {
    "date": _by_form,
    "unit": _by_form,
    "projection": _by_form,
    "company": _company,
    "material": _material,
}


def _kind(question: Question) -> ViewKind | None:
    plain = question.text.lower()
    return next((kind for kind, words in _KINDS if search(words, plain)), None)


def _find_view_scale(question: Question, reading: Reading) -> Finding:
    """The scale of the view that is named, or of all views of the kind that is named."""
    views = [view for view in reading.views if view.scale]
    named = [view for view in views if view.name == question.view]
    of_kind = [view for view in views if view.kind == _kind(question)]
    found = named if question.view else of_kind
    if not found:
        return Finding("absent", "scale")
    names = ", ".join(dict.fromkeys(view.name for view in found))
    if len({view.scale for view in found}) == 1:
        return Finding("view_scale", "scale", tuple(_scale_of(view) for view in found), of=names)
    return Finding("views", "scale", tuple(_with_scale(view) for view in found))


def _scale_of(view: ViewCaption) -> Quote:
    return Quote(view.scale or "", view.scale_words, "text")


def _with_scale(view: ViewCaption) -> Quote:
    text = f"{view.name} ({view.scale})" if view.scale else view.name
    return Quote(text, view.words, "text")


def find_views(question: Question, reading: Reading) -> Finding:
    """The sections, details and views that carry a name."""
    kind = _kind(question)
    found = {view.name: view for view in reading.views if kind in (None, "view") or view.kind == kind}
    quotes = tuple(_with_scale(view) for view in found.values())
    if not quotes:
        return Finding("absent", kind or "view")
    if question.how_many:
        return Finding("named_views", kind or "view", quotes, number=len(quotes))
    return Finding("views", kind or "view", quotes)
