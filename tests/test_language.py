from __future__ import annotations

import pytest

from language import language_of, named_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("*", "de"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("de-AT,en;q=0.9", "de"),
        ("en;q=0.3, de;q=0.8", "de"),
        ("fr, en;q=0.5", "en"),
        ("en;q=broken", "de"),
    ],
)
def test_language_is_german_unless_english_is_preferred(header: str | None, language: str) -> None:
    assert language_of(header) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, None), ("*", None), ("fr", None), ("de;q=0", None), ("de-AT,en;q=0.9", "de"), ("fr, en;q=0.5", "en")],
)
def test_a_client_that_names_neither_language_is_told_from_one_that_names_german(
    header: str | None, language: str | None
) -> None:
    assert named_language(header) == language
