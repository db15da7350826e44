"""Keeps an engine answering: starts it, asks it something when it is silent for long, starts it again when it died."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from errors import EngineUnavailable
from settings import Settings
from vision import VisionEngine

log = logging.getLogger("drawing_service")

#: s between two looks at the engine's status, which costs nothing.
LOOK_S = 1.0
#: Failed probes in a row after which an engine counts as dead: one may have met a long step.
FAILED_PROBES = 2


class EngineWatch:
    """Watches one engine; `started_again` is called whenever it answers again after it had died."""

    def __init__(self, engine: VisionEngine, settings: Settings, started_again: Callable[[], None]) -> None:
        self._engine = engine
        self._settings = settings
        self._started_again = started_again
        self._attempts: deque[float] = deque()

    async def run(self) -> bool:
        """Returns `True` when an engine that once answered could not be brought back.

        `False` at once when it did not start at all: a missing checkpoint or driver does not come by trying again.
        """
        await self._engine.start()
        if self._engine.status != "healthy":
            return False
        while True:
            await self._until_dead()
            if not await self._brought_back():
                log.critical("✗ The engine has died too often; giving up")
                return True
            self._started_again()

    async def _until_dead(self) -> None:
        failed = 0
        while self._engine.status == "healthy" and failed < FAILED_PROBES:
            await asyncio.sleep(min(LOOK_S, self._settings.canary_idle_s))
            if self._engine.status == "healthy" and self._engine.silent_s >= self._settings.canary_idle_s:
                failed = 0 if await self._answers() else failed + 1

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._settings.canary_timeout_s):
                await self._engine.probe()
        except (EngineUnavailable, TimeoutError) as error:
            log.warning("The silent engine did not answer a probe: %s", type(error).__name__)
            return False
        return True

    async def _brought_back(self) -> bool:
        """Starts the engine again, at once and then after growing pauses; `False` after too many attempts."""
        limit = self._settings.engine_restarts
        # First of all: questions that still wait for a hung engine are ended by this.
        await self._engine.close()
        while (tried := self._recent_attempts()) < limit:
            await asyncio.sleep(tried * self._settings.engine_restart_pause_s)
            self._attempts.append(self._now())
            log.warning("The engine has died and is started again, attempt %d of %d", tried + 1, limit)
            await self._engine.start()
            if self._engine.status == "healthy":
                return True
        return False

    def _recent_attempts(self) -> int:
        while self._attempts and self._now() - self._attempts[0] > self._settings.engine_restart_window_s:
            self._attempts.popleft()
        return len(self._attempts)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
