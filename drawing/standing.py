"""Where a text, or the numbers of a callout, stand in a sheet's lettering; boxes are sheet pixels.

Texts are compared without blanks, case and variants of a sign, and only from word to word: 5 does not stand in 15 or
in 5,2. Numbers are compared by value: 9,14 is 9.140.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from drawing.grammar.notation import DONE, NUMBER, masked, normal, number_of
from drawing.lines import Line, blocks_of, distance, lines_of, source_of
from drawing.nearby import Nearby
from drawing.reading import Reading
from drawing.sheet import Box, Source, Word

#: The numbers of a callout stand no further from each other than this, in heights of its nominal's line.
REACH = 3.0

_NUMBER = re.compile(rf"(?<!\d)(?<!\d[.,]){NUMBER}{DONE}")


@dataclass(frozen=True, slots=True)
class Standing:
    """Lettering that was looked for, as printed. `naming` are the words that name it: of a callout, its nominal's."""

    text: str
    words: tuple[Word, ...]
    naming: tuple[Word, ...]
    box: Box

    @property
    def source(self) -> Source:
        return source_of(self.words)


@dataclass(frozen=True, slots=True)
class _Number:
    line: Line
    start: int
    end: int
    box: Box


class Whereabouts:
    """A sheet's lettering to look things up in, tables included, zones of the frame not."""

    def __init__(self, reading: Reading) -> None:
        in_lines = {word for line in reading.lines for word in line.words}
        cells = (cell for table in reading.tables for row in table.rows for cell in row)
        in_tables = lines_of(word for cell in cells for word in cell.words if word not in in_lines)
        blocks = [block.lines for block in (*reading.blocks, *blocks_of(in_tables))]
        in_blocks = {id(line) for block in blocks for line in block}
        self._lines = (*reading.lines, *in_tables)
        self._runs = [_Run(lines) for lines in blocks]
        self._runs += [_Run((line,)) for line in self._lines if id(line) not in in_blocks]
        self._places: dict[str, Nearby[Standing]] = {}

    def text(self, text: str, area: Box) -> list[Standing]:
        """Where `text` stands and touches `area`: nearest to its middle first."""
        wanted = "".join(_folded(text))
        if wanted not in self._places:
            found = (place for run in self._runs for place in run.places(wanted))
            self._places[wanted] = Nearby(found, lambda place: place.box)
        return sorted(self._places[wanted].near(area, 0), key=lambda place: _off(place.box, area))

    def numbers(self, nominal: Decimal, others: Sequence[Decimal], area: Box) -> list[Standing]:
        """Where `nominal` stands and touches `area` with all of `others` around it: nearest to its middle first."""
        near = [number for number in self._numbers.get(nominal, ()) if distance(number.box, area) == 0]
        found = (self._around(number, others) for number in sorted(near, key=lambda number: _off(number.box, area)))
        return [standing for standing in found if standing]

    @cached_property
    def _numbers(self) -> dict[Decimal, list[_Number]]:
        found: dict[Decimal, list[_Number]] = defaultdict(list)
        for line in self._lines:
            for match in _NUMBER.finditer(masked(normal(line.text))):
                box = line.part(*match.span()).box
                found[number_of(match.group())].append(_Number(line, *match.span(), box))
        return found

    def _around(self, nominal: _Number, others: Iterable[Decimal]) -> Standing | None:
        taken = [nominal]
        for value in others:
            left = [number for number in self._numbers.get(value, ()) if number not in taken]
            nearest = min(left, key=lambda number: _distance(number, taken), default=None)
            if nearest is None or _distance(nearest, taken) > REACH * nominal.line.height:
                return None
            taken.append(nearest)
        return _standing(taken)


def numbers_in(text: str) -> list[Decimal]:
    """The numbers that `text` says, in their order; dates, scales and links hold none."""
    return [number_of(match.group()) for match in _NUMBER.finditer(masked(normal(text)))]


def _distance(number: _Number, others: Iterable[_Number]) -> float:
    return min(distance(number.box, other.box) for other in others)


def _standing(numbers: Sequence[_Number]) -> Standing:
    """The words from the first of these numbers to the last in each line, the nominal's line first."""
    spans: dict[int, tuple[Line, int, int]] = {}
    for number in numbers:
        _, start, end = spans.get(id(number.line), (number.line, number.start, number.end))
        spans[id(number.line)] = (number.line, min(start, number.start), max(end, number.end))
    words = tuple(word for line, start, end in spans.values() for word in line.words_between(start, end))
    nominal = numbers[0]
    naming = nominal.line.words_between(nominal.start, nominal.end)
    return Standing(" ".join(word.text for word in words), words, naming, Box.around(word.box for word in words))


def _off(box: Box, area: Box) -> float:
    """How far a box is from the middle of an area."""
    x, y = area.centre
    return distance(box, Box(x, y, x, y))


def _folded(text: str) -> Iterator[str]:
    return (letter for char in normal(text) if not char.isspace() for letter in char.casefold())


class _Run:
    """Lines that are read on from one to the next, folded, with the place in its line that each letter comes from."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._letters = ""
        self._origins: list[tuple[int, int]] = []
        #: Positions in `_letters` where a word begins.
        self._begins: set[int] = set()
        for number, line in enumerate(lines):
            starts = set(line.offsets)
            for at, char in enumerate(line.text):
                if at in starts:
                    self._begins.add(len(self._letters))
                for letter in _folded(char):
                    self._letters += letter
                    self._origins.append((number, at))

    def places(self, wanted: str) -> Iterator[Standing]:
        at = self._letters.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if self._parted(at) and self._parted(end):
                yield self._standing(at, end)
            at = self._letters.find(wanted, at + 1)

    def _parted(self, at: int) -> bool:
        """Whether something ends or begins here: a word, but no part of a number."""
        if at in self._begins or at == len(self._letters):
            return True
        before, after = self._letters[at - 1], self._letters[at]
        if before.isalnum() and after.isalnum():
            return False
        return re.search(r"\d[.,]\d", self._letters[max(at - 2, 0) : at + 2]) is None

    def _standing(self, first: int, last: int) -> Standing:
        spans: dict[int, list[int]] = defaultdict(list)
        for number, at in self._origins[first:last]:
            spans[number].append(at)
        parts = [self._lines[number].part(min(span), max(span) + 1) for number, span in spans.items()]
        words = tuple(word for part in parts for word in part.words)
        text = " ".join(part.plain for part in parts)
        return Standing(text, words, words, Box.around(part.box for part in parts))
