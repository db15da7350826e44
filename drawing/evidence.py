"""Every number and designation of an answer, looked up on the sheet by value and place.

A size is found where its number stands (9,14 = 9.140) with no other sign than its own. What belongs to a size, its
deviations, class and count, is found beside it, not anywhere. The frame's letters and digits are no lettering.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from drawing.callouts import Callout
from drawing.derived import derived_deviations, derived_sizes
from drawing.general_tolerances import GeneralClass
from drawing.lines import Line, distance, lines_of, source_of
from drawing.mentions import Mention, folded, mentions_of, says_how_many
from drawing.reading import Reading
from drawing.sheet import Box, Source, Word

EvidenceStatus = Literal["verified", "ocr_only", "computed", "not_found"]

#: How far a deviation, a class or a count may stand from its size, in heights of the size's lettering: stacked and one
#: blank apart, but not as far as the next dimension.
REACH = 2.5
#: Sizes of a sentence before and behind a claim that it may belong to: a sentence that lists more is no sentence.
MOST_OWNERS = 8
#: A number of so many digits may be a part of a designation, as 6082 is of EN AW-6082.
SHORTEST_CODE = 4
#: Signs that CAD systems and people draw instead of writing, or set in a symbol's font; roughness has a symbol.
ROUGHNESS = ("Ra", "Rz")
DRAWN_SIGNS = ("Ø", "□", *ROUGHNESS)
#: What a standard's designation begins with; answers and sheets write more or less of it.
_BODY = re.compile(r"^(?:din|en|iso|asme|ansi|bs|jis|vdi)*(?=\d)")
_DENIAL = re.compile(r"(?i)\b(?:nicht|kein\w*|not|no|none|without|ohne|cannot|neither)\b|n't\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value of an answer and where it stands on the sheet; `box` in sheet pixels, `None` where it was not found.

    `verified` is text of the file itself, `ocr_only` was recognised in the picture, `computed` follows from what stands
    at `box`.
    """

    value: str
    status: EvidenceStatus
    page: int
    box: Box | None
    source: Source | None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class _Printed:
    """A mention on the sheet, with its words."""

    mention: Mention
    line: Line
    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        return Box.around(word.box for word in self.words)


def status_of(source: Source) -> Literal["verified", "ocr_only"]:
    """What lettering from a source vouches for."""
    return "verified" if source == "text_layer" else "ocr_only"


