from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.element import Element
from drawing.folder import original
from drawing.sheet import Box, Part
from errors import SessionBusy, SessionNotFound, StorageFull
from session_store import Session, SessionStore
from sessions.turn import Memory, SeenPart, Turn
from tests.factories import drawing

DAY_S = 86_400.0
PROJECT = Path(__file__).parent.parent

#: Another process that takes a lock, says so, and keeps it.
HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
time.sleep(60)
"""


class Clock:
    """Seconds since the epoch, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> SessionStore:
    made = SessionStore(tmp_path / "root", DAY_S, clock)
    made.prepare()
    return made


def published(store: SessionStore, content: bytes = b"%PDF-1.7") -> Session:
    staged = store.stage()
    store.write(original(staged), io.BytesIO(content))
    return store.publish(staged, "flansch.pdf", drawing(2))


def test_a_published_session_is_found_again(store: SessionStore) -> None:
    session = published(store)
    assert store.open(session.id) == session


def test_a_session_survives_the_process(store: SessionStore, tmp_path: Path, clock: Clock) -> None:
    session = published(store)
    found = Element("Ø35", "dimension", Box(5, 6, 7, 8), 2, "model")
    turn = Turn("Frage", "Antwort", 2, 5.0, region=Box(1, 2, 3, 4), elements=(found,))
    store.append(session, turn)
    again = SessionStore(tmp_path / "root", DAY_S, clock)
    assert again.open(session.id).drawing == drawing(2)
    assert again.history(session) == (turn,)


def test_who_works_for_another_process_does_not_ask_whose_a_session_is(store: SessionStore) -> None:
    staged = store.stage("anna")
    store.write(original(staged), io.BytesIO(b"%PDF-1.7"))
    session = store.publish(staged, "flansch.pdf", drawing(2), "anna")
    assert store.open_whosever(session.id) == session
    store.delete(session.id, "anna")
    with pytest.raises(SessionNotFound):
        store.open_whosever(session.id)


def test_what_is_staged_is_no_session(store: SessionStore) -> None:
    staged = store.stage()
    with pytest.raises(SessionNotFound):
        store.open(staged.name)
    assert store.count() == 0


@pytest.mark.parametrize(
    "session_id",
    ["", "..", "../root", ".incoming", "abc", "\x00", str(uuid.uuid4()), str(uuid.uuid1()), str(uuid.uuid4()).upper()],
)
def test_malformed_and_unknown_ids_look_the_same(store: SessionStore, session_id: str) -> None:
    with pytest.raises(SessionNotFound):
        store.open(session_id)


def test_a_link_is_no_session(store: SessionStore, tmp_path: Path) -> None:
    session = published(store)
    other = str(uuid.uuid4())
    (tmp_path / "root" / other).symlink_to(session.folder)
    with pytest.raises(SessionNotFound):
        store.open(other)


@pytest.mark.parametrize("damage", [b"", b"null", b"{", b'{"id": 3}', b"\xff\xfe", b'{"created_at": NaN}'])
def test_a_damaged_session_is_not_found(store: SessionStore, damage: bytes) -> None:
    session = published(store)
    (session.folder / "session.json").write_bytes(damage)
    with pytest.raises(SessionNotFound):
        store.open(session.id)


def test_a_session_ends_a_day_after_its_upload(store: SessionStore, clock: Clock) -> None:
    session = published(store)
    clock.now += DAY_S - 1
    store.open(session.id)
    clock.now += 1
    with pytest.raises(SessionNotFound):
        store.open(session.id)


def test_purge_removes_what_has_ended_and_nothing_else(store: SessionStore, clock: Clock) -> None:
    old = published(store)
    clock.now += DAY_S / 2
    young = published(store)
    clock.now += DAY_S / 2
    assert store.purge() == 1
    assert (old.folder.exists(), young.folder.exists()) == (False, True)


async def test_purge_leaves_a_session_in_use(store: SessionStore, clock: Clock) -> None:
    session = published(store)
    clock.now += DAY_S
    async with store.locked(session, 1):
        assert await asyncio.to_thread(store.purge) == 0
    assert store.purge() == 1


def test_purge_clears_what_a_crash_left(store: SessionStore, tmp_path: Path) -> None:
    staged = SessionStore(tmp_path / "root", DAY_S).stage()
    trash = tmp_path / "root" / ".trash" / "x"
    trash.mkdir()
    os.utime(staged, (0, 0))
    store.purge()
    assert (staged.exists(), trash.exists()) == (False, False)


def test_purge_leaves_the_stranger_in_the_root_alone(store: SessionStore, tmp_path: Path, clock: Clock) -> None:
    stranger = tmp_path / "root" / "notes.txt"
    stranger.write_text("mine")
    clock.now += 10 * DAY_S
    store.purge()
    assert stranger.exists()


def test_only_one_process_purges(store: SessionStore, tmp_path: Path, clock: Clock) -> None:
    published(store)
    clock.now += DAY_S
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "root" / ".purge.lock")], stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        other.stdout.readline()
        assert store.purge() == 0
        other.kill()
    assert store.purge() == 1


def test_delete_removes_everything_and_counts_the_bytes(store: SessionStore, tmp_path: Path) -> None:
    session = published(store, b"x" * 5000)
    store.append(session, Turn("Frage", "Antwort"))
    there = sum(file.stat().st_size for file in session.folder.iterdir())
    assert store.delete(session.id) == there > 5000
    assert [p.name for p in (tmp_path / "root").rglob("*")] == [".incoming", ".trash"] or not session.folder.exists()
    with pytest.raises(SessionNotFound):
        store.delete(session.id)


