"""German and English: which of the two a client wants."""

from __future__ import annotations

from typing import Literal

Language = Literal["de", "en"]


def language_of(accept_language: str | None) -> Language:
    """German, unless `Accept-Language` (RFC 9110 §12.5.4) puts English before it."""
    return named_language(accept_language) or "de"


def named_language(accept_language: str | None) -> Language | None:
    """The one of the two that `Accept-Language` names first; `None` where it names neither, as most programs do not."""
    ranked: dict[str, float] = {}
    for item in (accept_language or "").split(","):
        tag, _, parameters = item.strip().partition(";")
        primary = tag.strip().partition("-")[0].lower()
        if primary in ("de", "en"):
            ranked[primary] = max(ranked.get(primary, 0.0), _quality(parameters))
    if max(ranked.values(), default=0.0) <= 0:
        return None
    return "en" if ranked.get("en", 0.0) > ranked.get("de", 0.0) else "de"


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
