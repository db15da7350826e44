"""An engine of a few lines behind the seam, as slow and as mortal as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

from errors import EngineUnavailable
from vision import Answer, Delta, EngineStatus, Inquiry, Progress, Section, SheetOnTheDesk

STEP_S = 0.05


class SmallEngine:
    """Says a word every 50 ms, for `seconds`; closing it ends that, as the real one does."""

    name: Literal["vllm", "embedded"] = "embedded"
    model = "small"

    def __init__(self, seconds: float = 0.0, starts: int = 1_000_000) -> None:
        self.seconds = seconds
        self.starts_left = starts
        self.status: EngineStatus = "loading"
        self.silent_s = 0.0
        self.progress: Progress | None = None
        self.is_hung = False
        self.events: list[str] = []
        self.at_once = 0
        self.most_at_once = 0

    async def start(self) -> None:
        self.events.append("start")
        self.starts_left -= 1
        self.status = "healthy" if self.starts_left >= 0 else "dead"
        self.is_hung = False

    async def close(self) -> None:
        self.events.append("close")
        self.status = "dead"

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            words = round(self.seconds / STEP_S)
            for _ in range(words):
                yield Delta("so ")
                await self._step()
            yield Answer("so " * words)
        finally:
            self.at_once -= 1

    async def warm(self, desk: SheetOnTheDesk) -> None:
        self.events.append(f"warm {desk.sheet.page}")

    async def forget(self, pictures: frozenset[str]) -> None:
        self.events.append(f"forget {len(pictures)}")

    async def probe(self) -> None:
        self.events.append("probe")
        if self.is_hung:
            await asyncio.Event().wait()
        self.silent_s = 0.0

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> None:
        for _ in range(round(self.seconds / STEP_S)):
            await self._step()

    async def _step(self) -> None:
        await asyncio.sleep(STEP_S)
        if self.status != "healthy":
            raise EngineUnavailable
