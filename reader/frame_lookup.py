"""Questions about feature control frames (ISO 1101): by characteristic, datum and the dimension that they hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drawing.callouts import Callout
from drawing.lines import distance
from drawing.reading import Reading
from reader.candidates import MOST_NUMBERS, numbers_in
from reader.finding import Caveat, Finding, Quote, distinct, of_callout
from reader.neighbourhood import near_named
from reader.questions import Question

_FORM = ("straightness", "flatness", "circularity", "cylindricity")
#: How far a feature control frame hangs below the dimension it belongs to, in heights of the lettering.
FRAME_REACH = 2.5


def find_frame(question: Question, reading: Reading) -> Finding:
    """The frames that fit the question; one whose symbol was not read may be of any characteristic."""
    frames = [c for c in reading.callouts if c.type == "gdt"]
    if question.characteristic:
        frames = [c for c in frames if _may_be(c, question.characteristic)]
    if question.frame_kind:
        frames = [c for c in frames if bool(c.datums) == (question.frame_kind == "related")]
    if question.datum and question.characteristic not in _FORM:
        frames = [c for c in frames if question.datum in c.datums]
    if question.numbers:
        alone = [c for c in frames if c.characteristic] if question.characteristic and len(frames) == 1 else []
        frames = [c for c in frames if _hangs_below(c, question, reading)] or alone
    known = [c for c in frames if question.characteristic and c.characteristic == question.characteristic]
    frames = known or frames
    if question.view and len(distinct(frames)) > 1:
        near = near_named(question, reading, frames)
        frames = near[0] if near and near[0] else frames
    return _answer(question, reading, frames)


def _answer(question: Question, reading: Reading, frames: list[Callout]) -> Finding:
    left = distinct(frames)
    noun = question.characteristic or "frame"
    unread: tuple[Caveat, ...] = ("characteristic_unread",) if any(c.characteristic is None for c in left) else ()
    if not left:
        drawn: tuple[Caveat, ...] = (
            () if any(c.characteristic for c in reading.callouts) else ("characteristic_unread",)
        )
        return Finding("absent", noun, caveats=drawn)
    quotes = tuple(of_frame(c) for c in left)
    if question.how_many and question.characteristic and unread:
        return Finding("cannot_count", caveats=unread)
    if question.how_many:
        words = tuple(word for c in frames for word in c.words)
        total = Quote(str(len(frames)), words, computed=True)
        return Finding("counted", noun, (total, *quotes), number=len(frames), caveats=unread)
    if question.every:
        return Finding("list", noun, quotes, number=len(frames), caveats=unread)
    if len(numbers_in(left)) > MOST_NUMBERS:
        counted = Quote(str(len(left)), tuple(word for c in left for word in c.words), computed=True)
        return Finding("ambiguous", noun, (counted,), number=len(left), caveats=unread)
    if len(left) > 1:
        return Finding("candidates", noun, quotes, caveats=unread)
    return Finding("frame", left[0].characteristic or noun, quotes, caveats=unread, callouts=tuple(left))


def of_frame(frame: Callout) -> Quote:
    """The frame as printed, after the name of its characteristic where its symbol was read."""
    return replace(of_callout(frame), noun=frame.characteristic or "")


def find_datums(question: Question, reading: Reading) -> Finding:
    """The datums that the frames of the sheet refer to."""
    frames = [c for c in reading.callouts if c.type == "gdt" and c.datums]
    first = {datum: frame for frame in frames for datum in frame.datums}
    if not first:
        return Finding("absent", "datum")
    quotes = tuple(Quote(datum, first[datum].words) for datum in sorted(first))
    if question.how_many:
        words = tuple(word for frame in first.values() for word in frame.words)
        counted = Quote(str(len(first)), words, computed=True)
        return Finding("counted", "datum", (counted, *quotes), number=len(first))
    return Finding("datums", "datum", quotes, number=len(quotes))


def _may_be(frame: Callout, characteristic: str) -> bool:
    """Whether a frame can be of this characteristic: a form tolerance refers to no datum (ISO 1101)."""
    if frame.characteristic is None:
        return not (frame.datums and characteristic in _FORM)
    return frame.characteristic == characteristic


def _hangs_below(frame: Callout, question: Question, reading: Reading) -> bool:
    """Whether the dimension that a frame hangs on is of a size that the question names."""
    host = _host(frame, reading.callouts)
    return host is not None and any(size in question.numbers for size in host.sizes)


def _host(frame: Callout, callouts: Sequence[Callout]) -> Callout | None:
    """The dimension nearest to a frame, or to the frame that it is stacked below."""
    hosts = [c for c in callouts if c.type in ("linear", "diameter", "radius", "thread")]
    seen: list[Callout] = [frame]
    while True:
        near = min(hosts, key=lambda c: distance(seen[-1].box, c.box), default=None)
        if near is not None and distance(seen[-1].box, near.box) < FRAME_REACH * _height(seen[-1]):
            return near
        above = next((c for c in callouts if c.type == "gdt" and c not in seen and _stands_on(c, seen[-1])), None)
        if above is None:
            return None
        seen.append(above)


def _height(frame: Callout) -> float:
    return frame.box.height if frame.direction == 0 else frame.box.width


def _stands_on(upper: Callout, lower: Callout) -> bool:
    """Whether a frame is stacked right above another one."""
    a, b = upper.box, lower.box
    return a.y1 < b.y1 and b.y1 - a.y2 < FRAME_REACH * _height(lower) and a.x1 < b.x2 and b.x1 < a.x2
