"""The seam between the conversation and whoever answers: what an engine is asked and what it answers.

Two engines stand behind it: `qwen_vision_service.QwenVisionService` and `embedded_reader.EmbeddedReader`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from drawing.element import Element as Element
from drawing.element import ElementType as ElementType
from drawing.evidence import Evidence as Evidence
from drawing.evidence import EvidenceStatus as EvidenceStatus
from drawing.labels import FieldName
from drawing.read_sheet import ReadSheet
from drawing.rendering import Rendering
from drawing.sheet import Box, Part, Sheet
from language import Language
from sessions.turn import Memory as Memory
from sessions.turn import Turn as Turn

FinishReason = Literal["stop", "length", "loop", "cancelled"]
EngineStatus = Literal["loading", "healthy", "dead"]
#: What an engine does until it is healthy, in this order.
Stage = Literal["fetching", "loading", "rehearsing"]
#: Why a picture is shown: it is the whole sheet, the region asked about, lettering that the question is about, what the
#: model itself wished to see closer, or part of an earlier turn that is still in the prompt.
ShownFor = Literal["overview", "region", "lettering", "zoom", "history"]
#: The parts of an extraction.
Section = Literal["title_block", "callouts", "tables"]
RowType = Literal["linear", "diameter", "radius", "angle", "thread", "chamfer", "roughness", "gdt", "note"]
TableRowType = Literal["bom", "revision", "notes", "other"]


class SheetOnTheDesk(Protocol):
    """One page of a session's drawing, opened for one question."""

    @property
    def session_id(self) -> str:
        """The session that the drawing belongs to, for engines that keep a session's questions in one place."""
        ...

    @property
    def sheet(self) -> Sheet: ...

    async def renderings(self, *parts: Part) -> list[Rendering]:
        """Pictures of parts of the page, in their order; what has been drawn and kept is only named."""
        ...

    async def read(self) -> ReadSheet:
        """What the page's lettering says: the file's text layer, OCR where it has none. Read once, then remembered.

        Raises `errors.ServiceError` where the page cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an engine is asked. `region` is in sheet pixels, `history` is oldest first."""

    request_id: str
    question: str
    language: Language
    desk: SheetOnTheDesk
    history: tuple[Turn, ...] = ()
    region: Box | None = None
    grounding: bool = False
    max_tokens: int = 1024
    temperature: float = 0.1
    top_p: float = 0.8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer's Markdown, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What the predecessor's front ends show beside an answer; `None` while unknown."""

    drawing_title: str | None = None
    drawing_number: str | None = None
    revision: str | None = None
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that the model was shown: `box` of the sheet (sheet pixels) in `width` × `height` px.

    `lettering_px` is the height of the lettering in it as shown, `None` where the sheet's lettering is not read.
    """

    box: Box
    width: int
    height: int
    tokens: int
    reason: ShownFor
    lettering_px: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the engine counted them, and what it was shown; the embedded reader has neither."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    shown: tuple[ShownPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds: waiting in the engine's queue, to the first token, and from there to the last."""

    queue_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, the last thing that an engine yields. `markdown` is what the deltas add up to.

    `evidence` is what the engine itself can vouch for; every other value is looked up on the sheet afterwards, and
    `checked` says on how much of its lettering. `memory` is what the engine wants to find in the history again.
    """

    markdown: str
    finish_reason: FinishReason = "stop"
    elements: tuple[Element, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checked: Literal["all", "part", "none"] = "none"
    title_block: TitleBlock = TitleBlock()
    tables: tuple[str, ...] = ()
    usage: Usage = Usage()
    timings: Timings = Timings()
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class ProposedField:
    """A field of the title block as a model sees it; `box` in sheet pixels, around the value."""

    name: FieldName
    value: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class ProposedCallout:
    """A callout as a model sees it, with quantity, deviations and fit; `box` in sheet pixels."""

    text: str
    type: RowType
    box: Box | None


@dataclass(frozen=True, slots=True)
class ProposedTable:
    """A table as a model sees it; `rows` are as wide as `headers`, `box` in sheet pixels."""

    table_type: TableRowType
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    box: Box | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model sees of one sheet, not yet held against its lettering. Not `complete` where its room ended first."""

    fields: tuple[ProposedField, ...] = ()
    callouts: tuple[ProposedCallout, ...] = ()
    tables: tuple[ProposedTable, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an engine is that is not ready yet: `seconds` into a stage, and the `share` of it that is done, 0-1."""

    stage: Stage
    seconds: float
    share: float | None = None


class VisionEngine(Protocol):
    """Whoever answers questions about a sheet.

    `ask` yields `Delta`s and then one `Answer`; closing the generator ends the work behind it. It raises
    `errors.QuestionTooLong` before the first delta, `errors.EngineUnavailable` when the engine is not there.
    """

    name: Literal["vllm", "embedded"]
    model: str

    @property
    def status(self) -> EngineStatus: ...

    @property
    def progress(self) -> Progress | None:
        """How far it is while it is loading, else `None`; looks at the disk, so ask in a thread."""
        ...

    @property
    def silent_s(self) -> float:
        """s since the engine gave anything out; 0 for one that cannot fall silent."""
        ...

    async def start(self) -> None:
        """Becomes healthy, or dead with the reason in the log; the service answers `/health` meanwhile."""
        ...

    async def close(self) -> None:
        """Ends the questions that it is at with `errors.EngineUnavailable`; it may be started again."""
        ...

    async def probe(self) -> None:
        """Has the engine give out one token, to know that it is alive.

        Raises `errors.EngineUnavailable`; waits as long as the engine is silent, so the caller sets a timeout.
        """
        ...

    def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]: ...

    async def forget(self, pictures: frozenset[str]) -> None:
        """Told now and then which pictures of sessions that ended must go from its caches, if any; by `Facts.key`."""
        ...

    async def warm(self, desk: SheetOnTheDesk) -> None:
        """Told of a sheet right after its upload, so that the first question about it waits less."""
        ...

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> Proposal | None:
        """What the engine itself sees on the sheet, for an extraction; `None` where it has no eyes of its own.

        Cancelling it ends the engine's work. Raises `errors.EngineUnavailable` when the engine is not there.
        """
        ...
