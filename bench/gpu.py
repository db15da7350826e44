"""The service with a model of real size on a GPU: memory, start-up, time to the first token, tokens a second.

    python -m bench.gpu [--tiny] [--run VARIANT[+VARIANT…] …] [--checkpoint FOLDER] [--drawings FOLDER]
                        [--results FOLDER] [--log FOLDER]

It writes the checkpoint of Qwen3-VL-30B-A3B in its real architecture and size, starts this service on it with random
weights, uploads A3 sheets and asks. Every figure is then the real one but for the words of the answers. `--run` names
what is measured (`VARIANTS`); variants joined by a plus are loaded at the same time onto one card, each with a KV cache
of so many GiB, and measured one after the other: a start takes longer than its measurement. Figures of earlier runs are
kept in `gpu.json` of `--results`, from which `gpu.md` is written anew. `--drawings` names a folder with sheets to
upload and ask about besides. `--tiny` runs all of it with the tiny model on vLLM's build for CPUs; there, "fp8" is the
model's own precision, because that build quantises nothing while it loads, and nothing is compiled or captured.

Where a card can be had for minutes only, one call a line, in this order (estimates from a first run on an H200: a start
takes 100 to 130 s, 40 of them `torch.compile`; "bf16" then asks for 150 s, "openai" for 60, "pictures" and every "fp8"
for 40):

    --run bf16                                            start-up, memory, every kind of question, up to 64 at once
    --run 'openai+fp8, KV in fp8'                         vLLM's own server, which finds the graph of "bf16" compiled
    --run 'fp8+fp8, no graphs+fp8, no async scheduling'   three of 30 GiB and their KV caches fit onto 139 GiB
    --run 'pictures+fp8, no prefix cache'                 prefill by picture size; the graph of "fp8" is there
    --run 'fp8, batched 2048+fp8, batched 16384'

with the same `--checkpoint` and `VLLM_CACHE_ROOT` each time: what vLLM has compiled it finds again only for a model of
the same path. The others are compiled anew, whatever they are set beside: vLLM counts the KV cache's type, eager mode,
async scheduling and the batch's size to what a graph depends on.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pymupdf

from bench.drawn_sheets import Order, draw
from bench.engine_log import EngineLog, has_its_own_process
from bench.full_checkpoint import write_full_checkpoint
from bench.gpu_report import aims_of, markdown
from bench.gpu_talks import (
    FULL,
    LETTERED,
    PLAIN,
    SHORT,
    TEMPERATURE,
    TINY,
    Scale,
    asked,
    crowd,
    figure,
    grown,
    picture_of,
    prefills,
    stages,
    uploaded,
)
from bench.report import conclude, machine, parser
from bench.servers import free_port, served
from bench.talkers import TIMEOUT_S, OpenAiTalker, ServiceTalker, Talker
from bench.tiny_checkpoint import write_tiny_checkpoint

T = TypeVar("T")

#: As many conversations as are had at once, a context for each as the service has by default.
SEQUENCES, CONTEXT, BATCHED, SHEET_TOKENS = 64, 16_384, 8192, 2048
#: Of a card that is shared: what vLLM finds free at its start; its KV cache is given in bytes.
SHARE = 0.25
MODEL = "measured"
#: Of text and of pictures of one size, and image tokens of the sheets about which the texts are asked.
REPEATS, ASKER_TOKENS = 3, 1024
WARM_UPS = "drawing_service_warm_up_seconds_count"


@dataclass(frozen=True, slots=True)
class Variant:
    """What is started: this service with `env` and more arguments for vLLM, or vLLM's own server."""

    env: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    kv_gib: int = 10  # on a card that is shared
    pictures: bool = False
    whole: bool = False
    openai: bool = False


