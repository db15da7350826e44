"""One `X-Request-ID` in an answer: Ray's servers add the one that a request came with, or that they gave it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"


class OneRequestId:
    """Pure ASGI. The application's own stays where it is another one, because the client's was none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        came_with = Headers(scope=scope).get(HEADER)  # before the application puts its own in that place

        async def send_without(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if came_with is not None and headers.get(HEADER) == came_with:
                    del headers[HEADER]
            await send(message)

        await self._app(scope, receive, send_without)
