"""How one model is spread over several GPUs, and what of that the model and the machine allow.

Tensor parallel: every layer over GPUs that are joined closely. Pipeline parallel: some layers here, the next there,
for joints that are slow. Data parallel: engines side by side, each with the sheets of its own sessions; a mixture of
experts spreads its experts over them all the same, so that they step together. Expert parallel: whole experts on each
GPU in place of a slice of each.

What is refused here is what vLLM 0.32 would refuse after it has read the weights, or runs into with the first question.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from settings import Executor, Settings

#: Scales of quantised experts are kept for blocks of so many weights at least (vLLM's `refine_fp8_moe_block_shape` and
#: `moe_wna16`); smaller slices of an expert do not run.
LEAST_BLOCK = 32


class ParallelError(Exception):
    """The model cannot be spread so; the text names the settings, for the log."""


@dataclass(frozen=True, slots=True)
class Parallel:
    """Over how many GPUs a model's layers are sliced, staged and repeated; `executor` starts the processes."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1
    experts: bool = False
    executor: Executor = "auto"

    @classmethod
    def of(cls, settings: Settings) -> Parallel:
        return cls(
            settings.tensor_parallel_size,
            settings.pipeline_parallel_size,
            settings.data_parallel_size,
            settings.expert_parallel,
            settings.distributed_executor_backend,
        )

    @property
    def shards(self) -> int:
        """GPUs that hold one copy of the model."""
        return self.tensor * self.pipeline

    @property
    def gpus(self) -> int:
        return self.shards * self.data

    @property
    def slices(self) -> int:
        """Of a single expert: vLLM slices experts over the engines side by side, too, unless they are kept whole."""
        return 1 if self.experts else self.tensor * self.data

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """The engines side by side; `None` for the only one."""
        return tuple(range(self.data)) if self.data > 1 else (None,)

    def rank_of(self, session_id: str) -> int | None:
        """The engine that keeps a session's sheet: the same one in every process and after every start."""
        return self.ranks[zlib.crc32(session_id.encode()) % len(self.ranks)]

    def arguments(self) -> dict[str, Any]:
        """vLLM's names and values."""
        return {
            "tensor_parallel_size": self.tensor,
            "pipeline_parallel_size": self.pipeline,
            "data_parallel_size": self.data,
            "enable_expert_parallel": self.experts,
            "distributed_executor_backend": None if self.executor == "auto" else self.executor,
            # With several cards, each sees whole pictures rather than a slice of each: the vision tower is small.
            "mm_encoder_tp_mode": "data" if self.tensor > 1 else "weights",
        }


