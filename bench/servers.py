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
    module: Sequence[str], env: Mapping[str, str], port: int, ready: str, keep_log: Path | None = None
) -> Iterator[str]:
    """Runs `python -m …` and gives its URL once `ready`, a path, answers 200; else the end of its log is raised."""
    with tempfile.TemporaryFile("w+") if keep_log is None else keep_log.open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=PROJECT, env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            if not _answers(process, url + ready):
                log.seek(0)
                raise RuntimeError(f"{module[0]} did not start:\n{log.read()[-4000:]}")
            yield url
        finally:
            _end(process)


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends the process and all of its own in the end."""
    try:
        yield process
    finally:
        _end(process)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, then ends it and all of its own."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
