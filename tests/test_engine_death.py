"""The real engine is killed in the middle of answers: these get 503, and all goes on in the same process."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from main import create_app
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests import sheets
from tests.fixtures_engine import START_S, EngineLoop, LentEngine, quick_start, unfinished, warnings_of_vllm_ignored
from tests.server import serving_on
from vision import SheetOnTheDesk

pytestmark = pytest.mark.vllm

#: The bound on noticing a death; 10 s for an answer to those who wait.
NOTICED_S, ANSWERED_S = 5, 10


class RevivedEngine(LentEngine):
    """The engine of the run for an application that may start it again, but not end it for good."""

    def __init__(self, owner: QwenVisionService) -> None:
        super().__init__(owner)
        self.warmed = 0

    async def start(self) -> None:
        if self.status != "healthy":
            with quick_start(), warnings_of_vllm_ignored():
                await self._owner.start()

    async def close(self) -> None:
        if self.status != "healthy":
            with warnings_of_vllm_ignored():
                await self._owner.close()

    async def warm(self, desk: SheetOnTheDesk) -> None:
        await super().warm(desk)
        self.warmed += 1


@pytest.fixture
def engine(qwen: QwenVisionService) -> RevivedEngine:
    return RevivedEngine(qwen)


@pytest.fixture
def service(
    engine: RevivedEngine, engine_loop: EngineLoop, tiny_settings: Settings, tmp_path: Path
) -> Iterator[httpx.Client]:
    settings = tiny_settings.model_copy(update={"session_dir": tmp_path / "sessions"})
    app = create_app(settings, engine)
    with serving_on(engine_loop.loop, app) as url, httpx.Client(base_url=url, timeout=120) as client:
        yield client


def upload(service: httpx.Client) -> str:
    answer = service.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())})
    return str(answer.json()["session_id"])


def ask(service: httpx.Client, session_id: str, question: str, **more: str) -> httpx.Response:
    form = {"session_id": session_id, "question": question, "max_tokens": "12", "temperature": "0", **more}
    return service.post("/api/chat", data=form)


def listen(service: httpx.Client, form: dict[str, str], begun: threading.Event) -> str:
    """A streamed answer; `begun` once its first piece is here."""
    said = ""
    with service.stream("POST", "/api/chat", data={**form, "stream": "true"}) as stream:
        for piece in stream.iter_text():
            said += piece
            begun.set()
    return said


def seconds_until(condition: Callable[[], bool], limit_s: float) -> float:
    began = time.perf_counter()
    while not condition() and time.perf_counter() - began < limit_s:
        time.sleep(0.02)
    assert condition()
    return time.perf_counter() - began


def status(service: httpx.Client) -> str:
    return str(service.get("/health").json()["status"])


def kill(qwen: QwenVisionService) -> None:
    engine: Any = qwen._engine
    os.kill(engine.engine_core.resources.engine_manager.processes[0].pid, signal.SIGKILL)


def test_a_killed_engine_costs_the_answers_in_flight_and_nothing_else(
    service: httpx.Client, qwen: QwenVisionService, engine: RevivedEngine
) -> None:
    sessions = [upload(service) for _ in range(2)]
    assert [ask(service, each, "Vorab.").status_code for each in sessions] == [200, 200]
    seconds_until(lambda: engine.warmed == 2, START_S)
    at_length, begun = {"max_tokens": "4000", "temperature": "2"}, threading.Event()
    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(ask, service, sessions[0], "Erzähle.", **at_length)
        form = {"session_id": sessions[1], "question": "Erzähle.", **at_length}
        streamed = pool.submit(listen, service, form, begun)
        seconds_until(lambda: begun.is_set() and unfinished(qwen) == 2, START_S)
        kill(qwen)
        seconds_until(lambda: status(service) != "healthy", NOTICED_S)
        answer = whole.result(ANSWERED_S)
        assert (answer.status_code, answer.json()["code"]) == (503, "engine_unavailable")
        assert int(answer.headers["retry-after"]) > 0
        last_words = streamed.result(ANSWERED_S).split("event: ")[-1]
        assert last_words.startswith("error") and '"code": "engine_unavailable"' in last_words
    assert service.get("/health/live").status_code == 200

    seconds_until(lambda: status(service) == "healthy", START_S)
    seconds_until(lambda: engine.warmed == 4, START_S)
    again = [ask(service, each, "Und jetzt?") for each in sessions]
    assert [answer.status_code for answer in again] == [200, 200]
    # Though the new engine was never asked about them: they were shown to it again.
    assert all(answer.json()["usage"]["cached_tokens"] >= 256 for answer in again)
    history = service.get(f"/api/session/{sessions[0]}").json()["history"]
    assert [turn["question"] for turn in history] == ["Vorab.", "Und jetzt?"]


def test_an_idle_engine_answers_its_probe_and_is_heard(qwen: QwenVisionService, engine_loop: EngineLoop) -> None:
    qwen._heard_at -= 100
    assert qwen.silent_s > 99
    engine_loop.run(qwen.probe())
    assert qwen.silent_s < 99
