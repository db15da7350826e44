"""What a question about a sheet asks: its language, topic, feature, attribute, and what it names.

Plain words and patterns (`vocabulary.py`); what none of them knows stays `unknown`, and the reader says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from drawing.grammar.notation import FIT, Bound, number_of
from drawing.labels import FieldName
from language import Language
from reader.field_words import DATE_ROLES, DATE_WORDS, DRAWN, FIELD_WORDS
from reader.glossary import term_asked
from reader.small_talk import SmallTalk, is_foreign, small_talk
from reader.spelling import spelled
from reader.statements import Requirement, requirement_asked
from reader.vocabulary import (
    ATTRIBUTE_WORDS,
    BOTH_LIMITS,
    CHARACTERISTIC_WORDS,
    COMPARISON,
    DATUMS,
    ENVELOPE,
    EVERY,
    EXACT,
    FEATURE_WORDS,
    FOLLOW_UP,
    FORM_TOLERANCE,
    GDT,
    GENERAL_TOLERANCE,
    HOLES,
    HORIZONTAL,
    INNER,
    LANGUAGE_WORDS,
    LARGEST,
    MAX_BOUND,
    MIN_BOUND,
    NEEDED,
    NOTES,
    OUTERMOST,
    PART_OF,
    QUANTITY,
    REFERENCE,
    RELATED_TOLERANCE,
    ROUGHNESS,
    SHEET_METAL,
    SMALLEST,
    STOP_WORDS,
    SUMMARY,
    TABLE,
    THICK,
    THREAD_KINDS,
    VERTICAL,
    VIEWS,
    WHOLE,
    Attribute,
    Feature,
    Topic,
    search,
)

Extreme = Literal["largest", "smallest"]
Axis = Literal["horizontal", "vertical"]
#: Whether a geometrical tolerance refers to datums (orientation, location, run-out) or not (form), ISO 1101.
FrameKind = Literal["form", "related"]

_VIEW = re.compile(
    r"(?i:schnitt|section|detail|einzelheit|ansicht|view)(?:s"
    r"|es)?\s+[„\"“]?(?P<name>[A-Z](?:\s?[-–]\s?[A-Z])?)(?![\w])|(?<!\w)(?P<pair>[A-Z]-[A-Z])(?!\w)"
)
_QUOTED = re.compile(r"[„“\"»«‚‘]([^„“”\"»«‚‘’]{2,60})[“”\"»«‘’]")
_NUMBER = re.compile(
    r"(?<![\w.,/-])[Øø⌀R±]?\s?(?P<value>\d+(?:[.,]\d+)?)"
    rf"(?![\d:]|[.,]\d|\s?[xX×](?!\w)|[xX×]\s?[MØ\d]|(?!{FIT})[A-Za-z]+\d|k\b|\s?[kM]?(?:[oO]hm|Ω))"
)
_DESIGNATION = re.compile(r"(?<!\w)(?:M|G|Tr|UNC|UNF)\s?\d+(?:[.,/]\d+)?(?:\s?[x×]\s?\d+(?:[.,]\d+)?)?(?!\w)")
_COUNT_WORDS = {
    **{
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
        "sechs": 6,
        "sieben": 7,
        "acht": 8,
        "neun": 9,
        "zehn": 10,
        "zwölf": 12,
    },
    **{
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
        "twelve": 12,
    },
}
#: The two holes, 4 Bohrungen: how many there are of what is asked for, and no size.
_COUNTED = re.compile(
    rf"(?<![\w.,Øø⌀])(?P<count>\d{{1,2}}|{'|'.join(_COUNT_WORDS)})\s+(?!mm\b|x\s?\d)(?:[a-zäöüß-]+\s+){{0,2}}?"
    r"(?:\w*bohrungen|\w*löcher|\w*gewinde|holes|threads|radi(?:i|en)|fasen|chamfers|nuten|slots|taschen"
    r"|pockets|features"
    r"|zapfen|stifte|pins|bolzen|durchgänge|senkungen|flächen|faces|flats)\b",
    re.IGNORECASE,
)
#: A question about a tolerance and its datums is one about frames.
_TOLERANCES = "|".join(("toleran", *(words for _, words in CHARACTERISTIC_WORDS)))
_DATUM = re.compile(
    r"(?:[Dd]atum|[Bb]ezug(?:s\w*)?|bezogen auf|[Rr]espect to|auf|to)\s+(?P<name>[A-Z](?:-[A-Z])?)(?![\w-])"
)
#: A word of letters, or one with a letter somewhere behind a digit. No two of its repetitions compete for a sign,
#: because a client's question of 4,000 digits must not take minutes.
_WORD = re.compile(r"[^\W\d_][\w'-]*[^\W_]|(?<!\w)(?=[^\W\d]*\d[^\WA-Za-z]*[A-Za-z])\w+")


#: A length or a height that is asked for with no word of what it is the length of.
_ALONE = (
    r"^(?:(?:bitte|die|der|und|and|the|what is|was ist|wie|how|is|ist|it|es|das|this) )*(?:länge|lang|höhe"
    r"|hoch|length|long"
    r"|height|high|tall)(?: (?:ist|is|bitte|please|das|es|it|this))*\W*$"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood as far as the vocabulary goes.

    `numbers` are sizes that it names, `view` is a section or detail, `keywords` are its words that no table knows;
    `feature` is the first of `features`, all kinds of size that it speaks of;
    `term` is a term of drawings whose meaning it asks for (`glossary.py`).
    """

    text: str
    language: Language
    topic: Topic
    field: FieldName | None = None
    fields: tuple[FieldName, ...] = ()
    feature: Feature | None = None
    attribute: Attribute = "value"
    numbers: tuple[Decimal, ...] = ()
    designation: str | None = None
    extreme: Extreme | None = None
    bound: Bound | None = None
    both_limits: bool = False
    axis: Axis | None = None
    view: str | None = None
    datum: str | None = None
    characteristic: str | None = None
    frame_kind: FrameKind | None = None
    requirement: Requirement | None = None
    features: frozenset[Feature] = frozenset()
    counted: int | None = None
    thread_kind: str | None = None
    inner: bool = False
    of_sheet_metal: bool = False
    envelope: bool = False
    reference: bool = False
    exact: bool = False
    holes: bool = False
    of_a_part: bool = False
    of_the_whole: bool = False
    every: bool = False
    needed: bool = False
    how_many: bool = False
    small_talk: SmallTalk | None = None
    foreign: bool = False
    term: str | None = None
    follow_up: bool = False
    quoted: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def understand(text: str, fallback: Language = "de") -> Question:
    """Reads a question; never raises. `fallback` is the language of a question that has no words of either."""
    language = language_of_question(text, fallback)
    quoted = tuple(match.strip() for match in _QUOTED.findall(text))
    foreign = is_foreign(text)
    text = spelled(text)
    plain = " ".join(_QUOTED.sub(" ", text).lower().split())
    view = _VIEW.search(text)
    features = [name for name, words in FEATURE_WORDS if search(words, plain)]
    datum = _DATUM.search(text)
    designation = _DESIGNATION.search(text)
    counted = _COUNTED.search(text)
    sizes = text.replace(counted.group(), " ") if counted else text
    numbers = tuple(number_of(match["value"]) for match in _NUMBER.finditer(sizes))
    attribute = _attribute(plain, of_a_size=bool(numbers))
    topic = _topic(plain, language, of_a_view=view is not None)
    envelope = search(ENVELOPE, plain)
    topic = "callout" if topic == "unknown" and (attribute != "value" or envelope) else topic
    return Question(
        text,
        language,
        topic,
        field=_field(plain, language),
        fields=_fields(plain, language) if search(r"\b(?:und|and|sowie)\b|,", plain) else (),
        feature=features[0] if features else None,
        attribute=attribute,
        numbers=numbers,
        designation=designation.group() if designation else None,
        extreme="largest" if _is_largest(plain) else "smallest" if search(SMALLEST, plain) else None,
        both_limits=search(BOTH_LIMITS, plain),
        bound="max" if search(MAX_BOUND, plain) else "min" if search(MIN_BOUND, plain) else None,
        axis="horizontal" if search(HORIZONTAL, plain) else "vertical" if search(VERTICAL, plain) else None,
        view=re.sub(r"\s", "", view["name"] or view["pair"]).replace("–", "-") if view else None,
        datum=datum["name"] if datum else None,
        characteristic=next((name for name, words in CHARACTERISTIC_WORDS if search(words, plain)), None),
        frame_kind=_frame_kind(plain),
        requirement=requirement_asked(plain) if topic == "requirement" else None,
        features=frozenset(features),
        counted=_count(counted["count"].lower()) if counted else None,
        thread_kind=next((begins for words, begins in THREAD_KINDS if search(words, plain)), None),
        inner=search(INNER, plain),
        of_sheet_metal=search(SHEET_METAL, plain),
        envelope=envelope,
        reference=search(REFERENCE, plain),
        exact=search(EXACT, plain),
        holes=search(HOLES, plain),
        of_a_part=search(PART_OF, plain),
        of_the_whole=search(WHOLE, plain) or search(_ALONE, plain),
        every=search(EVERY, plain),
        needed=search(NEEDED, plain),
        how_many=search(QUANTITY, plain),
        small_talk=small_talk(plain),
        foreign=foreign,
        term=term_asked(plain),
        follow_up=search(FOLLOW_UP, plain),
        quoted=quoted,
        keywords=_keywords(text, language),
    )


