"""Refuses request bodies beyond a size, announced or not, with the problem document of every other error.

Starlette's own `RequestBodyLimitMiddleware` answers an announced size in plain text, which no caller of ours expects.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import problem
from errors import FileTooLarge

#: Form fields and multipart boundaries around the one file.
FORM_BYTES = 262_144


class BodyLimit:
    """`limit_bytes` for the file of an upload; a pure ASGI class, because others hide disconnects."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._limit_bytes + FORM_BYTES:
            await problem.response(Request(scope), FileTooLarge(limit=self._limit_bytes))(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._limit_bytes + FORM_BYTES:
                # FastAPI lets only an HTTPException out of its form parser.
                raise HTTPException(413)
            return message

        return counted


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0
