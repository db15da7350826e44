"""The conversation: history, examples, languages, keys and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from drawing.evidence import Evidence, EvidenceStatus
from drawing.sheet import Box
from main import create_app
from session_store import SessionStore
from sessions.turn import Turn
from tests.factories import keys_file, settings
from tests.page.conftest import Visit
from tests.page.visitor import ELEMENT, REGION
from tests.server import serving


def test_the_embedded_reader_is_named_as_such(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    expect(visitor.page.locator("#engine")).to_contain_text("Eingebetteter Leser, kein Modell")
    expect(visitor.page.locator("#grounding-choice")).to_be_hidden()
    expect(visitor.ask("Welcher Werkstoff?").locator(".about")).to_contain_text("kein Modell")


def test_history_with_its_chips_stays_after_a_reload(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    visitor.ask("Was ist der Außendurchmesser?")
    visitor.page.reload()
    visitor.see_sheet()
    turn = visitor.page.locator("#log article")
    expect(turn.locator("h3")).to_contain_text("Was ist der Außendurchmesser?")
    expect(turn.locator(".chip.verified")).to_contain_text("Ø70,50 ±0,05")


def test_a_past_answer_that_is_pointed_at_shows_its_boxes(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    expect(visitor.page.locator("#reading")).to_be_hidden()  # it takes room from the sheet
    visitor.ask("Was ist der Außendurchmesser?")
    first = visitor.painted(ELEMENT)
    visitor.ask("Welche Gewinde sind angegeben?")
    last = visitor.painted(ELEMENT)
    visitor.page.reload()
    visitor.see_sheet()
    assert visitor.painted(ELEMENT) == last != first
    visitor.page.locator("#log article").first.hover()
    assert visitor.painted(ELEMENT) == first
    visitor.page.locator("#log article summary").last.focus()
    assert visitor.painted(ELEMENT) == last


def test_the_region_of_a_past_question_is_shown_again(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    visitor.page.press("#view", "+")
    visitor.page.click("#visible")
    visitor.ask("Welche Maße stehen hier?")
    visitor.page.reload()
    visitor.see_sheet()
    assert visitor.painted(REGION)[0] == 0
    visitor.page.hover("#log h3 .place:has-text('im Bereich')")
    assert visitor.painted(REGION)[0] > 200


def test_an_address_of_an_ended_session_says_so(visit: Visit) -> None:
    visitor = visit(fragment="#session=3f1c0a52-8d1e-4d52-9a55-0f5f7f1f2c11", expected=("404",))
    expect(visitor.page.locator("#notices .problem")).to_contain_text("session_not_found")
    expect(visitor.page.locator("#start")).to_be_visible()


def test_a_newcomer_asks_by_a_click(visit: Visit, sheet_pdf: bytes) -> None:
    page = visit().upload(sheet_pdf).page
    page.click("#examples button:has-text('Gewinde')")
    expect(page.locator("#log .chip.verified")).to_contain_text("M8x1.25-6H")


@pytest.mark.parametrize(
    ("status", "mark"), [("verified", "✓"), ("ocr_only", "≈"), ("computed", "="), ("not_found", "✗")]
)
def test_a_chip_tells_its_standing_by_sign_and_words(
    visit: Visit, sheet_pdf: bytes, root: Path, status: EvidenceStatus, mark: str
) -> None:
    visitor = visit().upload(sheet_pdf)
    found = Evidence("Ø70,50 ±0,05", status, 1, Box(10, 10, 90, 40), "text_layer", "B3")
    store = SessionStore(root / "sessions", 86_400)
    store.append(store.open(visitor.session_id), Turn("Wie groß?", "Es sind **Ø70,50 ±0,05**.", evidence=(found,)))
    visitor.page.reload()
    chip = visitor.page.locator(f"#log .chip.{status}")
    expect(chip.locator(".mark")).to_have_text(mark)
    expect(chip).to_have_attribute("title", re.compile("., Seite 1, Feld B3$"))


def test_words_change_at_once_with_the_language(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    turn = visitor.ask("Was ist der Außendurchmesser?")
    visitor.page.select_option("#language", "en")
    expect(visitor.page.locator("#send")).to_have_text("Ask")
    expect(turn.locator(".chip")).to_have_attribute("title", "verified on the sheet, Page 1")
    visitor.page.reload()
    expect(visitor.page.locator("#send")).to_have_text("Ask")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[str]:
    keyed = settings(tmp_path, api_keys_file=keys_file(tmp_path, anna="anna-key"), chats_per_minute=1)
    with serving(create_app(keyed)) as served:
        yield served


def test_a_key_is_asked_for_and_kept_for_the_tab(visit: Visit, guarded: str, sheet_pdf: bytes) -> None:
    visitor = visit(guarded, expected=("401",))
    visitor.choose(sheet_pdf)
    visitor.page.fill("#key-value", "anna-key")
    visitor.page.press("#key-value", "Enter")
    visitor.see_sheet()  # the file that was refused is sent again
    visitor.page.reload()
    visitor.see_sheet()
    assert visitor.page.evaluate("Object.values(localStorage).includes('anna-key')") is False
    other = visit(guarded, f"#session={visitor.session_id}", expected=("401",))
    expect(other.page.locator("#key-dialog")).to_be_visible()


def test_a_question_too_many_is_not_lost(visit: Visit, guarded: str, sheet_pdf: bytes) -> None:
    visitor = visit(guarded, expected=("429",))
    visitor.page.click("#key")
    visitor.page.fill("#key-value", "anna-key")
    visitor.page.press("#key-value", "Enter")
    visitor.upload(sheet_pdf).ask("Welcher Werkstoff?")
    visitor.page.fill("#question", "Und der Maßstab?")
    visitor.page.click("#send")
    expect(visitor.page.locator("#notices .problem")).to_contain_text("too_many_requests")
    expect(visitor.page.locator("#notices .problem")).to_contain_text("noch einmal")
    expect(visitor.page.locator("#question")).to_have_value("Und der Maßstab?")


def test_a_key_that_no_header_takes_is_refused_in_words(visit: Visit, guarded: str) -> None:
    page = visit(guarded).page
    page.click("#key")
    page.fill("#key-value", "schlüssel€")
    page.press("#key-value", "Enter")
    expect(page.locator("#key-dialog")).to_be_visible()
    assert page.evaluate("document.getElementById('key-value').validationMessage").startswith("Ein Schlüssel besteht")


def test_nothing_of_a_deleted_drawing_stays_on_the_page(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit(expected=("404",)).upload(sheet_pdf)
    visitor.ask("Was ist der Außendurchmesser?")
    visitor.page.route("**/api/chat", lambda route: None)
    visitor.page.fill("#question", "Geheim?")
    visitor.page.press("#question", "Enter")
    visitor.page.click("#delete")
    visitor.page.click("#delete-dialog .danger")
    expect(visitor.page.locator("#start")).to_be_visible()
    expect(visitor.page.locator("#log")).to_be_empty()
    visitor.upload(sheet_pdf)
    expect(visitor.page.locator("#log")).to_be_empty()
    expect(visitor.page.locator("#send")).to_be_visible()


def test_escape_deletes_nothing(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    visitor.page.click("#delete")
    expect(visitor.page.locator("#delete-dialog [value=no]")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#desk")).to_be_visible()
    assert visitor.session_id


def test_what_comes_late_does_not_take_the_place_of_an_upload(visit: Visit, sheet_pdf: bytes) -> None:
    first = visit().upload(sheet_pdf, "alt.pdf").session_id
    visitor = visit()
    held: list[Route] = []
    visitor.page.route(f"**/api/session/{first}", lambda route: held.append(route))
    visitor.page.evaluate("fragment => { location.hash = fragment; }", f"session={first}")
    visitor.choose(sheet_pdf, "neu.pdf")
    expect(visitor.page.locator("#drawing")).to_contain_text("neu.pdf")
    for route in held:
        route.continue_()
    visitor.still()
    assert len(held) == 1
    expect(visitor.page.locator("#drawing")).to_contain_text("neu.pdf")
    assert visitor.session_id not in ("", first)


def test_focus_is_in_the_question_where_it_is_wanted(visit: Visit, sheet_pdf: bytes) -> None:
    page = visit().upload(sheet_pdf).page
    expect(page.locator("#question")).to_be_focused()
    page.click("#examples button:has-text('Werkstoff')")
    expect(page.locator("#log .chip").first).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
