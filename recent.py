"""The sheets that were worked with last, so that an engine that is started again can be told of them."""

from __future__ import annotations

import asyncio
import logging

from drawing.workshop import Workshop
from errors import ServiceError
from session_store import Session
from vision import VisionEngine

log = logging.getLogger("drawing_service")

#: About as many as people ask about within the minutes that a restart takes; each is one prefill of 2,048 tokens.
LIMIT = 32


class RecentSheets:
    """In memory only, and bounded: who comes back later is served all the same, a second slower."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._sheets: dict[tuple[str, int], Session] = {}

    def touch(self, session: Session, page: int) -> None:
        self._sheets.pop((session.id, page), None)
        self._sheets[session.id, page] = session
        while len(self._sheets) > self._limit:
            del self._sheets[next(iter(self._sheets))]

    def forget(self, session_id: str) -> None:
        for known in [known for known in self._sheets if known[0] == session_id]:
            del self._sheets[known]

    async def forget_ended(self, engine: VisionEngine, workshop: Workshop) -> bool:
        """Ends the work for sessions that are gone from the root, and has the engine forget their pictures.

        Whether there were any: an idle engine then drops everybody's, and is to be told again.
        """
        pictures = await workshop.forget_ended()
        try:
            await engine.forget(pictures)
        except ServiceError as error:
            log.info("Not told to forget: %s", error.code)
        return bool(pictures)

    def latest_first(self) -> list[tuple[Session, int]]:
        return [(session, page) for (_, page), session in reversed(self._sheets.items())]

    async def tell_again(self, engine: VisionEngine, workshop: Workshop) -> None:
        """Tells an engine that has forgotten everything of these sheets, those of ended sessions left out."""
        for session, page in self.latest_first():
            sheet = session.drawing.sheet(page)
            if sheet is None or not await asyncio.to_thread(session.folder.exists):
                self.forget(session.id)
                continue
            try:
                await engine.warm(workshop.open(session.folder, session.drawing, sheet))
            except ServiceError as error:
                log.info("Not made ready again: %s", error.code)
