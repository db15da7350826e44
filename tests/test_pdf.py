from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawing import pdf
from drawing.sheet import Box, Drawing
from errors import FileBeyondLimits, PdfEncrypted, UnreadableFile
from tests import hostile, sheets
from tests.factories import limits


def survey(folder: Path, content: bytes, **changed: Any) -> Drawing:
    return pdf.survey(written(folder, content), folder, limits(**changed), straighten_until=0.0)


def written(folder: Path, content: bytes) -> Path:
    file = folder / "original.bin"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("paper", "width", "height"),
    [("A4", 2339, 1654), ("A3", 3307, 2339), ("A2", 4677, 3307), ("A1", 6622, 4677), ("A0", 9362, 6622)],
)
def test_sheets_measure_two_hundred_pixels_an_inch(tmp_path: Path, paper: str, width: int, height: int) -> None:
    (sheet,) = survey(tmp_path, sheets.pdf(paper)).sheets
    assert (sheet.paper, sheet.width, sheet.height, sheet.text_source) == (paper, width, height, "text_layer")


def test_every_page_is_a_sheet(tmp_path: Path) -> None:
    assert [s.page for s in survey(tmp_path, sheets.pdf(pages=3)).sheets] == [1, 2, 3]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("user_unit", [1.0, 2.0])
def test_words_lie_on_their_ink_however_the_page_is_turned(tmp_path: Path, rotate: int, user_unit: float) -> None:
    file = written(tmp_path, sheets.pdf(rotate=rotate, user_unit=user_unit))
    (sheet,) = pdf.survey(file, tmp_path, limits(), straighten_until=0.0).sheets
    with pdf.open_document(file) as document:
        page = pdf.PdfPage(document[0], sheet)
        word = next(w for w in page.text_layer() if w.text == "33,4")
        ink = page.tile(word.box, 1.0) < 128
        whole = page.tile(sheet.box, 1.0) < 128
    assert sheet.paper == "A4"
    assert ink.mean() > 0.05
    around = whole[int(word.box.y1) - 12 : int(word.box.y2) + 12, int(word.box.x1) - 12 : int(word.box.x2) + 12]
    assert ink.sum() >= 0.95 * around.sum()


def test_user_unit_enlarges_the_paper(tmp_path: Path) -> None:
    (sheet,) = survey(tmp_path, sheets.pdf("A3", user_unit=4.0)).sheets
    assert (sheet.paper, sheet.width) == ("A3", 3307)


def test_giant_pages_get_fewer_pixels_an_inch(tmp_path: Path) -> None:
    (sheet,) = survey(tmp_path, sheets.pdf("A0"), max_pixels=1_000_000).sheets
    assert sheet.width * sheet.height <= 1_000_000
    assert sheet.dpi is not None and sheet.dpi < 30


def test_encrypted_pdf_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(PdfEncrypted):
        survey(tmp_path, sheets.pdf(password="secret"))


def test_owner_password_alone_does_not_lock_a_pdf(tmp_path: Path) -> None:
    assert len(survey(tmp_path, sheets.pdf(password="")).sheets) == 1


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBeyondLimits):
        survey(tmp_path, sheets.pdf(pages=3), max_pages=2)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 4000])
def test_rubble_is_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        survey(tmp_path, content)


def test_a_file_that_breaks_off_is_refused_although_it_could_be_mended(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        survey(tmp_path, hostile.truncated_pdf())


@pytest.mark.parametrize("rubble", [(b"\n\r\n", b""), (b"", b"\x00" * 3000), (b"ESC%-12345X\n", b"\n<html></html>\n")])
def test_a_whole_file_between_rubble_is_read(tmp_path: Path, rubble: tuple[bytes, bytes]) -> None:
    assert len(survey(tmp_path, rubble[0] + sheets.pdf() + rubble[1]).sheets) == 1


def test_a_wrong_table_of_contents_is_mended(tmp_path: Path) -> None:
    table = sheets.pdf().replace(b"startxref\n", b"startxref\n9")
    assert len(survey(tmp_path, table).sheets) == 1


def test_regions_are_drawn_at_the_resolution_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, sheets.pdf())
    (sheet,) = pdf.survey(file, tmp_path, limits(), straighten_until=0.0).sheets
    with pdf.open_document(file) as document:
        page = pdf.PdfPage(document[0], sheet)
        word = next(w for w in page.text_layer() if w.text == "33,4")
        picture = page.picture(word.box, 640, 256)
    grey = np.asarray(picture.convert("L"))
    assert picture.size == (640, 256)
    # Drawn afresh, not enlarged: nearly every pixel is ink or paper.
    assert ((grey < 32) | (grey > 223)).mean() > 0.9


def test_a_scan_in_a_pdf_has_no_lettering_of_its_own(tmp_path: Path) -> None:
    assert survey(tmp_path, sheets.pdf(as_outlines=True)).sheets[0].text_source == "ocr"


def test_tiles_are_grey_rows_and_columns(tmp_path: Path) -> None:
    file = written(tmp_path, sheets.pdf())
    (sheet,) = pdf.survey(file, tmp_path, limits(), straighten_until=0.0).sheets
    with pdf.open_document(file) as document:
        assert pdf.PdfPage(document[0], sheet).tile(Box(0, 0, 400, 200), 0.5).shape == (100, 200)
