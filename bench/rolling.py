"""Two services behind HAProxy, each ended and started again in turn while people ask: nobody may notice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from bench.servers import PROJECT, free_port


@contextmanager
def balanced(ports: tuple[int, int]) -> Iterator[str]:
    """HAProxy with the project's own configuration in front of two services; gives its URL."""
    with _in_front("haproxy.cfg", ["haproxy", "-db", "-q", "-f"], {":8001": ports[0], ":8002": ports[1]}) as url:
        yield url


@contextmanager
def proxied(ports: tuple[int, int]) -> Iterator[str]:
    """nginx with the project's own configuration in front of two services; gives its URL."""
    with _in_front("nginx.conf", ["nginx", "-g", "daemon off;", "-c"], {":8001": ports[0], ":8002": ports[1]}) as url:
        yield url


PROXIES: dict[str, Callable[[tuple[int, int]], AbstractContextManager[str]]] = {"haproxy": balanced, "nginx": proxied}


@contextmanager
def _in_front(configuration: str, command: list[str], ports: dict[str, int]) -> Iterator[str]:
    port = free_port()
    text = (PROJECT / "deploy" / configuration).read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for name, value in (ports | {":8080": port}).items():
            text = text.replace(name, f":{value}")
        file = Path(folder) / configuration
        file.write_text(text.replace("/tmp/drawings-nginx", f"{folder}/nginx"))
        with subprocess.Popen([*command, str(file)], stderr=subprocess.DEVNULL) as proxy:
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                proxy.terminate()


async def rolled(
    url: str, session_id: str, services: list[subprocess.Popen[bytes]], again: Callable[[int], subprocess.Popen[bytes]]
) -> Counter[str]:
    """Outcomes of what eight people asked while each of `services` was told to end and was started `again`."""
    outcomes: Counter[str] = Counter()
    ended = asyncio.Event()
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        people = [asyncio.create_task(_person(client, session_id, outcomes, ended)) for _ in range(8)]
        for at in range(len(services)):
            await asyncio.sleep(2)
            services[at].send_signal(signal.SIGTERM)
            await asyncio.to_thread(services[at].wait, 90)
            services[at] = await asyncio.to_thread(again, at)
        await asyncio.sleep(2)
        ended.set()
        await asyncio.gather(*people)
    return outcomes


async def _person(client: httpx.AsyncClient, session_id: str, outcomes: Counter[str], ended: asyncio.Event) -> None:
    while not ended.is_set():
        try:
            answer = await client.get(f"/api/session/{session_id}")
            outcomes[str(answer.status_code)] += 1
            answer = await client.get("/api/session/" + session_id + "/pages/1", params={"max_px": 200})
            outcomes[str(answer.status_code)] += 1
        except httpx.HTTPError as error:
            outcomes[type(error).__name__] += 1
        await asyncio.sleep(0.05)
