from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.datastructures import Headers

import keys
from errors import Unauthorized
from keys import Caller, Keys, KeysFileWrong
from tests.factories import keys_file


def bearer(key: str) -> Headers:
    return Headers({"authorization": f"Bearer {key}"})


def loaded(file: Path) -> Keys:
    made = Keys(file)
    made.load()
    return made


def test_a_caller_is_known_by_name_and_by_the_first_digits_of_the_digest(tmp_path: Path) -> None:
    caller = loaded(keys_file(tmp_path, anna="secret")).caller(bearer("secret"))
    assert caller == Caller("anna", "2bb80d537b1da3e3")  # echo -n secret | sha256sum


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer secret"},
        {"authorization": "bearer secret"},
        {"authorization": "BEARER  secret "},
        {"x-api-key": "secret"},
        {"x-api-key": "secret", "authorization": "Basic YTpi"},
    ],
)
def test_a_key_is_heard_in_either_header(tmp_path: Path, headers: dict[str, str]) -> None:
    assert loaded(keys_file(tmp_path, anna="secret")).caller(Headers(headers)).name == "anna"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer Secret"},
        {"authorization": "secret"},
        {"authorization": "Basic secret"},
        {"x-api-key": ""},
        {"x-api-key": "schlüssel"},
        {"x-api-key": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"},
    ],
)
def test_anything_else_is_nobodys(tmp_path: Path, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        loaded(keys_file(tmp_path, anna="secret")).caller(Headers(headers))


def test_without_a_file_everybody_is_the_same_caller() -> None:
    assert Keys().caller(Headers({})) == Caller() == Keys().caller(bearer("anything"))


def test_a_key_counts_from_when_the_file_names_it_until_it_no_longer_does(tmp_path: Path) -> None:
    known = loaded(keys_file(tmp_path, anna="old"))
    keys_file(tmp_path, anna="new", bert="other")
    assert known.caller(bearer("new")).name == "anna"
    with pytest.raises(Unauthorized):
        known.caller(bearer("old"))


@pytest.mark.parametrize("spoil", ["remove", "open", "garble"])
def test_a_file_that_can_no_longer_be_used_leaves_the_keys_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    file = keys_file(tmp_path, anna="secret")
    known = loaded(file)
    match spoil:
        case "remove":
            file.unlink()
        case "open":
            file.chmod(0o644)
        case _:
            file.write_text("anna:secret2")
    assert known.caller(bearer("secret")).name == "anna"
    assert known.caller(bearer("secret")).name == "anna"
    assert len(caplog.records) == 1
    assert "secret2" not in caplog.text


@pytest.mark.parametrize(
    "text",
    ["", "# nobody\n\n", "anna", "anna:123", f":{'0' * 64}", f"an na:{'0' * 64}", f"anna:{'g' * 64}", f"ä:{'0' * 64}"],
)
def test_a_file_without_a_key_or_with_another_line_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys"
    file.touch(mode=0o600)
    file.write_text(text)
    with pytest.raises(KeysFileWrong):
        Keys(file).load()


@pytest.mark.parametrize(
    ("mode", "fine"), [(0o600, True), (0o400, True), (0o640, True), (0o604, False), (0o660, False)]
)
def test_a_file_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int, fine: bool) -> None:
    file = keys_file(tmp_path, anna="secret")
    file.chmod(mode)
    if fine:
        Keys(file).load()
    else:
        with pytest.raises(KeysFileWrong, match="chmod 600"):
            Keys(file).load()


def test_comments_empty_lines_and_capital_digits_are_fine(tmp_path: Path) -> None:
    file = keys_file(tmp_path, anna="secret")
    file.write_text("# who\n\n  " + file.read_text().strip().upper().replace("ANNA", "anna") + "  \n")
    assert loaded(file).caller(bearer("secret")).name == "anna"


def test_the_command_makes_a_line_whose_key_is_let_in(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "keys", "anna"]
    made = subprocess.run(command, cwd=Path(keys.__file__).parent, capture_output=True, text=True, check=True)
    file = tmp_path / "keys"
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    file.write_text(made.stdout)
    assert loaded(file).caller(bearer(made.stderr.split()[-1])).name == "anna"


def test_the_command_refuses_a_name_that_is_none() -> None:
    with pytest.raises(SystemExit):
        keys.main(["a:b"])
