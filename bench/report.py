"""What every bench prints: figures in a table, aims beside them, the machine's load; and the same as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure and the bound that it should keep."""

    name: str
    figure: float
    sense: Literal[">=", "<="]
    bound: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.figure >= self.bound if self.sense == ">=" else self.figure <= self.bound


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headers; the first column is set to the left, the others to the right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        every = (self.headers, *self.rows)
        widths = [max(len(row[at]) for row in every) for at in range(len(self.headers))]
        lines = [
            "  ".join(
                cell.ljust(width) if at == 0 else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in every
        ]
        return "\n".join((lines[0], "-" * max(map(len, lines)), *lines[1:]))


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and under which load a bench ran; `load` is the average of the last minute before it began."""

    cores: int
    python: str
    load: float


def machine() -> Machine:
    return Machine(os.cpu_count() or 1, platform.python_version(), round(os.getloadavg()[0], 2))


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The options that every bench has."""
    found = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--quick", action="store_true", help="a few cases, enough to see that it works")
    found.add_argument("--only", metavar="NAME", help="only the cases with NAME in their name")
    found.add_argument("--json", metavar="FILE", type=Path, help="write the figures to FILE")
    return found


def conclude(aims: Sequence[Aim], before: Machine, figures: object, file: Path | None) -> int:
    """Prints aims, load and the closing line, writes the JSON; returns the exit status."""
    rows = tuple((aim.name, _number(aim), f"{aim.sense} {aim.bound:g}{aim.unit}", _verdict(aim)) for aim in aims)
    print()
    print(Table(("aim", "figure", "bound", ""), rows))
    after = round(os.getloadavg()[0], 2)
    print(f"\n{before.cores} cores, Python {before.python}, load {before.load} before and {after} after")
    if file is not None:
        listed = [asdict(aim) | {"met": aim.met} for aim in aims]
        content = {"machine": asdict(before) | {"load_after": after}, "aims": listed, "figures": figures}
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    met = sum(aim.met for aim in aims)
    print(f"aims met {met}/{len(aims)}")
    return 0 if met == len(aims) else 1


def _number(aim: Aim) -> str:
    """Three decimals, because bounds are given with two; not rounded up to a bound that was missed."""
    return f"{aim.figure:g}{aim.unit}" if aim.figure == int(aim.figure) else f"{aim.figure:.3f}{aim.unit}"


def _verdict(aim: Aim) -> str:
    return "met" if aim.met else "MISSED"
