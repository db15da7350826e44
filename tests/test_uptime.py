from __future__ import annotations

import time

import pytest

from sessions.uptime import Uptime


def test_it_goes_on_and_names_the_same_start() -> None:
    before = Uptime.now()
    if before is None:
        pytest.skip("this system does not tell")
    time.sleep(0.01)
    after = Uptime.now()
    assert after is not None
    assert 0.01 <= (after.since(before) or 0) < 60


@pytest.mark.parametrize("earlier", [None, Uptime("another start", 5.0), Uptime("this start", 11.0)])
def test_it_does_not_guess(earlier: Uptime | None) -> None:
    assert Uptime("this start", 10.0).since(earlier) is None
