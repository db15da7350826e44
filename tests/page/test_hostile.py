"""What a sheet, a file name, a question or a model says stays text, whatever it looks like."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from drawing.evidence import Evidence
from drawing.sheet import Box
from session_store import SessionStore
from sessions.turn import Turn
from tests import sheets
from tests.page.conftest import Visit

IMAGE = "<img src=x onerror=alert(1)>"
ANSWERS = [
    IMAGE,
    "<script>alert(1)</script>",
    "[klick](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "<https://example.com>",
    "<a href='javascript:alert(1)'>x</a>",
    "| a |\n|---|\n| <svg onload=alert(1)> |",
    "- <iframe src=//example.com></iframe>",
    "```\n</pre><script>alert(1)</script>\n```",
    "&lt;img src=x onerror=alert(1)&gt;",
    "[a]: javascript:alert(1)\n[a]",
    "a\n===\n<style>*{display:none}</style>",
    ">" * 20_000,
    "*" * 50_000,
    "[" * 50_000,
]
FOREIGN = "script, img, iframe, svg, a, style, object, embed, form, input, link, meta"


def foreign(page: Page) -> int:
    return page.locator(f"#log :is({FOREIGN}), #tables :is({FOREIGN}), header :is(img, a, script)").count()


@pytest.fixture
def store(root: Path) -> SessionStore:
    return SessionStore(root / "sessions", 86_400)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_stays_text(visit: Visit, sheet_pdf: bytes, store: SessionStore, answer: str) -> None:
    visitor = visit().upload(sheet_pdf)
    evidence = Evidence("<svg onload=alert(1)>", "verified", 1, Box(10, 10, 90, 40), "text_layer", IMAGE)
    store.append(store.open(visitor.session_id), Turn(IMAGE, answer, evidence=(evidence,)))
    visitor.page.reload()
    visitor.see_sheet()
    expect(visitor.page.locator("#log h3")).to_contain_text(IMAGE)
    assert visitor.page.locator("#log .answer").inner_text() != ""
    assert foreign(visitor.page) == 0


def test_a_million_characters_are_shown_and_the_page_lives(visit: Visit, sheet_pdf: bytes, store: SessionStore) -> None:
    visitor = visit().upload(sheet_pdf)
    words = "**Ø70,50** | `x` " * 60_000
    store.append(store.open(visitor.session_id), Turn("Alles?", words))
    began = time.monotonic()
    visitor.page.reload()
    visitor.see_sheet()
    expect(visitor.page.locator("#log .answer pre")).to_be_visible()
    visitor.page.press("#view", "+")
    assert time.monotonic() - began < 20
    assert len(visitor.page.locator("#log .answer").text_content() or "") == len(words) > 1_000_000


def test_a_million_characters_may_come_as_a_stream(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(expected=("cut",)).upload(sheet_pdf)
    deltas = 'event: delta\r\ndata: {"text": "<img src=x onerror=alert(1)> "}\r\n\r\n' * 35_000
    problem = 'event: error\r\ndata: {"code": "engine_unavailable", "detail": "<b>weg</b>", "status": 503}\r\n\r\n'
    told = {"content_type": "text/event-stream", "body": deltas + problem}
    visitor.page.route("**/api/chat", lambda route: route.fulfill(**told))
    visitor.page.fill("#question", "Alles?")
    visitor.page.press("#question", "Enter")
    expect(visitor.page.locator("#notices .problem")).to_contain_text("<b>weg</b>")
    expect(visitor.page.locator("#question")).to_have_value("Alles?")
    assert foreign(visitor.page) == 0


def test_what_a_sheet_and_a_file_name_say_stays_text(visit: Visit) -> None:
    lettering = ((0.2, 0.2, "Ø70,50 ±0,05"), (0.5, 0.84, f"Werkstoff: {IMAGE}"), (0.5, 0.9, f"Benennung: {IMAGE}"))
    visitor = visit().upload(sheets.pdf(lettering=lettering), name=f"{IMAGE}.pdf")
    expect(visitor.page.locator("#drawing")).to_contain_text(IMAGE)
    visitor.ask("Welcher Werkstoff?")
    visitor.page.click("#data-tab")
    expect(visitor.page.locator("#tables table").first).to_contain_text("<img")
    assert foreign(visitor.page) == 0
