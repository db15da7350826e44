"""The GPUs of a machine, and the engine that they call for."""

from __future__ import annotations

import pytest

from gpu import Gpu, choose_engine, gpus, visible
from settings import EngineKind

L40S = Gpu("NVIDIA L40S", 48_305_799_168, (8, 9), "GPU-4711aaaa-0000")
H100 = Gpu("NVIDIA H100 80GB HBM3", 85_520_809_984, (9, 0), "GPU-4711bbbb-0000")
SLICE = Gpu("NVIDIA H100 80GB HBM3", 21_474_836_480, (9, 0), "MIG-0815cccc-0000")


@pytest.mark.parametrize(
    ("setting", "found", "vllm_installed", "kind"),
    [
        ("auto", (), False, "embedded"),
        ("auto", (), True, "embedded"),
        ("auto", (L40S,), False, "embedded"),
        ("auto", (L40S,), True, "vllm"),
        ("vllm", (), True, "vllm"),
        ("vllm", (), False, "vllm"),
        ("embedded", (L40S,), True, "embedded"),
    ],
)
def test_the_engine_follows_the_setting_then_the_machine(
    setting: EngineKind, found: tuple[Gpu, ...], vllm_installed: bool, kind: str
) -> None:
    choice = choose_engine(setting, found, vllm_installed)
    assert choice.kind == kind
    assert choice.reason


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (None, (L40S, H100)),
        ("0,1", (L40S, H100)),
        ("1", (H100,)),
        ("1,0", (H100, L40S)),
        ("", ()),
        ("-1", ()),
        ("0,-1,1", (L40S,)),
        ("7", ()),
        ("GPU-4711bbbb", (H100,)),
        ("GPU-4711bbbb-0000, 0", (H100, L40S)),
        ("GPU-none", ()),
        ("MIG-0815cccc-0000", (SLICE,)),
        ("NoDevFiles", ()),
    ],
)
def test_cuda_visible_devices_selects(selection: str | None, left: tuple[Gpu, ...]) -> None:
    assert visible((L40S, H100), (SLICE,), selection) == left


def test_hidden_gpus_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpus() == ()


def test_every_gpu_that_is_found_has_memory_and_a_capability() -> None:
    assert all(gpu.memory_bytes > 0 and gpu.capability >= (1, 0) for gpu in gpus())
