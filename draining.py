"""A server that leaves in order: health first, then no new work, then what is in flight, then the rest."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn

from service import Service
from settings import Settings

log = logging.getLogger("drawing_service")

#: s for answering requests whose work was ended, before uvicorn cancels what is still there.
LAST_WORDS_S = 5
#: s after everything was closed for which threads are waited for; one that loads a model cannot be told to stop.
LEFT_S = 2.0


class DrainingServer(uvicorn.Server):
    """Serves until SIGTERM, SIGINT or until the engine is lost.

    SIGTERM: `/health` says `draining` at once, and everything is still served for `drain_s`, so that balancers notice.
    SIGINT, which comes from a terminal without a balancer, leaves that out. Then the port is closed, because a refused
    connection is what balancers send elsewhere, and requests in flight get `shutdown_timeout_s`. A second signal ends
    at once.
    """

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        config.timeout_graceful_shutdown = settings.shutdown_timeout_s + LAST_WORDS_S
        self._settings = settings
        self._closes_at: float | None = None
        self.exit_status = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not noted as captured, for uvicorn would raise it again and end with the signal instead of an exit status.
        if self._closes_at is not None or self.should_exit:
            _end_at_once(sig)
        else:
            self._drain(sig)

    async def on_tick(self, counter: int) -> bool:
        if self._service.life.gave_up:
            self.exit_status = 1
            self.should_exit = True
        if self._closes_at is not None and time.monotonic() >= self._closes_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.admission.close()
        ending = asyncio.create_task(self._end_work())
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()
        leaving = threading.Timer(LEFT_S, _leave, [self.exit_status])
        leaving.daemon = True
        leaving.start()

    @property
    def _service(self) -> Service:
        service = self.lifespan.state["service"]
        assert isinstance(service, Service)
        return service

    def _drain(self, sig: int) -> None:
        log.info("Told to end by %s", signal.Signals(sig).name)
        if not self.started:
            self.should_exit = True
            return
        noticed = sig == signal.SIGTERM and self._service.status == "healthy"
        self._service.life.draining = True
        self._closes_at = time.monotonic() + (self._settings.drain_s if noticed else 0)
        # So that no client sends its next request on a connection that is about to be closed.
        self.config.encoded_headers.append((b"connection", b"close"))

    async def _end_work(self) -> None:
        """Ends questions that take too long: they are answered, with 503, unlike those that uvicorn cancels."""
        await asyncio.sleep(self._settings.shutdown_timeout_s)
        log.warning("Ending requests that have not finished in %d s", self._settings.shutdown_timeout_s)
        await self._service.end_work()


def _end_at_once(sig: int) -> NoReturn:
    log.warning("Told again to end: what is in flight is lost")
    _leave(128 + sig)


def _leave(status: int) -> NoReturn:
    """Ends this process and all of its own, without waiting for its threads."""
    for process in descendants(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os._exit(status)


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for tasks in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            with suppress(OSError):  # the thread has ended meanwhile
                waiting += [child for child in map(int, tasks.read_text().split()) if child not in found]
                found.update(waiting)
    return found
