"""Who may begin work now: so many at once, a bounded number behind them; everybody else is told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from errors import Draining, Overloaded
from metrics import Metrics


class Admission:
    """`places` are worked on at once, `most_waiting` wait for at most `wait_s`, in the order in which they came.

    Asked before anything else is done for a request, so that a refusal costs next to nothing.
    """

    def __init__(self, places: int, most_waiting: int, wait_s: float, metrics: Metrics) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._wait_s = wait_s
        self._metrics = metrics
        self._waiting = 0
        self._is_closed = False

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Around the work on one request. Raises `Overloaded`, and `Draining` once closed."""
        await self._enter()
        try:
            yield
        finally:
            self._places.release()

    def close(self) -> None:
        """Lets nobody in any more; who waits already still gets a turn."""
        self._is_closed = True

    async def _enter(self) -> None:
        if self._is_closed:
            self._metrics.rejected("draining")
            raise Draining
        if self._places.locked() and self._waiting >= self._most_waiting:
            self._metrics.rejected("full")
            raise Overloaded
        try:
            async with self._as_waiting(), asyncio.timeout(self._wait_s):
                await self._places.acquire()
        except TimeoutError as error:
            self._metrics.rejected("waited")
            raise Overloaded from error

    @asynccontextmanager
    async def _as_waiting(self) -> AsyncIterator[None]:
        self._waiting += 1
        try:
            with self._metrics.waiting():
                yield
        finally:
            self._waiting -= 1
