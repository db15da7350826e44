"""A conversation about one sheet: this service beside vLLM's own OpenAI server, on the same build, model and sheets.

`python -m bench.conversation` starts both, one after the other, with the tiny random model on vLLM's build for CPUs:
the absolute times are a toy's, the ratios are those of what is done beside the model. Both get the same budget of 4,096
image tokens a sheet, no enlarged parts, and 16 tokens an answer; each conversation has a sheet of its own. The OpenAI
server is asked as a chat front end asks it, with the sheet in base64 and all earlier turns in every request, and once
more in the best way it knows, with the sheet's uuid in place of the sheet.

The service is asked once its warm-up after the upload has ended. Questions a second are counted when both sides have
seen every sheet. What the service adds is a client's time for a whole answer, less what the service says that its
engine took (prompt, queue, prefill, decode). A second table lets each side use its own defaults.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from bench.line_drawing import line_drawing
from bench.report import Aim, Table, conclude, machine, parser
from bench.servers import free_port, served
from bench.talkers import TIMEOUT_S, OpenAiTalker, Reply, ServiceTalker, Talker
from bench.tiny_checkpoint import write_tiny_checkpoint

QUESTIONS = (
    "Was ist der Außendurchmesser?",
    "Und welche Toleranz hat er?",
    "Liste alle Gewinde.",
    "Which material is specified?",
    "Welcher Maßstab gilt?",
    "Which fit has the bore?",
)
#: The same pixels for both, 4,194,304 of a sheet, and a context in which six turns fit behind them.
SHEET_TOKENS, CONTEXT, SEQUENCES, BATCHED = 4096, 20_480, 16, 8192
LEAST_AREA = 65_536
MODEL = "tiny"


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: its replies in order, and what its client sent."""

    replies: list[Reply]
    sent_bytes: int

    @property
    def later(self) -> list[Reply]:
        return self.replies[1:]


@dataclass(frozen=True, slots=True)
class Side:
    """What was measured of one way to talk. `made_ready_s`: from the end of the upload to the end of the warm-up."""

    name: str
    alone: list[Talk]
    per_second: float
    made_ready_s: float = 0.0

    @property
    def first_s(self) -> float:
        return statistics.median(talk.replies[0].first_s for talk in self.alone)

    @property
    def later_s(self) -> float:
        return statistics.median(reply.first_s for talk in self.alone for reply in talk.later)

    @property
    def added_s(self) -> float:
        return statistics.median(reply.whole_s - reply.engine_s for talk in self.alone for reply in talk.replies)

    @property
    def sent_bytes(self) -> float:
        return statistics.median(talk.sent_bytes for talk in self.alone)


@dataclass(frozen=True, slots=True)
class Load:
    """How many conversations, one after the other and at once."""

    alone: int
    at_once: int


async def talk(talker: Talker, questions: Sequence[str] = QUESTIONS) -> Talk:
    replies = [await talker.ask(question) for question in questions]
    return Talk(replies, talker.sent_bytes)


async def together(talkers: Sequence[Talker]) -> float:
    """Questions a second of conversations at once."""
    began = time.perf_counter()
    talks = await asyncio.gather(*(talk(talker) for talker in talkers))
    return sum(len(each.replies) for each in talks) / (time.perf_counter() - began)


async def of_service(url: str, load: Load) -> Side:
    async with _client(url) as client:
        alone, waits = [], []
        for number in range(load.alone):
            talker, wait = await _made_ready(client, number)
            waits.append(wait)
            alone.append(await talk(talker))
        crowd = [(await _made_ready(client, 100 + number))[0] for number in range(load.at_once)]
        return Side("this service", alone, await together(crowd) if crowd else 0.0, statistics.median(waits))


async def of_openai(url: str, load: Load, by_uuid: bool) -> Side:
    async with _client(url) as client:
        # Each way has sheets of its own, which the other has not shown to the server.
        offset = 1000 if by_uuid else 0
        alone = [await talk(_openai_talker(client, offset + number, by_uuid)) for number in range(load.alone)]
        crowd = [_openai_talker(client, offset + 100 + number, by_uuid) for number in range(load.at_once)]
        for talker in crowd:
            await talker.ask(QUESTIONS[0])
        name = "OpenAI server, uuids" if by_uuid else "OpenAI server, base64"
        return Side(name, alone, await together(crowd) if crowd else 0.0)


def _openai_talker(client: httpx.AsyncClient, number: int, by_uuid: bool) -> OpenAiTalker:
    return OpenAiTalker(client, line_drawing(number), MODEL, f"sheet-{number}", "uuid" if by_uuid else "base64")


async def _made_ready(client: httpx.AsyncClient, number: int) -> tuple[ServiceTalker, float]:
    """An uploaded sheet, read and warm, and how long that took."""
    before = await _warm_ups(client)
    talker = ServiceTalker(client, line_drawing(number))
    await talker.upload()
    began = time.perf_counter()
    while await _warm_ups(client) == before:  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.1)
    return talker, time.perf_counter() - began


