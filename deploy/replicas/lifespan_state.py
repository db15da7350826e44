"""What an application's lifespan yields, put into its requests, which Ray Serve's server leaves out."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class LifespanState:
    """Pure ASGI (Lifespan Protocol 2.0, "Lifespan State"): each request gets a shallow copy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"] = self.state
        else:
            scope["state"] = self.state.copy()
        await self._app(scope, receive, send)
