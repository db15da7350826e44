"""What a web page elsewhere could try while no keys are set."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gates.origin import is_loopback
from main import create_app
from tests import wire
from tests.factories import keys_file, settings
from tests.server import serving

#: Passed every gate: the route itself takes no POST.
LET_IN = (405, "method_not_allowed")
PAGE = "https://drawings.example"


def post(folder: Path, headers: dict[str, str], **changed: object) -> tuple[int, str]:
    app = create_app(settings(folder, **changed))
    answer = TestClient(app).post("/health/live", headers=headers)
    assert answer.headers["x-request-id"] == answer.json()["request_id"] != ""
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5", "drawings.lan:80"]
)
def test_our_own_names_and_addresses_are_let_in(tmp_path: Path, host: str) -> None:
    assert post(tmp_path, {"host": host}, allowed_hosts="drawings.lan, testserver") == LET_IN


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "a@b"])
def test_a_name_that_is_not_ours_is_refused(tmp_path: Path, host: str) -> None:
    assert post(tmp_path, {"host": host}) == (421, "unknown_host")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "http://localhost.evil"])
def test_a_form_of_a_page_elsewhere_is_refused(tmp_path: Path, origin: str) -> None:
    assert post(tmp_path, {"host": "localhost:8000", "origin": origin}) == (403, "foreign_origin")


def test_a_form_of_our_own_page_is_let_in(tmp_path: Path) -> None:
    assert post(tmp_path, {"host": "localhost:8000", "origin": "http://localhost:8000"}) == LET_IN


def test_a_form_of_a_welcome_page_is_let_in(tmp_path: Path) -> None:
    assert post(tmp_path, {"host": "localhost:8000", "origin": PAGE}, cors_origins=PAGE) == LET_IN


def test_of_two_names_both_have_to_be_ours(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path))
    answer = TestClient(app).get("/health/live", headers=[("host", "localhost"), ("host", "evil.example")])
    assert answer.status_code == 421


def test_who_names_no_host_is_let_in(tmp_path: Path) -> None:
    """HAProxy's health checks speak HTTP/1.0 without one; browsers always name it."""
    with serving(create_app(settings(tmp_path, spare_processes=0))) as url:
        assert wire.say(url, b"GET /health/live HTTP/1.0\r\n\r\n").status == 200


def test_with_keys_any_name_may_lead_here(tmp_path: Path) -> None:
    file = keys_file(tmp_path, anna="secret")
    sent = {"host": "drawings.example", "origin": "https://evil.example"}
    assert post(tmp_path, sent, api_keys_file=file) == LET_IN


def test_a_link_from_elsewhere_may_be_followed(tmp_path: Path) -> None:
    client = TestClient(create_app(settings(tmp_path)))
    assert client.get("/health/live", headers={"origin": "https://evil.example"}).status_code == 200


def test_no_page_elsewhere_may_read_answers_unless_it_is_named(tmp_path: Path) -> None:
    client = TestClient(create_app(settings(tmp_path)))
    assert "access-control-allow-origin" not in client.get("/health/live", headers={"origin": PAGE}).headers


def test_a_named_page_may_read_answers_and_another_may_not(tmp_path: Path) -> None:
    client = TestClient(create_app(settings(tmp_path, cors_origins=f"http://localhost:3000, {PAGE}")))
    heard = client.get("/health/live", headers={"origin": PAGE}).headers
    assert heard["access-control-allow-origin"] == PAGE
    assert "access-control-allow-credentials" not in heard
    assert "access-control-allow-origin" not in client.get("/health/live", headers={"origin": f"{PAGE}.evil"}).headers


def test_a_named_page_may_send_its_key(tmp_path: Path) -> None:
    client = TestClient(create_app(settings(tmp_path, cors_origins=PAGE)))
    asked = {"access-control-request-method": "DELETE", "access-control-request-headers": "authorization"}
    assert client.options("/api/session/x", headers={"origin": PAGE} | asked).status_code == 200


@pytest.mark.parametrize("origins", ["*", "https://*.example", "drawings.example", f"{PAGE}/page", f"{PAGE} {PAGE}"])
def test_origins_that_name_no_page_are_a_wrong_setting(tmp_path: Path, origins: str) -> None:
    with pytest.raises(ValueError, match="cors_origins"):
        settings(tmp_path, cors_origins=origins)


@pytest.mark.parametrize(
    ("host", "closed"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("drawings.example", False),
        ("", False),
    ],
)
def test_loopback_is_what_nobody_else_reaches(host: str, closed: bool) -> None:
    assert is_loopback(host) == closed
