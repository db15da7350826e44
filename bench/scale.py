"""What replicas on Ray Serve cost and give, on one machine, beside the single process.

The milliseconds that the way through Ray adds; whether sessions stay with their replicas; what is lost while replicas
come, go and are killed; questions a second of one, two and three engines that take a fixed time; and what a question
costs that comes to a replica which has never seen its sheet (with vLLM's CPU build on a tiny random model).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.ray_cluster import Cluster, cluster, tiny_vllm
from bench.reliability import a_sheet
from bench.replicas import QUESTION, Asked, client_of, copies, each_asked, killed, people, scaled, uploaded
from bench.report import Aim, Table, conclude, machine, parser
from bench.servers import service
from bench.tiny_checkpoint import write_tiny_checkpoint

FIXED_TIME = "bench.fixed_time:app"
SESSIONS = 50
#: s of an answer of the fixed-time engine, and how many it gives at once: four a second.
ANSWER_S, AT_ONCE = 0.5, 2
#: Enough to keep three such engines at work however unevenly sessions are spread.
PEOPLE = 24

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amount:
    """How many questions one after the other, s of load for each number of replicas, sessions that are asked cold."""

    questions: int
    load_s: float
    cold: int


FULL, QUICK = Amount(200, 15, 5), Amount(20, 3, 1)


def some_sessions(running: Cluster) -> list[str]:
    """Read already, so that nobody waits for the lettering."""
    first = uploaded(running.url, a_sheet())
    chat(running.url, first)
    return [first, *copies(running.sessions, first, SESSIONS - 1)]


def chat(url: str, session_id: str, **form: str) -> httpx.Response:
    fields = {"session_id": session_id, "question": QUESTION} | form
    return httpx.post(f"{url}/api/chat", data=fields, timeout=120, trust_env=False).raise_for_status()


def haproxy(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    """The same on a cluster that has HAProxy in place of Ray's own proxy."""
    (aim,), figures = latency(running, amount)
    return [replace(aim, name=f"{aim.name}, with HAProxy")], figures