def test_a_turn_after_the_deletion_brings_nothing_back(store: SessionStore) -> None:
    session = published(store)
    store.delete(session.id)
    with pytest.raises(SessionNotFound):
        store.append(session, Turn("Frage", "Antwort"))
    assert not session.folder.exists()


def test_a_torn_line_costs_that_turn_alone(store: SessionStore) -> None:
    session = published(store)
    store.append(session, Turn("eins", "1"))
    with (session.folder / "history.jsonl").open("ab") as file:
        file.write(b'{"question": "zwei", "ans')
    store.append(session, Turn("drei", "3"))
    assert [turn.question for turn in store.history(session)] == ["eins", "drei"]


def test_what_an_engine_keeps_of_a_turn_is_found_again(store: SessionStore) -> None:
    session = published(store)
    seen = SeenPart(Part(Box(0, 0, 10, 10), 1024, multiple=32), "key", 256, 256)
    turn = Turn("eins", "1", memory=Memory("tiny", (1, 2, 3), (seen,), left_out=4))
    store.append(session, turn)
    assert store.history(session) == (turn,)


@pytest.mark.parametrize("memory", ["[]", '{"tokens": "abc"}', '"?"'])
def test_a_memory_in_another_shape_leaves_the_turn_in_words(store: SessionStore, memory: str) -> None:
    session = published(store)
    line = f'{{"question": "eins", "answer": "1", "memory": {memory}}}\n'
    (session.folder / "history.jsonl").write_text(line)
    assert store.history(session) == (Turn("eins", "1"),)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
@settings(max_examples=20, deadline=None)
def test_history_keeps_every_character(tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[str, str]]) -> None:
    store = SessionStore(tmp_path_factory.mktemp("store"), DAY_S)
    store.prepare()
    session = published(store)
    storable = [(q, a) for q, a in turns if not _has_lone_surrogate(q + a)]
    for question, answer in storable:
        store.append(session, Turn(question, answer))
    assert [(turn.question, turn.answer) for turn in store.history(session)] == storable


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def test_files_belong_to_their_owner_alone(store: SessionStore, tmp_path: Path) -> None:
    session = published(store)
    store.append(session, Turn("Frage", "Antwort"))
    root = tmp_path / "root"
    modes = {path.stat().st_mode & 0o777 for path in [root, *root.rglob("*")]}
    assert modes == {0o700, 0o600}


@pytest.mark.parametrize("make", [lambda root: root.symlink_to("/tmp"), lambda root: root.write_text("")])
def test_a_root_that_is_not_a_folder_of_ours_is_refused(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "root")
    with pytest.raises((PermissionError, FileExistsError)):
        SessionStore(tmp_path / "root", DAY_S).prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_root_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    os.chown(tmp_path / "root", 12345, 12345)
    with pytest.raises(PermissionError):
        SessionStore(tmp_path / "root", DAY_S).prepare()


async def test_chats_on_one_session_take_turns(store: SessionStore) -> None:
    session = published(store)
    inside: list[str] = []

    async def chat(name: str) -> None:
        async with store.locked(session, 5):
            inside.append(f"{name} in")
            await asyncio.sleep(0.05)
            inside.append(f"{name} out")

    await asyncio.gather(chat("a"), chat("b"))
    assert inside in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def test_who_waits_too_long_is_told(store: SessionStore) -> None:
    session = published(store)
    async with store.locked(session, 1):
        with pytest.raises(SessionBusy):
            async with store.locked(session, 0.1):
                pass


async def test_two_processes_take_turns_too(store: SessionStore) -> None:
    session = published(store)
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(session.folder / "lock"), stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    with pytest.raises(SessionBusy):
        async with store.locked(session, 0.2):
            pass
    other.kill()
    await other.wait()
    async with store.locked(session, 1):
        pass


def test_many_threads_write_one_history(store: SessionStore) -> None:
    session = published(store)

    def write(name: int) -> None:
        for number in range(20):
            store.append(session, Turn(f"{name}-{number}", ""))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.history(session)) == 80


CREATE_FOR_EVER = """
import io, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from drawing.folder import original
from session_store import SessionStore
from tests.factories import drawing
store = SessionStore(Path(sys.argv[1]), 86400.0)
store.prepare()
print(flush=True)
while True:
    staged = store.stage()
    store.write(original(staged), io.BytesIO(b"x" * 100_000))
    store.publish(staged, "a.pdf", drawing())
"""


@pytest.mark.parametrize("after_s", [0.05, 0.11, 0.17])
def test_a_kill_at_any_moment_leaves_no_half_session(tmp_path: Path, after_s: float) -> None:
    root = tmp_path / "root"
    command = [sys.executable, "-c", CREATE_FOR_EVER, str(root), str(PROJECT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        maker.stdout.readline()
        time.sleep(after_s)
        maker.send_signal(signal.SIGKILL)
    store = SessionStore(root, DAY_S)
    store.prepare()
    for folder in root.iterdir():
        if not folder.name.startswith("."):
            session = store.open(folder.name)
            assert original(session.folder).stat().st_size == 100_000


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "small"
    root.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(root)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        store = SessionStore(root, DAY_S)
        store.prepare()
        staged = store.stage()
        with pytest.raises(StorageFull):
            store.write(original(staged), io.BytesIO(b"x" * 2_000_000))
        store.discard(staged)
        assert published(store).folder.exists()
    finally:
        subprocess.run(["umount", str(root)], check=True)
