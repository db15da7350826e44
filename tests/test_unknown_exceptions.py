"""Whatever goes wrong inside, wherever: nobody outside reads of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx2
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from main import create_app
from routes import get_service, router
from tests.factories import settings

SECRET = "/var/lib/secret: password=4711"
ROUTES = [(method, route.path) for route in router.routes if isinstance(route, APIRoute) for method in route.methods]
ALIVE = "/health/live"


def broken() -> None:
    raise RuntimeError(SECRET)


@pytest.fixture(scope="module")
def broken_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    app = create_app(settings(tmp_path_factory.mktemp("broken")))
    app.dependency_overrides[get_service] = broken
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize(("method", "path"), [each for each in ROUTES if each[1] != ALIVE])
def test_every_route_keeps_an_unknown_exception_to_itself(broken_client: httpx2.Client, method: str, path: str) -> None:
    answer = broken_client.request(method, path.format(session_id=uuid.uuid4(), page=1))
    assert answer.status_code == 500
    assert method == "HEAD" or answer.json()["code"] == "internal_error"
    assert not any(
        word in answer.text + str(answer.headers) for word in ("secret", "4711", "RuntimeError", "Traceback")
    )


def test_the_routes_are_all_there() -> None:
    assert len(ROUTES) >= 10
