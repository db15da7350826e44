"""Every answer carries them, whoever gives it."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from main import create_app
from tests.factories import settings

EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/", 405),
        ("POST", "/api/chat", 422),
    ],
)
def test_answers_of_routes_and_refusals_carry_them(client: httpx2.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.items() >= EXPECTED.items()


@pytest.mark.parametrize(
    ("headers", "status"), [({"host": "evil.example"}, 421), ({"content-length": "99999999"}, 413)]
)
def test_answers_of_the_gates_carry_them(client: httpx2.Client, headers: dict[str, str], status: int) -> None:
    answer = client.post("/api/chat", headers=headers)
    assert answer.status_code == status
    assert answer.headers.items() >= EXPECTED.items()
    assert answer.headers["x-request-id"]


def test_the_answer_to_an_unknown_exception_carries_them(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert answer.headers.items() >= EXPECTED.items()


def test_the_page_of_the_routes_may_load_what_shows_them(client: httpx2.Client) -> None:
    policy = client.get("/docs").headers["content-security-policy"]
    assert "https://cdn.jsdelivr.net" in policy
    assert "frame-ancestors 'none'" in policy
