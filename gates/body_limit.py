"""Refuses request bodies beyond a size, announced or not, with the problem document of every other error.

Starlette's own `RequestBodyLimitMiddleware` answers an announced size in plain text, which no caller of ours expects.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import FileTooLarge, FormTooLarge, ServiceError
from gates import problem

#: The one route that takes a file.
UPLOAD = "/api/upload"
#: Form fields and multipart boundaries around the one file.
FORM_BYTES = 262_144


class BodyLimit:
    """`file_bytes` for the file of an upload, `form_bytes` for any other body.

    A pure ASGI class, because others hide disconnects.
    """

    def __init__(self, app: ASGIApp, file_bytes: int, form_bytes: int) -> None:
        self._app = app
        self._file_bytes = file_bytes
        self._form_bytes = form_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, refusal = self._limit(scope["path"])
        if _announced(scope) > limit:
            await problem.response(Request(scope), refusal)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, limit, refusal), send)

    def _limit(self, path: str) -> tuple[int, ServiceError]:
        if path == UPLOAD:
            return self._file_bytes + FORM_BYTES, FileTooLarge(limit=self._file_bytes)
        return self._form_bytes, FormTooLarge(limit=self._form_bytes)


def _counted(receive: Receive, limit: int, refusal: ServiceError) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise refusal
        return message

    return counted


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0
