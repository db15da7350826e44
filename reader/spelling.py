"""A question's words as the vocabulary writes them: umlauts and ß, full words for short forms, slips of the keyboard.

Swiss writes ss for ß, and keyboards without umlauts ae, oe and ue. A slip is mended only where the word is none that
the vocabulary knows, and one edit away from exactly one of `_OFTEN`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from drawing.labels import variants
from reader.field_words import DATE_WORDS, DRAWN, FIELD_WORDS
from reader.vocabulary import (
    ATTRIBUTE_WORDS,
    CHARACTERISTIC_WORDS,
    FEATURE_WORDS,
    GDT,
    GENERAL_TOLERANCE,
    LANGUAGE_WORDS,
    LARGEST,
    ROUGHNESS,
    SMALLEST,
    STOP_WORDS,
    TABLE,
    WHOLE,
    search,
)

#: Stems of questions with an umlaut or ß, wherever they stand in a word.
_STEMS = (
    "länge höhe höchst größe größt größer außen äußer löcher fläche stärke stück schlüssel härte prüf zähne"
    " zähl zulässig"
    " benötig schräg heißt weiß maßstab maßeinheit maßangab bemaß abmaß nennmaß grenzmaß freimaß mindestmaß kleinstmaß"
    " größtmaß höchstmaß passmaß hilfsmaß stichmaß außenmaß innenmaß hauptmaß mittenmaß rohmaß fußkreis gehäuse"
    " hülse bezüge rität zität alität wärme öffnung änderung durchgänge abstände"
)
#: Words that are meant as a whole only, and no English ones.
_WHOLE_WORDS = {
    "grosse": "große",
    "grossen": "großen",
    "grosser": "großer",
    "grosses": "großes",
    "fuer": "für",
    "ueber": "über",
    "muessen": "müssen",
    "koennen": "können",
    "koennten": "könnten",
    "waere": "wäre",
    "gibts": "gibt es",
    "wieviele": "wie viele",
}
#: Swiss words that are English ones as well, and meant only in a German question.
_GERMAN_WORDS = {"gross": "groß", "mass": "maß"}
#: *Masse* is a weight, but for what is many of them.
_MANY_SIZES = re.compile(r"(?i)\b(alle|sämtliche|wichtigsten?|exakten?|genauen?|eingerahmten?|tolerierten?) masse\b")
_SIZES_THAT = re.compile(r"(?i)\b(welche) masse (?=sind|stehen|gibt|haben|gelten|werden|fehlen)")
_SHORT = {
    **dict.fromkeys(("mat", "matl", "mtl"), "material"),
    **dict.fromkeys(("wst", "werkst"), "werkstoff"),
    **dict.fromkeys(("durchm", "dmr"), "durchmesser"),
    "oberfl": "oberfläche",
    **dict.fromkeys(("bez", "bezeichn"), "bezeichnung"),
    **dict.fromkeys(("zeichnr", "zng", "znr", "zchnr"), "zeichnungsnummer"),
    **dict.fromkeys(("dims", "dimens"), "dimensions"),
    **dict.fromkeys(("thk", "thkn"), "thickness"),
    "diam": "diameter",
    "pcs": "pieces",
    "ne": "eine",
}
#: *what's* and *whats*, but no possessive.
_CONTRACTED = re.compile(r"(?i)\b(what|who|where|how|that|it|there|when)(?:['’]s|s(?<=whats))(?!\w)")
_OFTEN = (
    "toleranz toleranzen tolerance tolerances durchmesser diameter radius radien gewinde thread threads bohrung"
    " bohrungen werkstoff material gewicht weight height length thickness distance abstand maßstab oberfläche surface"
    " rauheit roughness passung zeichnungsnummer stückliste schriftfeld benennung bezeichnung revision senkung"
    " steigung ebenheit flatness parallelität parallelism rechtwinkligkeit perpendicularity rundlauf"
    " allgemeintoleranz freimaßtoleranz stückzahl projektion projection kernloch schlüsselweite lochabstand nennmaß"
    " außendurchmesser innendurchmesser dimension dimensions counterbore countersink chamfer chamfers quantity hardness"
    " concentricity konzentrizität deviation winkel gesamtlänge wandstärke width depth angle scale"
)
#: Words that are no slips, though one letter away from `_OFTEN`.
_RIGHT = "gedicht gesicht gericht gewinne gewinnen gewinner bohren gebohrt abstrakt winkeln passage threat tread"
#: A shorter word is too often one letter away from another: there, only two letters that changed places are a slip.
_SURE = 6
#: The shortest word that is looked for at the end of a compound, and the shortest word before it.
_IN_COMPOUND, _BEFORE = 7, 3
_WORD = re.compile(r"[^\W\d_]+")


def spelled(text: str) -> str:
    """`text` in the vocabulary's own spelling; numbers, signs and unknown words stay as they are."""
    text = _CONTRACTED.sub(r"\1 is", text)
    german = says_german(text)
    text = _WORD.sub(lambda match: _like(match.group(), _mended(match.group().lower(), german)), text)
    return _SIZES_THAT.sub(r"\1 Maße ", _MANY_SIZES.sub(r"\1 Maße", text))


