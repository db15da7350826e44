"""`web/answer.js`: what is a chip in an answer, and how its Markdown is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from plain_text import without_tex

_SHOWN = """async ([url, markdown, values]) => {
  const { render, putChips } = await import(url + "/ui/answer.js");
  const holder = document.createElement("div");
  holder.append(render(markdown));
  const evidence = values.map((value) => ({ value }));
  const left = putChips(holder, evidence, (item, content) => {
    const chip = document.createElement("button");
    chip.append(content);
    return chip;
  });
  const chips = [...holder.querySelectorAll("button")].map((chip) => chip.textContent);
  return { chips, left: left.map((item) => item.value), text: holder.textContent, html: holder.innerHTML };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, url: str) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(f"{url}/ui")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("markdown", "values", "chips"),
    [
        ("Es sind 4xØ12 und 2xM6.", ["4", "Ø12", "2", "M6"], ["4", "Ø12", "2", "M6"]),
        ("Fase 2x45°", ["2", "45°"], ["2", "45°"]),
        ("4x M8x1.25-6H", ["4x", "M8x1.25-6H"], ["4x", "M8x1.25-6H"]),
        ("Platte 100×200", ["100x200"], ["100×200"]),
        ("Bohrung ⌀12", ["Ø12"], ["⌀12"]),
        ("Ø **70,50** ±0,05", ["Ø 70,50 ±0,05"], ["Ø 70,50 ±0,05"]),
        ("**Ø70,50** und *Ø70,50*", ["Ø70,50"], ["Ø70,50", "Ø70,50"]),
        ("Länge 120,5/119,5", ["120,5", "119,5"], ["120,5", "119,5"]),
        ("Maß 0/-0,02", ["0", "-0,02"], ["0", "-0,02"]),
        ("| a | b |\n|---|---|\n| 3 | 4 |", ["3", "4", "34"], ["3", "4"]),
        ("- 12 Stück\n- 12,5 mm", ["12"], ["12"]),
        ("Nur 112 und 121 und 1.12", ["12"], []),
        ("R5 (a+b) [x]", ["R5 (a+b) [x]"], ["R5 (a+b) [x]"]),
    ],
)
def test_values_are_chips(page: Page, url: str, markdown: str, values: list[str], chips: list[str]) -> None:
    shown = page.evaluate(_SHOWN, [url, markdown, values])
    assert shown["chips"] == chips
    assert set(shown["left"]) == set(values) - {chip.replace("×", "x").replace("⌀", "Ø") for chip in chips}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** *b* `c` ~~d~~", "<p><strong>a</strong> <em>b</em> <code>c</code> <del>d</del></p>"),
        ("etwa ~5~ mm", "<p>etwa ~5~ mm</p>"),
        ("Ø12<br>M8", "<p>Ø12<br>M8</p>"),
        ("info@firma.de", "<p>info@firma.de</p>"),
        ("[**M8**](http://x)", "<p><span><strong>M8</strong> (http://x)</span></p>"),
        ("&Oslash;12 &plusmn;1&deg; &unknown;", "<p>Ø12 ±1° &amp;unknown;</p>"),
        ("0. a\n1. b", '<ol start="0"><li><span>a</span></li><li><span>b</span></li></ol>'),
        ('```json\n[{"bbox_2d": [1, 2, 3, 4]}]\n```', ""),
        ("```\nx < y\n```", "<pre>x &lt; y</pre>"),
        ("# Titel", "<h4>Titel</h4>"),
        ("a\\_b", "<p>a_b</p>"),
    ],
)
def test_markdown_is_shown(page: Page, url: str, markdown: str, html: str) -> None:
    assert page.evaluate(_SHOWN, [url, markdown, []])["html"] == html


FORMULAS = [
    r"$\varnothing 30^{+0.2}_{-0.1}$",
    r"\(\phi 12{,}5\)",
    r"\[45^{\circ} \pm 1^\circ\]",
    r"$2 \times \text{M6}$",
    r"zwei Preise: $5 und $6",
    r"$$R_a\,1.6\,\mu m$$",
    r"\[Ø12\]",
    r"$30_{-0.1}^{+0.2}$",
    r"$a$ \$5\$",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_read_as_the_service_reads_them(page: Page, url: str, formula: str) -> None:
    load = "async ([url, text]) => (await import(url + '/ui/tex.js')).withoutTex(text)"
    assert page.evaluate(load, [url, formula]) == without_tex(formula)


def test_a_value_in_a_formula_is_a_chip(page: Page, url: str) -> None:
    shown = page.evaluate(_SHOWN, [url, r"Es sind $\varnothing 30^{+0.2}_{-0.1}$.", ["Ø30 +0.2/-0.1"]])
    assert shown["chips"] == ["Ø30 +0.2/-0.1"]


def test_a_task_list_shows_what_is_done(page: Page, url: str) -> None:
    assert page.evaluate(_SHOWN, [url, "- [x] fertig\n- [ ] offen", []])["text"] == "☑ fertig☐ offen"
