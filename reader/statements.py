"""Requirements in words, in a field or a note: hardness, heat treatment, coating, edges, welds, marking.

Terms: ISO 15787 (heat treatment), ISO 6507 and 6508 (hardness), DIN 50960-1 (coatings), ISO 13715 (edges), ISO 2553
(welds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drawing.labels import LABELS, folded
from drawing.lines import Line
from drawing.reading import Reading
from drawing.title_block import Field
from reader.finding import Finding, Quote, of_field
from reader.vocabulary import search

_HEAT = (
    r"wärmebehand|vergüte[nt]|gehärtet|(?:einsatz|induktiv|rand\w*|nitrier)-?\s?(?:härt|gehärtet)|geglüht|nitrier"
    r"|heat[- ]?treat|harden|\btemper(?:ed|ing)\b|anneal|quench|nitrid|carburi[sz]|case[- ]depth|stress[- ]reliev"
    r"|\bcht\b"
)
_COAT = (
    r"beschicht|lackier|\black\b|verzink|galvani|verchrom|vernickel|brünier|phosphatier|chromatier|pulver|eloxier"
    r"|eloxal|passivier|\bcoat(?:ed|ing)s?\b|paint|\bplat(?:ed|ing)\b|zinc|chrom(?:e|ium)\b|black oxide|anodi[sz]"
    r"|powder|phosphate|passivat|korrosionsschutz|corrosion protection|oberflächenschutz|hot[- ]dip"
)
_EDGES = (
    r"entgrat|kantenbruch|kanten? .*(?:gebrochen|brechen)|werkstückkante|kantenzustand|deburr|burrs?\b"
    r"|(?:sharp|break) .*edges?"
    r"|13715"
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A kind of requirement: `noun` in `nouns.py`, what a question calls it, and how a sheet states it."""

    noun: str
    asked: str
    stated: str


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        "hardness",
        r"härte(?:\b|angabe|wert|grad)|hardness|wie hart\b|how hard\b|\bh(?:rc|b|v)\b",
        r"\d\s?h(?:rc|ra|rb|b|v|bw)\b|\bh(?:rc|rb|b|v)\s?\d|härte\b.*\d|hardness\b.*\d|shore",
    ),
    Requirement("heat_treatment", _HEAT, _HEAT + r"|\d\s?hrc\b"),
    Requirement(
        "coating",
        _COAT + r"|oberflächen?\s?(?:ist |wird )?(?:behandel|schicht)|oberfläche\b.*behandel|surface treat|\bfarbe\b"
        r"|colou?r\b",
        _COAT,
    ),
    Requirement("treatment", r"behandlung|treatment|treated", rf"{_HEAT}|{_COAT}"),
    Requirement("edges", _EDGES + r"|\bkanten\b.*(?:zustand|bearbeit)|edge (?:condition|break)", _EDGES),
    Requirement("welding", r"schweiß|\bweld", r"schweiß|\bweld|iso 5817|iso 2553"),
    Requirement(
        "marking",
        r"gravur|gravier|kennzeichnung\b|markierung|beschriftung des teils|engrav|\bmarking|\bstamped|\bmarked with",
        r"gravur|gravier|kennzeichnen|markier|engrav|\bmark(?:ed|ing)?\b|\bstamp",
    ),
)
#: A statement of fewer words goes on in the lines beside it; a block of more is no single statement.
_LEAST_WORDS = 4
_MOST_WORDS = 16


def requirement_asked(plain: str) -> Requirement | None:
    """The requirement that a question in lower case asks for; `None` where it asks for none."""
    return next((kind for kind in REQUIREMENTS if search(kind.asked, plain)), None)


def find_requirement(kind: Requirement, reading: Reading) -> Finding:
    """The field or the note that states a requirement, quoted as it stands; never one of another kind."""
    fields = [field for field in reading.fields if field.name in ("treatment", "finish")]
    labelled = [field for field in fields if field.name == "treatment" and search(kind.asked, field.label.lower())]
    stated = [f for f in fields if f.value and (f in labelled or search(kind.stated, f.value.lower()))]
    fitting = [f for f in stated if kind.noun != "hardness" or search(kind.stated, f.value.lower())]
    if fitting:
        return Finding("field", "treatment", (of_field(fitting[0]),))
    notes = list(_notes(kind, reading))
    if notes:
        return Finding("note", kind.noun, tuple(notes[:1]))
    empty = next((field for field in labelled if not field.value), None)
    return Finding("empty_field", kind.noun, of=empty.label) if empty else Finding("absent", kind.noun)


def _notes(kind: Requirement, reading: Reading) -> Iterator[Quote]:
    for block in reading.blocks:
        hits = [line for line in block.lines if _states(kind, line, reading)]
        if not hits:
            continue
        told = sum(len(line.plain.split()) for line in hits) >= _LEAST_WORDS
        lines = hits if told or len(block.text.split()) > _MOST_WORDS else block.lines
        words = tuple(word for line in lines for word in line.words)
        yield Quote(" ".join(line.plain.strip() for line in lines), words, "text")


def _states(kind: Requirement, line: Line, reading: Reading) -> bool:
    """Whether a line states a requirement. What templates say of edges holds, though it is on every sheet."""
    stated = search(kind.stated, line.plain.lower())
    return stated and (kind.noun == "edges" or not _is_label(line, reading))


def _is_label(line: Line, reading: Reading) -> bool:
    """Whether a line is a template's label, or the name of the part, which states nothing."""
    names: list[Field] = [f for f in reading.fields if f.name in ("title", "drawing_number", "company") or not f.value]
    label = re.sub(r"\s*:.*", "", line.plain)
    return folded(label) in LABELS or any(set(line.words) <= set(field.words) for field in names)