#: A bf16 checkpoint whose weights are quantised while they are loaded.
FP8 = {"quantization": "fp8"}
VARIANTS = {
    "bf16": Variant(whole=True, kv_gib=30),
    "openai": Variant(openai=True, kv_gib=20),
    "pictures": Variant(
        {
            "QWEN_OVERVIEW_MAX_TOKENS": "16384",
            "QWEN_MAX_MODEL_LEN": "65536",
            "QWEN_MAX_QUESTION_CHARS": "8000",
            "QWEN_MAX_NUM_BATCHED_TOKENS": "16384",
        },
        pictures=True,
    ),
    "fp8": Variant(arguments=FP8),
    "fp8, KV in fp8": Variant({"QWEN_KV_CACHE_DTYPE": "fp8"}, FP8),
    # What follows is set beside "fp8", because several of that size fit onto one card.
    "fp8, no graphs": Variant({"QWEN_ENFORCE_EAGER": "true"}, FP8),
    "fp8, no async scheduling": Variant({"QWEN_ASYNC_SCHEDULING": "false"}, FP8),
    "fp8, no prefix cache": Variant(arguments=FP8 | {"enable_prefix_caching": False}),
    "fp8, batched 2048": Variant({"QWEN_MAX_NUM_BATCHED_TOKENS": "2048"}, FP8),
    "fp8, batched 16384": Variant({"QWEN_MAX_NUM_BATCHED_TOKENS": "16384"}, FP8),
}


