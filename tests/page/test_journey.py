"""One person's way through the page, from the upload to the deletion; the README's pictures are taken on it."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bench.drawn_sheets import Order, draw
from tests.page.conftest import Visit
from tests.page.visitor import ELEMENT, REGION, VERIFIED, Visitor

PICTURES = os.environ.get("PAGE_PICTURES")
FLANGE = Order("flansch", "A3", "text", 9, height_mm=5.0)


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return draw(FLANGE).content


QUESTIONS = {
    "de-DE": ("Was ist der größte Durchmesser?", "Liste alle Gewinde.", "Welche Maße stehen hier?"),
    "en-GB": ("What is the largest diameter?", "List all threads.", "Which dimensions are here?"),
}
DELETED = {"de-DE": "Gelöscht: flansch.pdf", "en-GB": "Deleted: flansch.pdf"}


def picture(visitor: Visitor, name: str) -> None:
    """Kept where `PAGE_PICTURES` names a folder: `PAGE_PICTURES=docs pytest tests/page/test_journey.py`."""
    if PICTURES:
        visitor.page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.mark.parametrize("locale", QUESTIONS)
def test_upload_ask_fly_region_data_csv_delete(visit: Visit, sheet: bytes, locale: str) -> None:
    largest, threads, here = QUESTIONS[locale]
    visitor = visit(locale=locale)
    page = visitor.upload(sheet).page
    whole = visitor.zoom

    turn = visitor.ask(largest)
    assert visitor.painted(ELEMENT)[0] > 100
    visitor.ask(threads)
    turn.locator(".chip.verified").first.click()
    visitor.still()
    assert visitor.zoom > whole
    count, x, y = visitor.painted(VERIFIED)
    assert count > 300 and abs(x - 0.5) < 0.1 and abs(y - 0.5) < 0.1
    picture(visitor, "page-conversation")

    page.click("#fit")
    page.click("#region")
    visitor.drag((0.1, 0.1), (0.5, 0.5))
    assert visitor.painted(REGION)[0] > 200
    with page.expect_request("**/api/chat") as asked:
        visitor.ask(here)
    assert "region=" in (asked.value.post_data or "")
    page.click("#no-region")

    page.click("#data-tab")
    page.locator("#tables tbody tr").nth(3).click()
    visitor.still()
    assert visitor.painted(VERIFIED)[0] > 200
    picture(visitor, "page-data")
    with visitor.download() as saved:
        page.click("[data-format=csv]")
    assert saved[0].suggested_filename == "flansch.zip"

    session_id = visitor.session_id
    page.click("#delete")
    page.click("#delete-dialog .danger")
    expect(page.locator("#notices")).to_contain_text(DELETED[locale])
    expect(page.locator("#start")).to_be_visible()
    assert visitor.session_id == ""
    assert httpx.get(f"{visitor.url}/api/session/{session_id}").status_code == 404
