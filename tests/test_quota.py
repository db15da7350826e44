from __future__ import annotations

from pathlib import Path

import pytest

from errors import StorageFull
from sessions.quota import Account, Entry, Quota

ROOMY = {"stored_bytes": 1000, "sessions": 10, "owner_sessions": 10, "free_bytes": 0}


def account(**tight: int) -> Account:
    made = Account(Quota(**(ROOMY | tight)))
    made.set("first", Entry("anna", 100))
    return made


@pytest.mark.parametrize(
    "tight", [{"stored_bytes": 149}, {"sessions": 1}, {"owner_sessions": 1}, {"free_bytes": 2**62}]
)
def test_what_exceeds_a_quota_is_refused_and_not_entered(tight: dict[str, int], tmp_path: Path) -> None:
    tried = account(**tight)
    with pytest.raises(StorageFull):
        tried.admit("second", Entry("anna", 50), tmp_path)
    assert (tried.known(), tried.stored_bytes) == (frozenset({"first"}), 100)


@pytest.mark.parametrize("tight", [{"stored_bytes": 150}, {"sessions": 2}, {"owner_sessions": 2}])
def test_what_just_fits_is_admitted(tight: dict[str, int], tmp_path: Path) -> None:
    tried = account(**tight)
    tried.admit("second", Entry("anna", 50), tmp_path)
    assert tried.stored_bytes == 150


def test_an_upload_that_is_under_way_takes_its_room(tmp_path: Path) -> None:
    tried = account(sessions=2)
    tried.admit("second", Entry("", 1), tmp_path)
    with pytest.raises(StorageFull):
        tried.admit("third", Entry("", 1), tmp_path)


def test_what_went_leaves_its_room(tmp_path: Path) -> None:
    tried = account(sessions=1)
    tried.drop(["first", "never there"])
    tried.admit("second", Entry("", 1), tmp_path)


def test_the_sessions_of_one_owner_are_no_others(tmp_path: Path) -> None:
    account(owner_sessions=1).admit("second", Entry("berta", 1), tmp_path)


def test_whoever_has_no_name_shares_no_quota_of_an_owner(tmp_path: Path) -> None:
    tried = account(owner_sessions=1)
    tried.admit("second", Entry("", 1), tmp_path)
    tried.admit("third", Entry("", 1), tmp_path)
