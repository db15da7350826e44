"""What the routes work with, assembled by `main.py` and handed to them as lifespan state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from admission import Admission
from conversation import Conversation, Question, TurnDone
from drawing.workshop import Workshop
from engine_watch import EngineWatch
from errors import EngineUnavailable, ExtractTimeout, ServiceError
from extraction import Extraction, Extractor, Order
from keys import Keys
from life import Life
from metrics import Metrics
from rates import Rates
from recent import RecentSheets
from session_store import Session, SessionStore
from settings import Settings
from underway import Deadline, Underway
from vision import Delta, EngineStatus, VisionEngine

log = logging.getLogger("drawing_service")

SERVICE_NAME = "Technical Drawing Service"
VERSION = "0.1.0"
#: s for which an engine that is still loading is waited for in the end.
LOADED_S = 1.0


@dataclass(frozen=True, slots=True)
class Service:
    settings: Settings
    store: SessionStore
    workshop: Workshop
    engine: VisionEngine
    gpu_available: bool
    admission: Admission
    metrics: Metrics
    keys: Keys = field(default_factory=Keys)
    rates: Rates = field(default_factory=lambda: Rates({}, {}))
    life: Life = field(default_factory=Life)
    recent: RecentSheets = field(default_factory=RecentSheets)
    underway: Underway = field(default_factory=Underway)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.metrics.watch_store(self.store.count, lambda: self.store.stored_bytes)

    @property
    def status(self) -> EngineStatus | Literal["draining"]:
        return "draining" if self.life.draining else self.engine.status

    @property
    def conversation(self) -> Conversation:
        return Conversation(self.engine, self.store, self.workshop, self.settings, self.metrics)

    @property
    def extractor(self) -> Extractor:
        return Extractor(self.engine, self.store, self.workshop, self.settings)

    async def chat(self, session_id: str, question: Question, owner: str = "") -> AsyncGenerator[Delta | TurnDone]:
        """`Conversation.turn` once there is a place for it; closing the generator gives the place back.

        Raises `Overloaded`, `Draining`, `SessionNotFound`, `EngineUnavailable` and what a turn raises. The deadline of
        a chat is counted from here, so that it holds whatever it waits for.
        """
        deadline = Deadline(self.settings.chat_timeout_s)
        async with self.admission.place():
            session = await asyncio.to_thread(self.store.open, session_id, owner)
            if self.engine.status != "healthy":
                raise EngineUnavailable
            with self.underway.of(session.id, deadline):
                async with aclosing(self.conversation.turn(session, question, deadline)) as pieces:
                    async for piece in pieces:
                        yield piece
            self.recent.touch(session, question.page)

    async def extract(self, session_id: str, order: Order, request_id: str, owner: str = "") -> Extraction:
        """`Extractor.extract` once there is a place for it. Raises `ExtractTimeout`, and as `chat` does."""
        async with self.admission.place():
            session = await asyncio.to_thread(self.store.open, session_id, owner)
            try:
                async with asyncio.timeout(self.settings.extract_timeout_s):
                    return await self.extractor.extract(session, order, request_id)
            except TimeoutError as error:
                raise ExtractTimeout(seconds=self.settings.extract_timeout_s) from error

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` beside the requests until it or the service ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def keep_engine(self) -> None:
        """Starts the engine, and again when it dies; then tells it of the sheets that it knew."""
        watch = EngineWatch(self.engine, self.settings, lambda: self.begin(self.warm_again()))
        self.life.gave_up = await watch.run()

    async def warm(self, session: Session) -> None:
        """Has the first page of a new session read, and tells the engine of it, before anybody asks."""
        self.recent.touch(session, 1)
        desk = self.workshop.open(session.folder, session.drawing, session.drawing.sheets[0])
        with self.metrics.warm_up():
            outcomes = await asyncio.gather(desk.read(), self.engine.warm(desk), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, ServiceError):
                log.info("Not made ready: %s", outcome.code)
            elif isinstance(outcome, BaseException):
                raise outcome

    async def warm_again(self) -> None:
        """Tells an engine that was started again of the sheets worked with last."""
        await self.recent.tell_again(self.engine, self.workshop)

    async def delete(self, session_id: str, owner: str = "") -> int:
        """Removes a session from disk, memory and the engine, and ends what is read, drawn or answered of it.

        How many bytes it had on disk. Raises `SessionNotFound`.
        """
        deleted_bytes = await asyncio.to_thread(self.store.delete, session_id, owner)
        self.recent.forget(session_id)
        self.underway.end(session_id)
        await self._forget_ended()
        return deleted_bytes

    async def purge_for_ever(self) -> None:
        """Removes ended sessions now and then, in a thread and in slices, so that requests get their turn."""
        while True:
            ended = 0
            try:
                while removed := await asyncio.to_thread(self.store.purge):
                    ended += removed
            except OSError as error:
                log.warning("Purge failed: %s", error)
            await self._forget_ended()
            self.metrics.purged(ended)
            if ended:
                log.info("Purged %d ended sessions", ended)
            await asyncio.sleep(self.settings.purge_interval_s)

    async def _forget_ended(self) -> None:
        """Also what another process on the same root has removed."""
        if await self.recent.forget_ended(self.engine, self.workshop):
            self.begin(self.warm_again())

    async def end_work(self) -> None:
        """Ends what runs beside the requests and the engine; questions that it is at are answered with 503.

        An engine that is still loading goes with the process.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        patience_s = LOADED_S if self.engine.status == "loading" else None
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.engine.close()

    async def close(self) -> None:
        await self.end_work()
        await self.workshop.close()
