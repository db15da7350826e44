"""Files of ours in a folder of ours: never through a link, never a pipe, never somebody else's; whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: A pipe in a file's place must not block whoever opens it.
KEEP_OUT = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def opened(file: Path, flags: int) -> int:
    """A descriptor of a plain file with one name, which belongs to this user; else an `OSError` (EINVAL)."""
    handle = os.open(file, flags | KEEP_OUT, 0o600)
    if is_plain(about := os.fstat(handle)) and about.st_nlink <= 1:
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a file of this service", str(file))


def is_plain(about: os.stat_result) -> bool:
    return stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid()


def read(file: Path, most_bytes: int) -> bytes:
    """All of `file`; an `OSError` (EINVAL) where it has more than `most_bytes`."""
    with open(opened(file, os.O_RDONLY), "rb") as source:
        content = source.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EINVAL, "too large", str(file))
    return content


def read_end(file: Path, most_bytes: int) -> bytes:
    """The last `most_bytes` of `file`."""
    with open(opened(file, os.O_RDONLY), "rb") as source:
        source.seek(max(0, os.fstat(source.fileno()).st_size - most_bytes))
        return source.read()


def write_new(file: Path, content: bytes) -> None:
    """A new file that is on the disk when this returns."""
    with open(os.open(file, NEW_FILE, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def append_line(file: Path, line: bytes) -> None:
    """Adds a line, on the disk when this returns; nothing of it where it does not fit. A torn line before stays one."""
    with open(opened(file, os.O_RDWR | os.O_APPEND | os.O_CREAT), "r+b", buffering=0) as target:
        size = os.fstat(target.fileno()).st_size
        torn = size > 0 and os.pread(target.fileno(), 1, size - 1) != b"\n"
        try:
            _write_all(target.fileno(), b"\n" * torn + line + b"\n")
            os.fsync(target.fileno())
        except OSError:
            os.ftruncate(target.fileno(), size)
            raise


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: Path) -> None:
    """Makes what was named, renamed or removed in `folder` last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def try_lock(file: Path, *, create: bool = False) -> int | None:
    """An exclusive lock (`flock(2)`) as a descriptor; `None` while somebody else holds it or `file` was replaced."""
    handle = opened(file, os.O_RDWR | (os.O_CREAT if create else 0))
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), os.stat(file, follow_symlinks=False)):
            return handle
    except BlockingIOError:
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None


@contextmanager
def lock(file: Path, *, create: bool = True) -> Iterator[bool]:
    """Whether the lock on `file`, which is made if need be, could be had; given back at the end."""
    handle = try_lock(file, create=create)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)
