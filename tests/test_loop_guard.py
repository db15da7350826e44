"""Answers that go round in circles are ended, and honest ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loop_guard import LoopGuard

BOX = '{"bbox_2d": [%d, 20, 30, 40], "label": "Maß: Ø8"}'


def watched(text: str, step: int = 7) -> LoopGuard:
    """A guard that took `text` in pieces, until it had enough."""
    guard = LoopGuard()
    for start in range(0, len(text), step):
        if guard.take(text[start : start + step]):
            break
    return guard


def loops(text: str, step: int = 7) -> bool:
    return watched(text, step).take("")


@pytest.mark.parametrize(
    ("beginning", "piece", "good"),
    [
        ("Gewinde:\n", "- M8x1\n", "Gewinde:\n- M8x1"),
        ("Liste:\n", "- M8\n- M10\n- M12\n", "Liste:\n- M8\n- M10\n- M12"),
        ("Es sind ", "Ø8, ", "Es sind Ø8,"),
        ("Nummer ", "0", "Nummer 0"),
        ("Die Bohrung ", "ist durchgehend und ", "Die Bohrung ist durchgehend und"),
        ("```json\n[", BOX % 10 + ", ", "```json\n[" + BOX % 10),
        (
            "| Pos | Wert |\n|---|---|\n",
            "| 1 | 12 |\n| 2 | 14 |\n",
            "| Pos | Wert |\n|---|---|\n| 1 | 12 |\n| 2 | 14 |",
        ),
    ],
)
def test_what_is_repeated_ends_the_answer_and_stands_there_once(beginning: str, piece: str, good: str) -> None:
    guard = watched(beginning + piece * 400)
    assert guard.take("")
    assert guard.good == good


@pytest.mark.parametrize(
    "honest",
    [
        "\n".join(f"- 4x Ø8 ({place})" for place in "ABCDEFGH") + "\n",
        "- 4x Ø8\n" * 8 + "\nSo steht es achtmal auf dem Blatt, je Ansicht einmal, und nirgends sonst. " * 2,
        "| Pos | Menge | Teil |\n|-----|-------|------|\n"
        + "".join(f"| {n} | 1 | Schraube M8 |\n" for n in range(1, 60)),
        "|" + "-" * 200 + "|" + "-" * 100 + "|\n| a | b |\n" + "Ende der Tabelle. " * 3,
        "Material " + "." * 180 + " C45E\nHärte " + "." * 180 + " 58 HRC\n",
        "Die Sachnummer ist 0000000000000000000001. " + "Mehr steht da nicht; das Schriftfeld ist sonst leer.",
        "[" + ", ".join(BOX % n for n in range(40)) + "]",
        "Ø8 H7, Ø8 H7 und Ø8 H7: je einmal in den drei Schnitten A-A, B-B und C-C, jeweils mit Tiefe 12.",
    ],
)
def test_an_honest_answer_is_let_be(honest: str) -> None:
    assert not loops(honest)
    assert watched(honest).good == honest


def test_spaces_and_the_order_of_pieces_do_not_make_an_object_another() -> None:
    assert loops("[" + BOX % 10 + "," + (BOX % 10).replace(" ", "") + ",\n" + BOX % 10 + ", " + " " * 64)


def test_a_rule_that_does_not_end_is_a_circle() -> None:
    assert loops("|" + "-" * 2000)


words = st.text(alphabet="abcdeØ0123 ,;:x", min_size=1, max_size=60)


@given(beginning=st.text(max_size=300), piece=words, step=st.integers(1, 50))
def test_any_piece_is_found_in_the_end(beginning: str, piece: str, step: int) -> None:
    assert loops(beginning + "\n" + piece * (2000 // len(piece) + 1), step)


@given(
    text=st.lists(st.sampled_from(["- M8\n", "Ø8, ", BOX % 1, "\n", "Text und mehr. ", "0" * 90]), max_size=120),
    steps=st.tuples(st.integers(1, 400), st.integers(1, 400)),
)
def test_the_result_does_not_depend_on_how_the_text_comes(text: list[str], steps: tuple[int, int]) -> None:
    one, other = (watched("".join(text), step) for step in steps)
    assert one.take("") == other.take("")
    if one.take(""):
        assert one.good == other.good


@given(rows=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["Ø8", "M8", "12,5"])), max_size=80))
def test_a_numbered_table_is_never_a_circle(rows: list[tuple[int, str]]) -> None:
    table = "".join(f"| {n} | {count} | {value} |\n" for n, (count, value) in enumerate(rows))
    assert not loops("| Pos | Menge | Wert |\n|---|---|---|\n" + table)


@given(text=st.text(max_size=200), piece=words)
def test_what_was_good_is_the_beginning_of_what_was_written(text: str, piece: str) -> None:
    written = text + piece * 100
    assert written.startswith(watched(written).good)
