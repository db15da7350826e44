"""Whether a folder can hold the sessions: what the session store relies on, tried out before anything is kept there.

Several services may share one root, on one machine or on several. What one machine can see is done for real: files are
written, named anew and locked, and another process tries to take the lock. What it cannot see, whether a lock holds on
other machines, is read from the options of the mount. `flock` on NFS is sent to the server as a lock on the whole file
(since Linux 2.6.12, flock(2)) unless the mount keeps locks to itself: `nolock` (NFSv3) or `local_lock` (nfs(5)).
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import private_file

log = logging.getLogger("drawing_service")

MOUNTS = Path("/proc/self/mountinfo")
#: Options of a mount with which locks hold on this machine alone: nfs(5), mount.cifs(8), mount.lustre(8).
LOCAL_LOCKS = {
    "nfs": {"nolock", "local_lock=all", "local_lock=flock"},
    "nfs4": {"nolock", "local_lock=all", "local_lock=flock"},
    "cifs": {"nobrl"},
    "smb3": {"nobrl"},
    "lustre": {"localflock"},
}
#: Where the options do not say it, or the server alone knows it.
UNTOLD = re.compile(r"fuse(\..+)?|9p|virtiofs|gpfs|beegfs|ceph|ocfs2|gfs2|afs")
#: A full disk can still be read, and gets room by deletions.
FULL = {errno.ENOSPC, errno.EDQUOT}
#: Another process tries to take a lock: exit status 0 when it got it, `HELD` when somebody has it.
HELD = 3
TAKE = f"""
import fcntl, os, sys
try:
    fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    sys.exit({HELD})
"""


class RootUnfit(Exception):
    """The folder cannot hold sessions; the text says why and what helps, for whoever starts the service."""


@dataclass(frozen=True, slots=True)
class Mount:
    """What is mounted where a folder lies, as `/proc/self/mountinfo` says it."""

    kind: str
    options: frozenset[str]


def try_out(root: Path) -> None:
    """Raises `RootUnfit` where `root`, which exists, lacks what the session store relies on.

    Some 50 ms; blocks. Where the disk is full nothing can be tried, which the log says.
    """
    _hold_to_its_mount(root)
    try:
        with tempfile.TemporaryDirectory(prefix="trial-", dir=root / ".incoming", ignore_cleanup_errors=True) as folder:
            for does, trial in TRIALS.items():
                _try(does, trial, Path(folder))
    except OSError as error:
        if error.errno not in FULL:
            raise RootUnfit(f"no file can be made there ({error.strerror})") from error
        log.warning("The disk of the sessions is full, so that its locks could not be tried out")


def mount_of(folder: Path, mountinfo: str | None = None) -> Mount | None:
    """The mount that `folder` lies on: the deepest, and of several in one place the latest (proc(5))."""
    try:
        lines = (MOUNTS.read_text() if mountinfo is None else mountinfo).splitlines()
    except OSError:
        return None
    place, found = folder.resolve(), None
    deepest = -1
    for where, mount in map(_mount, lines):
        if place.is_relative_to(where) and len(where.parts) >= deepest:
            deepest, found = len(where.parts), mount
    return found


def _mount(line: str) -> tuple[Path, Mount]:
    before, _, after = line.partition(" - ")
    kind, _, options = after.split(" ", 2)
    where = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
    return Path(where), Mount(kind, frozenset(options.split(",")))


def _hold_to_its_mount(root: Path) -> None:
    mount = mount_of(root)
    if mount is None:
        return
    if local := LOCAL_LOCKS.get(mount.kind, set()) & mount.options:
        raise RootUnfit(
            f"it is on {mount.kind} mounted with {', '.join(sorted(local))}: locks hold on this machine alone, and "
            "another service would write into the same session. Mount it as NFSv4, or without that option"
        )
    if UNTOLD.fullmatch(mount.kind):
        log.warning(
            "QWEN_SESSION_DIR is on %s, which does not tell whether locks hold on other machines, too: unless you know "
            "that they do, let services of this machine alone use it",
            mount.kind,
        )


def _try(does: str, trial: Callable[[Path], None], folder: Path) -> None:
    try:
        trial(folder)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise RootUnfit(f"it does not {does} ({error.strerror or error})") from error


def _keeps_owner(folder: Path) -> None:
    file = folder / "owner"
    file.touch(mode=0o600)
    if file.stat().st_uid != os.geteuid():
        raise RootUnfit("files made there belong to another user (root_squash or all_squash of an NFS export?)")
    if file.stat().st_mode & 0o077:
        raise RootUnfit("files made there cannot be closed to other users")


def _syncs(folder: Path) -> None:
    private_file.append_line(folder / "synced", b"line")
    private_file.sync_folder(folder)


def _replaces(folder: Path) -> None:
    """A file by another while it is read: the reader keeps the old one whole, the next one gets the new one whole."""
    file, fresh = folder / "file", folder / "fresh"
    file.write_bytes(b"old")
    fresh.write_bytes(b"new")
    with file.open("rb") as reader:
        fresh.replace(file)
        if (reader.read(), file.read_bytes()) != (b"old", b"new"):
            raise RootUnfit("a file that is replaced there is not replaced as a whole")


def _renames(folder: Path) -> None:
    """A folder with an open file in it, as a session is that is deleted while somebody asks about it."""
    before, after = folder / "before", folder / "after"
    before.mkdir(mode=0o700)
    (before / "file").write_bytes(b"content")
    with (before / "file").open("rb"):
        before.rename(after)
    if before.exists() or (after / "file").read_bytes() != b"content":
        raise RootUnfit("a folder that is renamed there stays, or loses what is in it")


def _excludes(folder: Path) -> None:
    file = folder / "lock"
    with _locked(file):
        if _another_process_takes(file):
            raise RootUnfit("two processes can hold one lock there at once, and would write into the same session")
    if not _another_process_takes(file):
        raise RootUnfit("a lock that was given back there stays taken")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    handle = private_file.try_lock(file, create=True)
    if handle is None:
        raise RootUnfit("a lock that nobody holds cannot be had there, or files change their inode numbers")
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def _another_process_takes(file: Path) -> bool:
    """Whether it gets the lock on `file`."""
    tried = subprocess.run([sys.executable, "-I", "-S", "-c", TAKE, file], capture_output=True, text=True, timeout=30)
    if tried.returncode not in (0, HELD):
        raise RootUnfit(f"another process cannot try the locks there ({tried.stderr.strip().splitlines()[-1:]})")
    return tried.returncode == 0


#: What the store relies on, in words that follow "it does not".
TRIALS: dict[str, Callable[[Path], None]] = {
    "keep files": _keeps_owner,
    "allow fsync": _syncs,
    "allow a file to be replaced by a rename": _replaces,
    "allow a folder to be renamed": _renames,
    "allow flock": _excludes,
}
