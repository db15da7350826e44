from __future__ import annotations

from pathlib import Path

import pytest

from errors import TooManyRequests
from rates import Rates, rates_of
from tests.factories import keys_file, settings


async def ask(rates: Rates, caller: str = "anna") -> None:
    async with rates.admitted("chats", caller):
        pass


@pytest.mark.anyio
async def test_one_more_than_a_minute_allows_is_refused_and_told_when_to_come_again() -> None:
    rates = Rates({"chats": 3}, {})
    for _ in range(3):
        await ask(rates)
    with pytest.raises(TooManyRequests) as refused:
        await ask(rates)
    assert 1 <= (refused.value.retry_after_s or 0) <= 60


@pytest.mark.anyio
async def test_callers_are_counted_alone() -> None:
    rates = Rates({"chats": 1}, {"chats": 1})
    async with rates.admitted("chats", "anna"):
        await ask(rates, "bert")


@pytest.mark.anyio
async def test_activities_are_counted_alone() -> None:
    rates = Rates({"chats": 1, "uploads": 1}, {})
    await ask(rates)
    async with rates.admitted("uploads", "anna"):
        pass


@pytest.mark.anyio
async def test_one_more_at_once_is_refused_until_one_has_ended() -> None:
    rates = Rates({}, {"chats": 2})
    async with rates.admitted("chats", "anna"):
        async with rates.admitted("chats", "anna"):
            with pytest.raises(TooManyRequests):
                await ask(rates)
        await ask(rates)


@pytest.mark.anyio
async def test_a_place_is_given_back_when_the_request_fails() -> None:
    rates = Rates({}, {"chats": 1})
    with pytest.raises(ZeroDivisionError):
        async with rates.admitted("chats", "anna"):
            raise ZeroDivisionError
    await ask(rates)


@pytest.mark.anyio
async def test_a_refusal_for_the_minute_holds_no_place() -> None:
    rates = Rates({"chats": 1}, {"chats": 2})
    await ask(rates)
    for _ in range(3):
        with pytest.raises(TooManyRequests) as refused:
            await ask(rates)
    assert refused.value.retry_after_s != 5


@pytest.mark.anyio
async def test_zero_is_any_number() -> None:
    rates = Rates({"chats": 0}, {"chats": 0})
    for _ in range(200):
        await ask(rates)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("known", "open_to_all", "limited"), [(False, False, False), (True, False, True), (False, True, True)]
)
async def test_whoever_comes_from_the_network_is_limited(
    tmp_path: Path, known: bool, open_to_all: bool, limited: bool
) -> None:
    file = keys_file(tmp_path, anna="secret") if known else None
    rates = rates_of(settings(tmp_path, api_keys_file=file, allow_unauthenticated=open_to_all, chats_per_minute=1))
    await ask(rates)
    if limited:
        with pytest.raises(TooManyRequests):
            await ask(rates)
    else:
        await ask(rates)
