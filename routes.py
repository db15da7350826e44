"""The routes: a form in, a sentence of work, an answer out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, cast

from asgi_correlation_id import correlation_id
from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

import export
import reception
from conversation import Question, TurnDone, region_on, sheet_of
from drawing.grounding import in_words
from drawing.sheet import Box, Part
from errors import EngineUnavailable, InvalidRequest, ServiceError
from extraction import Extraction, Order, kinds_of
from gates import affinity, problem
from gates.disconnect import unless_client_leaves
from gates.guard import GuardedRoute, owner
from language import language_of, named_language
from metrics import MEDIA_TYPE
from plain_text import plain
from schemas import (
    Alive,
    ChatAnswer,
    DeleteAnswer,
    DetectedElement,
    EvidenceItem,
    ExtractAnswer,
    Health,
    HistoryTurn,
    PageInfo,
    Problem,
    ProgressInfo,
    ServiceInfo,
    SessionInfo,
    TimingsInfo,
    UploadAnswer,
    UsageInfo,
    utc,
)
from service import SERVICE_NAME, VERSION, Service
from session_store import Session
from vision import Answer, Delta

router = APIRouter(
    route_class=GuardedRoute,
    responses={"4XX": {"model": Problem, "description": "What was wrong, as a problem document."}},
)

EVENT_STREAM = "text/event-stream"
MESSAGES = {
    "de": "Zeichnung hochgeladen, {pages} Seite(n). Jetzt kann gefragt werden.",
    "en": "Drawing uploaded, {pages} page(s). Ready for questions.",
}


def get_service(request: Request) -> Service:
    return cast(Service, request.state.service)


ServiceDep = Annotated[Service, Depends(get_service)]
OwnerDep = Annotated[str, Depends(owner)]
SessionId = Annotated[str, Depends(affinity.session_in_path)]
SessionIdField = Annotated[str, Depends(affinity.session_in_form)]


@router.head("/", include_in_schema=False)
@router.get("/", summary="What runs here")
async def about(service: ServiceDep) -> ServiceInfo:
    engine = service.engine
    return ServiceInfo(
        service=SERVICE_NAME,
        version=VERSION,
        model=engine.model,
        model_ready=engine.status == "healthy",
        engine=engine.name,
    )


@router.head("/health", include_in_schema=False)
@router.get("/health", summary="Would a question asked now be answered?", responses={503: {"model": Health}})
async def health(service: ServiceDep) -> JSONResponse:
    status = service.status
    progress = await asyncio.to_thread(lambda: service.engine.progress)
    state = Health(
        status=status,
        model_loaded=service.engine.status == "healthy",
        gpu_available=service.gpu_available,
        model=service.engine.model,
        engine=service.engine.name,
        sessions=await asyncio.to_thread(service.store.count),
        progress=ProgressInfo.model_validate(progress) if progress else None,
    )
    return JSONResponse(state.model_dump(exclude_none=True), 200 if status == "healthy" else 503)


@router.get("/health/live", summary="Is the process alive at all?")
async def live() -> Alive:
    return Alive()


@router.get("/metrics", summary="Figures for Prometheus, the engine's among them", response_class=PlainTextResponse)
async def figures(service: ServiceDep) -> Response:
    return Response(await asyncio.to_thread(service.metrics.exposition), media_type=MEDIA_TYPE)


@router.post("/api/upload", summary="Upload a drawing, open a session", responses={503: {"model": Problem}})
async def upload(
    request: Request,
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    file: Annotated[UploadFile, File(description="The drawing.")],
) -> UploadAnswer:
    limit = service.settings.max_upload_bytes
    session = await reception.receive(file, service.store, service.workshop, limit, owner)
    service.begin(service.warm(session))
    affinity.mark(response, request, session)
    pages = [PageInfo.of(sheet) for sheet in session.drawing.sheets]
    return UploadAnswer(
        session_id=session.id,
        filename=session.filename,
        message=MESSAGES[problem.client_language(request)].format(pages=len(pages)),
        pages=pages,
        expires_at=utc(session.expires_at),
    )


def question_of(
    request: Request,
    service: ServiceDep,
    question: Annotated[str, Form(examples=["Was ist der Außendurchmesser?"])],
    use_grounding: Annotated[bool, Form(description="Ask for the places of what the answer names.")] = False,
    page: Annotated[int, Form(ge=1)] = 1,
    region: Annotated[str | None, Form(description="`x1,y1,x2,y2` in sheet pixels.")] = None,
    max_tokens: Annotated[int | None, Form(ge=1, le=8192)] = None,
    temperature: Annotated[float | None, Form(ge=0, le=2)] = None,
    top_p: Annotated[float | None, Form(gt=0, le=1)] = None,
    seed: Annotated[int | None, Form(ge=0, le=2**31 - 1, description="The same one, the same answer.")] = None,
) -> Question:
    settings = service.settings
    if not question.strip() or len(question) > settings.max_question_chars:
        raise InvalidRequest(field="question")
    return Question(
        request_id=correlation_id.get() or "",
        text=question,
        language=problem.client_language(request),
        page=page,
        region=box_of(region) if region else None,
        grounding=use_grounding,
        max_tokens=max_tokens or settings.max_tokens,
        temperature=settings.temperature if temperature is None else temperature,
        top_p=top_p or settings.top_p,
        seed=settings.seed if seed is None else seed,
    )


@router.post(
    "/api/chat",
    summary="Ask about a drawing",
    response_model=ChatAnswer,
    responses={200: {"content": {EVENT_STREAM: {}}}, 503: {"model": Problem}, 504: {"model": Problem}},
)
async def chat(
    request: Request,
    service: ServiceDep,
    owner: OwnerDep,
    session_id: SessionIdField,
    question: Annotated[Question, Depends(question_of)],
    stream: Annotated[bool, Form(description="Server-sent events: `delta`s, then one `answer`.")] = False,
) -> Response | ChatAnswer:
    pieces = service.chat(session_id, question, owner)
    if stream or EVENT_STREAM in request.headers.get("accept", ""):
        ping_s = service.settings.stream_ping_s
        first = await _begun(request, pieces, ping_s)
        events = _events(service, session_id, question, first, pieces)
        return EventSourceResponse(events, ping=ping_s)
    return await unless_client_leaves(request, _whole(service, session_id, pieces))


def order_of(
    what: Annotated[str, Form(description="`title_block`, `callouts`, `tables`, by commas; or `all`.")] = "all",
    page: Annotated[int | None, Form(ge=1, description="Every page, unless one is named.")] = None,
) -> Order:
    try:
        return Order(kinds_of(what), page)
    except ValueError as error:
        raise InvalidRequest(field="what") from error


@router.post(
    "/api/extract",
    summary="Title block, callouts and tables as data",
    response_model=ExtractAnswer,
    responses={
        200: {"content": {export.CSV: {}, export.XLSX: {}, export.ZIP: {}}},
        503: {"model": Problem},
        504: {"model": Problem},
    },
)
async def extract(
    request: Request,
    service: ServiceDep,
    owner: OwnerDep,
    session_id: SessionIdField,
    order: Annotated[Order, Depends(order_of)],
    form: Annotated[export.Format, Form(alias="format", description="CSV of several kinds is a ZIP archive.")] = "json",
) -> Response:
    work = service.extract(session_id, order, correlation_id.get() or "", owner)
    extraction = await unless_client_leaves(request, work)
    return await asyncio.to_thread(extract_answer, service, extraction, form, request.headers.get("accept-language"))


@router.get("/api/session/{session_id}", summary="Pages, expiry and history of a session")
async def session_info(service: ServiceDep, owner: OwnerDep, session_id: SessionId) -> SessionInfo:
    session = await asyncio.to_thread(service.store.open, session_id, owner)
    turns = await asyncio.to_thread(service.store.history, session)
    pages = await asyncio.to_thread(pages_of, service, session)
    return SessionInfo(
        session_id=session.id,
        filename=session.filename,
        created_at=utc(session.created_at),
        expires_at=utc(session.expires_at),
        pages=pages,
        history=[HistoryTurn.of(turn) for turn in turns],
    )


@router.get(
    "/api/session/{session_id}/pages/{page}",
    summary="The picture of a page or of a region of it",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 503: {"model": Problem}},
)
async def page_picture(
    request: Request,
    service: ServiceDep,
    owner: OwnerDep,
    session_id: SessionId,
    page: Annotated[int, Path(ge=1)],
    max_px: Annotated[int | None, Query(ge=32, description="px of the longer side.")] = None,
    region: Annotated[str | None, Query(description="`x1,y1,x2,y2` in sheet pixels.")] = None,
) -> Response:
    session = await asyncio.to_thread(service.store.open, session_id, owner)
    sheet = sheet_of(session, page)
    part = region_on(sheet, box_of(region) if region else None) or sheet.box
    side = min(max_px or round(max(part.width, part.height)), service.settings.picture_max_px)
    opened = service.workshop.open(session.folder, session.drawing, sheet)
    picture = opened.picture(Part(part, max_pixels=side * side, max_px=side), admitted=False)
    return Response(await unless_client_leaves(request, picture), media_type="image/png")


@router.delete("/api/session/{session_id}", summary="Delete a session and everything of it")
async def delete_session(service: ServiceDep, owner: OwnerDep, session_id: SessionId) -> DeleteAnswer:
    return DeleteAnswer(session_id=session_id, deleted_bytes=await service.delete(session_id, owner))


def pages_of(service: Service, session: Session) -> list[PageInfo]:
    opened = [service.workshop.open(session.folder, session.drawing, sheet) for sheet in session.drawing.sheets]
    return [PageInfo.of(each.sheet, each.is_read) for each in opened]


def box_of(region: str) -> Box:
    """`x1,y1,x2,y2`, corners in any order; anything else is an `InvalidRequest`."""
    try:
        x1, y1, x2, y2 = (float(part) for part in region.split(","))
    except ValueError as error:
        raise InvalidRequest(field="region") from error
    if not all(abs(value) < 1e9 for value in (x1, y1, x2, y2)):
        raise InvalidRequest(field="region")
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


async def _whole(service: Service, session_id: str, pieces: AsyncGenerator[Delta | TurnDone]) -> ChatAnswer:
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, TurnDone):
                return chat_answer(service, session_id, piece)
    raise EngineUnavailable


async def _begun(
    request: Request, pieces: AsyncGenerator[Delta | TurnDone], wait_s: float
) -> asyncio.Future[Delta | TurnDone]:
    """The first piece, or its arrival once that takes longer than `wait_s`; an error until then is raised."""
    first = asyncio.ensure_future(anext(pieces))
    try:
        await unless_client_leaves(request, asyncio.wait({first}, timeout=wait_s))
    except BaseException:
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        raise
    if first.done():
        first.result()
    return first


async def _events(
    service: Service,
    session_id: str,
    question: Question,
    first: asyncio.Future[Delta | TurnDone],
    rest: AsyncGenerator[Delta | TurnDone],
) -> AsyncIterator[ServerSentEvent]:
    """`delta` events, then `answer`; or an `error` event with the problem document."""
    async with aclosing(rest):
        try:
            yield _event(service, session_id, await first)
            async for piece in rest:
                yield _event(service, session_id, piece)
        except ServiceError as error:
            document = problem.of_error(error, question.language)
            yield ServerSentEvent(json.dumps(document, ensure_ascii=False), event="error")


def _event(service: Service, session_id: str, piece: Delta | TurnDone) -> ServerSentEvent:
    if isinstance(piece, Delta):
        return ServerSentEvent(json.dumps({"text": piece.text}, ensure_ascii=False), event="delta")
    return ServerSentEvent(chat_answer(service, session_id, piece).model_dump_json(), event="answer")


def chat_answer(service: Service, session_id: str, done: TurnDone) -> ChatAnswer:
    answer, sheet = done.answer, done.sheet
    block = answer.title_block
    return ChatAnswer(
        text=plain(in_words(answer.markdown)),
        markdown=answer.markdown,
        detected_elements=[DetectedElement.of(element) for element in answer.elements],
        image_width=sheet.width,
        image_height=sheet.height,
        processing_time=round(done.seconds, 3),
        session_id=session_id,
        page=sheet.page,
        model=service.engine.model,
        engine=service.engine.name,
        finish_reason=answer.finish_reason,
        evidence=[EvidenceItem.of(evidence) for evidence in answer.evidence],
        usage=UsageInfo.of(answer.usage),
        timings=TimingsInfo.model_validate(answer.timings, from_attributes=True),
        drawing_title=block.drawing_title,
        drawing_number=block.drawing_number,
        revision=block.revision,
        scale=block.scale,
        dimensions=_labels(answer, "dimension"),
        part_numbers=_labels(answer, "part_number"),
        tables=list(answer.tables),
        annotations=_labels(answer, "text"),
    )


def extract_answer(
    service: Service, extraction: Extraction, form: export.Format, accept_language: str | None
) -> Response:
    """Builds the whole body, which takes its time for a book of sheets: call it in a thread."""
    if form == "json":
        answer = ExtractAnswer.of(extraction, service.engine.name, service.engine.model)
        return Response(answer.model_dump_json(exclude_unset=True), media_type="application/json")
    if form == "csv":
        file = export.csv_of(extraction, named_language(accept_language))
    else:
        file = export.xlsx_of(extraction, language_of(accept_language))
    return Response(file.content, media_type=file.media_type, headers=file.headers)


def _labels(answer: Answer, element_type: str) -> list[str]:
    return [element.label for element in answer.elements if element.element_type == element_type]
