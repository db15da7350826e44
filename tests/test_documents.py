"""What the documents say of the settings is what the settings are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from routes import router
from settings import Settings, variable

PROJECT = Path(__file__).parent.parent
ROW = re.compile(r"^\| `(QWEN_\w+)` \| `?(.*?)`? \| (.+) \|$", re.M)


def documented() -> dict[str, tuple[str, str]]:
    return {name: (default, text) for name, default, text in ROW.findall((PROJECT / "SETUP_QWEN.md").read_text())}


def shown(default: object) -> str:
    if default in (None, ""):
        return "none"
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_every_setting_is_documented_with_its_default_and_its_meaning() -> None:
    fields = Settings.model_fields.items()
    assert documented() == {variable(name): (shown(f.default), f.description) for name, f in fields}


@pytest.mark.parametrize("page", ["README.md", "SETUP_QWEN.md", "deploy/README.md"])
def test_every_variable_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(r"QWEN_[A-Z_]+[A-Z]", (PROJECT / page).read_text()))
    assert named <= {variable(name) for name in Settings.model_fields} | {"QWEN_MODEL_PATH"}


def test_readme_shows_every_route() -> None:
    text = re.sub(r"/session/ef0da35f-…", "/session/{session_id}", (PROJECT / "README.md").read_text())
    shown_paths = set(re.findall(r"http://127\.0\.0\.1:8000(/[\w/{}]*)", text.replace("/pages/1", "/pages/{page}")))
    assert {route.path for route in router.routes if isinstance(route, Route)} <= shown_paths
