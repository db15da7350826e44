"""Zoom: which parts of a sheet are shown enlarged, and how large, so that their lettering can be read.

A model sees a sheet in a picture of some 2,048 image tokens, in which 2.5 mm lettering is 14 px high on A4 and 3.6 px
on A0; about 10 px and up is legible. A part is drawn so that its lettering is 16 px high or more, or as it is where a
scan has no more to give.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from drawing.lines import place_of
from drawing.reading import Reading
from drawing.sheet import Box, Sheet

#: px on which one image token stands, each way; sides of pictures are multiples of it.
TOKEN_PX = 32
#: px. Lettering that is so high in a picture is read; where room allows it is drawn somewhat higher.
LEGIBLE_PX, COMFORTABLE_PX = 16.0, 22.0
#: px. What is drawn where that is the only way to show a place whole.
LEAST_PX = 13.0
#: Width by height of a part that is chosen freely, and how much of either places may fill that share one.
ASPECT, FILLED = 4 / 3, 0.94
#: Of a part's words, ordered by height, the share that may be smaller than what counts as its lettering: exponents,
#: noise of a recogniser.
SMALLEST_SHARE = 0.1
#: Crops of what is related, where something was found: each costs its tokens, and a place in later prompts.
BESIDE = 1
#: px per sheet pixel at most at which a page is drawn that is no scan.
FINEST = 4.0


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of the sheet to be shown: `box` in sheet pixels, drawn in `width` × `height` px (multiples of 32).

    `lettering_px` is the height of its lettering as shown, `None` where none was read.
    """

    box: Box
    width: int
    height: int
    lettering_px: float | None

    @property
    def tokens(self) -> int:
        return self.width * self.height // TOKEN_PX**2


@dataclass(frozen=True, slots=True)
class Room:
    """How many crops there may be, of how many image tokens each, and of how many together."""

    crops: int
    crop_tokens: int
    tokens: int


def crops_for(
    found: Sequence[Box], related: Sequence[Box], reading: Reading, overview_scale: float, room: Room
) -> tuple[Crop, ...]:
    """Crops that show the places `found` (sheet pixels), and beside them one, or in their stead all, that show
    `related` ones as far as there is room.

    `overview_scale` is how many pixels of the picture of the whole sheet stand for one of the sheet: what can be read
    there is not shown again. Of several ways to draw them, the sharpest that shows all of `found` is taken; where none
    does, the one that shows most.
    """
    if overview_scale >= finest_of(reading.sheet) or not room.crops:
        return ()
    heights = {place: lettering_height(reading, place) for place in (*found, *related)}
    small = [place for place in found if (heights[place] or 0.0) * overview_scale < LEGIBLE_PX]
    others = [place for place in related if (heights[place] or 0.0) * overview_scale < LEGIBLE_PX]
    plans = [_Plan(reading.sheet, heights, room, *way) for way in _ways(room)]
    shown = [plan.cover(small) for plan in plans]
    best = max(range(len(shown)), key=lambda at: (sum(holds(shown[at], place) for place in small), -at))
    most = len(shown[best]) + BESIDE if found else room.crops
    return tuple(plans[best].cover(others, shown[best])[:most])


def crop_of(region: Box, sheet: Sheet, reading: Reading | None, room: Room) -> Crop:
    """A region that was named, whole, as sharp as is of use and as the room of one crop allows."""
    height = lettering_height(reading, region) if reading is not None else None
    return _whole(region, height, sheet, room.crop_tokens)


def lettering_height(reading: Reading, box: Box) -> float | None:
    """Height of the smallest lettering in `box` that counts, in sheet pixels; `None` where nothing stands."""
    within = (word for word in reading.words if word.box.overlaps(box))
    heights = sorted(place_of(word, word.direction).height for word in within)
    return heights[int(SMALLEST_SHARE * len(heights))] if heights else None


def finest_of(sheet: Sheet) -> float:
    """px per sheet pixel beyond which nothing is gained: what was scanned has no more than it has."""
    return 1.0 if sheet.text_source == "ocr" else FINEST


