"""What a client says that no client should, on a real socket; each with its one outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from gates import problem
from gates.http_protocol import GuardedProtocol, protocol_of
from main import create_app
from settings import Settings
from tests import wire
from tests.factories import settings
from tests.server import serving
from tests.wire import FORM, chunk, fields, form, request, say

HEAD_S, BODY_S, TAKE_S = 0.6, 1.0, 1.0
FILE = b'name="file"; filename="a.pdf"'
#: More than the sockets of both sides keep.
LARGE_BYTES = 30_000_000
CHUNKED = "Transfer-Encoding: chunked"


class Impatient(GuardedProtocol):
    head_timeout_s = HEAD_S
    body_timeout_s = BODY_S
    take_timeout_s = TAKE_S


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = create_app(settings(tmp_path_factory.mktemp("wire"), max_upload_bytes=500_000, spare_processes=0))
    with serving(app, Impatient) as made:
        yield made


#: what is said → status, code
REFUSED: dict[str, tuple[tuple[bytes, ...], int, str]] = {
    "no HTTP": ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",), 400, "bad_request"),
    "negative length": ((request("/api/upload", FORM, "Content-Length: -1"),), 400, "bad_request"),
    "two lengths": ((request("/api/upload", FORM, "Content-Length: 5", "Content-Length: 6"),), 400, "bad_request"),
    "length and chunked": (
        (request("/api/upload", FORM, "Content-Length: 5", CHUNKED, body=chunk(b"x") + b"0\r\n\r\n"),),
        400,
        "bad_request",
    ),
    "broken chunk": ((request("/api/chat", FORM, CHUNKED, body=b"zz\r\n"),), 400, "bad_request"),
    "header of 160 kB": ((request("/health/live", f"X-Long: {'x' * 160_000}", method="GET"),), 431, "head_too_large"),
    "2,000 headers": (
        (request("/health/live", *(f"X-{n}: {n:030}" for n in range(2000)), method="GET"),),
        431,
        "head_too_large",
    ),
    "address of 40 kB": ((request(f"/{'x' * 40_000}", method="GET"),), 431, "head_too_large"),
    "head without end": ((b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 40_000,), 431, "head_too_large"),
    "trailers without end": (
        (
            request("/api/chat", FORM, CHUNKED, body=chunk(b"--b\r\n") + b"0\r\n"),
            *[b"X-T: " + b"x" * 4000 + b"\r\n"] * 12,
        ),
        431,
        "head_too_large",
    ),
    "10 GB announced": ((request("/api/upload", FORM, "Content-Length: 10000000000"),), 413, "file_too_large"),
    "1 MB where 500 kB are allowed": (
        (request("/api/upload", FORM, body=form((FILE, b"%PDF" + b" " * 1_000_000))),),
        413,
        "file_too_large",
    ),
    "the same in chunks": (
        (request("/api/upload", FORM, CHUNKED, body=chunk(form((FILE, b"%PDF" + b" " * 1_000_000))) + b"0\r\n\r\n"),),
        413,
        "file_too_large",
    ),
    "a chat of 70 kB": ((request("/api/chat", FORM, body=fields(["question"], b"x" * 70_000)),), 413, "form_too_large"),
    "a chat of 70 kB in chunks": (
        (request("/api/chat", FORM, CHUNKED, body=chunk(fields(["question"], b"x" * 70_000)) + b"0\r\n\r\n"),),
        413,
        "form_too_large",
    ),
    "1,200 fields": (
        (request("/api/upload", FORM, body=fields(f"f{n}" for n in range(1200))),),
        400,
        "bad_request",
    ),
    "17 fields of a form without parts": (
        (
            request(
                "/api/chat",
                "Content-Type: application/x-www-form-urlencoded",
                body=b"&".join(b"f%d=x" % n for n in range(17)),
            ),
        ),
        400,
        "bad_request",
    ),
    "a field of 70 kB": ((request("/api/upload", FORM, body=fields(["note"], b"x" * 70_000)),), 400, "bad_request"),
    "two files": ((request("/api/upload", FORM, body=form((FILE, b"%PDF"), (FILE, b"%PDF"))),), 400, "bad_request"),
    "a form without its boundary": ((request("/api/chat", FORM, body=b"question=?"),), 400, "bad_request"),
    "a charset that decodes nothing": (
        (request("/api/chat", f"{FORM}; charset=undefined", body=fields(["question"])),),
        400,
        "bad_request",
    ),
    "a length that cuts the form short": (
        (request("/api/upload", FORM, "Content-Length: 60", body=form((FILE, b"%PDF" * 100))[:60]),),
        422,
        "invalid_request",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_of_ours_gets_a_problem_document(url: str, name: str) -> None:
    said, status, code = REFUSED[name]
    heard = say(url, *said)
    assert (heard.status, heard.json()["code"]) == (status, code)
    assert heard.headers["content-type"] == "application/problem+json"
    assert heard.headers["x-request-id"] == heard.json()["request_id"] != ""
    assert heard.headers["x-content-type-options"] == "nosniff"


CUT: dict[str, tuple[bytes, ...]] = {
    "says nothing": (b"",),
    "stops within the head": (b"POST /api/chat HTTP/1.1\r\nHost: loc",),
    "sends empty lines": (b"\r\n\r\n",),
    "stops within the body": (request("/api/chat", FORM, "Content-Length: 1000", body=b"--b\r\n"),),
    "stops within a chunk": (request("/api/upload", FORM, CHUNKED, body=b"ff\r\n--b\r\n"),),
}


@pytest.mark.parametrize("name", CUT)
def test_a_client_that_stops_speaking_is_cut_off(url: str, name: str) -> None:
    began = time.monotonic()
    assert say(url, *CUT[name]).status is None
    assert HEAD_S * 0.9 < time.monotonic() - began < 15


@pytest.mark.parametrize(
    "begun", [b"GET /health/live HTTP/1.1\r\nX: ", request("/api/chat", FORM, "Content-Length: 999")]
)
def test_a_client_that_trickles_is_cut_off_at_the_deadline(url: str, begun: bytes) -> None:
    with wire.connect(url) as connection, pytest.raises(ConnectionError):
        connection.sendall(begun)
        for _ in range(150):
            connection.sendall(b"x")
            time.sleep(0.1)


def test_a_second_request_has_a_deadline_too(url: str) -> None:
    with wire.connect(url) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"\r\n")  # ends uvicorn's own wait for a kept connection
        assert wire.listen(connection).status is None


def test_health_answers_while_hundreds_hold_half_a_request_open(url: str) -> None:
    held = [wire.connect(url) for _ in range(200)]
    try:
        for connection in held:
            connection.sendall(b"POST /api/upload HTTP/1.1\r\nHost: loc")
        began = time.monotonic()
        assert httpx.get(f"{url}/health").status_code == 200
        assert time.monotonic() - began < 1
        assert all(wire.listen(connection).status is None for connection in held)
    finally:
        for connection in held:
            connection.close()


def slow_app() -> FastAPI:
    app = FastAPI()
    problem.install(app)

    @app.post("/large")
    async def large() -> PlainTextResponse:
        return PlainTextResponse("x" * LARGE_BYTES)

    @app.post("/small")
    async def small() -> None: ...

    @app.post("/slow")
    async def slow() -> str:
        await asyncio.sleep(3 * HEAD_S)
        return "done"

    return app


@pytest.mark.parametrize("after", [b"", b"\r\n", b"GET /health/live HTTP/1.1\r\nHo"])
def test_an_answer_may_take_longer_than_its_request(after: bytes) -> None:
    with serving(slow_app(), Impatient) as url, wire.connect(url) as connection:
        connection.sendall(request("/slow", body=b"x"))
        time.sleep(0.1)
        connection.sendall(after)
        assert wire.listen(connection).status == 200


def test_a_client_that_does_not_take_its_answer_is_cut_off() -> None:
    with serving(slow_app(), Impatient) as url, wire.connect(url) as connection:
        connection.sendall(request("/large"))
        time.sleep(TAKE_S + 1)
        heard = wire.listen(connection)
    assert heard.status == 200
    assert len(heard.body) < LARGE_BYTES


def test_a_client_that_has_taken_its_answer_may_ask_on() -> None:
    class Patient(GuardedProtocol):
        take_timeout_s = 2

    large, small = (f"POST /{path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n".encode() for path in ("large", "small"))
    with serving(slow_app(), Patient) as url, wire.connect(url) as connection:
        connection.sendall(large)
        left = LARGE_BYTES
        while left > 0:
            left -= len(connection.recv(1_048_576))
        for _ in range(6):
            time.sleep(0.5)
            connection.sendall(small)
            assert connection.recv(65_536)


def test_an_upgrade_is_not_made_and_the_request_answered(url: str, caplog: pytest.LogCaptureFixture) -> None:
    asked = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert say(url, asked).status == 200
    assert not caplog.records


def test_the_settings_are_heeded() -> None:
    made = protocol_of(Settings(head_timeout_s=3, body_timeout_s=4, take_timeout_s=5, max_head_bytes=6000))
    heeded = (made.head_timeout_s, made.body_timeout_s, made.take_timeout_s, made.max_head_bytes)
    assert heeded == (3, 4, 5, 6000)
