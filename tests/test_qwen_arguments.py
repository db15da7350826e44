"""What vLLM is started with."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from gpu import Gpu
from qwen.arguments import engine_arguments
from qwen.budget import Budget
from settings import Settings
from tests.fixtures_engine import warnings_of_vllm_ignored


def test_settings_reach_vllm() -> None:
    settings = Settings(max_model_len=12_288, tensor_parallel_size=2, gpu_memory_utilization=0.8, enforce_eager=True)
    arguments = engine_arguments(settings, Path("/models/qwen"))
    assert arguments["model"] == "/models/qwen"
    assert {name: arguments[name] for name in ("max_model_len", "tensor_parallel_size", "enforce_eager")} == {
        "max_model_len": 12_288,
        "tensor_parallel_size": 2,
        "enforce_eager": True,
    }


def test_no_memory_is_kept_for_videos() -> None:
    assert engine_arguments(Settings(), Path("."))["limit_mm_per_prompt"]["video"] == 0


def test_the_processor_takes_pictures_up_to_the_larger_budget() -> None:
    arguments = engine_arguments(Settings(overview_max_tokens=1024, crop_max_tokens=1500), Path("."))
    assert arguments["mm_processor_kwargs"]["size"]["longest_edge"] == 1500 * 32 * 32


def card(gib: float, *capability: int) -> Gpu:
    return Gpu("card", int(gib * 1024**3), (capability[0], capability[1]))


@pytest.mark.parametrize(
    ("cards", "kept_as"),
    [
        ((), "auto"),
        ((card(80, 9, 0),), "auto"),
        ((card(24, 8, 9),), "fp8"),
        ((card(24, 8, 6),), "auto"),
        ((card(24, 8, 9), card(24, 8, 6)), "fp8"),
    ],
)
def test_small_cards_that_can_keep_keys_and_values_in_eight_bits(cards: tuple[Gpu, ...], kept_as: str) -> None:
    assert engine_arguments(Settings(), Path("."), cards)["kv_cache_dtype"] == kept_as


def test_a_prompt_is_read_in_pieces_on_cards_alone() -> None:
    """A piece ends the engine of vLLM's CPU build where an answer is drawn by a seed."""
    settings = Settings(max_num_batched_tokens=2048, max_model_len=12_288)
    on_a_card, on_a_cpu = (engine_arguments(settings, Path("."), cards) for cards in ((card(80, 9, 0),), ()))
    assert on_a_card["max_num_batched_tokens"] == 2048
    assert "enable_chunked_prefill" not in on_a_card
    assert (on_a_cpu["enable_chunked_prefill"], on_a_cpu["max_num_batched_tokens"]) == (False, 12_288)


def test_a_setting_decides_how_keys_and_values_are_kept() -> None:
    arguments = engine_arguments(Settings(kv_cache_dtype="bfloat16"), Path("."), (card(24, 8, 9),))
    assert arguments["kv_cache_dtype"] == "bfloat16"


def test_more_arguments_go_before_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QWEN_ENGINE_ARGS", '{"quantization": "fp8", "enable_prefix_caching": false}')
    arguments = engine_arguments(Settings(), Path("."))
    assert (arguments["quantization"], arguments["enable_prefix_caching"]) == ("fp8", False)


def test_vllm_knows_every_argument() -> None:
    with warnings_of_vllm_ignored():
        arg_utils = pytest.importorskip("vllm.engine.arg_utils")
    known = {field.name for field in fields(arg_utils.AsyncEngineArgs)}
    assert engine_arguments(Settings(), Path(".")).keys() <= known


def test_the_budget_is_said_in_conversations_and_sheets() -> None:
    budget = Budget.of(100_000, 5_000, 16, image_cache_gb=4, picture_tokens=2048)
    assert str(budget) == "KV cache: 100,000 tokens, 20 conversations of 5,000; image cache: 341 sheets"
    assert not budget.is_tight


def test_fewer_conversations_than_questions_at_once_are_tight() -> None:
    assert Budget.of(20_000, 5_000, 16, image_cache_gb=4, picture_tokens=2048).is_tight
