"""Where a question's answer is looked up on a sheet: title block, tables, callouts, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from drawing.callouts import Callout
from drawing.labels import FieldName
from drawing.lines import Block
from drawing.reading import Reading
from drawing.sheet import Word
from drawing.tables import Cell
from reader.candidates import MOST_NUMBERS, numbers_in
from reader.computation import with_computed
from reader.depths import depth_nearby
from reader.field_lookup import find_field, find_views
from reader.finding import Caveat, Finding, Phrase, Quote, alike, distinct, of_callout, of_field, of_line
from reader.frame_lookup import find_datums, find_frame, of_frame
from reader.glossary import explanation
from reader.neighbourhood import matches, named_blocks, near_named, tokens
from reader.questions import Question
from reader.sizes import find_size
from reader.statements import find_requirement
from reader.table_lookup import find_in_tables
from reader.vocabulary import QUANTITY, Feature, Topic, search

_PIECES = re.compile(
    r"(?:^|\s)(?P<count>\d{1,5}\s?(?:x|pieces|pcs|off|stück|stk|required|benötigt)\b\.?)", re.IGNORECASE
)
#: A note is taken for the answer when it holds this many words of the question.
LEAST_MATCHES = 2
#: A question of more words than this is about more than the number in it.
_FEW_WORDS = 4
#: A block of more words than this is no note but a caption or a title block.
_SHORT_NOTE = 14
#: What general tolerances are for, as questions put it, and how they are lettered: castings (ISO 8062, DIN 1680 to
#: 1688), welds (ISO 13920), angles, and sizes by their decimal places (templates of inch sheets).
_GENERAL_FOR = (
    (r"guss|guß|cast", r"8062|dctg|168\d"),
    (r"schweiß|weld", r"13920"),
    (r"winkel|angular|angle", r"angle|angular|winkel|°"),
    (r"(?:ein|1|one)\w{0,2}[ -](?:nachkomma|dezimal|decimal|place)", r"one place|1 place|(?<![.,x])x?[.,]x(?!x)"),
    (r"(?:zwei|2|two)[ -](?:nachkomma|dezimal|decimal|place)", r"two place|2 place|[.,]xx(?!x)"),
    (r"(?:drei|3|three)[ -](?:nachkomma|dezimal|decimal|place)", r"three place|3 place|[.,]xxx(?!x)"),
)
_UNLESS = r"\ball\b|\balle[nr]?\b|unless|otherwise|allgemein|general|übrig|sonst|remaining|nichts? ander|everywhere"
_DECIMAL_PLACES = r"nachkommastell|dezimalstell|decimal place|place decimal"
#: Recognised words below this confidence are quoted with a caveat.
SURE = 0.93
#: Tolerances by decimal places, as templates state them: `TWO PLACE DECIMAL ±.01`, `X.XX = ±0.1`.
_STATED_TOLERANCE = re.compile(r"(?i)(?:place dec|decimal|nachkomma|fraction|(?:^|\s)\d?x?[.,]x+)[^±]*±\s?[\d.,]+")


def find(question: Question, reading: Reading, previous: Finding | None = None) -> Finding:
    """The answer to a question. `previous` is what the last question found, for a question about *it*.

    That something is not on the sheet is said of a text layer only; of recognised lettering, that it was not found.
    """
    finding = with_computed(question, _find(question, reading, previous), reading)
    if finding.phrase in _UNREAD:
        return as_far_as_read(finding, reading)
    if any(quote.confidence < SURE for quote in finding.quotes) and "diameter_ocr" not in finding.caveats:
        return replace(finding, caveats=(*finding.caveats, "unsure"))
    return finding


_UNREAD: dict[Phrase, Phrase] = {"absent": "unread", "absent_value": "unread_value"}


def as_far_as_read(finding: Finding, reading: Reading) -> Finding:
    """What is absent from recognised lettering was not found in it; nothing else changes."""
    scanned = reading.sheet.text_source == "ocr"
    return replace(finding, phrase=_UNREAD.get(finding.phrase, finding.phrase)) if scanned else finding


def _find(question: Question, reading: Reading, previous: Finding | None) -> Finding:
    if question.term:
        return Finding("explained", of=explanation(question.term, question.language))
    if question.foreign:
        return Finding("foreign")
    if question.small_talk == "self" or (question.small_talk and question.topic in ("unknown", "summary")):
        return Finding(question.small_talk)
    if previous is not None and previous.callouts and _is_about_it(question):
        finding = find_size(_about(question, previous.callouts), replace(reading, callouts=previous.callouts))
        return depth_nearby(finding, reading) if finding.phrase == "no_depth" else finding
    in_table = find_in_tables(question, reading.tables)
    if in_table is not None and not (in_table.phrase == "table" and question.field):
        return _told_elsewhere(question, reading, in_table) or in_table
    if question.topic == "table" and question.field:
        return find_field(question, reading)
    return _FINDERS[question.topic](question, reading)


def _told_elsewhere(question: Question, reading: Reading, in_table: Finding) -> Finding | None:
    """A note about an item tells more than its row; what the title names has its weight in the title block."""
    if in_table.phrase in ("row", "absent") and question.topic == "unknown":
        note = _find_note(question, reading)
        return note if note.phrase == "note" else None
    title = reading.field("title")
    named = title is not None and any(word in title.value.lower() for word in question.keywords)
    return find_field(question, reading) if named and in_table.phrase == "absent" and question.field else None


def _is_about_it(question: Question) -> bool:
    own = question.numbers or question.designation or question.view or question.quoted
    return question.follow_up and question.topic in ("callout", "unknown") and not own and question.attribute != "value"


def _about(question: Question, callouts: Sequence[Callout]) -> Question:
    """The question about *it*; how many there are of it is counted by its name."""
    counted = question.attribute == "quantity" and len(distinct(callouts)) == 1
    designation = callouts[0].designation if counted and callouts[0].type == "thread" else None
    sizes = callouts[0].sizes if counted and not designation else ()
    feature: Feature | None = "thread" if all(c.type == "thread" for c in callouts) else None
    return replace(
        question,
        feature=feature,
        holes=False,
        of_a_part=False,
        extreme=None,
        designation=designation,
        numbers=tuple(sizes),
    )


def _find_general_tolerance(question: Question, reading: Reading) -> Finding:
    angular = re.search(r"winkel|angular|angle", question.text, re.IGNORECASE) is not None
    names: tuple[FieldName, ...] = ("angular_tolerance",) if angular else ("linear_tolerance",)
    field = reading.field(*names)
    if field and field.value and not search(_DECIMAL_PLACES, question.text.lower()):
        return Finding("general_tolerance", quotes=(of_field(field),))
    general = _general_meant(question, distinct(c for c in reading.callouts if c.type == "general_tolerance"))
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


def _general_meant(question: Question, general: list[Callout]) -> list[Callout]:
    """Of several general tolerances those for the process or the decimal places that the question names."""
    plain = question.text.lower()
    named = [rule for words, rule in _GENERAL_FOR if search(words, plain)]
    return [c for c in general if any(search(rule, c.text.lower()) for rule in named)] or general


def _general_quote(callout: Callout) -> Quote:
    """The tolerance alone where it is a number (`General tolerances ±0.05` says ±0.05), else the standard and class."""
    return of_callout(callout, callout.tolerance or callout.designation)


def _find_roughness(question: Question, reading: Reading) -> Finding:
    found = [c for c in reading.callouts if c.type == "roughness"]
    if question.view:
        near = near_named(question, reading, found)
        inside = [c for c in found if not (reading.title_box and reading.title_box.contains(*c.box.centre))]
        found = [c for c in (near[0] if near else []) if c in inside]
    found = _general_roughness(question, reading, found)
    left = distinct(found)
    if not left:
        return Finding("absent_at", "roughness", of=question.view) if question.view else Finding("absent", "roughness")
    if question.every or len(numbers_in(left)) > MOST_NUMBERS:
        return Finding("list", "roughness", tuple(of_callout(c) for c in left), number=len(found))
    if len(left) > 1:
        return Finding("candidates", "roughness", tuple(of_callout(c) for c in left))
    return Finding("roughness", "roughness", tuple(of_callout(c) for c in alike(left[0], found)), callouts=tuple(found))


def _general_roughness(question: Question, reading: Reading, found: list[Callout]) -> list[Callout]:
    """The roughness that a note states for all surfaces, where the question asks for that."""
    if not search(_UNLESS, question.text.lower()):
        return found
    noted = {word for line in reading.lines if search(_UNLESS, line.plain.lower()) for word in line.words}
    return [c for c in found if noted.intersection(c.words)] or found


def _find_callout(question: Question, reading: Reading) -> Finding:
    own = [word for word in question.keywords if not search(QUANTITY, word)]
    bare = question.feature is None and not (question.numbers or question.designation or own)
    if question.attribute == "quantity" and (question.needed or bare):
        return _find_pieces(question, reading)
    if question.attribute == "quantity" and question.feature is None and own:
        pieces = _find_pieces(question, reading)
        if pieces.phrase == "note":
            return pieces
    finding = _find_size(question, reading)
    if question.attribute == "tolerance" and question.every and question.feature in (None, "size"):
        return _every_tolerance(question, reading, finding)
    if question.attribute == "tolerance" and finding.phrase in ("absent", "no_tolerance"):
        return _with_general(question, reading, finding)
    return finding


def _every_tolerance(question: Question, reading: Reading, finding: Finding) -> Finding:
    """The sizes with a tolerance, the feature control frames, and the general tolerance."""
    toleranced = [c for c in distinct(finding.callouts) if c.tolerance or c.limits or c.fit or c.bound]
    own = tuple(of_callout(c) for c in toleranced)
    controlled = [c for c in distinct(reading.callouts) if c.type == "gdt"]
    frames = tuple(of_frame(c) for c in controlled)
    unread: tuple[Caveat, ...] = ("characteristic_unread",) if any(c.characteristic is None for c in controlled) else ()
    general = _find_general_tolerance(question, reading)
    quotes = (*own, *frames, *(general.quotes if general.phrase == "general_tolerance" else ()))
    if not quotes:
        return Finding("absent", "tolerance")
    return Finding("list", "tolerance", quotes, number=len(quotes), caveats=unread)


def _with_general(question: Question, reading: Reading, finding: Finding) -> Finding:
    """Where no tolerance is printed at what is asked about, the general one holds, if the sheet states one."""
    general = _find_general_tolerance(question, reading)
    if general.phrase != "general_tolerance":
        nowhere = finding.phrase == "absent" and question.feature is None
        return Finding("absent", "tolerance") if nowhere else finding
    if finding.phrase == "absent" or reading.general_class is not None:
        return general if finding.phrase == "absent" else finding
    return Finding("together", quotes=general.quotes, callouts=finding.callouts, parts=(finding, general))


def _find_size(question: Question, reading: Reading) -> Finding:
    """Among the callouts of the views, else among those that stand in tables."""
    found = find_size(question, reading)
    if found.quotes or not reading.tabled:
        return found
    tabled = find_size(question, replace(reading, callouts=reading.tabled))
    return tabled if tabled.quotes else found


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
    """A line of lettering, or a short block, that holds most of the question's own words, quoted as it stands."""
    return _best_text(question, [of_line(line) for line in reading.lines]) or (
        _best_text(question, [_of_block(block) for block in reading.blocks if len(block.text.split()) <= _SHORT_NOTE])
        or _bare_number(question, reading)
    )


