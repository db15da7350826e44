"""What is refused before it has come is still told why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from main import create_app
from tests.factories import settings
from tests.server import serving
from tests.wire import FORM, chunk, form, request, say

GIANT = form((b'name="file"; filename="a.pdf"', b"%PDF" + b" " * 2_000_000))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_app(settings(tmp_path_factory.mktemp("lingering"), max_upload_bytes=500_000))) as at:
        yield at


@pytest.mark.parametrize(
    "giant",
    [
        request("/api/upload", FORM, body=GIANT),
        request("/api/upload", FORM, "Transfer-Encoding: chunked", body=chunk(GIANT) + b"0\r\n\r\n"),
        request("/api/chat", FORM, body=GIANT),
    ],
)
def test_an_answer_given_early_is_heard_every_time(url: str, giant: bytes) -> None:
    told = [say(url, giant) for _ in range(15)]
    assert {(heard.status, heard.json()["status"]) for heard in told} == {(413, 413)}


def test_who_asks_whether_to_send_is_not_told_to_go_on(url: str) -> None:
    heard = say(url, request("/api/upload", FORM, "Expect: 100-continue", "Content-Length: 10000000000"))
    assert heard.status == 413


def test_what_never_comes_is_not_waited_for_long(url: str) -> None:
    heard = say(url, request("/api/upload", FORM, "Content-Length: 10000000000"))
    assert heard.json()["code"] == "file_too_large"
