"""Where on the sheet to look for the answer to a question, for one who reads with eyes of his own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drawing.mentions import mentions_of
from drawing.reading import Reading
from drawing.sheet import Box
from language import Language
from reader.finding import Finding
from reader.neighbourhood import matches
from reader.questions import Question
from reader.replies import reply
from reader.sizes import of_feature


@dataclass(frozen=True, slots=True)
class Places:
    """Boxes in sheet pixels, the likeliest first. `found` is lettering that answers the question as far as the sheet's
    own reading can tell; `related` is what else it speaks of.
    """

    found: tuple[Box, ...] = ()
    related: tuple[Box, ...] = ()


def places_of(question: str, language: Language, reading: Reading, before: Sequence[str] = ()) -> Places:
    """The places that `question` is about; `before` are the questions of the same sheet that it may refer to."""
    asked, finding = reply(question, language, reading, before)
    found = tuple(dict.fromkeys(_of_finding(finding)))
    related = dict.fromkeys(_related(asked, question, reading))
    return Places(found, tuple(box for box in related if box not in found))


def _of_finding(finding: Finding) -> Iterable[Box]:
    yield from (quote.box for quote in finding.quotes if quote.words)
    yield from (callout.box for callout in finding.callouts)
    yield from (table.box for table in finding.tables)


def _related(asked: Question, question: str, reading: Reading) -> Iterable[Box]:
    """Numbers and words that the question names, then what is of the kind that it asks for."""
    values = {mention.value for mention in mentions_of(question)} - {None}
    yield from (callout.box for callout in reading.callouts if callout.nominal in values)
    hits = [(matches(asked.keywords, block.text), block) for block in reading.blocks]
    yield from (block.box for count, block in sorted(hits, key=lambda hit: -hit[0]) if count)
    if asked.feature is not None:
        yield from (callout.box for callout in of_feature(asked, reading.callouts))
    if asked.topic == "gdt":
        yield from (callout.box for callout in reading.callouts if callout.type == "gdt")
    if asked.topic == "roughness":
        yield from (callout.box for callout in reading.callouts if callout.type == "roughness")
    if asked.topic == "table":
        yield from (table.box for table in reading.tables)
    if asked.field is not None and reading.title_box is not None:
        yield reading.title_box
