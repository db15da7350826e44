from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drawing.reading import Reading
from drawing.sheet import Box, Sheet


@dataclass(frozen=True, slots=True)
class Crop:
    box: Box
    width: int
    height: int
    lettering_px: float | None = None


@dataclass(frozen=True, slots=True)
class Room:
    crops: int = 4
    crop_tokens: int = 1024
    tokens: int = 4096


def crop_of(region: Box, sheet: Sheet, reading: Reading | None, room: Room) -> Crop:
    import math

    z = min(1.0, math.sqrt(room.crop_tokens * 1024 / region.width / region.height))
    return Crop(region, max(32, int(region.width * z) // 32 * 32), max(32, int(region.height * z) // 32 * 32))


def crops_for(
    places: Sequence[Box], sheet: Sheet, reading: Reading, overview: tuple[int, int], room: Room
) -> tuple[Crop, ...]:
    return tuple(
        crop_of(p.grown(200).clamped(sheet.width, sheet.height), sheet, reading, Room(4, room.crop_tokens // 4))
        for p in places[: room.crops]
    )


def lettering_px(reading: Reading, box: Box, scale: float) -> float | None:
    return None