class Lookup:
    """The lettering of one sheet, indexed by value."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        lines = lines_of(reading.words)
        self._text = _FoldedText(lines)
        self._printed = [_Printed(m, line, words) for line in lines for m, words in _mentions(line)]
        self._callouts: defaultdict[Word, list[Callout]] = defaultdict(list)
        for callout in reading.callouts:
            for word in callout.words:
                self._callouts[word].append(callout)
        self._limited = {limits: callout for callout in reading.callouts if (limits := _limits(callout))}
        self._by_value: defaultdict[Decimal, list[_Printed]] = defaultdict(list)
        for printed in self._printed:
            if printed.mention.value is not None:
                self._by_value[printed.mention.value].append(printed)

    def evidence(self, answer: str, question: str = "", hints: Sequence[Box] = ()) -> tuple[Evidence, ...]:
        """Each value of `answer` once, in its order.

        Both texts are plain. `hints` are places that the answer points at (sheet pixels): of equal finds, the nearest
        counts. A number that the answer takes from the question to deny it is no claim.
        """
        asked = mentions_of(question)
        claims = [claim for claim in mentions_of(answer) if not _is_denied(claim, answer, asked)]
        if says_how_many(question):
            claims = [replace(claim, counted=True) for claim in claims]
        sizes = _Sizes(claims, lambda claim: self._sizes(claim, hints))
        of_question = [found for mention in asked if mention.kind == "size" for found in self._sizes(mention, hints)]
        items: dict[str, Evidence] = {}
        for claim in claims:
            if claim.folded not in items:
                owners = sizes.beside(claim) or of_question or sizes.before(claim)
                found = self._found(claim, sizes, owners)
                items[claim.folded] = self._item(claim, found) if found else self._derived(claim, owners, sizes)
        return tuple(items.values())

    def _found(self, claim: Mention, sizes: _Sizes, owners: Sequence[_Printed]) -> list[_Printed]:
        """Where a claim stands; a number that is printed as a deviation alone belongs to a size.

        What belongs to a size stands nowhere if the size does not.
        """
        if claim.kind not in ("size", "code"):
            return self._dependents(claim, owners) if owners or not sizes.around(claim) else []
        found = sizes.of(claim)
        if claim.kind == "code" or not owners or any(printed.mention.kind != "deviation" for printed in found):
            return found
        return [printed for printed in found if any(self._belongs(printed, owner) for owner in owners)]

    def _item(self, claim: Mention, found: Sequence[_Printed]) -> Evidence:
        words = found[0].words
        source = source_of(words)
        return self._evidence(claim.text, status_of(source), found[0].box, source)

    def _derived(self, claim: Mention, owners: Iterable[_Printed], sizes: _Sizes) -> Evidence:
        """A value that follows from callouts which the answer or the question names, else one that was not found.

        Both limits of a callout name it by themselves.
        """
        pairs = (frozenset((claim.value, other.value)) for other in sizes.around(claim))
        limited = next((self._limited[pair] for pair in pairs if pair in self._limited), None)
        if limited:
            return self._evidence(claim.text, "computed", limited.box, limited.source)
        for callout in self._callouts_of(word for owner in owners for word in owner.words):
            if _follows(claim, callout, self._reading.general_class):
                return self._evidence(claim.text, "computed", callout.box, callout.source)
        return self._evidence(claim.text, "not_found", None, None)

    def _callouts_of(self, words: Iterable[Word]) -> Iterable[Callout]:
        return {id(callout): callout for word in words for callout in self._callouts.get(word, ())}.values()

    def _evidence(self, value: str, status: EvidenceStatus, box: Box | None, source: Source | None) -> Evidence:
        zone = self._reading.zone_of(box) if box else None
        return Evidence(value, status, self._reading.sheet.page, box, source, zone)

    def _sizes(self, claim: Mention, hints: Sequence[Box]) -> list[_Printed]:
        """Where a size or a code stands, the best find first."""
        if claim.value is None:
            return list(self._written(claim))
        found = [p for p in self._by_value[claim.value] if self._may_mean(claim, p)]
        may_be_code = len(claim.text) >= SHORTEST_CODE and claim.text.isdigit() and not claim.unit
        return sorted(found, key=self._rank(claim, hints)) or (list(self._written(claim)) if may_be_code else [])

    def _may_mean(self, claim: Mention, printed: _Printed) -> bool:
        """Whether what stands there can be the size that is claimed. A roughness without Ra or Rz is no dimension."""
        if claim.sign in ROUGHNESS and not printed.mention.sign:
            kinds = {callout.type for callout in self._callouts_of(printed.words)}
            return kinds <= {"roughness"} and _agree(claim, printed.mention)
        return _agree(claim, printed.mention) or self._measures(printed, claim)

    def _measures(self, printed: _Printed, claim: Mention) -> bool:
        """Whether what reads like a count is the size of its callout: 2x45° is a chamfer of 2 mm."""
        if printed.mention.kind != "count" or claim.sign:
            return False
        return any(callout.nominal == claim.value for callout in self._callouts_of(printed.words))

    def _rank(self, claim: Mention, hints: Sequence[Box]) -> Callable[[_Printed], tuple[bool, bool, float]]:
        def rank(printed: _Printed) -> tuple[bool, bool, float]:
            near = min((distance(hint, printed.box) for hint in hints), default=0.0)
            return printed.mention.sign != claim.sign, self._callouts.keys().isdisjoint(printed.words), near

        return rank

    def _written(self, claim: Mention) -> Iterator[_Printed]:
        """Where a designation stands to the letter, blanks and decimal marks aside."""
        wanted = _BODY.sub("", claim.folded) or claim.folded
        for line, first, last in self._text.places(wanted):
            if _stands_alone(line.text, first, last):
                yield _Printed(claim, line, line.words_between(first, last))

    def _dependents(self, claim: Mention, owners: Sequence[_Printed]) -> list[_Printed]:
        """Where a deviation, class or count stands: beside its size, or anywhere if the texts name no size."""
        if claim.kind == "class":
            found = [p for p in self._printed if p.mention.kind == "class" and p.mention.text == claim.text]
        else:
            found = [p for p in self._by_value[claim.value or Decimal(0)] if _may_be(claim, p.mention)]
            if claim.kind == "deviation" and not owners:
                found = [p for p in found if p.mention.kind == "deviation"]
        beside = [p for p in found if not owners or any(self._belongs(p, owner) for owner in owners)]
        if claim.sign == "±" and not _both_ways(beside):
            return []
        with_noun = claim.kind == "count" and not re.fullmatch(r"\d+\s?[xX×]?", claim.text)
        return beside or (list(self._written(claim)) if with_noun else [])

    def _belongs(self, printed: _Printed, owner: _Printed) -> bool:
        """Whether a deviation, class or count is its size's: by the callout that both stand in, else by their distance.

        What stands in another callout is that one's.
        """
        of_owner, of_printed = ({id(c) for c in self._callouts_of(item.words)} for item in (owner, printed))
        if of_owner & of_printed:
            return True
        return not of_printed and distance(printed.box, owner.box) <= REACH * owner.line.height


class _Sizes:
    """The sizes that an answer claims, and where each stands."""

    def __init__(self, claims: Sequence[Mention], find: Callable[[Mention], list[_Printed]]) -> None:
        self._found: dict[str, list[_Printed]] = {}
        self._sizes = [claim for claim in claims if claim.kind == "size"]
        self._in_sentence: defaultdict[int, list[Mention]] = defaultdict(list)
        for claim in claims:
            if claim.kind in ("size", "code") and claim.folded not in self._found:
                self._found[claim.folded] = find(claim)
        for claim in self._sizes:
            self._in_sentence[claim.sentence].append(claim)

    def of(self, claim: Mention) -> list[_Printed]:
        return self._found[claim.folded]

    def beside(self, claim: Mention) -> list[_Printed]:
        """The places of the sizes that the claim's sentence names around it."""
        return [printed for size in self.around(claim) for printed in self.of(size)]

    def around(self, claim: Mention) -> list[Mention]:
        """The nearest other sizes of the claim's sentence."""
        sizes = self._in_sentence[claim.sentence]
        at = bisect_left(sizes, claim.start, key=lambda size: size.start)
        near = sizes[max(0, at - MOST_OWNERS) : at + MOST_OWNERS + 1]
        return [size for size in near if size is not claim]

    def before(self, claim: Mention) -> list[_Printed]:
        """The places of the last sizes named before a deviation or class whose own sentence names none."""
        if claim.kind not in ("deviation", "class"):
            return []
        at = bisect_left(self._sizes, claim.start, key=lambda size: size.start)
        near = self._sizes[max(0, at - MOST_OWNERS) : at]
        return [printed for size in near for printed in self.of(size)]


