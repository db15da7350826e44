"""What the program writes into its log, and what it keeps out of it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from asgi_correlation_id import correlation_id

import logs
from bench.servers import wait_until_healthy
from log_line import Said
from tests import sheets
from tests.factories import settings
from tests.test_main import program

MARKER = "Geheimteil4711"
log = logging.getLogger("drawing_service.test")


class Log:
    """A logger that writes as the settings say, and what it wrote."""

    def __init__(self, root: Path, **changed: Any) -> None:
        self._written = io.StringIO()
        handler = logs.handler(settings(root, **changed))
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self._written)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.INFO)

    def __str__(self) -> str:
        return self._written.getvalue()


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    yield
    log.handlers, log.propagate = [], True


@pytest.fixture
def request_id() -> Iterator[str]:
    token = correlation_id.set("r-1")
    yield "r-1"
    correlation_id.reset(token)


def test_a_line_of_text_ends_with_the_request(tmp_path: Path, request_id: str) -> None:
    written = Log(tmp_path)
    log.info("Uploaded %s", Said("a.pdf"))
    assert re.fullmatch(r"[\d-]+ [\d:,]+ - INFO - Uploaded a\.pdf \[r-1\]\n", str(written))


def test_what_belongs_to_no_request_says_so(tmp_path: Path) -> None:
    written = Log(tmp_path)
    log.info("Purged")
    assert str(written).endswith("Purged [-]\n")


def test_a_line_of_json_is_an_object(tmp_path: Path, request_id: str) -> None:
    written = Log(tmp_path, log_format="json")
    log.info("Uploaded %s\nand more", "a.pdf", extra={"status": 200})
    (line,) = str(written).splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["request_id"]) == ("INFO", "drawing_service.test", "r-1")
    assert (entry["message"], entry["status"]) == ("Uploaded a.pdf\nand more", 200)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("forged", ["a\n2026-01-01 - INFO - b", "a\r\nb", "a\u2028b", "a\x0bb", "a\x85b"])
def test_nobody_begins_a_line_of_his_own(tmp_path: Path, form: Literal["text", "json"], forged: str) -> None:
    written = Log(tmp_path, log_format=form)
    log.info("Some library says %s", forged)
    assert len(str(written).splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_content_only_the_length_of_what_was_said_is_told(
    tmp_path: Path, form: Literal["text", "json"]
) -> None:
    written = Log(tmp_path, log_format=form, log_content=False)
    log.info("Chat query for session %s: %s", "ef0da35f", Said("x" * 500))
    assert "Chat query for session ef0da35f: <redacted len=500>" in str(written)


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_content_an_exception_tells_its_place_and_its_kind(
    tmp_path: Path, form: Literal["text", "json"]
) -> None:
    written = Log(tmp_path, log_format=form, log_content=False)
    try:
        int(MARKER)
    except ValueError as error:
        log.exception("Failed: %s", error)
    assert MARKER not in str(written)
    assert "ValueError" in str(written)
    assert "test_logs.py" in str(written)


def test_with_content_an_exception_tells_its_text(tmp_path: Path) -> None:
    written = Log(tmp_path)
    try:
        int("x")
    except ValueError:
        log.exception("Failed")
    assert "invalid literal" in str(written)


def whole_talk(url: str) -> None:
    """Marks everything that a client can say."""
    headers = {"x-api-key": MARKER, "authorization": f"Bearer {MARKER}", "user-agent": MARKER}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        name = f"{MARKER}.pdf\n2026-01-01 00:00:00,000 - INFO - forged"
        upload = client.post("/api/upload", files={"file": (name, sheets.pdf())}).json()
        client.post("/api/upload", files={"file": (name, MARKER.encode())})
        form = {"session_id": upload["session_id"], "question": f"Welcher Werkstoff? {MARKER}"}
        assert client.post("/api/chat", data=form).status_code == 200
        client.post("/api/chat", data=form | {"region": MARKER})
        client.post("/api/chat", data=form | {"stream": "true"})
        client.post("/api/extract", data=form | {"what": MARKER})
        client.get(f"/{MARKER}", params={"q": MARKER})
        client.get(f"/api/session/{MARKER}")
        client.delete(f"/api/session/{upload['session_id']}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_marker_in_everything_that_is_said_is_in_no_line_of_a_log_without_content(tmp_path: Path, form: str) -> None:
    variables = {"QWEN_LOG_CONTENT": "false", "QWEN_LOG_FORMAT": form, "QWEN_LOG_LEVEL": "DEBUG"}
    with program(tmp_path, QWEN_ENGINE="embedded", **variables) as (url, process):
        wait_until_healthy(url)
        whole_talk(url)
        process.terminate()
        _, written = process.communicate(timeout=30)
    assert MARKER not in written
    assert "Uploaded <redacted len=" in written
    assert "Chat query for session " in written


def test_the_log_of_a_talk_has_a_line_of_each_request_and_no_forged_one(tmp_path: Path) -> None:
    with program(tmp_path, QWEN_ENGINE="embedded", QWEN_LOG_FORMAT="json") as (url, process):
        wait_until_healthy(url)
        whole_talk(url)
        process.terminate()
        _, written = process.communicate(timeout=30)
    entries = [json.loads(line) for line in written.splitlines()]
    told = [entry for entry in entries if entry["logger"] == "drawing_service.access"]
    asked = [(entry["method"], entry["route"], entry["status"]) for entry in told if entry["route"] != "/health"]
    assert asked == [
        ("POST", "/api/upload", 200),
        ("POST", "/api/upload", 415),
        ("POST", "/api/chat", 200),
        ("POST", "/api/chat", 422),
        ("POST", "/api/chat", 200),
        ("POST", "/api/extract", 422),
        ("GET", "-", 404),
        ("GET", "/api/session/{session_id}", 404),
        ("DELETE", "/api/session/{session_id}", 200),
    ]
    assert all(entry["bytes"] > 0 and entry["ms"] >= 0 and entry["request_id"] != "-" for entry in told)
    (question,) = [entry for entry in entries if entry["message"].startswith("Chat query") and MARKER in str(entry)][:1]
    assert question["request_id"] == told[-7]["request_id"]
