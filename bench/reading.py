"""How well, how fast and with how much memory sheets are read: drawn sheets with known content, A4 to A0.

    python -m bench.reading [--quick] [--only NAME] [--json FILE] [--show] [--save FOLDER]

Every sheet goes the service's own way: survey and lettering in child processes, then the grammar. The columns: numbers
found of those printed and right of those read; Ø found, and said where none is printed; deviations right of the sizes
found; feature control frames found, and their characteristics, values and datums right of those printed; callouts
found, right, and of the right type.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.drawn_sheets import ORDERS, Order, draw, orders
from bench.read_once import Measured, measure
from bench.report import Aim, Table, conclude, machine, parser
from bench.scoring import Score, Share, Verdict, score
from bench.truth import DrawnSheet

#: s. What a person waits for after an upload, on two cores.
MOST_SECONDS = {"A4": 3.0, "A3": 6.0, "A0": 90.0}
#: bytes. A machine of 2 GB runs the service.
MOST_MEMORY_GB = 1.3
GB = 1e9
HEADERS = (
    "sheet", "numbers", "right", "Ø", "false", "dev.", "frames", "char.", "value", "datums",
    "callouts", "right", "type", "s", "CPU s", "GB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One sheet: what is known of it, what was measured, how it was judged."""

    name: str
    paper: str
    style: str
    measured: Measured
    verdict: Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    before = machine()
    for order in set(ORDERS) - set(orders()):
        print(f"left out, its font file is missing: {order.name}", file=sys.stderr)
    asked = [order for order in orders(options.quick) if not options.only or options.only in order.name]
    if not asked:
        print(f"no sheet has {options.only!r} in its name", file=sys.stderr)
        return 2
    results = [_result(order, options) for order in asked]
    print(_table(results))
    return conclude(_aims(results), before, [_figures(result) for result in results], options.json)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    found = parser(__doc__)
    found.add_argument("--show", action="store_true", help="say what was missed and what is wrong")
    found.add_argument("--save", metavar="FOLDER", type=Path, help="keep the drawn files, to look at them")
    return found.parse_args(arguments)


def _result(order: Order, options: argparse.Namespace) -> Result:
    sheet = draw(order)
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
        (options.save / f"{sheet.name}{sheet.suffix}").write_bytes(sheet.content)
    result = judged(sheet)
    state = result.measured.problem or f"{result.measured.seconds:.1f} s"
    print(f"{sheet.name}: {len(sheet.items)} items, {state}", file=sys.stderr)
    if options.show:
        print("".join(f"  {fault}\n" for fault in result.verdict.faults), end="", file=sys.stderr)
    return result


def judged(sheet: DrawnSheet) -> Result:
    """A drawn sheet read and scored."""
    measured = measure(sheet.content)
    return Result(sheet.name, sheet.paper, sheet.style, measured, score(sheet, measured.words, measured.callouts))


def _table(results: Sequence[Result]) -> Table:
    rows = [_row(result.name, [result]) for result in results]
    for style in dict.fromkeys(result.style for result in results):
        rows.append(_row(f"all {style}", [result for result in results if result.style == style]))
    return Table(HEADERS, (*rows, _row("all", results)))


def _row(name: str, results: Sequence[Result]) -> tuple[str, ...]:
    s = total(results)
    slowest, largest = _most(results)
    busiest = max(result.measured.cpu_s for result in results)
    return (
        name, _share(s.numbers), _share(s.numbers_read), _share(s.diameters), str(s.false_diameters),
        _share(s.deviations), _share(s.frames), _share(s.frame_characteristics), _share(s.frame_values),
        _share(s.frame_datums), _share(s.callouts), _share(s.callouts_read), _share(s.types),
        f"{slowest:.1f}", f"{busiest:.1f}", f"{largest / GB:.2f}",
    )  # fmt: skip


def total(results: Sequence[Result]) -> Score:
    return sum((result.verdict.score for result in results), Score())


def _share(share: Share) -> str:
    return f"{share.right}/{share.of}" if share.of else "-"


def _most(results: Sequence[Result]) -> tuple[float, int]:
    """Slowest in s, largest in bytes."""
    return max(r.measured.seconds for r in results), max(r.measured.peak_bytes for r in results)


def _aims(results: Sequence[Result]) -> list[Aim]:
    """The aims that these sheets can tell about."""
    s = total(results)
    shares = (
        ("numbers found", s.numbers, 0.97),
        ("Ø found", s.diameters, 0.97),
        ("frames' characteristic", s.frame_characteristics, 0.85),
        ("deviations right", s.deviations, 0.90),
    )
    aims = [Aim(name, share.value, ">=", bound) for name, share, bound in shares if share.of]
    aims.append(Aim("Ø said where none is printed", s.false_diameters, "<=", 0))
    for paper, bound in MOST_SECONDS.items():
        of_paper = [result for result in results if result.paper == paper]
        if of_paper:
            aims.append(Aim(f"slowest {paper}", _most(of_paper)[0], "<=", bound, " s"))
    aims.append(Aim("memory", _most(results)[1] / GB, "<=", MOST_MEMORY_GB, " GB"))
    return aims


def _figures(result: Result) -> dict[str, object]:
    return {
        "name": result.name,
        "paper": result.paper,
        "style": result.style,
        "seconds": round(result.measured.seconds, 2),
        "cpu_s": round(result.measured.cpu_s, 2),
        "peak_bytes": result.measured.peak_bytes,
        "problem": result.measured.problem,
        "score": asdict(result.verdict.score),
        "faults": result.verdict.faults,
    }


if __name__ == "__main__":
    sys.exit(main())
