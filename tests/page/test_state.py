"""What the service is doing is seen: loading, gone, and how long a drawing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from main import create_app
from tests.factories import settings
from tests.page.conftest import Visit
from tests.server import serving
from tests.small_engine import SmallEngine
from vision import Progress


class LoadingEngine(SmallEngine):
    """Is on its way until it is told that it is there."""

    name: Literal["vllm", "embedded"] = "vllm"
    model = "Qwen3-VL"

    async def start(self) -> None:
        self.progress = Progress("fetching", 75.0, 0.25)

    def arrive(self) -> None:
        self.status, self.progress = "healthy", None


@pytest.fixture
def engine() -> LoadingEngine:
    return LoadingEngine()


@pytest.fixture
def loading(engine: LoadingEngine, tmp_path: Path) -> Iterator[str]:
    with serving(create_app(settings(tmp_path), engine)) as served:
        yield served


def test_a_loading_model_shows_how_far_it_is(visit: Visit, loading: str, engine: LoadingEngine) -> None:
    page = visit(loading, expected=("503",)).page
    expect(page.locator("#engine")).to_contain_text("Qwen3-VL Modell wird geholt 25 %, seit 75 s")
    expect(page.locator("#engine progress")).to_have_attribute("value", "0.25")
    engine.arrive()
    expect(page.locator("#engine")).to_have_text("Qwen3-VL bereit")


def test_it_is_seen_when_a_drawing_will_be_gone(visit: Visit, sheet_pdf: bytes) -> None:
    visitor = visit().upload(sheet_pdf)
    expect(visitor.page.locator("#drawing")).to_have_text("flansch.pdf · endet in 24 h")


def test_a_service_that_ends_is_seen(visit: Visit, tmp_path: Path) -> None:
    with serving(create_app(settings(tmp_path))) as served:
        page = visit(served, expected=("Failed to load", "503")).page
        expect(page.locator("#engine")).to_contain_text("bereit")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#engine")).to_have_text("Der Dienst ist nicht erreichbar")
