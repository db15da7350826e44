"""Answers as the real vLLM writes them, and the end of one that is stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from main import create_app
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests.fixtures_engine import EngineLoop, LentEngine, unfinished
from tests.page.conftest import Visit
from tests.server import serving_on

pytestmark = pytest.mark.vllm


@pytest.fixture(scope="module")
def qwen_url(
    qwen: QwenVisionService, engine_loop: EngineLoop, tiny_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    root = tmp_path_factory.mktemp("talk") / "root"
    told = tiny_settings.model_copy(update={"session_dir": root, "max_tokens": 2000, "temperature": 2.0, "top_p": 1.0})
    with serving_on(engine_loop.loop, create_app(told, LentEngine(qwen))) as served:
        yield served


def test_an_answer_is_seen_as_it_is_written_and_can_be_stopped(
    visit: Visit, qwen_url: str, qwen: QwenVisionService, sheet_pdf: bytes
) -> None:
    page = visit(qwen_url).upload(sheet_pdf).page
    page.fill("#question", "Erzähle alles über dieses Blatt.")
    page.press("#question", "Enter")
    turn = page.locator("#log article")
    expect(turn.locator(".answer")).not_to_be_empty()
    expect(turn).to_have_attribute("aria-busy", "true")
    first = turn.locator(".answer").inner_text()
    page.wait_for_function("n => document.querySelector('#log .answer').textContent.length > n", arg=len(first) + 20)
    page.click("#stop")
    expect(turn.locator(".about")).to_have_text("Abgebrochen.")
    expect(page.locator("#send")).to_be_visible()
    page.wait_for_timeout(500)
    assert unfinished(qwen) == 0


def test_model_tokens_and_time_are_told(visit: Visit, qwen_url: str, qwen: QwenVisionService, sheet_pdf: bytes) -> None:
    visitor = visit(qwen_url).upload(sheet_pdf)
    expect(visitor.page.locator("#engine")).to_contain_text(qwen.model)
    expect(visitor.page.locator("#grounding-choice")).to_be_visible()
    about = visitor.ask("Welcher Werkstoff?").locator(".about")
    expect(about).to_contain_text("Token gelesen")
    expect(about).to_contain_text(qwen.model)
