"""Work that ends when the client leaves: a plain handler is not cancelled by a disconnect, a stream is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")


async def unless_client_leaves(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`; `ClientDisconnect` once the client is gone, after `work` was cancelled and has ended."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_client_left(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _client_left(request: Request) -> None:
    """Returns once the server says so; the body was read before."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
