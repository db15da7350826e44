"""How the program leaves: health first, then no new work, what is in flight last; and with which status."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bench.servers import answers, wait_until_healthy
from draining import descendants
from tests import sheets
from tests.test_main import program

ENDED_S = 60


@contextmanager
def small_program(folder: Path, *arguments: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The program with an engine that takes as long as its first argument says."""
    command = [sys.executable, "-m", "tests.small_program", *arguments]
    with program(folder, command, QWEN_ENGINE="embedded", **variables) as (url, process):
        wait_until_healthy(url)
        yield url, process


def upload(url: str) -> str:
    answer = httpx.post(f"{url}/api/upload", files={"file": ("a.pdf", sheets.pdf())}, timeout=60)
    return str(answer.json()["session_id"])


def ask(url: str, session_id: str, stream: str) -> httpx.Response:
    form = {"session_id": session_id, "question": "Was?", "stream": stream}
    return httpx.post(f"{url}/api/chat", data=form, timeout=60)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENDED_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_until_busy(url: str) -> None:
    wait_until(lambda: "questions_in_flight 1.0" in httpx.get(f"{url}/metrics").text)


def health(url: str) -> tuple[int, str]:
    answer = httpx.get(f"{url}/health")
    return answer.status_code, answer.json()["status"]


def test_told_to_end_it_says_so_and_goes_on_serving_for_a_while(tmp_path: Path) -> None:
    with small_program(tmp_path, "0", QWEN_DRAIN_S="3") as (url, process):
        session_id = upload(url)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        assert health(url) == (503, "draining")
        assert httpx.get(f"{url}/health/live").status_code == 200
        assert ask(url, session_id, "false").status_code == 200
        assert process.wait(ENDED_S) == 0


@pytest.mark.parametrize("stream", ["false", "true"])
def test_a_question_in_flight_is_answered_after_the_port_is_closed(tmp_path: Path, stream: str) -> None:
    with small_program(tmp_path, "3", QWEN_DRAIN_S="0") as (url, process), ThreadPoolExecutor(1) as pool:
        session_id = upload(url)
        asked = pool.submit(ask, url, session_id, stream)
        wait_until_busy(url)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not answers(f"{url}/health/live"))
        assert not asked.done()
        answer = asked.result(ENDED_S)
        assert (answer.status_code, "so so so" in answer.text, "event: error" in answer.text) == (200, True, False)
        assert process.wait(ENDED_S) == 0


def test_a_question_that_takes_too_long_is_answered_that_it_was_ended(tmp_path: Path) -> None:
    limited = small_program(tmp_path, "60", QWEN_SHUTDOWN_TIMEOUT_S="1")
    with limited as (url, process), ThreadPoolExecutor(1) as pool:
        session_id = upload(url)
        asked = pool.submit(ask, url, session_id, "false")
        wait_until_busy(url)
        process.send_signal(signal.SIGTERM)
        answer = asked.result(ENDED_S)
        assert (answer.status_code, answer.json()["code"]) == (503, "engine_unavailable")
        assert process.wait(ENDED_S) == 0


@pytest.mark.parametrize("again", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(tmp_path: Path, again: signal.Signals) -> None:
    running = small_program(tmp_path, "60", QWEN_DRAIN_S="60")
    with running as (url, process), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, url, upload(url), "true")
        wait_until_busy(url)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(again)
        assert process.wait(ENDED_S) == 128 + again
        assert isinstance(asked.exception(ENDED_S), httpx.TransportError)


def test_an_interrupt_at_a_terminal_does_not_wait_for_balancers(tmp_path: Path) -> None:
    with small_program(tmp_path, "0", QWEN_DRAIN_S="600") as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDED_S) == 0


def mentions(pid: int, words: bytes, file: str) -> bool:
    try:
        return words in Path(f"/proc/{pid}/{file}").read_bytes()
    except OSError:  # it has ended
        return False


@pytest.mark.vllm
@pytest.mark.parametrize("stage", ["in this process", "in its own process"])
def test_a_load_is_not_waited_for(tiny_checkpoint: Path, tmp_path: Path, stage: str) -> None:
    model = {"QWEN_MODEL": str(tiny_checkpoint), "QWEN_LOAD_FORMAT": "dummy", "QWEN_MAX_MODEL_LEN": "4096"}
    with program(tmp_path, QWEN_ENGINE="vllm", VLLM_CPU_KVCACHE_SPACE="1", **model) as (url, process):
        wait_until_healthy(url, path="/health/live")
        if stage == "in its own process":
            wait_until(lambda: any(mentions(pid, b"spawn_main", "cmdline") for pid in descendants(process.pid)))
        assert health(url) == (503, "loading")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDED_S) == 0
        assert time.monotonic() - began < 8
    mine = f"QWEN_SESSION_DIR={tmp_path}".encode()
    wait_until(lambda: not any(mentions(int(each.name), mine, "environ") for each in Path("/proc").glob("[0-9]*")))


def test_an_engine_that_is_lost_ends_the_program_for_its_supervisor(tmp_path: Path) -> None:
    with small_program(tmp_path, "0", "1", QWEN_ENGINE_RESTARTS="0") as (_, process):
        assert process.wait(ENDED_S) == 1
