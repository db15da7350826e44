"""What a confined process still may and what it may not; each is tried for real, in one process for all."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drawing import child, confinement
from drawing.workshop import Workshop
from tests.factories import settings

needs_landlock = pytest.mark.skipif(confinement.version() == 0, reason="this kernel has no Landlock")
since = {"connect": 4, "bind": 4, "signal": 6}

PROBES = """
import json, os, pathlib, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
from drawing import confinement
own, other, port, writable = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "writable"

def bind():
    socket.socket().bind(("127.0.0.1", 0))

def take(path, mode="rb"):
    with open(path, mode):
        pass

attempts = {
    "read own": lambda: take(own + "/original.bin"),
    "list own": lambda: os.listdir(own),
    "write own": lambda: take(own + "/page-0001.png", "w+b"),
    "write over own": lambda: take(own + "/page-0001.png", "w+b"),
    "import": lambda: __import__("PIL.PngImagePlugin"),
    "random": lambda: take("/dev/urandom"),
    "link": lambda: os.symlink("/etc/passwd", own + "/link"),
    "folder": lambda: os.mkdir(own + "/folder"),
    "read other": lambda: take(other + "/original.bin"),
    "list other": lambda: os.listdir(other),
    "write other": lambda: take(other + "/new", "wb"),
    "passwd": lambda: take("/etc/passwd"),
    "environment": lambda: take(f"/proc/{os.getppid()}/environ"),
    "temporary": lambda: take("/tmp/left-by-a-decoder", "wb"),
    "settings": lambda: take(sys.argv[1] + "/pyproject.toml"),
    "run": lambda: subprocess.run(["/bin/true"]),
    "run python": lambda: subprocess.run([sys.executable, "-c", ""]),
    "connect": lambda: socket.create_connection(("127.0.0.1", port), 2),
    "bind": bind,
    "signal": lambda: os.kill(os.getppid(), 0),
}
confinement.renounce_privileges()
confinement.confine(pathlib.Path(own), writable=writable)
done = {}
for name, attempt in attempts.items():
    try:
        attempt()
        done[name] = "done"
    except Exception as error:
        done[name] = type(error).__name__
print(json.dumps(done))
"""


def attempted(folder: Path, use: str) -> dict[str, str]:
    own, other = folder / "own", folder / "other"
    for each in (own, other):
        each.mkdir()
        (each / "original.bin").write_bytes(b"1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        arguments = [str(child.ROOT), str(own), str(other), port, use]
        answer = subprocess.run(
            [sys.executable, "-I", "-c", PROBES, *arguments], capture_output=True, check=True, timeout=60
        )
    return dict(json.loads(answer.stdout))


@pytest.fixture(scope="module")
def surveying(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return attempted(tmp_path_factory.mktemp("surveying"), "writable")


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return attempted(tmp_path_factory.mktemp("reading"), "read-only")


@pytest.mark.parametrize("name", ["read own", "list own", "write own", "write over own", "import", "random"])
def test_a_survey_can_do_its_work(surveying: dict[str, str], name: str) -> None:
    assert surveying[name] == "done"


@needs_landlock
@pytest.mark.parametrize(
    "name",
    [
        "link", "folder", "read other", "list other", "write other", "passwd", "environment", "temporary", "settings",
        "run", "run python", "connect", "bind", "signal",
    ],
)  # fmt: skip
def test_a_survey_reaches_nothing_else(surveying: dict[str, str], name: str) -> None:
    if confinement.version() < since.get(name, 1):
        pytest.skip("this kernel's Landlock does not know that yet")
    assert surveying[name] == "PermissionError"


@needs_landlock
def test_what_only_reads_cannot_write_even_beside_its_file(reading: dict[str, str]) -> None:
    assert (reading["read own"], reading["write own"]) == ("done", "PermissionError")


async def test_an_interpreter_started_ahead_has_no_thread_that_would_stay_free() -> None:
    process = await child.started(ahead=True)
    try:
        wait_until(lambda: b"pymupdf" in Path(f"/proc/{process.pid}/maps").read_bytes())
        await asyncio.sleep(0.5)
        assert len(os.listdir(f"/proc/{process.pid}/task")) == 1
    finally:
        await child.ended(process)


STARTER = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from drawing import child

async def main():
    print((await child.started()).pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def starter() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-I", "-c", STARTER, str(child.ROOT)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        yield process
        process.kill()


def test_a_child_ends_with_the_service_however_that_ends(starter: subprocess.Popen[bytes]) -> None:
    assert starter.stdout
    pid = int(starter.stdout.readline())
    # A job under way: held so that it does not end by itself when its standard input closes.
    wait_until(lambda: "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text())
    os.kill(pid, signal.SIGSTOP)
    starter.kill()
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or "(zombie)" in Path(f"/proc/{pid}/status").read_text())


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@needs_landlock
@pytest.mark.parametrize("older", [1, 2, 3, 4, 5, 6])
def test_each_version_of_landlock_is_asked_for_what_it_knows(tmp_path: Path, older: int) -> None:
    """Today's kernel knows what older ones did; here it is told to be one of them."""
    if confinement.version() < older:
        pytest.skip("this kernel's Landlock is older")
    code = f"""
import sys; sys.path.insert(0, {str(child.ROOT)!r})
from pathlib import Path
from drawing import confinement
confinement.version = lambda: {older}
confinement.renounce_privileges()
confinement.confine(Path({str(tmp_path)!r}), writable=True)
Path({str(tmp_path)!r}, "new").write_text("1")
open("/etc/passwd")
"""
    answer = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False)
    assert answer.stderr.strip().endswith(b"PermissionError: [Errno 13] Permission denied: '/etc/passwd'")


def test_without_landlock_a_child_works_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "version", lambda: 0)
    confinement.confine(tmp_path, writable=False)
    (tmp_path / "new").write_text("still free")


@needs_landlock
def test_packages_of_another_environment_are_found(tmp_path: Path) -> None:
    """Which a `.pth` file names; the project's folder stays closed, though it is on the path."""
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    elsewhere.mkdir()
    (elsewhere / "of_elsewhere.py").write_text("")
    code = f"""
import sys; sys.path.insert(0, {str(child.ROOT)!r}); sys.path.append({str(elsewhere)!r})
import pathlib
from drawing import confinement
confinement.confine(pathlib.Path({str(own)!r}), writable=False)
import of_elsewhere
try:
    open({str(child.ROOT / "pyproject.toml")!r})
except PermissionError:
    print("closed")
"""
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert ended.stdout == "closed\n", ended.stderr


async def test_a_child_stands_behind_whoever_answers_requests() -> None:
    process = await child.started()
    try:
        wait_until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0))
    finally:
        await child.ended(process)


def test_a_job_opens_only_so_many_files() -> None:
    code = f"""
import sys; sys.path.insert(0, {str(child.ROOT)!r})
from drawing.worker import Rlimits, _restrict
_restrict(Rlimits(3 << 30, 1 << 20, 20))
kept = [open("/dev/null") for _ in range(64)]
"""
    answer = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False)
    assert b"Too many open files" in answer.stderr


async def test_a_kernel_without_landlock_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(confinement, "version", lambda: 0)
    workshop = Workshop(settings(tmp_path, spare_processes=0))
    await workshop.prepare()
    assert [record.message[:16] for record in caplog.records] == ["No Landlock here"]
    await workshop.close()
