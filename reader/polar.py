"""How a question is put that wants a yes or a no, and whether it asks for a value or that something is there at all."""

from __future__ import annotations

import re

from reader.vocabulary import search

#: Courtesies before a question, and what leads to an indirect one.
_BEFORE = re.compile(
    r"^(?:(?:hallo|hi|hello|hey|guten \w+|bitte|please|entschuldigung|sag mal|und|and|also|eine frage"
    r"|question)\b[,:!. ]*)*"
    r"(?:(?:(?:kannst du|können sie|könnten sie|könntest du|can you|could you)\b.*?"
    r"|ich (?:möchte|will|würde gern\w*) wissen"
    r"|weißt du|i (?:want|would like|need) to know|tell me|do you know|please check|prüfe|prüf mal)"
    r",? (?:ob|if|whether) )?"
)
_POLAR = re.compile(
    r"^(?:ob |if |whether )?(?:ist|sind|hat|haben|gibt es|steht|stehen|wird|werden|geht|gehen|muss|müssen|soll|sollen"
    r"|gilt|gelten|stimmt|beträgt|besteht|bestehen|misst|liegt|enthält|kommt|kommen|heißt|is|are|has|have|does|do|must"
    r"|should|was|were)\b(?! (?:you|sie mir|du)\b)"
)
#: Statements that ask to be confirmed; an indirect question has its verb last.
_CONFIRMED = re.compile(
    r"(?:,? (?:oder|nicht wahr|stimmt das|richtig|korrekt|right|correct|is that right|isn't it|or not))\W*$"
)
_ALTERNATIVE = re.compile(r"\b(?:oder|or)\b(?! (?:nicht|not)\b)(?!\W*$)")
_INDIRECT = re.compile(r"\b(?:ob|whether)\b|\b(?:know|tell me|check|see) if\b")
_EXISTS = re.compile(
    r"\b(?:ob|whether|if)\b.*\b(?:gibt|hat|haben|vorkommt|there is|there are|has|have)\b"
    r"|^(?:gibt es|steht|stehen|hat|haben|ist (?:da|dort|hier|ein)|sind (?:da|dort|hier|auch)|kommt|kommen|enthält"
    r"|is there|are there|has|have|(?:does|do) .*\b(?:have|contain|show|carry)"
    r"|(?:is|are) .*\b(?:given|specified|shown|called out))\b"
)
_ON_THE_SHEET = (
    r"\b(?:drauf|dabei|enthalten|drin|vorhanden|included|auf (?:dem|der) (?:blatt|zeichnung)"
    r"|on (?:the|this) (?:drawing|sheet)|on it)\b"
)
_ASKING = r"\b(?:w(?:as|er|ie|o|ann|elche\w*)|what|which|who|how|when|where)\b"
_FEW_WORDS = 4


def is_claim(text: str) -> bool:
    """Whether a question in lower case wants a yes or a no. *M6 or M8?* wants one of the two."""
    plain = _BEFORE.sub("", text.strip(), count=1)
    wanted = _POLAR.search(plain) or _CONFIRMED.search(plain) or _INDIRECT.search(text)
    return wanted is not None and not _ALTERNATIVE.search(plain)


def is_terse(plain: str) -> bool:
    """Whether a question in lower case is but a thing and a value, to be confirmed: *Maßstab 1:2?*"""
    short = plain.endswith("?") and len(plain.split()) <= _FEW_WORDS
    return short and not search(_ASKING, plain) and not _ALTERNATIVE.search(plain)


def asks_for_existence(plain: str) -> bool:
    """Whether a question in lower case asks if something is there, and not if it is so and so."""
    exists = _EXISTS.search(_BEFORE.sub("", plain, count=1)) or _EXISTS.search(plain)
    return exists is not None or search(_ON_THE_SHEET, plain)
