"""Interpreters started ahead: used once, replaced afterwards, gone in the end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drawing.folder import original
from drawing.spares import Spares
from drawing.worker import Job, Rlimits
from tests import sheets
from tests.factories import limits


@pytest.fixture
async def spares() -> AsyncIterator[Spares]:
    made = Spares(2)
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
def survey(tmp_path: Path) -> Job:
    original(tmp_path).write_bytes(sheets.pdf())
    return Job("survey", tmp_path, limits(), Rlimits(3 << 30, 1 << 20, 20))


def pids(spares: Spares) -> list[int]:
    return [process.pid for process in spares._ready]


@contextmanager
def a_forked_process() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: this process has threads
        forked = os.fork()
    if forked == 0:
        time.sleep(60)
        os._exit(0)
    try:
        yield
    finally:
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_each_is_used_for_one_job_and_replaced(spares: Spares, survey: Job) -> None:
    before = pids(spares)
    outcome = await spares.run(survey, 20)
    await asyncio.gather(*spares._filling)
    assert outcome.result["kind"] == "pdf"
    assert len(pids(spares)) == 2
    assert len(set(before) & set(pids(spares))) == 1
    assert not is_running(before[1])


async def test_one_that_died_waiting_costs_nobody_a_job(spares: Spares, survey: Job) -> None:
    for pid in pids(spares):
        os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        await asyncio.gather(*(process.wait() for process in spares._ready))
    assert (await spares.run(survey, 20)).result["kind"] == "pdf"


async def test_a_process_forked_meanwhile_keeps_nobody_waiting(spares: Spares, survey: Job) -> None:
    """It has inherited the pipe through which a spare hears of its job."""
    with a_forked_process():
        assert (await spares.run(survey, 20)).result["kind"] == "pdf"


async def test_more_jobs_than_spares_start_their_own(spares: Spares, survey: Job) -> None:
    outcomes = await asyncio.gather(*(spares.run(survey, 20) for _ in range(4)))
    assert [outcome.result["kind"] for outcome in outcomes] == ["pdf"] * 4


async def test_none_is_left_after_the_end(survey: Job) -> None:
    spares = Spares(1)
    await spares.fill()
    (first,) = pids(spares)
    await spares.run(survey, 20)
    await spares.close()
    assert pids(spares) == []
    assert not is_running(first)


async def test_without_any_a_job_starts_its_own(survey: Job) -> None:
    spares = Spares(0)
    assert (await spares.run(survey, 20)).result["kind"] == "pdf"
    await spares.close()
    assert pids(spares) == []
