"""What vLLM is started with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gpu import Gpu
from qwen.image import LEAST_AREA, area_of
from qwen.parallel import Parallel
from settings import Settings

#: The sheet, up to eight parts of it for a question, and those of the turns before that still fit.
PICTURES_PER_PROMPT = 12


#: Cards below this have little room beside the weights, and from this compute capability on the hardware reads FP8.
SMALL_CARD_BYTES, FP8_CAPABILITY = 32 * 1024**3, (8, 9)


def engine_arguments(settings: Settings, folder: Path, cards: Sequence[Gpu] = ()) -> dict[str, Any]:
    """vLLM's arguments. Processor arguments belong here: in a request they would change the names of pictures."""
    return _of_settings(settings, folder, cards) | settings.engine_args


def _of_settings(settings: Settings, folder: Path, cards: Sequence[Gpu]) -> dict[str, Any]:
    most_area = area_of(max(settings.overview_max_tokens, settings.crop_max_tokens))
    return Parallel.of(settings).arguments() | {
        "model": str(folder),
        "load_format": settings.load_format,
        "seed": settings.seed,
        "max_model_len": settings.max_model_len,
        "gpu_memory_utilization": settings.gpu_memory_utilization,
        "enforce_eager": settings.enforce_eager,
        "max_num_seqs": settings.max_num_seqs,
        "max_num_batched_tokens": settings.max_num_batched_tokens,
        "mm_processor_cache_gb": settings.mm_processor_cache_gb,
        # Without the 0, a video of the greatest size is profiled and takes the card's memory.
        "limit_mm_per_prompt": {"image": PICTURES_PER_PROMPT, "video": 0},
        "mm_processor_kwargs": {"size": {"shortest_edge": LEAST_AREA, "longest_edge": most_area}},
        "kv_cache_dtype": kv_cache_dtype(settings, cards),
        "async_scheduling": settings.async_scheduling,
        "enable_prefix_caching": True,
        "scheduling_policy": "priority",
        "structured_outputs_config": {"backend": settings.structured_outputs_backend, "disable_any_whitespace": True},
        **({} if cards else _whole_prompts(settings)),
    }


def _whole_prompts(settings: Settings) -> dict[str, Any]:
    """For vLLM's CPU build, 0.26 as well as 0.32: a piece of a prompt whose answer is drawn by a seed ends the engine.

    It takes back what the piece has drawn in a way that only CUDA's random numbers know ("CPU Generator does not use
    offset").
    """
    return {
        "enable_chunked_prefill": False,
        "max_num_batched_tokens": max(settings.max_num_batched_tokens, settings.max_model_len),
    }


def kv_cache_dtype(settings: Settings, cards: Sequence[Gpu]) -> str:
    """vLLM's name for how keys and values are kept: half as large on small cards that can read it so."""
    if settings.kv_cache_dtype != "auto":
        return settings.kv_cache_dtype
    used = cards[: Parallel.of(settings).gpus]
    small = any(card.memory_bytes < SMALL_CARD_BYTES for card in used)
    return "fp8" if small and all(card.capability >= FP8_CAPABILITY for card in used) else "auto"
