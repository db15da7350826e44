"""A reading held against the truth of a drawn sheet: what was found, what is right, what is not there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal

from bench.truth import CALLOUT_KINDS, DrawnSheet, Item, PrintedNumber
from drawing.callouts import Callout
from drawing.sheet import MM_PER_INCH, Box, Word

#: mm. How far beside the ink a reading may place what it read: about one height of lettering.
SLACK_MM = 3.0
DIAMETER_SIGNS = "Ø⌀"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `of`."""

    right: int = 0
    of: int = 0

    @property
    def value(self) -> float:
        """1.0 where nothing was asked for."""
        return self.right / self.of if self.of else 1.0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Score:
    """What one or more sheets came to.

    `numbers`, `diameters`, `callouts` and the `frames_*` are of those printed; `numbers_read` and `callouts_read` of
    those read; `types` of the callouts found and `deviations` of those among them that have deviations.
    """

    numbers: Share = Share()
    numbers_read: Share = Share()
    diameters: Share = Share()
    false_diameters: int = 0
    deviations: Share = Share()
    frames: Share = Share()
    frame_characteristics: Share = Share()
    frame_values: Share = Share()
    frame_datums: Share = Share()
    false_frames: int = 0
    callouts: Share = Share()
    callouts_read: Share = Share()
    types: Share = Share()

    def __add__(self, other: Score) -> Score:
        return Score(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Score)})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score and, in words, each thing that lowers it."""

    score: Score
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Judge:
    """Compares at a place: `slack` in sheet pixels."""

    sheet: DrawnSheet
    faults: list[str] = field(default_factory=list)

    @property
    def slack(self) -> float:
        return SLACK_MM * self.sheet.dpi / MM_PER_INCH

    def counts(self, x: float, y: float) -> bool:
        return not any(box.contains(x, y) for box in self.sheet.ignored)

    def near(self, box: Box, x: float, y: float) -> bool:
        slack = self.slack
        return Box(box.x1 - slack, box.y1 - slack, box.x2 + slack, box.y2 + slack).contains(x, y)

    def fault(self, kind: str, text: str, box: Box) -> None:
        x, y = box.centre
        self.faults.append(f"{kind} {text!r} at {x:.0f},{y:.0f}")


def score(sheet: DrawnSheet, words: Sequence[Word], callouts: Sequence[Callout]) -> Verdict:
    """Judges what was read from `sheet`; words and callouts in its pixels."""
    judge = _Judge(sheet)
    told = [callout for callout in callouts if judge.counts(*callout.box.centre)]
    numbers, numbers_read = _numbers(judge, words)
    measured = [callout for callout in told if callout.type not in ("gdt", "general_tolerance")]
    pairs = _callout_pairs(judge, measured)
    frames = _frames(judge, [callout for callout in told if callout.type == "gdt"])
    found = [(item, callout) for item, callout in pairs if callout is not None]
    toleranced = [(item, callout) for item, callout in found if item.upper is not None]
    exact = [(callout.upper, callout.lower) == (item.upper, item.lower) for item, callout in toleranced]
    for (item, callout), right in zip(toleranced, exact, strict=True):
        if not right:
            judge.fault("deviations", f"{item.text} read as {callout.text}", item.box)
    signed = [(item, callout) for item, callout in pairs if item.kind == "diameter"]
    whole = Score(
        numbers=numbers,
        numbers_read=numbers_read,
        diameters=Share(sum(c is not None and c.type == "diameter" for _, c in signed), len(signed)),
        false_diameters=_false_diameters(judge, words, measured, found),
        deviations=Share(sum(exact), len(exact)),
        callouts=Share(len(found), len(pairs)),
        callouts_read=Share(len(found), len(measured)),
        types=Share(sum(callout.type == item.kind for item, callout in found), len(found)),
    )
    return Verdict(whole + frames, tuple(judge.faults))


def _numbers(judge: _Judge, words: Sequence[Word]) -> tuple[Share, Share]:
    """Printed numbers found by value at their place, and read numbers that are printed there; each counts once."""
    printed = [number for item in judge.sheet.items for number in item.numbers]
    read = [(value, x, y, word) for word in words for value, x, y in _read_numbers(word) if judge.counts(x, y)]
    near = [
        (math.dist(number.box.centre, (x, y)), p, r)
        for p, number in enumerate(printed)
        for r, (value, x, y, _) in enumerate(read)
        if value == number.value and judge.near(number.box, x, y)
    ]
    matched = dict(_matched(near))
    _report_numbers(judge, printed, read, matched)
    return Share(len(matched), len(printed)), Share(len(matched), len(read))


def _report_numbers(
    judge: _Judge,
    printed: Sequence[PrintedNumber],
    read: Sequence[tuple[Decimal, float, float, Word]],
    matched: dict[int, int],
) -> None:
    for at, number in enumerate(printed):
        if at not in matched:
            judge.fault("number missed", str(number.value), number.box)
    right = set(matched.values())
    for at, (value, _, _, word) in enumerate(read):
        if at not in right:
            judge.fault("number false", f"{value} in {word.text}", word.box)


def _read_numbers(word: Word) -> Iterator[tuple[Decimal, float, float]]:
    """Each number of a word with the middle of its share of the word's box."""
    angle = math.radians(word.direction)
    cos, sin = math.cos(angle), math.sin(angle)
    length = word.box.width * abs(cos) + word.box.height * abs(sin)
    if min(abs(cos), abs(sin)) > 0.1:  # an oblique word's box is larger than the word
        length = math.hypot(word.box.width, word.box.height)
    for match in _NUMBER.finditer(word.text):
        off = ((match.start() + match.end()) / 2 / len(word.text) - 0.5) * length
        x, y = word.box.centre
        yield Decimal(match.group().replace(",", ".")), x + off * cos, y - off * sin


