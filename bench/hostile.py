"""Files that are damaged on purpose, by a seed: bytes changed, cut, doubled, moved, lengths made absurd.

`python -m bench.hostile FIRST STOP` has the decoder judge the files of these numbers, in one process with the limits
of a decoder's child, and writes a line for each outcome. The parent starts it anew behind a file that ended it.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw

from bench.servers import PROJECT
from drawing import ingest
from drawing.folder import original
from drawing.workshop import limits_of
from errors import ServiceError
from settings import Settings

MEMORY_BYTES = 3 * 1024**3
#: s of one file; more is a finding of its own, and the child of the service would be killed.
SLOW_S = 5.0
#: Files that one process judges.
SLICE = 500
FORMATS = {"PNG": {}, "JPEG": {}, "TIFF": {"compression": "tiff_lzw"}, "WEBP": {}, "BMP": {}, "GIF": {}}


class _Slow(Exception):
    """The file takes too long."""


@dataclass
class Judged:
    """How many files had which outcome; `crashes` are files that ended the process, `slow` those that took too long."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def files(self) -> int:
        return sum(self.outcomes.values()) + len(self.crashes)


@cache
def whole_files() -> tuple[bytes, ...]:
    """Small and valid, one a format."""
    image = Image.new("RGB", (96, 64), "white")
    ImageDraw.Draw(image).line((4, 4, 90, 60), fill="black", width=2)
    files = [_saved(image, name, options) for name, options in FORMATS.items()]
    files.append(_saved(image.convert("1"), "TIFF", {"compression": "group4"}))
    with pymupdf.open() as document:
        page = document.new_page(width=200, height=150)
        page.insert_text((20, 40), "25 H7")
        page.draw_line((10, 10), (190, 140))
        files.append(bytes(document.tobytes()))
        files.append(bytes(document.tobytes(deflate=True, garbage=3)))
    return tuple(files)


def _saved(image: Image.Image, name: str, options: Mapping[str, object]) -> bytes:
    target = io.BytesIO()
    image.save(target, name, **options)
    return target.getvalue()


def damaged(number: int) -> bytes:
    """The file of that number, always the same one."""
    chance = random.Random(number)
    content = bytearray(chance.choice(whole_files()))
    for _ in range(chance.choice((1, 1, 2, 3, 8, 32))):
        _damage(content, chance)
    return bytes(content)


def _damage(content: bytearray, chance: random.Random) -> None:
    if not content:
        return
    at = chance.randrange(len(content))
    end = min(len(content), at + chance.choice((1, 2, 4, 16, 64, 256)))
    kind = chance.randrange(6)
    if kind == 0:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        content[at:end] = chance.randbytes(end - at)
    elif kind == 2:
        del content[at:end]
    elif kind == 3:
        content[at:at] = content[at:end]
    elif kind == 4:
        content[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"9999"))
    else:
        del content[at:]


def judge(count: int, seconds: float) -> Judged:
    """The outcomes of `count` files, or of as many as `seconds` allow; a process for each core."""
    began = time.monotonic()

    def slice_from(first: int) -> Judged:
        found, number, stop = Judged(), first, min(first + SLICE, count)
        while number < stop and time.monotonic() - began < seconds:
            for outcome in _judged(number, stop):
                found.outcomes[outcome] += 1
                number += 1
            if number < stop:
                found.crashes.append(number)
                number += 1
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        slices = list(pool.map(slice_from, range(0, count, SLICE)))
    outcomes = sum((found.outcomes for found in slices), Counter[str]())
    return Judged(outcomes, [number for found in slices for number in found.crashes], time.monotonic() - began)


def _judged(first: int, stop: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.hostile", str(first), str(stop)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        yield from (str(json.loads(line)) for line in child.stdout if line.endswith("\n"))


def _outcome(folder: Path) -> str:
    signal.setitimer(signal.ITIMER_REAL, SLOW_S)
    settings = Settings()
    try:
        drawing = ingest.survey(folder, limits_of(settings), settings.straighten_s)
    except ServiceError as error:
        return error.code
    except _Slow:
        return "slow"
    except MemoryError:
        return "decode_timeout"
    except Exception:  # which the child of the service calls unreadable, too
        return "unreadable_file"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return drawing.kind


def _too_slow(*_: object) -> None:
    raise _Slow


def main() -> None:
    signal.signal(signal.SIGALRM, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        with tempfile.TemporaryDirectory() as folder:
            original(Path(folder)).write_bytes(damaged(number))
            print(json.dumps(_outcome(Path(folder))), flush=True)


if __name__ == "__main__":
    main()
