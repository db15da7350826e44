"""What the routes work with, assembled by `main.py` and handed to them as lifespan state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from conversation import Conversation
from drawing.workshop import Workshop
from errors import ServiceError
from extraction import Extractor
from keys import Keys
from metrics import Metrics
from rates import Rates
from session_store import Session, SessionStore
from settings import Settings
from vision import VisionEngine

log = logging.getLogger("drawing_service")

SERVICE_NAME = "Technical Drawing Service"
VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Service:
    settings: Settings
    store: SessionStore
    workshop: Workshop
    engine: VisionEngine
    gpu_available: bool
    metrics: Metrics = field(default_factory=Metrics)
    keys: Keys = field(default_factory=Keys)
    rates: Rates = field(default_factory=lambda: Rates({}, {}))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def conversation(self) -> Conversation:
        return Conversation(self.engine, self.store, self.workshop, self.settings, self.metrics)

    @property
    def extractor(self) -> Extractor:
        return Extractor(self.engine, self.store, self.workshop, self.settings)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` beside the requests until it or the service ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def warm(self, session: Session) -> None:
        """Has the first page of a new session read, and tells the engine of it, before anybody asks."""
        desk = self.workshop.open(session.folder, session.drawing, session.drawing.sheets[0])
        with self.metrics.warm_up():
            outcomes = await asyncio.gather(desk.read(), self.engine.warm(desk), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, ServiceError):
                log.info("Not made ready: %s", outcome.code)
            elif isinstance(outcome, BaseException):
                raise outcome

    async def delete(self, session_id: str, owner: str = "") -> int:
        """Removes a session from disk and memory; how many bytes it had there. Raises `SessionNotFound`."""
        deleted_bytes = await asyncio.to_thread(self.store.delete, session_id, owner)
        await self.workshop.forget_ended()
        return deleted_bytes

    async def purge_for_ever(self) -> None:
        """Removes ended sessions now and then, in a thread."""
        while True:
            try:
                ended = await asyncio.to_thread(self.store.purge)
            except OSError as error:
                log.warning("Purge failed: %s", error)
            else:
                await self.workshop.forget_ended()
                if ended:
                    log.info("Purged %d ended sessions", ended)
            await asyncio.sleep(self.settings.purge_interval_s)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.workshop.close()
        await self.engine.close()
