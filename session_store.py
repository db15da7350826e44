"""Sessions on disk: one folder each under the root, published by one rename, readable by their owner alone.

    root/                 0700
      .incoming/<id>/     being made; invisible to everyone until its rename
      .trash/<id>/        renamed away, being deleted
      .purge.lock         one purger among all processes that share the root
      <id>/               0700, the files in it 0600
        lock              flock: one chat at a time, across processes
        session.json      what the session is
        history.jsonl     one line a turn; a torn last line is ignored
        original.bin      the file as uploaded, and beside it what `drawing/` made of it

Everything here blocks on the disk: call it in a thread. Only `SessionStore.locked` is for the event loop.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import logging
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from pydantic import TypeAdapter, ValidationError

from drawing.sheet import Drawing, Part
from errors import SessionBusy, SessionNotFound, StorageFull

log = logging.getLogger("drawing_service")

SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INCOMING, TRASH, PURGE_LOCK = ".incoming", ".trash", ".purge.lock"
#: No upload takes longer; what is older in `.incoming` was left by a process that died.
ABANDONED_S = 3600.0
LOCK_POLL_S = 0.02
COPY_BYTES = 1_048_576
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part of the sheet that an engine was shown. `key` names the content of its picture of `width` × `height` px."""

    part: Part
    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What an engine keeps of a turn, to go on from the very same tokens; it means something to `model` alone.

    `tokens` are those of the turn from its pictures to the end of the answer, `parts` what these pictures showed.
    `left_out` of the oldest turns were no longer in the turn's prompt.
    """

    model: str
    tokens: tuple[int, ...]
    parts: tuple[SeenPart, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered. `page` is the page that it was about, `at` seconds since the epoch."""

    question: str
    answer: str
    page: int = 1
    at: float = 0.0
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What `session.json` holds. `created_at` in seconds since the epoch, `owner` as in `keys.Caller`."""

    id: str
    filename: str
    created_at: float
    drawing: Drawing
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was opened: it exists and has not ended. `expires_at` in seconds since the epoch."""

    id: str
    folder: Path
    filename: str
    created_at: float
    expires_at: float
    drawing: Drawing
    owner: str = ""


RECORD: TypeAdapter[SessionRecord] = TypeAdapter(SessionRecord)
TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