def _matched(near: Iterable[tuple[float, int, int]]) -> Iterator[tuple[int, int]]:
    """One to one, the nearest first."""
    left: set[int] = set()
    right: set[int] = set()
    for _, a, b in sorted(near):
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            yield a, b


def _callout_pairs(judge: _Judge, callouts: Sequence[Callout]) -> list[tuple[Item, Callout | None]]:
    """Each printed callout with the one read at its place with its nominal or limits."""
    items = [item for item in judge.sheet.items if item.kind in CALLOUT_KINDS and item.kind != "gdt"]
    near = [
        (math.dist(item.box.centre, callout.box.centre), i, c)
        for i, item in enumerate(items)
        for c, callout in enumerate(callouts)
        if _sizes(item) == callout.sizes and judge.near(item.box, *callout.box.centre)
    ]
    matched = dict(_matched(near))
    for at, item in enumerate(items):
        if at not in matched:
            judge.fault("callout missed", item.text, item.box)
        elif callouts[matched[at]].type != item.kind:
            judge.fault("type", f"{item.text} read as {callouts[matched[at]].type}", item.box)
    for at, callout in enumerate(callouts):
        if at not in matched.values():
            judge.fault("callout false", f"{callout.type} {callout.text}", callout.box)
    return [(item, callouts[matched[at]] if at in matched else None) for at, item in enumerate(items)]


def _sizes(item: Item) -> tuple[Decimal, ...]:
    return item.limits or (() if item.nominal is None else (item.nominal,))


def _false_diameters(
    judge: _Judge, words: Sequence[Word], callouts: Sequence[Callout], found: Sequence[tuple[Item, Callout]]
) -> int:
    """Diameter callouts, and words with a Ø outside of them, where no Ø is printed."""
    signed = [item.box for item in judge.sheet.items if item.diameter_sign]
    unsigned = {id(callout) for item, callout in found if not item.diameter_sign}

    def is_false(box: Box) -> bool:
        return judge.counts(*box.centre) and not any(judge.near(there, *box.centre) for there in signed)

    diameters = [callout for callout in callouts if callout.type == "diameter"]
    wrong = [callout.box for callout in diameters if id(callout) in unsigned or is_false(callout.box)]
    wrong += [
        word.box
        for word in words
        if any(sign in word.text for sign in DIAMETER_SIGNS)
        and is_false(word.box)
        and not any(box.contains(*word.box.centre) for box in wrong)
    ]
    for box in wrong:
        judge.fault("diameter false", "Ø", box)
    return len(wrong)


def _frames(judge: _Judge, read: Sequence[Callout]) -> Score:
    """Feature control frames: each printed one with the nearest read at its place."""
    printed = [item for item in judge.sheet.items if item.kind == "gdt"]
    near = [
        (math.dist(item.box.centre, callout.box.centre), i, c)
        for i, item in enumerate(printed)
        for c, callout in enumerate(read)
        if judge.near(item.box, *callout.box.centre)
    ]
    pairs = [(printed[i], read[c]) for i, c in _matched(near)]
    for item in printed:
        told = next((callout for known, callout in pairs if known is item), None)
        if told is None or (told.characteristic, told.datums) != (item.characteristic, item.datums):
            judge.fault("frame", f"{item.text} read as {told and (told.characteristic, told.text)}", item.box)
    return Score(
        frames=Share(len(pairs), len(printed)),
        frame_characteristics=Share(sum(i.characteristic == c.characteristic for i, c in pairs), len(printed)),
        frame_values=Share(sum(i.nominal == c.nominal for i, c in pairs), len(printed)),
        frame_datums=Share(sum(i.datums == c.datums for i, c in pairs), len(printed)),
        false_frames=len(read) - len(pairs),
    )
