"""A question that was answered, as it is kept in a session's history: a line of JSON each."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from drawing.element import Element
from drawing.evidence import Evidence
from drawing.sheet import Box, Part
from sessions.uptime import Moment


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part of the sheet that an engine was shown. `key` names the content of its picture of `width` × `height` px."""

    part: Part
    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What an engine keeps of a turn, to go on from the very same tokens; it means something to `model` alone.

    `tokens` are those of the turn from its pictures to the end of the answer, `parts` what these pictures showed.
    `left_out` of the oldest turns were no longer in the turn's prompt.
    """

    model: str
    tokens: tuple[int, ...]
    parts: tuple[SeenPart, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered. `page` is the page that it was about, `at` seconds since the epoch.

    `evidence` is where the values of the answer stand, `elements` what it points at, `region` the part of the page
    that was asked about, in sheet pixels.
    """

    question: str
    answer: str
    page: int = 1
    at: Moment = 0.0
    memory: Memory | None = None
    evidence: tuple[Evidence, ...] = ()
    region: Box | None = None
    elements: tuple[Element, ...] = ()


TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


def line_of(turn: Turn) -> bytes:
    return json.dumps(asdict(turn), ensure_ascii=False).encode()


def turn_of(line: bytes) -> Turn | None:
    """The turn on a line of the history; in words where an earlier version kept its memory in another shape."""
    for read in (TURN.validate_json, _in_words):
        with suppress(ValueError, TypeError, RecursionError):
            return read(line)
    return None


def _in_words(line: bytes) -> Turn:
    return TURN.validate_python(json.loads(line) | {"memory": None})
