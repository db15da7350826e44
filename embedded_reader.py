"""The engine with no model: it answers from the sheet's own lettering, quotes it, and says when it does not know."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Literal

import anyio.to_thread

from drawing.evidence import status_of
from drawing.reading import Reading, read
from drawing.sheet import Box
from drawing.tables import markdown_of
from language import Language
from plain_text import escaped
from reader.finding import Finding, Quote
from reader.replies import reply
from reader.wording import sentence
from vision import (
    Answer,
    Delta,
    Element,
    EngineStatus,
    Evidence,
    Inquiry,
    Progress,
    Section,
    SheetOnTheDesk,
    Timings,
    Turn,
)

DELTA_CHARS = 48


class EmbeddedReader:
    """The seam's engine for machines without a GPU (`vision.VisionEngine`)."""

    name: Literal["vllm", "embedded"] = "embedded"
    model: str = "embedded-reader"

    def __init__(self) -> None:
        self._status: EngineStatus = "loading"

    @property
    def status(self) -> EngineStatus:
        return self._status

    @property
    def progress(self) -> Progress | None:
        return None

    @property
    def silent_s(self) -> float:
        return 0

    async def start(self) -> None:
        self._status = "healthy"

    async def close(self) -> None:
        self._status = "dead"

    async def probe(self) -> None:
        """Nothing: what runs in this process answers as long as the process does."""

    async def forget(self, pictures: frozenset[str]) -> None:
        """Nothing: it keeps none."""

    async def warm(self, desk: SheetOnTheDesk) -> None:
        """Nothing: the lettering, which is all it needs, is read ahead whoever answers."""

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> None:
        """Nothing: it knows of a sheet what its lettering says, which an extraction reads anyway."""

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        began = time.perf_counter()
        sheet = await inquiry.desk.read()
        answer = await anyio.to_thread.run_sync(_answer, inquiry, sheet.reading)
        read_s = time.perf_counter() - began
        for piece in _pieces(answer.markdown):
            yield Delta(piece)
        timings = Timings(ttft_s=read_s, decode_s=time.perf_counter() - began - read_s)
        yield replace(answer, timings=timings)


def _answer(inquiry: Inquiry, reading: Reading) -> Answer:
    return answer_from(
        inquiry.question, reading, language=inquiry.language, history=inquiry.history, region=inquiry.region
    )


def answer_from(
    question: str,
    reading: Reading,
    *,
    language: Language = "de",
    history: tuple[Turn, ...] = (),
    region: Box | None = None,
) -> Answer:
    """Answers a question from what a sheet says; `language` holds only where the question's own words do not tell."""
    if region is not None:
        reading = read((word for word in reading.words if region.contains(*word.box.centre)), reading.sheet)
    before = [turn.question for turn in history if turn.page == reading.sheet.page]
    asked, finding = reply(question, language, reading, before)
    return Answer(
        sentence(finding, asked.language),
        elements=_elements(finding, reading.sheet.page),
        evidence=tuple(_evidence(quote, reading.sheet.page) for quote in finding.quotes),
        tables=tuple(markdown_of(table, escaped) for table in finding.tables),
    )


def _elements(finding: Finding, page: int) -> tuple[Element, ...]:
    if finding.tables:
        return tuple(Element("table", "table", table.box, page, table.source) for table in finding.tables)
    return tuple(
        Element(quote.text, quote.element_type, quote.box, page, quote.source, quote.confidence)
        for quote in finding.quotes
        if not quote.computed
    )


def _evidence(quote: Quote, page: int) -> Evidence:
    if quote.computed:
        return Evidence(quote.text, "computed", page, quote.box, quote.source)
    return Evidence(quote.text, status_of(quote.source), page, quote.box, quote.source)


def _pieces(markdown: str) -> list[str]:
    """The answer in pieces of a few words, which add up to it."""
    return re.findall(rf"(?s).{{1,{DELTA_CHARS}}}(?=\s|$)\s*|\S+", markdown)
