"""Who is let in, who waits, who is sent away, and that this comes before any work."""

from __future__ import annotations

import asyncio
import http.client
import statistics
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from admission import Admission
from errors import Draining, Overloaded
from gates.http_protocol import protocol_of
from main import create_app
from metrics import Metrics
from tests import sheets
from tests.factories import settings
from tests.server import serving
from tests.small_engine import SmallEngine
from vision import Answer, Delta, Inquiry

NOBODY = "00000000-0000-4000-8000-000000000000"


def admission(places: int = 1, most_waiting: int = 1, wait_s: float = 10) -> tuple[Admission, Metrics]:
    metrics = Metrics()
    return Admission(places, most_waiting, wait_s, metrics), metrics


def figure(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"drawing_service_{name}", labels) or 0


async def hold(door: Admission, until: asyncio.Event) -> None:
    async with door.place():
        await until.wait()


async def holding(door: Admission, number: int, until: asyncio.Event) -> list[asyncio.Task[None]]:
    """Tasks that have a place or wait for one."""
    tasks = [asyncio.create_task(hold(door, until)) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


async def test_no_more_than_its_places_are_worked_on_at_once() -> None:
    door, _ = admission(places=2, most_waiting=10)
    at_once: list[int] = []
    inside = 0

    async def work() -> None:
        nonlocal inside
        async with door.place():
            inside += 1
            at_once.append(inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(10)))
    assert max(at_once) == 2


async def test_places_are_given_in_the_order_of_arrival() -> None:
    door, _ = admission(most_waiting=10)
    served: list[int] = []

    async def work(number: int) -> None:
        async with door.place():
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(work(number) for number in range(5)))
    assert served == [0, 1, 2, 3, 4]


async def test_who_finds_it_full_is_sent_away_at_once_and_counted() -> None:
    (door, metrics), end = admission(), asyncio.Event()
    inside = await holding(door, 2, end)
    with pytest.raises(Overloaded):
        await hold(door, end)
    assert figure(metrics, "rejected_total", reason="full") == 1
    assert figure(metrics, "waiting") == 1
    end.set()
    await asyncio.gather(*inside)


async def test_who_has_waited_long_enough_is_sent_away_and_counted() -> None:
    (door, metrics), end = admission(wait_s=0.01), asyncio.Event()
    inside = await holding(door, 1, end)
    with pytest.raises(Overloaded):
        await hold(door, end)
    assert figure(metrics, "rejected_total", reason="waited") == 1
    end.set()
    await asyncio.gather(*inside)


async def test_who_leaves_while_waiting_makes_room_for_another() -> None:
    (door, _), end = admission(), asyncio.Event()
    first, leaving = await holding(door, 2, end)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    (next_one,) = await holding(door, 1, end)
    end.set()
    await asyncio.gather(first, next_one)


async def test_a_failure_gives_its_place_back() -> None:
    door, _ = admission(most_waiting=0)
    with pytest.raises(ZeroDivisionError):
        async with door.place():
            raise ZeroDivisionError
    async with door.place():
        pass


async def test_once_closed_it_lets_in_only_who_waits_already() -> None:
    (door, metrics), end = admission(), asyncio.Event()
    inside = await holding(door, 2, end)
    door.close()
    with pytest.raises(Draining):
        await hold(door, end)
    end.set()
    await asyncio.gather(*inside)
    assert figure(metrics, "rejected_total", reason="draining") == 1


@pytest.fixture(scope="module")
def engine() -> SmallEngine:
    return SmallEngine(seconds=1)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, engine: SmallEngine) -> Iterator[str]:
    """Two are answered at once, two may wait."""
    chosen = settings(tmp_path_factory.mktemp("busy"), reader_questions=2, max_waiting=2, extract_timeout_s=0.2)
    with serving(create_app(chosen, engine)) as url:
        yield url


@pytest.fixture(scope="module")
def uploaded(url: str) -> list[str]:
    """Sessions whose lettering is read, so that an answer takes what the engine takes."""
    ids = [upload(url) for _ in range(4)]
    for each in ids:
        httpx.post(f"{url}/api/chat", data={"session_id": each, "question": "Was?"}, timeout=60)
    return ids


