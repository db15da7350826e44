"""The engine is killed while people ask: how soon that is told, how soon the service answers again, what is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.gpu_talks import grown

WITHIN_S = 120.0
IN_FLIGHT = "drawing_service_questions_in_flight"


@dataclass
class Death:
    """Answers of the chats in flight by status; s to a /health of 503 and to one of 200 again; sessions lost."""

    in_flight: Counter[int] = field(default_factory=Counter)
    noticed_s: float = 0.0
    healthy_again_s: float = 0.0
    lost: int = 0
    answered_again: int = 0


async def killed_under_load(url: str, pid: int, sheets: Sequence[bytes]) -> Death:
    """One session for each of `sheets`, each in the middle of a long answer when the engine's core is killed."""
    done = Death()
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN_S, trust_env=False) as client:
        sessions = [await _session(client, sheet) for sheet in sheets]
        for session in sessions:
            await client.post("/api/chat", data={"session_id": session, "question": "Vorab.", "max_tokens": "4"})
        long = {"question": "Erzähle lange.", "max_tokens": "3000", "temperature": "2"}
        asked = [asyncio.create_task(client.post("/api/chat", data={"session_id": s, **long})) for s in sessions]
        await grown(client, IN_FLIGHT, len(sessions))
        began = time.monotonic()
        os.kill(_engine_core(pid), signal.SIGKILL)
        done.noticed_s = await _until(client, 503, began)
        done.in_flight.update(answer.status_code for answer in await asyncio.gather(*asked))
        done.healthy_again_s = await _until(client, 200, began)
        for session in sessions:
            history = await client.get(f"/api/session/{session}")
            done.lost += history.status_code != 200 or len(history.json()["history"]) < 1
            again = {"session_id": session, "question": "Noch da?", "max_tokens": "4"}
            done.answered_again += (await client.post("/api/chat", data=again)).status_code == 200
    return done


async def _session(client: httpx.AsyncClient, sheet: bytes) -> str:
    answer = await client.post("/api/upload", files={"file": ("sheet", sheet)})
    return str(answer.raise_for_status().json()["session_id"])


async def _until(client: httpx.AsyncClient, status: int, began: float) -> float:
    while time.monotonic() - began < WITHIN_S:
        if (await client.get("/health")).status_code == status:
            return time.monotonic() - began
        await asyncio.sleep(0.02)
    return WITHIN_S


def _engine_core(pid: int) -> int:
    """The process in which vLLM schedules, below the service `pid`."""
    for below in _below(pid):
        if b"EngineCore" in Path(f"/proc/{below}/cmdline").read_bytes():
            return below
    raise LookupError("no process of vLLM's engine was found")


def _below(pid: int) -> list[int]:
    children = [int(n) for task in Path(f"/proc/{pid}/task").glob("*/children") for n in task.read_text().split()]
    return children + [deeper for child in children for deeper in _below(child)]
