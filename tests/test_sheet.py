from __future__ import annotations

import pytest

from drawing.sheet import Box, Drawing, Sheet, paper_of


@pytest.mark.parametrize(
    ("width_mm", "height_mm", "paper"),
    [(210, 297, "A4"), (297, 210, "A4"), (420, 297, "A3"), (841, 1189, "A0"), (1189.5, 840.6, "A0"), (300, 300, None)],
)
def test_paper_is_named_either_way_up(width_mm: float, height_mm: float, paper: str | None) -> None:
    assert paper_of(width_mm, height_mm) == paper


def test_box_outside_the_sheet_is_clamped_to_nothing() -> None:
    assert Box(-50, -50, -10, -10).clamped(100, 100).is_empty


def test_box_around_others_holds_them_all() -> None:
    assert Box.around([Box(1, 2, 3, 4), Box(0, 3, 2, 9)]) == Box(0, 2, 3, 9)


def test_drawing_counts_its_pages_from_one() -> None:
    sheet = Sheet(1, 100, 100, None, None, "ocr")
    drawing = Drawing("raster", (sheet,))
    assert [drawing.sheet(page) for page in (0, 1, 2)] == [None, sheet, None]
