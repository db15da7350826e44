"""One engine in a process of its own: opens again the sheets that it is asked about, and answers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from deploy.replicas.wire import Asked, Refused, Report, Said, SheetName
from drawing.workshop import Workshop
from errors import EngineUnavailable, ServiceError, SessionNotFound
from log_line import short_id
from recent import RecentSheets
from session_store import SessionStore
from sessions.uptime import Uptime
from settings import Settings
from vision import Answer, Delta, Proposal, Section, SheetOnTheDesk, VisionEngine

log = logging.getLogger("drawing_service")

#: s of an answer's text that travel together; a reader sees 50 steps a second as one movement.
BATCH_S = 0.02


class EngineTier:
    """Owns the engine and a workshop for it. `replica` is the name that answers are given under.

    Whoever asks was let in by the other tier, so nothing here asks whose a session is.
    """

    def __init__(self, settings: Settings, engine: VisionEngine, replica: str) -> None:
        self._settings = settings
        self._engine = engine
        self._replica = replica
        self._store = SessionStore(settings.session_dir, settings.session_ttl_s, uptime=Uptime.now)
        self._workshop = Workshop(settings)
        self._recent = RecentSheets()
        self._warming: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises where the engine does not become healthy; the log says why."""
        await self._workshop.prepare()
        await self._engine.start()
        if self._engine.status != "healthy":
            await self.close()
            raise RuntimeError("the engine did not start; the lines above say why")

    async def close(self) -> None:
        for task in self._warming:
            task.cancel()
        await self._engine.close()
        await self._workshop.close()

    async def ask(self, asked: Asked) -> AsyncGenerator[Said[tuple[Delta | Answer, ...]]]:
        """See `vision.VisionEngine.ask`; a refusal is the last that is said.

        The first piece goes at once, later ones together: what travels costs the same for a letter and for a page.
        """
        log.info("Asked about session %s", short_id(asked.sheet.session_id))
        batch: list[Delta | Answer] = []
        sent_at = 0.0
        try:
            inquiry = asked.at(await self._opened(asked.sheet))
            async with aclosing(self._engine.ask(inquiry)) as pieces:
                async for piece in pieces:
                    batch.append(piece)
                    if isinstance(piece, Answer) or time.monotonic() - sent_at >= BATCH_S:
                        yield Said(self._replica, tuple(batch))
                        batch, sent_at = [], time.monotonic()
        except ServiceError as error:
            if batch:
                yield Said(self._replica, tuple(batch))
            yield Said(self._replica, Refused.of(error))

    async def warm(self, sheet: SheetName) -> Said[None]:
        try:
            await self._engine.warm(await self._opened(sheet))
        except ServiceError as error:
            return Said(self._replica, Refused.of(error))
        return Said(self._replica, None)

    async def propose(self, sheet: SheetName, request_id: str, what: frozenset[Section]) -> Said[Proposal | None]:
        try:
            desk = await self._opened(sheet)
            return Said(self._replica, await self._engine.propose(desk, request_id, what))
        except ServiceError as error:
            return Said(self._replica, Refused.of(error))

    async def forget(self) -> None:
        """See `RecentSheets.forget_ended`."""
        if await self._recent.forget_ended(self._engine, self._workshop):
            task = asyncio.create_task(self._recent.tell_again(self._engine, self._workshop))
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)

    async def report(self) -> Report:
        return Report(self._engine.status, self._engine.model)

    async def check_health(self) -> None:
        """Raises where the engine is dead, or silent for long and does not give out a token when asked for one."""
        if self._engine.status != "healthy":
            raise EngineUnavailable
        if self._engine.silent_s >= self._settings.canary_idle_s:
            async with asyncio.timeout(self._settings.canary_timeout_s):
                await self._engine.probe()

    async def _opened(self, name: SheetName) -> SheetOnTheDesk:
        session = await asyncio.to_thread(self._store.open_whosever, name.session_id)
        sheet = session.drawing.sheet(name.page)
        if sheet is None:
            raise SessionNotFound
        self._recent.touch(session, name.page)
        return self._workshop.open(session.folder, session.drawing, sheet)
