"""Where drawings are worked on: surveys, pictures and lettering, each in a child process, only so many at once."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from drawing import child, lettering
from drawing.lettering import Lettering
from drawing.limits import Limits
from drawing.sheet import Box, Drawing, Sheet
from drawing.worker import Job, Rlimits, Task

if TYPE_CHECKING:
    from settings import Settings

DRAWING: TypeAdapter[Drawing] = TypeAdapter(Drawing)
#: A normalised page of 179 million RGB pixels that does not compress.
WRITTEN_BYTES = 600_000_000


class Workshop:
    """Owns the places for child processes and the readings under way. One a service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = limits_of(settings)
        self._decoding = asyncio.Semaphore(settings.child_processes)
        self._reading = asyncio.Semaphore(1)  # OCR takes every core it can get
        self._readings: dict[Path, asyncio.Task[Lettering]] = {}

    async def survey(self, folder: Path) -> Drawing:
        """Judges `folder/original.bin` and leaves in `folder` what later pictures are made from."""
        async with self._decoding:
            outcome = await child.run(self._job("survey", folder), self._settings.decode_timeout_s)
        return DRAWING.validate_python(outcome.result)

    def open(self, folder: Path, drawing: Drawing, sheet: Sheet) -> OpenSheet:
        return OpenSheet(self, folder, drawing.kind == "pdf", sheet)

    async def picture(self, opened: OpenSheet, region: Box, max_pixels: int, max_px: int, multiple: int) -> bytes:
        job = replace(
            self._job("picture", opened.folder),
            sheet=opened.sheet, is_pdf=opened.is_pdf, region=region,
            max_pixels=max_pixels, max_px=max_px, multiple=multiple,
        )  # fmt: skip
        async with self._decoding:
            return (await child.run(job, self._settings.decode_timeout_s)).picture

    async def lettering(self, opened: OpenSheet) -> Lettering:
        """Read once: later calls find the file, calls meanwhile wait for the same reading, which outlives them."""
        kept = opened.lettering_file
        if kept not in self._readings:
            task = asyncio.create_task(self._read_or_recall(opened))
            self._readings[kept] = task
            task.add_done_callback(lambda _: self._readings.pop(kept, None))
        return await asyncio.shield(self._readings[kept])

    async def _read_or_recall(self, opened: OpenSheet) -> Lettering:
        recalled = await asyncio.to_thread(_recall, opened.lettering_file)
        if recalled is not None:
            with suppress(ValueError, RecursionError):  # an earlier version of the service kept it in another shape
                return lettering.from_json(json.loads(recalled))
        return await self._read(opened)

    async def _read(self, opened: OpenSheet) -> Lettering:
        seconds = self._settings.reading_timeout_s
        job = replace(
            self._job("lettering", opened.folder, seconds),
            sheet=opened.sheet, is_pdf=opened.is_pdf, deadline_s=0.8 * seconds,
        )  # fmt: skip
        async with self._reading:
            outcome = await child.run(job, seconds)
        read = lettering.from_json(outcome.result)
        kept = json.dumps(outcome.result, ensure_ascii=False).encode()
        await asyncio.to_thread(_keep, opened.lettering_file, kept)
        return read

    async def close(self) -> None:
        """Ends the readings that nobody waits for any more."""
        tasks = list(self._readings.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _job(self, task: Task, folder: Path, seconds: float | None = None) -> Job:
        cpu_s = 2 * int(seconds or self._settings.decode_timeout_s)
        rlimits = Rlimits(self._settings.child_memory_bytes, WRITTEN_BYTES, cpu_s)
        return Job(task, folder, self._limits, rlimits)


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """One page of a drawing in its folder; what `vision.SheetOnTheDesk` asks for."""

    workshop: Workshop
    folder: Path
    is_pdf: bool
    sheet: Sheet

    @property
    def lettering_file(self) -> Path:
        return self.folder / f"words-{self.sheet.page:04d}.json"

    async def picture(
        self, *, max_pixels: int, max_px: int = 30_000, multiple: int = 1, region: Box | None = None
    ) -> bytes:
        """Like the seam's; the whole page is drawn once for each size, because every turn shows it again."""
        if region is not None:
            return await self.workshop.picture(self, region, max_pixels, max_px, multiple)
        kept = self.folder / f"picture-{self.sheet.page:04d}-{max_pixels}-{max_px}-{multiple}.png"
        recalled = await asyncio.to_thread(_recall, kept)
        if recalled is not None:
            return recalled
        picture = await self.workshop.picture(self, self.sheet.box, max_pixels, max_px, multiple)
        await asyncio.to_thread(_keep, kept, picture)
        return picture

    async def lettering(self) -> Lettering:
        return await self.workshop.lettering(self)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        max_pages=settings.max_pages,
        max_frames=settings.max_frames,
        max_pixels=settings.max_pixels,
        max_side_px=settings.max_side_px,
        min_side_px=settings.min_side_px,
        max_aspect=settings.max_aspect,
        sheet_dpi=settings.sheet_dpi,
    )


def _recall(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _keep(file: Path, content: bytes) -> None:
    """Whole or not at all; a session that was deleted meanwhile stays deleted."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        Path(name).replace(file)
    except FileNotFoundError:
        return
