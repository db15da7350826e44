"""Places for child processes: so many work at once, so many wait, whoever comes then is told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from errors import Overloaded


class Places:
    """`count` places, and a queue of `queue` callers who may wait for one."""

    def __init__(self, count: int, queue: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._queue = queue
        self._waiting = 0

    @asynccontextmanager
    async def one(self, *, admitted: bool = False) -> AsyncIterator[None]:
        """A place until the block ends; `Overloaded` at once where the queue is full.

        Work of a question that was `admitted` before has its place in the queue whatever its length.
        """
        if admitted:
            await self._free.acquire()
        else:
            await self._queued()
        try:
            yield
        finally:
            self._free.release()

    async def _queued(self) -> None:
        if self._free.locked() and self._waiting >= self._queue:
            raise Overloaded
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
