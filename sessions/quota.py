"""How much the session store may hold, and a running account of what it does hold, so that nobody walks it to know."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from errors import StorageFull
from settings import Settings


@dataclass(frozen=True, slots=True)
class Quota:
    """`stored_bytes` and `sessions` in all, `owner_sessions` of one owner with a name, `free_bytes` left to others."""

    stored_bytes: int
    sessions: int
    owner_sessions: int
    free_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Quota:
        return cls(
            settings.max_stored_bytes, settings.max_sessions, settings.max_owner_sessions, settings.min_free_bytes
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A session, or an upload that will be one: whose, and how many bytes."""

    owner: str
    size: int


class Account:
    """What is stored, by session: added to by this process, held against the disk by every purge; for all threads."""

    def __init__(self, quota: Quota | None) -> None:
        self._quota = quota
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def admit(self, session_id: str, entry: Entry, root: Path) -> None:
        """Enters an upload, or raises `StorageFull` because there is no room for it."""
        with self._lock:
            if self._quota is not None and not self._has_room(self._quota, entry, _free_bytes(root)):
                raise StorageFull
            self._entries[session_id] = entry

    def set(self, session_id: str, entry: Entry) -> None:
        with self._lock:
            self._entries[session_id] = entry

    def drop(self, session_ids: Iterable[str]) -> None:
        with self._lock:
            for session_id in session_ids:
                self._entries.pop(session_id, None)

    def known(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._entries)

    @property
    def stored_bytes(self) -> int:
        with self._lock:
            return self._size()

    def _has_room(self, quota: Quota, entry: Entry, free_bytes: int) -> bool:
        same_owner = sum(1 for known in self._entries.values() if known.owner == entry.owner)
        return (
            self._size() + entry.size <= quota.stored_bytes
            and len(self._entries) < quota.sessions
            and (not entry.owner or same_owner < quota.owner_sessions)
            and free_bytes - entry.size >= quota.free_bytes
        )

    def _size(self) -> int:
        return sum(entry.size for entry in self._entries.values())


def _free_bytes(root: Path) -> int:
    about = os.statvfs(root)
    return about.f_bavail * about.f_frsize
