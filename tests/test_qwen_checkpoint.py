"""Which checkpoint a machine runs, and where its weights come from."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gpu import Gpu
from qwen.checkpoint import CheckpointError, arrived, choose_checkpoint, fetch, shown_name, why_not_fetched
from qwen.parallel import Parallel

MIB = 1024**2
BF16 = "Qwen/Qwen3-VL-30B-A3B-Instruct"
FP8 = "Qwen/Qwen3-VL-30B-A3B-Instruct-FP8"
AWQ = "QuantTrio/Qwen3-VL-30B-A3B-Instruct-AWQ"
DENSE_8B, DENSE_4B = "Qwen/Qwen3-VL-8B-Instruct", "Qwen/Qwen3-VL-4B-Instruct"

# As `nvidia-smi` reports them: MiB, compute capability.
H200, H100, A100, A100_40 = (143_771, (9, 0)), (81_559, (9, 0)), (81_920, (8, 0)), (40_960, (8, 0))
L40S, RTX_6000_ADA, A6000, RTX_8000 = (46_068, (8, 9)), (49_140, (8, 9)), (49_140, (8, 6)), (49_152, (7, 5))
RTX_5090, RTX_4090, RTX_3090, L4 = (32_607, (12, 0)), (24_564, (8, 9)), (24_576, (8, 6)), (23_034, (8, 9))
RTX_4080, T4, RTX_3060, V100 = (16_376, (8, 9)), (15_360, (7, 5)), (12_288, (8, 6)), (32_768, (7, 0))

Card = tuple[int, tuple[int, int]]


def cards(card: Card, count: int = 1) -> list[Gpu]:
    return [Gpu("a card", card[0] * MIB, card[1])] * count


@pytest.mark.parametrize(
    ("card", "model"),
    [
        (H200, BF16),
        (H100, BF16),
        (A100, BF16),
        (A100_40, AWQ),
        (L40S, FP8),
        (RTX_6000_ADA, FP8),
        (A6000, AWQ),
        (RTX_5090, AWQ),
        (RTX_4090, AWQ),
        (RTX_3090, AWQ),
        (L4, AWQ),
        (RTX_8000, DENSE_8B),
        (RTX_4080, DENSE_4B),
        (T4, DENSE_4B),
    ],
)
def test_a_card_gets_the_best_checkpoint_that_it_holds(card: Card, model: str) -> None:
    assert choose_checkpoint(cards(card)).model == model


@pytest.mark.parametrize(
    ("card", "count", "model"),
    [(RTX_4090, 2, FP8), (RTX_3090, 2, AWQ), (A6000, 2, BF16), (RTX_3090, 4, BF16), (RTX_4080, 4, DENSE_8B)],
)
def test_several_cards_share_a_larger_one(card: Card, count: int, model: str) -> None:
    assert choose_checkpoint(cards(card, count), parallel=Parallel(count)).model == model


def test_the_smallest_card_decides() -> None:
    assert choose_checkpoint(cards(H100) + cards(L4), parallel=Parallel(2)).model == FP8


def test_cards_beyond_the_number_asked_for_do_not_count() -> None:
    assert choose_checkpoint(cards(L4) + cards(H100)).model == AWQ


def test_less_of_the_card_holds_a_smaller_checkpoint() -> None:
    assert choose_checkpoint(cards(H100), gpu_memory_utilization=0.5).model == FP8


def test_the_reason_names_card_and_figures() -> None:
    reason = choose_checkpoint(cards(L40S)).reason
    assert reason == (
        "FP8 needs 33.5 of the 40.5 GiB that the engine may use of a card "
        "(1 × a card, 45.0 GiB, compute capability 8.9)"
    )


def test_a_setting_overrides_the_choice() -> None:
    assert choose_checkpoint((), model_path="Qwen/Qwen3-VL-2B-Instruct").model == "Qwen/Qwen3-VL-2B-Instruct"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (cards(RTX_3060), "the smallest needs 13.1 GiB, the engine may use 10.8"),
        (cards(V100), "7.5 is the least"),
        ([], "No NVIDIA GPU was found"),
    ],
)
def test_where_nothing_fits_the_error_says_why(found: list[Gpu], why: str) -> None:
    with pytest.raises(CheckpointError, match=why):
        choose_checkpoint(found)


@pytest.mark.parametrize(
    ("card", "parallel", "model"),
    [
        (L40S, Parallel(pipeline=2), BF16),  # stages hold half of the weights each
        (L40S, Parallel(data=2), FP8),  # engines side by side are counted with all of them
        (RTX_4090, Parallel(tensor=4), BF16),
        (RTX_4090, Parallel(data=4), DENSE_8B),  # slices of 192 are no whole quantisation blocks
        (RTX_4090, Parallel(data=4, experts=True), AWQ),
        (H100, Parallel(tensor=2, executor="ray"), BF16),  # one card here stands for another one elsewhere
    ],
)
def test_the_way_of_spreading_decides_too(card: Card, parallel: Parallel, model: str) -> None:
    count = 1 if parallel.executor == "ray" else parallel.gpus
    assert choose_checkpoint(cards(card, count), parallel=parallel).model == model


REPO, COMMIT = "acme/tiny", "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b"{}",
    "model.safetensors.index.json": b'{"weight_map": {"a": "model-1.safetensors"}}',
    "model-1.safetensors": b"weights",
}


class Hub(BaseHTTPRequestHandler):
    """As much of a Hugging Face hub as a download asks for: one repository with one tag, `v1`."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if not path.removeprefix("/api/models").startswith(f"/{REPO}/"):
            return self._refuse("RepoNotFound")
        if path.startswith(f"/api/models/{REPO}/revision/"):
            if path.rpartition("/")[2] not in ("main", "v1"):
                return self._refuse("RevisionNotFound")
            return self._answer(json.dumps({"id": REPO, "sha": COMMIT, "siblings": []}).encode())
        if path == f"/api/models/{REPO}/tree/{COMMIT}":
            return self._answer(json.dumps([entry(name) for name in FILES]).encode())
        return self._answer(FILES[path.removeprefix(f"/{REPO}/resolve/{COMMIT}/")])

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None: ...

    def _refuse(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hash(content):x}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


