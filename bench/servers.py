"""Servers as the benches start them: a process on a free port, waited for until it answers, ended at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

PROJECT = Path(__file__).resolve().parent.parent
START_S, END_S = 300.0, 30.0


@contextmanager
def served(
    module: Sequence[str], env: Mapping[str, str], port: int, ready: str = "/health", keep_log: Path | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Runs `python -m …` and gives its URL, once `ready`, a path, answers 200, and its process.

    Raises the end of its log where it does not.
    """
    with tempfile.TemporaryFile("w+") if keep_log is None else keep_log.open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=PROJECT, env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            try:
                wait_until_healthy(url, START_S, ready, process)
            except TimeoutError as error:
                log.seek(0)
                raise RuntimeError(f"{module[0]} did not start:\n{log.read()[-4000:]}") from error
            yield url, process
        finally:
            _end(process)


@contextmanager
def service(env: Mapping[str, str], module: str = "main") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of ours on a root of its own, healthy; its URL and its process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        common = {"QWEN_ENGINE": "embedded", "QWEN_PORT": str(port), "QWEN_SESSION_DIR": f"{folder}/root"}
        with served([module], common | {"QWEN_LOG_LEVEL": "WARNING"} | dict(env), port) as running:
            yield running


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    """Whether it is answered with 200 now."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until_healthy(
    url: str, seconds: float = 60.0, path: str = "/health", process: subprocess.Popen[bytes] | None = None
) -> None:
    """Raises `TimeoutError` where it is not, within `seconds` or before its `process` ends."""
    deadline = time.monotonic() + seconds
    while not answers(url + path):
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            raise TimeoutError(f"{url} did not become healthy")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, then ends it and all of its own."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
