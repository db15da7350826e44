"""Replicas whose engine takes a fixed time for a fixed number of questions at once, as a card does: what is measured
around it is Ray's and the service's own. `SLOW_ENGINE_S` is the time of an answer, `QWEN_READER_QUESTIONS` the number.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from typing import Any

from bench.slow_engine import SlowEngine
from deploy.ray_serve import Tiers, checked_settings, tiers
from settings import Settings
from vision import Answer, Delta, Inquiry, VisionEngine


class FixedTimeEngine(SlowEngine):
    def __init__(self, seconds: float, at_once: int) -> None:
        super().__init__(seconds)
        self._places = asyncio.Semaphore(at_once)

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        async with self._places:
            async for piece in super().ask(inquiry):
                yield piece


def app(args: dict[str, Any]) -> Any:
    """See `deploy.ray_serve.app`."""
    return tiers(checked_settings(), Tiers.model_validate(args), fixed_time_engine)


def fixed_time_engine(settings: Settings) -> VisionEngine:
    return FixedTimeEngine(float(os.environ["SLOW_ENGINE_S"]), settings.reader_questions)
