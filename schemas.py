"""What crosses the wire. Names are fixed by those who call the service: added to, never renamed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from drawing.grammar.notation import Bound, Unit
from drawing.labels import FieldName
from drawing.sheet import Box, Sheet
from extraction import Extraction
from merging import RowSource, RowStatus
from vision import (
    Element,
    ElementType,
    EngineStatus,
    Evidence,
    EvidenceStatus,
    FinishReason,
    RowType,
    ShownFor,
    ShownPicture,
    Stage,
    TableRowType,
    Turn,
    Usage,
)

SESSION_EXAMPLE = "3f1c0a52-8d1e-4d52-9a55-0f5f7f1f2c11"


class BoundingBox(BaseModel):
    """Pixels of `image_width` × `image_height`, the upright sheet as shown; origin top left."""

    model_config = ConfigDict(from_attributes=True)

    x1: float
    y1: float
    x2: float
    y2: float

    @classmethod
    def of(cls, box: Box) -> BoundingBox:
        return cls(x1=round(box.x1, 1), y1=round(box.y1, 1), x2=round(box.x2, 1), y2=round(box.y2, 1))


class PageInfo(BaseModel):
    page: int
    width: int = Field(description="Sheet pixels.")
    height: int = Field(description="Sheet pixels.")
    paper: str | None = Field(description="ISO 216 size, null where the file does not say.")
    dpi: float | None = Field(description="Sheet pixels per inch of paper.")
    text_source: Literal["text_layer", "ocr"]
    turned: Literal[0, 90, 180, 270] = Field(description="Degrees clockwise from how it lay in the file.")
    straightened: bool = Field(description="It lay askew or was a photo; boxes do not fit the file's own pixels.")
    read: bool = Field(description="Its lettering is read; until then a question waits for that.")

    @classmethod
    def of(cls, sheet: Sheet, read: bool = False) -> PageInfo:
        return cls(
            page=sheet.page,
            width=sheet.width,
            height=sheet.height,
            paper=sheet.paper,
            dpi=round(sheet.dpi, 1) if sheet.dpi else None,
            text_source=sheet.text_source,
            turned=sheet.turned,
            straightened=sheet.straightened,
            read=read,
        )


class ServiceInfo(BaseModel):
    status: Literal["running"] = "running"
    service: str
    version: str
    model: str
    model_ready: bool
    engine: Literal["vllm", "embedded"]


class ProgressInfo(BaseModel):
    """How far an engine is that is not ready yet."""

    model_config = ConfigDict(from_attributes=True)

    stage: Stage = Field(description="The weights are fetched, then loaded, then every kernel runs once.")
    seconds: float = Field(description="s since this stage began.")
    share: float | None = Field(description="0-1 of this stage; null where nobody can tell.")


class Health(BaseModel):
    status: EngineStatus | Literal["draining"]
    model_loaded: bool
    gpu_available: bool
    model: str
    engine: Literal["vllm", "embedded"]
    sessions: int
    progress: ProgressInfo | None = Field(None, description="Only while `status` is loading.")


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class UploadAnswer(BaseModel):
    session_id: str = Field(examples=[SESSION_EXAMPLE])
    filename: str = Field(examples=["flansch.pdf"])
    status: Literal["ready"] = "ready"
    message: str
    pages: list[PageInfo]
    expires_at: datetime


class DetectedElement(BaseModel):
    label: str
    element_type: ElementType
    bbox: BoundingBox
    confidence: float | None
    page: int
    source: Literal["model", "text_layer", "ocr"]

    @classmethod
    def of(cls, element: Element) -> DetectedElement:
        return cls(
            label=element.label,
            element_type=element.element_type,
            bbox=BoundingBox.of(element.box),
            confidence=element.confidence,
            page=element.page,
            source=element.source,
        )


class EvidenceItem(BaseModel):
    value: str
    status: EvidenceStatus
    page: int
    bbox: BoundingBox | None
    zone: str | None = None
    source: Literal["text_layer", "ocr"] | None

    @classmethod
    def of(cls, evidence: Evidence) -> EvidenceItem:
        return cls(
            value=evidence.value,
            status=evidence.status,
            page=evidence.page,
            bbox=BoundingBox.of(evidence.box) if evidence.box else None,
            zone=evidence.zone,
            source=evidence.source,
        )


class ShownPictureInfo(BaseModel):
    """A picture that the model was shown to answer."""

    bbox: BoundingBox = Field(description="What of the sheet it shows.")
    width: int = Field(description="px of the picture.")
    height: int = Field(description="px of the picture.")
    tokens: int
    reason: ShownFor
    lettering_px: float | None = Field(description="Height of the lettering as shown; null where it is not read.")

    @classmethod
    def of(cls, shown: ShownPicture) -> ShownPictureInfo:
        height = None if shown.lettering_px is None else round(shown.lettering_px, 1)
        return cls(
            bbox=BoundingBox.of(shown.box),
            width=shown.width,
            height=shown.height,
            tokens=shown.tokens,
            reason=shown.reason,
            lettering_px=height,
        )


class UsageInfo(BaseModel):
    prompt_tokens: int = 0
    cached_tokens: int = Field(0, description="Of the prompt, found in the engine's cache.")
    completion_tokens: int = 0
    shown: list[ShownPictureInfo] = Field([], description="The whole sheet first, then enlarged parts of it.")

    @classmethod
    def of(cls, usage: Usage) -> UsageInfo:
        return cls(
            prompt_tokens=usage.prompt_tokens,
            cached_tokens=usage.cached_tokens,
            completion_tokens=usage.completion_tokens,
            shown=[ShownPictureInfo.of(picture) for picture in usage.shown],
        )


class TimingsInfo(BaseModel):
    """Seconds."""

    queue_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0


class ChatAnswer(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Der Außendurchmesser ist Ø70,50 ±0,05.",
                    "markdown": "Der Außendurchmesser ist Ø70,50 ±0,05.",
                    "detected_elements": [
                        {
                            "label": "Ø70,50 ±0,05",
                            "element_type": "dimension",
                            "bbox": {"x1": 465.0, "y1": 1765.0, "x2": 786.0, "y2": 1821.0},
                            "confidence": 1.0,
                            "page": 1,
                            "source": "text_layer",
                        }
                    ],
                    "image_width": 2339,
                    "image_height": 1654,
                    "processing_time": 0.21,
                    "session_id": SESSION_EXAMPLE,
                    "page": 1,
                    "model": "embedded-reader",
                    "engine": "embedded",
                    "finish_reason": "stop",
                }
            ]
        }
    )

    text: str = Field(description="The answer as plain text.")
    markdown: str = Field(description="The answer as it was written; tables are Markdown tables.")
    detected_elements: list[DetectedElement]
    image_width: int
    image_height: int
    processing_time: float = Field(description="Seconds from the question to the end of the answer.")

    session_id: str
    page: int
    model: str
    engine: Literal["vllm", "embedded"]
    finish_reason: FinishReason
    evidence: list[EvidenceItem] = []
    usage: UsageInfo = UsageInfo()
    timings: TimingsInfo = TimingsInfo()

    # For front ends of the predecessor.
    drawing_title: str | None = None
    drawing_number: str | None = None
    revision: str | None = None
    scale: str | None = None
    dimensions: list[str] = []
    part_numbers: list[str] = []
    tables: list[str] = []
    annotations: list[str] = []


class HistoryTurn(BaseModel):
    question: str
    answer: str
    page: int
    at: datetime
    evidence: list[EvidenceItem] = Field([], description="Where the values of the answer stand, as `/api/chat` said.")
    region: BoundingBox | None = Field(None, description="What of the page was asked about; null: all of it.")
    detected_elements: list[DetectedElement] = Field([], description="As `/api/chat` said.")

    @classmethod
    def of(cls, turn: Turn) -> HistoryTurn:
        return cls(
            question=turn.question,
            answer=turn.answer,
            page=turn.page,
            at=utc(turn.at),
            evidence=[EvidenceItem.of(evidence) for evidence in turn.evidence],
            region=BoundingBox.of(turn.region) if turn.region else None,
            detected_elements=[DetectedElement.of(element) for element in turn.elements],
        )


class SessionInfo(BaseModel):
    session_id: str
    filename: str
    created_at: datetime
    expires_at: datetime
    pages: list[PageInfo]
    history: list[HistoryTurn]


class TitleBlockField(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: FieldName
    label: str = Field(description="As printed; empty where the value was known by its form.")
    value: str
    page: int
    bbox: BoundingBox | None
    zone: str | None
    source: RowSource
    status: RowStatus


class ExtractedTitleBlock(BaseModel):
    fields: list[TitleBlockField]


class Computed(BaseModel):
    """Deviations that do not stand on the sheet but follow from a standard."""

    model_config = ConfigDict(from_attributes=True)

    upper: float
    lower: float
    standard: str = Field(examples=["ISO 286 H7", "ISO 2768-m"])


class ExtractedCallout(BaseModel):
    """Numbers are as printed, in `unit`; null is unknown."""

    model_config = ConfigDict(from_attributes=True)

    page: int
    text: str = Field(examples=["Ø70,50 ±0,05"])
    type: RowType
    nominal: float | None
    upper: float | None = Field(description="Printed upper deviation.")
    lower: float | None = Field(description="Printed lower deviation.")
    fit: str | None = Field(description="Tolerance class of a fit or thread, such as H7, H7/g6, 6H.")
    quantity: int
    unit: Unit | None
    bbox: BoundingBox | None
    zone: str | None
    source: RowSource
    status: RowStatus = Field(description="verified: in the text layer; ocr_only; not_found: said by a model alone.")
    limits: tuple[float, float] | None = Field(description="Printed lower and upper limit.")
    bound: Bound | None = Field(description="The nominal is a minimum or a maximum.")
    depth: float | None
    pitch: float | None = Field(description="Of a thread.")
    characteristic: str | None = Field(description="Of a geometrical tolerance (ISO 1101).")
    datums: list[str]
    modifiers: list[str] = Field(description="Of a geometrical tolerance (ISO 2692), such as Ⓜ.")
    reference: bool = Field(description="In round brackets (ISO 129-1).")
    basic: bool = Field(description="Theoretically exact: in a frame of its own (ISO 1101).")
    sign_missing: bool = Field(description="A sign (Ø, ±) is drawn, not written, and was inferred.")
    confidence: float | None = Field(description="1 for a text layer, else the recogniser's own.")
    lettering_mm: float | None = Field(description="Height of the lettering on paper; null where the scale is unknown.")
    computed: Computed | None


class ExtractedTable(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    page: int
    table_type: TableRowType
    headers: list[str]
    rows: list[list[str]]
    bbox: BoundingBox | None
    source: RowSource
    unverified_cells: int = Field(description="Cells that only a model says.")
    row_boxes: list[BoundingBox | None] = Field(description="Where each row stands; null where none of it was read.")


class ExtractedPage(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    page: int
    complete: bool = Field(description="False where time or room ended the reading early.")
    proposed: bool = Field(description="A model looked at the page beside the reading of its lettering.")


class ExtractAnswer(BaseModel):
    """Sections that were not asked for are absent; one that was asked for and found nothing is empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": SESSION_EXAMPLE,
                    "engine": "embedded",
                    "model": "embedded-reader",
                    "pages": [{"page": 1, "complete": True, "proposed": False}],
                    "title_block": {
                        "fields": [
                            {
                                "name": "material",
                                "label": "Werkstoff",
                                "value": "EN AW-6082",
                                "page": 1,
                                "bbox": {"x1": 1536.2, "y1": 1302.8, "x2": 1698.3, "y2": 1323.7},
                                "zone": None,
                                "source": "text_layer",
                                "status": "verified",
                            }
                        ]
                    },
                    "tables": [],
                }
            ]
        }
    )

    session_id: str = Field(examples=[SESSION_EXAMPLE])
    engine: Literal["vllm", "embedded"]
    model: str
    pages: list[ExtractedPage]
    title_block: ExtractedTitleBlock = ExtractedTitleBlock(fields=[])
    callouts: list[ExtractedCallout] = []
    tables: list[ExtractedTable] = []

    @classmethod
    def of(cls, extraction: Extraction, engine: Literal["vllm", "embedded"], model: str) -> ExtractAnswer:
        """To be written with `exclude_unset`."""
        about = {"session_id": extraction.session_id, "engine": engine, "model": model, "pages": extraction.pages}
        sections = {
            "title_block": {"fields": extraction.title_block},
            "callouts": extraction.callouts,
            "tables": extraction.tables,
        }
        return cls.model_validate(about | {kind: sections[kind] for kind in extraction.kinds})


class DeleteAnswer(BaseModel):
    status: Literal["deleted"] = "deleted"
    session_id: str
    deleted_bytes: int


class Problem(BaseModel):
    """RFC 9457, media type `application/problem+json`. `code` never changes, `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str = Field(examples=["session_not_found"])
    request_id: str | None


def utc(seconds: float) -> datetime:
    """Seconds since the epoch as the wire shows them."""
    return datetime.fromtimestamp(seconds, UTC)
