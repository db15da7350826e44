"""Pictures as Qwen3-VL takes them: sides, tokens and a name for the caches.

One token stands for 32 × 32 px (patch 16, merge 2). Several layers would resize a picture on their own; one that
comes in the size they would choose is left alone, and its tokens can be counted beforehand.
"""

from __future__ import annotations

import asyncio
import io
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PIL import Image

from drawing.rendering import Facts, Rendering

#: px of a side that one token covers; both sides are multiples of it.
TOKEN_PX = 32
#: Below these, px², the processor enlarges a picture (`size.shortest_edge` of the checkpoint's preprocessor).
LEAST_TOKENS = 64
LEAST_AREA = LEAST_TOKENS * TOKEN_PX**2
#: Longer by shorter side beyond which the processor refuses a picture.
MOST_ASPECT = 200


class PictureChanged(Exception):
    """What was drawn anew is not what its name says."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its name: `key` tells its content for vLLM's caches, equal keys mean equal pixels; sides in px."""

    key: str
    width: int
    height: int
    png: Callable[[], Awaitable[bytes]]

    @property
    def tokens(self) -> int:
        """Image tokens: so many `<|image_pad|>` the engine sees."""
        return tokens_of(self.width, self.height)

    async def pixels(self) -> Image.Image:
        """Needed only where the engine has never seen the picture, or lost it. Raises `PictureChanged`."""
        return await asyncio.to_thread(self._decoded, await self.png())

    def _decoded(self, png: bytes) -> Image.Image:
        if _key(Facts.of(png).key, self.width, self.height) != self.key:
            raise PictureChanged
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            image = opened.convert("RGB")
        size = (self.width, self.height)
        return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def tokens_of(width: int, height: int) -> int:
    return width * height // TOKEN_PX**2


def picture_of(rendering: Rendering, max_tokens: int) -> Picture:
    """The picture in the size to which the processor would bring it within `max_tokens`."""
    facts = rendering.facts
    width, height = processed_size(facts.width, facts.height, max_area=area_of(max_tokens))
    return Picture(_key(facts.key, width, height), width, height, rendering.png)


def _key(content: str, width: int, height: int) -> str:
    return f"{content}-{width}x{height}"


def content_of(key: str) -> str:
    """What the key of a picture tells of its content, whatever its size: `Facts.key`."""
    return key.partition("-")[0]


def area_of(tokens: int) -> int:
    """px² that `tokens` cover."""
    return tokens * TOKEN_PX**2


def processed_size(width: int, height: int, *, max_area: int, min_area: int = LEAST_AREA) -> tuple[int, int]:
    """The size to which Qwen3-VL's processor brings `width` × `height` px; one of its results stays as it is.

    The arithmetic of Transformers' `smart_resize` (qwen2_vl), which refuses a picture longer than 200 times its
    shorter side; here such a one loses of its length.
    """
    w, h = _rounded(width), _rounded(height)
    if w * h > max_area:
        shrink = math.sqrt(width * height / max_area)
        w, h = _floored(width / shrink), _floored(height / shrink)
    elif w * h < min_area:
        grow = math.sqrt(min_area / (width * height))
        w, h = _ceiled(width * grow), _ceiled(height * grow)
    return min(w, MOST_ASPECT * h), min(h, MOST_ASPECT * w)


def _rounded(side: float) -> int:
    return max(TOKEN_PX, round(side / TOKEN_PX) * TOKEN_PX)


def _floored(side: float) -> int:
    return max(TOKEN_PX, math.floor(side / TOKEN_PX) * TOKEN_PX)


def _ceiled(side: float) -> int:
    return math.ceil(side / TOKEN_PX) * TOKEN_PX
