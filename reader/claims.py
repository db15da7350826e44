"""Questions that are answered with yes or no: *Is the shaft 20 mm long?*, *Gibt es ein Gewinde M8?*, *Ist es aus Alu?*

The question is asked without what it claims, and what the sheet says is held against the claim. Where the sheet leaves
several possibilities, there is no verdict, only what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from drawing.callouts import Callout
from drawing.grammar.notation import FIT
from drawing.mentions import folded, mentions_of
from drawing.reading import Reading
from reader.attributes import fit_of
from reader.candidates import MOST_NUMBERS, numbers_in
from reader.finding import Finding, Phrase, Verdict, distinct, of_callout
from reader.lookup import as_far_as_read, find
from reader.materials_said import agree, material_said
from reader.polar import asks_for_existence, is_claim, is_terse
from reader.questions import Question
from reader.sizes import named_by_designation, of_feature
from reader.table_lookup import held_in
from reader.vocabulary import COMPARISON, FEATURE_WORDS, LESS_THAN, MORE_THAN, Feature, search

#: What turns a claim round, holds for each of several, bounds it, or joins two: there, only what stands there is told.
_UNDECIDED = (
    r"\b(?:nicht(?!,? wahr)|kein\w*|weder|ohne|not(?!\W*$)|no(?= \w)|without|other than|else|außer"
    r"|alle[nrs]?|all|every|jede\w*|only|nur|einzige\w*"
    r"|unter|über(?! als)|under|above|below|between|zwischen|better|besser|tighter|enger|genauer"
    r"|left-?hand\w*|links\w*)\b"
    r"|\d\S* (?:und|and) (?!\w+ toler)"
)
_SCALE = re.compile(r"(?<![\d.,])(\d{1,3})\s?:\s?(\d{1,3})(?![\d.,])")
_STANDARD = re.compile(r"(?i)\b(?:iso|din|en|asme)\b[\s/]*(?:(?:iso|en)[\s/]*)?\d+(?:-\d)?(?:\s?-?\s?[fmcv][hkl]?\b)?")
_DEVIATIONS = re.compile(r"±\s?\d+(?:[.,]\d+)?|[+-]\s?\d+(?:[.,]\d+)?(?:\s?/\s?[+-]?\s?\d+(?:[.,]\d+)?)?")
_FIT_SAID = re.compile(rf"(?<=[\d.,])\s?(?P<fit>{FIT})(?!\w)")
_THROUGH = r"\b(?:durchgehend|durchgängig|durch|through|thru)\W*$|durchgangs(?:bohrung|loch)|through[- ]hole"
_RADIUS_SAID = re.compile(r"(?<!\w)R\s?\d")
_THE_COUNTED = r"\b(?:die|der|den|the|alle|all|these|diese)\s+(?:\d+|[a-zäöü]+)\s+\w+"
#: Sizes whose kind is part of their lettering; of a length it is not.
_LETTERED: frozenset[Feature] = frozenset(
    {"diameter", "radius", "thread", "chamfer", "angle", "core_hole", "counterbore"}
)
_CERTAIN: tuple[Phrase, ...] = (
    *("value", "only", "largest", "smallest", "tolerance", "limits", "fit", "depth", "pitch", "quantity", "total"),
    *("field", "general_tolerance", "roughness", "frame", "upper_limit", "lower_limit", "middle", "view_scale"),
    *("by_form", "cell", "date_by_form", "name_by_form", "title_by_place", "in_block", "counted", "datums"),
)
_DENIED: tuple[Phrase, ...] = (
    *("absent", "unread", "absent_at", "absent_size", "no_tolerance", "no_depth", "empty_field"),
)


def judged(question: Question, reading: Reading, previous: Finding | None = None) -> Finding | None:
    """What the sheet says about a claim, with a verdict where it allows one; `None` where the question claims nothing
    that can be held against the sheet."""
    plain = " ".join(question.text.lower().split())
    for rule in _RULES if is_claim(plain) else _TERSE_RULES if is_terse(plain) else ():
        finding = rule(question, reading, previous)
        if finding is not None:
            told = as_far_as_read(finding, reading)
            compared = rule not in (_size, _field) and search(COMPARISON, plain)
            return replace(told, verdict=None) if compared or search(_UNDECIDED, plain) else told
    return None


def _open(question: Question, reading: Reading, previous: Finding | None, *, without: str = "") -> Finding:
    """The answer to the question without what it claims."""
    text = question.text.replace(without, " ") if without else question.text
    return find(replace(question, text=text, numbers=(), counted=None, bound=None), reading, previous)


def _verdict(agrees: bool, finding: Finding) -> Finding:
    return replace(finding, verdict="yes" if agrees else "no")


def _said_in(claim: str, finding: Finding) -> bool:
    deviations = _deviations(claim)
    if deviations:
        return any(deviations <= _deviations(quote.text) for quote in finding.quotes)
    return any(_bare(claim) in _bare(quote.text) for quote in finding.quotes)


def _bare(text: str) -> str:
    return folded(text).replace("-", "")


def _deviations(text: str) -> set[Decimal]:
    """Deviations with their signs: ±0,1 is +0,1 and -0,1. A nought has none."""
    signed = [(m.sign, m.value) for m in mentions_of(text) if m.kind == "deviation" and m.value]
    return {value if sign != "-" else -value for sign, value in signed} | {-v for sign, v in signed if sign == "±"}


def _scale(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    claim = _SCALE.search(question.text)
    if claim is None or question.field != "scale":
        return None
    finding = _open(question, reading, previous)
    return _verdict(_said_in(claim.group(), finding), finding) if finding.phrase in _CERTAIN else finding


def _general(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    claim = _STANDARD.search(question.text) or _DEVIATIONS.search(question.text)
    if question.topic != "general_tolerance" or claim is None:
        return None
    finding = _open(question, reading, previous)
    return _verdict(_said_in(claim.group(), finding), finding) if finding.phrase in _CERTAIN else finding


def _material(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    claim = material_said(question.text)
    if claim is None or question.topic not in ("unknown", "field", "callout"):
        return None
    finding = _open(replace(question, topic="field", field="material", fields=()), reading, previous)
    agrees = agree(claim, finding.quotes[0].text) if finding.phrase in _CERTAIN else None
    return finding if agrees is None else _verdict(agrees, finding)


def _thread(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    if question.designation is None or question.attribute != "value" or question.numbers:
        return None
    if search(COMPARISON, question.text.lower()):
        return _open(replace(question, designation=None, extreme=None), reading, previous, without=question.designation)
    found = named_by_designation(question.designation, reading.callouts)
    if found:
        return _printed(found, "yes")
    finding = _open(
        replace(question, designation=None, feature="thread"), reading, previous, without=question.designation
    )
    if finding.phrase in _CERTAIN and not _asks_for_existence(question):
        return _verdict(False, finding)
    return Finding("absent_value", of=question.designation, verdict="no")


def _asks_for_existence(question: Question) -> bool:
    return asks_for_existence(question.text.lower().strip())


def _printed(callouts: Sequence[Callout], verdict: Verdict | None) -> Finding:
    quotes = tuple(of_callout(c) for c in distinct(callouts))
    return Finding("printed", quotes=quotes, callouts=tuple(callouts), verdict=verdict)


def _count(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    plain = question.text.lower()
    if question.counted is None or not (question.holes or question.feature) or search(_THE_COUNTED, plain):
        return None
    finding = _open(replace(question, attribute="quantity"), reading, previous)
    return _verdict(finding.number == question.counted, finding) if finding.phrase in ("quantity", "total") else finding


def _frame(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """The last number that a question about a geometrical tolerance names is its value, others are sizes."""
    if question.topic != "gdt":
        return None
    if not question.numbers or _is_a_host(question.numbers[-1], reading):
        return _presence(question, reading, previous)
    claim, open_question = question.numbers[-1], replace(question, numbers=question.numbers[:-1])
    finding = find(open_question, reading, previous)
    if finding.phrase in _DENIED:
        return _verdict(False, finding)
    hits = tuple(quote for quote in finding.quotes if claim in _values(quote.text))
    if hits and finding.phrase in ("candidates", "list"):
        return Finding("printed", quotes=hits, caveats=finding.caveats, verdict="yes")
    return _verdict(bool(hits), finding) if finding.phrase in _CERTAIN or finding.phrase == "candidates" else finding


def _is_a_host(number: Decimal, reading: Reading) -> bool:
    """Whether a number is the size that a frame hangs on, and no value of a frame."""
    framed = any(number in _values(c.text) for c in reading.callouts if c.type == "gdt")
    return not framed and bool(_sized(reading, number))


def _roughness(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    if question.topic != "roughness" or not question.numbers:
        return None
    finding = _open(question, reading, previous)
    hits = tuple(quote for quote in finding.quotes if question.numbers[0] in _values(quote.text))
    if hits and finding.phrase != "roughness":
        return Finding("printed", quotes=hits, caveats=finding.caveats, verdict="yes")
    known = finding.phrase in ("roughness", "candidates", "absent", "unread")
    return _verdict(bool(hits), finding) if known else finding


def _values(text: str) -> set[Decimal]:
    return {mention.value for mention in mentions_of(text) if mention.value is not None}


def _tolerance(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """A tolerance in deviations, whose numbers are no sizes."""
    claim = _DEVIATIONS.search(question.text)
    if question.attribute != "tolerance" or question.topic != "callout" or claim is None:
        return None
    deviations = _values(claim.group())
    if not question.numbers or deviations.issuperset(question.numbers):
        found = [c for c in reading.callouts if _deviations(claim.group()) == _deviations(c.tolerance or "")]
        general = find(replace(question, topic="general_tolerance", numbers=()), reading)
        if not found and _said_in(claim.group(), general):
            return _verdict(True, general)
        return _printed(found, "yes") if found else Finding("absent_value", of=claim.group(), verdict="no")
    sizes = tuple(number for number in question.numbers if number not in deviations)
    text = question.text.replace(claim.group(), " ")
    finding = find(replace(question, text=text, numbers=sizes), reading, previous)
    return _verdict(_said_in(claim.group(), finding), finding) if finding.phrase in _CERTAIN else finding


def _fit(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    claim = _FIT_SAID.search(question.text)
    if claim is None or question.topic not in ("callout", "unknown") or not question.numbers:
        return None
    sized = [
        c for c in of_feature(replace(question, attribute="value"), reading.callouts) if _is_of(c, question.numbers)
    ]
    agreeing = [c for c in sized if c.fit and claim["fit"] in re.split(r"[/\s]+", c.fit)]
    if agreeing:
        return _printed(agreeing, "yes")
    other = [c for c in sized if c.fit]
    if other:
        return _verdict(False, fit_of(question, other[0]))
    return Finding("absent_value", of=f"{question.numbers[0]} {claim['fit']}".replace(".", ","), verdict="no")


def _is_of(callout: Callout, numbers: Sequence[Decimal]) -> bool:
    return any(size in numbers for size in callout.sizes)


def _size(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """A size of the thing or of a part of it. One that is only among others is no proof that it is the one meant."""
    if question.topic != "callout" or not question.numbers or question.attribute not in ("value", "depth"):
        return None
    claim = question.numbers[-1]
    kept = question.numbers[:-1] if question.attribute == "depth" else ()
    whole = question.of_the_whole or _is_of_no_part(question)
    compared = search(COMPARISON, question.text.lower())
    extreme = None if compared else question.extreme
    asked = replace(question, numbers=kept, counted=None, bound=None, of_the_whole=whole, extreme=extreme)
    finding = find(asked, reading, previous)
    if compared:
        return _compared(question.text.lower(), claim, finding)
    if finding.phrase in _CERTAIN:
        return _verdict(claim in _values(finding.quotes[0].text), finding)
    fitting = finding.callouts if question.attribute == "value" else ()
    hits = [c for c in fitting if claim in c.sizes] or _sized(reading, claim)
    if not hits:
        return Finding("absent_value", of=_in_own_writing(claim, question.text), verdict="no")
    if question.attribute == "value" and (question.holes or question.feature in _LETTERED):
        return _printed(hits, "yes")
    return Finding("somewhere", quotes=_printed(hits, None).quotes, callouts=tuple(hits))


def _compared(plain: str, claim: Decimal, finding: Finding) -> Finding:
    """Whether the one size that was found is more or less than a number."""
    sizes = [m.value for m in mentions_of(finding.quotes[0].text) if m.kind == "size"] if finding.quotes else []
    more, less = search(MORE_THAN, plain), search(LESS_THAN, plain)
    if finding.phrase not in _CERTAIN or not sizes or sizes[0] is None or more == less:
        return finding
    return _verdict(sizes[0] > claim if more else sizes[0] < claim, finding)


def _is_of_no_part(question: Question) -> bool:
    """*Is the length 60?*: with no word of what it is the length of, it is that of the whole."""
    own = [word for word in question.keywords if not any(search(words, word) for _, words in FEATURE_WORDS)]
    return question.feature in ("length", "height") and not (own or question.of_a_part or question.view)


def _sized(reading: Reading, size: Decimal) -> list[Callout]:
    return [c for c in reading.callouts if c.type != "gdt" and size in c.sizes]


def _in_own_writing(number: Decimal, text: str) -> str:
    """The number as the question writes it, with its decimal mark."""
    written = re.findall(r"[Øø⌀R]?\s?\d+(?:[.,]\d+)?", text)
    return next((w.strip() for w in written if number in _values(w)), f"{number}")


def _through(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """Whether a hole goes through: it is said to, or it has a depth."""
    if not search(_THROUGH, question.text.lower()) or question.topic != "callout":
        return None
    finding = find(replace(question, attribute="depth", counted=None), reading, previous)
    if finding.phrase in ("note", "through"):
        return _verdict(True, finding)
    return _verdict(False, finding) if finding.phrase == "depth" else finding


def _in_table(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """Whether a table holds what the question names: its rows say so."""
    if question.topic != "unknown" or not reading.tables:
        return None
    held = held_in(question, reading.tables)
    if held and len(held) <= MOST_NUMBERS and _asks_for_existence(question):
        return Finding("printed", quotes=held, verdict="yes")
    return find(question, reading, previous)


def _marked(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """Whether a size is theoretically exact, or in brackets."""
    if not question.numbers or not (question.exact or question.reference):
        return None
    hits = _sized(reading, question.numbers[0])
    marked = [c for c in hits if (c.exact if question.exact else c.reference)]
    if not hits:
        return Finding("absent_value", of=_in_own_writing(question.numbers[0], question.text), verdict="no")
    return _printed(marked or hits, "yes" if marked else "no")


def _anywhere(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """A number of which the question does not say what it is the size of, or a radius by its sign."""
    radius = _RADIUS_SAID.search(question.text) is not None and not reading.tables
    if question.topic != "unknown" or not (question.numbers and (radius or _asks_for_existence(question))):
        return None
    hits = [c for c in _sized(reading, question.numbers[0]) if not radius or c.type == "radius"]
    if hits:
        return _printed(hits, "yes")
    return Finding("absent_value", of=_in_own_writing(question.numbers[0], question.text), verdict="no")


def _field(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    """A field of the title block whose value the question says, or another one of its kind."""
    form = _FIELD_FORMS.get(question.field or "")
    if question.topic != "field":
        return None
    finding = find(question, reading, previous)
    if finding.phrase not in _CERTAIN or len(finding.quotes) != 1:
        return None
    if question.numbers and search(COMPARISON, question.text.lower()):
        return _compared(question.text.lower(), question.numbers[-1], finding)
    value = folded(finding.quotes[0].text)
    said = re.search(form, question.text) if form else None
    if value in folded(question.text) or (said and folded(said.group()) in value):
        return _verdict(True, finding)
    return _verdict(False, finding) if said else None


_FIELD_FORMS = {
    "paper": r"\bA[0-5]\b",
    "revision": r"(?<![\w'])(?:[A-Z]|\d{1,2})(?!\w)(?!\s?$)",
    "mass": r"\d+(?:[.,]\d+)?",
    "date": r"\d{4}|\d\d?\.\d\d?\.(?:\d{4})?",
    "quantity": r"\d+",
}


def _presence(question: Question, reading: Reading, previous: Finding | None) -> Finding | None:
    named = question.numbers and question.attribute == "value" and question.topic != "gdt"
    if not _asks_for_existence(question) or named or question.topic in ("unknown", "summary", "table"):
        return None
    finding = find(question, reading, previous)
    if finding.phrase in _CERTAIN or finding.phrase in ("note", "list", "views", "named_views"):
        return _verdict(True, finding)
    if finding.phrase in ("candidates", "ambiguous"):
        several = finding.quotes if len(numbers_in(finding.callouts)) <= MOST_NUMBERS else ()
        said: Phrase = "printed" if several else "several"
        return replace(finding, phrase=said, quotes=several, verdict="yes")
    return _verdict(False, finding) if finding.phrase in _DENIED else None


_RULES: tuple[Callable[[Question, Reading, Finding | None], Finding | None], ...] = (
    _scale,
    _general,
    _material,
    _through,
    _thread,
    _count,
    _frame,
    _roughness,
    _tolerance,
    _fit,
    _marked,
    _size,
    _in_table,
    _anywhere,
    _field,
    _presence,
)
#: What a thing and a value are enough for: other numbers may name the thing that is asked about.
_TERSE_RULES = (_scale, _general, _material)
