"""The answers that are being written, by session, so that a session's deletion ends them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from errors import ChatTimeout, ServiceError, SessionNotFound


class Deadline:
    """By when one answer has to be there, in the loop's time; at once when its session is deleted."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = asyncio.get_running_loop().time() + seconds
        self._limit: asyncio.Timeout | None = None
        self._is_deleted = False

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Around one wait within the work. Raises `TimeoutError`; `missed` says what that is to be called."""
        async with asyncio.timeout_at(self._at) as self._limit:
            try:
                yield
            finally:
                self._limit = None

    def end(self) -> None:
        self._is_deleted = True
        self._at = asyncio.get_running_loop().time()
        if self._limit is not None:
            self._limit.reschedule(self._at)

    @property
    def missed(self) -> ServiceError:
        return SessionNotFound() if self._is_deleted else ChatTimeout(seconds=self._seconds)


class Underway:
    def __init__(self) -> None:
        self._deadlines: defaultdict[str, set[Deadline]] = defaultdict(set)

    @contextmanager
    def of(self, session_id: str, deadline: Deadline) -> Iterator[None]:
        """While an answer of the session is being written."""
        self._deadlines[session_id].add(deadline)
        try:
            yield
        finally:
            self._deadlines[session_id].discard(deadline)
            if not self._deadlines[session_id]:
                del self._deadlines[session_id]

    def end(self, session_id: str) -> None:
        """Ends the work on the session's answers; whoever asked gets `SessionNotFound`."""
        for deadline in tuple(self._deadlines.get(session_id, ())):
            deadline.end()
