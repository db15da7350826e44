"""What vLLM is started with."""

from __future__ import annotations

from pathlib import Path

from qwen.arguments import engine_arguments
from settings import Settings


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
