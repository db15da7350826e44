"""Counts are sums of printed quantities, and say what they counted."""

from __future__ import annotations

from tests.lettered import lettered
from tests.test_embedded_reader import ask, text

HOLES = [*lettered("4x Ø6,6", y=300), *lettered("2x Ø9", y=600), *lettered("Ø70", y=900)]


def test_the_quantities_of_all_holes_are_summed() -> None:
    assert text("Wie viele Bohrungen gibt es?", HOLES) == (
        "Nach der Beschriftung sind es zusammen 6: 4x Ø6,6 und 2x Ø9."
    )


def test_the_sum_is_computed_and_its_parts_are_shown() -> None:
    evidence = ask("How many holes are there?", HOLES).evidence
    assert [(e.value, e.status) for e in evidence] == [
        ("6", "computed"),
        ("4x Ø6,6", "verified"),
        ("2x Ø9", "verified"),
    ]


def test_a_thread_without_a_quantity_stands_for_one() -> None:
    words = lettered("4x M6", y=300) + lettered("M8", y=600)
    assert text("How many threads?", words) == "By the lettering there are 5 in all: 4x M6 and M8."


def test_what_is_there_so_many_times_is_the_one_meant() -> None:
    assert text("Welchen Durchmesser haben die 2 Bohrungen?", HOLES) == "Der Durchmesser ist Ø9."


def test_a_number_that_nothing_is_there_so_many_times_is_a_size() -> None:
    words = lettered("Ø12 H7", y=300) + lettered("Ø30 f7", y=600)
    assert text("Which fit have the 12 holes?", words) == "At Ø12, H7 is given."


def test_holes_without_quantities_are_not_counted() -> None:
    assert "cannot be counted" in text("How many holes are there?", lettered("Ø5", y=300) + lettered("Ø6", y=600))


def test_a_callout_without_a_quantity_stands_there_once_or_so_many_times() -> None:
    once = lettered("1x30°", y=300)
    assert text("How many chamfers?", once).endswith("the callout stands there once.")
    twice = ask("Wie viele Radien?", [*lettered("R7", y=300), *lettered("R7", y=900)])
    assert ("2-mal" in twice.markdown, [e.status for e in twice.evidence]) == (True, ["computed"])


def test_how_many_there_are_of_them_on_each_side_is_on_no_callout() -> None:
    assert "cannot be counted" in text("How many holes per side?", lettered("6x Ø5"))
    assert text("How many holes?", lettered("6x Ø5")) == "There are 6: the sheet says 6x Ø5."
