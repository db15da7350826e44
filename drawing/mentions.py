"""Numbers and designations as they are written in a text: an answer, a question, or a line of a sheet's lettering.

The same reading is used on both sides of a comparison, so that 9,14 and 9.140 are one number, and `4xØ6,6` a count and
a size wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from drawing.grammar.notation import FIT, NUMBER, masked, normal, number_of, tight

#: A size stands for itself; a deviation, a class (fit or thread) and a count belong to a size; a code is compared as
#: text (C45E, 1:2, 12.03.2024).
Kind = Literal["size", "deviation", "class", "count", "code"]

#: Chunks between blanks, with the blanks that a sign, a cross, a stroke or the name of a standard bridges.
_CHUNK = re.compile(
    r"""(?:(?:DIN|EN|ISO|ASME|ANSI|BS|JIS|VDI)[\s/])*\S+
        (?:(?:(?:(?<=[±Ø×/])|(?<=\b[RMxX])|(?<=\d[xX])|(?<=R[az]))\s(?=[ØRM+-]?[\d.,])|\s(?=[xX×/]\s?[ØRM+-]?[\d.,])
        |(?<=\d)\s:\s(?=\d))\S+)*""",
    re.VERBOSE,
)
#: What may stand before the second part of a callout: 2 mm x 45°, +0,2 mm / -0,1 mm.
_LEADING_UNIT = re.compile(r"mm\s?[x/]\s?(?=[+-]?[\d.,])")
_PUNCTUATION = "$()[]{}<>„“”‚‘’»«\"'`|,;:!?*_…√▽∇✓"
_ATOM = re.compile(
    rf"""(?P<deviation>(?:±\s?|(?<![\w.,])[+-]|\+)(?P<by>{NUMBER})|0(?:[.,]0{{1,4}})?)(?!\d|[.,]\d)(?:°|mm\b|in\b|(?!\w))
      | (?P<count>\d{{1,3}})\s?x(?=\s?[ØRSMC□]|\s?\d|\s?$)
      | (?P<class>(?![RM]){FIT}|(?<=[-\s])\d[GHefgh]{{1,2}}(?:/\d[efgh]{{1,2}})?|[123][AB])(?!\w)
      | (?:(?P<sign>SØ|SR|Ø|Ra|Rz|Rmax|Rt|R|□|M|Tr|C|G|SW|[ts]=)\s?=?\s?)?
        (?P<size>{NUMBER})(?!\d|[.,]\d)(?P<degrees>°)?(?:mm\b|in\b|"|'{{1,2}})?
      | (?P<joint>\s?[x/]\s?|-|\.\.\.?|…|\s|[(),;])""",
    re.VERBOSE,
)
#: What is counted on drawings; a number before such a word is no size.
_COUNTED = re.compile(
    r"\s?x(?!\w|\s?[\d.,])|\s+(?:[^\W\d_]+e[nrs]?\s+)?(?i:bohrung|loch\b|löcher|gewinde|nut\b|nuten|fase|radien|schraube|stück|stk|teile|"
    r"position|zähne|holes?\b|bores?\b|threads?\b|slots?\b|grooves?\b|chamfers?\b|radii|screws?\b|pieces|pcs|items?\b|"
    r"parts?\b|teeth|views?\b|ansicht|blätter|sheets?\b|times\b|places\b|off\b|stellen\b|mal\b)\w*"
)
#: Units that drawings do not print behind a size: such a number is compared with its unit, to the letter.
_OTHER_UNIT = re.compile(
    r"\s?(?:[cd]?m|km|[kg]?g|k?N|N?Nm|[kM]Pa|bar|°\s?C|%|inch(?:es)?|Zoll|in(?=[.,;)]|\s*$))(?![\w²³/-])"
)
_MILLIMETRES = re.compile(r"\s?mm\b")
_DEGREES = re.compile(r"\s?(?:°|[Gg]rad\b|degrees?\b|deg\b)")
#: What a number is, said right before it; a thread's diameter has its own sign.
_NAMED = re.compile(
    r"(?i)(?:(?P<radius>radius|radien|radii)|(?<!gewinde)durchmesser|(?<!thread )diameter)[ :=|]*"
    r"(?:(?:von|ist|sind|beträgt|mit|hat|den|wert|of|is|are|the)[ :=|]+){0,3}$"
)
_NAMED_DEVIATION = re.compile(
    r"(?i)(?:(?P<upper>obere[sn]? (?:grenz)?abmaß|upper deviation)|untere[sn]? (?:grenz)?abmaß|lower deviation)"
    r"(?:[ :=|]+(?:ist|beträgt|is))?[ :=|]+$"
)
_HOW_MANY = re.compile(
    r"(?i)anzahl|menge|stück|\bstk|quantity|\bqty|count|number of|how many|wie ?viele|es gibt|es sind|there are"
)
MOST_NAMING_CHARS = 40
#: Places and numberings of a text, which say nothing about the part.
_ADDRESS = re.compile(
    r"(?m)(?<!\w)(?i:zone|feld|field|seite|page)\s+[A-Z]?\d{1,3}(?!\w|[.,]\d)(?:\s+(?:von|of)\s+\d{1,3}(?!\w|[.,]\d))?|^\s*\d{1,2}[.)]\s"
    r"|\(\s?[A-LN-QS-Z]\d{1,2}\s?\)|\[\s?[A-LN-QS-Z]\d{1,2}\s?\]"  # M8 and R5 are sizes in brackets, too
)
#: What joins a value to a noun: M8-Gewinde, 45°-Fase, 4-mal.
_COMPOUND = re.compile(r"(?<=[\d°])-(?=[A-ZÄÖÜ][a-zäöüß]{2}|[a-zäöüß]{3})")
_BULLET = re.compile(r"(?m)^(\s*)[-+*•](?=\s)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number or designation at `text[start:end]`. `value` is `None` for a code and a class, positive for a deviation.

    `sign` is what marks a size (Ø, R, M, °) or a deviation (±, +, -); `sentence` counts the sentences and lines of the
    text. `unit` is written behind a size; `counted` is a number in a sentence that says how many there are.
    """

    kind: Kind
    text: str
    start: int
    end: int
    sentence: int
    value: Decimal | None = None
    sign: str = ""
    unit: Literal["", "mm"] = ""
    counted: bool = False

    @property
    def folded(self) -> str:
        return folded(self.text)


def mentions_of(text: str) -> tuple[Mention, ...]:
    """What `text` names, in order; never raises."""
    line = _COMPOUND.sub(" ", _BULLET.sub(r"\1 ", normal(text)))
    line = _ADDRESS.sub(lambda match: " " * len(match.group()), line)
    return tuple(
        mention for number, (start, end) in enumerate(_sentences(line)) for mention in _in(line, start, end, number)
    )


def says_how_many(text: str) -> bool:
    """Whether `text` asks or tells how many of something there are."""
    return _HOW_MANY.search(text) is not None


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _in(text: str, start: int, end: int, sentence: int) -> Iterator[Mention]:
    for match in _CHUNK.finditer(text, start, end):
        first, last = _stripped(text, match.start(), match.end())
        if re.search(r"\d", text[first:last]):
            atoms = _atoms(text, first, last, sentence)
            unit = _OTHER_UNIT.match(text, last) if atoms and atoms[-1].kind == "size" else None
            if unit and len(atoms) == 1:
                atoms, last = [], unit.end()
            counted = _COUNTED.match(text, last) if len(atoms) == 1 and _is_bare(atoms[0]) else None
            if counted:
                atoms = [replace(atoms[0], kind="count", text=text[first : counted.end()], end=counted.end())]
            atoms = [_told(text, start, end, atom) if atom.kind == "size" else atom for atom in atoms]
            yield from atoms or [_mention("code", text, first, last, sentence)]


def _told(text: str, start: int, end: int, size: Mention) -> Mention:
    """A size with what the words of its sentence say of it: Radius 5 is R5, 5 mm is no angle, 30 Grad is one."""
    sign = size.sign or ("°" if _DEGREES.match(text, size.end) else "")
    in_mm = sign != "°" and (size.unit or _MILLIMETRES.match(text, size.end))
    before = text[max(start, size.start - MOST_NAMING_CHARS) : size.start]
    deviation = _NAMED_DEVIATION.search(before) if not sign else None
    if deviation:
        return replace(size, kind="deviation", sign="+" if deviation["upper"] else "")
    named = _NAMED.search(before) if not sign else None
    if named:
        sign = "R" if named["radius"] else "Ø"
    around = text[max(start, size.start - MOST_NAMING_CHARS) : min(end, size.end + MOST_NAMING_CHARS)]
    counted = _is_bare(size) and says_how_many(around)
    return replace(size, unit="mm" if in_mm else "", sign=sign, counted=counted)


def _is_bare(mention: Mention) -> bool:
    return mention.kind == "size" and mention.text.isdigit()


def _stripped(text: str, first: int, last: int) -> tuple[int, int]:
    """The span without the punctuation around it; a point may begin a number (.250) but ends none."""
    while first < last and text[first] in _PUNCTUATION:
        first += 1
    unit = _LEADING_UNIT.match(text, first, last)
    first = unit.end() if unit else first
    while first < last and text[last - 1] in _PUNCTUATION + ".":
        last -= 1
    return first, last


def _atoms(text: str, first: int, last: int, sentence: int) -> list[Mention]:
    """The numbers and classes that a chunk is made of; none where it is not made of such alone."""
    if masked(text[first:last]) != text[first:last]:
        return []
    found: list[Mention] = []
    at = first
    while at < last:
        match = _ATOM.match(text, at, last)
        if match is None or match.end() == at:
            return []
        mention = _atom(match, text, sentence)
        if mention is not None:
            found.append(mention)
        at = match.end()
    return found


def _atom(match: re.Match[str], text: str, sentence: int) -> Mention | None:
    start, end = match.span()
    if match["deviation"]:
        by, sign = (match["by"], match["deviation"][0]) if match["by"] else (match["deviation"], "")
        return _mention("deviation", text, start, end, sentence, number_of(by), sign)
    if match["count"]:
        return _mention("count", text, start, end, sentence, Decimal(match["count"]))
    if match["class"]:
        return _mention("class", text, start, end, sentence)
    if match["size"]:
        sign = "°" if match["degrees"] else tight(match["sign"] or "").rstrip("=")
        size = _mention("size", text, start, end, sentence, number_of(match["size"]), sign)
        return replace(size, unit="mm") if match[0].endswith("mm") else size
    return None


def _mention(
    kind: Kind, text: str, start: int, end: int, sentence: int, value: Decimal | None = None, sign: str = ""
) -> Mention:
    return Mention(kind, text[start:end].strip(), start, end, sentence, value, sign)


def folded(text: str) -> str:
    """Text for comparison: no case, no blanks, one decimal mark."""
    plain = unicodedata.normalize("NFKC", normal(text)).casefold()
    return re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"\s", "", plain))
