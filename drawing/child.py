"""The parent's side: a fresh interpreter for one job, killed as a group at its deadline.

A hostile file can cost its own child the time and memory that it is allowed, and nothing else. What the child says is
data within a size; `answers.py` holds it against its shape.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawing import answers
from drawing.worker import JOB, Job
from errors import DecodeTimeout, UnreadableFile
from log_line import LINE_CHARS, Said

log = logging.getLogger("drawing_service")

ROOT = Path(__file__).resolve().parent.parent
#: `-I` keeps the environment and the working folder out of the child's module path, so it is told the project's.
BOOT = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from drawing.worker import main; main()"
#: A dense A0 has some 3,000 words of 100 bytes; a picture of 4096 × 4096 px stays below 50 MB.
OUTPUT_BYTES = 67_108_864
#: What is logged of what a decoder complains about.
COMPLAINT_BYTES = 300
#: What the kernel sends when memory or time are over.
OUT_OF_MEANS = {-signal.SIGKILL, -signal.SIGXCPU}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`result` as the job's task defines it; `pictures` are the bytes behind it."""

    result: Any
    pictures: bytes


async def started(*, ahead: bool = False) -> Process:
    """An interpreter that waits for its job; one that was started `ahead` of it loads meanwhile what draws pages."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-X", "utf8", "-c", BOOT, *(["ahead"] if ahead else []),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        # NumPy would start a thread at its import, and a thread that is there before Landlock is not held by it.
        env={"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


async def run(job: Job, timeout_s: float, process: Process | None = None) -> Outcome:
    """Runs `job`, in a `process` that was started for it; raises what the child found wrong with the file,
    `DecodeTimeout`, or `UnreadableFile` if it died.
    """
    process = process or await started()
    try:
        async with asyncio.timeout(timeout_s):
            output, complaint = await _converse(process, JOB.dump_json(job) + b"\n")
    except TimeoutError as error:
        raise DecodeTimeout from error
    finally:
        await ended(process)
    return _outcome(process.returncode or 0, output, complaint)


async def _converse(process: Process, job: bytes) -> tuple[bytes, bytes]:
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(job)
    process.stdin.close()
    output, complaint = await asyncio.gather(_read(process.stdout, OUTPUT_BYTES), _end(process.stderr, COMPLAINT_BYTES))
    await process.wait()
    return output, complaint


async def _read(pipe: asyncio.StreamReader, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := await pipe.read(65_536):
        size += len(piece)
        if size > limit:
            raise UnreadableFile
        pieces.append(piece)
    return b"".join(pieces)


async def _end(pipe: asyncio.StreamReader, size: int) -> bytes:
    """The last bytes; the rest is read, or the writer would wait, and forgotten."""
    end = b""
    while piece := await pipe.read(65_536):
        end = (end + piece)[-size:]
    return end


async def ended(process: Process) -> None:
    """Ends a child and whatever it has started, also when itself has ended before."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _close_pipes(process)
    await process.wait()


def _close_pipes(process: Process) -> None:
    """`wait` waits for the end of each pipe, too, which never comes where too much was written into one."""
    transport: asyncio.SubprocessTransport = process._transport  # type: ignore[attr-defined]
    for pipe in map(transport.get_pipe_transport, (0, 1, 2)):
        if pipe is not None:
            pipe.close()


def _outcome(returncode: int, output: bytes, complaint: bytes) -> Outcome:
    if complaint:
        # A decoder may quote the file.
        log.info("Decoder: %s", Said(complaint.decode("utf-8", "replace")[-LINE_CHARS:]))
    if returncode in OUT_OF_MEANS:
        raise DecodeTimeout
    line, _, pictures = output.partition(b"\n")
    return Outcome(answers.result_of(line), pictures)
