"""Interpreters that are started before they are needed, each for one job and then never again.

Starting one and loading what draws takes several times as long as drawing a part of a sheet, and that is what somebody
who has asked waits for.
"""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process

from drawing import child
from drawing.child import Outcome
from drawing.worker import Job


class Spares:
    """Keeps `count` interpreters ready once `fill` was called; with 0, and until then, each job starts its own."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._ready: list[Process] = []
        self._one_at_a_time = asyncio.Lock()
        self._filling: set[asyncio.Task[None]] = set()

    async def fill(self) -> None:
        async with self._one_at_a_time:
            while len(self._ready) < self._count:
                self._ready.append(await child.started(ahead=True))

    async def run(self, job: Job, timeout_s: float) -> Outcome:
        """See `child.run`. What was used up is replaced afterwards, when nobody waits for the processor."""
        process = self._taken()
        try:
            return await child.run(job, timeout_s, process)
        finally:
            if process is not None:
                filling = asyncio.create_task(self.fill())
                self._filling.add(filling)
                filling.add_done_callback(self._filling.discard)

    async def close(self) -> None:
        self._count = 0
        await asyncio.gather(*self._filling)
        while self._ready:
            await child.ended(self._ready.pop())

    def _taken(self) -> Process | None:
        while self._ready:
            process = self._ready.pop()
            if process.returncode is None:
                return process
        return None