def latency(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    """One person, in turn here and there."""
    running.deploy(1, 1)
    with service({"QWEN_CHATS_PER_MINUTE": "0"}) as (url, _):
        single, tiered = asyncio.run(_in_turn(url, running.url, amount.questions))
    figures = {"single_p50_ms": _p50_ms(single), "tiers_p50_ms": _p50_ms(tiered)}
    figures |= {"single_p95_ms": _p95_ms(single), "tiers_p95_ms": _p95_ms(tiered)}
    added = figures["tiers_p50_ms"] - figures["single_p50_ms"]
    return [Aim("added by Ray, p50", added, "<=", 15, " ms")], figures


async def _in_turn(single: str, tiered: str, questions: int) -> tuple[list[float], list[float]]:
    asked: dict[str, list[float]] = {single: [], tiered: []}
    sessions = {url: await asyncio.to_thread(uploaded, url, a_sheet()) for url in asked}
    async with client_of(single) as one, client_of(tiered) as other:
        for at in range(questions + 5):
            for url, client in ((single, one), (tiered, other)):
                began = time.perf_counter()
                answer = await client.post("/api/chat", data={"session_id": sessions[url], "question": QUESTION})
                answer.raise_for_status()
                if at >= 5:  # by then the sheet is read
                    asked[url].append(time.perf_counter() - began)
    return asked[single], asked[tiered]


def sticky(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    running.deploy(2, 2)
    asked = asyncio.run(each_asked(running.url, some_sessions(running), 3))
    homes = list(asked.homes().values())
    aims = [
        Aim("sessions that stayed with their replica, of 50", asked.sticky, ">=", SESSIONS),
        Aim("errors meanwhile", asked.errors, "<=", 0),
    ]
    return aims, _counted(asked) | {"sessions_each": sorted(homes.count(home) for home in set(homes))}


def scaling(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    running.deploy(2, 2)
    found = asyncio.run(scaled(running, some_sessions(running), lambda engines: running.deploy(engines, 2)))
    aims = [
        Aim("two replicas to three to two under load: errors", found.asked.errors, "<=", 0),
        Aim("sessions that a third replica moved, of 50", found.moved, "<=", SESSIONS / 2),
    ]
    return aims, _counted(found.asked) | {"moved": found.moved, "seconds": found.seconds}


def autoscaling(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    """The configuration's own, only quicker: more is asked than one engine is meant for, then nothing."""
    variables = {"SLOW_ENGINE_S": "1", "QWEN_READER_QUESTIONS": "8"}
    quicker = {"max_replicas": 2, "upscale_delay_s": 2, "downscale_delay_s": 5, "look_back_period_s": 5}
    running.deploy(1, 1, FIXED_TIME, places=64, variables=variables, autoscaling=quicker)
    asked, up_s = asyncio.run(_until_two(running, some_sessions(running)))
    began = time.monotonic()
    running.wait_until_there()
    down_s = time.monotonic() - began
    aims = [
        Aim("a second replica under load, after", up_s, "<=", 60, " s"),
        Aim("errors meanwhile, and while it goes again", asked.errors, "<=", 0),
    ]
    return aims, _counted(asked) | {"up_s": round(up_s, 1), "down_s": round(down_s, 1)}


async def _until_two(running: Cluster, sessions: Sequence[str]) -> tuple[Asked, float]:
    async with people(running.url, sessions, PEOPLE) as asked:
        up_s = await asyncio.to_thread(_seconds_to_two, running)
        await asyncio.sleep(3)
    return asked, up_s


def _seconds_to_two(running: Cluster) -> float:
    began = time.monotonic()
    while len(running.replicas("Engine")) < 2 and time.monotonic() - began < 120:
        time.sleep(0.5)
    return time.monotonic() - began


def kill(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    running.deploy(2, 2, FIXED_TIME, variables={"SLOW_ENGINE_S": "0.5", "QWEN_READER_QUESTIONS": "8"})
    found = asyncio.run(killed(running, some_sessions(running), 8))
    aims = [
        Aim("replica killed: lost beyond what was in flight there", max(found.lost - found.in_flight, 0), "<=", 0),
        Aim("replica killed: sessions lost, of 50", SESSIONS - found.answered_again, "<=", 0),
    ]
    figures = {"in_flight": found.in_flight, "lost": found.lost, "replaced_s": found.replaced_s}
    return aims, _counted(found.asked) | figures


def throughput(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    variables = {"SLOW_ENGINE_S": str(ANSWER_S), "QWEN_READER_QUESTIONS": str(AT_ONCE)}
    rates: dict[int, float] = {}
    for engines in (1, 2, 3):
        running.deploy(engines, 1, FIXED_TIME, places=64, variables=variables)
        rates[engines] = asyncio.run(_rate(running.url, some_sessions(running), amount.load_s))
    aims = [
        Aim(f"questions a second, {engines} replicas by one", rates[engines] / rates[1], ">=", 0.85 * engines)
        for engines in (2, 3)
    ]
    return aims, {"questions_a_second": rates, "ideal_each": AT_ONCE / ANSWER_S}


async def _rate(url: str, sessions: Sequence[str], seconds: float) -> float:
    async with people(url, sessions, PEOPLE) as asked:
        await asyncio.sleep(2)
        before, began = asked.outcomes["200"], time.perf_counter()
        await asyncio.sleep(seconds)
        done, took = asked.outcomes["200"] - before, time.perf_counter() - began
    return done / took


def cold(running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    """A new replica is asked about sheets that it has not seen, then once more; the lettering is on disk."""
    with tempfile.TemporaryDirectory() as folder:
        running.deploy(1, 1, variables=tiny_vllm(write_tiny_checkpoint(Path(folder) / "tiny")))
        sessions = [uploaded(running.url, a_sheet(number)) for number in range(amount.cold)]
        for session in sessions:
            chat(running.url, session, max_tokens="8")
        old = set(running.replicas("Engine"))
        running.deploy(1, 1, variables={**running.variables, "QWEN_SEED": "1"})
        assert old.isdisjoint(running.replicas("Engine"))
        taken = [[_seconds(running.url, session) for _ in range(2)] for session in sessions]
    first, again = ([pair[at] for pair in taken] for at in (0, 1))
    figures = {"cold_ms": _p50_ms([s for s, _ in first]), "warm_ms": _p50_ms([s for s, _ in again])}
    cached = {"cold_cached_tokens": median(c for _, c in first), "warm_cached_tokens": median(c for _, c in again)}
    return [Aim("a sheet seen before is cached, tokens", cached["warm_cached_tokens"], ">=", 1)], figures | cached


def _seconds(url: str, session_id: str) -> tuple[float, int]:
    began = time.perf_counter()
    answer = chat(url, session_id, max_tokens="8", temperature="0").json()
    return time.perf_counter() - began, int(answer["usage"]["cached_tokens"])


def _counted(asked: Asked) -> Figures:
    return {"outcomes": dict(asked.outcomes), "p50_ms": _p50_ms(asked.seconds)}


def _p50_ms(seconds: Sequence[float]) -> float:
    return round(1000 * median(seconds), 1)


def _p95_ms(seconds: Sequence[float]) -> float:
    return round(1000 * sorted(seconds)[int(0.95 * len(seconds))], 1)


Part = Callable[[Cluster, Amount], tuple[list[Aim], Figures]]
PARTS: dict[str, Part] = {
    "latency": latency,
    "sticky": sticky,
    "scaling": scaling,
    "autoscaling": autoscaling,
    "kill": kill,
    "throughput": throughput,
    "cold": cold,
}
PARTS_WITH_HAPROXY: dict[str, Part] = {"haproxy": haproxy}


def is_possible(name: str) -> bool:
    possible = name != "cold" or find_spec("vllm") is not None
    if not possible:
        print(f"{name}: left out, vLLM is not installed")
    return possible


def measured(name: str, part: Part, running: Cluster, amount: Amount) -> tuple[list[Aim], Figures]:
    """What a part found, and the memory of the replicas at its end."""
    began = time.monotonic()
    aims, figures = part(running, amount)
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return aims, figures | {"memory_mb": running.memory_mb()}


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(__doc__).parse_args(arguments)
    if find_spec("ray") is None:
        print("Ray is not installed: ./fix_qwen_dependencies.sh --ray")
        return 2
    before, amount = machine(), QUICK if options.quick else FULL
    aims: list[Aim] = []
    figures: Figures = {}
    for parts, variables in ((PARTS, {}), (PARTS_WITH_HAPROXY, {"RAY_SERVE_ENABLE_HA_PROXY": "1"})):
        chosen = {name: part for name, part in parts.items() if is_possible(name) and (options.only or "") in name}
        if chosen:
            with cluster(**variables) as running:
                for name, part in chosen.items():
                    found, figures[name] = measured(name, part, running, amount)
                    aims += found
    rows = [(f"{part}: {name}", str(value)) for part, values in figures.items() for name, value in values.items()]
    print(Table(("figure", ""), tuple(rows)))
    return conclude(aims, before, figures, options.json)


if __name__ == "__main__":
    sys.exit(main())
