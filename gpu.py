"""The NVIDIA GPUs that this process may use, as their driver reports them, and the engine that they call for.

Asks the driver's management library (NVML) and leaves torch alone, so that this costs milliseconds on any machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from settings import EngineKind


@dataclass(frozen=True, slots=True)
class Gpu:
    """`memory_bytes` is all of the card, used or not; `capability` is CUDA's compute capability."""

    name: str
    memory_bytes: int
    capability: tuple[int, int]
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Who answers; `reason` goes on after a "because"."""

    kind: Literal["vllm", "embedded"]
    reason: str


def choose_engine(setting: EngineKind, gpus: tuple[Gpu, ...], vllm_installed: bool) -> EngineChoice:
    """The engine that `setting` asks for; `auto` takes vLLM where there is a GPU and vLLM is installed."""
    if setting != "auto":
        return EngineChoice(setting, f"QWEN_ENGINE={setting}")
    if not gpus:
        return EngineChoice("embedded", "no NVIDIA GPU was found")
    if not vllm_installed:
        return EngineChoice("embedded", f"vLLM is not installed, though there is a GPU: {gpus[0].name}")
    return EngineChoice("vllm", f"there is a GPU: {gpus[0].name}")


def gpus() -> tuple[Gpu, ...]:
    """The GPUs in the order of their PCI bus, as `CUDA_VISIBLE_DEVICES` selects them; none without a driver.

    CUDA itself counts in this order only with `CUDA_DEVICE_ORDER=PCI_BUS_ID`; unlike cards are named safely by UUID.
    """
    whole, slices = _present()
    return visible(whole, slices, os.environ.get("CUDA_VISIBLE_DEVICES"))


def visible(whole: tuple[Gpu, ...], slices: tuple[Gpu, ...], selection: str | None) -> tuple[Gpu, ...]:
    """What `CUDA_VISIBLE_DEVICES=selection` leaves: `whole` cards by index or UUID, MIG `slices` by UUID.

    Like CUDA, UUIDs may be shortened, and the first entry that names nothing hides everything behind it.
    """
    if selection is None:
        return whole
    chosen: list[Gpu] = []
    for entry in (part.strip() for part in selection.split(",")):
        gpu = _named(entry, whole, slices)
        if gpu is None:
            break
        chosen.append(gpu)
    return tuple(chosen)


def _named(entry: str, whole: tuple[Gpu, ...], slices: tuple[Gpu, ...]) -> Gpu | None:
    if entry.isdecimal():
        return whole[int(entry)] if int(entry) < len(whole) else None
    if not entry.startswith(("GPU-", "MIG-")):
        return None
    return next((gpu for gpu in whole + slices if gpu.uuid.startswith(entry)), None)


def _present() -> tuple[tuple[Gpu, ...], tuple[Gpu, ...]]:
    """Every card of the machine, and every MIG slice of them."""
    try:
        import pynvml
    except ImportError:
        return (), ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return (), ()
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        whole = tuple(_gpu(pynvml, handle, handle) for handle in handles)
        slices = tuple(_gpu(pynvml, part, handle) for handle in handles for part in _mig_slices(pynvml, handle))
    except pynvml.NVMLError:
        return (), ()
    finally:
        pynvml.nvmlShutdown()
    return whole, slices


def _gpu(nvml: Any, device: Any, card: Any) -> Gpu:
    return Gpu(
        name=nvml.nvmlDeviceGetName(card),
        memory_bytes=_memory_bytes(nvml, device),
        capability=tuple(nvml.nvmlDeviceGetCudaComputeCapability(card)),
        uuid=nvml.nvmlDeviceGetUUID(device),
    )


def _memory_bytes(nvml: Any, device: Any) -> int:
    try:
        return int(nvml.nvmlDeviceGetMemoryInfo(device).total)
    except nvml.NVMLError_NotSupported:
        # A GPU that shares the host's memory (GB10, Jetson) has none of its own to report.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _mig_slices(nvml: Any, card: Any) -> Iterator[Any]:
    try:
        count = nvml.nvmlDeviceGetMaxMigDeviceCount(card)
    except nvml.NVMLError:
        return
    for index in range(count):
        try:
            yield nvml.nvmlDeviceGetMigDeviceHandleByIndex(card, index)
        except nvml.NVMLError_NotFound:
            continue
