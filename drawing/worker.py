"""The child's side: one job on one file in a fresh interpreter, then the end.

Standard input is a `Job` as a line of JSON. Standard output is one line of JSON, `{"result": …}` or
`{"error": code, "details": …}`, and behind it the bytes of pictures, one after the other. Limits are set and everything
else is given up before the file is touched.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from drawing import confinement
from drawing.limits import Limits
from drawing.sheet import Part, Sheet
from errors import DecodeTimeout, ServiceError, UnreadableFile

Task = Literal["survey", "pictures", "lettering"]


@dataclass(frozen=True, slots=True)
class Rlimits:
    """What the kernel enforces: address space and written files in bytes, processor time in s."""

    memory_bytes: int
    file_bytes: int
    cpu_s: int
    open_files: int = 64


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do with the file in `folder`; what a task does not need stays `None`."""

    task: Task
    folder: Path
    limits: Limits
    rlimits: Rlimits
    is_pdf: bool = False
    sheet: Sheet | None = None
    parts: tuple[Part, ...] = ()
    deadline_s: float = 0.0


JOB: TypeAdapter[Job] = TypeAdapter(Job)


#: Behind whoever answers requests: a sheet may take all processors for a minute.
NICENESS = 5
#: PyMuPDF 2.0 imports a layout analyser and a converter that nothing here uses, for 1.6 s and 100 MB, unless these
#: imports fail.
UNUSED = ("pymupdf.layout", "pymupdf4llm")


def main() -> None:
    os.nice(NICENESS)
    confinement.renounce_privileges()
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]
    if "ahead" in sys.argv:
        from drawing import ingest, pdf  # noqa: F401 - while nobody waits
    # A line, not all there is: a process forked meanwhile may hold the other end open.
    job = JOB.validate_json(sys.stdin.buffer.readline())
    _restrict(job.rlimits)
    confinement.confine(job.folder, writable=job.task == "survey")
    pictures: list[bytes] = []
    try:
        result, pictures = _work(job)
        answer = {"result": result}
    except ServiceError as error:
        answer = {"error": error.code, "details": error.details}
    except MemoryError:
        answer = {"error": DecodeTimeout.code, "details": {}}
    except Exception as error:  # decoders raise whatever they like on a damaged file
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        answer = {"error": UnreadableFile.code, "details": {}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n" + b"".join(pictures))
    sys.stdout.buffer.flush()
    os._exit(0)  # taking the decoders apart takes longer than a small picture


def _restrict(limits: Rlimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    os.umask(0o077)


def _work(job: Job) -> tuple[Any, list[bytes]]:
    """The result, and pictures, of which the result says how many bytes each has."""
    from drawing import ingest, lettering

    if job.task == "survey":
        return asdict(ingest.survey(job.folder, job.limits, job.deadline_s)), []
    assert job.sheet is not None
    if job.task == "lettering":
        read = ingest.lettering(job.folder, job.sheet, job.is_pdf, job.limits, job.deadline_s)
        return lettering.to_json(read), []
    drawn = ingest.pictures(job.folder, job.sheet, job.is_pdf, job.parts, job.limits)
    return [len(picture) for picture in drawn], drawn
