"""The one way to a route: who asks is known, and let in, before a byte of the body is read.

Every route is closed unless it stands in `PUBLIC`. It is the route that decides, never the path as it was asked for,
which a proxy or a Host header may bend (CVE-2026-48710).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from errors import MalformedRequest, ServiceError
from keys import Caller
from rates import Activity
from service import Service

#: The page holds nothing of anybody: what it shows it asks for with a key.
PUBLIC = frozenset({"/", "/health", "/health/live", "/ui", "/ui/{name:path}"})
COUNTED: dict[str, Activity] = {"/api/chat": "chats", "/api/extract": "chats", "/api/upload": "uploads"}
#: A chat has ten fields; Starlette would read a thousand.
MAX_FILES, MAX_FIELDS = 1, 16


class GuardedRoute(APIRoute):
    """A dependency would come after the body, which FastAPI reads first: 50 MiB of a stranger."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.path in PUBLIC:
            await super().handle(scope, receive, send)
            return
        service = cast(Service, scope["state"]["service"])
        caller = service.keys.caller(Headers(scope=scope))
        scope["state"]["caller"] = caller
        activity = COUNTED.get(self.path)
        if activity is None:
            await super().handle(scope, receive, send)
            return
        async with service.rates.admitted(activity, caller.owner or client_address(scope)):
            await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler

        async def with_small_form(request: Request) -> Response:
            await read_form(request)
            return await handler(request)

        return with_small_form


async def read_form(request: Request) -> None:
    """Reads the form within our limits; the request keeps it for FastAPI. `MalformedRequest` where it is none."""
    limit = cast(Service, request.state.service).settings.max_form_bytes
    try:
        await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=limit)
    except (ClientDisconnect, HTTPException, ServiceError):
        raise
    except Exception as error:  # the parsers of a form let out whatever hits them, an unknown charset for one
        raise MalformedRequest from error


def client_address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else "unknown"


def owner(request: Request) -> str:
    """What the sessions of whoever asks belong to."""
    return cast(Caller, request.state.caller).owner
