"""What the bench of reliability counts, and its short form against real servers."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from bench import reliability
from bench.hostile import Judged, damaged, whole_files
from bench.overload import Overload
from bench.soak import Held, Soak


def test_a_damaged_file_is_the_same_on_every_run() -> None:
    assert damaged(7) == damaged(7)
    assert damaged(7) != damaged(8)


def test_damaged_files_are_not_whole() -> None:
    whole = set(whole_files())
    assert sum(damaged(number) in whole for number in range(200)) < 10


def test_a_crash_counts_as_a_file() -> None:
    assert Judged(Counter(pdf=3), crashes=[3]).files == 4


def test_what_is_neither_answered_nor_refused_is_told() -> None:
    assert Overload(Counter({200: 5, 503: 9, 500: 2})).other == 2


def test_a_client_that_was_cut_off_counts_as_an_error() -> None:
    assert Soak(Counter({200: 5, 0: 1, 404: 1})).errors == 2


def test_memory_is_compared_at_rest() -> None:
    assert Soak(warm=Held(50_000_000, 10, 1), end=Held(51_000_000, 10, 1)).grown_mb == 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", ["contract", "http-files", "slow-clients", "soak", "restart", "files"])
def test_the_short_form_of_a_part_finds_nothing(part: str) -> None:
    if part == "restart" and shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed")
    aims, _ = reliability.PARTS[part](reliability.QUICK)
    timed = {aim.name for aim in aims if aim.unit == " ms"}  # for the bench itself
    assert [aim.name for aim in aims if not aim.met and aim.name not in timed] == []