@dataclass
class Bench:
    """One run: where the model lies, what is asked of it, what was found."""

    checkpoint: Path
    scale: Scale
    tiny: bool
    log: Path
    results: Path
    drawings: Path | None
    found: dict[str, Any] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _keeping: threading.Lock = field(default_factory=threading.Lock)
    #: What is being found of a variant; it takes the place of what an earlier run found once its engine is ready.
    _begun: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, group: Sequence[str]) -> None:
        """Starts the variants of `group` at once, measures them in turn, and keeps what was found of each."""
        together = threading.Barrier(len(group))
        with ThreadPoolExecutor(len(group)) as pool:
            for outcome in [pool.submit(self._variant, name, together) for name in group]:
                outcome.result()

    def _variant(self, name: str, together: threading.Barrier) -> None:
        variant = VARIANTS[name]
        self._begun[name] = {"shared": together.parties > 1}
        try:
            (self._openai if variant.openai else self._service)(name, variant, together)
        except Exception as error:
            together.abort()
            print(f"{name}: {error}", file=sys.stderr)
            self._keep(name, failed=str(error)[-2000:])

    def _log_of(self, name: str) -> Path:
        return self.log / f"{re.sub(r'[^a-z0-9]+', '-', name)}.log"

    def _keep(self, name: str, **more: Any) -> None:
        """What was found so far of a variant, in the files as well: a run may be cut off."""
        log = self._log_of(name)
        engine = asdict(EngineLog.of(log.read_text())) if log.exists() else {}
        with self._keeping:
            begun = self._begun[name]
            begun |= {"engine": engine, **more}
            if "ready_s" in begun or name not in self.found:
                self.found[name] = begun
            self.results.mkdir(parents=True, exist_ok=True)
            (self.results / "gpu.json").write_text(json.dumps(self.found, ensure_ascii=False, indent=1) + "\n", "utf-8")
            (self.results / "gpu.md").write_text(markdown(self.found), "utf-8")

    def _service(self, name: str, variant: Variant, together: threading.Barrier) -> None:
        port = free_port()
        with tempfile.TemporaryDirectory() as sessions:
            env = self._env(variant, together.parties > 1) | {
                "QWEN_PORT": str(port),
                "QWEN_SESSION_DIR": f"{sessions}/root",
            }
            began = time.perf_counter()
            with served(["main"], env, port, "/health/live", self._log_of(name)) as (url, _):
                asyncio.run(self._asked(url, name, together, began))

    def _env(self, variant: Variant, shared: bool) -> dict[str, str]:
        env = {
            "QWEN_ENGINE": "vllm",
            "QWEN_MODEL": str(self.checkpoint),
            "QWEN_LOAD_FORMAT": "dummy",
            "QWEN_MAX_NUM_SEQS": str(SEQUENCES),
            "QWEN_CHAT_TIMEOUT_S": str(TIMEOUT_S),
            "QWEN_CANARY_IDLE_S": str(TIMEOUT_S),  # whoever waits for its turn leaves the card to the others
            "VLLM_NO_USAGE_STATS": "1",
            **variant.env,
        }
        arguments = dict(variant.arguments)
        if shared:
            arguments["kv_cache_memory_bytes"] = variant.kv_gib * 1024**3
            env["QWEN_GPU_MEMORY_UTILIZATION"] = str(SHARE)
        if self.tiny:
            env |= {"VLLM_CPU_KVCACHE_SPACE": "1", "QWEN_ENFORCE_EAGER": "true", "QWEN_MAX_NUM_SEQS": "8"}
            env |= {"QWEN_MAX_MODEL_LEN": "16384", "QWEN_OVERVIEW_MAX_TOKENS": "1024"}
            arguments.pop("quantization", None)
            arguments.pop("kv_cache_memory_bytes", None)
        return env | {"QWEN_ENGINE_ARGS": json.dumps(arguments)}

    async def _asked(self, url: str, name: str, together: threading.Barrier, began: float) -> None:
        variant = VARIANTS[name]
        scale = self.scale if variant.whole or self.tiny else SHORT
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, limits=_LIMITS, trust_env=False) as client:
            healthy = asyncio.create_task(_healthy(client))
            await self._out_of_the_way(name, healthy)
            # While the model is loaded: their sheets are read, but the engine has not seen them.
            unseen = asyncio.create_task(uploaded(client, self._unseen(variant, scale)))
            await healthy
            self._keep(name, ready_s=time.perf_counter() - began)
            talkers = await unseen
            await grown(client, WARM_UPS, len(talkers))
            await asyncio.to_thread(_meet, together)
            with self._one_at_a_time:
                if variant.pictures:
                    await self._seen(client, name, talkers)
                else:
                    await self._talked(client, name, scale, talkers)

    async def _out_of_the_way(self, name: str, healthy: asyncio.Task[None]) -> None:
        """Waits until the engine loads in a process of its own: uploads would take the imports' time before."""
        while not healthy.done() and not has_its_own_process(self._log_of(name).read_text()):  # noqa: ASYNC110
            await asyncio.sleep(0.5)

    def _unseen(self, variant: Variant, scale: Scale) -> list[bytes]:
        if variant.pictures:
            return [
                picture_of(ASKER_TOKENS, 100 + number) for number in range(REPEATS * len(self.scale.picture_tokens))
            ]
        return _sheets(scale.repeats * len(scale.kinds) + max(scale.crowds))

    async def _seen(self, client: httpx.AsyncClient, name: str, talkers: Sequence[ServiceTalker]) -> None:
        found = []
        for size, askers in zip(self.scale.picture_tokens, _by(REPEATS, talkers), strict=True):
            found.append(asdict(await prefills(client, size, askers)))
            self._keep(name, prefills=found)

    async def _talked(
        self, client: httpx.AsyncClient, name: str, scale: Scale, talkers: Sequence[ServiceTalker]
    ) -> None:
        """All that is asked of the service; the talkers' sheets are read, but the engine has not seen them."""
        whole, kinds = VARIANTS[name].whole, len(scale.kinds)
        alone, crowded = talkers[: scale.repeats * kinds], talkers[scale.repeats * kinds :]
        talks: list[dict[str, Any]] = []
        for at, (kind, fresh) in enumerate(zip(scale.kinds, _by(scale.repeats, alone), strict=True)):
            warmed = await _made_ready(client, _sheets(scale.repeats, 1000 + 100 * at))
            talks += map(asdict, await stages(fresh, warmed, kind))
            self._keep(name, talks=talks)
            if at == 0 and whole:
                plain = await _made_ready(client, _sheets(scale.repeats, 2000))
                talks.append(asdict(await asked("plain", plain, kind, (PLAIN,))))
                talks.append(asdict(await asked("enlarged", plain, kind, LETTERED)))
            if at == 0:
                await self._crowded(name, scale, crowded)
        self._keep(name, gpu_used_gib=_gpu_used_gib())
        if whole and self.drawings is not None:
            self._keep(name, drawings=[await _drawing(client, *each) for each in _real(self.drawings)])

    async def _crowded(self, name: str, scale: Scale, talkers: Sequence[Talker]) -> None:
        found = []
        for users in scale.crowds:
            found.append(asdict(await crowd(talkers[:users], scale.crowd_tokens)))
            self._keep(name, crowds=found)

    def _openai(self, name: str, variant: Variant, together: threading.Barrier) -> None:
        port, scale = free_port(), self.scale if self.tiny else replace(FULL, kinds=FULL.kinds[:2])
        size = {"size": {"shortest_edge": 65_536, "longest_edge": SHEET_TOKENS * 1024}}
        arguments = ["--port", str(port), "--host", "127.0.0.1", "--served-model-name", MODEL]
        arguments += ["--load-format", "dummy", "--limit-mm-per-prompt", '{"image": 12, "video": 0}']
        arguments += ["--max-model-len", str(CONTEXT), "--mm-processor-kwargs", json.dumps(size)]
        arguments += ["--max-num-seqs", str(SEQUENCES), "--max-num-batched-tokens", str(BATCHED)]
        if self.tiny:
            arguments += ["--enforce-eager"]
        elif together.parties > 1:
            arguments += ["--gpu-memory-utilization", str(SHARE)]
            arguments += ["--kv-cache-memory-bytes", str(variant.kv_gib * 1024**3)]
        env = {"VLLM_NO_USAGE_STATS": "1", "VLLM_WORKER_MULTIPROC_METHOD": "spawn", "VLLM_CPU_KVCACHE_SPACE": "1"}
        if find_spec("flashinfer") is None:
            env["VLLM_USE_FLASHINFER_SAMPLER"] = "0"
        module = ["bench.openai_server", "serve", str(self.checkpoint), *arguments]
        began = time.perf_counter()
        with ThreadPoolExecutor(1) as pool:
            pictures = pool.submit(_pictures, scale.repeats * len(scale.kinds) + max(scale.crowds))
            with served(module, env, port, keep_log=self._log_of(name)) as (url, _):
                self._keep(name, ready_s=time.perf_counter() - began)
                sheets = pictures.result()
                _meet(together)
                with self._one_at_a_time:
                    asyncio.run(self._asked_as_openai(url, name, scale, sheets))

    async def _asked_as_openai(self, url: str, name: str, scale: Scale, sheets: Sequence[bytes]) -> None:
        """The same questions as a chat front end asks them, the sheet in base64 and all that was said in each."""
        sampling = {"temperature": TEMPERATURE, "top_k": 20, "top_p": 0.8, "seed": 0}
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, limits=_LIMITS, trust_env=False) as client:
            talkers = [
                OpenAiTalker(client, sheet, MODEL, f"sheet-{n}", sampling=sampling) for n, sheet in enumerate(sheets)
            ]
            alone = _by(scale.repeats, talkers[: scale.repeats * len(scale.kinds)])
            talks: list[dict[str, Any]] = []
            for kind, fresh in zip(scale.kinds, alone, strict=True):
                talks += map(asdict, await stages(fresh, (), kind))
                self._keep(name, talks=talks)
            await self._crowded(name, scale, talkers[scale.repeats * len(scale.kinds) :])


