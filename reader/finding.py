"""What a question finds on a sheet: values as printed, with their words, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from drawing.callouts import Callout
from drawing.labels import FieldName
from drawing.lines import Line, confidence_of, source_of
from drawing.sheet import Box, Source, Word
from drawing.tables import Table
from drawing.title_block import Field
from vision import ElementType

#: How an answer is put; `wording.py` has a German and an English sentence for each.
Phrase = Literal[
    "value",
    "only",
    "largest",
    "smallest",
    "from_the_edge",
    "tolerance",
    "limits",
    "fit",
    "upper_limit",
    "lower_limit",
    "both_limits",
    "middle",
    "depth",
    "pitch",
    "quantity",
    "field",
    "fields",
    "title_by_place",
    "in_block",
    "by_form",
    "name_by_form",
    "date_by_form",
    "view_scale",
    "views",
    "named_views",
    "datums",
    "general_tolerance",
    "roughness",
    "frame",
    "note",
    "cell",
    "row",
    "table",
    "list",
    "rows",
    "candidates",
    "ambiguous",
    "no_tolerance",
    "no_quantity",
    "once",
    "total",
    "counted",
    "envelope",
    "depth_nearby",
    "through",
    "no_depth",
    "no_depths",
    "empty_field",
    "absent",
    "absent_at",
    "absent_size",
    "together",
    "absent_value",
    "unread_value",
    "printed",
    "several",
    "somewhere",
    "unread",
    "untied",
    "not_understood",
    "cannot_count",
    "chat",
    "greeting",
    "thanks",
    "goodbye",
    "self",
    "abilities",
    "foreign",
    "explained",
    "summary",
]
#: What is said first to a question that wants a yes or a no.
Verdict = Literal["yes", "no"]
#: Caveats that follow the sentence.
Caveat = Literal[
    "sign_missing",
    "diameter_unread",
    "diameter_ocr",
    "one_deviation",
    "characteristic_unread",
    "largest_taken",
    "smallest_taken",
    "unsure",
    "projection_drawn",
]


@dataclass(frozen=True, slots=True)
class Quote:
    """Lettering that an answer repeats, or a number computed from it; `words` are where it stands on the sheet.

    `noun` names what the lettering is, where a drawn symbol told it (`nouns.py`).
    """

    text: str
    words: tuple[Word, ...]
    element_type: ElementType = "dimension"
    computed: bool = False
    noun: str = ""

    @property
    def box(self) -> Box:
        return Box.around(word.box for word in self.words)

    @property
    def source(self) -> Source:
        return source_of(self.words)

    @property
    def confidence(self) -> float:
        return confidence_of(self.words)


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a search. `noun` names what was asked for: a feature, field or characteristic.

    `quotes` are what the answer vouches for, in its order; `of` is the callout or name that they belong to, `number` a
    count. `callouts` are what a follow-up question would mean by *it*. `computed` is said of what a standard gives.
    `parts` are the answers to a question that asks for several things.
    """

    phrase: Phrase
    noun: str = ""
    quotes: tuple[Quote, ...] = ()
    of: str = ""
    number: int = 0
    caveats: tuple[Caveat, ...] = ()
    tables: tuple[Table, ...] = ()
    callouts: tuple[Callout, ...] = ()
    computed: str = ""
    verdict: Verdict | None = None
    parts: tuple[Finding, ...] = ()


def of_callout(callout: Callout, text: str | None = None) -> Quote:
    return Quote(text or callout.text, callout.words)


def of_field(found: Field) -> Quote:
    kinds: dict[FieldName, ElementType] = {
        "title": "title",
        "drawing_number": "part_number",
        "part_number": "part_number",
    }
    return Quote(found.value, found.words, kinds.get(found.name, "text"))


def of_line(line: Line) -> Quote:
    return Quote(line.plain.strip(), line.words, "text")


def distinct(callouts: Iterable[Callout]) -> list[Callout]:
    """One callout of each text, the first on the sheet."""
    first: dict[tuple[str, str], Callout] = {}
    for callout in callouts:
        first.setdefault((callout.type, callout.text), callout)
    return list(first.values())


def alike(callout: Callout, callouts: Sequence[Callout]) -> tuple[Callout, ...]:
    """All callouts that say the same."""
    return tuple(other for other in callouts if (other.type, other.text) == (callout.type, callout.text))
