from __future__ import annotations

import logging

import pytest
from starlette.types import Message, Receive, Scope, Send

from gates.access_log import AccessLog

SCOPE: Scope = {"type": "http", "method": "GET", "path": "/secret"}


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def nowhere(_: Message) -> None: ...


async def in_pieces(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for piece in (b"12345", b"678"):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("secret")


async def test_every_piece_of_a_stream_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "drawing_service"):
        await AccessLog(in_pieces)(dict(SCOPE), nothing, nowhere)
    (record,) = caplog.records
    assert (record.__dict__["status"], record.__dict__["bytes"], record.__dict__["route"]) == (200, 8, "-")


async def test_a_request_that_fails_has_its_line_too(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "drawing_service"), pytest.raises(RuntimeError):
        await AccessLog(broken)(dict(SCOPE), nothing, nowhere)
    assert [record.__dict__["status"] for record in caplog.records] == [500]
    assert "secret" not in caplog.messages[0]


async def test_what_is_no_request_has_no_line(caplog: pytest.LogCaptureFixture) -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None: ...

    with caplog.at_level(logging.INFO, "drawing_service"):
        await AccessLog(silent)({"type": "lifespan"}, nothing, nowhere)
    assert caplog.records == []
