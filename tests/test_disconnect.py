from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from fastapi import FastAPI, Form, Request

from gates import problem
from gates.disconnect import unless_client_leaves
from tests.server import serving


def slow_app(ended: list[float]) -> FastAPI:
    """Works for a minute on each request, and notes when it was ended."""
    app = FastAPI()
    problem.install(app)

    async def work() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(time.perf_counter())
        return "done"

    @app.post("/slow")
    async def slow(request: Request, name: str = Form()) -> str:
        return await unless_client_leaves(request, work())

    @app.post("/quick")
    async def quick(request: Request, name: str = Form()) -> str:
        return await unless_client_leaves(request, asyncio.sleep(0.01, name))

    return app


def test_work_ends_within_half_a_second_when_its_client_leaves() -> None:
    ended: list[float] = []
    with serving(slow_app(ended)) as url:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}/slow", data={"name": "a"}, timeout=0.5)
        left = time.perf_counter()
        while not ended and time.perf_counter() - left < 5:
            time.sleep(0.01)
    assert ended
    assert ended[0] - left < 0.5


def test_the_answer_of_a_client_that_stays_is_given() -> None:
    with serving(slow_app([])) as url:
        assert httpx.post(f"{url}/quick", data={"name": "a"}).json() == "a"
