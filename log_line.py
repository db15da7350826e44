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
    kept = "".join(" " if unicodedata.category(c) in UNPRINTABLE else c for c in text[: 4 * limit])
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def display_name(filename: str | None) -> str:
    """A client's file name for show alone: the last part of a path, printable, never empty."""
    last = PurePosixPath((filename or "").replace("\\", "/")).name
    return printable(unicodedata.normalize("NFC", last), NAME_CHARS) or "drawing"


def short_id(session_id: str) -> str:
    """Enough of an id to follow a session through a log, too little to open it."""
    return session_id[:8]
