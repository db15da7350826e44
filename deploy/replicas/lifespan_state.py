"""What an application's lifespan yields, put into its requests, which Ray Serve's server leaves out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LifespanState:
    """Pure ASGI (Lifespan Protocol 2.0, "Lifespan State"): each request gets a shallow copy.

    The start-up is over once `ready` returns: only then is the replica sent requests.
    """

    def __init__(self, app: ASGIApp, ready: Callable[[], Awaitable[None]]) -> None:
        self._app = app
        self._ready = ready
        self.state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            scope["state"] = self.state.copy()
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self._ready()
            await send(message)

        scope["state"] = self.state
        await self._app(scope, receive, sent)
