"""A deletion ends the answer that is being written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from errors import ChatTimeout, SessionNotFound
from main import create_app
from tests.factories import settings
from tests.server import serving
from tests.small_engine import SmallEngine
from underway import Deadline, Underway


@pytest.fixture
def engine() -> SmallEngine:
    return SmallEngine(seconds=30)


@pytest.fixture
def client(tmp_path: Path, engine: SmallEngine) -> Iterator[httpx.Client]:
    with serving(create_app(settings(tmp_path), engine)) as url, httpx.Client(base_url=url, timeout=20) as made:
        yield made


@pytest.fixture
def session_id(client: httpx.Client, sheet_pdf: bytes) -> str:
    return str(client.post("/api/upload", files={"file": ("a.pdf", sheet_pdf)}).json()["session_id"])


def wait_until_at_work(engine: SmallEngine) -> None:
    until = time.monotonic() + 10
    while not engine.at_once and time.monotonic() < until:
        time.sleep(0.01)
    assert engine.at_once == 1


@pytest.mark.parametrize("stream", ["true", "false"])
def test_a_deletion_ends_the_answer_and_the_engines_work(
    client: httpx.Client, engine: SmallEngine, session_id: str, stream: str
) -> None:
    form = {"session_id": session_id, "question": "?", "stream": stream}
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(client.post, "/api/chat", data=form)
        wait_until_at_work(engine)
        began = time.monotonic()
        assert client.delete(f"/api/session/{session_id}").status_code == 200
        answer = asked.result()
    assert time.monotonic() - began < 10
    assert engine.at_once == 0
    assert "session_not_found" in answer.text
    assert answer.status_code == (200 if stream == "true" else 404)


def test_the_deletion_of_another_session_ends_nothing(
    client: httpx.Client, engine: SmallEngine, session_id: str, sheet_pdf: bytes
) -> None:
    engine.seconds = 1
    other = client.post("/api/upload", files={"file": ("b.pdf", sheet_pdf)}).json()["session_id"]
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(client.post, "/api/chat", data={"session_id": session_id, "question": "?"})
        wait_until_at_work(engine)
        client.delete(f"/api/session/{other}")
        assert asked.result().status_code == 200


async def test_a_deadline_says_why_it_was_missed() -> None:
    late, deleted, underway = Deadline(0), Deadline(60), Underway()
    with pytest.raises(TimeoutError):
        async with late.held():
            await _for_ever()
    assert isinstance(late.missed, ChatTimeout)
    with underway.of("a", deleted), pytest.raises(TimeoutError):
        async with deleted.held():
            underway.end("a")
            await _for_ever()
    assert isinstance(deleted.missed, SessionNotFound)


async def test_what_is_deleted_before_the_wait_does_not_begin_it() -> None:
    deadline = Deadline(60)
    deadline.end()
    with pytest.raises(TimeoutError):
        async with deadline.held():
            await _for_ever()


async def _for_ever() -> None:

    await asyncio.Event().wait()
