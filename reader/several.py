"""Questions that ask for several things at once: *Außendurchmesser und Länge?*, *Which material, and how many pieces?*

Each part is answered on its own where each asks for something of its own; otherwise the question is left whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from language import Language
from reader.questions import Question, understand
from reader.vocabulary import search

MOST_PARTS = 4
_BETWEEN = re.compile(r"(?i)[;?!]\s+|,\s+(?:(?:und|and|sowie)\s+)?|\s+(?:und|and|sowie|&|plus)\s+")
#: What *und* joins to one: ends of a distance, two limits, names of one thing.
_JOINED = (
    r"\b(?:zwischen|between|beide[nr]?|both|sowohl|from .* to|von .* bis)\b|\b(?:ober|upper|unter|lower|min|max)\w*\.? "
    r"(?:und|and)\b|form- und|länge (?:und|mal|x) breite|breite (?:und|,)|width (?:and|,)|[(„“\"»«]|\boder\b|\bor\b"
)
#: Courtesies, which ask for nothing.
_COURTESY = (
    r"^(?:bitte|please|danke\w*|vielen dank|thanks?(?: a lot| you)?|hallo|hi|hello|hey|guten \w+|moin|servus|gerne?"
    r"|sorry|entschuldigung|merci|ok(?:ay)?)\W*$"
)


def parts_of(text: str, language: Language) -> tuple[Question, ...]:
    """The questions that a question is made of, each with what it leaves to its neighbour; one where it is one."""
    whole = understand(text, language)
    pieces = [piece.strip() for piece in _BETWEEN.split(text)]
    pieces = [piece for piece in pieces if piece.strip(" .?!,") and not search(_COURTESY, piece.lower())]
    if not 1 < len(pieces) <= MOST_PARTS or search(_JOINED, whole.text.lower()) or whole.every or whole.both_limits:
        return (whole,)
    parts = [understand(piece, whole.language) for piece in pieces]
    if not all(map(_asks, parts)) or len({_subject(part) for part in parts}) < len(parts):
        return (whole,)
    if all(part.topic == "field" for part in parts) and len(whole.fields) > 1:
        return (whole,)
    if whole.envelope and all(part.feature in ("length", "width", "height") for part in parts):
        return (whole,)
    if {"gdt", "datums"} <= {part.topic for part in parts}:
        return (whole,)
    return tuple(replace(part, language=whole.language) for part in _completed(parts))


def _asks(part: Question) -> bool:
    if part.topic in ("field", "general_tolerance", "roughness", "requirement", "datums", "table", "views"):
        return True
    if part.topic == "gdt":
        return part.characteristic is not None
    return part.topic == "callout" and (part.attribute != "value" or part.feature not in (None, "size"))


def _subject(part: Question) -> tuple[object, ...]:
    kind = part.requirement.noun if part.requirement else None
    size = (part.feature, part.attribute) if part.topic == "callout" else ()
    return part.topic, part.field if part.topic == "field" else None, kind, part.characteristic, *size


def _completed(parts: Sequence[Question]) -> list[Question]:
    """The parts, each of the thing that a neighbour names where it names none: *diameter and depth of the bore*."""
    named = [part for part in parts if _thing(part) is not None]
    thing = _thing(named[0]) if len(named) == 1 else None
    if thing is None:
        return list(parts)
    return [part if _thing(part) or part.topic != "callout" else _of(part, thing) for part in parts]


def _thing(part: Question) -> Question | None:
    """The part itself where it names a thing: a hole, a thread, a size, a view."""
    own = part.numbers or part.designation or part.view or part.holes or _is_of_a_part(part) or part.of_the_whole
    return part if part.topic == "callout" and own else None


def _is_of_a_part(part: Question) -> bool:
    """A chamfer and a thread are parts themselves, and nothing that has a length of its own."""
    return part.of_a_part and part.feature not in ("chamfer", "thread")


def _of(part: Question, thing: Question) -> Question:
    return replace(
        part,
        numbers=thing.numbers,
        designation=thing.designation,
        view=thing.view,
        holes=thing.holes,
        of_a_part=_is_of_a_part(thing),
        of_the_whole=thing.of_the_whole,
        feature=part.feature or thing.feature,
        features=part.features | thing.features,
        keywords=tuple(dict.fromkeys((*part.keywords, *thing.keywords))),
    )
