from __future__ import annotations

import asyncio
import io
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PIL import Image

import private_file
from drawing import child
from drawing.folder import original
from drawing.rendering import Facts
from drawing.sheet import Box, Part
from drawing.worker import Job, Rlimits
from drawing.workshop import OpenSheet, Workshop
from errors import (
    DecodeTimeout,
    EngineUnavailable,
    FileBeyondLimits,
    PdfEncrypted,
    SessionNotFound,
    UnreadableFile,
    UnsupportedType,
)
from tests import sheets
from tests.factories import limits, settings


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() == before


def children() -> set[str]:
    """The processes below this one, an engine's among them."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


async def opened(folder: Path, content: bytes, **changed: Any) -> OpenSheet:
    original(folder).write_bytes(content)
    workshop = Workshop(settings(folder, **changed))
    drawing = await workshop.survey(folder)
    return workshop.open(folder, drawing, drawing.sheets[0])


async def test_an_open_sheet_knows_its_session(tmp_path: Path) -> None:
    session = tmp_path / "ef0da35f-49a4-41e8-8cab-605f52351b39"
    session.mkdir()
    assert (await opened(session, sheets.pdf())).session_id == session.name


def size_of(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


async def test_overview_of_a_pdf_has_sides_of_whole_image_tokens(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf("A3"))
    width, height = size_of(await desk.picture(Part(desk.sheet.box, 2048 * 1024, multiple=32)))
    assert width % 32 == height % 32 == 0
    assert 0.9 * 2048 * 1024 < width * height <= 2048 * 1024


async def test_region_of_a_pdf_is_drawn_larger_than_its_sheet_pixels(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    assert size_of(await desk.picture(Part(Box(0, 0, 200, 100), 10**7, max_px=1000))) == (1000, 500)


async def test_region_of_a_scan_is_never_enlarged(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.saved(sheets.scan(), "PNG"))
    assert size_of(await desk.picture(Part(Box(0, 0, 200, 100), 10**7, max_px=1000))) == (200, 100)


async def test_the_whole_page_is_drawn_once_for_each_size(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    first = await desk.picture(Part(desk.sheet.box, 1_000_000, multiple=32))
    original(tmp_path).unlink()
    assert await desk.picture(Part(desk.sheet.box, 1_000_000, multiple=32)) == first


async def test_words_are_read_once_and_kept(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    first, meanwhile = await asyncio.gather(desk.read(), desk.read())
    kept = desk.lettering_file.stat().st_mtime_ns
    assert "33,4" in [word.text for word in first.reading.words]
    assert await desk.read() is first is meanwhile
    assert desk.lettering_file.stat().st_mtime_ns == kept


async def test_services_on_one_root_read_a_sheet_once(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    before = children()
    other = replace(desk, workshop=Workshop(settings(tmp_path)))
    readings = [asyncio.create_task(each.read()) for each in (desk, other)]
    most = 0
    while not all(reading.done() for reading in readings):
        most = max(most, len(children() - before))
        await asyncio.sleep(0.005)
    assert most == 1
    assert readings[0].result().reading == readings[1].result().reading


async def test_what_another_service_gave_up_is_read(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    with private_file.lock(original(tmp_path)):
        reading = asyncio.create_task(desk.read())
        await asyncio.sleep(0.3)
        assert not reading.done()
    assert "33,4" in [word.text for word in (await reading).reading.words]


async def test_a_service_that_hangs_is_waited_for_as_long_as_a_reading_may_take(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf(), reading_timeout_s=3)
    with private_file.lock(original(tmp_path)):
        began = time.monotonic()
        assert "33,4" in [word.text for word in (await desk.read()).reading.words]
    assert time.monotonic() - began > 3


async def test_whoever_waits_for_another_service_learns_that_the_session_was_deleted(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    with private_file.lock(original(tmp_path)):
        reading = asyncio.create_task(desk.read())
        await asyncio.sleep(0.05)
        original(tmp_path).unlink()
        with pytest.raises(SessionNotFound):
            await reading


async def test_only_so_many_sheets_are_remembered(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    first = await opened(folders[0], sheets.pdf(), sheets_in_memory=1)
    second = OpenSheet(first.workshop, folders[1], True, first.sheet)
    original(folders[1]).write_bytes(sheets.pdf())
    read = await first.read()
    await second.read()
    assert await first.read() is not read
    assert list(first.workshop._read_sheets) == [first.lettering_file]


async def test_what_was_remembered_of_a_session_goes_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    desk = await opened(folder, sheets.pdf())
    await desk.read()
    shutil.rmtree(folder)
    await desk.workshop.forget_ended()
    assert not desk.workshop._read_sheets


async def test_a_session_deleted_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    desk = await opened(folder, sheets.pdf())
    others = children()
    reading = asyncio.create_task(desk.read())
    while children() == others:  # noqa: ASYNC110 - the child tells nobody that it has begun
        await asyncio.sleep(0.01)
    while children() != others:
        shutil.rmtree(folder, ignore_errors=True)
        await asyncio.sleep(0.01)
    with suppress(SessionNotFound):
        await reading
    assert not desk.workshop._read_sheets


async def in_folders(root: Path, *names: str) -> list[OpenSheet]:
    """The same drawing in several sessions of one workshop."""
    desks: list[OpenSheet] = []
    for name in names:
        (root / name).mkdir()
        desk = await opened(root / name, sheets.pdf())
        desks.append(replace(desk, workshop=desks[0].workshop) if desks else desk)
    return desks


async def test_a_sheet_on_the_desk_knows_its_session(tmp_path: Path) -> None:
    first, second = await in_folders(tmp_path, "ef0da35f", "0c1d2e3f")
    assert (first.session_id, second.session_id) == ("ef0da35f", "0c1d2e3f")


async def test_the_end_of_a_session_tells_the_pictures_that_were_handed_out(tmp_path: Path) -> None:
    (desk,) = await in_folders(tmp_path, "a")
    parts = Part(desk.sheet.box, 1_000_000, multiple=32), Part(Box(0, 0, 200, 100), 10**6)
    shown = [rendering for part in parts for rendering in await desk.renderings(part)]
    assert await desk.workshop.forget_ended() == frozenset()
    shutil.rmtree(desk.folder)
    assert await desk.workshop.forget_ended() == {rendering.facts.key for rendering in shown}
    assert await desk.workshop.forget_ended() == frozenset()


async def test_a_picture_that_another_session_shows_too_is_not_told(tmp_path: Path) -> None:
    first, second = await in_folders(tmp_path, "a", "b")
    for desk in (first, second):
        await desk.renderings(Part(desk.sheet.box, 1_000_000, multiple=32))
    shutil.rmtree(first.folder)
    assert await first.workshop.forget_ended() == frozenset()


@pytest.mark.parametrize("work", ["read", "draw"])
async def test_the_end_of_a_session_ends_the_work_for_it(tmp_path: Path, work: str) -> None:
    (desk,) = await in_folders(tmp_path, "a")
    others = children()
    part = Part(Box(0, 0, 200, 100), 10**6)
    underway = asyncio.create_task(desk.read() if work == "read" else desk.renderings(part))
    while children() == others:  # noqa: ASYNC110 - the child tells nobody that it has begun
        await asyncio.sleep(0.001)
    shutil.rmtree(desk.folder)
    await desk.workshop.forget_ended()
    with pytest.raises(SessionNotFound):
        await underway
    await asyncio.sleep(0)
    assert children() == others


async def test_whoever_waits_for_a_workshop_that_closes_may_try_again(tmp_path: Path) -> None:
    (desk,) = await in_folders(tmp_path, "a")
    waiting = asyncio.create_task(desk.read())
    await asyncio.sleep(0.01)
    await desk.workshop.close()
    with pytest.raises(EngineUnavailable):
        await waiting


async def test_a_picture_is_known_again_without_being_looked_at(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    part = Part(desk.sheet.box, 1_000_000, multiple=32)
    (first,) = await desk.renderings(part)
    desk._kept(part).unlink()
    (again,) = await desk.renderings(part)
    assert again.facts == first.facts
    assert Facts.of(await again.png()) == first.facts


@pytest.mark.parametrize("kept", [b"", b"[]", b"{}", b'["key", "wide", 1]', b"\xff"])
async def test_a_picture_whose_facts_are_damaged_is_looked_at(tmp_path: Path, kept: bytes) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    part = Part(desk.sheet.box, 1_000_000, multiple=32)
    (first,) = await desk.renderings(part)
    desk._kept(part).with_suffix(".json").write_bytes(kept)
    assert (await desk.renderings(part))[0].facts == first.facts


async def test_parts_are_drawn_in_their_order(tmp_path: Path) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    wide, high = Box(0, 0, 400, 200), Box(0, 0, 200, 400)
    drawn = await desk.renderings(Part(wide, 80_000, multiple=32), Part(high, 80_000, multiple=32))
    assert [each.facts.width > each.facts.height for each in drawn] == [True, False]
    assert [size_of(await each.png()) for each in drawn] == [(e.facts.width, e.facts.height) for e in drawn]


@pytest.mark.parametrize(
    "kept", [b"", b"\xff", b"[]", b'{"words": [["33,4", 1, 2]], "complete": true}', b"[" * 100_000]
)
async def test_words_that_were_kept_in_another_shape_are_read_anew(tmp_path: Path, kept: bytes) -> None:
    desk = await opened(tmp_path, sheets.pdf())
    desk.lettering_file.write_bytes(kept)
    assert "33,4" in [word.text for word in (await desk.read()).reading.words]


async def test_words_of_a_deleted_session_are_not_brought_back(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    desk = await opened(folder, sheets.pdf())
    reading = asyncio.create_task(desk.read())
    await asyncio.sleep(0.05)
    folder.rename(tmp_path / "elsewhere")
    await asyncio.gather(reading, return_exceptions=True)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"<svg/>", UnsupportedType),
        (b"%PDF-1.7\n%%EOF", UnreadableFile),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, UnreadableFile),
        (sheets.saved(sheets.scan(800, 566), "PNG")[:3000], UnreadableFile),
        (sheets.saved(sheets.scan(800, 566), "JPEG")[:9000], UnreadableFile),
        (sheets.pdf(password="secret"), PdfEncrypted),
        (sheets.pdf(pages=4), FileBeyondLimits),
    ],
)
async def test_what_is_wrong_with_a_file_crosses_the_process_border(
    tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await opened(tmp_path, content, max_pages=3)


def slow_pdf() -> bytes:
    """A file that keeps a renderer busy for a minute: curves across the page, one over the other."""
    document = pymupdf.open()
    page = document.new_page(width=842, height=595)
    page.insert_text((10, 10), "x")
    curves = (b"0 %d m 842 %d 10 10 842 %d c S\n" % (i % 595, 7 * i % 595, 13 * i % 595) for i in range(400_000))
    document.update_stream(page.get_contents()[0], b"".join(curves))
    return bytes(document.tobytes(deflate=True))


async def test_a_picture_that_takes_too_long_ends_with_its_child(tmp_path: Path) -> None:
    desk = await opened(tmp_path, slow_pdf(), decode_timeout_s=3)
    began = time.perf_counter()
    with pytest.raises(DecodeTimeout):
        await desk.picture(Part(desk.sheet.box, 4_000_000))
    assert time.perf_counter() - began < 6


async def test_too_little_memory_is_an_error_of_the_file_alone(tmp_path: Path) -> None:
    giant = sheets.saved(Image.new("RGB", (9000, 9000)), "PNG", compress_level=1)
    with pytest.raises(DecodeTimeout):
        await opened(tmp_path, giant, child_memory_bytes=700_000_000)


async def test_a_waiter_who_leaves_takes_the_child_along(tmp_path: Path) -> None:
    original(tmp_path).write_bytes(sheets.pdf())
    waiting = asyncio.create_task(Workshop(settings(tmp_path)).survey(tmp_path))
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_the_child_sees_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SECRET", "1")
    (tmp_path / "PIL.py").write_text("raise SystemExit(3)")
    original(tmp_path).write_bytes(sheets.saved(sheets.scan(64, 64), "PNG"))
    job = Job("survey", tmp_path, limits(), Rlimits(3 << 30, 1 << 20, 20))
    outcome = await child.run(job, 20)
    assert outcome.result["kind"] == "raster"


async def test_files_that_the_child_writes_belong_to_the_owner_alone(tmp_path: Path) -> None:
    await opened(tmp_path, sheets.saved(sheets.scan(64, 64), "PNG"))
    assert os.stat(tmp_path / "page-0001.png").st_mode & 0o077 == 0