class _FoldedText:
    """All lines folded into one text, so that looking for a designation is one search."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: list[tuple[Line, list[int]]] = []
        self._starts: list[int] = []
        texts = []
        start = 0
        for line in lines:
            text, places = _folded_with_places(line.text)
            self._lines.append((line, places))
            self._starts.append(start)
            texts.append(text)
            start += len(text) + 1
        self._text = "\n".join(texts)

    def places(self, wanted: str) -> Iterator[tuple[Line, int, int]]:
        """Lines that hold `wanted`, from which of their characters to which."""
        at = self._text.find(wanted)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            line, places = self._lines[number]
            first = at - self._starts[number]
            yield line, places[first], places[first + len(wanted) - 1] + 1
            at = self._text.find(wanted, at + 1)


def _limits(callout: Callout) -> frozenset[Decimal | None]:
    """The limits that follow from printed deviations; empty where there are none."""
    if callout.nominal is None or callout.upper is None or callout.lower is None or callout.upper == callout.lower:
        return frozenset()
    return frozenset((callout.nominal + callout.upper, callout.nominal + callout.lower))


def _follows(claim: Mention, callout: Callout, general: GeneralClass | None) -> bool:
    """Whether a claim is a limit, or a deviation that a standard gives the callout's class."""
    if claim.value is None:
        return False
    if claim.kind != "deviation":
        return claim.value in derived_sizes(callout, general)
    given = derived_deviations(callout, general)
    wanted = {"-": (-claim.value,), "±": (claim.value, -claim.value)}.get(claim.sign, (claim.value,))
    return given.issuperset(wanted)


