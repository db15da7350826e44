"""What a child process gives up before it touches a client's file: privileges, files, TCP, other processes.

Landlock (landlock(7)) is asked through ctypes, for nothing on PyPI wraps it in a finished form. Calls and structures
are those of `linux/landlock.h`. The rules hold for the calling thread and all that it starts from then on, so they must
be set while it is the only one.
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

#: The same numbers on every architecture since Linux 5.13.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_QUERY, PATH_BENEATH = 1, 1
#: linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38

READ_FILE, READ_DIR = 1 << 2, 1 << 3
WRITE_FILE, REMOVE_FILE, MAKE_REG, TRUNCATE = 1 << 1, 1 << 5, 1 << 8, 1 << 14
EXECUTE, IOCTL_DEV = 1 << 0, 1 << 15
#: Rights of which the kernel takes a rule for a single file.
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = READ_FILE | READ_DIR
WRITE = WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE
#: How many rights on files each version of Landlock knows; later ones know as many as the fifth.
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
RIGHTS_SINCE_FIFTH = 16
#: Since the fourth version TCP's bind and connect, since the sixth abstract sockets and signals to others.
NETWORK_SINCE, BIND_AND_CONNECT = 4, 0b11
SCOPES_SINCE, SOCKETS_AND_SIGNALS = 6, 0b11

PROJECT = Path(__file__).resolve().parent.parent
#: Where libraries, fonts and what they ask of the machine are found; the rest of the system is nobody's business.
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts",
    "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Of the kernel's Landlock; 0 where it has none or it is not to be used."""
    return max(0, int(_libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_QUERY))))


def renounce_privileges() -> None:
    """No program gives this process more than it has, and it does not outlive the one that started it."""
    for option, value in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_PDEATHSIG, signal.SIGKILL)):
        _succeeded(_libc().prctl(option, ctypes.c_ulong(value), *([ctypes.c_ulong(0)] * 3)))


def confine(folder: Path, *, writable: bool) -> None:
    """From now on this process reads what programs are made of and `folder`, and writes there if it is `writable`.

    It runs no program, and where the kernel knows how, reaches nobody by TCP or by a signal. Does nothing without
    Landlock; raises `OSError` where it is there and refuses.
    """
    known = version()
    if not known:
        return
    every = (1 << RIGHTS.get(known, RIGHTS_SINCE_FIFTH)) - 1
    ruleset = _ruleset(known, every)
    try:
        for path in _programs():
            _allow(ruleset, path, READ & every)
        _allow(ruleset, folder, (READ | WRITE if writable else READ) & every)
        _succeeded(_libc().syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)


def _programs() -> Iterator[Path]:
    """Our modules, but not what else may lie in the project's folder, as sessions or keys.

    `sys.path` may name packages of another environment, which is neither this one nor the one that it was made from.
    """
    yield from (Path(sys.prefix), Path(sys.base_prefix), PROJECT / "drawing", PROJECT / "__pycache__")
    yield from PROJECT.glob("*.py")
    yield from (folder for folder in map(Path, sys.path) if folder.is_absolute() and folder.resolve() != PROJECT)
    yield from map(Path, SYSTEM)


def _ruleset(known: int, every: int) -> int:
    network = BIND_AND_CONNECT if known >= NETWORK_SINCE else 0
    scopes = SOCKETS_AND_SIGNALS if known >= SCOPES_SINCE else 0
    asked = _Ruleset(every, network, scopes)
    # Older kernels refuse a structure that has more than they know, unless the rest is zero.
    size = ctypes.c_size_t(ctypes.sizeof(asked))
    return _succeeded(_libc().syscall(CREATE_RULESET, ctypes.byref(asked), size, ctypes.c_uint32(0)))


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        rule = _PathBeneath(rights if is_folder else rights & OF_FILES, handle)
        number, flags = ctypes.c_int(PATH_BENEATH), ctypes.c_uint32(0)
        _succeeded(_libc().syscall(ADD_RULE, ctypes.c_int(ruleset), number, ctypes.byref(rule), flags))
    finally:
        os.close(handle)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _succeeded(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
