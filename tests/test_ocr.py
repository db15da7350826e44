"""Lettering read from pictures of sheets that are drawn here."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray

from drawing.lettering import Lettering
from drawing.recognition import ocr, ocr_models, ocr_strips
from drawing.sheet import PAPER_MM, Box, Word

Picture = NDArray[np.uint8]
POINTS_PER_MM = 72 / 25.4

#: What stands on the sheet: left end of the baseline in mm from the top left, direction, text.
LETTERING = (
    (30, 40, 0, "70,50"),
    (30, 60, 0, "Ø25 H7"),
    (30, 80, 0, "4x M8x1.25-6H"),
    (30, 100, 0, "7,14 ±0,02"),
    (30, 120, 0, "Ra 1,6"),
    (100, 40, 0, "11,00"),
    (122, 40, 0, "20,00"),
    (100, 60, 0, "R5"),
    (100, 80, 0, "Oberflächengüte"),
    (100, 100, 0, "8"),
    (60, 160, 90, "127,55"),
    (80, 160, 90, "33,4"),
    (100, 160, 45, "R10,00"),
    (150, 130, 315, "R12,50"),
    (30, 180, 0, "18,48"),
    (45, 178, 0, "+0,10"),
    (45, 182.5, 0, "-0,03"),
    (30, 220, 0, "Alle nicht bemaßten Kanten sind gratfrei, Rundungen R0,5 nach Wahl des Herstellers"),
    (30, 240, 0, "02.08.2020"),
    (80, 240, 0, "08"),
    (100, 240, 0, "Ø8"),
    (30, 260, 0, "2x Ø4,80"),
    (70, 260, 0, "(Ø12)"),
    (60, 120, 0, "Ø 63"),
    (160, 60, 0, "Ø38,5"),
    (160, 80, 0, "0,5"),
)


@dataclass
class Page:
    """A drawn page as a picture of `dpi`, with the tiles that OCR asks for."""

    picture: Picture

    def tile(self, region: Box, zoom: float) -> Picture:
        height, width = self.picture.shape
        part = region.clamped(width, height)
        cut = self.picture[round(part.y1) : round(part.y2), round(part.x1) : round(part.x2)]
        size = max(1, round(part.width * zoom)), max(1, round(part.height * zoom))
        return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)

    def read(self, dpi: float | None = 200, deadline_s: float = 60) -> Lettering:
        height, width = self.picture.shape
        return ocr.read(self.tile, width, height, dpi, deadline_s)


def drawn(
    lettering: tuple[tuple[float, float, int, str], ...], width_mm: float, height_mm: float, dpi: int = 200
) -> Page:
    """A sheet with a frame, a circle and `lettering` 3.5 mm high (DIN EN ISO 3098-1)."""
    page = pymupdf.open().new_page(width=width_mm * POINTS_PER_MM, height=height_mm * POINTS_PER_MM)
    page.draw_rect(pymupdf.Rect(20, 20, page.rect.width - 20, page.rect.height - 20))
    page.draw_circle(page.rect.br - (150, 150), 60)
    for x, y, degrees, text in lettering:
        point = pymupdf.Point(x, y) * POINTS_PER_MM
        page.insert_text(point, text, fontsize=13.5, morph=(point, pymupdf.Matrix(degrees)))
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
    return Page(np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride))


@pytest.fixture(scope="module")
def words() -> tuple[Word, ...]:
    """The words of an A4 at 200 dpi."""
    return drawn(LETTERING, 210, 297).read().words


def at(words: tuple[Word, ...], x_mm: float, y_mm: float) -> Word:
    """The word over a point of the paper at 200 dpi."""
    x, y = x_mm / 25.4 * 200, y_mm / 25.4 * 200
    return next(word for word in words if word.box.contains(x, y))


def texts(words: tuple[Word, ...]) -> set[str]:
    return {word.text for word in words}


@pytest.mark.parametrize("text", ["70,50", "4x", "M8x1.25-6H", "7,14", "±0,02", "Ra", "1,6", "R5", "H7"])
def test_callouts_are_read(words: tuple[Word, ...], text: str) -> None:
    assert text in texts(words)


@pytest.mark.parametrize("text", ["Oberflächengüte", "bemaßten", "gratfrei,", "Rundungen", "Herstellers"])
def test_german_words_are_read(words: tuple[Word, ...], text: str) -> None:
    assert text in texts(words)


@pytest.mark.parametrize("text", ["Ø25", "Ø8", "Ø4,80", "(Ø12)", "Ø63", "Ø38,5"])
def test_a_diameter_sign_is_no_zero(words: tuple[Word, ...], text: str) -> None:
    assert text in texts(words)


@pytest.mark.parametrize("text", ["02.08.2020", "08", "0,5"])
def test_a_zero_is_no_diameter_sign(words: tuple[Word, ...], text: str) -> None:
    assert text in texts(words)


def test_a_lone_digit_is_read(words: tuple[Word, ...]) -> None:
    assert at(words, 101, 98.5).text == "8"


@pytest.mark.parametrize(("x", "text"), [(59, "127,55"), (79, "33,4")])
def test_a_vertical_dimension_is_one_word_that_reads_upward(words: tuple[Word, ...], x: float, text: str) -> None:
    word = at(words, x, 157)
    assert (word.text, word.direction) == (text, 90)


@pytest.mark.parametrize(("text", "direction"), [("R10,00", 45), ("R12,50", 315)])
def test_oblique_lettering_is_read_in_its_direction(words: tuple[Word, ...], text: str, direction: int) -> None:
    (word,) = (word for word in words if word.text == text)
    assert word.direction == pytest.approx(direction, abs=3)


FALLING = (
    (20, 20, 285, "Ø6.15"),
    (45, 20, 270, "±0,75"),
    (70, 20, 278, "M6x1,25"),
    (20, 60, 90, "61,67"),
    (45, 60, 90, "R49"),
    (70, 60, 90, "98"),
)


@pytest.fixture(scope="module")
def falling() -> tuple[Word, ...]:
    return drawn(FALLING, 105, 74).read().words


@pytest.mark.parametrize(("text", "direction"), [(text, direction) for _, _, direction, text in FALLING])
def test_steep_lettering_is_read_the_right_way_up(falling: tuple[Word, ...], text: str, direction: int) -> None:
    (word,) = (word for word in falling if word.text == text)
    assert word.direction == pytest.approx(direction, abs=3)


@pytest.mark.parametrize(("y", "text"), [(177, "+0,10"), (181.5, "-0,03")])
def test_stacked_deviations_are_two_words(words: tuple[Word, ...], y: float, text: str) -> None:
    assert at(words, 50, y).text == text


def test_two_numbers_on_one_line_stay_apart(words: tuple[Word, ...]) -> None:
    assert {"11,00", "20,00"} <= texts(words)


def test_a_box_holds_its_lettering(words: tuple[Word, ...]) -> None:
    (word,) = (word for word in words if word.text == "70,50")
    millimetres = [side / 200 * 25.4 for side in (word.box.x1, word.box.y1, word.box.x2, word.box.y2)]
    assert millimetres == pytest.approx([30, 36.5, 42, 40.5], abs=1)


def test_geometry_is_not_read(words: tuple[Word, ...]) -> None:
    printed = {word for *_, text in LETTERING for word in text.replace("Ø 63", "Ø63").split()}
    assert texts(words) <= printed


def test_every_word_says_that_it_was_read_by_ocr(words: tuple[Word, ...]) -> None:
    assert {word.source for word in words} == {"ocr"}


NOTE = (
    (20, 20, 0, "Gehäuse 33,40"),
    (20, 35, 0, "4x M6"),
    (60, 60, 90, "21,5"),
    (20, 60, 0, "Gewicht: 1,2 kg"),
)


@pytest.fixture(scope="module")
def note() -> Page:
    return drawn(NOTE, 105, 74)


@pytest.fixture(scope="module", params=["skew and noise", "black and white", "100 dpi"])
def scan(request: pytest.FixtureRequest) -> tuple[Word, ...]:
    dpi = 100 if request.param == "100 dpi" else 200
    picture = drawn(NOTE, 105, 74, dpi).picture
    if request.param == "skew and noise":
        height, width = picture.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.7, 1)
        noise = np.random.default_rng(0).normal(0, 18, picture.shape)
        picture = cv2.warpAffine(picture, turn, (width, height), borderValue=255)
        picture = np.clip(cv2.GaussianBlur(picture, (3, 3), 0) + noise, 0, 255).astype(np.uint8)
    if request.param == "black and white":
        picture = np.where(picture < 128, 0, 255).astype(np.uint8)
    return Page(picture).read(dpi).words


def test_scans_are_read(scan: tuple[Word, ...]) -> None:
    assert texts(scan) >= {"Gehäuse", "33,40", "4x", "M6", "21,5", "Gewicht:", "1,2", "kg"}


def test_lettering_of_a_skewed_scan_runs_along_the_axis(scan: tuple[Word, ...]) -> None:
    assert {word.direction for word in scan} == {0, 90}


@pytest.mark.parametrize("dpi", [None, 72, 300])
def test_a_wrong_or_missing_resolution_does_no_harm(note: Page, dpi: float | None) -> None:
    assert texts(note.read(dpi).words) >= {"Gehäuse", "33,40", "21,5"}


@pytest.mark.parametrize(
    ("size", "dpi"),
    [
        ((256, 256), 48),
        ((1654, 2339), 200),
        ((3508, 2480), 300),
        ((3307, 2339), 200),
        ((9362, 6622), 200),
        ((4000, 3000), 242),
    ],
)
def test_the_resolution_of_a_raster_is_guessed_from_its_size(size: tuple[int, int], dpi: float) -> None:
    assert ocr_strips.resolution(*size, None) == pytest.approx(dpi, abs=1)


def test_without_time_the_reading_is_empty_and_says_so(note: Page) -> None:
    reading = note.read(deadline_s=0)
    assert (reading.words, reading.complete) == ((), False)


def test_with_time_the_reading_is_complete(note: Page) -> None:
    assert note.read().complete


def test_a_white_sheet_has_no_words() -> None:
    assert Page(np.full((400, 600), 255, np.uint8)).read() == Lettering((), True)


CHILD = """
import json, re, resource, socket, sys
from pathlib import Path

resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
socket.socket = None
import numpy as np
from drawing.recognition import ocr
from drawing.recognition import ocr_strips
from drawing.lettering import Lettering
from tests.test_ocr import Page

picture = np.load(sys.argv[1])
reading = Page(picture).read()
# Not ru_maxrss, which begins with what the parent had.
peak_mb = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"words": [word.text for word in reading.words], "peak_mb": peak_mb}))
"""


@pytest.fixture(scope="module")
def a3(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a process with 3 GiB of address space and no network makes of an A3."""
    height_mm, width_mm = PAPER_MM["A3"]
    page = drawn((*LETTERING, (140, 200, 0, SENTENCE)), width_mm, height_mm)
    file = tmp_path_factory.mktemp("a3") / "a3.npy"
    np.save(file, page.picture)
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", CHILD, file], cwd=root, capture_output=True, text=True, check=True)
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_an_a3_is_read_within_the_memory_of_a_child_process(a3: dict[str, object]) -> None:
    assert isinstance(a3["peak_mb"], float) and a3["peak_mb"] < 1100


SENTENCE = "Werkstückkanten nach DIN ISO 13715, Allgemeintoleranz ISO 2768-mK"


def test_a_line_across_the_seam_of_two_tiles_is_whole(a3: dict[str, object]) -> None:
    read = a3["words"]
    assert isinstance(read, list) and [word for word in SENTENCE.split() if word not in read] == []


def test_the_recogniser_reports_to_nobody_and_leaves_nothing_at_home(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent.parent)!r})\n"
    code += "from drawing.recognition import ocr_models; ocr_models.recogniser()"
    subprocess.run([sys.executable, "-I", "-c", code], env={"HOME": str(tmp_path)}, check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_bare_paper_is_not_searched() -> None:
    without_its_network = object.__new__(ocr_models.Detector)
    assert not without_its_network.scores(np.full((64, 96), 255, np.uint8)).any()