def _bare_number(question: Question, reading: Reading) -> Finding:
    """What a question means that is little more than a number of the sheet: *6,5, what is that?*"""
    short = len(question.text.split()) <= _FEW_WORDS
    hits = [c for c in reading.callouts if short and c.type != "gdt" and set(c.sizes) & set(question.numbers)]
    if not hits:
        return Finding("not_understood")
    return Finding("printed", quotes=tuple(of_callout(c) for c in distinct(hits)), callouts=tuple(hits))


def _of_block(block: Block) -> Quote:
    words = tuple(word for line in block.lines for word in line.words)
    return Quote(" ".join(line.plain.strip() for line in block.lines), words, "text")


def _best_text(question: Question, texts: Sequence[Quote]) -> Finding | None:
    scored = [(matches(question.keywords, quote.text), quote) for quote in texts]
    best = max((score for score, _ in scored), default=0)
    if best < LEAST_MATCHES:
        return None
    said = set(tokens(question.text))
    hits = [quote for score, quote in scored if score == best and not set(tokens(quote.text)) <= said]
    return Finding("note", quotes=(hits[0],)) if len({quote.text for quote in hits}) == 1 else None


def _find_summary(question: Question, reading: Reading) -> Finding:
    names: tuple[FieldName, ...] = ("title", "drawing_number", "revision", "material", "scale", "paper", "date")
    fields = [field for field in (reading.field(name) for name in names) if field and field.value]
    counted = Quote(str(len(reading.callouts)), tuple(w for c in reading.callouts for w in c.words), computed=True)
    quotes = (*(of_field(field) for field in fields), *([counted] if reading.callouts else []))
    return Finding("summary", quotes=quotes, number=len(reading.callouts), of=" ".join(f.name for f in fields))


