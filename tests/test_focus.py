"""What is shown enlarged of a sheet, and how large."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.focus import LEGIBLE_PX, TOKEN_PX, Room, crop_of, crops_for, finest_of, holds
from drawing.reading import Reading, read
from drawing.sheet import Box, Sheet
from tests.lettered import lettered

A1 = Sheet(1, 6622, 4677, 200.0, "A1", "text_layer")
SCAN = replace(A1, text_source="ocr")
ROOM = Room(4, 2048, 4096)
OVERVIEW = 0.25  # of the pixels of an A1 sheet, in 2,048 tokens
NUMBERS = [(200 + 640 * across, 200 + 420 * down) for across in range(10) for down in range(10)]


def sheet_of(sheet: Sheet = A1) -> Reading:
    """A hundred numbers of 20 px, all over the sheet."""
    words = [word for n, (x, y) in enumerate(NUMBERS) for word in lettered(str(100 + n), x, y, height=20)]
    return read(words, sheet)


def box_of(reading: Reading, text: str) -> Box:
    return next(word.box for word in reading.words if word.text == text)


@pytest.fixture(scope="module", params=[A1, SCAN], ids=["drawn", "scanned"])
def reading(request: pytest.FixtureRequest) -> Reading:
    return sheet_of(request.param)


def test_a_place_is_shown_legibly_with_what_stands_around_it(reading: Reading) -> None:
    place = box_of(reading, "144")
    (crop,) = crops_for([place], [], reading, OVERVIEW, ROOM)
    assert holds([crop], place)
    assert crop.lettering_px is not None and crop.lettering_px >= LEGIBLE_PX
    assert crop.box.width > 5 * place.width


def test_places_near_each_other_share_a_crop(reading: Reading) -> None:
    places = [box_of(reading, "144"), box_of(reading, "145")]
    (crop,) = crops_for(places, [], reading, OVERVIEW, ROOM)
    assert holds([crop], places[0]) and holds([crop], places[1])


def test_places_far_apart_have_crops_of_their_own(reading: Reading) -> None:
    places = [box_of(reading, text) for text in ("100", "109", "190", "199")]
    crops = crops_for(places, [], reading, OVERVIEW, ROOM)
    assert len(crops) == 4
    assert all(holds(crops, place) for place in places)


def test_more_places_than_can_be_shown_leave_the_first_ones(reading: Reading) -> None:
    places = [box_of(reading, str(100 + n)) for n in range(0, 100, 9)]
    crops = crops_for(places, [], reading, OVERVIEW, ROOM)
    assert holds(crops, places[0])
    assert len(crops) <= ROOM.crops


def test_what_is_related_is_shown_where_room_is_left(reading: Reading) -> None:
    found, related = box_of(reading, "100"), box_of(reading, "199")
    crops = crops_for([found], [related], reading, OVERVIEW, ROOM)
    assert holds(crops[:1], found) and holds(crops[1:], related)


def test_what_the_overview_shows_legibly_is_not_shown_again(reading: Reading) -> None:
    assert crops_for([box_of(reading, "144")], [], reading, 0.9, ROOM) == ()


def test_a_scan_shown_as_it_is_cannot_be_shown_better() -> None:
    small = sheet_of(replace(SCAN, width=A1.width, height=A1.height))
    assert crops_for([Box(0, 0, 30, 4)], [], small, 1.0, ROOM) == ()


def test_no_crops_where_none_are_wanted(reading: Reading) -> None:
    assert crops_for([box_of(reading, "144")], [], reading, OVERVIEW, Room(0, 2048, 4096)) == ()


def test_a_region_that_was_named_is_shown_whole(reading: Reading) -> None:
    region = Box(0, 0, 3000, 2000)
    crop = crop_of(region, reading.sheet, reading, ROOM)
    assert crop.box == region
    assert crop.tokens <= ROOM.crop_tokens


def test_a_small_region_is_drawn_no_finer_than_is_of_use() -> None:
    reading = sheet_of()
    region = box_of(reading, "144").grown(40)
    crop = crop_of(region, reading.sheet, reading, ROOM)
    assert crop.lettering_px is not None and LEGIBLE_PX <= crop.lettering_px < 3 * LEGIBLE_PX


def test_a_region_of_a_sheet_that_is_not_read_is_as_sharp_as_there_is_room() -> None:
    crop = crop_of(Box(0, 0, 1000, 1000), A1, None, ROOM)
    assert crop.tokens > 0.9 * ROOM.crop_tokens


boxes = st.tuples(st.integers(0, 6000), st.integers(0, 4300), st.integers(1, 600), st.integers(1, 300)).map(
    lambda box: Box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
rooms = st.builds(Room, st.integers(0, 6), st.integers(256, 2048), st.integers(2048, 6000))


@given(found=st.lists(boxes, max_size=12), related=st.lists(boxes, max_size=6), room=rooms, scanned=st.booleans())
def test_crops_stay_on_the_sheet_and_within_their_room(
    found: list[Box], related: list[Box], room: Room, scanned: bool
) -> None:
    reading = sheet_of(SCAN if scanned else A1)
    crops = crops_for(found, related, reading, OVERVIEW, room)
    assert len(crops) <= room.crops
    assert sum(crop.tokens for crop in crops) <= room.tokens
    for crop in crops:
        assert crop.box.clamped(A1.width, A1.height) == crop.box
        assert crop.width % TOKEN_PX == crop.height % TOKEN_PX == 0
        assert crop.tokens <= room.crop_tokens
        fine = finest_of(reading.sheet)
        assert crop.width <= max(TOKEN_PX, fine * crop.box.width + 1e-3)
        assert crop.height <= max(TOKEN_PX, fine * crop.box.height + 1e-3)


@given(found=st.lists(boxes, min_size=1, max_size=12))
def test_the_likeliest_place_is_always_shown(found: list[Box]) -> None:
    reading = sheet_of()
    assert holds(crops_for(found, [], reading, 0.0, ROOM), found[0])
