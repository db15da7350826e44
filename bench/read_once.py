"""One file read by the product's own path, in a process of its own, so that memory can be told apart by file."""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from drawing import lettering
from drawing.callouts import Callout
from drawing.folder import original
from drawing.sheet import Sheet, Word
from drawing.workshop import Workshop
from errors import ServiceError
from settings import Settings

KIB = 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file said, in wall `seconds`; `cpu_s` and `peak_bytes` (largest resident set) are the child processes'.

    `problem` is the code of the error that ended it, with no words then.
    """

    sheet: Sheet | None
    words: tuple[Word, ...]
    callouts: tuple[Callout, ...]
    seconds: float
    cpu_s: float
    peak_bytes: int
    problem: str | None = None


def measure(content: bytes) -> Measured:
    """Reads the first page of a file the way the service does after an upload."""
    # A child's peak counts from its fork, so a small fresh parent is needed for each file.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, content).result()


def _measured(content: bytes) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original(folder).write_bytes(content)
        began = time.perf_counter()
        try:
            sheet, words, callouts = asyncio.run(_read(folder))
        except ServiceError as error:
            return Measured(None, (), (), time.perf_counter() - began, *_costs(), error.code)
        return Measured(sheet, words, callouts, time.perf_counter() - began, *_costs())


async def _read(folder: Path) -> tuple[Sheet, tuple[Word, ...], tuple[Callout, ...]]:
    workshop = Workshop(Settings(session_dir=folder, engine="embedded"))
    drawing = await workshop.survey(folder)
    sheet = drawing.sheets[0]
    opened = workshop.open(folder, drawing, sheet)
    known = await opened.read()
    words = lettering.from_json(json.loads(opened.lettering_file.read_bytes())).words
    return sheet, words, known.reading.callouts


def _costs() -> tuple[float, int]:
    """Processor time in s and largest resident set in bytes of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIB
