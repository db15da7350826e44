from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_line import NAME_CHARS, display_name, printable


@given(st.text(max_size=500))
def test_nothing_from_a_client_breaks_a_log_line(text: str) -> None:
    line = printable(text)
    assert len(line) <= 120
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in line)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("drawing.pdf", "drawing.pdf"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Teile\\Welle.pdf", "Welle.pdf"),
        ("a\x00b\n.pdf", "a b .pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("Gehäuse.pdf", "Gehäuse.pdf"),
        ("", "drawing"),
        (None, "drawing"),
        ("..", ".."),
    ],
)
def test_file_names_are_shown_without_their_tricks(sent: str | None, shown: str) -> None:
    assert display_name(sent) == shown


def test_endless_file_names_are_cut() -> None:
    assert len(display_name("x" * 10_000 + ".pdf")) <= NAME_CHARS
