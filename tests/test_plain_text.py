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


@given(st.text(alphabet="*_`[]{}()$^<>|#~\\ abÄØ12,.+-", min_size=1, max_size=30))
def test_escaped_lettering_is_shown_to_the_letter(lettering: str) -> None:
    shown = plain("Es ist " + escaped(lettering) + " dort.")
    assert " ".join(shown.split()) == " ".join(f"Es ist {lettering} dort.".split())


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"$\varnothing 70{,}50 \pm 0{,}05$ mm", "Ø70,50 ±0,05 mm"),
        (r"\(\varnothing 35\,\mathrm{H7}\)", "Ø35 H7"),
        (r"$30^{+0.2}_{-0.1}$", "30 +0.2/-0.1"),
        (r"\[30_{-0.1}^{+0.2}\]", "30 +0.2/-0.1"),
        (r"$45^\circ$", "45°"),
        (r"$4 \times \varnothing 6.6\,\text{mm}$", "4 ×Ø6.6 mm"),
    ],
)
def test_formulas_are_shown_as_drawings_write_them(tex: str, said: str) -> None:
    assert plain(tex) == said


@pytest.mark.parametrize("text", ["5 $ und 6 $", "$M_1$", "[Ø12]", "[A_1] (B^2)"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert plain(escaped(text)) == text
