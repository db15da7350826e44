"""A real server on a real socket, for what an in-process client cannot show."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from gates.http_protocol import GuardedProtocol

START_S = 60.0


@contextmanager
def serving(app: FastAPI, protocol: type[GuardedProtocol] = GuardedProtocol) -> Iterator[str]:
    """Serves `app` on a free loopback port, on an event loop in a thread of its own, and gives its URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="server loop")
    thread.start()
    try:
        with serving_on(loop, app, protocol) as url:
            yield url
    finally:
        asyncio.run_coroutine_threadsafe(end_tasks(), loop).result(START_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def end_tasks() -> None:
    """As `asyncio.run` does in the end: what is left on the loop would be destroyed with it, and say so.

    sse-starlette leaves a task that looks for the server's end for as long as the loop lives.
    """
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@contextmanager
def serving_on(
    loop: asyncio.AbstractEventLoop, app: FastAPI, protocol: type[GuardedProtocol] = GuardedProtocol
) -> Iterator[str]:
    """The same on a loop that runs already, where an engine lives."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=protocol, ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        served = asyncio.run_coroutine_threadsafe(server._serve([listener]), loop)
        try:
            _wait_until_started(server, served)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            served.result(START_S)


def _wait_until_started(server: uvicorn.Server, served: Future[None]) -> None:
    deadline = time.monotonic() + START_S
    while not server.started:
        if served.done() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