def _mentions(line: Line) -> Iterator[tuple[Mention, tuple[Word, ...]]]:
    for mention in mentions_of(line.plain):
        yield mention, line.words_between(mention.start, mention.end)


def _agree(claim: Mention, printed: Mention) -> bool:
    """Whether a printed number can be the size that is claimed: what is a radius here is no diameter there.

    A sign that is drawn may be missing from the lettering, a letter (R, M, SW) may not.
    """
    if printed.kind == "count":
        return not claim.sign and not claim.unit and claim.counted
    if printed.kind not in ("size", "deviation"):
        return False
    if printed.kind == "deviation":
        return not claim.sign or (claim.sign == "°" and "°" in printed.text)
    if claim.unit and printed.sign == "°":
        return False
    signs = claim.sign.removeprefix("S"), printed.sign.removeprefix("S")  # SØ and SR are a sphere's Ø and R
    return signs[0] == signs[1] or not signs[0] or (not signs[1] and signs[0] in DRAWN_SIGNS)


def _may_be(claim: Mention, printed: Mention) -> bool:
    if claim.kind == "count":
        return printed.kind == "count" or ("x" in claim.text and printed.kind == "size")
    opposite = {"+": "-", "-": "+"}.get(claim.sign)
    return printed.kind in ("deviation", "size") and printed.sign != opposite


def _both_ways(found: Iterable[_Printed]) -> bool:
    """Whether what stands there goes up and down: ±0,1, or +0,1 over -0,1; a sign may be drawn and not written."""
    signs = {printed.mention.sign for printed in found}
    return not signs.isdisjoint(("±", "")) or signs.issuperset("+-")


def _is_denied(claim: Mention, answer: str, asked: Sequence[Mention]) -> bool:
    """Whether the sentence says that something is not there, and only repeats what the question named."""
    if not any(other.folded == claim.folded or (other.value == claim.value is not None) for other in asked):
        return False
    start = max(answer.rfind(sign, 0, claim.start) for sign in ".!?;\n") + 1
    ends = [end for end in (answer.find(sign, claim.end) for sign in ".!?;\n") if end >= 0]
    return _DENIAL.search(answer, start, min(ends, default=len(answer))) is not None


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it stands in `text`."""
    pieces = [(char, at) for at, original in enumerate(text) for char in folded(original)]
    plain = "".join(char for char, _ in pieces)
    return re.sub(r"(?<=\d),(?=\d)", ".", plain), [at for _, at in pieces]


def _stands_alone(text: str, first: int, last: int) -> bool:
    """Whether no number or word goes on before it, and no designation behind it: C45 does not stand in C45E."""
    before, behind = text[:first], text[last:]
    if (text[first].isdigit() and re.search(r"\d[.,]?$", before)) or _is_one_word(before[-1:] + text[first]):
        return False
    if text[last - 1].isdigit() and re.match(r"[.,]?\d|[^\W\d_]", behind):
        return False
    return not _is_one_word(text[last - 1] + behind[:1])


def _is_one_word(pair: str) -> bool:
    """Two letters of one case."""
    return len(pair) == 2 and pair.isalpha() and pair[0].isupper() == pair[1].isupper()