def _attribute(plain: str, *, of_a_size: bool) -> Attribute:
    """What is asked of a size. The largest or smallest of a size that is named is one of its limits."""
    if search(BOTH_LIMITS, plain):
        return "tolerance"
    attribute: Attribute = next((name for name, words in ATTRIBUTE_WORDS if search(words, plain)), "value")
    if attribute != "value" or not of_a_size or search(COMPARISON, plain):
        return attribute
    if search(MAX_BOUND, plain) or search(LARGEST, plain):
        return "upper_limit"
    return "lower_limit" if search(MIN_BOUND, plain) or search(SMALLEST, plain) else "value"


def _count(word: str) -> int:
    return _COUNT_WORDS.get(word) or int(word)


def language_of_question(text: str, fallback: Language) -> Language:
    """The language whose small words the question has more of."""
    words = re.findall(r"[^\W\d_]+", spelled(text).lower())
    german, english = (sum(word in LANGUAGE_WORDS[language] for word in words) for language in ("de", "en"))
    german += sum(any(sign in word for sign in "äöüß") for word in words)
    if german == english:
        return fallback
    return "de" if german > english else "en"


def _topic(plain: str, language: Language, *, of_a_view: bool) -> Topic:
    topics: tuple[tuple[Topic, bool], ...] = (
        ("general_tolerance", search(GENERAL_TOLERANCE, plain)),
        ("table", search(TABLE, plain)),
        ("views", search(VIEWS, plain) and not of_a_view),
        ("datums", search(DATUMS, plain) and not search(_TOLERANCES, plain)),
        ("gdt", _is_geometrical(plain, language)),
        ("roughness", search(ROUGHNESS, plain)),
        ("requirement", requirement_asked(plain) is not None),
        ("notes", search(NOTES, plain)),
        ("field", _field(plain, language) is not None),
        ("summary", search(SUMMARY, plain)),
        ("callout", any(search(words, plain) for _, words in FEATURE_WORDS + ATTRIBUTE_WORDS)),
    )
    return next((topic for topic, fits in topics if fits), "unknown")


