"""Whether a lock reaches the services of other machines on the same folder; the machines here differ in name alone."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_store import SessionStore
from sessions import neighbours
from sessions.neighbours import FOLDER, Presence, meet, present
from sessions.root_trial import RootUnfit
from sessions.uptime import Uptime
from tests.test_session_store import DAY_S

HERE, THERE = "this-machine", "another-machine"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    SessionStore(tmp_path / "root", DAY_S).prepare()
    return tmp_path / "root"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "BEAT_S", 0.1)
    monkeypatch.setattr(neighbours, "GONE_S", 1.0)
    monkeypatch.setattr(neighbours, "LOOK_S", 0.05)


@contextmanager
def living(root: Path, machine: str) -> Iterator[Presence]:
    """A service that beats in a thread."""
    presence, ended = Presence(root, machine), threading.Event()
    presence.begin()

    def beat() -> None:
        while not ended.wait(neighbours.BEAT_S):
            presence.beat()

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield presence
    finally:
        ended.set()
        thread.join()
        presence.end()


def names(root: Path) -> list[str]:
    return sorted(file.name.partition(".")[0] for file in (root / FOLDER).iterdir())


def test_a_lock_that_keeps_this_machine_out_reaches_far_enough(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    with living(root, THERE), caplog.at_level("INFO"):
        meet(root, HERE)
        assert names(root) == [THERE]
    assert "Locks reach 1 service(s)" in caplog.text


def test_a_lock_that_can_be_taken_here_although_its_service_lives_does_not(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`flock` says yes to everybody, as it does where locks stay on their machine."""
    monkeypatch.setattr(fcntl, "flock", lambda handle, operation: None)
    with living(root, THERE), pytest.raises(RootUnfit, match="from machine to machine"):
        meet(root, HERE)


def test_services_of_this_machine_are_left_to_its_own_trial(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda handle, operation: None)
    with living(root, HERE):
        meet(root, HERE)


@pytest.mark.parametrize(("since_s", "most_s"), [(0.0, 2.0), (60.0, 0.2)])
def test_a_service_that_was_killed_is_waited_for_and_cleared_away(root: Path, since_s: float, most_s: float) -> None:
    (root / FOLDER).mkdir()
    left = root / FOLDER / f"{THERE}.0123abcd"
    left.touch(mode=0o600)
    if since_s:
        os.utime(left, (time.time() - since_s, time.time() - since_s))
    began = time.monotonic()
    meet(root, HERE)
    assert time.monotonic() - began < most_s
    assert names(root) == []


async def test_a_running_service_is_seen_and_takes_its_leave(root: Path) -> None:
    now = Uptime.now()
    assert now is not None
    async with present(root):
        (file,) = (root / FOLDER).iterdir()
        assert file.name.startswith(now.boot_id)
        before = file.stat().st_mtime_ns
        await asyncio.sleep(0.5)
        assert file.stat().st_mtime_ns > before
    assert names(root) == []


async def test_a_cleaner_takes_the_presence_for_a_moment_only(root: Path) -> None:
    async with present(root):
        (file,) = (root / FOLDER).iterdir()
        file.unlink()
        await asyncio.sleep(0.5)
        assert len(names(root)) == 1


async def test_a_folder_that_cannot_be_written_is_served_all_the_same(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / FOLDER).touch()
    async with present(root):
        pass
    assert "cannot see this one" in caplog.text
