"""What travels between the tiers, and the engine's tier itself; no Ray needed."""

from __future__ import annotations

import asyncio
import dataclasses
import pickle
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp

import errors
from deploy.replicas import answered_by
from deploy.replicas.answered_by import HEADER, AnsweredBy
from deploy.replicas.engine_tier import EngineTier
from deploy.replicas.lifespan_state import LifespanState
from deploy.replicas.wire import Asked, Refused, Said, SheetName
from drawing.folder import original
from drawing.sheet import Part
from drawing.workshop import Workshop
from embedded_reader import EmbeddedReader
from errors import EngineUnavailable, QuestionTooLong, ServiceError, SessionNotFound
from main import create_app
from session_store import Session, SessionStore
from sessions.turn import Turn
from tests import sheets
from tests.factories import settings
from tests.fixtures_engine import inquiry, new_desk
from vision import Answer, Delta, EngineStatus, Inquiry, Proposal, Section, SheetOnTheDesk

#: What the tests' errors are made of; a class takes what its message names.
DETAILS: dict[str, str | int | float] = {
    "field": "page",
    "tokens": 9,
    "limit": 5,
    "what": "pages",
    "value": 7,
    "page": 3,
    "pages": 1,
    "seconds": 2,
}


def kinds(kind: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    return [kind, *(found for each in kind.__subclasses__() for found in kinds(each))]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_an_error_arrives_as_it_was_raised(kind: type[ServiceError]) -> None:
    error = errors.TooManyRequests(7) if kind is errors.TooManyRequests else kind(**DETAILS)
    there = pickle.loads(pickle.dumps(Said("a", Refused.of(error))))
    with pytest.raises(kind) as raised:
        there.or_raised()
    arrived = raised.value
    assert type(arrived) is kind
    assert arrived.details == error.details
    assert arrived.retry_after_s == error.retry_after_s
    assert arrived.message("en") == error.message("en")


def test_an_inquiry_arrives_whole_but_for_its_desk() -> None:
    asked = inquiry(new_desk(page=2), history=(Turn("Frage", "Antwort"),), grounding=True, top_p=0.5)
    there = pickle.loads(pickle.dumps(Asked.of(asked)))
    assert there.sheet == SheetName("paper", 2)
    assert there.at(asked.desk) == asked


class Looking(EmbeddedReader):
    """An engine that looks at each sheet, and is told what to forget."""

    def __init__(self, starts: bool = True) -> None:
        super().__init__()
        self.starts = starts
        self.forgotten: list[frozenset[str]] = []
        self.shown: list[str] = []
        self.silent = 0.0
        self.answers_probes = True

    @property
    def status(self) -> EngineStatus:
        return super().status if self.starts else "dead"

    @property
    def silent_s(self) -> float:
        return self.silent

    async def probe(self) -> None:
        if not self.answers_probes:
            raise EngineUnavailable

    async def warm(self, desk: SheetOnTheDesk) -> None:
        (rendering,) = await desk.renderings(Part(desk.sheet.box, 100_000))
        self.shown.append(rendering.facts.key)

    async def forget(self, pictures: frozenset[str]) -> None:
        self.forgotten.append(pictures)

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> None:
        raise EngineUnavailable


class Refusing(Looking):
    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        yield Delta("Der ")
        raise QuestionTooLong(tokens=9, limit=5)


class Made:
    """A root with a session of the test sheet, of a user, and the tier of an engine on it."""

    def __init__(self, folder: Path, engine: Looking) -> None:
        self.settings = settings(folder, canary_idle_s=60, canary_timeout_s=5)
        self.store = SessionStore(self.settings.session_dir, 86_400)
        self.engine = engine
        self.tier = EngineTier(self.settings, engine, "r1")

    async def session(self) -> Session:
        self.store.prepare()
        staged = self.store.stage("anna")
        original(staged).write_bytes(sheets.pdf())
        workshop = Workshop(self.settings)
        return self.store.publish(staged, "a.pdf", await workshop.survey(staged), "anna")


async def said(tier: EngineTier, asked: Asked) -> list[object]:
    return [piece async for piece in tier.ask(asked)]


def question(session: Session, page: int = 1) -> Asked:
    there = inquiry(dataclasses.replace(new_desk(), session_id=session.id, page=page))
    return Asked.of(there)


async def test_a_replica_answers_from_the_shared_root_alone(tmp_path: Path) -> None:
    made = Made(tmp_path, Looking())
    session = await made.session()
    await made.tier.start()
    try:
        *_, last = await said(made.tier, question(session))
        assert isinstance(last, Said)
        assert last.replica == "r1"
        answer = last.or_raised()[-1]
        assert isinstance(answer, Answer)
        assert "70,50" in answer.markdown
    finally:
        await made.tier.close()


async def test_what_a_replica_refuses_is_the_last_that_it_says(tmp_path: Path) -> None:
    made = Made(tmp_path, Refusing())
    session = await made.session()
    first, last = await said(made.tier, question(session))
    assert first == Said("r1", (Delta("Der "),))
    assert last == Said("r1", Refused(QuestionTooLong, {"tokens": 9, "limit": 5}))
    proposed: Said[Proposal | None] = await made.tier.propose(SheetName(session.id, 1), "r", frozenset())
    assert proposed == Said("r1", Refused(EngineUnavailable, {}))


async def test_text_that_comes_fast_travels_together_after_the_first_piece(tmp_path: Path) -> None:
    class Talkative(Looking):
        async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
            for word in ("a", "b", "c"):
                yield Delta(word)
            yield Answer("abc")

    made = Made(tmp_path, Talkative())
    first, rest = await said(made.tier, question(await made.session()))
    assert first == Said("r1", (Delta("a"),))
    assert rest == Said("r1", (Delta("b"), Delta("c"), Answer("abc")))


@pytest.mark.parametrize("page", [1, 7])
async def test_a_sheet_that_is_not_there_is_not_found(tmp_path: Path, page: int) -> None:
    made = Made(tmp_path, Looking())
    session = await made.session()
    if page == 1:
        made.store.delete(session.id, "anna")
    assert await said(made.tier, question(session, page)) == [Said("r1", Refused(SessionNotFound, {}))]
    assert await made.tier.warm(SheetName(session.id, page)) == Said("r1", Refused(SessionNotFound, {}))


async def test_a_replica_forgets_what_it_has_shown_of_deleted_sessions_and_nothing_else(tmp_path: Path) -> None:
    made = Made(tmp_path, Looking())
    kept, deleted = await made.session(), await made.session()
    for session in (kept, deleted):
        (made.store.open_whosever(session.id).folder / "note").write_text(session.id)
        assert await made.tier.warm(SheetName(session.id, 1)) == Said("r1", None)
    await made.tier.forget()
    made.store.delete(deleted.id, "anna")
    await made.tier.forget()
    made.store.delete(kept.id, "anna")
    await made.tier.forget()
    # The same picture was shown of both, so it goes with the last of them.
    assert made.engine.forgotten == [frozenset(), frozenset(), frozenset(made.engine.shown)]
    await asyncio.sleep(0)
    await made.tier.close()


async def test_an_engine_that_does_not_start_fails_its_replica(tmp_path: Path) -> None:
    made = Made(tmp_path, Looking(starts=False))
    with pytest.raises(RuntimeError, match="did not start"):
        await made.tier.start()


async def test_health_asks_the_engine(tmp_path: Path) -> None:
    made = Made(tmp_path, Looking())
    with pytest.raises(EngineUnavailable):  # not started
        await made.tier.check_health()
    await made.tier.start()
    try:
        await made.tier.check_health()
        made.engine.silent, made.engine.answers_probes = 100.0, False
        with pytest.raises(EngineUnavailable):
            await made.tier.check_health()
        assert (await made.tier.report()).status == "healthy"
    finally:
        await made.tier.close()


def test_an_answer_names_the_replica_that_was_noted_in_any_task_of_its_request() -> None:
    async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        async def elsewhere() -> None:
            if "noted" in Request(scope).query_params:
                answered_by.note("r1")

        await asyncio.create_task(elsewhere())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    client = TestClient(AnsweredBy(app))
    assert client.get("/?noted").headers[HEADER] == "r1"
    assert HEADER not in client.get("/").headers


def test_the_lifespan_state_comes_to_requests_without_the_servers_help(tmp_path: Path) -> None:
    """As with Ray Serve's server, which keeps it to itself."""

    def forgetful(app: ASGIApp) -> ASGIApp:
        async def server(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
            if scope["type"] == "http":
                del scope["state"]
            await app(scope, receive, send)

        return server

    waited = []

    async def ready() -> None:
        waited.append("for the engines")

    with TestClient(forgetful(LifespanState(create_app(settings(tmp_path)), ready))) as client:
        assert waited == ["for the engines"]
        assert client.get("/").json()["engine"] == "embedded"