def holds(crops: Iterable[Crop], place: Box) -> bool:
    """Whether one of the crops shows all of a place."""
    return any(
        crop.box.x1 <= place.x1 and crop.box.y1 <= place.y1 and place.x2 <= crop.box.x2 and place.y2 <= crop.box.y2
        for crop in crops
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way to draw: lettering of `height_px`, crops of `crop_tokens`. `heights` are those of each place's lettering,
    in sheet pixels.
    """

    sheet: Sheet
    heights: Mapping[Box, float | None]
    room: Room
    height_px: float
    crop_tokens: int

    def cover(self, places: Sequence[Box], crops: Iterable[Crop] = ()) -> list[Crop]:
        """`crops` and others beside them that show `places`, the first of them first."""
        made = list(crops)
        left = [place for place in places if not holds(made, place)]
        while left and len(made) < self.room.crops:
            crop = self._around(left)
            left = [place for place in left[1:] if not holds([crop], place)]
            if sum(each.tokens for each in made) + crop.tokens <= self.room.tokens:
                made.append(crop)
        return made

    def _around(self, places: Sequence[Box]) -> Crop:
        """A crop that shows the first place and of the others as many, in their order, as come in beside it."""
        height = self.heights[places[0]]
        scale = min(self.height_px / height if height else 1.0, finest_of(self.sheet))
        width, depth = self._window(scale)
        held = places[0]
        for place in places[1:]:
            both = Box.around((held, place))
            if both.width <= FILLED * width and both.height <= FILLED * depth:
                held = both
        if held.width > width or held.height > depth:
            with_margin = held.grown(2 * (height or 0.0)).clamped(self.sheet.width, self.sheet.height)
            return _whole(with_margin, height, self.sheet, self.room.crop_tokens)
        return _crop(self._at(held, width, depth), scale, height)

    def _window(self, scale: float) -> tuple[float, float]:
        """Width and height in sheet pixels of a crop at `scale`."""
        area = self.crop_tokens * TOKEN_PX**2 / scale**2
        width = min(math.sqrt(area * ASPECT), self.sheet.width)
        height = min(area / width, self.sheet.height)
        return min(area / height, self.sheet.width), height

    def _at(self, held: Box, width: float, height: float) -> Box:
        """A window around the middle of `held`, moved where it would leave the sheet."""
        x, y = held.centre
        x1 = min(max(x - width / 2, 0.0), self.sheet.width - width)
        y1 = min(max(y - height / 2, 0.0), self.sheet.height - height)
        return Box(x1, y1, x1 + width, y1 + height)


def _ways(room: Room) -> list[tuple[float, int]]:
    """Heights of lettering and tokens of a crop, the sharpest and cheapest first."""
    each = min(room.crop_tokens, room.tokens // room.crops)
    few = min(room.crop_tokens, max(each, room.tokens // 2))
    ways = (COMFORTABLE_PX, each // 2), (COMFORTABLE_PX, each), (LEGIBLE_PX, each), (LEGIBLE_PX, few), (LEAST_PX, each)
    return list(dict.fromkeys(ways))


def _whole(region: Box, height: float | None, sheet: Sheet, tokens: int) -> Crop:
    """All of a region, as sharp as is of use and as `tokens` allow; `height` is that of its lettering."""
    most = math.sqrt(tokens * TOKEN_PX**2 / (region.width * region.height))
    wanted = max(1.0, COMFORTABLE_PX / height) if height else most
    return _crop(region, min(most, wanted, finest_of(sheet)), height)


def _crop(box: Box, scale: float, height: float | None) -> Crop:
    sides = [max(TOKEN_PX, math.floor(side * scale / TOKEN_PX + 1e-6) * TOKEN_PX) for side in (box.width, box.height)]
    shown_at = min(sides[0] / box.width, sides[1] / box.height)
    return Crop(box, sides[0], sides[1], None if height is None else height * shown_at)
