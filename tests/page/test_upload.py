"""A file comes to the page: chosen, dropped, pasted; and what is wrong with one is said."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Route, expect

from tests import sheets
from tests.page.conftest import Visit


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(visit: Visit, how: str) -> None:
    visitor = visit()
    scan = sheets.saved(sheets.scan(1200, 800), "PNG")
    visitor.give(how, base64.b64encode(scan).decode(), "scan.png", "image/png")
    visitor.see_sheet()
    expect(visitor.page.locator("#drawing")).to_contain_text("scan.png")


def test_it_shows_that_a_file_is_on_its_way_and_can_be_stopped(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit()
    held: list[Route] = []
    visitor.page.route("**/api/upload", lambda route: held.append(route))
    visitor.choose(sheet_pdf)
    expect(visitor.page.locator("#progress")).to_be_visible()
    expect(visitor.page.locator("#upload-says")).to_contain_text("flansch.pdf")
    visitor.page.click("#upload-stop")
    expect(visitor.page.locator("#upload")).to_be_hidden()
    expect(visitor.page.locator("#choose")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "words"), [("de-DE", "Dieser Dateityp"), ("en-US", "This type of file"), ("fr-FR", "This type of file")]
)
def test_what_is_wrong_with_a_file_is_said_in_the_readers_language(visit: Visit, locale: str, words: str) -> None:
    visitor = visit(locale=locale, expected=("415",))
    visitor.choose(b"<svg/>", "a.svg", "image/svg+xml")
    notice = visitor.page.locator("#notices .problem")
    expect(notice).to_contain_text(words)
    expect(notice).to_contain_text("unsupported_type")
    expect(visitor.page.locator("#choose")).to_be_visible()


def test_a_wrong_file_leaves_the_open_drawing_alone(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(expected=("415",)).upload(sheet_pdf)
    visitor.give("drop", base64.b64encode(b"<svg/>").decode(), "a.svg", "image/svg+xml")
    expect(visitor.page.locator("#notices .problem")).to_be_visible()
    expect(visitor.page.locator("#desk")).to_be_visible()
    expect(visitor.page.locator("#start")).to_be_hidden()


def test_a_service_that_is_gone_is_said_and_nothing_is_lost(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(expected=("Failed to load",)).upload(sheet_pdf)
    visitor.page.route("**/api/chat", lambda route: route.abort())
    visitor.page.fill("#question", "Welcher Werkstoff?")
    visitor.page.click("#send")
    expect(visitor.page.locator("#notices .problem")).to_contain_text("nicht erreichbar")
    expect(visitor.page.locator("#question")).to_have_value("Welcher Werkstoff?")


def test_it_shows_that_a_scan_is_being_read(visit: Visit) -> None:
    visitor = visit()
    visitor.choose(sheets.saved(sheets.scan(2000, 1400), "PNG"), "scan.png", "image/png")
    expect(visitor.page.locator("#reading progress")).to_be_visible()
    expect(visitor.page.locator("#reading")).to_be_hidden(timeout=150_000)