async def _warm_ups(client: httpx.AsyncClient) -> float:
    lines = (await client.get("/metrics")).text.splitlines()
    name = "drawing_service_warm_up_seconds_count"
    return next(float(line.split()[1]) for line in lines if line.startswith(name))


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, limits=limits, trust_env=False) as client:
        yield client


def measured_service(checkpoint: Path, load: Load, *, alike: bool) -> Side:
    port = free_port()
    with tempfile.TemporaryDirectory() as sessions:
        env = _of_both() | {
            "QWEN_ENGINE": "vllm",
            "QWEN_MODEL": str(checkpoint),
            "QWEN_LOAD_FORMAT": "dummy",
            "QWEN_ENFORCE_EAGER": "true",
            "QWEN_PORT": str(port),
            "QWEN_SESSION_DIR": f"{sessions}/root",
            "QWEN_CHAT_TIMEOUT_S": str(TIMEOUT_S),
        }
        if alike:
            env |= {
                "QWEN_OVERVIEW_MAX_TOKENS": str(SHEET_TOKENS),
                "QWEN_ZOOM_CROPS": "0",
                "QWEN_MAX_MODEL_LEN": str(CONTEXT),
                "QWEN_MAX_NUM_SEQS": str(SEQUENCES),
                "QWEN_MAX_NUM_BATCHED_TOKENS": str(BATCHED),
            }
        with served(["main"], env, port) as (url, _):
            return asyncio.run(of_service(url, load))


def measured_openai(checkpoint: Path, load: Load, *, alike: bool) -> list[Side]:
    port = free_port()
    size = {"size": {"shortest_edge": LEAST_AREA, "longest_edge": SHEET_TOKENS * 1024}}
    arguments = ["--port", str(port), "--host", "127.0.0.1", "--served-model-name", MODEL]
    arguments += ["--load-format", "dummy", "--enforce-eager", "--limit-mm-per-prompt", '{"image": 12, "video": 0}']
    if alike:
        arguments += ["--max-model-len", str(CONTEXT), "--max-num-seqs", str(SEQUENCES)]
        arguments += ["--max-num-batched-tokens", str(BATCHED), "--mm-processor-kwargs", json.dumps(size)]
    with served(["bench.openai_server", "serve", str(checkpoint), *arguments], _of_both(), port) as (url, _):
        ways = (False, True) if alike else (False,)
        return [asyncio.run(of_openai(url, load, by_uuid)) for by_uuid in ways]


def _of_both() -> dict[str, str]:
    return {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_NO_USAGE_STATS": "1", "VLLM_WORKER_MULTIPROC_METHOD": "spawn"}


def aims_of(ours: Side, base64: Side, uuids: Side) -> list[Aim]:
    return [
        Aim("first question after the warm-up: base64 / ours", base64.first_s / ours.first_s, ">=", 50),
        Aim("later questions: base64 / ours", base64.later_s / ours.later_s, ">=", 8),
        Aim("questions a second, at once: ours / base64", ours.per_second / base64.per_second, ">=", 5),
        Aim("later questions: ours / uuids only", ours.later_s / uuids.later_s, "<=", 1.15),
        Aim("added to the engine's own time", 1000 * ours.added_s, "<=", 8, " ms"),
        Aim("bytes sent for six questions: base64 / ours", base64.sent_bytes / ours.sent_bytes, ">=", 5),
    ]


def table_of(sides: Sequence[Side]) -> Table:
    head = ("", "first, ms", "later, ms", "questions/s at once", "MB sent", "made ready, s")
    return Table(
        head,
        tuple(
            (
                side.name,
                f"{1000 * side.first_s:.0f}",
                f"{1000 * side.later_s:.0f}",
                f"{side.per_second:.1f}" if side.per_second else "",
                f"{side.sent_bytes / 1e6:.2f}",
                f"{side.made_ready_s:.1f}" if side.made_ready_s else "",
            )
            for side in sides
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(__doc__).parse_args(arguments)
    before = machine()
    load = Load(1, 2) if options.quick else Load(4, 8)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = write_tiny_checkpoint(Path(folder) / MODEL)
        ours = measured_service(checkpoint, load, alike=True)
        base64, uuids = measured_openai(checkpoint, load, alike=True)
        print("The same pixels for both, medians of the time to the first text:\n")
        print(table_of([ours, base64, uuids]))
        own: list[Side] = []
        if not options.quick:
            few = Load(1, 0)
            own = [measured_service(checkpoint, few, alike=False), *measured_openai(checkpoint, few, alike=False)]
            print("\nEach side with its own defaults:\n")
            print(table_of(own))
    figures = {"alike": [asdict(side) for side in (ours, base64, uuids)], "defaults": [asdict(side) for side in own]}
    return conclude(aims_of(ours, base64, uuids), before, figures, options.json)


if __name__ == "__main__":
    sys.exit(main())
