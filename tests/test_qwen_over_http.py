"""The whole main job over real HTTP with the real vLLM: upload, ask, ask again, delete."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from main import create_app
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests import sheets
from tests.fixtures_engine import EngineLoop, LentEngine, unfinished
from tests.server import serving_on

pytestmark = pytest.mark.vllm
_lettering = iter(range(1_000))
PING_S = 0.2


@pytest.fixture(scope="module")
def service(
    qwen: QwenVisionService, engine_loop: EngineLoop, tiny_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("sessions") / "root"
    settings = tiny_settings.model_copy(update={"session_dir": root, "stream_ping_s": PING_S})
    app = create_app(settings, LentEngine(qwen))
    with serving_on(engine_loop.loop, app) as url, httpx.Client(base_url=url, timeout=120) as client:
        yield client


@pytest.fixture
def session_id(service: httpx.Client) -> str:
    """A session about a sheet that no cache has seen."""
    unseen = sheets.pdf(lettering=(*sheets.LETTERING, (0.3, 0.7, f"Nr. {next(_lettering)}")))
    answer = service.post("/api/upload", files={"file": ("flansch.pdf", unseen)})
    return str(answer.json()["session_id"])


def ask(service: httpx.Client, session_id: str, question: str, **more: Any) -> dict[str, Any]:
    form = {"session_id": session_id, "question": question, "max_tokens": "12", "temperature": "0", **more}
    answer = service.post("/api/chat", data=form)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_health_says_that_the_model_is_loaded(service: httpx.Client) -> None:
    state = service.get("/health").json()
    assert (state["status"], state["model_loaded"], state["engine"]) == ("healthy", True, "vllm")


def test_upload_chat_follow_up_delete(service: httpx.Client, session_id: str) -> None:
    first = ask(service, session_id, "Was ist der Außendurchmesser?")
    second = ask(service, session_id, "Und welche Toleranz hat er?")
    assert first["finish_reason"] == "length"
    assert 1 <= first["usage"]["completion_tokens"] <= 12
    assert second["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"]
    deleted = service.delete(f"/api/session/{session_id}").json()
    assert deleted["deleted_bytes"] > 1000
    gone = service.post("/api/chat", data={"session_id": session_id, "question": "Noch da?"})
    assert (gone.status_code, gone.json()["code"]) == (404, "session_not_found")


def test_the_sheet_is_found_in_the_prefix_cache_on_later_turns(service: httpx.Client, session_id: str) -> None:
    cached = [ask(service, session_id, f"Frage {n}?")["usage"]["cached_tokens"] for n in range(3)]
    assert cached[1] >= 256
    assert cached[2] >= cached[1]


def test_a_stream_adds_up_to_its_answer(service: httpx.Client, session_id: str) -> None:
    form = {"session_id": session_id, "question": "Liste alle Gewinde.", "stream": "true", "max_tokens": "12"}
    with service.stream("POST", "/api/chat", data=form) as stream:
        blocks = "".join(stream.iter_text()).strip().split("\r\n\r\n")
    told = [block for block in blocks if not block.startswith(":")]  # without heartbeats
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in told]
    deltas = [json.loads(e["data"])["text"] for e in events if e["event"] == "delta"]
    assert events[-1]["event"] == "answer"
    assert "".join(deltas) == json.loads(events[-1]["data"])["markdown"]


def test_a_question_too_long_for_the_model_is_refused_with_the_numbers(service: httpx.Client, session_id: str) -> None:
    # Rare characters cost several tokens each, so that 4,000 of them exceed the tiny context of 4,096.
    form = {"session_id": session_id, "question": "㊟" * 4000, "max_tokens": "12"}
    answer = service.post("/api/chat", data=form)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "question_too_long")
    assert problem["tokens"] > problem["limit"] > 0


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Seconds until `condition` came true."""
    began = time.perf_counter()
    while not condition() and time.perf_counter() - began < seconds:
        time.sleep(0.005)
    assert condition()
    return time.perf_counter() - began


