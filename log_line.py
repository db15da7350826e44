"""What a client says, made fit for one line of a log."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

#: Control and format characters forge lines and reverse their reading direction.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
LINE_CHARS = 120
NAME_CHARS = 120


def printable(text: str, limit: int = LINE_CHARS) -> str:
    """`text` on one line without control characters, at most `limit` characters."""
    line = " ".join(on_one_line(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def on_one_line(text: str) -> str:
    """`text` with a blank for every control character."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in UNPRINTABLE else c for c in text)


class Said(str):
    """What a client said, printable, to be logged where that is allowed: `logs.py` leaves it out where it is not."""

    #: Of what was said, before it was made printable.
    chars: int

    def __new__(cls, text: str) -> Said:
        made = super().__new__(cls, printable(text))
        made.chars = len(text)
        return made


def display_name(filename: str | None) -> str:
    """A client's file name for show alone: the last part of a path, printable, never empty."""
    last = PurePosixPath((filename or "").replace("\\", "/")).name
    return printable(unicodedata.normalize("NFC", last), NAME_CHARS) or "drawing"


def short_id(session_id: str) -> str:
    """Enough of an id to follow a session through a log, too little to open it."""
    return session_id[:8]
