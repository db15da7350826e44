"""The model's wish to see closer, as it comes in a stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.sheet import Box
from qwen.zoom import CALL, MOST_CALL_CHARS, CallWatch, wished_region
from tests.lettered import SHEET

WISH = '<tool_call>\n{"name": "image_zoom_in_tool", "arguments": {"bbox_2d": [0, 0, 500, 1000]}}\n</tool_call>'


def watched(text: str, step: int) -> tuple[str, CallWatch]:
    watch = CallWatch()
    shown = "".join(watch.take(text[at : at + step]) for at in range(0, len(text), step))
    return shown, watch


@given(step=st.integers(1, 40))
def test_a_call_is_kept_out_of_what_people_see(step: int) -> None:
    shown, watch = watched("Ich sehe nach. " + WISH, step)
    assert (shown, watch.call) == ("Ich sehe nach. ", WISH)


@given(text=st.text(alphabet="<tol_ca>x ", max_size=60), step=st.integers(1, 9))
def test_what_is_no_call_is_shown_in_the_end(text: str, step: int) -> None:
    shown, watch = watched(text, step)
    if CALL not in text:
        assert shown + watch.rest() == text
        assert watch.call is None


def test_a_call_that_is_cut_off_is_not_shown() -> None:
    shown, watch = watched("Moment. <tool_call>{", 3)
    assert shown + watch.rest() == "Moment. "
    assert watch.call is None


def test_a_call_that_does_not_end_is_ended() -> None:
    assert watched(CALL + "x" * MOST_CALL_CHARS, 50)[1].call is not None


def test_a_wish_names_a_region_in_thousandths() -> None:
    assert wished_region(WISH, SHEET) == Box(0, 0, SHEET.width / 2, SHEET.height)


@pytest.mark.parametrize(
    "call",
    [
        CALL,
        "<tool_call>{}</tool_call>",
        "<tool_call>[]</tool_call>",
        '<tool_call>{"arguments": 3}</tool_call>',
        '<tool_call>{"arguments": {"bbox_2d": "all"}}</tool_call>',
        '<tool_call>{"arguments": {"bbox_2d": [1, 2, 3]}}</tool_call>',
        '<tool_call>{"arguments": {"bbox_2d": [5, 5, 5, 5]}}</tool_call>',
        CALL + "[" * 500,
    ],
)
def test_what_names_no_region_is_no_wish(call: str) -> None:
    assert wished_region(call, SHEET) is None
