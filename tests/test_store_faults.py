"""What breaks around the session store: processes, disks, clocks, cleaners, and whoever puts things into its folder."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import private_file
from drawing.folder import original
from errors import ServiceError, SessionNotFound, StorageFull, StorageUnavailable
from session_store import HISTORY_BYTES, Session, SessionStore
from sessions.quota import Quota
from sessions.record import RECORD, SessionRecord
from sessions.turn import Turn
from sessions.uptime import Uptime
from tests.factories import drawing
from tests.test_session_store import DAY_S, PROJECT, Clock, published

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do that")
NOBODY_UID = 65_534


class Machine:
    """A wall clock that can be set, and an uptime that cannot."""

    def __init__(self) -> None:
        self.wall, self.up, self.boot_id = 1_000_000.0, 500.0, "first start"

    def clock(self) -> float:
        return self.wall

    def uptime(self) -> Uptime:
        return Uptime(self.boot_id, self.up)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.up += seconds

    def restarts(self) -> None:
        self.boot_id, self.up = "second start", 1.0


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def store(tmp_path: Path, machine: Machine) -> SessionStore:
    made = SessionStore(tmp_path / "root", DAY_S, machine.clock, uptime=machine.uptime)
    made.prepare()
    return made


def is_there(store: SessionStore, session: Session) -> bool:
    try:
        return store.open(session.id) == session
    except SessionNotFound:
        return False


# Killed

#: Makes one session in a child that kills itself before or after its n-th call that changes the disk, for every n.
KILL_AT_EVERY_STEP = """
import io, os, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from drawing.folder import original
from session_store import SessionStore
from tests.factories import drawing

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def counted(name, call, steps, at, before):
    def wrapped(*args, **named):
        steps.append(name)
        if len(steps) == at and before:
            die()
        try:
            return call(*args, **named)
        finally:
            if len(steps) == at:
                die()
    return wrapped

def create(root):
    store = SessionStore(root, 86400.0)
    staged = store.stage()
    store.write(original(staged), io.BytesIO(b"x" * 10_000))
    store.publish(staged, "a.pdf", drawing())

def die_at(root, at, before):
    steps = []
    for name in ("mkdir", "open", "write", "fsync", "chmod", "rename"):
        setattr(os, name, counted(name, getattr(os, name), steps, at, before))
    create(root)
    os._exit(0)

at, alive = 0, False
while not alive:
    at += 1
    for before in (True, False):
        root = Path(sys.argv[1]) / f"{at:03d}-{before}"
        SessionStore(root, 86400.0).prepare()
        child = os.fork()
        if child == 0:
            die_at(root, at, before)
        alive = os.waitpid(child, 0)[1] == 0
print(at - 1)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The roots of processes that were killed before and after each step of making a session."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-c", KILL_AT_EVERY_STEP, str(folder), str(PROJECT)]
    steps = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert steps >= 10
    return sorted(folder.iterdir())[: 2 * steps]


def test_a_kill_at_any_step_leaves_a_whole_session_or_none(killed: list[Path]) -> None:
    found = []
    for root in killed:
        store = SessionStore(root, DAY_S)
        names = [folder.name for folder in root.iterdir() if not folder.name.startswith(".")]
        found += [original(store.open(name).folder).stat().st_size for name in names]
    assert found == [10_000] * len(found)
    assert 0 < len(found) < len(killed)


def test_what_a_kill_left_behind_goes_with_a_purge(killed: list[Path]) -> None:
    left = [folder for root in killed for folder in (root / ".incoming").iterdir()]
    for folder in left:
        os.utime(folder, (0, 0))
    for root in killed:
        SessionStore(root, DAY_S).purge()
    assert left
    assert not any(folder.exists() for folder in left)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_kill_while_a_turn_is_written_costs_that_turn_alone(store: SessionStore, kept: float) -> None:
    session = published(store)
    history = session.folder / "history.jsonl"
    store.append(session, Turn("eins", "1"))
    whole = history.read_bytes()
    history.write_bytes(whole + whole[: int(kept * len(whole))])
    assert store.history(session) == (Turn("eins", "1"),)
    store.append(session, Turn("drei", "3"))
    assert [turn.question for turn in store.history(session)] == ["eins", "drei"]