def _frame_kind(plain: str) -> FrameKind | None:
    if search(r"form- und lage", plain):
        return None
    return "form" if search(FORM_TOLERANCE, plain) else "related" if search(RELATED_TOLERANCE, plain) else None


def _is_largest(plain: str) -> bool:
    return search(LARGEST, plain) or (search(OUTERMOST, plain) and not search(PART_OF, plain))


def _is_geometrical(plain: str, language: Language) -> bool:
    named = any(search(words, plain) for name, words in CHARACTERISTIC_WORDS if name not in ("position", "parallelism"))
    toleranced = search(r"toleran|wert\b|value|vorgegeben|specified|angegeben", plain)
    toleranced = toleranced or not any(search(words, plain) for _, words in FEATURE_WORDS)
    loosely = toleranced and any(search(words, plain) for _, words in CHARACTERISTIC_WORDS)
    return named or loosely or search(GDT, plain) or (language == "en" and search(r"\bdatum\b", plain))


#: Where a question looks for a field is no field itself.
_WHERE = re.compile(r"\btitle ?block\b|schriftfeld\w*|zeichnungskopf\w*")


def _field(plain: str, language: Language) -> FieldName | None:
    plain = _WHERE.sub(" ", plain)
    name = next((field for field, words in FIELD_WORDS if search(words, plain)), None)
    if name == "material" and search(THICK, plain):
        name = None
    if name is None and search(DRAWN, plain) and not any(search(words, plain) for _, words in FEATURE_WORDS):
        name = "drawn_by"
    if search(DATE_WORDS[language], plain):
        return dict(DATE_ROLES).get(name, "date") if name else "date"
    return name


def _fields(plain: str, language: Language) -> tuple[FieldName, ...]:
    """All the fields that a question names, in the order of the vocabulary."""
    plain = _WHERE.sub(" ", plain)
    named = [field for field, words in FIELD_WORDS if search(words, plain)]
    if search(DATE_WORDS[language], plain):
        named += [date for role, date in DATE_ROLES if role in named] or ["date"]
    return tuple(dict.fromkeys(named))


def _keywords(text: str, language: Language) -> tuple[str, ...]:
    words = (word.lower() for word in _WORD.findall(text))
    return tuple(dict.fromkeys(word for word in words if word not in STOP_WORDS[language] and len(word) > 2))
