"""An engine that dies is noticed and started again, a silent one is asked, a hopeless one given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import engine_watch
from engine_watch import EngineWatch
from tests.factories import settings
from tests.small_engine import SmallEngine


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "LOOK_S", 0.005)


@asynccontextmanager
async def watched(engine: SmallEngine, root: Path, **changed: Any) -> AsyncIterator[asyncio.Task[bool]]:
    chosen = settings(root, **{"engine_restart_pause_s": 0, **changed})
    watch = EngineWatch(engine, chosen, lambda: engine.events.append("told"))
    task = asyncio.create_task(watch.run())
    await until(lambda: engine.status != "loading")
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("did not come true within 10 s")


async def test_a_dead_engine_is_closed_and_started_again(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path):
        engine.status = "dead"
        await until(lambda: "told" in engine.events)
    assert engine.events == ["start", "close", "start", "told"]


async def test_an_engine_that_never_started_is_left_alone(tmp_path: Path) -> None:
    engine = SmallEngine(starts=0)
    async with watched(engine, tmp_path) as task:
        assert await task is False
    assert engine.events == ["start"]


async def test_an_engine_that_cannot_be_started_again_is_given_up(tmp_path: Path) -> None:
    engine = SmallEngine(starts=1)
    async with watched(engine, tmp_path, engine_restarts=3) as task:
        engine.status = "dead"
        assert await task is True
    assert engine.events.count("start") == 4


async def test_an_engine_that_dies_again_and_again_is_given_up(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path, engine_restarts=2) as task:
        for _ in range(3):
            await until(lambda: engine.status == "healthy")
            engine.status = "dead"
        assert await task is True


async def test_restarts_of_long_ago_do_not_count(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path, engine_restarts=1, engine_restart_window_s=0.02):
        for times in range(1, 4):
            await asyncio.sleep(0.05)
            engine.status = "dead"
            await until(lambda: engine.events.count("told") == times)  # noqa: B023 - awaited in the same round
    assert engine.status == "healthy"


async def test_a_silent_engine_that_answers_is_kept(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path, canary_idle_s=60):
        for times in range(1, 4):
            engine.silent_s = 60.0
            await until(lambda: engine.events.count("probe") == times)  # noqa: B023 - awaited in the same round
    assert set(engine.events) == {"start", "probe"}


async def test_a_silent_engine_that_twice_does_not_answer_is_started_again(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path, canary_idle_s=60, canary_timeout_s=0.01):
        engine.is_hung, engine.silent_s = True, 60.0
        await until(lambda: "told" in engine.events)
        engine.silent_s = 0.0
    assert engine.events[:6] == ["start", "probe", "probe", "close", "start", "told"]


async def test_an_engine_that_talks_is_not_asked(tmp_path: Path) -> None:
    engine = SmallEngine()
    async with watched(engine, tmp_path, canary_idle_s=60):
        await asyncio.sleep(0.05)
    assert engine.events == ["start"]
