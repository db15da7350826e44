"""What the signs and terms of drawings mean, for who asks that: our own words, and nothing that the sheet says.

Sources: ISO 1101 and ISO 2692 (geometrical tolerances), ISO 5459 (datums), ISO 129-1 (dimensions), ISO 286-1 (fits),
ISO 21920 (surface texture), ISO 2768 and ISO 22081 (general tolerances). The explanations name no numbers, which would
be taken for some of the sheet's.
"""

from __future__ import annotations

import re

from language import Language
from reader.vocabulary import search

_ASKED = (
    r"was (?:bedeutet|bedeuten|heißt|heißen|meint)|bedeutung|wofür steht|was soll\b|was (?:ist|sind) (?:ein"
    r"|eine|einen|mit)\b"
    r"|\bmeans?\b|\bmeant\b|meaning|stands? for|what (?:is|are) an?\b"
)
#: The first whose words a question says.
_TERMS: tuple[tuple[str, str, str], ...] = (
    (
        r"ⓜ|\bm im kreis|circled m\b|\bm in (?:a|the) circle|\bmm[cr]\b|maximum[- ]material",
        "Ⓜ ist die Maximum-Material-Bedingung: Die Toleranz gilt dort, wo das Teil am meisten Material hat,"
        " und wächst mit"
        " dem Abstand des wirklichen Maßes von dieser Grenze.",
        "Ⓜ is the maximum material requirement: the tolerance holds where the part has the most material, and grows as"
        " the actual size departs from that limit.",
    ),
    (
        r"ⓛ|\bl im kreis|circled l\b|\bl in (?:a|the) circle|\blm[cr]\b|minimum[- ]material|least[- ]material",
        "Ⓛ ist die Minimum-Material-Bedingung: Die Toleranz gilt dort, wo das Teil am wenigsten Material hat.",
        "Ⓛ is the least material requirement: the tolerance holds where the part has the least material.",
    ),
    (
        r"\bcz\b",
        "CZ heißt gemeinsame Toleranzzone: Alle Elemente zusammen müssen in einer einzigen Zone liegen.",
        "CZ means combined zone: all the features together must lie within one single zone.",
    ),
    (
        r"eingerahmt|im (?:kästchen|kasten|rahmen|rechteck)|theoretisch|\bbasic\b|boxed|framed|in (?:a"
        r"|the) (?:box|rectangle)",
        "Ein eingerahmtes Maß ist theoretisch genau: Es hat keine eigene Toleranz; wie weit das Teil davon"
        " abweichen darf,"
        " sagt ein Toleranzrahmen.",
        "A boxed dimension is theoretically exact: it has no tolerance of its own; a feature control frame"
        " says how far the"
        " part may depart from it.",
    ),
    (
        r"klammer|hilfsmaß|bracket|parenthes|reference dim",
        "Ein Maß in Klammern ist ein Hilfsmaß: Es dient nur zur Information und wird nicht geprüft.",
        "A dimension in brackets is a reference dimension: it is for information only and is not inspected.",
    ),
    (
        r"\bra\b|mittenrau",
        "Ra ist der arithmetische Mittenrauwert, die mittlere Abweichung des Rauheitsprofils, in Mikrometern.",
        "Ra is the arithmetic mean roughness, the mean deviation of the roughness profile, in micrometres.",
    ),
    (
        r"\brz\b|rautiefe",
        "Rz ist die gemittelte Rautiefe, die Höhe des Rauheitsprofils von der Spitze zum Tal, in Mikrometern.",
        "Rz is the maximum height of the roughness profile from peak to valley, in micrometres.",
    ),
    (
        r"↧|⤓|tiefenzeichen|depth symbol",
        "↧ steht vor einer Tiefe.",
        "↧ stands before a depth.",
    ),
    (
        r"passung|\bfit\b|toleranzklasse|tolerance class|(?<!\w)(?![amrgt]\d|tr|sw)[a-z]{1,2}\d{1,2}(?!\w)",
        "Eine Toleranzklasse wie diese hat einen Buchstaben für die Lage der Toleranz zum Nennmaß, groß bei"
        " Bohrungen und"
        " klein bei Wellen, und eine Zahl für ihre Breite: je kleiner die Zahl, desto enger.",
        "A tolerance class like this has a letter for the place of the tolerance relative to the nominal"
        " size, a capital"
        " for holes and a small one for shafts, and a number for its width: the smaller, the tighter.",
    ),
    (
        r"\bbezug|\bdatum\b|\bdatums\b",
        "Ein Bezug ist die Fläche oder Achse, zu der eine Lagetoleranz gemessen wird; sein Buchstabe steht am Ende des"
        " Toleranzrahmens.",
        "A datum is the face or axis that a geometrical tolerance is measured from; its letter stands at the end of the"
        " feature control frame.",
    ),
    (
        r"allgemeintoleranz|freimaß|general tolerance",
        "Eine Allgemeintoleranz gilt für alle Maße, an denen keine eigene Toleranz steht.",
        "A general tolerance holds for every dimension that has no tolerance of its own.",
    ),
)


def term_asked(plain: str) -> str | None:
    """The words of the term whose meaning a question in lower case asks for; `None` where it asks for none of ours."""
    if not re.search(_ASKED, plain):
        return None
    return next((words for words, _, _ in _TERMS if search(words, plain)), None)


def explanation(words: str, language: Language) -> str:
    """What the term of these words means."""
    german, english = next((de, en) for known, de, en in _TERMS if known == words)
    return german if language == "de" else english
