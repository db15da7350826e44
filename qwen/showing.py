"""What of a sheet the model is shown: the whole, and enlarged what the question is about."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from drawing.focus import Crop, Room, crop_of, crops_for, lettering_height
from drawing.reading import Reading
from drawing.sheet import Box, Part
from errors import ServiceError
from qwen.image import LEAST_TOKENS, TOKEN_PX, Picture, area_of, picture_of, tokens_of
from qwen.prompt import Enlarged
from reader.places import places_of
from sessions.turn import SeenPart
from settings import Settings
from vision import Inquiry, SheetOnTheDesk, ShownFor, ShownPicture

log = logging.getLogger("drawing_service")


@dataclass(frozen=True, slots=True)
class Closer:
    """A part of the sheet that was drawn to be read, and why."""

    picture: Picture
    part: Part
    reason: ShownFor

    @property
    def enlarged(self) -> Enlarged:
        return Enlarged(self.part.box, self.picture.tokens)

    @property
    def seen(self) -> SeenPart:
        return SeenPart(self.part, self.picture.key, self.picture.width, self.picture.height)


class Showing:
    """Chooses and draws; what it draws of a sheet stays within a share of the model's context."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def sheet_tokens(self) -> int:
        """Image tokens of a sheet at most: a quarter of the context leaves room for the conversation."""
        return min(self._settings.overview_max_tokens, self._settings.max_model_len // 4)

    @property
    def crop_tokens(self) -> int:
        """Image tokens of one enlarged part at most."""
        return min(self._settings.crop_max_tokens, self._settings.max_model_len // 8)

    @property
    def _room(self) -> Room:
        in_all = min(self._settings.crops_max_tokens, self._settings.max_model_len // 4)
        return Room(self._settings.zoom_crops, self.crop_tokens, in_all)

    async def overview(self, desk: SheetOnTheDesk) -> Picture:
        part = Part(desk.sheet.box, area_of(self.sheet_tokens), multiple=TOKEN_PX)
        (rendering,) = await desk.renderings(part)
        return picture_of(rendering, self.sheet_tokens)

    async def wanted(self, inquiry: Inquiry, overview: Picture) -> dict[Part, ShownFor]:
        """The parts to be enlarged for a question: the region that it names, else the places that it is about."""
        desk = inquiry.desk
        if inquiry.region is None and not self._settings.zoom_crops:
            return {}
        reading = await self._reading(desk)
        if inquiry.region is not None:
            return {_part(crop_of(inquiry.region, desk.sheet, reading, self._room)): "region"}
        if reading is None:
            return {}
        crops = await asyncio.to_thread(_crops, inquiry, reading, overview, self._room)
        return {_part(crop): "lettering" for crop in crops}

    async def wished(self, inquiry: Inquiry, region: Box, room_tokens: int) -> Closer | None:
        """The region that the model wishes to see, within `room_tokens`; `None` where that is too little."""
        tokens = min(self.crop_tokens, room_tokens)
        if tokens < LEAST_TOKENS:
            return None
        crop = crop_of(
            region, inquiry.desk.sheet, await self._reading(inquiry.desk), replace(self._room, crop_tokens=tokens)
        )
        (closer,) = await self.drawn(inquiry.desk, {_part(crop): "zoom"})
        return closer

    async def drawn(self, desk: SheetOnTheDesk, wanted: Mapping[Part, ShownFor]) -> list[Closer]:
        if not wanted:
            return []
        drawings = zip(await desk.renderings(*wanted), wanted.items(), strict=True)
        return [Closer(picture_of(drawing, _tokens(part)), part, reason) for drawing, (part, reason) in drawings]

    async def shown(
        self, desk: SheetOnTheDesk, overview: Picture, parts: Sequence[SeenPart], closer: Sequence[Closer]
    ) -> tuple[ShownPicture, ...]:
        """All that is in a prompt, in its order, and how high the lettering is in it."""
        reading = await self._reading(desk)
        sheet = desk.sheet.box
        every: list[tuple[Box, int, int, ShownFor]] = [(sheet, overview.width, overview.height, "overview")]
        every += [(seen.part.box, seen.width, seen.height, "history") for seen in parts]
        every += [(each.part.box, each.picture.width, each.picture.height, each.reason) for each in closer]
        return tuple(
            ShownPicture(box, width, height, tokens_of(width, height), reason, _height(reading, box, width))
            for box, width, height, reason in every
        )

    async def _reading(self, desk: SheetOnTheDesk) -> Reading | None:
        """The sheet's lettering where it can be read in time."""
        try:
            async with asyncio.timeout(self._settings.focus_wait_s):
                return (await desk.read()).reading
        except (TimeoutError, ServiceError):
            log.info("Nothing is enlarged by its lettering, because the sheet is not read yet")
            return None


def remembered(desk: SheetOnTheDesk, seen: SeenPart) -> Picture:
    """A picture of an earlier turn, which is drawn again only where the engine has lost it."""

    async def png() -> bytes:
        (rendering,) = await desk.renderings(seen.part)
        return await rendering.png()

    return Picture(seen.key, seen.width, seen.height, png)


def _crops(inquiry: Inquiry, reading: Reading, overview: Picture, room: Room) -> tuple[Crop, ...]:
    before = [turn.question for turn in inquiry.history if turn.page == inquiry.desk.sheet.page]
    places = places_of(inquiry.question, inquiry.language, reading, before)
    return crops_for(places.found, places.related, reading, overview.width / reading.sheet.width, room)


def _part(crop: Crop) -> Part:
    return Part(crop.box, crop.width * crop.height, multiple=TOKEN_PX)


def _tokens(part: Part) -> int:
    return part.max_pixels // TOKEN_PX**2


def _height(reading: Reading | None, box: Box, width: int) -> float | None:
    height = lettering_height(reading, box) if reading is not None else None
    return None if height is None else height * width / box.width
