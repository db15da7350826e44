"""The extraction as tables: sorted, led to, saved, copied."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from playwright.sync_api import Locator, expect

from tests.page.conftest import Visit
from tests.page.visitor import VERIFIED, Visitor


@pytest.fixture
def visitor(visit: Visit, sheet_pdf: bytes) -> Visitor:
    visitor = visit().upload(sheet_pdf)
    visitor.page.click("#data-tab")
    expect(visitor.page.locator("#tables table").first).to_be_visible()
    return visitor


def callouts(visitor: Visitor) -> Locator:
    return visitor.page.locator("#tables table", has_text="Maße und Angaben")


def numbers(table: Locator, column: int) -> list[float]:
    """Of a column; what is empty has to stand below."""
    texts = table.locator(f"tbody td:nth-child({column})").all_inner_texts()
    filled = [text for text in texts if text]
    assert texts[: len(filled)] == filled
    return [float(text.replace(",", ".")) for text in filled]


def test_numbers_are_sorted_as_numbers(visitor: Visitor) -> None:
    table = callouts(visitor)
    head = table.locator("th", has_text="Nennmaß")
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = numbers(table, 3)
    assert rising == sorted(rising) and len(set(rising)) > 2
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert numbers(table, 3) == rising[::-1]


def test_columns_in_which_nothing_stands_are_left_out(visitor: Visitor) -> None:
    expect(callouts(visitor).locator("th", has_text="Feld im Rahmen")).to_have_count(0)


@pytest.mark.parametrize("by", ["row", "button"])
def test_a_row_flies_to_its_place(visitor: Visitor, by: str) -> None:
    row = callouts(visitor).locator("tbody tr", has_text="Ø70,50")
    if by == "row":
        row.locator("td").nth(1).click()
    else:
        row.locator("button").press("Enter")
    visitor.still()
    count, x, y = visitor.painted(VERIFIED)
    assert count > 200 and abs(x - 0.5) < 0.1 and abs(y - 0.5) < 0.1


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_data_is_saved(visitor: Visitor, form: str) -> None:
    with visitor.download() as saved:
        visitor.page.click(f"[data-format={form}]")
    content = saved[0].path().read_bytes()
    if form == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert "Ø70,50 ±0,05" in archive.read("callouts.csv").decode("utf-8-sig")
    elif form == "xlsx":
        assert zipfile.is_zipfile(io.BytesIO(content))
    else:
        assert "Ø70,50 ±0,05" in [row["text"] for row in json.loads(content)["callouts"]]


def test_the_tables_are_copied_as_markdown(visitor: Visitor) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.click("#copy")
    expect(visitor.page.locator("#data-says")).to_have_text("Kopiert.")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert "## Maße und Angaben" in copied
    assert any(line.startswith("| Ø70,50 ±0,05 |") for line in copied.splitlines())