def entry(name: str) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(FILES[name]), "oid": f"{hash(FILES[name]):x}"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, and a hub that cannot be reached."""
    pytest.importorskip("huggingface_hub", reason="comes with vLLM")
    for name in ("HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def hub(cache: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.parametrize("revision", [None, "v1"])
async def test_a_checkpoint_is_fetched_from_the_hub(hub: None, revision: str | None) -> None:
    folder = await fetch(REPO, revision)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES


async def test_what_was_fetched_once_is_found_offline(hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = await fetch(REPO)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert await fetch(REPO) == folder


@pytest.mark.parametrize(
    ("model", "revision", "message"),
    [
        ("acme/none", None, "(the hub has no such repository). Get them with: hf download acme/none"),
        (REPO, "v9", f"(the hub has no such revision). Get them with: hf download {REPO} --revision v9"),
    ],
)
async def test_what_the_hub_does_not_have_is_said(hub: None, model: str, revision: str | None, message: str) -> None:
    with pytest.raises(CheckpointError) as missing:
        await fetch(model, revision)
    assert str(missing.value) == f"The weights of {model} are missing {message}"


async def test_a_hub_out_of_reach_is_said(cache: None) -> None:
    with pytest.raises(CheckpointError, match=r"\(the hub cannot be reached\). Get them with: hf download acme/tiny$"):
        await fetch(REPO)


def test_a_full_disk_is_said() -> None:
    pytest.importorskip("huggingface_hub", reason="comes with vLLM")
    assert why_not_fetched(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == "the disk is full"


async def test_an_empty_cache_offline_is_said(cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="not in the cache and HF_HUB_OFFLINE is set"):
        await fetch(REPO)


async def test_a_folder_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert await fetch(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("absent", ["config.json", "model-1.safetensors"])
async def test_a_folder_in_which_a_file_is_missing_is_refused(tmp_path: Path, absent: str) -> None:
    for name in FILES.keys() - {absent}:
        (tmp_path / name).write_bytes(FILES[name])
    with pytest.raises(CheckpointError, match=f"{absent} is missing"):
        await fetch(str(tmp_path))


async def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(CheckpointError, match=r"/no/such/folder is no complete checkpoint"):
        await fetch("/no/such/folder")


@pytest.mark.parametrize(
    ("model", "name"), [("", ""), (BF16, BF16), ("/models/qwen", "qwen"), ("./models/qwen/", "qwen")]
)
def test_a_model_is_shown_without_its_folder(model: str, name: str) -> None:
    assert shown_name(model) == name


def test_how_much_of_a_checkpoint_has_arrived_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants", reason="comes with vLLM")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    snapshot, blobs = tmp_path / "models--acme--tiny" / "snapshots" / "1", tmp_path / "models--acme--tiny" / "blobs"
    assert arrived("acme/tiny") is None
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    (blobs / "a.incomplete").write_bytes(b"x" * 300)
    assert arrived("acme/tiny") is None
    (snapshot / "model.safetensors.index.json").write_text('{"metadata": {"total_size": 1200}}')
    assert arrived("acme/tiny") == 0.25
