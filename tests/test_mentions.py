"""Numbers and designations are read the same way in an answer and on a sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.mentions import folded, mentions_of


def kinds(text: str) -> list[tuple[str, str]]:
    return [(mention.kind, mention.text) for mention in mentions_of(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ø70,50 ±0,05 mm", [("size", "Ø70,50"), ("deviation", "±0,05")]),
        ("2x Ø6.00 H7/k6", [("count", "2x"), ("size", "Ø6.00"), ("class", "H7"), ("class", "k6")]),
        ("M8 x 1,25-6H", [("size", "M8"), ("size", "1,25"), ("class", "6H")]),
        ("+0,2/-0,1", [("deviation", "+0,2"), ("deviation", "-0,1")]),
        ("0/-0,02", [("deviation", "0"), ("deviation", "-0,02")]),
        ("60°±0,5°", [("size", "60°"), ("deviation", "±0,5°")]),
        ("4 x CHAMFER 0,2", [("count", "4 x"), ("size", "0,2")]),
        ("5.8-5.85", [("size", "5.8"), ("size", "5.85")]),
        ("Fase 2x45°", [("count", "2x"), ("size", "45°")]),
        ("4 Bohrungen", [("count", "4 Bohrungen")]),
        ("Ra 1,6", [("size", "Ra 1,6")]),
        ("1:2", [("code", "1:2")]),
        ("12.03.2024", [("code", "12.03.2024")]),
        ("DIN EN ISO 2768-mK", [("code", "DIN EN ISO 2768-mK")]),
        ("EN AW-6082", [("code", "EN AW-6082")]),
        ("- 35,36 mm", [("size", "35,36")]),
        ("1. Ø6,6", [("size", "Ø6,6")]),
        ("Schnitt A-A", []),
    ],
)
def test_a_text_falls_into_sizes_and_what_belongs_to_them(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


def test_comma_and_point_are_one_number() -> None:
    assert mentions_of("9,14")[0].value == mentions_of("9.140")[0].value


def test_sentences_are_counted() -> None:
    assert [mention.sentence for mention in mentions_of("Ø5 und R2. Dann 7,5;\n8")] == [0, 0, 1, 2]


def test_folding_leaves_case_blanks_and_commas_out() -> None:
    assert folded("ISO 2768 – mK 1,5") == "iso2768-mk1.5"


@given(st.text(max_size=200))
def test_any_text_is_read_and_places_are_its_own(text: str) -> None:
    for mention in mentions_of(text):
        assert 0 <= mention.start < mention.end <= len(text)
