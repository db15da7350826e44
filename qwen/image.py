"""Pictures as Qwen3-VL takes them: sides, tokens and a name for the caches.

One token stands for 32 × 32 px (patch 16, merge 2). Several layers would resize a picture on their own; one that
comes in the size they would choose is left alone, and its tokens can be counted beforehand.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass

from PIL import Image

#: px of a side that one token covers; both sides are multiples of it.
TOKEN_PX = 32
#: px² below which the processor enlarges a picture (`size.shortest_edge` of the checkpoint's preprocessor).
LEAST_AREA = 64 * TOKEN_PX**2
#: Longer by shorter side beyond which the processor refuses a picture.
MOST_ASPECT = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """`key` names the content for vLLM's caches: equal keys mean equal pixels. `tokens` of `<|image_pad|>`."""

    key: str
    image: Image.Image
    tokens: int


def area_of(tokens: int) -> int:
    """px² that `tokens` cover."""
    return tokens * TOKEN_PX**2


def read_picture(png: bytes, max_tokens: int) -> Picture:
    """The picture in `png`, resized only where the processor would do so within `max_tokens`."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
        image = opened.convert("RGB")
    size = processed_size(*image.size, max_area=area_of(max_tokens))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    width, height = size
    key = f"{hashlib.sha256(png).hexdigest()}-{width}x{height}"
    return Picture(key, image, width * height // TOKEN_PX**2)


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
