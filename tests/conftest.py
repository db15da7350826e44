"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from tests import sheets
from tests.factories import settings

pytest_plugins = ["tests.fixtures_engine"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """The service with the embedded reader, in this process."""
    # Here, so that tests of a single module start without the whole service.
    from main import create_app

    with TestClient(create_app(settings(tmp_path_factory.mktemp("service")))) as made:
        yield made


@pytest.fixture(scope="session")
def sheet_pdf() -> bytes:
    return sheets.pdf("A4")


@pytest.fixture
def session_id(client: httpx2.Client, sheet_pdf: bytes) -> str:
    """A fresh session about the test sheet."""
    answer = client.post("/api/upload", files={"file": ("flansch.pdf", sheet_pdf)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["session_id"])


@pytest.fixture
def root(client: httpx2.Client) -> Path:
    """Where the sessions of `client` lie."""
    return Path(client.app_state["service"].settings.session_dir)  # type: ignore[attr-defined]
