"""The session store's troubles, as a client of the service meets them."""

from __future__ import annotations

import asyncio
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, cast

import httpx2
import pytest
from fastapi.testclient import TestClient

from embedded_reader import EmbeddedReader
from main import create_app
from service import Service
from tests import sheets
from tests.factories import settings
from vision import Answer, Delta, Inquiry


@contextmanager
def client_of(folder: Path, engine: EmbeddedReader | None = None, **changed: Any) -> Iterator[httpx2.Client]:
    with TestClient(create_app(settings(folder, **changed), engine), raise_server_exceptions=False) as made:
        yield made


def service_of(client: httpx2.Client) -> Service:
    return cast(Service, client.app_state["service"])  # type: ignore[attr-defined]


def upload(client: httpx2.Client) -> httpx2.Response:
    return client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())})


def ask(client: httpx2.Client, session_id: str, **more: str) -> httpx2.Response:
    return client.post("/api/chat", data={"session_id": session_id, "question": "Welcher Werkstoff?", **more})


def remove(root: Path, then: Callable[[Path], object] = lambda _: None) -> None:
    """Removes `root`, however often the service makes something in it meanwhile."""
    while True:
        with suppress(OSError):
            shutil.rmtree(root)
            then(root)
            return


@pytest.mark.parametrize("quota", [{"max_sessions": 1}, {"max_stored_bytes": 3000}, {"min_free_bytes": 2**60}])
def test_a_full_store_is_told_and_nothing_of_the_upload_is_left(tmp_path: Path, quota: dict[str, Any]) -> None:
    with client_of(tmp_path, **quota) as client:
        answers = [upload(client) for _ in range(2)]
        assert (answers[-1].status_code, answers[-1].json()["code"]) == (507, "storage_full")
        assert list((tmp_path / "sessions" / ".incoming").iterdir()) == []


def test_a_deletion_makes_room(tmp_path: Path) -> None:
    with client_of(tmp_path, max_sessions=1) as client:
        first = upload(client).json()["session_id"]
        assert upload(client).status_code == 507
        client.delete(f"/api/session/{first}")
        assert upload(client).status_code == 200


def test_a_root_that_vanished_costs_its_sessions_and_nothing_else(tmp_path: Path) -> None:
    with client_of(tmp_path) as client:
        lost = upload(client).json()["session_id"]
        remove(tmp_path / "sessions")
        assert client.get("/health").json()["sessions"] == 0
        for answer in (ask(client, lost), client.get(f"/api/session/{lost}"), client.delete(f"/api/session/{lost}")):
            assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
        assert ask(client, upload(client).json()["session_id"]).status_code == 200


def test_a_root_of_somebody_else_is_an_outage(tmp_path: Path) -> None:
    with client_of(tmp_path) as client:
        remove(tmp_path / "sessions", lambda root: root.symlink_to(tmp_path))
        answer = upload(client)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert "retry-after" in answer.headers
    assert str(tmp_path) not in answer.text


class Noting(EmbeddedReader):
    """Answers when it is let to, and notes what it is told to forget."""

    name: Literal["vllm", "embedded"] = "embedded"

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_answer = threading.Event(), asyncio.Event()
        self.forgotten: set[str] = set()
        self.shown: set[str] = set()

    async def forget(self, pictures: frozenset[str]) -> None:
        self.forgotten |= pictures
        self.may_answer.set()

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        from drawing.sheet import Part

        (rendering,) = await inquiry.desk.renderings(Part(inquiry.desk.sheet.box, 100_000))
        self.shown.add(rendering.facts.key)
        self.asked.set()
        await self.may_answer.wait()
        yield Delta("Stahl")
        yield Answer("Stahl")


def test_a_chat_whose_session_is_deleted_finds_none_and_its_picture_is_forgotten(tmp_path: Path) -> None:
    engine = Noting()
    with client_of(tmp_path, engine) as client:
        session_id = upload(client).json()["session_id"]
        answers: list[httpx2.Response] = []
        chat = threading.Thread(target=lambda: answers.append(ask(client, session_id)))
        chat.start()
        assert engine.asked.wait(60)
        assert client.delete(f"/api/session/{session_id}").status_code == 200
        chat.join()
        assert answers[0].json()["code"] == "session_not_found"
        assert engine.forgotten == engine.shown != set()
        assert not (tmp_path / "sessions" / session_id).exists()


def test_a_purge_removes_all_that_has_ended_in_slices_and_counts_it(tmp_path: Path) -> None:
    with client_of(tmp_path, session_ttl_s=0.3, purge_interval_s=0.2) as client:
        for _ in range(3):
            upload(client)
        until = time.monotonic() + 30
        while service_of(client).store.count() and time.monotonic() < until:
            time.sleep(0.05)
        figures = client.get("/metrics").text
    assert "drawing_service_sessions 0.0" in figures
    assert "drawing_service_purged_sessions_total 3.0" in figures


def test_a_cleaner_of_files_costs_sessions_and_fails_nobody(tmp_path: Path) -> None:
    """Deletes files of sessions at random while clients upload, ask, look and delete."""
    chance, over = random.Random(1), threading.Event()
    statuses: Counter[int] = Counter()

    def clean() -> None:
        while not over.wait(0.2):
            with suppress(FileNotFoundError):
                files = [file for file in (tmp_path / "sessions").glob("[0-9a-f]*/*") if file.is_file()]
                for file in chance.sample(files, min(1, len(files))):
                    file.unlink()

    with client_of(tmp_path) as client:

        def talk() -> None:
            for _ in range(4):
                answer = upload(client)
                statuses[answer.status_code] += 1
                session_id = answer.json().get("session_id", "")
                for each in (
                    ask(client, session_id),
                    client.get(f"/api/session/{session_id}"),
                    client.get(f"/api/session/{session_id}/pages/1", params={"max_px": "100"}),
                    client.post("/api/extract", data={"session_id": session_id}),
                    client.delete(f"/api/session/{session_id}"),
                ):
                    statuses[each.status_code] += 1

        cleaner = threading.Thread(target=clean)
        cleaner.start()
        talkers = [threading.Thread(target=talk) for _ in range(2)]
        for talker in talkers:
            talker.start()
        for talker in talkers:
            talker.join()
        over.set()
        cleaner.join()
    assert set(statuses) == {200, 404}, statuses
