"""The way back to the process that has the sheet in memory: what the service says and takes, and what balancers do."""

from __future__ import annotations

import uuid
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from gates.affinity import COOKIE, HEADER
from main import create_app
from tests import sheets
from tests.factories import settings

ANOTHER = str(uuid.uuid4())


def upload(client: httpx2.Client, headers: dict[str, str] | None = None) -> httpx2.Response:
    return client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())}, headers=headers)


def test_an_upload_says_what_to_send_along(client: httpx2.Client) -> None:
    answer = upload(client)
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert answer.headers[HEADER] == cookie.value == answer.json()["session_id"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["secure"]) == ("/", "strict", True, "")
    assert 86_390 <= int(cookie["max-age"]) <= 86_400


def test_over_https_the_cookie_never_leaves_it(tmp_path: Path) -> None:
    with TestClient(create_app(settings(tmp_path)), base_url="https://testserver") as client:
        assert SimpleCookie(upload(client).headers["set-cookie"])[COOKIE]["secure"]


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/api/chat", {"question": "Welcher Werkstoff?"}),
        ("POST", "/api/extract", {"what": "title_block"}),
        ("GET", "/api/session/{session_id}", {}),
        ("GET", "/api/session/{session_id}/pages/1", {}),
        ("DELETE", "/api/session/{session_id}", {}),
    ],
)
def test_the_header_must_name_the_session_of_the_request(
    client: httpx2.Client, session_id: str, method: str, path: str, form: dict[str, str]
) -> None:
    sent: dict[str, Any] = {"data": form | {"session_id": session_id}} if form else {}
    asked = path.format(session_id=session_id)
    refused = client.request(method, asked, headers={HEADER: ANOTHER}, **sent)
    assert (refused.status_code, refused.json()["code"]) == (400, "session_mismatch")
    assert client.request(method, asked, headers={HEADER: session_id}, **sent).status_code == 200


def test_the_cookie_opens_nothing_and_refuses_nothing(client: httpx2.Client, session_id: str) -> None:
    client.cookies.set(COOKIE, session_id)
    assert client.get(f"/api/session/{ANOTHER}").status_code == 404
    client.cookies.set(COOKIE, ANOTHER)
    assert client.get(f"/api/session/{session_id}").status_code == 200
    client.cookies.clear()


def test_the_header_alone_makes_no_session(client: httpx2.Client) -> None:
    answer = client.get(f"/api/session/{ANOTHER}", headers={HEADER: ANOTHER})
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


def test_a_welcome_page_may_send_and_read_the_header(tmp_path: Path) -> None:
    page = "https://drawings.example"
    with TestClient(create_app(settings(tmp_path, cors_origins=page))) as client:
        asks = {"origin": page, "access-control-request-method": "POST", "access-control-request-headers": HEADER}
        assert client.options("/api/chat", headers=asks).status_code == 200
        assert HEADER in upload(client, headers={"origin": page}).headers["access-control-expose-headers"]
