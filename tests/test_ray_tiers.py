"""The two tiers on a real Ray cluster of one machine: the project's own configuration, with few replicas."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from errors import EngineUnavailable
from tests import sheets
from tests.factories import settings

if find_spec("ray") is None:
    pytest.skip("Ray is not installed", allow_module_level=True)

from bench.ray_cluster import Cluster, cluster, tiny_vllm
from bench.replicas import QUESTION, Asked, client_of, copies, each_asked, killed, scaled, uploaded
from deploy.ray_serve import Api, checked_settings, gpus_of, kind_of
from deploy.replicas.answered_by import HEADER

pytestmark = [pytest.mark.ray, pytest.mark.timeout(300)]

FIXED_TIME = "bench.fixed_time:app"
#: One question at once, which takes 6 s; the second of two is not answered within 10.
ONE_BY_ONE = {
    "SLOW_ENGINE_S": "6",
    "QWEN_READER_QUESTIONS": "1",
    "QWEN_CHAT_TIMEOUT_S": "10",
    "QWEN_MAX_WAITING": "1",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture(scope="module")
def readers(running: Cluster) -> Cluster:
    """Two embedded readers behind two applications."""
    running.deploy(2, 2)
    return running


@pytest.fixture(scope="module")
def sessions(readers: Cluster) -> list[str]:
    first = uploaded(readers.url, sheets.pdf())
    assert chat(readers.url, first).status_code == 200
    return [first, *copies(readers.sessions, first, 49)]


@pytest.fixture(scope="module")
def quick(running: Cluster, sessions: list[str]) -> Cluster:
    """Two engines that take half a second, for eight questions at once."""
    running.deploy(2, 2, FIXED_TIME, variables={"SLOW_ENGINE_S": "0.5", "QWEN_READER_QUESTIONS": "8"})
    return running


@pytest.fixture(scope="module")
def one_by_one(running: Cluster, sessions: list[str]) -> Cluster:
    running.deploy(1, 1, FIXED_TIME, variables=ONE_BY_ONE)
    return running


def chat(url: str, session_id: str, **form: Any) -> httpx.Response:
    fields = {"session_id": session_id, "question": QUESTION} | form
    return httpx.post(f"{url}/api/chat", data=fields, timeout=60, trust_env=False)


def questions_counted(url: str) -> str:
    found = re.findall(r'questions_total{outcome="stop"} (\S+)', httpx.get(f"{url}/metrics", trust_env=False).text)
    return "".join(found)


def test_a_session_stays_with_its_replica_whichever_application_asks(readers: Cluster, sessions: list[str]) -> None:
    asked = asyncio.run(each_asked(readers.url, sessions, 3))
    assert asked.outcomes == {"200": 150}
    assert asked.sticky == 50
    assert len(set(asked.homes().values())) == 2
    deadline = time.monotonic() + 30
    counts: set[str] = set()
    while len(counts) < 2 and time.monotonic() < deadline:
        counts.add(questions_counted(readers.url))
    assert sum(map(float, counts)) == 151  # an odd number: each application counts for itself, and both were asked


def test_a_streamed_answer_comes_through(readers: Cluster, sessions: list[str]) -> None:
    answer = chat(readers.url, sessions[0], stream="true")
    events = re.findall(r"^event: (\w+)$", answer.text.replace("\r", ""), re.M)
    assert events == ["delta", "delta", "answer"]
    assert "70,50" in answer.text
    assert answer.headers[HEADER]
    assert len(answer.headers.get_list("x-request-id")) == 1


def test_a_deleted_session_is_gone_for_every_replica(readers: Cluster, sessions: list[str]) -> None:
    ended = uploaded(readers.url, sheets.pdf())
    assert chat(readers.url, ended).status_code == 200
    assert httpx.delete(f"{readers.url}/api/session/{ended}", trust_env=False).status_code == 200
    assert {chat(readers.url, ended).json()["code"] for _ in range(4)} == {"session_not_found"}


def test_replicas_come_and_go_unnoticed(readers: Cluster, sessions: list[str]) -> None:
    found = asyncio.run(scaled(readers, sessions, lambda engines: readers.deploy(engines, 2)))
    assert found.asked.errors == 0, found.asked.outcomes
    assert found.asked.outcomes["200"] > 100
    assert 0 < found.moved <= 30  # a third, were the ring even


def test_a_killed_replica_loses_what_it_was_at_and_no_session(quick: Cluster, sessions: list[str]) -> None:
    found = asyncio.run(killed(quick, sessions, 8))
    assert found.lost <= found.in_flight, found.asked.outcomes
    assert set(found.asked.outcomes) <= {"200", "503 engine_unavailable"}
    assert found.answered_again == 50


def test_who_leaves_ends_the_work_in_the_replica(one_by_one: Cluster, sessions: list[str]) -> None:
    """Else the next question, which waits for it, would not be answered in its time."""
    form = {"session_id": sessions[0], "question": QUESTION, "stream": "true"}
    with httpx.stream("POST", f"{one_by_one.url}/api/chat", data=form, timeout=60, trust_env=False) as stream:
        assert next(stream.iter_lines()) == "event: delta"
    assert chat(one_by_one.url, sessions[1]).status_code == 200
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{one_by_one.url}/api/chat", data=form | {"stream": "false"}, timeout=2, trust_env=False)
    assert chat(one_by_one.url, sessions[2]).status_code == 200


def test_too_much_is_refused_and_too_long_is_ended(one_by_one: Cluster, sessions: list[str]) -> None:
    async def at_once() -> list[httpx.Response]:
        async with client_of(one_by_one.url) as client:
            forms = [{"session_id": session, "question": QUESTION} for session in sessions[:8]]
            return await asyncio.gather(*(client.post("/api/chat", data=form) for form in forms))

    answers = asyncio.run(at_once())
    codes = Counter(answer.json().get("code", "answered") for answer in answers)
    # One is worked on, one waits in the replica, one before it, and may still get to its turn and run out of time; one
    # more may be on its way between the two.
    assert codes["answered"] == 1, codes
    assert codes["chat_timeout"] in (2, 3), codes
    assert codes["overloaded"] == 7 - codes["chat_timeout"], codes
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.headers["Retry-After"] for answer in refused} == {"5"}


def test_a_replica_that_dies_in_the_middle_ends_the_stream_with_an_error(
    one_by_one: Cluster, sessions: list[str]
) -> None:
    form = {"session_id": sessions[0], "question": QUESTION, "stream": "true"}
    with httpx.stream("POST", f"{one_by_one.url}/api/chat", data=form, timeout=60, trust_env=False) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: delta"
        (engine,) = one_by_one.replicas("Engine")
        os.kill(engine, signal.SIGKILL)
        said = list(lines)
    assert "event: error" in said
    problem = json.loads(next(line for line in reversed(said) if line.startswith("data:")).removeprefix("data:"))
    assert (problem["code"], problem["status"]) == ("engine_unavailable", 503)
    one_by_one.wait_until_there({engine})
    assert chat(one_by_one.url, sessions[0]).status_code == 200


@pytest.mark.vllm
def test_vllm_answers_through_ray(running: Cluster, sessions: list[str], tiny_checkpoint: Path) -> None:
    """Also that its errors arrive with their numbers, that sheets are made ready, and that it sees the sheet cached."""
    if find_spec("vllm") is None:
        pytest.skip("vLLM is not installed")
    running.deploy(1, 1, variables=tiny_vllm(tiny_checkpoint))
    first, second = (chat(running.url, sessions[0], max_tokens="8", temperature="0").json() for _ in range(2))
    assert (first["engine"], first["model"]) == ("vllm", tiny_checkpoint.name)
    assert second["usage"]["cached_tokens"] > 0
    too_long = chat(running.url, sessions[0], question="Was " * 999, max_tokens="2048")
    assert (too_long.status_code, too_long.json()["code"]) == (422, "question_too_long")
    assert too_long.json()["tokens"] > too_long.json()["limit"]
    extracted = httpx.post(
        f"{running.url}/api/extract", data={"session_id": sessions[0], "what": "title_block"}, timeout=120
    ).json()
    assert extracted["pages"] == [{"page": 1, "complete": False, "proposed": True}]


@pytest.mark.parametrize(
    ("host", "variables", "told"),
    [
        ("0.0.0.0", {}, "QWEN_API_KEYS_FILE"),
        ("127.0.0.1", {"QWEN_PROT": "1"}, "QWEN_PROT"),
        ("127.0.0.1", {"QWEN_PORT": "many"}, "QWEN_PORT"),
    ],
)
def test_what_would_end_the_program_fails_the_deployment(
    monkeypatch: pytest.MonkeyPatch, host: str, variables: dict[str, str], told: str
) -> None:
    """By Ray's own report of its server; the door is open or closed by that, not by `QWEN_HOST`."""
    options = SimpleNamespace(http_config=SimpleNamespace(host=host))
    monkeypatch.setattr("deploy.ray_serve._get_global_client", lambda: options)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=told):
        checked_settings()


