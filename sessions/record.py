"""What a session is, as `session.json` in its folder says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import private_file
from drawing.sheet import Drawing
from sessions.uptime import Moment, Uptime

#: A drawing of 200 pages is told in 30 kB.
RECORD_BYTES = 1_048_576


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What `session.json` holds. `created_at` in seconds since the epoch; `uptime` is that of the same moment.

    `owner` names whose session it is; the empty name is everybody's. `files` are those that it cannot do without.
    """

    id: str
    filename: str
    created_at: Moment
    drawing: Drawing
    owner: str = ""
    uptime: Uptime | None = None
    files: tuple[str, ...] = ()


RECORD: TypeAdapter[SessionRecord] = TypeAdapter(SessionRecord)


def record_file(folder: Path) -> Path:
    return folder / "session.json"


def record_of(folder: Path) -> SessionRecord | None:
    """What `session.json` says, `None` where that is not a session."""
    try:
        return RECORD.validate_json(private_file.read(record_file(folder), RECORD_BYTES))
    except ValidationError:
        return None


def record_or_none(folder: Path) -> SessionRecord | None:
    try:
        return record_of(folder)
    except OSError:
        return None
