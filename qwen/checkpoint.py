"""Which Qwen3-VL checkpoint a machine runs, and where its weights lie.

Run as a program it fetches one: `python -m qwen.checkpoint REPO [REVISION]` prints the folder. The service runs it so,
because a download of 60 GB in a thread of its own could not be ended.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gpu import Gpu
from qwen.parallel import Parallel

GIB = 1024**3
ROOT = Path(__file__).resolve().parent.parent

#: GiB a card needs beside weights and KV cache: CUDA context and graphs, activations of 8,192 batched tokens, and the
#: vision tower's profiling run. Computed, with little slack: an L4 (22.5 GiB) must still take the 4-bit checkpoint.
WORKSPACE_GIB = 2.5

#: Turing: the oldest that CUDA 13, and so this vLLM, runs on.
LEAST_CAPABILITY = (7, 5)

NOT_FETCHED = 3


class CheckpointError(Exception):
    """No model can be started; the text says why and what to do, for the log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A hub id or a folder; `reason` goes on after a "because"."""

    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """`weights_gib` on the card; `kv_kib` of KV cache for one token, 16 bit (layers × KV heads × 128 × 2 × 2 bytes).

    `most_slices` of a quantised expert (768 wide) are still whole quantisation blocks (128 wide), as the fastest
    kernels want them.
    """

    model: str
    precision: str
    weights_gib: float
    kv_kib: int
    capability: tuple[int, int]
    most_slices: int = 8

    def needed_gib(self, shards: int, max_model_len: int) -> float:
        """GiB on each of `shards` cards with one context of `max_model_len` tokens."""
        return (self.weights_gib + self.kv_kib * max_model_len / 1024**2) / shards + WORKSPACE_GIB


#: Best first. Weights from the sizes of the repositories' files; capabilities: FP8 arithmetic from Ada on, the 4-bit
#: kernels from Ampere on.
CANDIDATES = (
    _Candidate("Qwen/Qwen3-VL-30B-A3B-Instruct", "bf16", 58.0, 96, (8, 0)),
    _Candidate("Qwen/Qwen3-VL-30B-A3B-Instruct-FP8", "FP8", 29.5, 96, (8, 9), most_slices=2),
    _Candidate("QuantTrio/Qwen3-VL-30B-A3B-Instruct-AWQ", "4-bit AWQ", 16.0, 96, (8, 0), most_slices=2),
    _Candidate("Qwen/Qwen3-VL-8B-Instruct", "16 bit", 16.4, 144, LEAST_CAPABILITY),
    _Candidate("Qwen/Qwen3-VL-4B-Instruct", "16 bit", 8.3, 144, LEAST_CAPABILITY),
)


def choose_checkpoint(
    gpus: Sequence[Gpu],
    *,
    model_path: str = "",
    parallel: Parallel = Parallel(),  # noqa: B008 - frozen
    gpu_memory_utilization: float = 0.9,
    max_model_len: int = 16_384,
) -> Checkpoint:
    """`model_path` if given, else the best checkpoint that the first cards hold, as many as `parallel` takes.

    Experts that are spread over engines side by side are counted as if each engine had all of them. Raises
    `CheckpointError` where none fits.
    """
    if model_path:
        return Checkpoint(model_path, "QWEN_MODEL names it")
    cards, shards = _cards(gpus, parallel), parallel.shards
    smallest = min(cards, key=lambda card: card.memory_bytes)
    capability = min(card.capability for card in cards)
    budget = smallest.memory_bytes / GIB * gpu_memory_utilization
    for candidate in CANDIDATES:
        needed = candidate.needed_gib(shards, max_model_len)
        if needed <= budget and capability >= candidate.capability and parallel.slices <= candidate.most_slices:
            return Checkpoint(candidate.model, _reason(smallest, capability, parallel.gpus, candidate, needed, budget))
    raise CheckpointError(_nothing_fits(smallest, capability, shards, max_model_len, budget))


def _cards(gpus: Sequence[Gpu], parallel: Parallel) -> Sequence[Gpu]:
    """Those that the model will lie on; of several machines this one's stand for all."""
    if not gpus:
        raise CheckpointError("No NVIDIA GPU was found: name a small checkpoint in QWEN_MODEL, or QWEN_ENGINE=embedded")
    return gpus[: parallel.gpus]


def _card(gpu: Gpu, capability: tuple[int, int], count: int) -> str:
    return f"{count} × {gpu.name}, {gpu.memory_bytes / GIB:.1f} GiB, compute capability {capability[0]}.{capability[1]}"


def _reason(
    gpu: Gpu, capability: tuple[int, int], count: int, candidate: _Candidate, needed: float, budget: float
) -> str:
    needs = f"{candidate.precision} needs {needed:.1f} of the {budget:.1f} GiB that the engine may use of a card"
    return f"{needs} ({_card(gpu, capability, count)})"