def _find_table(question: Question, reading: Reading) -> Finding:
    return Finding("absent", "table")


def _find_requirement(question: Question, reading: Reading) -> Finding:
    return find_requirement(question.requirement, reading) if question.requirement else Finding("not_understood")


def _find_notes(question: Question, reading: Reading) -> Finding:
    """The sheet's list of notes, or how many there are."""
    notes = next((table for table in reading.tables if table.table_type == "notes"), None)
    if notes is None:
        return _best_text(question, [of_line(line) for line in reading.lines]) or Finding("absent", "note")
    quotes = tuple(Quote(" ".join(cell.text for cell in row), _words(row), "text") for row in notes.rows)
    if question.how_many:
        total = Quote(str(len(quotes)), tuple(word for quote in quotes for word in quote.words), computed=True)
        return Finding("counted", "note", (total, *quotes), number=len(quotes))
    number = next((int(number) for number in question.numbers), None)
    one = [q for q, row in zip(quotes, notes.rows, strict=True) if row[0].text.strip(".) ") == str(number)]
    return Finding("note", quotes=tuple(one)) if one else Finding("list", "note", quotes, number=len(quotes))


def _words(row: tuple[Cell, ...]) -> tuple[Word, ...]:
    return tuple(word for cell in row for word in cell.words)


_FINDERS: dict[Topic, Callable[[Question, Reading], Finding]] = {
    "field": find_field,
    "general_tolerance": _find_general_tolerance,
    "roughness": _find_roughness,
    "gdt": find_frame,
    "datums": find_datums,
    "requirement": _find_requirement,
    "callout": _find_callout,
    "table": _find_table,
    "notes": _find_notes,
    "views": find_views,
    "summary": _find_summary,
    "unknown": _find_note,
}
