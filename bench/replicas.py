"""People who ask through replicas, and what becomes of their questions while replicas come, go and are killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.ray_cluster import Cluster
from deploy.replicas.answered_by import HEADER

QUESTION = "Was ist der Außendurchmesser?"
TIMEOUT_S = 60.0


@dataclass(slots=True)
class Asked:
    """What became of questions: outcomes by status and code, replicas by session, and who waits for which session."""

    outcomes: Counter[str] = field(default_factory=Counter)
    replicas: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    waiting: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome != "200")

    @property
    def sticky(self) -> int:
        """Sessions for which one replica alone has answered."""
        return sum(len(set(names)) == 1 for names in self.replicas.values())

    def homes(self) -> dict[str, str]:
        """The replica that answered last for each session."""
        return {session: names[-1] for session, names in self.replicas.items()}


async def ask(client: httpx.AsyncClient, session_id: str, asked: Asked) -> None:
    began = time.perf_counter()
    asked.waiting[session_id] += 1
    try:
        answer = await client.post("/api/chat", data={"session_id": session_id, "question": QUESTION})
    except httpx.HTTPError as error:
        asked.outcomes[type(error).__name__] += 1
        return
    finally:
        asked.waiting[session_id] -= 1
    if answer.status_code == 200:
        asked.outcomes["200"] += 1
        asked.replicas[session_id].append(answer.headers[HEADER])
        asked.seconds.append(time.perf_counter() - began)
    else:
        asked.outcomes[f"{answer.status_code} {_code(answer)}"] += 1


def _code(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return str(answer.json()["code"]) if is_problem else answer.text[:80]


def client_of(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, trust_env=False, limits=httpx.Limits(max_connections=64))


def uploaded(url: str, sheet: bytes) -> str:
    answer = httpx.post(f"{url}/api/upload", files={"file": ("sheet.pdf", sheet)}, timeout=TIMEOUT_S, trust_env=False)
    return str(answer.raise_for_status().json()["session_id"])


def copies(root: Path, session_id: str, number: int) -> list[str]:
    """So many sessions like one on the root, its lettering with it where that has been read: quicker than uploads."""
    made = [str(uuid.uuid4()) for _ in range(number)]
    for copy in made:
        shutil.copytree(root / session_id, root / copy)
        record = root / copy / "session.json"
        record.write_text(record.read_text("utf-8").replace(session_id, copy), "utf-8")
    return made


async def each_asked(url: str, sessions: Sequence[str], times: int = 1, at_once: int = 4) -> Asked:
    """Every session asked so many times, in turn."""
    asked = Asked()
    turns = iter([session for _ in range(times) for session in sessions])

    async def person(client: httpx.AsyncClient) -> None:
        for session in turns:
            await ask(client, session, asked)

    async with client_of(url) as client:
        await asyncio.gather(*(person(client) for _ in range(at_once)))
    return asked


@asynccontextmanager
async def people(url: str, sessions: Sequence[str], number: int) -> AsyncIterator[Asked]:
    """So many people ask without a pause, each about sessions of its own, until the end; then all are answered."""
    asked, ended = Asked(), asyncio.Event()

    async def person(client: httpx.AsyncClient, own: Sequence[str]) -> None:
        while not ended.is_set():
            for session in own:
                await ask(client, session, asked)

    async with client_of(url) as client:
        asking = [asyncio.create_task(person(client, sessions[at::number])) for at in range(number)]
        try:
            yield asked
        finally:
            ended.set()
            await asyncio.gather(*asking)


@dataclass(frozen=True, slots=True)
class Scaled:
    """`moved`: sessions that another replica answers for once there is one more, of all that were asked."""

    asked: Asked
    moved: int
    seconds: float


async def scaled(cluster: Cluster, sessions: Sequence[str], deploy: Callable[[int], None]) -> Scaled:
    """From two engine replicas to three and back, under load."""
    before = (await each_asked(cluster.url, sessions)).homes()
    began = time.monotonic()
    async with people(cluster.url, sessions, 8) as asked:
        await asyncio.sleep(1)
        await asyncio.to_thread(deploy, 3)
        await asyncio.sleep(2)
        third = await each_asked(cluster.url, sessions, at_once=2)
        await asyncio.to_thread(deploy, 2)
        await asyncio.sleep(1)
    after = third.homes()
    asked.outcomes.update(third.outcomes)
    return Scaled(asked, sum(before[s] != after[s] for s in before if s in after), time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class Killed:
    """`in_flight` questions were with the killed replica, `lost` is what was not answered with 200 from then on.

    `answered_again` of all sessions were answered afterwards, `replaced_s` until there were as many replicas as before.
    """

    asked: Asked
    in_flight: int
    lost: int
    answered_again: int
    replaced_s: float


async def killed(cluster: Cluster, sessions: Sequence[str], number: int) -> Killed:
    """One of two engine replicas is killed while `number` people ask."""
    homes = (await each_asked(cluster.url, sessions, at_once=number)).homes()
    async with people(cluster.url, sessions, number) as asked:
        await asyncio.sleep(2)
        errors, waiting = asked.errors, +asked.waiting
        os.kill(cluster.replicas("Engine")[0], signal.SIGKILL)
        began = time.monotonic()
        await asyncio.sleep(1)
        await asyncio.to_thread(cluster.wait_until_there)
        replaced_s = time.monotonic() - began
    again = await each_asked(cluster.url, sessions, at_once=number)
    gone = set(homes.values()) - set(again.homes().values())
    in_flight = sum(count for session, count in waiting.items() if homes.get(session) in gone)
    return Killed(asked, in_flight, asked.errors - errors, len(again.replicas), replaced_s)
