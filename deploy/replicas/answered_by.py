"""Which engine replica answered a request: in its answer's header, so that a complaint leads to a log."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Engine-Replica"

#: A list that the request's tasks share, for what they set in contexts of their own would not be seen here.
_answering: ContextVar[list[str] | None] = ContextVar("answering", default=None)


def note(replica: str) -> None:
    """Called by whoever asks a replica, within the request."""
    answering = _answering.get()
    if answering is not None:
        answering[:] = [replica]


class AnsweredBy:
    """Pure ASGI. A stream that begins before its first word has no such header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering: list[str] = []
        token = _answering.set(answering)

        async def named_send(message: Message) -> None:
            if message["type"] == "http.response.start" and answering:
                MutableHeaders(scope=message)[HEADER] = answering[0]
            await send(message)

        try:
            await self._app(scope, receive, named_send)
        finally:
            _answering.reset(token)
