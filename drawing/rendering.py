"""Pictures of sheets that are spoken of by their content, so that they need not be drawn again to be recognised."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

#: PNG (ISO/IEC 15948): width and height stand in the header chunk, which is the first.
_WIDTH_AND_HEIGHT = slice(16, 24)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a picture without its pixels. `key` is the SHA-256 of its PNG, sides in px."""

    key: str
    width: int
    height: int

    @classmethod
    def of(cls, png: bytes) -> Facts:
        width, height = struct.unpack(">II", png[_WIDTH_AND_HEIGHT])
        return cls(hashlib.sha256(png).hexdigest(), width, height)

    @classmethod
    def from_json(cls, text: bytes) -> Facts:
        """Raises `ValueError` for what `to_json` did not write."""
        try:
            key, width, height = json.loads(text)
            return cls(str(key), int(width), int(height))
        except TypeError as error:
            raise ValueError from error

    def to_json(self) -> bytes:
        return json.dumps([self.key, self.width, self.height]).encode()


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture of a sheet or of a part of it; `png` gives its bytes, drawn anew where they were not kept."""

    facts: Facts
    png: Callable[[], Awaitable[bytes]]

    @classmethod
    def of(cls, png: bytes) -> Rendering:
        async def at_hand() -> bytes:
            return png

        return cls(Facts.of(png), at_hand)
