"""Whether the evidence of an answer can be trusted: statements with true and false values, held against drawn sheets.

    python -m bench.evidence [--quick] [--only NAME] [--drawings FOLDER] [--show] [--json FILE]

Right is a value that is found (verified, ocr_only) and true. `--drawings` names a folder with real sheets in `files`
and what stands on them in `callouts.jsonl`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.drawn_sheets import draw, orders
from bench.read_once import Measured, measure
from bench.report import Aim, Table, conclude, machine, parser
from bench.statements import Speaker, Statement
from bench.truth import Item
from drawing.evidence import Lookup
from drawing.mentions import folded, mentions_of
from drawing.reading import read
from drawing.sheet import Box
from plain_text import plain


@dataclass(frozen=True, slots=True)
class Score:
    """`found` are values that the evidence vouches for; `wrong` of them are false."""

    name: str
    true: int = 0
    false: int = 0
    found: int = 0
    wrong: int = 0

    @property
    def right(self) -> float:
        return (self.found - self.wrong) / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return (self.found - self.wrong) / self.true if self.true else 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--drawings", metavar="FOLDER", type=Path, help="real sheets besides the drawn ones")
    options_of.add_argument("--show", action="store_true", help="say which values were judged wrongly")
    options = options_of.parse_args(arguments)
    before = machine()
    scores = [
        judged(name, content, items, show=options.show)
        for name, content, items in (*_drawn(options.quick), *_real(options.drawings))
        if not options.only or options.only in name
    ]
    every = _sum("all", scores)
    rows = tuple(
        (s.name, str(s.true), str(s.false), f"{s.recall:.3f}", f"{s.right:.4f}", str(s.wrong)) for s in (*scores, every)
    )
    print(Table(("sheet", "true", "false", "found", "right", "wrong"), rows))
    aims = [Aim("true values found", every.recall, ">=", 0.97), Aim("found values right", every.right, ">=", 0.99)]
    return conclude(aims, before, [asdict(score) for score in scores], options.json)


def _drawn(quick: bool) -> Iterator[tuple[str, bytes, tuple[Item, ...]]]:
    for order in orders(quick):
        sheet = draw(order)
        yield sheet.name, sheet.content, sheet.items


def _real(folder: Path | None) -> Iterator[tuple[str, bytes, tuple[Item, ...]]]:
    if folder is None:
        return
    of_file: defaultdict[str, list[Item]] = defaultdict(list)
    for line in (folder / "callouts.jsonl").read_text("utf-8").splitlines():
        found = json.loads(line)
        of_file[found["file"]].append(_item(found))
    for name, items in of_file.items():
        yield name, (folder / "files" / name).read_bytes(), tuple(items)


def _item(found: dict[str, Any]) -> Item:
    nominal, upper, lower = (
        None if found.get(name) is None else Decimal(str(found[name])) for name in ("nominal", "upper", "lower")
    )
    return Item(
        kind=found["type"],
        text=found["text"],
        box=Box(*found["box"]),
        nominal=nominal,
        upper=upper,
        lower=lower,
        fit=found.get("fit"),
        quantity=found.get("quantity") or 1,
        diameter_sign="Ø" in found["text"],
    )


def judged(name: str, content: bytes, items: Sequence[Item], *, show: bool = False) -> Score:
    """The evidence for statements about one sheet, scored."""
    measured = measure(content)
    if measured.sheet is None:
        return Score(name)
    lookup = Lookup(read(measured.words, measured.sheet))
    score = Score(name)
    for statement in Speaker(len(items), items, _numbers(measured)).statements():
        found = _is_found(lookup, statement)
        if show and found != statement.true:
            print(f"  {name}: {'missed' if statement.true else 'believed'} {statement.text}", file=sys.stderr)
        score = Score(
            name,
            score.true + statement.true,
            score.false + (not statement.true),
            score.found + found,
            score.wrong + (found and not statement.true),
        )
    return score


def _numbers(measured: Measured) -> Iterator[Decimal]:
    """What else is printed, in title block and tables: a false value that happens to stand there is not false."""
    for word in measured.words:
        yield from (mention.value for mention in mentions_of(word.text) if mention.value is not None)


def _is_found(lookup: Lookup, statement: Statement) -> bool:
    items = lookup.evidence(plain(statement.text))
    return any(
        folded(item.value) == folded(statement.value) and item.status in ("verified", "ocr_only") for item in items
    )


def _sum(name: str, scores: Sequence[Score]) -> Score:
    return Score(name, *(sum(getattr(score, part) for score in scores) for part in ("true", "false", "found", "wrong")))


if __name__ == "__main__":
    raise SystemExit(main())
