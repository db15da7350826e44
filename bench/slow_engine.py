"""An engine that takes a fixed time and says so: what is measured around it is the service's own.

`python -m bench.slow_engine` serves with it; `SLOW_ENGINE_S` is the time of an answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from typing import Literal

from main import create_app, load_settings, run
from vision import Answer, Delta, EngineStatus, Inquiry, Progress, Proposal, Section, SheetOnTheDesk

PIECES = 10


class SlowEngine:
    """Behind the seam of `vision.VisionEngine`; answers any number of questions side by side."""

    name: Literal["vllm", "embedded"] = "embedded"
    model = "slow"
    status: EngineStatus = "healthy"
    silent_s = 0.0
    progress: Progress | None = None

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        for _ in range(PIECES):
            await asyncio.sleep(self._seconds / PIECES)
            yield Delta("ja ")
        yield Answer("ja " * PIECES)

    async def warm(self, desk: SheetOnTheDesk) -> None: ...

    async def probe(self) -> None: ...

    async def forget(self, pictures: frozenset[str]) -> None: ...

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> Proposal | None:
        return None


if __name__ == "__main__":
    settings = load_settings()
    sys.exit(run(create_app(settings, SlowEngine(float(os.environ.get("SLOW_ENGINE_S", "0.5")))), settings))
