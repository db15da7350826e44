"""Where drawings are worked on: surveys, pictures and lettering, each in a child process, only so many at once."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import stat
import tempfile
import time
from collections import OrderedDict, defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import private_file
from drawing import answers, child, confinement, lettering
from drawing.folder import original
from drawing.ingest import picture_size
from drawing.lettering import Lettering
from drawing.limits import Limits
from drawing.places import Places
from drawing.read_sheet import ReadSheet
from drawing.rendering import Facts, Rendering
from drawing.sheet import Drawing, Part, Sheet
from drawing.spares import Spares
from drawing.worker import Job, Rlimits, Task
from errors import EngineUnavailable, SessionNotFound, UnreadableFile

if TYPE_CHECKING:
    from settings import Settings

T = TypeVar("T")

log = logging.getLogger("drawing_service")

#: s between two looks at whether another process has read a sheet.
LOOK_S = 0.1
#: A normalised page of 179 million RGB pixels that does not compress.
WRITTEN_BYTES = 600_000_000


class Workshop:
    """Owns the places for child processes, the readings under way and the sheets last read. One a service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = limits_of(settings)
        self._spares = Spares(settings.spare_processes)
        self._decoding = Places(settings.child_processes, settings.child_queue)
        self._reading = asyncio.Semaphore(1)  # OCR takes every core it can get
        self._readings: dict[Path, asyncio.Task[ReadSheet]] = {}
        self._read_sheets: OrderedDict[Path, ReadSheet] = OrderedDict()
        self._drawings: defaultdict[Path, set[asyncio.Task[list[bytes]]]] = defaultdict(set)
        #: By session folder, the contents (`Facts.key`) of the pictures that were handed out for an engine to see.
        self._shown: defaultdict[Path, set[str]] = defaultdict(set)

    async def prepare(self) -> None:
        """Starts what is kept ready; `close` ends it."""
        if not confinement.version():
            log.warning("No Landlock here: child processes are held by their limits and by file permissions alone")
        await self._spares.fill()

    async def survey(self, folder: Path) -> Drawing:
        """Judges `folder/original.bin` and leaves in `folder` what later pictures are made from.

        Raises what is wrong with the file, or `Overloaded`.
        """
        async with self._decoding.one():
            job = replace(self._job("survey", folder), deadline_s=self._settings.straighten_s)
            outcome = await self._spares.run(job, self._settings.decode_timeout_s)
        drawing = answers.drawing_of(outcome.result, self._limits)
        await asyncio.to_thread(answers.check_left, folder, drawing)
        return drawing

    def open(self, folder: Path, drawing: Drawing, sheet: Sheet) -> OpenSheet:
        return OpenSheet(self, folder, drawing.kind == "pdf" and not sheet.straightened, sheet)

    async def pictures(self, opened: OpenSheet, parts: tuple[Part, ...], *, admitted: bool = True) -> list[bytes]:
        """PNGs of `parts`; see `Places.one` for who is `admitted`.

        Raises `SessionNotFound` when the session is deleted meanwhile.
        """
        task = asyncio.create_task(self._pictures(opened, parts, admitted))
        underway = self._drawings[opened.folder]
        underway.add(task)
        try:
            return await _unless_ended(task, opened.folder)
        finally:
            _cancel(task)
            await asyncio.wait({task})  # its child process has ended then
            underway.discard(task)
            if not underway:
                self._drawings.pop(opened.folder, None)

    async def _pictures(self, opened: OpenSheet, parts: tuple[Part, ...], admitted: bool) -> list[bytes]:
        job = replace(self._job("pictures", opened.folder), sheet=opened.sheet, is_pdf=opened.is_pdf, parts=parts)
        async with self._decoding.one(admitted=admitted):
            outcome = await self._spares.run(job, self._settings.decode_timeout_s)
        sizes = [picture_size(part, enlarge=opened.is_pdf) for part in parts]
        return answers.pictures_of(outcome.result, outcome.pictures, sizes)

    def shown(self, opened: OpenSheet, renderings: list[Rendering]) -> list[Rendering]:
        """Remembers which pictures an engine is given, so that it can be told to forget them."""
        self._shown[opened.folder].update(rendering.facts.key for rendering in renderings)
        return renderings

    async def read(self, opened: OpenSheet) -> ReadSheet:
        """Read once: later calls find it in memory or in the folder, calls meanwhile wait for the same reading, which
        outlives them. Raises `SessionNotFound` when the session is deleted meanwhile.
        """
        kept = opened.lettering_file
        if (known := self._read_sheets.get(kept)) is not None:
            self._read_sheets.move_to_end(kept)
            return known
        if kept not in self._readings:
            task = asyncio.create_task(self._read_and_remember(opened))
            self._readings[kept] = task
            task.add_done_callback(partial(self._reading_ended, kept))
        return await _unless_ended(self._readings[kept], opened.folder)

    async def forget_ended(self) -> frozenset[str]:
        """Ends the work for sessions whose folder is gone and drops what is remembered of them.

        The contents of the pictures that were handed out of them, unless another session shows the same.
        """
        sheets = {kept.parent for kept in (*self._read_sheets, *self._readings)}
        folders = sheets.union(self._drawings, self._shown)
        gone = await asyncio.to_thread(lambda: {folder for folder in folders if not folder.exists()})
        for kept in [kept for kept in self._read_sheets if kept.parent in gone]:
            del self._read_sheets[kept]
        for folder in gone:
            for task in self._underway(folder):
                _cancel(task)
        ended = set[str]().union(*(self._shown.pop(folder, set()) for folder in gone))
        return frozenset(ended.difference(*self._shown.values()))

    def _underway(self, folder: Path) -> list[asyncio.Task[Any]]:
        readings = [task for kept, task in self._readings.items() if kept.parent == folder]
        return [*readings, *self._drawings.get(folder, ())]

    def _reading_ended(self, kept: Path, task: asyncio.Task[ReadSheet]) -> None:
        self._readings.pop(kept, None)
        if not task.cancelled():
            task.exception()  # asked for, because perhaps nobody waits for it any more

    async def _read_and_remember(self, opened: OpenSheet) -> ReadSheet:
        known = await asyncio.to_thread(ReadSheet.of, await self._read_or_recall(opened), opened.sheet)
        if await asyncio.to_thread(opened.folder.exists):  # else the session was deleted meanwhile
            self._read_sheets[opened.lettering_file] = known
            while len(self._read_sheets) > self._settings.sheets_in_memory:
                self._read_sheets.popitem(last=False)
        return known

    async def _read_or_recall(self, opened: OpenSheet) -> Lettering:
        """Waits for another process that is at the same drawing, for no longer than a reading may take.

        The lock is the system's, so it goes with its process; and it is on the drawing, which is there anyway.
        """
        waits_until = time.monotonic() + self._settings.reading_timeout_s
        while (recalled := await self._recalled(opened)) is None:
            async with self._reading:
                with private_file.lock(original(opened.folder), create=False) as mine:
                    if mine or time.monotonic() > waits_until:
                        return await self._recalled(opened) or await self._read(opened)
            await asyncio.sleep(LOOK_S)
        return recalled

    async def _recalled(self, opened: OpenSheet) -> Lettering | None:
        kept = await asyncio.to_thread(_recall, opened.lettering_file)
        if kept is not None:
            with suppress(ValueError, RecursionError):  # an earlier version of the service kept it in another shape
                return await asyncio.to_thread(lambda: lettering.from_json(json.loads(kept)))
        return None

    async def _read(self, opened: OpenSheet) -> Lettering:
        seconds = self._settings.reading_timeout_s
        job = replace(
            self._job("lettering", opened.folder, seconds),
            sheet=opened.sheet, is_pdf=opened.is_pdf, deadline_s=0.8 * seconds,
        )  # fmt: skip
        outcome = await child.run(job, seconds)
        read = await asyncio.to_thread(answers.lettering_of, outcome.result)
        kept = json.dumps(outcome.result, ensure_ascii=False).encode()
        await asyncio.to_thread(_keep, opened.lettering_file, kept)
        return read

    async def close(self) -> None:
        """Ends the readings that nobody waits for any more, and what is kept ready."""
        tasks = list(self._readings.values())
        for task in tasks:
            _cancel(task)
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._spares.close()

    def _job(self, task: Task, folder: Path, seconds: float | None = None) -> Job:
        cpu_s = 2 * int(seconds or self._settings.decode_timeout_s)
        rlimits = Rlimits(self._settings.child_memory_bytes, WRITTEN_BYTES, cpu_s)
        return Job(task, folder, self._limits, rlimits)


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """One page of a drawing in its folder; what `vision.SheetOnTheDesk` asks for.

    `is_pdf`: it is drawn from the file; else from the picture that the survey left of it.
    """

    workshop: Workshop
    folder: Path
    is_pdf: bool
    sheet: Sheet

    @property
    def session_id(self) -> str:
        """A session's folder has its id for a name."""
        return self.folder.name

    @property
    def lettering_file(self) -> Path:
        return self.folder / f"words-{self.sheet.page:04d}.json"

    @property
    def is_read(self) -> bool:
        """Whether `read` has been done before; looks at the disk."""
        return self.lettering_file.exists()

    async def picture(self, part: Part, *, admitted: bool = True) -> bytes:
        """A PNG of `part`; the whole page is drawn once for each size, because people come back to it.

        Raises `Overloaded` where it was not `admitted` before and too many wait.
        """
        if part.box != self.sheet.box:
            return (await self.workshop.pictures(self, (part,), admitted=admitted))[0]
        kept = self._kept(part)
        recalled = await asyncio.to_thread(_recall, kept)
        if recalled is not None:
            return recalled
        (picture,) = await self.workshop.pictures(self, (part,), admitted=admitted)
        await asyncio.to_thread(_keep, kept, picture)
        await asyncio.to_thread(_keep, kept.with_suffix(".json"), Facts.of(picture).to_json())
        return picture

    async def renderings(self, *parts: Part) -> list[Rendering]:
        """See `vision.SheetOnTheDesk`."""
        if [part.box for part in parts] == [self.sheet.box]:
            return self.workshop.shown(self, [await self._whole(parts[0])])
        return self.workshop.shown(self, [Rendering.of(png) for png in await self.workshop.pictures(self, parts)])

    async def _whole(self, part: Part) -> Rendering:
        recalled = await asyncio.to_thread(_recall, self._kept(part).with_suffix(".json"))
        if recalled is not None:
            with suppress(ValueError):  # an earlier version of the service kept it in another shape
                return Rendering(Facts.from_json(recalled), partial(self.picture, part))
        return Rendering.of(await self.picture(part))

    def _kept(self, part: Part) -> Path:
        name = f"picture-{self.sheet.page:04d}-{part.max_pixels}-{part.max_px}-{part.multiple}.png"
        return self.folder / name

    async def read(self) -> ReadSheet:
        return await self.workshop.read(self)


def _cancel(task: asyncio.Task[Any]) -> None:
    """Once: a second time would break off the end of its child process."""
    if not task.cancelling():
        task.cancel()


async def _unless_ended(task: asyncio.Task[T], folder: Path) -> T:
    """The result of a task that goes on without whoever waits here.

    `SessionNotFound` when the session in `folder` went meanwhile, as a whole or the drawing alone; `EngineUnavailable`
    when the workshop was closed.
    """
    await asyncio.wait({task})
    if task.cancelled():
        raise EngineUnavailable if await asyncio.to_thread(folder.exists) else SessionNotFound
    try:
        return task.result()
    except (UnreadableFile, FileNotFoundError) as error:
        if await asyncio.to_thread(original(folder).exists):
            raise
        raise SessionNotFound from error


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
    """What was kept; nothing where there is a link or a pipe, for a decoder had its hands on the folder."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            return None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    with open(handle, "rb") as kept:
        return kept.read(child.OUTPUT_BYTES)


def _keep(file: Path, content: bytes) -> None:
    """Whole or not at all; a session that was deleted meanwhile stays deleted."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        Path(name).replace(file)
    except FileNotFoundError:
        return
