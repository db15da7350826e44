"""Boxes in a model's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.grounding import MAX_MARKS, POINT_REACH, UNITS, Mark, element_type, in_words, read_marks
from drawing.sheet import Box

WIDTH, HEIGHT = 2480, 3508


def fenced(value: Any) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False)}\n```"


def boxes(text: str) -> list[Box]:
    return [mark.box for mark in read_marks(text, UNITS, UNITS).marks]


def test_a_fenced_list_is_read_in_sheet_pixels() -> None:
    found = read_marks(fenced([{"bbox_2d": [100, 200, 300, 400], "label": "Ø52 h7"}]), WIDTH, HEIGHT)
    assert found.marks == (Mark("Ø52 h7", Box(248.0, 701.6, 744.0, 1403.2)),)
    assert found.malformed == 0


@pytest.mark.parametrize(
    "text",
    [
        '[{"bbox_2d": [1, 2, 30, 40], "label": "a"}]',
        '{"bbox_2d": [1, 2, 30, 40], "label": "a"}',
        'Der Durchmesser steht {hier}:\n```json\n[{"bbox_2d": [1, 2, 30, 40]}]\n```\nund sonst nirgends.',
        '```\n{"bbox_2d": [1, 2, 30, 40]}\n```',
        '{"objects": [{"label": "a", "bbox_2d": [1, 2, 30, 40]}]}',
        '{"bbox_2d": [30, 40, 1, 2]}',
        '{"bbox_2d": [30, 2, 1, 40]}',
        '{"bbox_2d": ["1", " 2 ", "30.0", 40]}',
        '{"bbox": [1, 2, 30, 40]}',
        "[{'bbox_2d': [1, 2, 30, 40], 'label': 'a'}]",
        '{"bbox_2d": [1, 2, 30, 40], "label": "a line\nbreak"}',
    ],
)
def test_every_way_to_write_a_box_gives_the_same_box(text: str) -> None:
    assert boxes(text) == [Box(1, 2, 30, 40)]


PART = Box(1000, 500, 1500, 900)


@pytest.mark.parametrize(("part", "box"), [(1, Box(1050, 540, 1150, 620)), (2, Box(10, 10, 30, 30))])
def test_a_box_in_an_enlarged_part_stands_on_the_sheet(part: int, box: Box) -> None:
    written = fenced([{"bbox_2d": [100, 100, 300, 300], "label": "Ø8", "part": part}])
    assert read_marks(written, WIDTH, HEIGHT, [PART, Box(0, 0, 100, 100)]).marks == (Mark("Ø8", box),)


@pytest.mark.parametrize("part", [0, -1, 3, 1.0, True, "1", None, [1]])
def test_a_part_that_was_not_shown_is_taken_for_the_sheet(part: Any) -> None:
    written = fenced([{"bbox_2d": [0, 0, 1000, 1000], "label": "", "part": part}])
    (mark,) = read_marks(written, WIDTH, HEIGHT, [PART, PART]).marks
    assert mark.box == Box(0, 0, WIDTH, HEIGHT)


def test_a_point_becomes_a_small_box_around_it() -> None:
    assert boxes('{"point_2d": [500, 400], "label": "A"}') == [
        Box(500 - POINT_REACH, 400 - POINT_REACH, 500 + POINT_REACH, 400 + POINT_REACH)
    ]


def test_several_fences_are_read_in_their_order() -> None:
    text = fenced([{"bbox_2d": [1, 1, 2, 2]}]) + "\nund\n" + fenced({"bbox_2d": [3, 3, 4, 4]})
    assert boxes(text) == [Box(1, 1, 2, 2), Box(3, 3, 4, 4)]


def test_a_list_that_ends_in_the_middle_gives_what_was_complete() -> None:
    text = '```json\n[{"bbox_2d": [1, 1, 2, 2], "label": "a"}, {"bbox_2d": [3, 3, 4, 4], "lab'
    found = read_marks(text, UNITS, UNITS)
    assert [mark.label for mark in found.marks] == ["a"]
    assert found.malformed == 1


@pytest.mark.parametrize(
    "box",
    [
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [5, 5, 5, 9],
        [1001, 5, 1200, 9],
        [1, 2, 3, True],
        [1, 2, None, 4],
        ["a", 2, 3, 4],
        [1, 2, [3], 4],
        "1, 2, 3, 4",
        None,
        [float("nan"), 2, 3, 4],
        [1, 2, float("inf"), 4],
        [1, 2, 10**400, 4],
    ],
)
def test_a_box_that_cannot_be_drawn_is_counted(box: Any) -> None:
    found = read_marks(fenced([{"bbox_2d": box, "label": "x"}, {"bbox_2d": [1, 1, 9, 9]}]), UNITS, UNITS)
    assert [mark.box for mark in found.marks] == [Box(1, 1, 9, 9)]
    assert found.malformed == 1


def test_a_box_beyond_the_edge_ends_at_the_edge() -> None:
    assert boxes('{"bbox_2d": [-20, 900, 500, 1800]}') == [Box(0, 900, 500, 1000)]


def test_labels_are_one_visible_line() -> None:
    (mark,) = read_marks('{"bbox_2d": [1, 1, 9, 9], "label": "a\\n\\u0007b \\ud800 c"}', 10, 10).marks
    assert mark.label == "a b c"


def test_no_more_boxes_than_the_limit_are_taken() -> None:
    assert len(boxes(fenced([{"bbox_2d": [1, 1, 9, 9]}] * (MAX_MARKS + 9)))) == MAX_MARKS


def test_nothing_is_run() -> None:
    assert boxes("{'bbox_2d': [1, 2, 3, __import__('os').getpid()]}") == []


side = st.lists(st.integers(0, UNITS), min_size=2, max_size=2, unique=True).map(sorted)
box_2d = st.tuples(side, side).map(lambda sides: [sides[0][0], sides[1][0], sides[0][1], sides[1][1]])
item = st.fixed_dictionaries({"bbox_2d": box_2d}, optional={"label": st.text("abcÄß 12,Ø{}[]\"'\\`:", max_size=12)})
SHARDS = [*"{}[]\"',:1 \\", '"bbox_2d":', '"point_2d":', '"label":', "-9e999", "NaN", "null", "```json\n", '{"a":' * 20]
anything = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(SHARDS), max_size=60).map("".join),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["bbox_2d", "point_2d", "label", "x"]), inner)
        ),
    ).map(json.dumps),
)


@given(anything, st.integers(1, 20_000), st.integers(1, 20_000))
def test_whatever_the_model_writes_every_box_lies_on_the_sheet(text: str, width: int, height: int) -> None:
    for mark in read_marks(text, width, height).marks:
        assert 0 <= mark.box.x1 < mark.box.x2 <= width
        assert 0 <= mark.box.y1 < mark.box.y2 <= height


def test_deep_nesting_is_harmless() -> None:
    assert read_marks('{"a":' * 5_000, UNITS, UNITS).marks == ()


@given(st.lists(item, max_size=8))
def test_well_formed_boxes_come_back_as_they_were_written(items: list[dict[str, Any]]) -> None:
    found = read_marks(fenced(items), UNITS, UNITS)
    assert [[mark.box.x1, mark.box.y1, mark.box.x2, mark.box.y2] for mark in found.marks] == [
        i["bbox_2d"] for i in items
    ]
    assert [mark.label for mark in found.marks] == [" ".join(i.get("label", "").split()) for i in items]
    assert found.malformed == 0


@given(st.lists(item, max_size=6), st.data())
def test_a_list_cut_off_anywhere_gives_a_prefix_of_its_boxes(items: list[dict[str, Any]], data: st.DataObject) -> None:
    text = fenced(items)
    whole = read_marks(text, WIDTH, HEIGHT).marks
    cut = read_marks(text[: data.draw(st.integers(0, len(text)))], WIDTH, HEIGHT).marks
    assert cut == whole[: len(cut)]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Vorderansicht", "view"),
        ("Schnitt A-A", "view"),
        ("detail view Z", "view"),
        ("Außendurchmesser Ø52 h7", "dimension"),
        ("thread M8x1", "dimension"),
        ("dimension: 12.5", "dimension"),
        ("Stückliste", "table"),
        ("bill of materials", "table"),
        ("Änderungstabelle", "table"),
        ("Schriftfeld", "title"),
        ("title block", "title"),
        ("Zeichnungsnummer 4711-02", "part_number"),
        ("part number", "part_number"),
        ("4x Ø6,6", "dimension"),
        ("M8x1", "dimension"),
        ("12.5 ±0.1", "dimension"),
        ("Ø52 h7", "dimension"),
        ("52h7", "dimension"),
        ("(45°)", "dimension"),
        ("R5", "dimension"),
        ("1234-567-89", "text"),
        ("DIN ISO 2768-mK", "text"),
        ("Maßstab 1:2", "text"),
        ("Alle Kanten gratfrei", "text"),
        ("", "text"),
    ],
)
def test_a_label_tells_what_it_marks(label: str, kind: str) -> None:
    assert element_type(label) == kind


def test_in_words_a_list_of_boxes_is_a_list_of_labels() -> None:
    text = "Der Durchmesser ist Ø52.\n\n" + fenced([{"bbox_2d": [1, 2, 3, 4], "label": "Ø52"}]) + "\n"
    assert in_words(text) == "Der Durchmesser ist Ø52.\n\n- Ø52"


def test_other_code_stays() -> None:
    assert in_words('```json\n{"a": 1}\n```') == '```json\n{"a": 1}\n```'