# Full, closed, gone


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system of its own in `folder`; skips where that is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(store: SessionStore, size: int = 10) -> list[Session]:
    """Sessions until the disk is full."""
    made: list[Session] = []
    for _ in range(200):
        staged = None
        try:
            staged = store.stage()
            store.write(original(staged), io.BytesIO(b"x" * size))
            made.append(store.publish(staged, "a.pdf", drawing()))
        except StorageFull:
            if staged is not None:
                store.discard(staged)
            return made
    raise AssertionError("the disk did not become full")


@root_only
@pytest.mark.parametrize(("options", "size"), [("size=1m", 200_000), ("size=8m,nr_inodes=40", 10)])
def test_a_full_disk_keeps_what_it_has_and_takes_more_after_a_deletion(tmp_path: Path, options: str, size: int) -> None:
    with mounted(tmp_path / "disk", options) as disk:
        store = SessionStore(disk / "root", DAY_S)
        made = fill(store, size)
        assert made
        assert all(is_there(store, session) for session in made)
        assert list((disk / "root" / ".incoming").iterdir()) == []
        store.delete(made[0].id)
        assert is_there(store, published(store))


@root_only
def test_a_turn_that_does_not_fit_leaves_nothing_of_itself(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        store = SessionStore(disk / "root", DAY_S)
        session = published(store)
        store.append(session, Turn("eins", "1"))
        before = (session.folder / "history.jsonl").read_bytes()
        with pytest.raises(StorageFull):
            store.append(session, Turn("zwei", "x" * 2_000_000))
        assert (session.folder / "history.jsonl").read_bytes() == before


@root_only
def test_a_disk_that_became_read_only_is_read(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        store = SessionStore(disk / "root", DAY_S)
        session = published(store)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert is_there(store, session)
        for refused in (store.stage, lambda: store.append(session, Turn("", "")), lambda: store.delete(session.id)):
            with pytest.raises(StorageFull):
                refused()
        assert is_there(store, session)


@contextmanager
def limited(kind: int, soft: int) -> Iterator[None]:
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


def test_a_limit_on_the_size_of_files_is_told_as_a_full_disk(store: SessionStore) -> None:
    staged = store.stage()
    with limited(resource.RLIMIT_FSIZE, 100_000), pytest.raises(StorageFull):
        store.write(original(staged), io.BytesIO(b"x" * 2_000_000))


def test_without_descriptors_nothing_is_lost_and_nothing_is_not_found(store: SessionStore) -> None:
    session = published(store)
    used = len(os.listdir("/proc/self/fd"))
    with limited(resource.RLIMIT_NOFILE, used + 8):
        held = []
        with pytest.raises(OSError, match="Too many open files"):
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        for refused in (
            lambda: store.open(session.id),
            lambda: store.history(session),
            lambda: store.append(session, Turn("", "")),
            lambda: store.delete(session.id),
        ):
            with pytest.raises(StorageUnavailable):
                refused()
        assert store.count() == 0
        for handle in held:
            os.close(handle)
    assert is_there(store, session)


def test_a_root_that_vanished_is_made_again(store: SessionStore, tmp_path: Path) -> None:
    lost = published(store)
    shutil.rmtree(tmp_path / "root")
    assert (is_there(store, lost), store.count(), store.purge()) == (False, 0, 0)
    shutil.rmtree(tmp_path / "root")
    assert is_there(store, published(store))
    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("missing", [".incoming", ".trash", ".purge.lock"])
def test_a_cleaner_may_take_the_stores_own_folders(store: SessionStore, tmp_path: Path, missing: str) -> None:
    store.purge()
    gone = tmp_path / "root" / missing
    gone.unlink() if gone.is_file() else gone.rmdir()
    session = published(store)
    store.delete(session.id)
    assert (store.count(), store.purge()) == (0, 0)


def test_a_root_that_somebody_else_made_again_is_not_used(store: SessionStore, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "root")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageUnavailable):
        store.stage()
    assert list((tmp_path / "elsewhere").iterdir()) == []


#: As a user for whom permissions count: what becomes of a session while its root is closed, and after it was opened.
CLOSED_ROOT = """
import os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from errors import ServiceError
from session_store import SessionStore
root = Path(sys.argv[1])
os.chmod(root, 0o000)
os.setuid(65534)
store = SessionStore(root, 86400.0)
for work in (lambda: store.open(sys.argv[3]), store.stage, lambda: store.open(sys.argv[3])):
    try:
        print("done" if work() else "nothing")
    except ServiceError as error:
        print(error.code)
"""


@root_only
def test_a_root_that_was_closed_is_opened_by_the_next_upload(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m,mode=755") as disk:
        store = SessionStore(disk / "root", DAY_S)
        session = published(store)
        for path in (disk / "root", *(disk / "root").rglob("*")):
            os.chown(path, NOBODY_UID, NOBODY_UID)
        for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
            parent.chmod(0o711)
        command = [sys.executable, "-c", CLOSED_ROOT, str(disk / "root"), str(PROJECT), session.id]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout.split() == ["storage_unavailable", "done", "done"], done.stderr


# Put there by somebody else


def link(file: Path) -> None:
    file.rename(file.with_name("aside"))
    file.symlink_to("aside")


def link_elsewhere(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.symlink_to("/etc/passwd")


def pipe(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def folder(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def nothing(file: Path) -> None:
    file.unlink()


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", ["session.json", "original.bin", "lock", "page-0001.png", "words-0001.json"])
@pytest.mark.parametrize("put", [link, link_elsewhere, pipe, folder])
def test_what_is_no_plain_file_makes_it_no_session(store: SessionStore, name: str, put: Callable[[Path], None]) -> None:
    session = published(store)
    (session.folder / name).touch()
    put(session.folder / name)
    assert not is_there(store, session)


@pytest.mark.parametrize("name", ["session.json", "original.bin", "lock"])
def test_a_session_without_one_of_its_files_is_none(store: SessionStore, name: str) -> None:
    session = published(store)
    nothing(session.folder / name)
    assert not is_there(store, session)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("put", [link, link_elsewhere, pipe, folder])
async def test_a_lock_that_was_replaced_after_the_opening_lets_nobody_in(
    store: SessionStore, put: Callable[[Path], None]
) -> None:
    session = published(store)
    put(session.folder / "lock")
    with pytest.raises(SessionNotFound):
        async with store.locked(session, 1):
            pass


@pytest.mark.timeout(10)
@pytest.mark.parametrize("put", [link_elsewhere, pipe, folder])
def test_a_history_that_was_replaced_after_the_opening_is_not_written(
    store: SessionStore, put: Callable[[Path], None]
) -> None:
    session = published(store)
    put(session.folder / "history.jsonl")
    for refused in (lambda: store.append(session, Turn("", "")), lambda: store.history(session)):
        with pytest.raises(SessionNotFound):
            refused()


def test_a_link_that_was_left_beside_a_new_drawing_is_neither_followed_nor_published(
    store: SessionStore, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("")
    mine.chmod(0o644)
    staged = store.stage()
    (staged / "page-0001.png").symlink_to(mine)
    with pytest.raises(StorageUnavailable):
        store.publish(staged, "a.pdf", drawing())
    assert mine.stat().st_mode & 0o777 == 0o644


def test_a_hard_link_is_no_session(store: SessionStore, tmp_path: Path) -> None:
    session = published(store)
    os.link(session.folder / "session.json", tmp_path / "another name")
    assert not is_there(store, session)


@root_only
@pytest.mark.parametrize("whose", [".", "session.json", "original.bin"])
def test_what_belongs_to_somebody_else_is_no_session(store: SessionStore, whose: str) -> None:
    session = published(store)
    os.chown(session.folder / whose, NOBODY_UID, NOBODY_UID)
    assert not is_there(store, session)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("put", [link_elsewhere, pipe, folder, nothing])
def test_whatever_stands_for_a_session_is_purged_after_a_day(
    store: SessionStore, machine: Machine, put: Callable[[Path], None]
) -> None:
    session = published(store)
    put(session.folder / "session.json")
    machine.wall = time.time()
    assert store.purge() == 0
    machine.passes(DAY_S + 1)
    assert store.purge() == 1
    assert Path("/etc/passwd").exists()


# Rubble

RUBBLE = [
    b"", b" ", b"null", b"[]", b"{", b'"x"', b"\xff\xfe\x00", b"NaN", b"[" * 100_000, b"9" * 10_000, b'{"id": null}',
]  # fmt: skip


@pytest.mark.parametrize("rubble", RUBBLE, ids=lambda rubble: repr(rubble[:12]))
def test_rubble_for_a_session_is_none(store: SessionStore, rubble: bytes) -> None:
    session = published(store)
    (session.folder / "session.json").write_bytes(rubble)
    assert not is_there(store, session)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created_at", float("nan")), ("created_at", float("inf")), ("created_at", -1), ("created_at", 1e300),
        ("created_at", "soon"), ("id", str(uuid.uuid4())), ("id", 3), ("filename", None), ("drawing", {}),
        ("owner", ["a"]), ("uptime", {"seconds": "x"}), ("files", "original.bin"), ("files", ["and.one.more"]),
    ],
)  # fmt: skip
def test_one_wrong_field_makes_it_no_session(store: SessionStore, field: str, value: object) -> None:
    session = published(store)
    file = session.folder / "session.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {field: value}))
    assert not is_there(store, session)


def test_a_giant_for_a_session_is_not_read(store: SessionStore) -> None:
    session = published(store)
    file = session.folder / "session.json"
    file.write_bytes(file.read_bytes() + b" " * 10_000_000)
    assert not is_there(store, session)


def test_a_session_of_an_earlier_version_is_one(store: SessionStore, machine: Machine) -> None:
    session = published(store)
    file = session.folder / "session.json"
    earlier = json.loads(file.read_bytes())
    for field in ("owner", "uptime", "files"):
        del earlier[field]
    file.write_text(json.dumps(earlier))
    assert is_there(store, session)
    machine.passes(DAY_S)
    assert not is_there(store, session)


@pytest.mark.parametrize("rubble", [*RUBBLE, b'{"question": "?", "answer": "!", "at": NaN}', b"x" * 10_000_000])
def test_rubble_in_a_history_costs_its_line_alone(store: SessionStore, rubble: bytes) -> None:
    session = published(store)
    store.append(session, Turn("eins", "1"))
    with (session.folder / "history.jsonl").open("ab") as file:
        file.write(rubble + b"\n")
    store.append(session, Turn("zwei", "2"))
    assert [turn.question for turn in store.history(session)] == ["eins", "zwei"]


def test_of_an_endless_history_the_end_is_read(store: SessionStore) -> None:
    session = published(store)
    with (session.folder / "history.jsonl").open("wb") as file:
        file.truncate(HISTORY_BYTES + 1)
        file.seek(0, os.SEEK_END)
        file.write(b"\n")
    store.append(session, Turn("zwei", "2"))
    assert store.history(session) == (Turn("zwei", "2"),)


# Clocks


@pytest.mark.parametrize("jump_h", [48, -48, 24 * 3650])
def test_a_clock_that_is_set_ends_nothing_and_prolongs_nothing(
    store: SessionStore, machine: Machine, jump_h: float
) -> None:
    session = published(store)
    machine.wall = max(0.0, machine.wall + jump_h * 3600)
    machine.passes(DAY_S - 1)
    assert is_there(store, session)
    assert store.purge() == 0
    machine.passes(1)
    assert not is_there(store, session)
    assert store.purge() == 1


def test_a_session_from_before_a_restart_goes_by_the_wall_clock(store: SessionStore, machine: Machine) -> None:
    session = published(store)
    machine.passes(DAY_S - 10)
    machine.restarts()
    assert is_there(store, session)
    machine.passes(10)
    assert not is_there(store, session)


def test_a_clock_that_is_set_takes_no_upload_away(store: SessionStore) -> None:
    staged = store.stage()
    os.utime(staged, (0, 0))
    store.purge()
    assert is_there(store, store.publish(staged, "a.pdf", drawing()))


# Purges, deletions and chats at the same time


async def test_a_purge_and_a_chat_do_not_meet(store: SessionStore, machine: Machine) -> None:
    session = published(store)
    machine.passes(DAY_S)
    async with store.locked(session, 1):
        assert await asyncio.to_thread(store.purge) == 0
        await asyncio.to_thread(store.append, session, Turn("noch", "da"))
        assert [turn.question for turn in store.history(session)] == ["noch"]


def test_a_purge_leaves_an_upload_alone(store: SessionStore) -> None:
    staged = store.stage()
    store.write(original(staged), io.BytesIO(b"x"))
    store.purge()
    assert is_there(store, store.publish(staged, "a.pdf", drawing()))


async def test_a_chat_on_a_deleted_session_ends_as_not_found(store: SessionStore) -> None:
    session = published(store)
    async with store.locked(session, 1):
        await asyncio.to_thread(store.delete, session.id)
        with pytest.raises(SessionNotFound):
            store.append(session, Turn("zu", "spät"))
    assert not session.folder.exists()


async def test_a_chat_that_waits_for_a_session_learns_that_it_was_deleted(store: SessionStore) -> None:
    session = published(store)
    other = private_file.try_lock(session.folder / "lock")
    assert other is not None

    async def wait() -> None:
        async with store.locked(session, 10):
            pass

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.05)
    store.delete(session.id)
    os.close(other)
    with pytest.raises(SessionNotFound):
        await waiting


def test_one_of_many_deletions_wins(store: SessionStore) -> None:
    session = published(store)
    outcomes: list[int | str] = []

    def delete() -> None:
        try:
            outcomes.append(store.delete(session.id))
        except ServiceError as error:
            outcomes.append(error.code)

    in_threads(*[delete] * 8)
    assert outcomes.count("session_not_found") == 7


def test_two_purgers_remove_each_session_once(store: SessionStore, machine: Machine, tmp_path: Path) -> None:
    for _ in range(40):
        published(store)
    machine.passes(DAY_S)
    removed: list[int] = []
    purgers = [SessionStore(tmp_path / "root", DAY_S, machine.clock, uptime=machine.uptime) for _ in range(2)]
    in_threads(*[lambda each=each: removed.append(each.purge()) for each in purgers])
    assert sum(removed) + store.purge() == 40
    assert store.count() == 0


def in_threads(*work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


#: Another process that chats `sys.argv[4]` times on a session.
CHAT = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from session_store import SessionStore
from sessions.turn import Turn
store = SessionStore(Path(sys.argv[1]), 86400.0)
session = store.open(sys.argv[3])
async def main():
    for number in range(int(sys.argv[4])):
        async with store.locked(session, 60):
            before = len(store.history(session))
            await asyncio.sleep(0)
            store.append(session, Turn(f"{sys.argv[5]}-{number}", str(before)))
asyncio.run(main())
"""


def test_two_processes_write_one_history_in_turns(tmp_path: Path) -> None:
    store = SessionStore(tmp_path / "root", DAY_S)
    session = published(store)
    arguments = [sys.executable, "-c", CHAT, str(tmp_path / "root"), str(PROJECT), session.id, "40"]
    writers = [subprocess.Popen([*arguments, name]) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    turns = store.history(session)
    assert [turn.answer for turn in turns] == [str(number) for number in range(80)]
    for name in ("a", "b"):
        mine = [turn.question for turn in turns if turn.question.startswith(name)]
        assert mine == [f"{name}-{number}" for number in range(40)]


# Many


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clock]:
    """A root with 10,000 sessions of little, which are not yet over."""
    root, clock = tmp_path_factory.mktemp("crowd"), Clock()
    SessionStore(root, DAY_S).prepare()
    for _ in range(10_000):
        session_id = str(uuid.uuid4())
        (root / session_id).mkdir(0o700)
        record = RECORD.dump_json(SessionRecord(session_id, "a.pdf", clock.now, drawing()))
        (root / session_id / "session.json").write_bytes(record)
    return root, clock


def test_ten_thousand_sessions_are_counted_and_scanned_in_moments(crowd: tuple[Path, Clock]) -> None:
    root, clock = crowd
    store = SessionStore(root, DAY_S, clock)
    began = time.process_time()
    assert (store.count(), store.purge()) == (10_000, 0)
    assert time.process_time() - began < 10
    assert store.stored_bytes > 10_000 * 100


def test_a_count_is_kept_until_another_process_changes_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    store, other = SessionStore(root, DAY_S), SessionStore(root, DAY_S)
    store.prepare()
    session = published(store)
    assert store.count() == 1
    published(other)
    assert store.count() == 2  # though the clock of the disk may not have ticked meanwhile
    os.utime(root, ns=(0, 1))
    assert store.count() == 2
    (root / str(uuid.uuid4())).mkdir()
    os.utime(root, ns=(0, 1))
    assert store.count() == 2  # nobody looked, because nothing seems to have changed
    other.delete(session.id)
    assert store.count() == 2


def test_a_purge_of_ten_thousand_ends_after_its_slice(crowd: tuple[Path, Clock]) -> None:
    root, clock = crowd
    clock.now += DAY_S
    store = SessionStore(root, DAY_S, clock)
    assert store.purge(100) == 100
    assert store.count() == 9_900


# Quotas


def test_a_full_quota_is_told_before_anything_is_written(tmp_path: Path) -> None:
    store = SessionStore(tmp_path / "root", DAY_S, quota=Quota(10**9, 1, 10, 0))
    published(store)
    with pytest.raises(StorageFull):
        store.stage()
    assert list((tmp_path / "root" / ".incoming").iterdir()) == []


def test_a_discarded_upload_and_a_deleted_session_leave_their_room(tmp_path: Path) -> None:
    store = SessionStore(tmp_path / "root", DAY_S, quota=Quota(10**9, 1, 10, 0))
    store.discard(store.stage())
    store.delete(published(store).id)
    assert is_there(store, published(store))


def test_an_owners_quota_counts_sessions_of_before_the_start(tmp_path: Path) -> None:
    def started() -> SessionStore:
        return SessionStore(tmp_path / "root", DAY_S, quota=Quota(10**9, 100, 1, 0))

    before = started()
    before.publish(before.stage("anna"), "a.pdf", drawing(), "anna")
    store = started()
    store.purge()
    with pytest.raises(StorageFull):
        store.stage("anna")
    store.stage("berta")


def test_a_purge_counts_what_has_grown_and_what_another_process_removed(
    store: SessionStore, tmp_path: Path, machine: Machine
) -> None:
    grown, removed = published(store), published(store)
    store.append(grown, Turn("?", "x" * 10_000))
    SessionStore(tmp_path / "root", DAY_S, machine.clock).delete(removed.id)
    store.purge()
    assert store.stored_bytes == sum(file.stat().st_size for file in grown.folder.iterdir())


def test_a_session_of_another_owner_is_not_found(store: SessionStore) -> None:
    session = store.publish(store.stage("anna"), "a.pdf", drawing(), "anna")
    assert store.open(session.id, "anna") == session
    for work in (store.open, store.delete):
        with pytest.raises(SessionNotFound):
            work(session.id, "berta")
    assert not is_there(store, session)


def test_a_failing_disk_is_an_outage_and_no_lost_session(store: SessionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    session = published(store)

    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(private_file, "read", fail)
    with pytest.raises(StorageUnavailable):
        store.open(session.id)


def test_a_cleaner_at_work_makes_sessions_go_and_nothing_fail(store: SessionStore, tmp_path: Path) -> None:
    """Deletes files of sessions at random while others use them: each use works or finds no session."""
    chance = random.Random(1)
    until = time.monotonic() + 2
    outcomes: list[str] = []

    def clean() -> None:
        while time.monotonic() < until:
            with suppress(FileNotFoundError):  # by then
                files = [file for file in (tmp_path / "root").rglob("*") if file.is_file()]
                for file in chance.sample(files, min(2, len(files))):
                    file.unlink()
            time.sleep(0.002)

    def use() -> None:
        while time.monotonic() < until:
            try:
                session = published(store)
                store.append(store.open(session.id), Turn("?", "!"))
                store.history(store.open(session.id))
                store.delete(session.id)
                outcomes.append("done")
            except (SessionNotFound, StorageUnavailable) as error:
                outcomes.append(error.code)

    in_threads(clean, use, use)
    assert set(outcomes) <= {"done", "session_not_found", "storage_unavailable"}
    assert {"done", "session_not_found"} <= set(outcomes)
