"""More files than are decoded at once: some wait, the rest are told to come again, readings go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from drawing.folder import original
from drawing.places import Places
from drawing.sheet import Box, Part
from drawing.workshop import OpenSheet, Workshop
from errors import Overloaded
from main import create_app
from tests import sheets
from tests.factories import settings, sheet


async def test_the_queue_takes_so_many_and_no_more() -> None:
    places = Places(1, queue=2)
    begun: list[int] = []

    async def work(number: int) -> None:
        async with places.one():
            begun.append(number)

    async with places.one():
        waiting = [asyncio.create_task(work(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await work(3)
    await asyncio.gather(*waiting)
    assert begun == [1, 2]


async def test_who_leaves_the_queue_makes_room() -> None:
    places = Places(1, queue=1)
    async with places.one():
        leaving = asyncio.create_task(_pass_through(places))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        staying = asyncio.create_task(_pass_through(places))
        await asyncio.sleep(0)
        assert not staying.done()
    await staying


async def test_without_a_queue_a_free_place_is_still_had() -> None:
    await _pass_through(Places(1, queue=0))


async def test_an_admitted_question_waits_whatever_the_queue() -> None:
    places = Places(1, queue=0)
    async with places.one():
        waiting = asyncio.create_task(_pass_through(places, admitted=True))
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting


async def _pass_through(places: Places, *, admitted: bool = False) -> None:
    async with places.one(admitted=admitted):
        pass


def desk(folder: Path) -> OpenSheet:
    original(folder).write_bytes(sheets.pdf())
    return OpenSheet(Workshop(settings(folder, child_processes=1, child_queue=0)), folder, True, sheet())


async def test_lettering_is_read_while_every_place_is_taken(tmp_path: Path) -> None:
    opened = desk(tmp_path)
    async with opened.workshop._decoding.one():
        assert (await opened.read()).reading.words


async def test_a_part_that_is_drawn_for_nobodys_question_is_refused(tmp_path: Path) -> None:
    opened = desk(tmp_path)
    async with opened.workshop._decoding.one():
        with pytest.raises(Overloaded):
            await opened.picture(Part(Box(0, 0, 100, 100), 10_000), admitted=False)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A service with one place, which is taken, and no queue; one session was opened before."""
    with TestClient(create_app(settings(tmp_path, child_processes=1, child_queue=0))) as client:
        assert client.portal
        client.headers["X-Session"] = str(upload(client).json()["session_id"])
        places = client.app_state["service"].workshop._decoding
        client.portal.call(places._free.acquire)
        yield client


def upload(client: httpx2.Client) -> httpx2.Response:
    return client.post("/api/upload", files={"file": ("flansch.pdf", sheets.pdf())})


@pytest.mark.parametrize("ask", [
    upload,
    lambda client: client.get(f"/api/session/{client.headers['X-Session']}/pages/1", params={"max_px": 100}),
])  # fmt: skip
def test_one_too_many_is_told_at_once_to_come_again(full: httpx2.Client, ask: object) -> None:
    assert callable(ask)
    begun = time.perf_counter()
    answer = ask(full)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "overloaded", "5")
    assert time.perf_counter() - begun < 1


def test_a_refused_upload_leaves_nothing(full: httpx2.Client, tmp_path: Path) -> None:
    upload(full)
    assert list((tmp_path / "sessions" / ".incoming").iterdir()) == []
