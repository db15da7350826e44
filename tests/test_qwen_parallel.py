"""Which ways of spreading a model run, and where a session's sheet is kept among engines side by side."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.tiny_checkpoint import write_tiny_checkpoint
from qwen.arguments import engine_arguments
from qwen.parallel import ModelShape, Parallel, ParallelError, check_machine, check_model
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests.fixtures_engine import warnings_of_vllm_ignored

#: As their `config.json` have it.
A3B = ModelShape(heads=32, kv_heads=4, layers=48, fed_layers=3, experts=128, expert_width=768)
A3B_FP8 = ModelShape(heads=32, kv_heads=4, layers=48, fed_layers=3, experts=128, expert_width=768, block=128)
A22B_FP8 = ModelShape(heads=64, kv_heads=4, layers=94, fed_layers=3, experts=128, expert_width=1536, block=128)
DENSE_8B = ModelShape(heads=32, kv_heads=8, layers=36, fed_layers=3)
DENSE_2B = ModelShape(heads=16, kv_heads=8, layers=28, fed_layers=3)


@pytest.mark.parametrize(
    ("parallel", "shape", "gpus"),
    [
        (Parallel(), A3B, 1),
        (Parallel(tensor=2), A3B, 2),
        (Parallel(tensor=8), A3B, 8),  # KV heads are kept twice each
        (Parallel(tensor=4), A3B_FP8, 4),  # slices of 192: scales are kept for blocks of 64
        (Parallel(tensor=8), A3B_FP8, 8),
        (Parallel(tensor=16, experts=True), A3B_FP8, 16),
        (Parallel(tensor=8, pipeline=2), A22B_FP8, 16),
        (Parallel(pipeline=16), A3B, 16),
        (Parallel(pipeline=5), A3B, 5),  # 9, 9, 10, 10, 10 layers
        (Parallel(data=8), A3B, 8),
        (Parallel(tensor=2, pipeline=2, data=2), A3B, 8),
        (Parallel(tensor=2), A3B, 0),
        (Parallel(data=2), DENSE_2B, 0),
        (Parallel(tensor=4, pipeline=4), DENSE_8B, 16),
    ],
)
def test_what_runs_is_let_through(parallel: Parallel, shape: ModelShape, gpus: int) -> None:
    check_machine(parallel, gpus)
    check_model(parallel, shape, gpus)


@pytest.mark.parametrize(
    ("parallel", "shape", "why"),
    [
        (Parallel(tensor=3), A3B, "QWEN_TENSOR_PARALLEL_SIZE=3 does not divide the model's 32 attention heads"),
        (Parallel(tensor=6), ModelShape(24, 4, 8), "and the model's 4 KV heads: neither divides the other"),
        (Parallel(tensor=16), A3B_FP8, "to a width of 48, which its quantisation in blocks of 128 does not allow"),
        (Parallel(tensor=4, data=4), A3B_FP8, "QWEN_TENSOR_PARALLEL_SIZE=4 × QWEN_DATA_PARALLEL_SIZE=4 slices"),
        (Parallel(tensor=1, data=5), A3B, "into 5 unequal parts"),
        (Parallel(pipeline=49), A3B, "QWEN_PIPELINE_PARALLEL_SIZE=49 is more than the model's 48 layers"),
        (Parallel(pipeline=20), A3B, "leaves 2 of the model's 48 layers to the first stage, which needs the 3"),
        (Parallel(tensor=2, experts=True), DENSE_8B, "QWEN_EXPERT_PARALLEL=true, but the model has no experts"),
    ],
)
def test_what_a_model_does_not_allow_is_told_by_the_settings_name(
    parallel: Parallel, shape: ModelShape, why: str
) -> None:
    with pytest.raises(ParallelError) as refused:
        check_model(parallel, shape, parallel.gpus)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("parallel", "gpus", "planned_ahead", "why"),
    [
        (Parallel(tensor=2), 1, None, "QWEN_TENSOR_PARALLEL_SIZE=2 takes 2 GPUs, but this process sees 1"),
        (Parallel(2, 2, 2), 4, None, "=2 × QWEN_PIPELINE_PARALLEL_SIZE=2 × QWEN_DATA_PARALLEL_SIZE=2 takes 8 GPUs"),
        (Parallel(data=2, executor="ray"), 2, None, "one service a machine"),
        (Parallel(tensor=2, executor="ray"), 2, None, "Ray is not installed"),
        (Parallel(pipeline=2), 2, True, "QWEN_ASYNC_SCHEDULING=true does not go with QWEN_PIPELINE_PARALLEL_SIZE"),
        (Parallel(pipeline=2), 0, None, "vLLM's CPU build runs no pipeline"),
    ],
)
def test_what_a_machine_does_not_allow_is_told_by_the_settings_name(
    parallel: Parallel, gpus: int, planned_ahead: bool | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwen.parallel.find_spec", lambda name: None)
    with pytest.raises(ParallelError) as refused:
        check_machine(parallel, gpus, async_scheduling=planned_ahead)
    assert why in str(refused.value)


def test_gpus_of_other_machines_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwen.parallel.find_spec", lambda name: name)
    check_machine(Parallel(tensor=8, pipeline=2, executor="ray"), 8)


@pytest.mark.parametrize("parallel", [Parallel(data=2), Parallel(tensor=2, experts=True)])
def test_experts_that_move_are_refused_on_a_cpu(parallel: Parallel) -> None:
    with pytest.raises(ParallelError, match="CPU build"):
        check_model(parallel, A3B, 0)


def test_layers_divided_by_hand_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = ModelShape(heads=4, kv_heads=2, layers=4, fed_layers=3)
    with pytest.raises(ParallelError, match="VLLM_PP_LAYER_PARTITION"):
        check_model(Parallel(pipeline=2), shape, 2)
    monkeypatch.setenv("VLLM_PP_LAYER_PARTITION", "3,1")
    check_model(Parallel(pipeline=2), shape, 2)


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        (
            {
                "text_config": {
                    "num_attention_heads": 32, "num_key_value_heads": 4, "num_hidden_layers": 48, "num_experts": 128,
                    "moe_intermediate_size": 768,
                },
                "vision_config": {"deepstack_visual_indexes": [8, 16, 24]},
                "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]},
            },
            A3B_FP8,
        ),
        ({"num_attention_heads": 8, "num_hidden_layers": 2}, ModelShape(8, 8, 2)),
        (
            {"num_attention_heads": 8, "num_hidden_layers": 2, "quantization_config": {"bits": 4, "group_size": 64}},
            ModelShape(8, 8, 2, block=64),
        ),
    ],
)  # fmt: skip
def test_a_models_shape_is_read_from_its_configuration(
    tmp_path: Path, config: dict[str, Any], shape: ModelShape
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert ModelShape.of(tmp_path) == shape


def test_a_configuration_without_a_shape_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ParallelError, match="has no num_attention_heads"):
        ModelShape.of(tmp_path)


async def test_what_does_not_run_is_told_before_a_model_is_loaded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("vllm", reason="vLLM is not installed")
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    service = QwenVisionService(Settings(model_path=str(folder), load_format="dummy", tensor_parallel_size=3))
    await service.start()
    assert service.status == "dead"
    assert "QWEN_TENSOR_PARALLEL_SIZE=3 does not divide the model's 4 attention heads" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_session_keeps_its_engine_and_engines_get_their_share() -> None:
    parallel = Parallel(data=4)
    sessions = [str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128)) for number in range(2000)]
    assert parallel.rank_of("ef0da35f-49a4-41e8-8cab-605f52351b39") == 1  # in every process, after every start
    shares = Counter(map(parallel.rank_of, sessions))
    assert shares.keys() == {0, 1, 2, 3}
    assert min(shares.values()) > 420
    assert {Parallel().rank_of(session) for session in sessions} == {None}


def test_the_settings_reach_vllms_own_configuration() -> None:
    with warnings_of_vllm_ignored():
        arg_utils = pytest.importorskip("vllm.engine.arg_utils")
    settings = Settings(
        tensor_parallel_size=2, pipeline_parallel_size=4, data_parallel_size=3, expert_parallel=True,
        distributed_executor_backend="mp",
    )  # fmt: skip
    arguments = arg_utils.AsyncEngineArgs(**engine_arguments(settings, Path("/models/qwen")))
    assert (arguments.tensor_parallel_size, arguments.pipeline_parallel_size, arguments.data_parallel_size) == (2, 4, 3)
    assert (arguments.enable_expert_parallel, arguments.distributed_executor_backend) == (True, "mp")
    assert arguments.mm_encoder_tp_mode == "data"
    alone = arg_utils.AsyncEngineArgs(**engine_arguments(Settings(), Path("/models/qwen")))
    assert (alone.distributed_executor_backend, alone.mm_encoder_tp_mode) == (None, "weights")
