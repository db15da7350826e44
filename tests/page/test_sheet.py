"""The sheet on the desk: zoom, pan, turn, pages, and crisp at every size."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Route, expect

from tests import sheets
from tests.page.conftest import Visit
from tests.page.visitor import ELEMENT, VERIFIED, Visitor


@pytest.fixture
def visitor(visit: Visit, sheet_pdf: bytes) -> Visitor:
    return visit().upload(sheet_pdf)


def test_the_wheel_zooms_at_the_pointer(visitor: Visitor) -> None:
    before = visitor.zoom
    visitor.page.mouse.move(*visitor.at(0.3, 0.3))
    visitor.page.mouse.wheel(0, -400)
    visitor.still()
    assert visitor.zoom > 1.3 * before


@pytest.mark.parametrize(("key", "larger"), [("+", True), ("-", False)])
def test_keys_zoom(visitor: Visitor, key: str, larger: bool) -> None:
    before = visitor.zoom
    visitor.page.press("#view", key)
    assert (visitor.zoom > before) == larger
    visitor.page.press("#view", "0")
    assert visitor.zoom == before


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})


def test_two_fingers_zoom(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(has_touch=True).upload(sheet_pdf)
    before = visitor.zoom
    fingers = visitor.page.context.new_cdp_session(visitor.page)
    touch(fingers, "touchStart", visitor.at(0.45, 0.5), visitor.at(0.55, 0.5))
    touch(fingers, "touchMove", visitor.at(0.35, 0.5), visitor.at(0.65, 0.5))
    touch(fingers, "touchMove", visitor.at(0.25, 0.5), visitor.at(0.75, 0.5))
    touch(fingers, "touchEnd")
    assert visitor.zoom > 2 * before


def test_a_place_is_followed_while_the_sheet_is_moved_and_turned(visitor: Visitor) -> None:
    chip = visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified")
    chip.hover()
    _, x, y = visitor.painted(VERIFIED)
    visitor.drag((0.5, 0.5), (0.6, 0.6))
    chip.hover()
    _, moved_x, moved_y = visitor.painted(VERIFIED)
    assert (round(moved_x - x, 1), round(moved_y - y, 1)) == (0.1, 0.1)
    visitor.page.click("#fit")
    visitor.page.click("#turn")
    chip.hover()
    _, turned_x, turned_y = visitor.painted(VERIFIED)
    assert turned_x > 0.5 > turned_y  # from the upper left to the upper right


def test_lettering_is_crisp_when_it_is_near(visitor: Visitor) -> None:
    visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified").click()
    visitor.still()
    held: list[Route] = []
    visitor.page.route("**/pages/*region=*", lambda route: held.append(route))
    for _ in range(5):
        visitor.page.press("#view", "+")
    with visitor.page.expect_request("**/pages/*region=*"):
        coarse = visitor.sharpness()
    visitor.page.unroute("**/pages/*region=*")
    for route in held:
        route.continue_()
    visitor.still()
    assert visitor.zoom > 500
    assert visitor.sharpness() > 1.3 * coarse > 0


def test_pages_are_turned_by_pictures_and_keys(visit: Visit) -> None:
    visitor = visit().upload(sheets.pdf(pages=3))
    buttons = visitor.page.locator("#pages button")
    expect(buttons).to_have_count(3)
    buttons.nth(2).click()
    expect(buttons.nth(2)).to_have_attribute("aria-current", "page")
    assert "Seite 3 von 3" in (visitor.page.get_attribute("#view", "aria-label") or "")
    visitor.page.press("#view", "PageUp")
    expect(buttons.nth(1)).to_have_attribute("aria-current", "page")


def test_a_question_is_about_the_page_that_is_shown(visit: Visit) -> None:
    visitor = visit().upload(sheets.pdf(pages=2))
    visitor.page.locator("#pages button").nth(1).click()
    turn = visitor.ask("Welche Maße stehen auf dem Blatt?")
    expect(turn.locator("h3")).to_contain_text("Seite 2")


def test_a_place_on_another_page_turns_to_it(visit: Visit) -> None:
    visitor = visit().upload(sheets.pdf(pages=2))
    chip = visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified")
    visitor.page.locator("#pages button").nth(1).click()
    chip.click()
    expect(visitor.page.locator("#pages button").nth(0)).to_have_attribute("aria-current", "page")
    visitor.still()
    assert visitor.painted(VERIFIED)[0] > 200


def test_boxes_are_drawn_until_they_are_switched_off(visitor: Visitor) -> None:
    visitor.ask("Was ist der Außendurchmesser?")
    assert visitor.painted(ELEMENT)[0] > 100
    visitor.page.click("#boxes")
    assert visitor.painted(ELEMENT)[0] == 0


def test_what_is_visible_can_be_asked_about(visitor: Visitor) -> None:
    visitor.page.press("#view", "+")
    visitor.page.click("#visible")
    expect(visitor.page.locator("#asked-region")).to_be_visible()
    with visitor.page.expect_request("**/api/chat") as asked:
        visitor.ask("Welche Maße stehen hier?")
    assert "region=" in (asked.value.post_data or "")


def test_escape_gives_the_region_up(visitor: Visitor) -> None:
    visitor.page.click("#visible")
    visitor.page.press("#view", "Escape")
    expect(visitor.page.locator("#asked-region")).to_be_hidden()


def test_lettering_stays_crisp_after_zooming_out_and_in(visitor: Visitor) -> None:
    visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified").click()
    visitor.still()
    for _ in range(5):
        visitor.page.press("#view", "+")
    visitor.still()
    crisp = visitor.sharpness()
    for _ in range(3):
        visitor.page.press("#view", "-")
    visitor.still()
    for _ in range(3):
        visitor.page.press("#view", "+")
    visitor.still()
    assert visitor.sharpness() > 0.95 * crisp > 0


def test_a_flight_ends_where_the_reader_takes_over(visitor: Visitor) -> None:
    whole = visitor.zoom
    visitor.ask("Was ist der Außendurchmesser?")
    visitor.page.evaluate("() => { document.querySelector('.chip').click(); document.getElementById('fit').click(); }")
    visitor.still()
    assert visitor.zoom == whole


def test_a_row_keeps_its_place_shown_while_the_pointer_is_on_it(visitor: Visitor) -> None:
    visitor.page.click("#data-tab")
    row = visitor.page.locator("#tables tr", has_text="Ø70,50")
    row.locator("button").hover()
    row.locator("td").nth(1).hover()
    assert visitor.painted(VERIFIED)[0] > 50


def test_a_place_that_was_flown_to_stays_marked_until_the_next_answer(visitor: Visitor) -> None:
    visitor.ask("Was ist der Außendurchmesser?").locator(".chip.verified").click()
    visitor.still()
    visitor.page.mouse.move(*visitor.at(0.2, 0.2))
    assert visitor.painted(VERIFIED)[0] > 200
    visitor.ask("Welcher Maßstab?")
    visitor.page.mouse.move(*visitor.at(0.3, 0.3))
    assert visitor.painted(VERIFIED)[0] == 0
