"""One turn of a conversation: ask the engine, stream, read boxes, check numbers, remember."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from drawing.grounding import MAX_MARKS, element_type, read_marks
from drawing.sheet import Box, Sheet
from drawing.workshop import Workshop
from errors import InvalidRequest, PageNotFound
from language import Language
from log_line import Said, short_id
from metrics import Metrics
from session_store import Session, SessionStore
from sessions.turn import Turn
from settings import Settings
from underway import Deadline
from verification import closing_line, verified
from vision import Answer, Delta, Element, Inquiry, VisionEngine

log = logging.getLogger("drawing_service")

#: The pictures that a model numbers as parts, in their order.
ENLARGED_NOW = {"region", "lettering", "zoom"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a client asks of a session. `region` in sheet pixels, not yet held against the sheet."""

    request_id: str
    text: str
    language: Language
    page: int = 1
    region: Box | None = None
    grounding: bool = False
    max_tokens: int = 1024
    temperature: float = 0.1
    top_p: float = 0.8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TurnDone:
    """The end of a turn. `seconds` from the question to here."""

    answer: Answer
    sheet: Sheet
    seconds: float


class Conversation:
    """Asks the engine on behalf of sessions; owns nothing."""

    def __init__(
        self, engine: VisionEngine, store: SessionStore, workshop: Workshop, settings: Settings, metrics: Metrics
    ) -> None:
        self._metrics = metrics
        self._engine = engine
        self._store = store
        self._workshop = workshop
        self._settings = settings

    async def turn(self, session: Session, question: Question, deadline: Deadline) -> AsyncGenerator[Delta | TurnDone]:
        """Yields the answer as it is written, then its end. Closing the generator ends the engine's work.

        `deadline` is for all of it; an answer that is there by then is not lost, only unchecked.

        Raises `PageNotFound`, `InvalidRequest`, `SessionBusy`, `ChatTimeout` and what the engine raises.
        """
        began = time.perf_counter()
        sheet = sheet_of(session, question.page)
        log.info("Chat query for session %s: %s", short_id(session.id), Said(question.text))
        with self._metrics.question():
            async with self._store.locked(session, self._settings.session_wait_s):
                inquiry = await self._inquiry(session, sheet, question)
                async with aclosing(self._answer(inquiry, deadline)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Delta):
                            yield piece
                        else:
                            answer = await _checked(_with_marks(piece, inquiry), inquiry, deadline)
                if closing := closing_line(answer, inquiry):
                    answer = replace(answer, markdown=answer.markdown + closing)
                    yield Delta(closing)
                await asyncio.to_thread(self._store.append, session, _turn(answer, inquiry))
        seconds = time.perf_counter() - began
        self._metrics.answered(answer, seconds)
        log.info("✓ Chat response in %.2fs - %d elements", seconds, len(answer.elements))
        yield TurnDone(answer, sheet, seconds)

    async def _inquiry(self, session: Session, sheet: Sheet, question: Question) -> Inquiry:
        return Inquiry(
            request_id=question.request_id,
            question=question.text,
            language=question.language,
            desk=self._workshop.open(session.folder, session.drawing, sheet),
            history=await asyncio.to_thread(self._store.history, session),
            region=region_on(sheet, question.region),
            grounding=question.grounding,
            max_tokens=min(question.max_tokens, self._settings.max_model_len // 2),
            temperature=question.temperature,
            top_p=question.top_p,
            seed=question.seed,
        )

    async def _answer(self, inquiry: Inquiry, deadline: Deadline) -> AsyncGenerator[Delta | Answer]:
        """The engine's pieces until the deadline, then `ChatTimeout`; `SessionNotFound` where it was deleted."""
        async with aclosing(self._engine.ask(inquiry)) as pieces:
            while True:
                try:
                    async with deadline.held():
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return
                except TimeoutError as error:
                    raise deadline.missed from error
                yield piece


def sheet_of(session: Session, page: int) -> Sheet:
    sheet = session.drawing.sheet(page)
    if sheet is None:
        raise PageNotFound(page=page, pages=len(session.drawing.sheets))
    return sheet


def region_on(sheet: Sheet, region: Box | None) -> Box | None:
    """The part of a client's region that lies on the sheet; `InvalidRequest` when none does."""
    if region is None:
        return None
    clamped = region.clamped(sheet.width, sheet.height)
    if clamped.width < 1 or clamped.height < 1:
        raise InvalidRequest(field="region")
    return clamped


async def _checked(answer: Answer, inquiry: Inquiry, deadline: Deadline) -> Answer:
    """The answer held against the sheet, as far as the sheet is read before the deadline: an answer is not lost."""
    try:
        async with deadline.held():
            return await verified(answer, inquiry)
    except TimeoutError:
        log.warning("answer not checked, because the sheet was not read in time")
        return answer


def _turn(answer: Answer, inquiry: Inquiry) -> Turn:
    return Turn(
        question=inquiry.question,
        answer=answer.markdown,
        page=inquiry.desk.sheet.page,
        at=time.time(),
        memory=answer.memory,
        evidence=answer.evidence,
        region=inquiry.region,
        elements=answer.elements[:MAX_MARKS],
    )


def _with_marks(answer: Answer, inquiry: Inquiry) -> Answer:
    """The answer with the boxes that a model wrote into it, as elements of the sheet."""
    if not inquiry.grounding:
        return answer
    sheet = inquiry.desk.sheet
    enlarged = [picture.box for picture in answer.usage.shown if picture.reason in ENLARGED_NOW]
    marks = read_marks(answer.markdown, sheet.width, sheet.height, enlarged)
    if marks.malformed:
        log.info("%d malformed boxes dropped", marks.malformed)
    found = tuple(Element(m.label, element_type(m.label), m.box, sheet.page, "model") for m in marks.marks)
    return replace(answer, elements=answer.elements + found)