_LIMITS = httpx.Limits(max_connections=256, max_keepalive_connections=256)


async def _healthy(client: httpx.AsyncClient) -> None:
    while (state := await client.get("/health")).status_code != 200:
        if state.json()["status"] == "dead":
            raise RuntimeError("the engine did not start; its log says why")
        await asyncio.sleep(0.2)


async def _made_ready(client: httpx.AsyncClient, sheets: Sequence[bytes]) -> list[ServiceTalker]:
    """Talkers whose sheets are read and in the engine's caches."""
    before = await figure(client, WARM_UPS)
    talkers = await uploaded(client, sheets)
    await grown(client, WARM_UPS, before + len(sheets))
    return talkers


def _real(drawings: Path) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in sorted(drawings.iterdir())]


async def _drawing(client: httpx.AsyncClient, name: str, sheet: bytes) -> dict[str, Any]:
    """One real sheet: seconds from its upload to everything being ready, and the answers to two questions."""
    began = time.perf_counter()
    (talker,) = await _made_ready(client, [sheet])
    ready_s = time.perf_counter() - began
    replies = [await talker.ask(question, 64) for question in ("Was ist der Außendurchmesser?", "Liste alle Gewinde.")]
    asked = [{"first_s": reply.first_s, "whole_s": reply.whole_s, "enlarged": reply.enlarged} for reply in replies]
    return {"name": name, "ready_s": ready_s, "asked": asked}


