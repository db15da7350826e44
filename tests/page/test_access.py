"""Keyboard, screen reader, dark mode, small screens."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import sheets
from tests.page.conftest import Visit
from tests.page.visitor import VERIFIED, Visitor

LOOKS: list[dict[str, Any]] = [
    {},
    {"color_scheme": "dark"},
    {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
]


def serious(visitor: Visitor) -> list[str]:
    """What axe-core finds that keeps people out."""
    found = Axe().run(visitor.page).response["violations"]
    return [
        f"{each['id']}: {node['html']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "tablet"])
def test_nothing_serious_keeps_anybody_out(visit: Visit, look: dict[str, Any]) -> None:
    visitor = visit(**look)
    assert serious(visitor) == []
    visitor.upload(sheets.pdf(pages=2))
    visitor.ask("Liste alle Gewinde.")
    visitor.ask("Was ist der Außendurchmesser?")
    assert serious(visitor) == []
    visitor.page.click("#data-tab")
    expect(visitor.page.locator("#tables table").first).to_be_visible()
    assert serious(visitor) == []
    visitor.page.click("#delete")
    assert serious(visitor) == []


def test_everything_is_reached_with_the_tab_key(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    visitor.ask("Was ist der Außendurchmesser?")
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    wanted = {"another", "delete", "key", "language", "view", "closer", "fit", "turn", "region", "visible", "boxes"}
    assert wanted | {"talk-tab", "log", "chip verified", "question", "send"} <= reached


def test_a_drawing_is_read_without_a_mouse(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    page = visitor.page
    page.locator("#question").focus()
    page.keyboard.type("Was ist der Außendurchmesser?")
    page.keyboard.press("Enter")
    chip = page.locator(".chip.verified")
    expect(chip).to_be_visible()
    chip.focus()
    assert visitor.painted(VERIFIED)[0] > 50
    page.keyboard.press("Enter")
    expect(page.locator("#spot")).to_have_text("Gezeigt wird Ø70,50 ±0,05")
    page.locator("#talk-tab").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#data-tab")).to_be_focused()
    expect(page.locator("#data")).to_be_visible()


def test_whoever_wants_no_motion_gets_none(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(reduced_motion="reduce").upload(sheet_pdf)
    chip = visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified")
    frames = visitor.page.evaluate("""async () => {
      const seen = new Set();
      const zoom = document.getElementById("zoom");
      new MutationObserver(() => seen.add(zoom.textContent)).observe(zoom, { childList: true });
      document.querySelector(".chip.verified").click();
      await new Promise((done) => setTimeout(done, 600));
      return seen.size;
    }""")
    assert chip and frames == 1


def test_a_tablet_shows_sheet_and_conversation(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(viewport={"width": 768, "height": 1024}, has_touch=True).upload(sheet_pdf)
    visitor.ask("Was ist der Außendurchmesser?")
    sheet, panel = (visitor.page.locator(part).bounding_box() for part in ("#desk", "#panel"))
    assert sheet and panel
    assert sheet["height"] > panel["height"] > 300
    assert panel["width"] == 768
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 768
