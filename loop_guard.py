"""Ends an answer that goes round in circles: the most reported fault of this family of models.

Penalties would cure it and drop repeated digits and table rows with it, so what is written is watched instead. Newer
versions of vLLM can detect repeated tokens; this works on text, with every version, and knows what was good.

Three kinds of circle are told apart, because honest answers repeat themselves, too:

    a line        a list may name "- 4x Ø8" from eight views; a block of one or more lines that comes again and again
                  without a change does not
    a piece       within a line, the same few characters without a break: "Ø8, Ø8, Ø8, …", "0000000…"
    an object     the same JSON object again: a box and a label that were given already say nothing new
"""

from __future__ import annotations

import re

#: So often a block of lines stands there, one after the other, before it is a circle. A list of ten equal entries is
#: rare on sheets and is still answered; blocks of several lines are never repeated honestly so often.
MOST_EQUAL_LINES, MOST_EQUAL_BLOCKS = 12, 4
#: Lines of a block at most: a table of so many rows that begins anew.
MOST_LINES = 40
#: A piece may be so long (characters) and stand there so often, if all of it is at least so long. The longest honest
#: run of one character is a ruled line or a row of leader dots.
MOST_PERIOD, MOST_EQUAL_PIECES, LEAST_CIRCLE = 240, 6, 160
#: Signs of which ruled lines, table separators and leaders are made.
_RULES = re.compile(r"[\s|:.=_*~─—–-]*")
LONGEST_RULE = 400
#: The same object is a mistake twice and a circle the third time.
MOST_EQUAL_OBJECTS = 3
_OBJECT = re.compile(r"\{[^{}]*\}")
#: New characters after which the end of the text is looked at for pieces.
_EVERY = 32


class LoopGuard:
    """Takes an answer as it is streamed; what it finds does not depend on how the text comes in pieces."""

    def __init__(self) -> None:
        self._text = ""
        self._looked_at = 0
        self._line_start = 0
        self._lines: list[tuple[str, int]] = []
        self._objects: dict[str, int] = {}
        self._object_end = 0
        self._good: int | None = None

    def take(self, text: str) -> bool:
        """Whether the answer goes round in circles by now; then `good` is what was written before."""
        if self._good is not None:
            return True
        self._text += text
        # In steps of its own, so that the result is the same however the text was cut.
        while self._good is None and len(self._text) - self._looked_at >= _EVERY:
            self._looked_at += _EVERY
            self._look()
        return self._good is not None

    @property
    def good(self) -> str:
        """What was written up to the first time of what is repeated, and all of the text while nothing is."""
        return self._text if self._good is None else self._text[: self._good].rstrip()

    def _look(self) -> None:
        self._good = self._repeated_lines()
        if self._good is None:
            self._good = self._repeated_object()
        if self._good is None:
            self._good = _repeated_piece(self._text, self._looked_at)

    def _repeated_lines(self) -> int | None:
        """Where the first of a run of equal blocks ends."""
        while (end := self._text.find("\n", self._line_start, self._looked_at)) >= 0:
            line = self._text[self._line_start : end].strip()
            self._line_start = end + 1
            if not line:
                continue
            self._lines.append((line, end))
            if (first := self._first_of_equal_blocks()) is not None:
                return first
        return None

    def _first_of_equal_blocks(self) -> int | None:
        lines = self._lines
        for size in range(1, MOST_LINES + 1):
            times = MOST_EQUAL_LINES if size == 1 else MOST_EQUAL_BLOCKS
            run = size * times
            if len(lines) < run:
                continue
            if lines[-1][0] == lines[-1 - size][0] and _is_cycle([line for line, _ in lines[-run:]], size):
                return lines[len(lines) - run + size - 1][1]
        return None

    def _repeated_object(self) -> int | None:
        """Where the last new object ends."""
        for found in _OBJECT.finditer(self._text, self._object_end, self._looked_at):
            said = "".join(found[0].split())
            times, self._object_end = self._objects.get(said, 0) + 1, found.end()
            self._objects[said] = times
            if times == MOST_EQUAL_OBJECTS:
                return self._last_new_object()
        return None

    def _last_new_object(self) -> int:
        seen: set[str] = set()
        end = 0
        for found in _OBJECT.finditer(self._text, 0, self._looked_at):
            said = "".join(found[0].split())
            if said not in seen:
                end = found.end()
            seen.add(said)
        return end


def _is_cycle(lines: list[str], size: int) -> bool:
    """Whether a block of `size` lines, which are not all the same, is repeated."""
    return all(line == lines[at % size] for at, line in enumerate(lines)) and (size == 1 or len(set(lines)) > 1)


def _repeated_piece(text: str, end: int) -> int | None:
    """Where the first of equal pieces ends that `text[:end]` ends with.

    A piece of `period` characters, repeated, means that the text equals itself moved by `period`.
    """
    tail = text[max(0, text.rfind("\n", 0, end) + 1, end - MOST_PERIOD * MOST_EQUAL_PIECES) : end]
    for period in range(1, MOST_PERIOD + 1):
        length = max(period * MOST_EQUAL_PIECES, LEAST_CIRCLE)
        if length > len(tail):
            return None
        if tail[-1] == tail[-1 - period] and tail.endswith(tail[-length:-period]) and not _is_rule(tail, length):
            return _beginning(text, end, period) + period
    return None


def _is_rule(tail: str, length: int) -> bool:
    """Whether the repeated signs draw a line, which ends some time."""
    drawn = _RULES.fullmatch(tail, len(tail) - length) is not None
    return drawn and not (len(tail) >= LONGEST_RULE and _RULES.fullmatch(tail, len(tail) - LONGEST_RULE))


def _beginning(text: str, end: int, period: int) -> int:
    """Where the run of equal pieces begins that `text[:end]` ends with."""
    start = end - period
    while start > 0 and text[start - 1] == text[start - 1 + period]:
        start -= 1
    return start
