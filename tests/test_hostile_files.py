"""What every kind of large, odd, damaged and malicious file is answered with, over HTTP."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from main import create_app
from tests import hostile, sheets
from tests.factories import settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    with TestClient(create_app(settings(tmp_path_factory.mktemp("hostile")))) as made:
        yield reading_nothing(made)


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Has 5 s for a file, which is enough for an honest one on a busy machine."""
    folder = tmp_path_factory.mktemp("hurried")
    with TestClient(create_app(settings(folder, decode_timeout_s=5))) as made:
        yield reading_nothing(made)


def reading_nothing(client: TestClient) -> TestClient:
    """Takes the place in which lettering is read: what is asked here is asked of the decoders."""
    assert client.portal
    client.portal.call(client.app_state["service"].workshop._reading.acquire)
    return client


def upload(client: httpx2.Client, content: bytes) -> httpx2.Response:
    return client.post("/api/upload", files={"file": ("zeichnung", content)})


def shown(client: httpx2.Client, session_id: str, max_px: int = 300) -> httpx2.Response:
    return client.get(f"/api/session/{session_id}/pages/1", params={"max_px": max_px})


@dataclass(frozen=True)
class Taken:
    """A file that opens a session: its first page in px, how many pages, and how bright its picture is (0-255)."""

    make: Callable[[], bytes]
    size: tuple[int, int]
    pages: int = 1
    grey: tuple[float, float] = (200, 255)


TAKEN = {
    "A3 at 300 dpi": Taken(partial(hostile.grey_png, 4961, 3508), (4961, 3508)),
    "70 million pixels": Taken(partial(hostile.grey_png, 9934, 7016), (9934, 7016)),
    "16 bits": Taken(partial(hostile.sixteen_bits, 65_535), (64, 64), grey=(120, 135)),
    "12 bits in 16": Taken(partial(hostile.sixteen_bits, 4_095), (64, 64), grey=(120, 135)),
    "CMYK": Taken(hostile.cmyk_jpeg, (64, 64), grey=(250, 255)),
    "turned by the camera": Taken(hostile.lying_on_its_side, (566, 800)),
    "broken colour profile": Taken(hostile.with_broken_profile, (800, 566)),
    "RGBA": Taken(partial(hostile.transparent, "RGBA"), (64, 64), grey=(255, 255)),
    "LA": Taken(partial(hostile.transparent, "LA"), (64, 64), grey=(255, 255)),
    "transparent palette": Taken(partial(hostile.transparent, "P"), (64, 64), grey=(255, 255)),
    "fax": Taken(hostile.fax, (800, 566)),
    "20 frames of a TIFF": Taken(partial(hostile.frames, "TIFF", 20), (64, 64), pages=20),
    "animated GIF": Taken(partial(hostile.frames, "GIF", 3), (64, 64)),
    "animated WebP": Taken(partial(hostile.frames, "WEBP", 3), (64, 64)),
    "200 pages": Taken(partial(hostile.pages, 200), (2339, 1653), pages=200),
    # Fewer pixels an inch, within the limits of a raster; a picture is drawn at the size that is asked for.
    "page of 5 m": Taken(hostile.giant_page, (13_364, 13_364)),
    "page of 297 m": Taken(hostile.giant_unit, (15_898, 11_234)),
    "owner's password alone": Taken(hostile.owner_locked, (2339, 1654)),
    "image of 400 million pixels in a PDF": Taken(hostile.with_giant_image, (2339, 1653)),
    "20,000 strokes across the page": Taken(hostile.long_strokes, (2339, 1653), grey=(0, 255)),
    "form that asks for a file": Taken(hostile.with_external_entity, (2339, 1654)),
}


@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN.keys())
def test_a_file_that_is_odd_but_honest_is_taken_and_shown(client: httpx2.Client, case: Taken) -> None:
    answer = upload(client, case.make())
    assert answer.status_code == 200, answer.text
    pages = answer.json()["pages"]
    assert (pages[0]["width"], pages[0]["height"], len(pages)) == (*case.size, case.pages)
    picture = shown(client, answer.json()["session_id"])
    assert picture.status_code == 200, picture.text
    grey = np.asarray(Image.open(io.BytesIO(picture.content)).convert("L")).mean()
    assert case.grey[0] <= grey <= case.grey[1]


REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "900 million pixels": (partial(hostile.png_header, 30_000, 30_000), 422, "file_beyond_limits"),
    "180 million pixels": (partial(hostile.png_header, 13_417, 13_417), 422, "file_beyond_limits"),
    "177 million pixels without their data": (partial(hostile.png_header, 13_300, 13_300), 422, "unreadable_file"),
    "longer than 30,000 px": (partial(hostile.png_header, 30_001, 2_000), 422, "file_beyond_limits"),
    "1:200 and thinner": (partial(hostile.png_header, 10_000, 40), 422, "file_beyond_limits"),
    "smaller than an image token": (partial(hostile.png_header, 31, 31), 422, "file_beyond_limits"),
    "21 frames of a TIFF": (partial(hostile.frames, "TIFF", 21), 422, "file_beyond_limits"),
    "1,000 pages": (partial(hostile.pages, 1_000), 422, "file_beyond_limits"),
    "10,000 pages": (partial(hostile.pages, 10_000), 422, "file_beyond_limits"),
    "user's password": (partial(sheets.pdf, password="secret"), 422, "pdf_encrypted"),
    "200,000 nested states": (hostile.nested_states, 422, "unreadable_file"),
    "truncated PDF": (hostile.truncated_pdf, 422, "unreadable_file"),
    "truncated PNG": (lambda: sheets.saved(sheets.scan(800, 566), "PNG")[:3000], 422, "unreadable_file"),
    "truncated JPEG": (lambda: sheets.saved(sheets.scan(800, 566), "JPEG")[:9000], 422, "unreadable_file"),
    "GIF that is a PDF": (hostile.gif_and_pdf, 422, "unreadable_file"),
    "nothing": (bytes, 422, "unreadable_file"),
    "zeros": (lambda: bytes(10_000), 415, "unsupported_type"),
    "SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "unsupported_type"),
    "HTML": (lambda: b"<!doctype html><script>alert(1)</script>", 415, "unsupported_type"),
    "ZIP": (lambda: b"PK\x03\x04" + bytes(100), 415, "unsupported_type"),
    "DXF": (lambda: b"  0\nSECTION\n  2\nHEADER\n", 415, "unsupported_type"),
    "DWG": (lambda: b"AC1032" + bytes(100), 415, "unsupported_type"),
}


@pytest.mark.parametrize(("make", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_read_is_refused(
    client: httpx2.Client, make: Callable[[], bytes], status: int, code: str
) -> None:
    answer = upload(client, make())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_page_that_is_drawn_for_minutes_ends_at_the_deadline(hurried: httpx2.Client) -> None:
    session_id = upload(hurried, hostile.overlapping_curves()).json()["session_id"]
    begun = time.perf_counter()
    answer = shown(hurried, session_id, 2000)
    assert (answer.status_code, answer.json()["code"]) == (422, "decode_timeout")
    assert time.perf_counter() - begun < 12


def test_the_service_goes_on_after_them(client: httpx2.Client, sheet_pdf: bytes) -> None:
    assert upload(client, hostile.nested_states()).status_code == 422
    assert upload(client, sheet_pdf).status_code == 200
