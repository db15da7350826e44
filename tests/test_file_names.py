"""A file's name is shown and logged, and nothing else: it cannot leave its folder, its line or its direction."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

import httpx2
import pytest

from tests.wire import form

#: as sent → as shown
NAMES: dict[bytes, str] = {
    b"../../etc/passwd.png": "passwd.png",
    b"..\\\\..\\\\windows\\\\system.ini": "system.ini",
    b"/etc/cron.d/job": "job",
    b"..": "..",
    b"": "drawing",
    b"a\x00.png": "a .png",
    "plan\u202egnp.exe".encode(): "plan gnp.exe",
    b"a\nINFO - Uploaded b.pdf": "a INFO - Uploaded b.pdf",
    b"a\r\n\r\nb.pdf": '"a',
    b"a%0AINFO - Uploaded b.pdf": "a%0AINFO - Uploaded b.pdf",
    b"a\x1b[31m\x85\x08.pdf": "a [31m .pdf",
    "Flansch_Ø70 – Ausgabe 2.pdf".encode(): "Flansch_Ø70 – Ausgabe 2.pdf",
    b"<script>alert(1)</script>.pdf": "script>.pdf",
}


def upload(client: httpx2.Client, name: bytes, content: bytes) -> httpx2.Response:
    body = form((b'name="file"; filename="' + name + b'"', content))
    return client.post("/api/upload", content=body, headers={"content-type": "multipart/form-data; boundary=b"})


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_without_what_could_hurt(
    client: httpx2.Client, root: Path, sheet_pdf: bytes, caplog: pytest.LogCaptureFixture, name: bytes
) -> None:
    outside = files(root.parent) - files(root)
    with caplog.at_level(logging.INFO, "drawing_service"):
        answer = upload(client, name, sheet_pdf)
    assert (answer.status_code, answer.json().get("filename")) == (200, NAMES[name])
    lines = [line for line in caplog.text.splitlines() if "Uploaded" in line]
    assert len(lines) == 1
    assert f"Uploaded {NAMES[name]} - Session: " in lines[0]
    assert files(root.parent) - files(root) == outside


def test_a_name_of_several_kilobytes_is_shown_in_120_characters(client: httpx2.Client, sheet_pdf: bytes) -> None:
    answer = upload(client, b"x" * 3000 + b".pdf", sheet_pdf)
    assert answer.status_code == 200
    assert len(answer.json()["filename"]) == 120


def test_a_name_of_10_kilobytes_is_refused(client: httpx2.Client, sheet_pdf: bytes) -> None:
    answer = upload(client, b"x" * 10_000, sheet_pdf)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_what_is_stored_has_names_of_our_own(client: httpx2.Client, root: Path, sheet_pdf: bytes) -> None:
    session_id = upload(client, b"evil.sh", sheet_pdf).json()["session_id"]
    assert not [path for path in files(root / session_id) if "evil" in path.name]


def test_the_answer_has_no_control_characters(client: httpx2.Client, sheet_pdf: bytes) -> None:
    every = "".join(map(chr, (*range(0x20), 0x7F, 0x200B, 0x200E, 0x202A, 0x2028, 0x2066, 0xFEFF))).replace("\r", "")
    shown = upload(client, every.replace("\n", "").encode() + b"a.pdf", sheet_pdf).json()["filename"]
    assert not [c for c in shown if unicodedata.category(c)[0] == "C"]
