"""Clients that begin and never end, while others ask `/health`."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

HEAD = b"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nquestion="


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """`alive` connections of `opened` after `waited_s`; s that `/health` took meanwhile, sorted."""

    opened: int
    alive: int
    waited_s: float
    health_s: tuple[float, ...]

    @property
    def health_p99_s(self) -> float:
        return self.health_s[int(0.99 * (len(self.health_s) - 1))]


async def half_open(url: str, connections: int, wait_s: float) -> HalfOpen:
    """Half of them stop within the head, half within the body; each sends a byte a second until it is cut."""
    address = urlsplit(url)
    cut = asyncio.Event()
    clients = [
        asyncio.create_task(_dawdle(str(address.hostname), address.port or 80, BODY if n % 2 else HEAD, cut))
        for n in range(connections)
    ]
    began, health = time.monotonic(), []
    async with httpx.AsyncClient(trust_env=False) as client:
        while time.monotonic() - began < wait_s and not all(task.done() for task in clients):
            asked = time.perf_counter()
            await client.get(f"{url}/health", timeout=30)
            health.append(time.perf_counter() - asked)
            await asyncio.sleep(0.05)
    waited = time.monotonic() - began
    cut.set()
    alive = sum(await asyncio.gather(*clients))
    return HalfOpen(connections, alive, waited, tuple(sorted(health)))


async def _dawdle(host: str, port: int, beginning: bytes, cut: asyncio.Event) -> bool:
    """Whether the connection is still open when `cut` is set."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(beginning)
        while not cut.is_set():
            try:
                async with asyncio.timeout(1):
                    if not await reader.read(1024):
                        return False
            except TimeoutError:
                writer.write(b"x")
        return True
    except OSError:
        return False
    finally:
        writer.close()