@pytest.mark.parametrize("stream", ["true", "false"])
def test_a_client_that_leaves_ends_the_engines_work(
    service: httpx.Client, session_id: str, qwen: QwenVisionService, stream: str
) -> None:
    ask(service, session_id, "Vorab.")
    form = {"session_id": session_id, "question": "Erzähle lange.", "max_tokens": "4000", "stream": stream}
    form["temperature"] = "2"  # else the random model's answer ends as a loop
    leaving = http.client.HTTPConnection(service.base_url.host, service.base_url.port)
    leaving.request("POST", "/api/chat", urlencode(form), {"content-type": "application/x-www-form-urlencoded"})
    wait_for(lambda: unfinished(qwen) == 1)
    leaving.close()
    assert wait_for(lambda: unfinished(qwen) == 0) < 0.5
    # Had the answer come to its end by itself, the turn would be remembered.
    history = service.get(f"/api/session/{session_id}").json()["history"]
    assert [turn["question"] for turn in history] == ["Vorab."]


def test_an_extraction_asks_the_model_and_holds_it_against_the_sheet(service: httpx.Client, session_id: str) -> None:
    answer = service.post("/api/extract", data={"session_id": session_id}).json()
    assert [page["proposed"] for page in answer["pages"]] == [True]
    assert "Ø70,50 ±0,05" in [row["text"] for row in answer["callouts"] if row["status"] == "verified"]
    assert all(row["status"] == "not_found" for row in answer["callouts"] if row["source"] == "model")


def test_a_client_that_leaves_ends_the_extraction(
    service: httpx.Client, session_id: str, qwen: QwenVisionService
) -> None:
    leaving = http.client.HTTPConnection(service.base_url.host, service.base_url.port)
    form = urlencode({"session_id": session_id})
    leaving.request("POST", "/api/extract", form, {"content-type": "application/x-www-form-urlencoded"})
    wait_for(lambda: unfinished(qwen) > 0)
    leaving.close()
    assert wait_for(lambda: unfinished(qwen) == 0) < 0.5


def test_sessions_of_different_people_are_answered_together(service: httpx.Client, tmp_path: Path) -> None:
    upload = [service.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())}).json() for _ in range(3)]

    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=service.base_url, timeout=120) as client:
            forms = [{"session_id": u["session_id"], "question": "?", "max_tokens": "12"} for u in upload]
            return await asyncio.gather(*(client.post("/api/chat", data=form) for form in forms))

    assert [answer.status_code for answer in asyncio.run(all_at_once())] == [200, 200, 200]


def figure(service: httpx.Client, name: str) -> float:
    """A line of /metrics, 0 while it is not there."""
    lines = service.get("/metrics").text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))


def test_metrics_count_the_questions_and_what_vllm_counts(service: httpx.Client, session_id: str) -> None:
    asked = 'drawing_service_questions_total{outcome="length"}'
    before = figure(service, asked), figure(service, "vllm:generation_tokens_total")
    written = ask(service, session_id, "Was ist das?")["usage"]["completion_tokens"]
    assert figure(service, asked) == before[0] + 1
    assert figure(service, "vllm:generation_tokens_total") >= before[1] + written


def test_a_stream_that_has_to_wait_gets_heartbeats_and_then_its_answer(
    service: httpx.Client, session_id: str, qwen: QwenVisionService
) -> None:
    form = {"session_id": session_id, "question": "Erzähle lange.", "max_tokens": "4000", "temperature": "2"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(service.post, "/api/chat", data=form)
        wait_for(lambda: unfinished(qwen) == 1)
        short = form | {"question": "Und kurz?", "max_tokens": "12", "stream": "true"}
        with service.stream("POST", "/api/chat", data=short) as stream:
            lines = [line for line in stream.iter_lines() if line]
        assert first.result().status_code == 200
    assert lines[0].startswith(":")
    assert lines[-2] == "event: answer"


def test_questions_of_one_session_are_answered_in_their_order(service: httpx.Client, session_id: str) -> None:
    async def one_after_the_other() -> None:
        async with httpx.AsyncClient(base_url=service.base_url, timeout=120) as client:
            asked = []
            for n in range(4):
                form = {"session_id": session_id, "question": f"Frage {n}?", "max_tokens": "12"}
                asked.append(asyncio.create_task(client.post("/api/chat", data=form)))
                await asyncio.sleep(0.05)  # so that they arrive in this order
            assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}

    asyncio.run(one_after_the_other())
    history = service.get(f"/api/session/{session_id}").json()["history"]
    assert [turn["question"] for turn in history] == [f"Frage {n}?" for n in range(4)]
