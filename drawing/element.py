"""What an answer points at on a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drawing.sheet import Box, Source

ElementType = Literal["view", "dimension", "part_number", "table", "title", "text"]


@dataclass(frozen=True, slots=True)
class Element:
    """Something found on the sheet; `box` in sheet pixels. `confidence` is `None` where nobody measured one."""

    label: str
    element_type: ElementType
    box: Box
    page: int
    source: Literal["model"] | Source
    confidence: float | None = None
