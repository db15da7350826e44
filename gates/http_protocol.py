"""How a client may speak HTTP: how long its request may take to arrive, and how long the request's head may be.

uvicorn waits for ever and reads heads of any length; a few hundred connections that send a byte now and then would
hold the service. One that reads nothing of its answer holds as much.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from errors import HeadTooLarge, MalformedRequest, ServiceError
from gates import problem
from gates.guarded_headers import GUARDED
from settings import Settings

log = logging.getLogger("drawing_service")


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with deadlines in s and a limit in bytes. What is no request gets a problem document."""

    head_timeout_s: ClassVar[float] = 10
    body_timeout_s: ClassVar[float] = 120
    take_timeout_s: ClassVar[float] = 30
    max_head_bytes: ClassVar[int] = 32_768

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._taking_deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        #: Received since the parser last had something to show for it: a head, a piece of the body, the end.
        self._unparsed_bytes = 0
        self._fault: ServiceError = MalformedRequest()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self._wait(self.head_timeout_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()
        if self._taking_deadline is not None:
            self._taking_deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None:
            self._wait(self.head_timeout_s)
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._unparsed_bytes > self.max_head_bytes and not self.transport.is_closing():
            self._refuse(HeadTooLarge(limit=self.max_head_bytes))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Also called for the trailers of a chunked body."""
        self._count(len(name) + len(value) + len(": \r\n"))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._unparsed_bytes = 0
        self._wait(self.body_timeout_s)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._unparsed_bytes = 0

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._unparsed_bytes = 0
        self._wait_no_longer()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking_deadline = self.loop.call_later(self.take_timeout_s, self._not_taken)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._taking_deadline is not None:
            self._taking_deadline.cancel()

    def _not_taken(self) -> None:
        """Ends the work behind the answer, too: its client has left then."""
        log.warning("A client did not take its answer and is cut off")
        self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        """Anybody can ask for one, and gets an ordinary answer; uvicorn would advise to install a library."""

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn where the parser gave up; its own answer is plain text."""
        self._refuse(self._fault)

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.max_head_bytes:
            self._fault = HeadTooLarge(limit=self.max_head_bytes)
            raise self._fault  # ends the parser, which has uvicorn call `send_400_response`

    def _refuse(self, error: ServiceError) -> None:
        """Writes to the connection itself: there is no request that an application could answer."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()  # a document in the middle of an answer would pass for a part of it
            return
        request_id = uuid.uuid4().hex
        body = json.dumps(problem.of_error(error, "de") | {"request_id": request_id}, ensure_ascii=False).encode()
        headers = GUARDED | {
            "Content-Type": problem.PROBLEM_JSON,
            "Content-Length": str(len(body)),
            "X-Request-ID": request_id,
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[error.status] + lines.encode("ascii") + b"\r\n" + body)
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._wait_no_longer()
        self._deadline = self.loop.call_later(seconds, self._expired)

    def _wait_no_longer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expired(self) -> None:
        if self._client_waits():
            self._wait(self.head_timeout_s)
        else:
            self.transport.abort()  # `close` would wait for a client that reads nothing, either

    def _client_waits(self) -> bool:
        """A request has arrived and is not answered yet: whatever came after it may take its time."""
        cycle = self.cycle
        return bool(self.pipeline) or (cycle is not None and not cycle.more_body and not cycle.response_complete)


def protocol_of(settings: Settings) -> type[GuardedProtocol]:
    """uvicorn takes a class, so the settings are put on one."""
    return type(
        "ConfiguredProtocol",
        (GuardedProtocol,),
        {
            "head_timeout_s": settings.head_timeout_s,
            "body_timeout_s": settings.body_timeout_s,
            "take_timeout_s": settings.take_timeout_s,
            "max_head_bytes": settings.max_head_bytes,
        },
    )
