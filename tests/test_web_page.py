"""The page's files as they are served; what the page does is shown in a browser (`tests/page/`)."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest

WEB = Path(__file__).parent.parent / "web"
OURS = sorted(file.name for file in WEB.glob("*.*"))


def test_the_page_is_html_that_loads_nothing_from_elsewhere(client: httpx2.Client) -> None:
    answer = client.get("/ui")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith((".js", ".css", ".svg"))])
def test_every_file_of_the_page_is_served(client: httpx2.Client, name: str) -> None:
    answer = client.get(f"/ui/{name}")
    assert (answer.status_code, answer.content) == (200, (WEB / name).read_bytes())
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_script_but_the_pages_own_can_run(client: httpx2.Client) -> None:
    policy = client.get("/ui").headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "trusted-types 'none'"} <= set(policy)
    assert "unsafe" not in " ".join(policy)


@pytest.mark.parametrize("address", ["/ui/", "/ui/index.html"])
def test_the_page_has_one_address(client: httpx2.Client, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/ui")


def test_a_file_is_not_sent_again_while_it_is_the_same(client: httpx2.Client) -> None:
    first = client.get("/ui/main.js")
    assert first.headers["cache-control"] == "no-cache"
    assert client.get("/ui/main.js", headers={"if-none-match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "name", ["../main.py", "%2e%2e/main.py", "..%2fmain.py", "vendor", "nothing.js", "/etc/passwd"]
)
def test_nothing_beside_the_pages_files_is_served(client: httpx2.Client, name: str) -> None:
    answer = client.get(f"/ui/{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_scripts_make_no_markup() -> None:
    scripts = "".join(file.read_text() for file in WEB.glob("*.js"))
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", scripts)
