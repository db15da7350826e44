from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deploy.replicas.one_request_id import OneRequestId
from main import create_app
from tests.factories import settings


@pytest.mark.parametrize(("asked", "own"), [("abc-1", 0), ("not an id", 1)])
def test_an_id_that_the_request_came_with_is_left_to_the_server(tmp_path: Path, asked: str, own: int) -> None:
    answer = TestClient(OneRequestId(create_app(settings(tmp_path)))).get("/ui", headers={"X-Request-ID": asked})
    assert answer.status_code == 200
    assert len(answer.headers.get_list("x-request-id")) == own
    assert answer.headers.get("x-request-id") != asked
