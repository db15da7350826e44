"""Sessions on disk: one folder each under the root, published by one rename, readable by their owner alone.

    root/                 0700
      .incoming/<id>/     being made; invisible to everyone until its rename
      .trash/<id>/        renamed away, being deleted
      .purge.lock         one purger among all processes that share the root
      .neighbours/        a lock and a beat of each service, for those of other machines (`neighbours.py`)
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
import logging
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

import private_file
from drawing.sheet import Drawing
from errors import ServiceError, SessionBusy, SessionNotFound, StorageFull, StorageUnavailable
from sessions import private_folder
from sessions.quota import Account, Entry, Quota
from sessions.record import RECORD, SessionRecord, record_file, record_of, record_or_none
from sessions.turn import Turn, line_of, turn_of
from sessions.uptime import Uptime

log = logging.getLogger("drawing_service")

SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INCOMING, TRASH, PURGE_LOCK = ".incoming", ".trash", ".purge.lock"
#: No upload takes longer; what is older in `.incoming` was left by a process that died.
ABANDONED_S = 3600.0
LOCK_POLL_S = 0.02
#: Two changes of a folder within this may bear the same time.
COARSE_NS = 1_000_000_000
COPY_BYTES = 1_048_576
#: A turn with the engine's memory takes some 100 kB.
HISTORY_BYTES = 67_108_864
#: Sessions removed by one purge at most, some 2 ms each.
PURGE_SLICE = 500
#: EFBIG is the limit of a process, RLIMIT_FSIZE.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
#: What is there and cannot be reached now: descriptors or memory used up, a folder closed to us, a disk in trouble.
OUT_OF_REACH = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE}


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


class SessionStore:
    """Processes may share one root, of several machines, too: `root_trial.py` says what it has to do for that.

    `clock` gives seconds since the epoch, `uptime` what no clock set can change.

    Beside what each method names, all raise `StorageFull` where the disk is, and `StorageUnavailable` where it cannot
    be reached: what it holds is not lost then.
    """

    def __init__(
        self,
        root: Path,
        ttl_s: float,
        clock: Callable[[], float] = time.time,
        *,
        uptime: Callable[[], Uptime | None] = lambda: None,
        quota: Quota | None = None,
    ) -> None:
        self._root = root
        self._ttl_s = ttl_s
        self._clock = clock
        self._uptime = uptime
        self._account = Account(quota)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: When the root had last changed (ns since the epoch), and how many sessions were there then.
        self._counted = (0, 0)

    def prepare(self) -> None:
        """Makes the root; refuses one that is a link, belongs to somebody else or cannot be closed to others."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = self._root.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
            raise PermissionError(f"QWEN_SESSION_DIR={self._root} is a link or belongs to another user")
        self._root.chmod(0o700)
        for name in (INCOMING, TRASH):
            (self._root / name).mkdir(mode=0o700, exist_ok=True)

    def stage(self, owner: str = "", size: int = 0) -> Path:
        """An empty folder for a session to be, invisible until `publish`; its name is the session's id.

        `StorageFull` where the quota has no room for a file of `size` bytes of `owner`.
        """
        folder = self._root / INCOMING / str(uuid.uuid4())
        with _told(StorageUnavailable):
            self.prepare()  # a cleaner of /tmp may have removed it, and somebody else have made it again
            self._catch_up()
            self._account.admit(folder.name, Entry(owner, size), self._root)
            try:
                folder.mkdir(mode=0o700)
            except OSError:
                self._account.drop([folder.name])
                raise
        return folder

    def write(self, file: Path, content: BinaryIO) -> None:
        """Copies `content` from where it stands into a staged folder."""
        with _told(StorageUnavailable), open(os.open(file, private_file.NEW_FILE, 0o600), "wb") as target:
            shutil.copyfileobj(content, target, COPY_BYTES)

    def publish(self, staged: Path, filename: str, drawing: Drawing, owner: str = "") -> Session:
        """Makes the staged folder a session, by one rename."""
        with _told(StorageUnavailable):
            (staged / "lock").touch(mode=0o600)
            # Not through links: a decoder had its hands on the folder.
            files = tuple(sorted(private_folder.files(staged)))
            record = SessionRecord(staged.name, filename, self._clock(), drawing, owner, self._uptime(), files)
            private_file.write_new(record_file(staged), RECORD.dump_json(record))
            for file in staged.iterdir():
                file.chmod(0o600)
            private_file.sync_folder(staged)
            size = private_folder.size(staged)
            staged.rename(self._root / record.id)
            private_file.sync_folder(self._root)
        self._account.set(record.id, Entry(owner, size))
        return self._session(record)

    def discard(self, staged: Path) -> None:
        """Removes what was staged and will not be published."""
        shutil.rmtree(staged, ignore_errors=True)
        self._account.drop([staged.name])

    def open(self, session_id: str, owner: str = "") -> Session:
        """The session, else `SessionNotFound`: malformed, unknown, foreign, damaged, ended, deleted look the same."""
        session = self.open_whosever(session_id)
        if session.owner != owner:
            raise SessionNotFound
        return session

    def open_whosever(self, session_id: str) -> Session:
        """The session, for a process that works for one which has asked already whose it is; else `SessionNotFound`."""
        folder = self._folder(session_id)
        with _told(SessionNotFound):
            files = private_folder.files(folder)
            record = record_of(folder)
        if record is None or record.id != session_id or not files.issuperset(record.files):
            raise SessionNotFound
        if self._has_ended(record):
            raise SessionNotFound
        return self._session(record)

    def history(self, session: Session) -> tuple[Turn, ...]:
        """Oldest first. A line that a crash tore is left out."""
        try:
            lines = private_file.read_end(session.folder / "history.jsonl", HISTORY_BYTES).split(b"\n")
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise _translated(error, SessionNotFound) from error
        return tuple(turn for line in lines if (turn := turn_of(line)) is not None)

    def append(self, session: Session, turn: Turn) -> None:
        """Adds a turn; `SessionNotFound` when the session was deleted meanwhile. Call it under `locked`."""
        with _told(SessionNotFound):
            private_file.append_line(session.folder / "history.jsonl", line_of(turn))

    def delete(self, session_id: str, owner: str = "") -> int:
        """Removes everything of the session and returns how many bytes that were. The rename decides who wins."""
        session = self.open(session_id, owner)
        with _told(SessionNotFound):
            return self._remove(session.folder)

    def purge(self, most: int = PURGE_SLICE) -> int:
        """Removes what has ended or was left behind by a crash; how many sessions ended. Skips those in use.

        Ends early once `most` sessions were removed: call it again then. An `OSError` says why it could not.
        """
        self.prepare()
        with private_file.lock(self._root / PURGE_LOCK) as mine:
            if not mine:
                return 0
            removed = self._purge(most)
            self._sweep()
            return removed

    def count(self) -> int:
        """Sessions that are there, ended ones until they are purged; none where the root is out of reach.

        Counted anew when the root has changed, as it does with each session that comes or goes, whoever's doing it is.
        """
        try:
            changed_ns = self._root.stat().st_mtime_ns
            if changed_ns != self._counted[0] or time.time_ns() - changed_ns < COARSE_NS:
                self._counted = changed_ns, sum(1 for _ in self._session_folders())
            return self._counted[1]
        except OSError:
            return 0

    @property
    def stored_bytes(self) -> int:
        """Bytes of all sessions, as the last purge counted them and uploads added to them."""
        return self._account.stored_bytes

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
        with _told(SessionNotFound):
            while (handle := private_file.try_lock(session.folder / "lock")) is None:
                if time.monotonic() > deadline:
                    raise SessionBusy
                await asyncio.sleep(LOCK_POLL_S)
        return handle

    def _folder(self, session_id: str) -> Path:
        if not SESSION_ID.fullmatch(session_id):
            raise SessionNotFound
        folder = self._root / session_id
        if folder.parent != self._root:
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

    def _has_ended(self, record: SessionRecord) -> bool:
        """Goes by the uptime where the machine has not been started since, which no clock set can change."""
        now = self._uptime()
        age_s = now.since(record.uptime) if now else None
        if age_s is None:
            return self._clock() >= record.created_at + self._ttl_s
        return age_s >= self._ttl_s

    def _catch_up(self) -> None:
        """Enters in the account what other processes took in since, and drops what they removed.

        By names alone, for some ms with ten thousand sessions; how they have grown is counted by the purge.
        """
        before = self._account.known()
        # In this order: what is published meanwhile is in the one or the other.
        incoming = {folder.name for folder in (self._root / INCOMING).iterdir()}
        sessions = {folder.name: folder for folder in self._session_folders()}
        for name in sessions.keys() - before:
            if record := record_or_none(sessions[name]):
                self._account.set(name, Entry(record.owner, private_folder.size(sessions[name])))
        self._account.drop(before - incoming - sessions.keys())

    def _purge(self, most: int) -> int:
        """Removes up to `most` ended sessions, and brings the account up to date with what it passes."""
        before, seen, removed = self._account.known(), set[str](), 0
        for folder in self._session_folders():
            record = record_or_none(folder)
            if self._is_over(folder, record) and self._remove_unused(folder):
                removed += 1
                if removed == most:
                    return removed
                continue
            seen.add(folder.name)
            self._account.set(folder.name, Entry(record.owner if record else "", private_folder.size(folder)))
        incoming = {folder.name for folder in (self._root / INCOMING).iterdir()}
        self._account.drop(before - seen - incoming)
        return removed

    def _is_over(self, folder: Path, record: SessionRecord | None) -> bool:
        """One that cannot be read is kept as long as others, for whoever wants to look at it."""
        if record is not None:
            return self._has_ended(record)
        try:
            return self._clock() - folder.lstat().st_mtime > self._ttl_s
        except OSError:
            return False

    def _remove_unused(self, folder: Path) -> bool:
        """Whether the session was removed: not while a chat holds its lock, and none gets it meanwhile."""
        handle = None
        try:
            handle = private_file.try_lock(folder / "lock")
            if handle is None:
                return False
        except OSError:  # a session without its lock is in nobody's use
            pass
        try:
            self._remove(folder)
        except OSError as error:
            log.warning("A session that has ended could not be removed: %s", error.strerror)
            return False
        finally:
            if handle is not None:
                os.close(handle)
        return True

    def _remove(self, folder: Path) -> int:
        (self._root / TRASH).mkdir(mode=0o700, exist_ok=True)
        trash = self._root / TRASH / f"{folder.name}.{uuid.uuid4().hex[:8]}"
        size = private_folder.size(folder)
        folder.rename(trash)
        self._account.drop([folder.name])
        shutil.rmtree(trash, ignore_errors=True)
        return size

    def _sweep(self) -> None:
        """What crashed processes left: stagings of long ago, and everything in the trash."""
        mine = self._account.known()
        for folder in (self._root / INCOMING).iterdir():
            if folder.name not in mine and private_folder.age_s(folder) > ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)
        for folder in (self._root / TRASH).iterdir():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(missing: type[ServiceError]) -> Iterator[None]:
    """What the disk refuses as errors of ours; `missing` where something is not there or not what it was."""
    try:
        yield
    except OSError as error:
        raise _translated(error, missing) from error


def _translated(error: OSError, missing: type[ServiceError]) -> ServiceError:
    if error.errno in FULL:
        return StorageFull()
    if error.errno in OUT_OF_REACH or missing is StorageUnavailable:
        log.warning("The session store cannot be reached: %s", error.strerror or error)
        return StorageUnavailable()
    return missing()
