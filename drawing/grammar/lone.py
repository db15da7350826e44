"""Lines that hold a tolerance or a depth and nothing else, which belongs to the size that they stand beside."""

from __future__ import annotations

import re
from decimal import Decimal

from drawing.grammar.deviations import PLUS_MINUS, SIGNED, ZERO
from drawing.grammar.holes import DEPTH_WORD
from drawing.grammar.notation import AMOUNT, FIT, NUMBER, amount_of, clean, normal, number_of, tight


def deviation_of(text: str) -> Decimal | None:
    """The value of a lone printed deviation such as `+0.10`, `- 0,2`, `(+0.1` or `0`; `None` where it is none."""
    match = re.fullmatch(rf"\(?\s?({SIGNED}|{ZERO})\s?\)?", normal(text).strip())
    return amount_of(tight(match[1])) if match else None


def plus_minus_of(text: str) -> Decimal | None:
    """The value of a lone printed symmetrical deviation such as `±0,1`."""
    match = re.fullmatch(rf"\(?\s?{PLUS_MINUS}\s?({AMOUNT})(?:\s?mm)?\s?\)?", normal(text).strip())
    return amount_of(match[1]) if match else None


def fit_of(text: str) -> str | None:
    """A lone tolerance class such as `H7`."""
    return text.strip() if re.fullmatch(FIT, text.strip()) else None


def depth_of(text: str) -> tuple[Decimal, str] | None:
    """The value of a lone printed depth such as `↧ 12` or `12 tief`, and how it is printed."""
    printed = normal(text).strip()
    behind, before = rf"(?:↧|{DEPTH_WORD})\s?({NUMBER})(?:\s?mm)?", rf"({NUMBER})(?:\s?mm)?\s?{DEPTH_WORD}"
    match = re.fullmatch(f"{behind}|{before}", printed)
    return (number_of(match[1] or match[2]), clean(printed.strip("↧"))) if match else None


def quantity_of(text: str) -> int | None:
    """A lone printed quantity such as `4x` or `(4 x)`."""
    match = re.fullmatch(r"\(?\s?(\d{1,3})\s?[xX]\s?\)?", normal(text).strip())
    return max(1, int(match[1])) if match else None
