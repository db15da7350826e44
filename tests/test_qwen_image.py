"""Pictures as the model takes them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drawing.rendering import Rendering
from qwen.image import LEAST_AREA, MOST_ASPECT, TOKEN_PX, PictureChanged, area_of, picture_of, processed_size
from tests.fixtures_engine import warnings_of_vllm_ignored

side = st.integers(1, 30_000)
budget = st.sampled_from([256, 300, 1024, 2048, 16_384])


@pytest.fixture(scope="module")
def smart_resize() -> Any:
    with warnings_of_vllm_ignored():
        pytest.importorskip("transformers", reason="comes with vLLM")
        from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

        return smart_resize


def png(width: int, height: int, colour: str = "white") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


@given(width=side, height=side, tokens=budget)
def test_the_processor_leaves_a_processed_size_alone(smart_resize: Any, width: int, height: int, tokens: int) -> None:
    w, h = processed_size(width, height, max_area=area_of(tokens))
    again = smart_resize(h, w, factor=TOKEN_PX, min_pixels=LEAST_AREA, max_pixels=area_of(tokens))
    assert again == (h, w)


@given(width=side, height=side, tokens=budget)
def test_the_size_is_the_one_that_the_processor_would_choose(
    smart_resize: Any, width: int, height: int, tokens: int
) -> None:
    if max(width, height) > MOST_ASPECT / 2 * min(width, height):
        return
    expected = smart_resize(height, width, factor=TOKEN_PX, min_pixels=LEAST_AREA, max_pixels=area_of(tokens))
    assert processed_size(width, height, max_area=area_of(tokens)) == (expected[1], expected[0])


async def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    picture = picture_of(Rendering.of(png(640, 480)), 300)
    assert (await picture.pixels()).size == (640, 480)
    assert picture.tokens == 300


@pytest.mark.parametrize(("size", "processed"), [((100, 100), (256, 256)), ((700, 480), (640, 448))])
async def test_another_is_brought_to_the_size_that_the_processor_wants(
    size: tuple[int, int], processed: tuple[int, int]
) -> None:
    picture = picture_of(Rendering.of(png(*size)), 300)
    assert (await picture.pixels()).size == processed
    assert picture.tokens == processed[0] * processed[1] // TOKEN_PX**2


def test_equal_keys_mean_equal_pixels() -> None:
    white, same, grey, smaller = (
        picture_of(Rendering.of(png(1024, 1024, colour)), tokens).key
        for colour, tokens in (("white", 1024), ("white", 1024), ("grey", 1024), ("white", 512))
    )
    assert white == same
    assert len({white, grey, smaller}) == 3


async def test_a_picture_that_was_drawn_differently_is_not_passed_off_as_the_first() -> None:
    async def drawn_again() -> bytes:
        return png(640, 480, "grey")

    first = picture_of(Rendering.of(png(640, 480)), 300)
    with pytest.raises(PictureChanged):
        await replace(first, png=drawn_again).pixels()
