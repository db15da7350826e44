from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.ingest import picture_size, sniff
from drawing.sheet import Box, Part
from errors import UnsupportedType
from tests import sheets


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_pictures_are_known_by_their_first_bytes(file_format: str) -> None:
    assert sniff(sheets.saved(sheets.scan(64, 64), file_format)[:1024]) == "raster"


def test_pdf_is_known_even_behind_rubble() -> None:
    assert sniff(b"\n\n" + sheets.pdf()[:1000]) == "pdf"


@pytest.mark.parametrize(
    "head", [b"", b"<svg xmlns=", b"<html>", b"PK\x03\x04", b"AC1032", b"  0\nSECTION\n", b"RIFF\x00\x00\x00\x00WAVE"]
)
def test_other_files_are_refused(head: bytes) -> None:
    with pytest.raises(UnsupportedType):
        sniff(head)


@given(
    width=st.floats(1, 30_000),
    height=st.floats(1, 30_000),
    max_pixels=st.integers(65_536, 16_777_216),
    multiple=st.sampled_from([1, 32]),
    enlarge=st.booleans(),
)
def test_pictures_stay_within_their_pixels(
    width: float, height: float, max_pixels: int, multiple: int, enlarge: bool
) -> None:
    part = Part(Box(0, 0, width, height), max_pixels, multiple=multiple)
    w, h = picture_size(part, enlarge=enlarge)
    assert w % multiple == h % multiple == 0
    # A strip thinner than one multiple is widened to it, and may then exceed the area.
    assert w * h <= max_pixels or min(w, h) == multiple
    if not enlarge:
        assert w <= max(width, multiple) and h <= max(height, multiple)
