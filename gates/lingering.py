"""An answer that is given before the whole request has come is heard all the same.

A server that closes a connection with something unread on it resets it, and the client may lose the answer that it was
given: the reason why an upload was refused, for one. So the rest is read and dropped for a moment before the end, as
nginx does (`lingering_close`).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: s for which the rest of a request is read; at 10 MB/s as much as is refused at most by accident.
LINGER_S = 2.0


class Lingering:
    """Pure ASGI, outside of whatever refuses a request unread."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _sends_a_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        unread = _Unread(receive)

        async def lingering_send(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body") or unread.is_over:
                await send(message)
                return
            await send({**message, "more_body": True})
            await unread.dropped()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, unread, lingering_send)


class _Unread:
    """`receive`, and whether all of the request has come by it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.is_over = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self.is_over = self.is_over or not message.get("more_body", False)
        return message

    async def dropped(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while not self.is_over:
                    await self()


def _sends_a_body(headers: Headers) -> bool:
    """Who waits for a word before sending its body has sent none, and would take our reading on for that word."""
    return "expect" not in headers and ("content-length" in headers or "transfer-encoding" in headers)
