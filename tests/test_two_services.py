"""Two services on one root: each answers every session, and what one does the other knows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from bench.servers import service
from tests import sheets

QUESTION = "Was ist der Außendurchmesser?"


@contextmanager
def services(root: Path, count: int = 2, **variables: str) -> Iterator[list[httpx.Client]]:
    """So many processes of the service on `root`, each with a client of its own."""
    env = {"QWEN_SESSION_DIR": str(root), "QWEN_DRAIN_S": "0"} | variables
    with ExitStack() as stack:
        started = [stack.enter_context(service(env)) for _ in range(count)]
        yield [stack.enter_context(httpx.Client(base_url=url, timeout=60, trust_env=False)) for url, _ in started]


def uploaded(client: httpx.Client) -> str:
    answer = client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())})
    return str(answer.raise_for_status().json()["session_id"])


def ask(client: httpx.Client, session_id: str, question: str = QUESTION) -> httpx.Response:
    return client.post("/api/chat", data={"session_id": session_id, "question": question})


def figure(client: httpx.Client, name: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with services(tmp_path_factory.mktemp("pair") / "root") as (one, two):
        yield one, two


def test_a_session_of_one_is_answered_by_the_other(pair: tuple[httpx.Client, httpx.Client]) -> None:
    one, two = pair
    session = uploaded(one)
    answers = [ask(client, session).json() for client in (two, one)]
    assert [answer["dimensions"] for answer in answers] == [["Ø70,50 ±0,05"]] * 2
    history = [client.get(f"/api/session/{session}").json()["history"] for client in pair]
    assert history[0] == history[1]
    assert len(history[0]) == 2
    assert two.get(f"/api/session/{session}/pages/1", params={"max_px": 200}).status_code == 200
    form = {"session_id": session, "what": "title_block"}
    assert one.post("/api/extract", data=form).json() == two.post("/api/extract", data=form).json()


def test_what_one_deletes_is_gone_for_the_other(pair: tuple[httpx.Client, httpx.Client]) -> None:
    one, two = pair
    session = uploaded(one)
    assert [ask(client, session).status_code for client in pair] == [200, 200]  # so that both have it in memory
    assert two.delete(f"/api/session/{session}").status_code == 200
    refused = [ask(one, session), one.get(f"/api/session/{session}"), one.delete(f"/api/session/{session}")]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(404, "session_not_found")] * 3


def test_both_write_one_history_in_turns(pair: tuple[httpx.Client, httpx.Client]) -> None:
    session = uploaded(pair[0])
    questions = [f"Was ist der Außendurchmesser? {number}" for number in range(20)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: ask(pair[n % 2], session, questions[n]), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    history = pair[1].get(f"/api/session/{session}").json()["history"]
    assert sorted(turn["question"] for turn in history) == sorted(questions)
    assert [turn["at"] for turn in history] == sorted(turn["at"] for turn in history)


def test_a_quota_counts_what_the_other_took_in_and_removed(tmp_path: Path) -> None:
    with services(tmp_path / "root", QWEN_MAX_SESSIONS="2") as (one, two):
        first, _ = uploaded(one), uploaded(two)
        refused = one.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())})
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
        two.delete(f"/api/session/{first}")
        uploaded(one)


def test_what_has_ended_is_purged_by_one_of_them(tmp_path: Path) -> None:
    root = tmp_path / "root"
    with services(root, QWEN_SESSION_TTL_S="2", QWEN_PURGE_INTERVAL_S="0.2") as clients:
        sessions = [uploaded(clients[number % 2]) for number in range(6)]
        deadline = time.monotonic() + 20
        while any((root / session).exists() for session in sessions) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)  # both have counted
        assert sum(figure(client, "drawing_service_purged_sessions_total") for client in clients) == 6
        assert list((root / ".trash").iterdir()) == []
