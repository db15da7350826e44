"""Small makers of the values that tests need."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from drawing.limits import Limits
from drawing.sheet import Drawing, Sheet
from drawing.workshop import limits_of
from keys import digest_of
from settings import Settings


def settings(root: Path, **changed: Any) -> Settings:
    """Settings that ignore the machine's environment and keep their sessions under `root`."""
    # "testserver" is the name by which Starlette's test client asks.
    defaults: dict[str, Any] = {"session_dir": root / "sessions", "engine": "embedded", "allowed_hosts": "testserver"}
    return Settings(**(defaults | changed))


def limits(**changed: Any) -> Limits:
    return replace(limits_of(Settings()), **changed)


def sheet(page: int = 1, width: int = 2339, height: int = 1654) -> Sheet:
    return Sheet(page, width, height, 200.0, "A4", "text_layer")


def drawing(pages: int = 1) -> Drawing:
    return Drawing("pdf", tuple(sheet(page) for page in range(1, pages + 1)))


def keys_file(folder: Path, **keys: str) -> Path:
    """A file of these keys by name, replaced at once as an administrator would."""
    fresh, file = folder / "keys.new", folder / "keys"
    fresh.touch(mode=0o600)
    fresh.write_text("".join(f"{name}:{digest_of(key)}\n" for name, key in keys.items()))
    return fresh.replace(file)
