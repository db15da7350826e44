"""Several processes of the real vLLM behind one service: engines side by side, and one model in slices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.tiny_checkpoint import write_tiny_checkpoint
from errors import EngineUnavailable
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests.fixtures_engine import (
    START_S,
    EngineLoop,
    PaperDesk,
    answered,
    inquiry,
    new_desk,
    quick_start,
    warnings_of_vllm_ignored,
)

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed"),
    pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="a core for each of the two processes"),
]


@contextmanager
def started(loop: EngineLoop, settings: Settings, **more: Any) -> Iterator[QwenVisionService]:
    # An engine that counts takes the counters of the one before it out of the process's registry, for good.
    uncounted = {"engine_args": {"disable_log_stats": True}}
    service = QwenVisionService(settings.model_copy(update=uncounted | more))
    with quick_start(), warnings_of_vllm_ignored(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLLM_CPU_OMP_THREADS_BIND", "0|1")  # left to itself, vLLM wants a NUMA node for each process
        loop.run(service.start(), START_S)
    try:
        assert service.status == "healthy"
        yield service
    finally:
        with warnings_of_vllm_ignored():
            loop.run(service.close(), START_S)


def of_session(desk: PaperDesk, service: QwenVisionService, rank: int) -> PaperDesk:
    """The same sheet in a session that stays with the engine of this rank."""
    ids = (f"session-{number}" for number in range(100))
    return replace(desk, session_id=next(each for each in ids if service._parallel.rank_of(each) == rank))


@pytest.fixture(scope="module")
def two(
    engine_loop: EngineLoop, tiny_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[QwenVisionService]:
    """Two engines with a dense model: vLLM's CPU build cannot exchange experts between engines."""
    folder = write_tiny_checkpoint(tmp_path_factory.mktemp("models") / "tiny-qwen3-vl", dense=True)
    with started(engine_loop, tiny_settings, model_path=str(folder), data_parallel_size=2) as service:
        yield service


def cached(loop: EngineLoop, service: QwenVisionService, desk: PaperDesk) -> int:
    _, answer = loop.run(answered(service, inquiry(desk)))
    return answer.usage.cached_tokens


def test_a_session_finds_its_sheet_in_the_engine_that_it_stays_with(
    two: QwenVisionService, engine_loop: EngineLoop
) -> None:
    sheet = new_desk()
    here, there = (of_session(sheet, two, rank) for rank in (0, 1))
    engine_loop.run(two.warm(here))
    without = cached(engine_loop, two, of_session(new_desk(), two, 0))  # the rules alone, before another sheet
    assert cached(engine_loop, two, here) > without
    assert cached(engine_loop, two, there) <= without  # the other engine has not seen it
    assert cached(engine_loop, two, there) > without


def test_what_is_forgotten_is_forgotten_by_both(two: QwenVisionService, engine_loop: EngineLoop) -> None:
    sheet = new_desk()
    desks = [of_session(sheet, two, rank) for rank in (0, 1)]
    for desk in desks:
        engine_loop.run(two.warm(desk))
    engine_loop.run(two.forget(frozenset({"any"})))
    assert [cached(engine_loop, two, desk) for desk in desks] == [0, 0]


def test_a_probe_asks_both(two: QwenVisionService, engine_loop: EngineLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = two._engine
    ranks: list[int | None] = []
    generate = engine.generate

    def noted(*args: Any, data_parallel_rank: int | None, **named: Any) -> Any:
        ranks.append(data_parallel_rank)
        return generate(*args, data_parallel_rank=data_parallel_rank, **named)

    monkeypatch.setattr(engine, "generate", noted)
    engine_loop.run(two.probe())
    assert sorted(ranks, key=str) == [0, 1]


def test_an_extraction_stays_with_its_session_too(two: QwenVisionService, engine_loop: EngineLoop) -> None:
    desk = of_session(new_desk(), two, 1)
    proposal = engine_loop.run(two.propose(desk, "test", frozenset({"title_block"})))
    assert not proposal.complete  # it has room for 64 tokens


def test_a_model_in_two_slices_answers(engine_loop: EngineLoop, tiny_settings: Settings, tmp_path: Path) -> None:
    with started(engine_loop, tiny_settings, tensor_parallel_size=2) as service:
        desk = new_desk()
        first, second = (engine_loop.run(answered(service, inquiry(desk)))[1] for _ in range(2))
        assert first.markdown == second.markdown != ""
        assert second.usage.cached_tokens > first.usage.cached_tokens
    with pytest.raises(EngineUnavailable):
        engine_loop.run(answered(service, inquiry(desk)))
