"""One line a request: what was asked by its route, how it went, how long it took and how much was said."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("drawing_service.access")

#: For what no route answers: the path itself may say anything.
NO_ROUTE = "-"


class AccessLog:
    """A pure ASGI class, because others hide disconnects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            _tell(scope, status, round(1000 * (time.perf_counter() - began)), size)


def _tell(scope: Scope, status: int, ms: int, size: int) -> None:
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    figures = {"method": scope["method"], "route": route, "status": status, "ms": ms, "bytes": size}
    log.info("%s %s %d, %d ms, %d bytes", *figures.values(), extra=figures)
