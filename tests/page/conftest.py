"""A real browser at a real server: Debian's Chromium, driven by Playwright's library.

Playwright runs an event loop on this thread while it lives, beside which no other test could have one of its own, and
it does not end while another process has its pipes, as an engine has that was forked meanwhile: it ends with each
module, and starts after the engine of the run, whose scope is wider.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from main import create_app
from tests.factories import settings
from tests.server import serving

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Browser, expect, sync_playwright

from bench.page import ARGUMENTS, chromium
from tests.page.visitor import WAIT_MS, Visitor

expect.set_options(timeout=WAIT_MS / 2)

Visit = Callable[..., Visitor]


def browser_program() -> str:
    """Tests without one are skipped, but not where everything has to be shown."""
    found = chromium()
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium: apt-get install chromium")
    return found or pytest.skip("no Chromium is installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="package")
def url(root: Path) -> Iterator[str]:
    """The service with the embedded reader."""
    with serving(create_app(settings(root))) as served:
        yield served


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Visit]:
    """Comes to a page in a browser of its own: nothing wrong may be on its console, no other host be asked."""
    visitors: list[Visitor] = []

    def come(at: str = url, fragment: str = "", *, expected: tuple[str, ...] = (), **options: Any) -> Visitor:
        asked = {"locale": "de-DE", "viewport": {"width": 1360, "height": 820}} | options
        visitor = Visitor(browser.new_context(**asked).new_page(), at, list(expected))
        visitors.append(visitor)
        return visitor.come(fragment)

    yield come
    for visitor in visitors:
        visitor.page.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
