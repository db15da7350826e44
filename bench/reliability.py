"""Nothing lost, nobody in: the service under made-up requests, hostile files, slow clients, overload, ends and faults.

    python -m bench.reliability [--budget S] [--quick] [--only NAME] [--json FILE]

Every part runs against real servers of ours, with fixed seeds. `--budget` is s for all of it; files that are damaged on
purpose get what the other parts leave. The restart behind HAProxy needs `haproxy`, the engine's death vLLM.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from bench.contract import held_to_its_contract
from bench.drawn_sheets import Order, draw
from bench.engine_death import killed_under_load
from bench.gpu import WARM_UPS
from bench.gpu_talks import grown
from bench.half_open import half_open
from bench.hostile import damaged, judge
from bench.overload import Overload, overload
from bench.report import Aim, conclude, machine, parser
from bench.rolling import balanced, rolled
from bench.servers import free_port, served, service, wait_until_healthy
from bench.soak import soak
from bench.tiny_checkpoint import write_tiny_checkpoint

Figures = dict[str, Any]
#: What a damaged file may be answered with.
DOCUMENTED = {200, 413, 415, 422}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of each part: examples an operation and cases in all, files, connections, sessions, s."""

    examples: int
    cases: int
    files: int
    files_s: float
    over_http: int
    connections: int
    sessions: int
    overload_s: float
    soak_s: float


FULL = Amount(150, 800, 20_000, 200, 200, 500, 24, 20, 60)
QUICK = Amount(3, 50, 300, 20, 10, 50, 8, 3, 4)


def plain(found: object) -> Figures:
    """The fields of a dataclass as JSON can hold them; `asdict` makes keys of a counter's pairs."""
    assert is_dataclass(found)
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    counted = {name: dict(value) for name, value in values.items() if isinstance(value, Counter)}
    return values | counted


def a_sheet(number: int = 1) -> bytes:
    return draw(Order(f"a4-{number}", "A4", "text", number, height_mm=2.5)).content


def uploaded(url: str, number: int = 1) -> str:
    answer = httpx.post(f"{url}/api/upload", files={"file": ("sheet.pdf", a_sheet(number))}, timeout=60)
    return str(answer.raise_for_status().json()["session_id"])


def contract(amount: Amount) -> tuple[list[Aim], Figures]:
    with service({}) as (url, _), tempfile.TemporaryDirectory() as folder:
        found = held_to_its_contract(url, uploaded(url), Path(folder), amount.examples)
    aims = [
        Aim("contract: cases", found.cases, ">=", amount.cases),
        Aim("contract: failures", len(found.failures), "<=", 0),
    ]
    return aims, plain(found)


def files(amount: Amount) -> tuple[list[Aim], Figures]:
    judged = judge(amount.files, amount.files_s)
    aims = [
        Aim("damaged files judged", judged.files, ">=", amount.files),
        Aim("damaged files: decoder crashed or too slow", len(judged.crashes) + judged.outcomes["slow"], "<=", 0),
    ]
    return aims, plain(judged)


def files_over_http(amount: Amount) -> tuple[list[Aim], Figures]:
    with service({}) as (url, process), httpx.Client(base_url=url, timeout=60, trust_env=False) as client:

        def answered(number: int) -> int:
            return client.post("/api/upload", files={"file": ("sheet", damaged(number))}).status_code

        with ThreadPoolExecutor(2) as pool:
            statuses = Counter(pool.map(answered, range(amount.over_http)))
        alive = client.get("/health").status_code == 200 and process.poll() is None
    undocumented = sum(count for status, count in statuses.items() if status not in DOCUMENTED)
    aims = [Aim("damaged files over HTTP: undocumented", undocumented + (not alive), "<=", 0)]
    return aims, {"statuses": dict(statuses), "alive": alive}


def slow_clients(amount: Amount) -> tuple[list[Aim], Figures]:
    env = {"QWEN_HEAD_TIMEOUT_S": "3", "QWEN_BODY_TIMEOUT_S": "6"}
    with service(env) as (url, _):
        found = asyncio.run(half_open(url, amount.connections, 20))
    aims = [
        Aim("half-open connections left", found.alive, "<=", 0),
        Aim("/health meanwhile, p99", 1000 * found.health_p99_s, "<=", 100, " ms"),
    ]
    return aims, plain(found) | {"health_s": found.health_s[-5:]}


def overloaded(amount: Amount) -> tuple[list[Aim], Figures]:
    env = {"SLOW_ENGINE_S": "1", "QWEN_READER_QUESTIONS": "8", "QWEN_MAX_WAITING": "8"}
    with service(env, "bench.slow_engine") as (url, _):
        sessions = [uploaded(url, number) for number in range(amount.sessions)]
        found = asyncio.run(_overloaded(url, sessions, amount.overload_s))
    aims = [
        Aim("overload: neither answered nor refused", found.other, "<=", 0),
        Aim("overload: refused, p99", 1000 * found.p99_s(found.refused_s), "<=", 100, " ms"),
        Aim("overload: refused without Retry-After", found.without_retry_after, "<=", 0),
    ]
    shown = {"statuses": found.statuses, "answered_p99_s": found.p99_s(found.answered_s)}
    return aims, shown