def upload(url: str) -> str:
    answer = httpx.post(f"{url}/api/upload", files={"file": ("a.pdf", sheets.pdf())}, timeout=60)
    return str(answer.json()["session_id"])


async def ask(client: httpx.AsyncClient, session_id: str, **form: str) -> httpx.Response:
    return await client.post("/api/chat", data={"session_id": session_id, "question": "Was?", **form})


@asynccontextmanager
async def full(url: str, uploaded: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose places are taken, those for waiting, too, for a second or two."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        busy = [asyncio.create_task(ask(client, each)) for each in uploaded]
        for _ in range(1000):
            if "drawing_service_waiting 2.0" in (await client.get("/metrics")).text:
                break
        yield client
        await asyncio.gather(*busy)


@pytest.mark.parametrize("stream", ["false", "true"])
def test_under_fivefold_overload_some_are_answered_and_the_others_sent_away(
    url: str, uploaded: list[str], engine: SmallEngine, stream: str
) -> None:
    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            return await asyncio.gather(*(ask(client, each, stream=stream) for each in uploaded * 5))

    told = asyncio.run(all_at_once())
    refused = [answer for answer in told if answer.status_code == 503]
    assert [answer.status_code for answer in told].count(200) == len(told) - len(refused) >= 4
    assert len(refused) >= 10
    assert {answer.json()["code"] for answer in refused} == {"overloaded"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert engine.most_at_once == 2


async def test_when_full_nobody_looks_whether_the_session_exists(url: str, uploaded: list[str]) -> None:
    async with full(url, uploaded) as client:
        chat = await ask(client, NOBODY)
        extraction = await client.post("/api/extract", data={"session_id": NOBODY})
    assert (chat.status_code, extraction.status_code) == (503, 503)


async def test_a_refusal_takes_less_than_a_tenth_of_a_second(url: str, uploaded: list[str]) -> None:
    taken = []
    async with full(url, uploaded) as client:
        for _ in range(5):
            began = time.perf_counter()
            assert (await ask(client, NOBODY)).status_code == 503
            taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.1


def test_an_extraction_has_a_deadline(url: str, uploaded: list[str]) -> None:
    answer = httpx.post(f"{url}/api/extract", data={"session_id": uploaded[0]}, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (504, "extract_timeout")


def test_the_deadline_of_a_chat_holds_while_it_waits(tmp_path: Path) -> None:
    chosen = settings(tmp_path, chat_timeout_s=0.5, reader_questions=1)
    with serving(create_app(chosen, SmallEngine(seconds=10))) as url:
        session_id = upload(url)

        async def two() -> list[str]:
            async with httpx.AsyncClient(base_url=url, timeout=60) as client:
                answers = await asyncio.gather(*(ask(client, session_id) for _ in range(2)))
                return [answer.json()["code"] for answer in answers]

        assert asyncio.run(two()) == ["chat_timeout", "chat_timeout"]


class Flood(SmallEngine):
    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        self.at_once += 1
        try:
            for _ in range(40):
                yield Delta("x" * 1_000_000)
            yield Answer("")
        finally:
            self.at_once -= 1


def test_a_client_that_does_not_read_its_stream_loses_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine, chosen = Flood(), settings(tmp_path, take_timeout_s=0.3)
    with serving(create_app(chosen, engine), protocol_of(chosen)) as url:
        form = urlencode({"session_id": upload(url), "question": "Was?", "stream": "true"})
        deaf = http.client.HTTPConnection(urlsplit(url).netloc)
        deaf.request("POST", "/api/chat", form, {"content-type": "application/x-www-form-urlencoded"})
        assert deaf.getresponse().status == 200
        assert engine.at_once == 1
        began = time.perf_counter()
        while engine.at_once and time.perf_counter() - began < 20:
            time.sleep(0.02)
        assert engine.at_once == 0
        deaf.close()
    assert "did not take its answer" in caplog.text
    assert "Traceback" not in caplog.text