@pytest.mark.parametrize(
    ("setting", "gpus", "parallel", "kind", "gpus_each"),
    [
        ("auto", 0, 1, "embedded", 0),
        ("embedded", 8, 1, "embedded", 0),
        ("vllm", 8, 2, "vllm", 2),
        ("vllm", 0, 2, "vllm", 0),
    ],
)
def test_an_engine_replica_gets_the_cards_that_its_model_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, gpus: int, parallel: int, kind: str, gpus_each: int
) -> None:
    monkeypatch.setattr("ray.cluster_resources", lambda: {"GPU": float(gpus)})
    chosen = settings(tmp_path, engine=setting, tensor_parallel_size=parallel)
    assert kind_of(chosen) == kind
    assert gpus_of(chosen.model_copy(update={"engine": kind})) == gpus_each


async def test_an_application_that_has_lost_its_engines_for_good_is_replaced(tmp_path: Path) -> None:
    api = Api(settings(tmp_path), "embedded", None)
    with TestClient(api.__serve_build_asgi_app__()) as client:
        assert client.get("/health").json()["status"] == "loading"
        await api.check_health()
        api._app.state["service"].life.gave_up = True
        with pytest.raises(EngineUnavailable):
            await api.check_health()


def test_nothing_is_counted_as_an_error_that_was_answered() -> None:
    assert Asked(Counter({"200": 3, "503 overloaded": 2})).errors == 2
