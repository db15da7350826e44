"""A child process that lies: whatever it says is its shape's value or `UnreadableFile`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drawing import answers, lettering
from drawing.folder import original, page_file
from drawing.lettering import Lettering, bounded
from drawing.sheet import Box, Drawing, Word
from errors import DecodeTimeout, FileBeyondLimits, PdfEncrypted, ServiceError, UnreadableFile
from tests import sheets
from tests.factories import drawing, limits

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\xff", b"1", b"null", b"[]", b"{}", b'"error"', b'{"result": NaN}', b'{"result": -Infinity}',
        b"[" * 100_000, b'{"a":' * 100_000, b'{"result": ' + b"9" * 5000 + b"}", b'{"error": 1, "details": {}}',
        b'{"result": "' + b"a" * answers.JSON_BYTES + b'"}',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_unreadable_file(line: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        answers.result_of(line)
    assert type(refused.value) is UnreadableFile


@pytest.mark.parametrize("kind", [PdfEncrypted, DecodeTimeout])
def test_what_a_child_finds_is_raised_without_what_it_adds(kind: type[ServiceError]) -> None:
    line = json.dumps({"error": kind.code, "details": {"status": 200, "detail": "/etc/passwd"}}).encode()
    with pytest.raises(kind) as refused:
        answers.result_of(line)
    assert refused.value.details == {}


@pytest.mark.parametrize("code", ["internal_error", "session_not_found", "storage_full", ""])
def test_a_child_cannot_speak_for_the_rest_of_the_service(code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        answers.result_of(json.dumps({"error": code, "details": {}}).encode())
    assert type(refused.value) is UnreadableFile


@pytest.mark.parametrize(
    "details", [{}, [], {"what": "paper", "value": 1, "limit": 2}, {"what": "pages", "value": "<b>", "limit": 2}]
)
def test_a_limit_with_wrong_numbers_is_an_unreadable_file(details: object) -> None:
    with pytest.raises(UnreadableFile) as refused:
        answers.result_of(json.dumps({"error": FileBeyondLimits.code, "details": details}).encode())
    assert type(refused.value) is UnreadableFile


def test_a_limit_crosses_with_its_numbers() -> None:
    details = {"what": "pages", "value": 3, "limit": 2}
    with pytest.raises(FileBeyondLimits) as refused:
        answers.result_of(json.dumps({"error": FileBeyondLimits.code, "details": details}).encode())
    assert refused.value.details == details


def as_result(drawn: Drawing, **changed: Any) -> Any:
    result = json.loads(json.dumps(asdict(drawn)))
    result["sheets"][0] |= changed
    return result


@pytest.mark.parametrize(
    "changed",
    [
        {"page": 2}, {"page": 0}, {"width": 0}, {"width": -5}, {"height": 1e300}, {"width": 10**12}, {"paper": "<b>"},
        {"dpi": 0}, {"dpi": -1}, {"dpi": float("nan")}, {"dpi": float("inf")}, {"text_source": "guess"},
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFile):
        answers.drawing_of(as_result(drawing(2), **changed), limits())


@pytest.mark.parametrize("pages", [0, 3])
def test_no_page_and_too_many_are_refused(pages: int) -> None:
    with pytest.raises(UnreadableFile):
        answers.drawing_of(asdict(drawing(pages)), limits(max_pages=2))


def test_a_drawing_crosses_unchanged() -> None:
    assert answers.drawing_of(as_result(drawing(2)), limits()) == drawing(2)


@given(JSON)
def test_any_json_is_a_drawing_or_refused(result: Any) -> None:
    with pytest.raises(UnreadableFile):
        answers.drawing_of(result, limits())


PNG = sheets.saved(Image.new("L", (40, 30)), "PNG")


def test_pictures_are_told_apart_by_their_lengths() -> None:
    assert answers.pictures_of([len(PNG)] * 2, PNG * 2, [(40, 30)] * 2) == [PNG, PNG]


@pytest.mark.parametrize(
    ("lengths", "content"),
    [
        ([], b""),
        ([len(PNG) - 1], PNG),
        ([len(PNG), 0], PNG),
        ([len(PNG) + 5, -5], PNG),
        (["a"], PNG),
        ({}, PNG),
        ([20], PNG[:20]),
        ([100], b"<html><script>".ljust(100)),
        ([len(PNG)], sheets.saved(Image.new("L", (41, 30)), "PNG")[: len(PNG)]),
        ([len(PNG)], PNG[:16] + b"\x00\x01\x00\x00" * 2 + PNG[24:]),
    ],
)
def test_pictures_of_another_number_form_or_size_are_refused(lengths: object, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        answers.pictures_of(lengths, content, [(40, 30)])


#: words of a text
TOO_MUCH = [
    (lettering.MOST_WORDS + 1, "a"),
    (lettering.MOST_CHARACTERS // lettering.LONGEST_WORD + 1, "a" * lettering.LONGEST_WORD),
    (1, "a" * (lettering.LONGEST_WORD + 1)),
]


def words(count: int, text: str) -> Lettering:
    return Lettering(tuple(Word(text, Box(0, 0, 5, 5), "ocr") for _ in range(count)))


@pytest.mark.parametrize(("count", "text"), TOO_MUCH)
def test_more_lettering_than_a_sheet_has_is_refused(count: int, text: str) -> None:
    with pytest.raises(UnreadableFile):
        answers.lettering_of(lettering.to_json(words(count, text)))


@pytest.mark.parametrize(("count", "text"), TOO_MUCH)
def test_an_honest_child_leaves_out_what_would_be_refused_and_says_so(count: int, text: str) -> None:
    read = answers.lettering_of(lettering.to_json(bounded(words(count, text))))
    assert not read.complete


@given(JSON)
def test_any_json_is_lettering_or_refused(result: Any) -> None:
    with pytest.raises(UnreadableFile):
        answers.lettering_of(result)


def raster(folder: Path) -> Drawing:
    """What an honest survey of a picture leaves."""
    original(folder).write_bytes(b"1")
    page_file(folder, 1).write_bytes(b"1")
    return Drawing("raster", drawing(1).sheets)


def test_a_folder_with_the_file_and_its_pages_is_taken(tmp_path: Path) -> None:
    answers.check_left(tmp_path, raster(tmp_path))


@pytest.mark.parametrize("name", ["session.json", "lock", "history.jsonl", "picture-0001-1-1-1.png", "page-0002.png"])
def test_a_file_that_nobody_asked_for_refuses_the_upload(tmp_path: Path, name: str) -> None:
    surveyed = raster(tmp_path)
    (tmp_path / name).write_bytes(b"1")
    with pytest.raises(UnreadableFile):
        answers.check_left(tmp_path, surveyed)


@pytest.mark.parametrize("make", [os.symlink, os.link, lambda _, file: os.mkfifo(file), lambda _, file: None])
def test_a_page_that_is_no_file_of_its_own_refuses_the_upload(tmp_path: Path, make: Any) -> None:
    (folder := tmp_path / "session").mkdir()
    surveyed = raster(folder)
    (tmp_path / "secret").write_bytes(b"1")
    page_file(folder, 1).unlink()
    make(tmp_path / "secret", page_file(folder, 1))
    with pytest.raises(UnreadableFile):
        answers.check_left(folder, surveyed)
