"""A working day in a minute: people upload, ask, look at pages and delete, side by side; nothing may pile up."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

QUESTIONS = ("Was ist der Außendurchmesser?", "Which material is specified?", "Liste alle Gewinde.")


@dataclass(frozen=True, slots=True)
class Held:
    """What a process and its children hold."""

    memory_bytes: int
    descriptors: int
    children: int

    @classmethod
    def of(cls, pid: int) -> Held:
        memory = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        children = sum(len(task.read_text().split()) for task in Path(f"/proc/{pid}/task").glob("*/children"))
        return cls(memory, len(os.listdir(f"/proc/{pid}/fd")), children)


@dataclass
class Soak:
    """Answers by status, and what the service held after the warm-up and at the end, both at rest."""

    statuses: Counter[int] = field(default_factory=Counter)
    warm: Held = Held(0, 0, 0)
    end: Held = Held(0, 0, 0)
    seconds: float = 0.0

    @property
    def errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 400 or status == 0)

    @property
    def grown_mb(self) -> float:
        return (self.end.memory_bytes - self.warm.memory_bytes) / 1e6


async def soak(url: str, pid: int, sheets: Sequence[bytes], users: int, seconds: float) -> Soak:
    """A quarter of the time warms up."""
    done = Soak()
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as client:
        await _busy(client, done, sheets, users, seconds / 4)
        done.warm = await _at_rest(pid)
        await _busy(client, done, sheets, users, 3 * seconds / 4)
        done.end = await _at_rest(pid)
    done.seconds = seconds
    return done


async def _busy(client: httpx.AsyncClient, done: Soak, sheets: Sequence[bytes], users: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_person(client, done, sheets[n % len(sheets)], until) for n in range(users)))


async def _person(client: httpx.AsyncClient, done: Soak, sheet: bytes, until: float) -> None:
    while time.monotonic() < until:
        try:
            upload = await client.post("/api/upload", files={"file": ("sheet", sheet)})
            done.statuses[upload.status_code] += 1
            if upload.status_code != 200:
                continue
            session_id = upload.json()["session_id"]
            for question in QUESTIONS:
                form = {"session_id": session_id, "question": question, "max_tokens": "16"}
                done.statuses[(await client.post("/api/chat", data=form)).status_code] += 1
            picture = await client.get(f"/api/session/{session_id}/pages/1", params={"max_px": 500})
            done.statuses[picture.status_code] += 1
            done.statuses[(await client.delete(f"/api/session/{session_id}")).status_code] += 1
        except httpx.HTTPError:
            done.statuses[0] += 1


async def _at_rest(pid: int, quiet_s: float = 3.0) -> Held:
    await asyncio.sleep(quiet_s)
    return await asyncio.to_thread(Held.of, pid)
