"""What lies in a folder that this service alone may have written to."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

import private_file


def files(folder: Path) -> set[str]:
    """The names in `folder`; raises an `OSError` unless it is ours and holds plain files of ours alone."""
    names: set[str] = set()
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
        raise NotADirectoryError(errno.ENOTDIR, "not a folder of this service")
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):  # one that was being written has its name now
                if not private_file.is_plain(entry.stat(follow_symlinks=False)):
                    raise OSError(errno.EINVAL, "not a file of this service")
                names.add(entry.name)
    return names


def size(folder: Path) -> int:
    """Bytes of the files in `folder`, of those that are still there."""
    size = 0
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                size += entry.stat(follow_symlinks=False).st_size
    return size


def age_s(folder: Path) -> float:
    try:
        return time.time() - folder.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