def says_german(text: str) -> bool:
    """Whether the small words of a text are rather German than English ones."""
    words = [word.lower() for word in _WORD.findall(text)]
    german, english = (sum(word in LANGUAGE_WORDS[language] for word in words) for language in ("de", "en"))
    return german > english


def _like(word: str, mended: str) -> str:
    """The mended word with the word's own capital; a word that needed no mending, unchanged."""
    if mended == word.lower():
        return word
    return mended[:1].upper() + mended[1:] if word[:1].isupper() else mended


@lru_cache(maxsize=4096)
def _mended(word: str, german: bool) -> str:
    word = _GERMAN_WORDS.get(word, word) if german else word
    word = _WHOLE_WORDS.get(word, _SHORT.get(word, word))
    word = _ASCII.sub(lambda match: _STEM_OF[match.group()], word)
    return word if _is_known(word) else _without_slip(word)


def _ascii(stem: str) -> str:
    return stem.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


def _spellings(stem: str) -> tuple[str, ...]:
    """The stem without umlauts and ß, and without ß alone."""
    return _ascii(stem), stem.replace("ß", "ss")


_STEM_OF = {spelling: stem for stem in _STEMS.split() for spelling in _spellings(stem) if spelling != stem}
_ASCII = re.compile("|".join(sorted(_STEM_OF, key=len, reverse=True)))
_KNOWN = "|".join(
    (
        *(words for _, words in (*FEATURE_WORDS, *ATTRIBUTE_WORDS, *FIELD_WORDS, *CHARACTERISTIC_WORDS)),
        # Not PART_OF: the first word of a compound says nothing of its last one.
        *(*DATE_WORDS.values(), DRAWN, GDT, GENERAL_TOLERANCE, LARGEST, ROUGHNESS, SMALLEST, TABLE, WHOLE),
    )
)


def _is_known(word: str) -> bool:
    small = any(word in words for table in (STOP_WORDS, LANGUAGE_WORDS) for words in table.values())
    return small or search(_KNOWN, word)


def _without_slip(word: str) -> str:
    if len(word) < _SURE - 1 or word in _RIGHT.split():
        return word
    meant = {often for often in _OFTEN.split() if _is_slip(word, often)}
    if len(meant) == 1:
        return meant.pop()
    ends = {
        word[:-cut] + often for often in _OFTEN.split() for cut in _cuts(often, word) if _is_slip(word[-cut:], often)
    }
    return ends.pop() if len(ends) == 1 else word


def _cuts(often: str, word: str) -> list[int]:
    if len(often) < _IN_COMPOUND:
        return []
    return [cut for cut in range(len(often) - 1, len(often) + 2) if len(word) - cut >= _BEFORE]


def _is_slip(word: str, meant: str) -> bool:
    """One letter too many, too few or another one, or two that changed places; never the first."""
    if word[:1] != meant[:1] or abs(len(word) - len(meant)) > 1:
        return False
    if len(meant) < _SURE:
        return sorted(word) == sorted(meant)
    return not variants(word).isdisjoint(variants(meant))