def _sheets(count: int, first: int = 0) -> list[bytes]:
    """A3 sheets as a CAD program writes them, each another one."""
    return [draw(Order(f"a3-{n}", "A3", "text", n, german=n % 2 == 0)).content for n in range(first, first + count)]


def _pictures(count: int) -> list[bytes]:
    """The same sheets as PNG at 200 dpi, for a server that takes no PDF."""
    pictures = []
    for sheet in _sheets(count):
        with pymupdf.open(stream=sheet) as document:
            pictures.append(document[0].get_pixmap(dpi=200).tobytes("png"))
    return pictures


def _by(count: int, talkers: Sequence[T]) -> Iterator[Sequence[T]]:
    return (talkers[at : at + count] for at in range(0, len(talkers), count))


def _meet(together: threading.Barrier) -> None:
    """Waits for the others of a group, unless one of them has failed."""
    with suppress(threading.BrokenBarrierError):
        together.wait()


def _gpu_used_gib() -> float | None:
    found = _nvidia_smi("memory.used")
    return None if found is None else float(found.split()[0]) / 1024


def _nvidia_smi(what: str) -> str | None:
    try:
        asked = ["nvidia-smi", f"--query-gpu={what}", "--format=csv,noheader,nounits"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def _hardware() -> dict[str, str]:
    """The card and the versions of what ran on it."""
    found = {"card": _nvidia_smi("name") or "none", "driver": _nvidia_smi("driver_version") or "none"}
    for name in ("vllm", "vllm-cpu", "torch", "transformers"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser(__doc__)
    asked.add_argument("--tiny", action="store_true", help="the tiny model on vLLM's build for CPUs")
    asked.add_argument("--run", nargs="+", metavar="VARIANTS", default=["bf16"], help="; ".join(VARIANTS))
    asked.add_argument("--checkpoint", type=Path, metavar="FOLDER", help="where the model is written, and kept")
    asked.add_argument("--drawings", type=Path, metavar="FOLDER", help="real sheets to upload and ask about besides")
    asked.add_argument("--results", type=Path, metavar="FOLDER", default=Path("bench/results"))
    asked.add_argument("--log", type=Path, metavar="FOLDER", help="where the servers' logs are kept")
    options = asked.parse_args(arguments)
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        write = write_tiny_checkpoint if options.tiny else write_full_checkpoint
        log = options.log or Path(folder)
        log.mkdir(parents=True, exist_ok=True)
        checkpoint = write(options.checkpoint or Path(folder) / MODEL)
        scale = TINY if options.tiny else FULL
        bench = Bench(checkpoint, scale, options.tiny, log, options.results, options.drawings)
        with suppress(FileNotFoundError):
            bench.found = json.loads((options.results / "gpu.json").read_text("utf-8"))
        bench.found["hardware"] = _hardware()
        for group in options.run:
            bench.run(group.split("+"))
    print(markdown(bench.found))
    return conclude(aims_of(bench.found), before, bench.found, options.json)


if __name__ == "__main__":
    sys.exit(main())
