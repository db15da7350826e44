"""Who is let in, before anything of the request is read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.routing import Route

from gates.guard import PUBLIC, GuardedRoute
from keys import digest_of
from main import create_app
from tests import wire
from tests.factories import keys_file, settings
from tests.server import serving

ANNA, BERT = {"authorization": "Bearer anna-key"}, {"x-api-key": "bert-key"}
NOBODY = str(uuid.uuid4())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[TestClient]:
    file = keys_file(folder, anna="anna-key", bert="bert-key")
    with TestClient(create_app(settings(folder, api_keys_file=file, spare_processes=0))) as made:
        yield made


@pytest.fixture(scope="module")
def annas(guarded: TestClient, sheet_pdf: bytes) -> str:
    """A session of Anna's."""
    answer = guarded.post("/api/upload", files={"file": ("a.pdf", sheet_pdf)}, headers=ANNA)
    return str(answer.json()["session_id"])


def routes(client: TestClient) -> list[Route]:
    found = client.app.routes  # type: ignore[attr-defined]
    assert all(isinstance(route, GuardedRoute) for route in found)
    return list(found)


def without_id(answer: httpx2.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_every_route_but_the_public_ones_is_closed_without_a_key(guarded: TestClient) -> None:
    opened = set()
    for route in routes(guarded):
        path = route.path_format.format(session_id=NOBODY, page=1, name="main.js")
        for method in route.methods or ():
            answer = guarded.request(method, path)
            if answer.status_code != 401:
                opened.add(route.path)
    assert opened == {"/", "/health", "/health/live", "/ui", "/ui/{name:path}"} == PUBLIC


def test_there_are_routes_to_ask(guarded: TestClient) -> None:
    asked = {route.path for route in routes(guarded)}
    assert asked > PUBLIC | {"/metrics", "/docs", "/openapi.json", "/api/upload", "/api/chat", "/api/extract"}


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json"])
def test_what_tells_of_the_service_is_shown_to_a_key(guarded: TestClient, path: str) -> None:
    assert guarded.get(path, headers=ANNA).status_code == 200


def test_the_refusal_says_how_to_be_let_in(guarded: TestClient) -> None:
    answer = guarded.get("/metrics", headers={"authorization": "Bearer wrong", "accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "valid key" in answer.json()["detail"]
    assert answer.headers["x-request-id"] == answer.json()["request_id"] != ""


def test_a_stranger_is_refused_before_the_body_is_sent(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, api_keys_file=keys_file(tmp_path, anna="anna-key"), spare_processes=0))
    with serving(app) as url:
        heard = wire.say(url, wire.request("/api/upload", wire.FORM, "Content-Length: 50000000"))
    assert heard.status == 401


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/api/chat", {"question": "Welcher Werkstoff?"}),
        ("POST", "/api/extract", {"what": "title_block"}),
        ("GET", "/api/session/{}", None),
        ("GET", "/api/session/{}/pages/1", None),
        ("DELETE", "/api/session/{}", None),
    ],
)
def test_a_session_is_its_owners_and_unknown_to_everybody_else(
    guarded: TestClient, annas: str, method: str, path: str, form: dict[str, str] | None
) -> None:
    def ask(session_id: str, key: dict[str, str]) -> httpx2.Response:
        data = None if form is None else form | {"session_id": session_id}
        return guarded.request(method, path.format(session_id), data=data, headers=key)

    foreign, unknown = ask(annas, BERT), ask(NOBODY, BERT)
    assert (foreign.status_code, without_id(foreign)) == (404, without_id(unknown))
    assert ask(annas, ANNA).status_code == 200


def test_a_session_from_before_there_were_keys_is_nobodys(tmp_path: Path, sheet_pdf: bytes) -> None:
    with TestClient(create_app(settings(tmp_path, spare_processes=0))) as client:
        session_id = client.post("/api/upload", files={"file": ("a.pdf", sheet_pdf)}).json()["session_id"]
        assert client.get(f"/api/session/{session_id}").status_code == 200
    keyed = settings(tmp_path, api_keys_file=keys_file(tmp_path, anna="anna-key"), spare_processes=0)
    with TestClient(create_app(keyed)) as client:
        assert client.get(f"/api/session/{session_id}", headers=ANNA).status_code == 404


def test_the_owner_is_stored_and_the_key_is_not(folder: Path, guarded: TestClient, sheet_pdf: bytes) -> None:
    upload = guarded.post("/api/upload", files={"file": ("a.pdf", sheet_pdf)}, headers=BERT).json()
    stored = (folder / "sessions" / upload["session_id"] / "session.json").read_text()
    assert json.loads(stored)["owner"] == digest_of("bert-key")[:16]
    assert "bert-key" not in stored


def test_one_question_too_many_in_a_minute_is_refused_and_no_other_key_with_it(tmp_path: Path) -> None:
    file = keys_file(tmp_path, anna="anna-key", bert="bert-key")
    limited = settings(tmp_path, api_keys_file=file, chats_per_minute=2, spare_processes=0)
    with TestClient(create_app(limited)) as client:
        asked = [client.post("/api/chat", headers=ANNA).status_code for _ in range(3)]
        refused = client.post("/api/extract", headers=ANNA)
        other = client.post("/api/chat", headers=BERT)
    assert asked == [422, 422, 429]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["retry-after"]) == refused.json()["retry_after_s"] <= 60
    assert other.status_code == 422


def test_one_question_too_many_at_once_is_refused(guarded: TestClient) -> None:
    rates, owner = guarded.app_state["service"].rates, digest_of("anna-key")[:16]
    held = [guarded.portal.wrap_async_context_manager(rates.admitted("chats", owner)) for _ in range(4)]  # type: ignore[union-attr]
    with held[0], held[1], held[2]:
        with held[3]:
            assert guarded.post("/api/chat", headers=ANNA).status_code == 429
        assert guarded.post("/api/chat", headers=ANNA).status_code == 422


def test_without_keys_nobody_is_counted_on_loopback(client: httpx2.Client) -> None:
    assert {client.post("/api/chat").status_code for _ in range(80)} == {422}
