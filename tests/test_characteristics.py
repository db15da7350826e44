"""Symbols of geometrical characteristics, drawn in several ways and told apart."""

from __future__ import annotations

import numpy as np
import pytest

from drawing.grammar.frame_notation import CHARACTERISTICS
from drawing.recognition.characteristic_shapes import variants
from drawing.recognition.characteristics import classify
from tests.drawn_symbols import Look
from tests.ruled_sheet import Picture, RuledSheet

SYMBOLS = "⏤⏥○⌭⌒⌓∥⊥∠⌖◎⌯↗⌰"


def cell(symbol: str, look: Look, dpi: int = 200) -> Picture:
    """The inside of a frame's first cell, upright."""
    sheet = RuledSheet(40, 40)
    sheet.frame(10, 30, symbol, [], look)
    side, edge = 2 * look.height_mm, look.pen_mm
    scale = dpi / 25.4
    left, right = round((10 + edge) * scale), round((10 + side - edge) * scale)
    top, bottom = round((30 - side + edge) * scale), round((30 - edge) * scale)
    return sheet.picture(dpi)[top:bottom, left:right]


def lettered(text: str) -> Picture:
    """A cell with lettering of 3.5 mm."""
    sheet = RuledSheet(40, 40)
    sheet.box(10, 30, text, Look())
    scale = 200 / 25.4
    return sheet.picture()[round(24.4 * scale) : round(29.6 * scale), round(10.4 * scale) : round(14.6 * scale)]


def test_there_are_variants_of_all_fourteen_characteristics() -> None:
    assert {CHARACTERISTICS[variant.symbol] for variant in variants()} == set(CHARACTERISTICS.values())


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize(
    "look",
    [Look(), Look(2.5, 0.25, slope=68), Look(5, 0.5, spread=1.15), Look(pen_mm=0.5, filled=False)],
    ids=["usual", "small and steep", "large and wide", "bold and open"],
)
def test_a_symbol_is_told(symbol: str, look: Look) -> None:
    guess = classify(cell(symbol, look))
    assert guess is not None and guess.symbol == symbol


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_noisy_symbol_is_told_or_left_out(symbol: str) -> None:
    noise = np.random.default_rng(0).normal(0, 25, (1000, 1000))
    clean = cell(symbol, Look(), 150)
    guess = classify(np.clip(clean + noise[: clean.shape[0], : clean.shape[1]], 0, 255).astype(np.uint8))
    assert guess is None or guess.symbol == symbol


@pytest.mark.parametrize("text", "ABCDEFGHKLMNPRSTUVWXYZ123456789")
def test_a_letter_or_digit_is_no_characteristic(text: str) -> None:
    assert classify(lettered(text)) is None


def test_a_hyphen_is_no_straightness() -> None:
    assert classify(lettered("-")) is None


def test_an_empty_cell_has_no_characteristic() -> None:
    assert classify(np.full((60, 60), 255, np.uint8)) is None
