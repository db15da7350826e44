"""Pages of a picture file, normalised: upright, opaque on white, 8 bits, grey or RGB. Runs in a child process."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from drawing.folder import page_file
from drawing.limits import Limits
from drawing.sheet import Box, Drawing, Sheet, Word
from errors import UnreadableFile

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
#: A resolution outside of this is a default of some program and says nothing about the paper.
PLAUSIBLE_DPI = (100.0, 1200.0)
#: TIFF 6.0: tags and values that Pillow does not act upon.
NEW_SUBFILE_TYPE, REDUCED_COPY = 254, 1
PHOTOMETRIC, WHITE_IS_ZERO = 262, 0


class RasterPage:
    """One normalised page; its own pixels are the sheet's pixels."""

    def __init__(self, image: Image.Image, sheet: Sheet) -> None:
        self._image = image
        self._grey: Image.Image | None = None
        self.sheet = sheet

    def picture(self, region: Box, width: int, height: int) -> Image.Image:
        """`region` resampled to `width` × `height` px, grey or RGB as the page is."""
        box = (region.x1, region.y1, region.x2, region.y2)
        return self._image.resize((width, height), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)

    def tile(self, region: Box, zoom: float) -> npt.NDArray[np.uint8]:
        """The part of `region` that lies on the sheet in grey, rows × columns, `zoom` tile pixels per sheet pixel."""
        if self._grey is None:
            self._grey = self._image.convert("L")
        part = region.clamped(self.sheet.width, self.sheet.height)
        size = max(1, round(part.width * zoom)), max(1, round(part.height * zoom))
        box = (part.x1, part.y1, part.x2, part.y2)
        return np.asarray(self._grey.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0))

    def text_layer(self) -> list[Word]:
        return []


def survey(file: Path, folder: Path, limits: Limits, straighten_until: float) -> Drawing:
    """Writes each page as `page-NNNN.png` of full resolution into `folder`, made straight until `straighten_until`
    (monotonic clock).
    """
    # Its networks are needed for an upload alone, not for each picture that is drawn later.
    from drawing.straightening.straight import straightened

    sheets = []
    for page, (image, dpi) in enumerate(_pages(file, limits), start=1):
        straight = straightened(image, limits, straighten_until)
        straight.page.info.clear()  # else Pillow writes the profile and the comments of the upload again
        straight.page.save(page_file(folder, page), compress_level=1)
        sheets.append(straight.sheet(page, dpi))
    return Drawing("raster", tuple(sheets))


def open_page(folder: Path, sheet: Sheet, limits: Limits) -> RasterPage:
    """A page that `survey` wrote."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    image = Image.open(page_file(folder, sheet.page), formats=("PNG",))
    image.load()
    return RasterPage(image, sheet)


def _pages(file: Path, limits: Limits) -> Iterator[tuple[Image.Image, float | None]]:
    with _open(file) as container:
        frames = getattr(container, "n_frames", 1) if container.format == "TIFF" else 1
        limits.check_pages(frames, limits.max_frames)
        for frame in range(frames):
            container.seek(frame)
            if frame > 0 and _is_reduced_copy(container):
                continue
            limits.check_raster(*container.size)
            yield normalised(container), _dpi(container)


def _open(file: Path) -> Image.Image:
    # Every frame is held against our own limits before it is decoded; Pillow's check would not tell the true size.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnreadableFile from error


def normalised(frame: Image.Image) -> Image.Image:
    """The frame upright, opaque on white, as 8-bit grey ("L") or sRGB ("RGB")."""
    frame.load()
    image = ImageOps.exif_transpose(frame)
    if image.mode.startswith("I") or image.mode == "F":
        grey = _eight_bits(np.asarray(image))
        return Image.fromarray(255 - grey if _tags(frame).get(PHOTOMETRIC) == WHITE_IS_ZERO else grey)
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.has_transparency_data:
        return _on_white(image)
    return _srgb(image)


def _eight_bits(samples: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Scaled by the bit depth in use (12 bits in 16 are common), because Pillow would clip to white."""
    values = samples.astype(np.float32)
    values -= min(0.0, float(values.min()))
    depth = max(8, int(values.max()).bit_length())
    values *= 255.0 / (2**depth - 1)
    return np.clip(np.rint(values, out=values), 0, 255).astype(np.uint8)


def _on_white(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def _srgb(image: Image.Image) -> Image.Image:
    """By the embedded profile where it works; a broken profile must not cost the upload."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _is_reduced_copy(frame: Image.Image) -> bool:
    return bool(_tags(frame).get(NEW_SUBFILE_TYPE, 0) & REDUCED_COPY)


def _tags(frame: Image.Image) -> Mapping[int, Any]:
    return getattr(frame, "tag_v2", {})


def _dpi(frame: Image.Image) -> float | None:
    across = frame.info.get("dpi", (0, 0))[0]
    dpi = float(across or 0)
    return dpi if PLAUSIBLE_DPI[0] <= dpi <= PLAUSIBLE_DPI[1] else None
