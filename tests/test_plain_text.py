from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plain_text import escaped, plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Der Durchmesser ist **Ø70,50 ±0,05**.", "Der Durchmesser ist Ø70,50 ±0,05."),
        ("# Gewinde\n\n- M8\n- `M10`", "Gewinde\n- M8\n- M10"),
        ("1. M8\n2. M10", "1. M8\n2. M10"),
        ("| Pos | Teil |\n|---|---|\n| 1 | Welle |", "Pos | Teil\n1 | Welle"),
        ('```json\n[{"a": 1}]\n```', '[{"a": 1}]'),
        ("<b>9</b>", "<b>9</b>"),
    ],
)
def test_markdown_becomes_plain_text(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize("deviation", ["+ 0,2", "- 0,02"])
def test_a_deviation_alone_on_its_line_keeps_its_sign(deviation: str) -> None:
    assert plain(deviation) == deviation


@given(st.text(alphabet="*_`[]<>|#~\\ abÄØ12,.+-", min_size=1, max_size=30))
def test_escaped_lettering_is_shown_to_the_letter(lettering: str) -> None:
    shown = plain("Es ist " + escaped(lettering) + " dort.")
    assert " ".join(shown.split()) == " ".join(f"Es ist {lettering} dort.".split())
