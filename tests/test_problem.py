"""Every route answers what it refuses with the same document."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from main import create_app
from tests.factories import settings

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}
NOBODY = str(uuid.uuid4())

#: method, path, form, files → status, code
REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "/", {}, 405, "method_not_allowed"),
    ("DELETE", "/health", {}, 405, "method_not_allowed"),
    ("POST", "/health/live", {}, 405, "method_not_allowed"),
    ("POST", "/metrics", {}, 405, "method_not_allowed"),
    ("POST", "/ui", {}, 405, "method_not_allowed"),
    ("GET", "/ui/nothing", {}, 404, "not_found"),
    ("GET", "/nowhere", {}, 404, "not_found"),
    ("POST", "/api/upload", {}, 422, "invalid_request"),
    ("POST", "/api/upload", {"files": {"file": ("a.svg", b"<svg/>")}}, 415, "unsupported_type"),
    ("POST", "/api/upload", {"files": {"file": ("a.pdf", b"")}}, 422, "unreadable_file"),
    ("POST", "/api/upload", {"files": {"file": ("a.pdf", b"%PDF-1.7")}}, 422, "unreadable_file"),
    ("POST", "/api/upload", {"files": {"file": ("a.pdf", b"%PDF" + b" " * 3_000_000)}}, 413, "file_too_large"),
    ("POST", "/api/chat", {}, 422, "invalid_request"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": "?"}}, 404, "session_not_found"),
    ("POST", "/api/chat", {"data": {"session_id": "../..", "question": "?"}}, 404, "session_not_found"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": " "}}, 422, "invalid_request"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": "x" * 5000}}, 422, "invalid_request"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": "𝄞" * 4000}}, 404, "session_not_found"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": "?", "page": "0"}}, 422, "invalid_request"),
    ("POST", "/api/chat", {"data": {"session_id": NOBODY, "question": "?", "region": "1,2"}}, 422, "invalid_request"),
    ("POST", "/api/chat", {"content": b"\xff", "headers": {"content-type": "multipart/form-data"}}, 400, "bad_request"),
    ("POST", "/api/extract", {}, 422, "invalid_request"),
    ("POST", "/api/extract", {"data": {"session_id": NOBODY}}, 404, "session_not_found"),
    ("POST", "/api/extract", {"data": {"session_id": NOBODY, "what": "x"}}, 422, "invalid_request"),
    ("POST", "/api/extract", {"data": {"session_id": NOBODY, "format": "x"}}, 422, "invalid_request"),
    ("GET", f"/api/session/{NOBODY}", {}, 404, "session_not_found"),
    ("GET", f"/api/session/{NOBODY}/pages/1", {}, 404, "session_not_found"),
    ("GET", f"/api/session/{NOBODY}/pages/x", {}, 422, "invalid_request"),
    ("DELETE", f"/api/session/{NOBODY}", {}, 404, "session_not_found"),
    ("DELETE", "/api/session/%2e%2e%2f", {}, 404, "not_found"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with TestClient(create_app(settings(tmp_path_factory.mktemp("small"), max_upload_bytes=1_000_000))) as made:
        yield made


@pytest.mark.parametrize(("method", "path", "sent", "status", "code"), REFUSED)
def test_every_refusal_is_a_problem_document(
    small: httpx2.Client, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = small.request(method, path, **sent)
    body = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.keys() >= MEMBERS
    assert body["request_id"] == answer.headers["x-request-id"] != ""


def test_every_route_is_asked_for_a_refusal(small: httpx2.Client) -> None:
    routes = {r.path for r in create_app.__globals__["router"].routes}  # the router that create_app includes
    asked = {path.replace(NOBODY, "{session_id}").replace("pages/1", "pages/{page}") for _, path, *_ in REFUSED}
    assert routes <= asked


def test_every_error_is_described_as_a_problem_document(small: httpx2.Client) -> None:
    description = small.get("/openapi.json").json()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            refused = {status: answer for status, answer in operation["responses"].items() if status == "4XX"}
            assert [list(answer["content"]) for answer in refused.values()] == [["application/problem+json"]], path


@pytest.mark.parametrize(
    ("accept", "words"),
    [(None, "Diese Sitzung gibt es nicht"), ("en-GB,en;q=0.9", "There is no such session"), ("fr", "Diese Sitzung")],
)
def test_refusals_speak_german_unless_english_is_asked_for(
    client: httpx2.Client, accept: str | None, words: str
) -> None:
    answer = client.get(f"/api/session/{NOBODY}", headers={"accept-language": accept} if accept else {})
    assert answer.json()["detail"].startswith(words)


def test_the_body_of_an_announced_giant_is_not_read(small: httpx2.Client) -> None:
    answer = small.post("/api/upload", content=b"x", headers={"content-length": str(10**10)})
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def test_an_unannounced_giant_is_refused_too(small: httpx2.Client) -> None:
    pieces = (b"x" * 100_000 for _ in range(40))
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    answer = small.post(
        "/api/upload",
        content=(piece for piece in (head, *pieces)),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def test_an_unknown_exception_says_nothing_of_itself(tmp_path: Any) -> None:
    app = create_app(settings(tmp_path))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("/etc/secret")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"x-request-id": "r-1"})
    assert (answer.status_code, answer.json()["code"], answer.json()["request_id"]) == (500, "internal_error", "r-1")
    assert "secret" not in answer.text


def test_the_clients_request_id_comes_back(client: httpx2.Client) -> None:
    assert client.get("/health/live", headers={"x-request-id": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: httpx2.Client) -> None:
    assert client.get("/health/live", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"
