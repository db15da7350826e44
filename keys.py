"""Keys of callers: a file of names and digests, read again when it changes. `python -m keys NAME` makes a key.

A line is `name:digest`, the digest being the key's SHA-256 in 64 hexadecimal digits; empty lines and those that begin
with `#` are skipped. The keys themselves stand nowhere.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers

from errors import Unauthorized

log = logging.getLogger("drawing_service")

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
LINE = re.compile(rf"({NAME.pattern}):([0-9a-fA-F]{{64}})")
#: Nothing for others, and no writing by the group, which may be the service's own.
TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP
KEY_BYTES = 32
OWNER_CHARS = 16


class KeysFileWrong(Exception):
    """The file cannot be used; the text says why and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks. `owner` is what their sessions belong to, empty for everybody while there are no keys."""

    name: str = ""
    owner: str = ""


class Keys:
    """The keys in `file`; without one everybody is let in."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._callers: dict[str, Caller] = {}
        self._version: tuple[int, ...] | None = None

    def load(self) -> None:
        """Reads the file; `KeysFileWrong` when it is missing, open to others, malformed or empty."""
        if self._file is None:
            return
        self._version = _version(self._file)
        self._callers = read(self._file)

    def caller(self, headers: Headers) -> Caller:
        """Whose key the request carries; `Unauthorized` when it is nobody's."""
        if self._file is None:
            return Caller()
        self._reload()
        digest = digest_of(_presented(headers))
        found = None
        # Against all of them, so that the time taken tells nothing.
        for known, caller in self._callers.items():
            if secrets.compare_digest(known, digest):
                found = caller
        if found is None:
            raise Unauthorized
        return found

    def _reload(self) -> None:
        """A file that cannot be used leaves the keys as they were: a slip of the editor locks nobody out."""
        assert self._file is not None
        version = _version(self._file)
        if version == self._version:
            return
        self._version = version
        try:
            self._callers = read(self._file)
        except KeysFileWrong as error:
            log.error("The keys stay as they were: %s", error)
        else:
            log.info("Read the keys again: %d", len(self._callers))


def read(file: Path) -> dict[str, Caller]:
    """The callers by the digest of their key."""
    try:
        if file.stat().st_mode & TOO_OPEN:
            raise KeysFileWrong(f"{file} is open to other users; chmod 600 it")
        lines = file.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysFileWrong(f"{file} cannot be read: {type(error).__name__}") from error
    callers = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        if not (entry := LINE.fullmatch(line)):
            raise KeysFileWrong(f"{file}, line {number}: not name:digest")
        name, digest = entry[1], entry[2].lower()
        callers[digest] = Caller(name, digest[:OWNER_CHARS])
    if not callers:
        raise KeysFileWrong(f"{file} holds no key")
    return callers


def digest_of(key: str) -> str:
    # Header values are Latin-1 in ASGI.
    return hashlib.sha256(key.encode("latin-1")).hexdigest()


def _presented(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _version(file: Path) -> tuple[int, ...] | None:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino, about.st_mode


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or not NAME.fullmatch(arguments[0]):
        sys.exit("python -m keys NAME   (letters, digits, dot, underscore, hyphen)")
    key = secrets.token_urlsafe(KEY_BYTES)
    print(f"Key, shown only now: {key}", file=sys.stderr)
    print(f"{arguments[0]}:{digest_of(key)}")


if __name__ == "__main__":
    main(sys.argv[1:])
