"""How much one caller may ask for: so many requests a minute, so many at once.

Each caller is counted alone, by key, or by client address where the network is let in without keys. Without keys on
loopback nobody is counted: that is one person's own machine.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from errors import TooManyRequests
from settings import Settings

Activity = Literal["chats", "uploads"]
#: Until one of several chats has been answered.
CHAT_S = 5


class Rates:
    """`a_minute` and `at_once` of each activity; what is missing or 0 is not limited."""

    def __init__(self, a_minute: dict[Activity, int], at_once: dict[Activity, int]) -> None:
        self._windows = {activity: RateLimitItemPerMinute(n) for activity, n in a_minute.items() if n}
        self._at_once = {activity: n for activity, n in at_once.items() if n}
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._running: Counter[tuple[Activity, str]] = Counter()

    @asynccontextmanager
    async def admitted(self, activity: Activity, caller: str) -> AsyncIterator[None]:
        """Holds one of the caller's places while the request is answered; `TooManyRequests` when there is none."""
        place = (activity, caller)
        if self._running[place] >= self._at_once.get(activity, math.inf):
            raise TooManyRequests(CHAT_S)
        self._running[place] += 1
        try:
            await self._count(activity, caller)
            yield
        finally:
            self._running[place] -= 1
            if not self._running[place]:
                del self._running[place]

    async def _count(self, activity: Activity, caller: str) -> None:
        window = self._windows.get(activity)
        if window is None or await self._limiter.hit(window, activity, caller):
            return
        stats = await self._limiter.get_window_stats(window, activity, caller)
        raise TooManyRequests(max(1, math.ceil(stats.reset_time - time.time())))


def rates_of(settings: Settings) -> Rates:
    if settings.api_keys_file is None and not settings.allow_unauthenticated:
        return Rates({}, {})
    return Rates(
        {"chats": settings.chats_per_minute, "uploads": settings.uploads_per_minute}, {"chats": settings.chats_at_once}
    )
