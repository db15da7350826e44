"""The parent against children that do what a decoder that was taken over might do."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from drawing import child
from drawing.folder import original
from drawing.sheet import Box, Part
from drawing.worker import Job, Rlimits
from drawing.workshop import OpenSheet, Workshop
from errors import DecodeTimeout, UnreadableFile
from log_line import Said
from tests import sheets
from tests.factories import limits, settings, sheet


async def forged(code: str) -> Process:
    """An interpreter that reads its job and then does as it likes."""
    program = f"import os, sys, time; sys.stdin.buffer.read()\n{code}"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", program, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )


def job(folder: Path) -> Job:
    return Job("survey", folder, limits(), Rlimits(3 << 30, 1 << 20, 20))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "sys.exit(1)",
        "os.abort()",
        "print('no answer')",
        "sys.stdout.write('a' * 20_000_000)",
        "while True: os.write(1, b'a' * 65_536)",
    ],
)
async def test_a_child_that_gives_no_answer_is_an_unreadable_file(tmp_path: Path, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        await child.run(job(tmp_path), 30, await forged(code))
    assert type(refused.value) is UnreadableFile


async def test_endless_complaints_end_with_the_deadline(tmp_path: Path) -> None:
    with pytest.raises(DecodeTimeout):
        await child.run(job(tmp_path), 1, await forged("while True: os.write(2, b'a' * 65_536)"))


async def test_many_complaints_cost_no_answer(tmp_path: Path) -> None:
    code = """os.write(2, b'a' * 1_000_000); print('{"result": 1}')"""
    assert (await child.run(job(tmp_path), 30, await forged(code))).result == 1


@pytest.mark.parametrize("ending", ["os._exit(0)", "time.sleep(60)"])
async def test_what_a_child_started_ends_with_it(tmp_path: Path, ending: str) -> None:
    note = tmp_path / "grandchild"
    code = f"""
pid = os.fork()
if not pid:
    time.sleep(60)
open({str(note)!r}, "w").write(str(pid))
{ending}"""
    with pytest.raises(DecodeTimeout):
        await child.run(job(tmp_path), 2, await forged(code))
    await until_gone(int(note.read_text()))


async def until_gone(pid: int) -> None:
    end = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "(zombie)" not in status.read_text()


FORGED = "import sys; sys.stdin.buffer.read(); print('{\"result\": %s}')"


@pytest.mark.parametrize("result", ["1", "{}", '{"kind": "pdf", "sheets": []}'])
async def test_a_forged_survey_opens_no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: str) -> None:
    monkeypatch.setattr(child, "BOOT", FORGED % result)
    with pytest.raises(UnreadableFile):
        await Workshop(settings(tmp_path)).survey(tmp_path)


def desk(folder: Path) -> OpenSheet:
    original(folder).write_bytes(sheets.pdf())
    return OpenSheet(Workshop(settings(folder)), folder, True, sheet())


async def test_a_forged_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "BOOT", FORGED % "[3]")
    with pytest.raises(UnreadableFile):
        await desk(tmp_path).picture(Part(Box(0, 0, 100, 100), 10_000))


async def test_forged_lettering_is_refused_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "BOOT", FORGED % '{"words": [["a"]], "complete": true}')
    with pytest.raises(UnreadableFile):
        await desk(tmp_path).read()
    assert not desk(tmp_path).lettering_file.exists()


async def test_a_link_in_place_of_a_kept_picture_is_not_followed(tmp_path: Path) -> None:
    opened = desk(tmp_path)
    (tmp_path / "secret").write_bytes(b"of somebody else")
    part = Part(opened.sheet.box, 100_000)
    opened._kept(part).symlink_to(tmp_path / "secret")
    assert (await opened.picture(part)).startswith(b"\x89PNG")
    assert (tmp_path / "secret").read_bytes() == b"of somebody else"


def test_what_a_decoder_says_is_marked_as_the_files_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        child._outcome(0, b'{"result": 1}\n', b"syntax error: secret\n")
    (said,) = caplog.records[-1].args or ()
    assert isinstance(said, Said)
    assert "secret" in said
