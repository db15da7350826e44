"""What a child process said, held against what it may say: it had a client's file in its hands.

Everything that is not of the right shape and size is the same `UnreadableFile`, whatever a file made of its decoder.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

import errors
from drawing import lettering
from drawing.folder import original, page_file
from drawing.lettering import Lettering, bounded
from drawing.limits import Limits
from drawing.rendering import Facts
from drawing.sheet import PAPER_MM, Drawing, Sheet
from errors import FileBeyondLimits, ServiceError, UnreadableFile

#: bytes. The most words of the longest kind with their boxes; usual sheets take 0.3 MB.
JSON_BYTES = 8_388_608
#: No sheet pixels are finer, not those of a stamp.
MOST_DPI = 100_000
#: PNG (ISO/IEC 15948): the signature, then the header chunk.
PNG_START, PNG_HEADER_BYTES = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 33

DRAWING: TypeAdapter[Drawing] = TypeAdapter(Drawing)
LENGTHS: TypeAdapter[list[int]] = TypeAdapter(list[int])
#: What a child may find wrong with a file; `FileBeyondLimits` says more.
FINDINGS = (errors.PdfEncrypted, errors.DecodeTimeout, errors.UnsupportedType)


def result_of(line: bytes) -> Any:
    """The result in a child's line of JSON; raises what it found wrong with the file."""
    if len(line) > JSON_BYTES:
        raise UnreadableFile
    try:
        answer = json.loads(line, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile from error
    match answer:
        case {"error": str(code), "details": details}:
            raise _finding(code, details)
        case {"result": result}:
            return result
    raise UnreadableFile


def drawing_of(result: object, limits: Limits) -> Drawing:
    """What a survey found: pages counted from 1, each within the limits."""
    try:
        drawing = DRAWING.validate_python(result)
    except ValidationError as error:
        raise UnreadableFile from error
    limits.check_pages(len(drawing.sheets), limits.max_pages if drawing.kind == "pdf" else limits.max_frames)
    if not drawing.sheets or not all(_is_page(sheet, page) for page, sheet in enumerate(drawing.sheets, start=1)):
        raise UnreadableFile
    for sheet in drawing.sheets:
        limits.check_raster(sheet.width, sheet.height)
    return drawing


def check_left(folder: Path, drawing: Drawing) -> None:
    """Raises unless a survey left in `folder` the file, the pictures of pages, and nothing else: no link, no pipe."""
    pages = [sheet.page for sheet in drawing.sheets if drawing.kind == "raster" or sheet.straightened]
    expected = {original(folder).name, *(page_file(folder, page).name for page in pages)}
    with os.scandir(folder) as entries:
        left = {entry.name: entry.stat(follow_symlinks=False) for entry in entries}
    if left.keys() != expected or not all(stat.S_ISREG(f.st_mode) and f.st_nlink == 1 for f in left.values()):
        raise UnreadableFile


def pictures_of(result: object, content: bytes, sizes: Sequence[tuple[int, int]]) -> list[bytes]:
    """PNGs of `sizes` (width and height in px) that stand one after the other in `content`."""
    try:
        lengths = LENGTHS.validate_python(result)
    except ValidationError as error:
        raise UnreadableFile from error
    if len(lengths) != len(sizes) or min(lengths, default=0) < 0 or sum(lengths) != len(content):
        raise UnreadableFile
    ends = [sum(lengths[: count + 1]) for count in range(len(lengths))]
    pictures = [content[end - length : end] for length, end in zip(lengths, ends, strict=True)]
    if not all(_is_png(picture, size) for picture, size in zip(pictures, sizes, strict=True)):
        raise UnreadableFile
    return pictures


def lettering_of(result: object) -> Lettering:
    """The words of a sheet, so many and so long that what understands them has an end."""
    try:
        read = lettering.from_json(result)
    except ValueError as error:
        raise UnreadableFile from error
    if bounded(read) is not read:
        raise UnreadableFile
    return read


def _finding(code: str, details: object) -> ServiceError:
    if code == FileBeyondLimits.code:
        match details:
            case {"what": str(what), "value": int(value), "limit": int(limit)} if what in FileBeyondLimits.MEASURES:
                return FileBeyondLimits(what=what, value=value, limit=limit)
    return next((finding for finding in FINDINGS if finding.code == code), UnreadableFile)()


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _is_page(sheet: Sheet, page: int) -> bool:
    known_paper = sheet.paper is None or sheet.paper in PAPER_MM
    return sheet.page == page and known_paper and (sheet.dpi is None or 0 < sheet.dpi < MOST_DPI)


def _is_png(picture: bytes, size: tuple[int, int]) -> bool:
    if len(picture) < PNG_HEADER_BYTES or not picture.startswith(PNG_START):
        return False
    facts = Facts.of(picture)
    return (facts.width, facts.height) == size
