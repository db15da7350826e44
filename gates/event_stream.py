"""Server-sent events that end where nobody reads them."""

from __future__ import annotations

import logging

from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

log = logging.getLogger("drawing_service")


class EventStream(EventSourceResponse):
    """With `send_timeout`, a client that leaves the stream unread is cut off, which ends the work behind it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:  # the server then closes the connection, because the response is not complete
            log.warning("A client did not read its stream and is cut off")