async def _overloaded(url: str, sessions: Sequence[str], seconds: float) -> Overload:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        await grown(client, WARM_UPS, len(sessions))  # the sheets are read then, and the processor is free
    return await overload(url, sessions, 80, seconds)


def soaked(amount: Amount) -> tuple[list[Aim], Figures]:
    with service({}) as (url, process), tempfile.TemporaryDirectory():
        found = asyncio.run(soak(url, process.pid, [a_sheet(number) for number in range(4)], 8, amount.soak_s))
        sessions = httpx.get(f"{url}/health").json()["sessions"]
    leaked = sessions + max(found.end.descriptors - found.warm.descriptors, 0)
    leaked += max(found.end.children - found.warm.children, 0)
    aims = [
        Aim("mixed load: errors", found.errors, "<=", 0),
        Aim("mixed load: memory grown", found.grown_mb, "<=", 20, " MB"),
        Aim("mixed load: sessions, descriptors, processes left", leaked, "<=", 0),
    ]
    held = {"warm": asdict(found.warm), "end": asdict(found.end), "sessions": sessions}
    return aims, plain(found) | held


def restarted(amount: Amount) -> tuple[list[Aim], Figures]:
    ports = (free_port(), free_port())
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        env = {"QWEN_ENGINE": "embedded", "QWEN_SESSION_DIR": f"{folder}/root", "QWEN_LOG_LEVEL": "WARNING"}

        def again(at: int) -> subprocess.Popen[bytes]:
            _, process = stack.enter_context(served(["main"], env | {"QWEN_PORT": str(ports[at])}, ports[at]))
            return process

        services = [again(0), again(1)]
        url = stack.enter_context(balanced(ports))
        wait_until_healthy(url)
        outcomes = asyncio.run(rolled(url, uploaded(url), services, again))
    failed = sum(count for outcome, count in outcomes.items() if outcome != "200")
    return [Aim("rolling restart: failed requests", failed, "<=", 0)], {"outcomes": outcomes}


def engine_killed(amount: Amount) -> tuple[list[Aim], Figures]:
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "QWEN_ENGINE": "vllm",
            "QWEN_MODEL": str(write_tiny_checkpoint(Path(folder) / "tiny")),
            "QWEN_LOAD_FORMAT": "dummy",
            "QWEN_ENFORCE_EAGER": "true",
            "QWEN_MAX_MODEL_LEN": "8192",
            "VLLM_CPU_KVCACHE_SPACE": "1",
        }
        with service(env) as (url, process):
            found = asyncio.run(killed_under_load(url, process.pid, [a_sheet(number) for number in range(4)]))
    aims = [
        Aim("engine killed: noticed after", found.noticed_s, "<=", 5, " s"),
        Aim("engine killed: in flight, not told 503", sum(found.in_flight.values()) - found.in_flight[503], "<=", 0),
        Aim("engine killed: sessions lost", found.lost + 4 - found.answered_again, "<=", 0),
        Aim("engine killed: healthy again after", found.healthy_again_s, "<=", 90, " s"),
    ]
    return aims, plain(found)


PARTS: dict[str, Callable[[Amount], tuple[list[Aim], Figures]]] = {
    "contract": contract,
    "http-files": files_over_http,
    "slow-clients": slow_clients,
    "overload": overloaded,
    "soak": soaked,
    "restart": restarted,
    "engine": engine_killed,
    "files": files,
}


def missing() -> dict[str, str]:
    """Parts that cannot run here, and why."""
    found = {}
    if shutil.which("haproxy") is None:
        found["restart"] = "haproxy is not installed"
    if find_spec("vllm") is None:
        found["engine"] = "vLLM is not installed"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser(__doc__)
    asked.add_argument("--budget", type=float, default=300.0, metavar="S", help="s for all of it")
    options = asked.parse_args(arguments)
    before, began = machine(), time.monotonic()
    amount = QUICK if options.quick else FULL
    aims: list[Aim] = []
    figures: Figures = {}
    for name, part in PARTS.items():
        if options.only and options.only not in name:
            continue
        if name in (left_out := missing()):
            print(f"{name}: left out, {left_out[name]}")
            continue
        part_began = time.monotonic()
        left = max(options.budget - (part_began - began), 10.0)
        found, figures[name] = part(replace(amount, files_s=min(amount.files_s, left)))
        aims += found
        figures[name]["took_s"] = round(time.monotonic() - part_began, 1)
        print(f"{name}: {figures[name]['took_s']} s", flush=True)
    print(f"\nin all {time.monotonic() - began:.0f} s of {options.budget:.0f}")
    return conclude(aims, before, figures, options.json)


if __name__ == "__main__":
    sys.exit(main())
