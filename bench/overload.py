"""More people than there is room for, all at once: some are answered, the others hear at once that there is no room."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx


@dataclass
class Overload:
    """Answers by status; s that refusals and answers took, sorted at the end."""

    statuses: Counter[int] = field(default_factory=Counter)
    refused_s: list[float] = field(default_factory=list)
    answered_s: list[float] = field(default_factory=list)
    without_retry_after: int = 0

    @property
    def other(self) -> int:
        return sum(count for status, count in self.statuses.items() if status not in (200, 503, 429))

    def p99_s(self, seconds: list[float]) -> float:
        return sorted(seconds)[int(0.99 * (len(seconds) - 1))] if seconds else 0.0


async def overload(url: str, sessions: Sequence[str], clients: int, seconds: float) -> Overload:
    """Each client asks about a session, again and again, beginning within the first second; who is refused comes back
    after half a second or so.
    """
    done = Overload()
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits, trust_env=False) as client:
        people = (_client(client, done, sessions[n % len(sessions)], random.Random(n), until) for n in range(clients))
        await asyncio.gather(*people)
    return done


async def _client(
    client: httpx.AsyncClient, done: Overload, session_id: str, chance: random.Random, until: float
) -> None:
    await asyncio.sleep(chance.random())
    while time.monotonic() < until:
        began = time.perf_counter()
        answer = await client.post("/api/chat", data={"session_id": session_id, "question": "Wie groß?"})
        took = time.perf_counter() - began
        done.statuses[answer.status_code] += 1
        if answer.status_code == 200:
            done.answered_s.append(took)
            continue
        done.refused_s.append(took)
        done.without_retry_after += "retry-after" not in answer.headers
        await asyncio.sleep(0.25 + 0.5 * chance.random())
