"""What a folder has to do before sessions are entrusted to it; where it does not, the service does not start."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_store import SessionStore
from sessions import root_trial
from sessions.root_trial import Mount, RootUnfit, mount_of, try_out
from tests.test_session_store import DAY_S, PROJECT
from tests.test_store_faults import root_only

NFS = "36 27 0:40 / /srv/sessions rw,relatime shared:1 - {kind} nas:/sessions rw,{options}\n"
LINES = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 25 0:27 / /srv rw - tmpfs tmpfs rw,size=24684084k
31 30 0:28 / /srv/two\\040words rw - xfs /dev/vdb rw,attr2
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    SessionStore(tmp_path / "root", DAY_S).prepare()
    return tmp_path / "root"


def test_a_folder_of_this_machine_is_fit_and_nothing_of_the_trial_is_left(root: Path) -> None:
    try_out(root)
    assert list((root / ".incoming").iterdir()) == []


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    place.mkdir(exist_ok=True)
    if subprocess.run(["mount", *options, str(place)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@root_only
def test_memory_is_fit(tmp_path: Path) -> None:
    with mounted(tmp_path / "memory", "-t", "tmpfs", "-o", "size=8m", "tmpfs"):
        SessionStore(tmp_path / "memory", DAY_S).prepare()
        try_out(tmp_path / "memory")
        assert mount_of(tmp_path / "memory" / ".incoming") == Mount("tmpfs", mounts_options(tmp_path / "memory"))


def mounts_options(place: Path) -> frozenset[str]:
    """As the system's own tool says them."""
    told = subprocess.run(["findmnt", "-no", "FS-OPTIONS", str(place)], capture_output=True, text=True, check=True)
    return frozenset(told.stdout.strip().split(","))


@root_only
def test_a_full_disk_is_tried_when_it_has_room_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with mounted(tmp_path / "full", "-t", "tmpfs", "-o", "size=64k", "tmpfs"):
        SessionStore(tmp_path / "full", DAY_S).prepare()
        (tmp_path / "full" / "filler").write_bytes(b"x" * 65_536)
        try_out(tmp_path / "full")
    assert "full" in caplog.text


def test_locks_that_do_not_exclude_are_found_out_by_another_process(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here `flock` says yes and does nothing, as it does with a lock that stays on another machine."""
    monkeypatch.setattr(fcntl, "flock", lambda handle, operation: None)
    with pytest.raises(RootUnfit, match="two processes"):
        try_out(root)


@pytest.mark.parametrize(
    ("module", "call", "code", "why"),
    [
        (fcntl, "flock", errno.ENOLCK, "does not allow flock (No locks available)"),
        (os, "fsync", errno.EINVAL, "does not allow fsync (Invalid argument)"),
        (os, "rename", errno.EPERM, "does not allow a folder to be renamed (Operation not permitted)"),
        (os, "replace", errno.EBUSY, "does not allow a file to be replaced by a rename (Device or resource busy)"),
    ],
)
def test_what_the_folder_refuses_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch, module: object, call: str, code: int, why: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(module, call, refuse)
    with pytest.raises(RootUnfit) as refused:
        try_out(root)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "ext4"), ("/home/x", "ext4"), ("/srv", "tmpfs"), ("/srv2", "ext4"), ("/srv/two words/sessions", "xfs")],
)
def test_the_deepest_mount_is_the_folders(folder: str, kind: str) -> None:
    mount = mount_of(Path(folder), LINES)
    assert mount is not None
    assert mount.kind == kind


def test_a_mount_over_another_hides_it() -> None:
    mount = mount_of(Path("/srv/sessions"), LINES + NFS.format(kind="nfs4", options="vers=4.2"))
    assert mount == Mount("nfs4", frozenset({"rw", "vers=4.2"}))


@pytest.mark.parametrize(
    ("kind", "options", "fit"),
    [
        ("nfs4", "vers=4.2,hard,local_lock=none", True),
        ("nfs", "vers=3,hard,local_lock=none", True),
        ("nfs", "vers=3,hard,local_lock=posix", True),  # of fcntl alone: flock still travels
        ("nfs", "vers=3,nolock,local_lock=all", False),
        ("nfs", "vers=3,local_lock=flock", False),
        ("cifs", "vers=3.1.1,nobrl", False),
        ("lustre", "localflock", False),
        ("lustre", "flock", True),
        ("ext4", "discard", True),
    ],
)
def test_a_mount_that_keeps_locks_to_itself_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, options: str, fit: bool
) -> None:
    """With what the kernel says of such a mount; whether a server across the wire keeps its word is not seen here."""
    line = NFS.format(kind=kind, options=options).replace("/srv/sessions", str(tmp_path))
    monkeypatch.setattr(root_trial, "MOUNTS", tmp_path / "mountinfo")
    (tmp_path / "mountinfo").write_text(LINES + line)
    if fit:
        try_out(root)
        return
    with pytest.raises(RootUnfit, match="locks hold on this machine alone"):
        try_out(root)


def test_a_folder_of_which_nobody_knows_is_warned_of(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(root_trial, "MOUNTS", tmp_path / "mountinfo")
    (tmp_path / "mountinfo").write_text(NFS.format(kind="fuse.sshfs", options="rw").replace("/srv/sessions", "/"))
    try_out(root)
    assert "fuse.sshfs" in caplog.text


def test_an_unfit_folder_stops_the_start_with_the_name_of_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    env = os.environ | {"QWEN_SESSION_DIR": str(tmp_path / "file" / "root"), "QWEN_ENGINE": "embedded"}
    ended = subprocess.run(
        [sys.executable, "main.py"], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert f"Wrong setting: QWEN_SESSION_DIR={tmp_path}/file/root: Not a directory" in ended.stderr
    assert "Traceback" not in ended.stderr