def _nothing_fits(gpu: Gpu, capability: tuple[int, int], count: int, max_model_len: int, budget: float) -> str:
    card = _card(gpu, capability, count)
    if capability < LEAST_CAPABILITY:
        least_of_all = ".".join(map(str, LEAST_CAPABILITY))
        return f"No checkpoint runs on {card}: {least_of_all} is the least. Take QWEN_ENGINE=embedded"
    least = min(candidate.needed_gib(count, max_model_len) for candidate in CANDIDATES)
    return (
        f"No checkpoint fits {card}: the smallest needs {least:.1f} GiB, the engine may use {budget:.1f}. Lower "
        "QWEN_MAX_MODEL_LEN, raise QWEN_TENSOR_PARALLEL_SIZE, or take QWEN_ENGINE=embedded"
    )


async def fetch(model: str, revision: str | None = None) -> Path:
    """The folder with `model`'s files: the folder itself, else the hub's, downloaded where it is not there yet.

    The progress goes to stderr; `HF_HUB_OFFLINE`, `HF_HOME` and `HF_ENDPOINT` work as ever. Cancelling ends the
    download; what has arrived stays for the next one. Raises `CheckpointError`.
    """
    folder = Path(model) if looks_like_folder(model) else await _downloaded(model, revision)
    absent = absent_file(folder)
    if absent is None:
        return folder
    if looks_like_folder(model):
        raise CheckpointError(f"{model} is no complete checkpoint: {absent} is missing")
    raise CheckpointError(missing_weights(model, revision, f"{absent} has not been downloaded"))


def arrived(model: str) -> float | None:
    """The share of a hub model's weights that is in the cache, 0-1; `None` before its index is there."""
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE) / f"models--{model.replace('/', '--')}"
    with suppress(OSError, ValueError, KeyError, TypeError, StopIteration):  # files come and get other names meanwhile
        index = next(folder.glob("snapshots/*/model.safetensors.index.json"))
        total: int = json.loads(index.read_text(encoding="utf-8"))["metadata"]["total_size"]
        there = sum(blob.stat().st_size for blob in folder.glob("blobs/*"))
        return min(there / total, 1.0)
    return None


def looks_like_folder(model: str) -> bool:
    return Path(model).is_dir() or model.startswith(("/", ".", "~"))


def shown_name(model: str) -> str:
    """A hub id as it is; of a folder its name alone, because paths are nobody's business."""
    return Path(model).name if looks_like_folder(model) else model


def absent_file(folder: Path) -> str | None:
    """The first file without which `folder` is no checkpoint: its configuration, or a shard that its index names."""
    if not (folder / "config.json").is_file():
        return "config.json"
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return None
    shards = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    return next((shard for shard in shards if not (folder / shard).is_file()), None)


def missing_weights(model: str, revision: str | None, why: str) -> str:
    """The one message about weights that are not there, with the command that gets them."""
    at = f" --revision {revision}" if revision else ""
    return f"The weights of {model} are missing ({why}). Get them with: hf download {model}{at}"


async def _downloaded(model: str, revision: str | None) -> Path:
    command = [sys.executable, "-m", __name__, model, *([revision] if revision else [])]
    child = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, env=os.environ | _progress()
    )
    try:
        output, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    lines = output.decode(errors="replace").strip().splitlines() or [f"exit code {child.returncode}"]
    if child.returncode != 0:
        raise CheckpointError(missing_weights(model, revision, lines[-1]))
    return Path(lines[-1])


def _progress() -> dict[str, str]:
    """What makes the hub's progress bars show in a log file, too, where they would hide; now and then is enough."""
    return {} if sys.stderr.isatty() else {"TQDM_POSITION": "-1", "TQDM_MININTERVAL": "10"}


def main(arguments: Sequence[str]) -> int:
    """Downloads `REPO [REVISION]`; prints the folder, or else one line that says why there is none."""
    from huggingface_hub import snapshot_download

    model, revision = arguments[0], (arguments[1] if len(arguments) > 1 else None)
    try:
        folder = snapshot_download(model, revision=revision, ignore_patterns=["*.bin", "*.pth", "*.gguf", "*.md"])
    except Exception as error:  # whatever it was, the weights are not there
        print(why_not_fetched(error))
        return NOT_FETCHED
    print(folder)
    return 0


def why_not_fetched(error: Exception) -> str:
    """A download's failure in one line."""
    from huggingface_hub import constants, errors

    if os.strerror(errno.ENOSPC) in str(error):  # in the text, because the hub's Rust part raises its own kind
        return "the disk is full"
    if isinstance(error, errors.GatedRepoError):
        return "the repository asks for an access token: hf auth login"
    if isinstance(error, errors.RevisionNotFoundError):
        return "the hub has no such revision"
    if isinstance(error, errors.RepositoryNotFoundError):
        return "the hub has no such repository"
    if constants.HF_HUB_OFFLINE:
        return "they are not in the cache and HF_HUB_OFFLINE is set"
    if isinstance(error, errors.LocalEntryNotFoundError):
        return "the hub cannot be reached"
    return f"{type(error).__name__}: {error}".splitlines()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
