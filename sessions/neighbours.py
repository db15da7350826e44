"""Services of other machines on the same folder: whether a lock that one of them holds keeps this one out.

Each service holds a lock in the folder as long as it lives, and touches that file every few seconds. A lock of another
machine that can be taken here although its file is still being touched does not reach as far as the folder does. No
mount's option has to be known for that; `root_trial.py` reads those, and tries what one machine can see by itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import private_file
from sessions.root_trial import RootUnfit
from sessions.uptime import Uptime

log = logging.getLogger("drawing_service")

FOLDER = ".neighbours"
#: s between two touches, and without one after which a service is gone.
BEAT_S, GONE_S = 5.0, 20.0
LOOK_S = 0.5


class Presence:
    """The lock and the beat of one service on the machine whose start `machine` names."""

    def __init__(self, root: Path, machine: str) -> None:
        self._file = root / FOLDER / f"{machine}.{uuid.uuid4().hex[:8]}"
        self._handle: int | None = None

    def begin(self) -> None:
        """Takes the lock, on a new file where the old one was cleaned away."""
        self.end()
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        self._handle = private_file.try_lock(self._file, create=True)

    def beat(self) -> None:
        try:
            os.utime(self._file)  # without a time: the file server's own, which all machines see alike
        except FileNotFoundError:
            self.begin()

    def end(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                self._file.unlink()
            os.close(self._handle)
            self._handle = None


@asynccontextmanager
async def present(root: Path) -> AsyncIterator[None]:
    """Lets others see this service. Where that fails, it serves all the same: a full disk can still be read."""
    now = Uptime.now()
    presence = Presence(root, now.boot_id if now else "unknown")
    await asyncio.to_thread(_tried, presence.begin)
    beating = asyncio.create_task(_beat_for_ever(presence))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await asyncio.to_thread(presence.end)


async def _beat_for_ever(presence: Presence) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        await asyncio.to_thread(_tried, presence.beat)


def _tried(step: Callable[[], None]) -> None:
    try:
        step()
    except OSError as error:
        log.warning("Services of other machines cannot see this one: %s", error.strerror)


def meet(root: Path, machine: str | None = None) -> None:
    """Raises `RootUnfit` where a service of another machine lives whose lock can be taken here.

    Blocks for up to `GONE_S` where one ended without taking its leave a moment ago.
    """
    now = Uptime.now()
    try:
        _meet(root / FOLDER, machine or (now.boot_id if now else "unknown"))
    except OSError as error:
        log.warning("Services of other machines cannot be seen: %s", error.strerror)


def _meet(folder: Path, here: str) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    others = [file for file in folder.iterdir() if file.name.partition(".")[0] != here]
    free = [file for file in others if _can_be_taken(file)]
    if held := len(others) - len(free):
        log.info("Locks reach %d service(s) of other machines on the same folder", held)
    for file in free:
        if _still_beats(file, _time_there(folder)):
            raise RootUnfit(
                "a service of another machine uses it, and the lock that it holds can be taken here: locks do not "
                "reach from machine to machine. Mount it as NFSv4, or with a lock service"
            )
        with suppress(OSError):
            file.unlink()


def _can_be_taken(file: Path) -> bool:
    try:
        handle = private_file.try_lock(file)
    except OSError:  # it has just taken its leave
        return False
    if handle is not None:
        os.close(handle)
    return handle is not None


def _time_there(folder: Path) -> float:
    """Seconds since the epoch by the clock that dates the files of `folder`."""
    file = folder / f"clock.{uuid.uuid4().hex[:8]}"
    try:
        file.touch(mode=0o600)
        return file.stat().st_mtime
    finally:
        file.unlink(missing_ok=True)


def _still_beats(file: Path, now: float) -> bool:
    """Whether `file` is touched before it counts as left behind."""
    touched = _touched(file)
    if touched is None or now - touched > GONE_S:
        return False
    deadline = time.monotonic() + GONE_S - (now - touched)
    while time.monotonic() < deadline:
        if (again := _touched(file)) != touched:
            return again is not None
        time.sleep(LOOK_S)
    return False


def _touched(file: Path) -> float | None:
    """When `file` was touched last; opened for it, because NFS asks the server then."""
    try:
        handle = private_file.opened(file, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.fstat(handle).st_mtime
    finally:
        os.close(handle)
