"""Where a drawing's files lie in the folder of its session."""

from __future__ import annotations

from pathlib import Path


def original(folder: Path) -> Path:
    return folder / "original.bin"


def page_file(folder: Path, page: int) -> Path:
    """Where the survey of a picture leaves a normalised page."""
    return folder / f"page-{page:04d}.png"