@dataclass(frozen=True, slots=True)
class ModelShape:
    """What of a model decides how it can be spread, from its `config.json`.

    `fed_layers` get the vision tower's inner features and have to lie in the first stage. `experts` and `expert_width`
    are 0 for a dense model, `block` is the side of a quantisation block or 0.
    """

    heads: int
    kv_heads: int
    layers: int
    fed_layers: int = 0
    experts: int = 0
    expert_width: int = 0
    block: int = 0

    @classmethod
    def of(cls, folder: Path) -> ModelShape:
        """Of a checkpoint in `folder`; `ParallelError` where its configuration says too little."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        text, quantisation = config.get("text_config", config), config.get("quantization_config") or {}
        blocks = quantisation.get("weight_block_size") or [quantisation.get("group_size") or 0]
        try:
            heads, layers = text["num_attention_heads"], text["num_hidden_layers"]
        except KeyError as error:
            raise ParallelError(f"{folder.name}/config.json has no {error.args[0]}") from error
        return cls(
            heads,
            text.get("num_key_value_heads") or heads,
            layers,
            len(config.get("vision_config", {}).get("deepstack_visual_indexes", ())),
            text.get("num_experts") or 0,
            text.get("moe_intermediate_size") or 0,
            max(0, *blocks),
        )


def check_machine(parallel: Parallel, gpus: int, *, async_scheduling: bool | None = None) -> None:
    """Raises `ParallelError` with all that stands against `parallel` on a machine with so many GPUs; 0: on its CPU."""
    _raise(_against_the_machine(parallel, gpus, async_scheduling))


def check_model(parallel: Parallel, shape: ModelShape, gpus: int) -> None:
    """Raises `ParallelError` with all that stands against `parallel` for a model of this shape."""
    _raise(_against_the_model(parallel, shape, gpus))


def _raise(faults: Iterator[str]) -> None:
    if found := "; ".join(faults):
        raise ParallelError(found)


def _against_the_machine(parallel: Parallel, gpus: int, async_scheduling: bool | None) -> Iterator[str]:
    here = parallel.executor != "ray"
    if here and 0 < gpus < parallel.gpus:
        yield f"{_sizes(parallel)} takes {parallel.gpus} GPUs, but this process sees {gpus} GPU(s)"
    if not here and find_spec("ray") is None:
        yield "QWEN_DISTRIBUTED_EXECUTOR_BACKEND=ray, but Ray is not installed"
    if not here and parallel.data > 1:
        yield (
            "QWEN_DATA_PARALLEL_SIZE is for the GPUs of one machine, not for QWEN_DISTRIBUTED_EXECUTOR_BACKEND=ray: "
            "take one service a machine (deploy/README.md)"
        )
    if parallel.pipeline > 1 and async_scheduling:
        yield "QWEN_ASYNC_SCHEDULING=true does not go with QWEN_PIPELINE_PARALLEL_SIZE: leave it empty"
    if not gpus and here and parallel.pipeline > 1:
        yield "QWEN_PIPELINE_PARALLEL_SIZE: vLLM's CPU build runs no pipeline"


def _against_the_model(parallel: Parallel, shape: ModelShape, gpus: int) -> Iterator[str]:
    tensor = parallel.tensor
    if shape.heads % tensor:
        yield f"QWEN_TENSOR_PARALLEL_SIZE={tensor} does not divide the model's {shape.heads} attention heads"
    elif shape.kv_heads % tensor and tensor % shape.kv_heads:
        yield f"QWEN_TENSOR_PARALLEL_SIZE={tensor} and the model's {shape.kv_heads} KV heads: neither divides the other"
    if shape.layers < parallel.pipeline:
        yield f"QWEN_PIPELINE_PARALLEL_SIZE={parallel.pipeline} is more than the model's {shape.layers} layers"
    elif parallel.pipeline > 1 and _first_stage(parallel, shape) < shape.fed_layers:
        yield (
            f"QWEN_PIPELINE_PARALLEL_SIZE={parallel.pipeline} leaves {_first_stage(parallel, shape)} of the model's "
            f"{shape.layers} layers to the first stage, which needs the {shape.fed_layers} that the vision tower feeds "
            "(VLLM_PP_LAYER_PARTITION divides them otherwise)"
        )
    if parallel.experts and not shape.experts:
        yield "QWEN_EXPERT_PARALLEL=true, but the model has no experts"
    elif shape.experts:
        yield from _against_the_experts(parallel, shape, gpus)


def _against_the_experts(parallel: Parallel, shape: ModelShape, gpus: int) -> Iterator[str]:
    slices = parallel.slices
    width, rest = divmod(shape.expert_width, slices)
    if rest:
        yield f"{_sizes(parallel)} slices the model's experts, {shape.expert_width} wide, into {slices} unequal parts"
    elif shape.block and math.gcd(width, shape.block) < LEAST_BLOCK:
        yield (
            f"{_sizes(parallel)} slices the model's experts to a width of {width}, which its quantisation in blocks of "
            f"{shape.block} does not allow: fewer GPUs, or QWEN_EXPERT_PARALLEL=true"
        )
    if not gpus and parallel.executor != "ray" and (parallel.data > 1 or (parallel.experts and parallel.tensor > 1)):
        yield "vLLM's CPU build slices experts, but neither spreads whole ones nor exchanges them between engines"


def _first_stage(parallel: Parallel, shape: ModelShape) -> int:
    """Layers of the first stage, as vLLM divides them: what is left over goes to the middle, of two to the first."""
    if partition := os.environ.get("VLLM_PP_LAYER_PARTITION"):
        return int(partition.split(",")[0])
    layers, over = divmod(shape.layers, parallel.pipeline)
    return layers + (over > 0 and parallel.pipeline <= over + 1)


def _sizes(parallel: Parallel) -> str:
    sizes = {
        "QWEN_TENSOR_PARALLEL_SIZE": parallel.tensor,
        "QWEN_PIPELINE_PARALLEL_SIZE": parallel.pipeline,
        "QWEN_DATA_PARALLEL_SIZE": parallel.data,
    }
    return " × ".join(f"{name}={size}" for name, size in sizes.items() if size > 1)