class SessionStore:
    """Two processes may share one root. `clock` gives seconds since the epoch."""

    def __init__(self, root: Path, ttl_s: float, clock: Callable[[], float] = time.time) -> None:
        self._root = root
        self._ttl_s = ttl_s
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def prepare(self) -> None:
        """Makes the root; refuses one that is a link, belongs to somebody else or cannot be closed to others."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = self._root.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
            raise PermissionError(f"QWEN_SESSION_DIR={self._root} is a link or belongs to another user")
        self._root.chmod(0o700)
        for name in (INCOMING, TRASH):
            (self._root / name).mkdir(mode=0o700, exist_ok=True)

    def stage(self) -> Path:
        """An empty folder for a session to be, invisible until `publish`; its name is the session's id."""
        folder = self._root / INCOMING / str(uuid.uuid4())
        with _full_storage_is_told():
            folder.mkdir(mode=0o700, parents=True)
        return folder

    def write(self, file: Path, content: BinaryIO) -> None:
        """Copies `content` from where it stands into a staged folder."""
        with _full_storage_is_told(), open(os.open(file, NEW_FILE, 0o600), "wb") as target:
            shutil.copyfileobj(content, target, COPY_BYTES)

    def publish(self, staged: Path, filename: str, drawing: Drawing, owner: str = "") -> Session:
        """Makes the staged folder a session, by one rename."""
        record = SessionRecord(staged.name, filename, self._clock(), drawing, owner)
        with _full_storage_is_told():
            (staged / "lock").touch(mode=0o600)
            _write_through(staged / "session.json", RECORD.dump_json(record))
            for file in staged.iterdir():
                file.chmod(0o600)
            _sync_folder(staged)
            staged.rename(self._root / record.id)
            _sync_folder(self._root)
        return self._session(record)

    def discard(self, staged: Path) -> None:
        """Removes what was staged and will not be published."""
        shutil.rmtree(staged, ignore_errors=True)

    def open(self, session_id: str, owner: str = "") -> Session:
        """The session, else `SessionNotFound`: malformed, unknown, damaged, ended, deleted, foreign look alike."""
        folder = self._folder(session_id)
        try:
            record = RECORD.validate_json((folder / "session.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise SessionNotFound from error
        session = self._session(record)
        if record.id != session_id or record.owner != owner or self._clock() >= session.expires_at:
            raise SessionNotFound
        return session

    def history(self, session: Session) -> tuple[Turn, ...]:
        """Oldest first. A line that a crash tore is left out."""
        try:
            lines = (session.folder / "history.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        return tuple(turn for line in lines if (turn := _turn(line)) is not None)

    def append(self, session: Session, turn: Turn) -> None:
        """Adds a turn; `SessionNotFound` when the session was deleted meanwhile. Call it under `locked`."""
        line = json.dumps(asdict(turn), ensure_ascii=False).encode() + b"\n"
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with _full_storage_is_told(), open(os.open(session.folder / "history.jsonl", flags, 0o600), "r+b") as file:
                file.write(_line_break_after_torn(file.fileno()) + line)
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError as error:
            raise SessionNotFound from error

    def delete(self, session_id: str, owner: str = "") -> int:
        """Removes everything of the session and returns how many bytes that were. The rename decides who wins."""
        session = self.open(session_id, owner)
        return self._remove(session.folder)

    def purge(self) -> int:
        """Removes what has ended or was left behind by a crash; how many sessions ended. Skips those in use."""
        with _flock(self._root / PURGE_LOCK) as mine:
            if not mine:
                return 0
            ended = [f for f in self._session_folders() if self._has_ended(f) and not _in_use(f)]
            for folder in ended:
                self._remove(folder)
            self._sweep()
            return len(ended)

    def count(self) -> int:
        return sum(1 for _ in self._session_folders())

    @asynccontextmanager
    async def locked(self, session: Session, wait_s: float) -> AsyncIterator[None]:
        """One chat at a time on a session, in this process and among processes; `SessionBusy` after `wait_s`."""
        lock = self._turns.setdefault(session.id, asyncio.Lock())
        try:
            async with asyncio.timeout(wait_s):
                await lock.acquire()
        except TimeoutError as error:
            raise SessionBusy from error
        try:
            handle = await self._flocked(session, wait_s)
            try:
                yield
            finally:
                os.close(handle)
        finally:
            lock.release()

    async def _flocked(self, session: Session, wait_s: float) -> int:
        deadline = time.monotonic() + wait_s
        while (handle := _try_flock(session.folder / "lock")) is None:
            if time.monotonic() > deadline:
                raise SessionBusy
            await asyncio.sleep(LOCK_POLL_S)
        return handle

    def _folder(self, session_id: str) -> Path:
        if not SESSION_ID.fullmatch(session_id):
            raise SessionNotFound
        folder = self._root / session_id
        if folder.parent != self._root or folder.is_symlink():
            raise SessionNotFound
        return folder

    def _session(self, record: SessionRecord) -> Session:
        return Session(
            id=record.id,
            folder=self._root / record.id,
            filename=record.filename,
            created_at=record.created_at,
            expires_at=record.created_at + self._ttl_s,
            drawing=record.drawing,
            owner=record.owner,
        )

    def _session_folders(self) -> Iterator[Path]:
        with os.scandir(self._root) as entries:
            for entry in entries:
                if SESSION_ID.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path)

    def _has_ended(self, folder: Path) -> bool:
        try:
            record = RECORD.validate_json((folder / "session.json").read_bytes())
        except FileNotFoundError:
            return not folder.exists() or self._clock() - folder.stat().st_mtime > self._ttl_s
        except (OSError, ValidationError):
            return self._clock() - folder.stat().st_mtime > self._ttl_s
        return self._clock() >= record.created_at + self._ttl_s

    def _remove(self, folder: Path) -> int:
        trash = self._root / TRASH / f"{folder.name}.{uuid.uuid4().hex[:8]}"
        try:
            folder.rename(trash)
        except FileNotFoundError as error:
            raise SessionNotFound from error
        size = sum(file.lstat().st_size for file in trash.rglob("*") if not file.is_dir())
        shutil.rmtree(trash, ignore_errors=True)
        return size

    def _sweep(self) -> None:
        """What crashed processes left: stagings of long ago, and everything in the trash."""
        for folder in (self._root / INCOMING).iterdir():
            if time.time() - folder.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)
        for folder in (self._root / TRASH).iterdir():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _full_storage_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise


def _write_through(file: Path, content: bytes) -> None:
    with open(os.open(file, NEW_FILE, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _turn(line: bytes) -> Turn | None:
    """The turn on a line of the history; in words where an earlier version kept its memory in another shape."""
    for read in (TURN.validate_json, _in_words):
        with suppress(ValueError, TypeError):
            return read(line)
    return None


def _in_words(line: bytes) -> Turn:
    return TURN.validate_python(json.loads(line) | {"memory": None})


def _line_break_after_torn(handle: int) -> bytes:
    """A new line must not be glued to one that a crash cut off."""
    size = os.fstat(handle).st_size
    return b"" if size == 0 or os.pread(handle, 1, size - 1) == b"\n" else b"\n"


def _try_flock(file: Path) -> int | None:
    """An exclusive lock as an open file descriptor, `None` while somebody else holds it."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise SessionNotFound from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextmanager
def _flock(file: Path) -> Iterator[bool]:
    """Whether the lock on `file`, which is made if need be, could be had; given back at the end."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    handle = _try_flock(file)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _in_use(folder: Path) -> bool:
    try:
        handle = _try_flock(folder / "lock")
    except SessionNotFound:
        return False
    if handle is None:
        return True
    os.close(handle)
    return False
