"""What a file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from errors import FileBeyondLimits


@dataclass(frozen=True, slots=True)
class Limits:
    """Policy of `settings.py`, as the child process needs it."""

    max_pages: int
    max_frames: int
    max_pixels: int
    max_side_px: int
    min_side_px: int
    max_aspect: float
    sheet_dpi: int

    def check_pages(self, pages: int, allowed: int) -> None:
        if pages > allowed:
            raise FileBeyondLimits(what="pages", value=pages, limit=allowed)

    def allow(self, width: int, height: int) -> bool:
        try:
            self.check_raster(width, height)
        except FileBeyondLimits:
            return False
        return True

    def check_raster(self, width: int, height: int) -> None:
        """Judged from the header, before a pixel is decoded."""
        short, long = sorted((width, height))
        if short < self.min_side_px:
            raise FileBeyondLimits(what="short_side", value=short, limit=self.min_side_px)
        if width * height > self.max_pixels:
            raise FileBeyondLimits(what="pixels", value=width * height, limit=self.max_pixels)
        if long > self.max_side_px:
            raise FileBeyondLimits(what="long_side", value=long, limit=self.max_side_px)
        if long / short > self.max_aspect:
            raise FileBeyondLimits(what="aspect", value=round(long / short), limit=round(self.max_aspect))
