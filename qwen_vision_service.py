"""Qwen3-VL behind the seam: owns vLLM's `AsyncLLMEngine`, in this process.

The only module that imports vLLM, and only where it is used, so that everything else starts without it. Written for
vLLM 0.32, and for 0.26 as far as it has the same names.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from PIL import Image

from drawing.rendering import Rendering
from errors import EngineUnavailable
from gpu import gpus
from qwen.answer import AnswerInTheMaking
from qwen.arguments import PICTURES_PER_PROMPT, engine_arguments
from qwen.budget import Budget
from qwen.checkpoint import CheckpointError, arrived, choose_checkpoint, fetch, shown_name
from qwen.extraction import INSTRUCTIONS, SCHEMAS, read_proposal
from qwen.image import Picture, PictureChanged, content_of, picture_of
from qwen.parallel import ModelShape, Parallel, ParallelError, check_machine, check_model
from qwen.prompt import Prompt, PromptWriter
from qwen.showing import Showing
from qwen.turn import AskedTurn, Turns
from settings import Settings
from vision import Answer, Delta, EngineStatus, Inquiry, Progress, Proposal, Section, SheetOnTheDesk, Stage

if TYPE_CHECKING:
    from vllm.outputs import RequestOutput
    from vllm.sampling_params import SamplingParams
    from vllm.v1.engine.async_llm import AsyncLLM

T = TypeVar("T")

log = logging.getLogger("drawing_service")

#: Lower goes first: whoever has asked is served before a sheet is made ready for questions to come.
ASKED, AHEAD = 0, 10
#: A bias that no token overcomes.
NEVER = -100.0
#: Of each answer before the first: a prefill, and decoding steps of all at once.
REHEARSED_TOKENS = 8
#: px. What the engine is shown first, and is probed with; and a sheet that fills what it may be shown of one.
FIRST_PX, LARGE_PX = (512, 512), (2970, 2100)
#: The model card's for Instruct; its presence penalty of 1.5 is left out, because it drops repeated digits.
TOP_K = 20


class _PicturesLost(Exception):
    """vLLM's front end believed that its engine still had the pictures."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What vLLM is asked; `id` need not be unique, `rank` is of the engine that is asked where there are several."""

    id: str
    prompt: Prompt
    pictures: Sequence[Picture]
    sampling: SamplingParams
    priority: int
    rank: int | None = None

    def unique_id(self) -> str:
        return f"{self.id}-{uuid.uuid4().hex[:8]}"

    def tokens_prompt(self, pixels: Mapping[str, Image.Image]) -> dict[str, Any]:
        """`pixels` by the pictures' keys; a picture without is one that the engine has."""
        return {
            "prompt_token_ids": self.prompt.token_ids,
            "multi_modal_data": {"image": [pixels.get(picture.key) for picture in self.pictures]},
            "multi_modal_uuids": {"image": [picture.key for picture in self.pictures]},
        }


class QwenVisionService:
    """Answers about one sheet at a time, many at once. Not started until `start`."""

    name: Literal["vllm", "embedded"] = "vllm"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parallel = Parallel.of(settings)
        self.model = shown_name(settings.model_path) or "Qwen3-VL"
        self._status: EngineStatus = "loading"
        self._building: asyncio.Task[AsyncLLM] | None = None
        self._engine: AsyncLLM | None = None
        self._writer: PromptWriter | None = None
        self._first_sheet: Picture | None = None
        self._heard_at = time.monotonic()
        self._stage: Stage = "loading"
        self._stage_at = time.monotonic()
        self._fetched = ""
        #: Whether the engine process has something of pictures that were to be forgotten.
        self._remains = False
        self._showing = Showing(settings)
        self._turns = Turns(self._showing, lambda: self._parts()[1], settings.zoom_wishes)

    @property
    def status(self) -> EngineStatus:
        if self._engine is not None and self._engine.errored:
            return "dead"
        return self._status

    @property
    def progress(self) -> Progress | None:
        if self._status != "loading":
            return None
        share = arrived(self._fetched) if self._stage == "fetching" else None
        return Progress(self._stage, round(time.monotonic() - self._stage_at, 1), share)

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._heard_at

    async def start(self) -> None:
        """Chooses, fetches and loads the model and lets it see a first picture; healthy or dead afterwards."""
        self._status = "loading"
        log.info("Initializing Qwen3-VL Vision service with vLLM...")
        try:
            await self._load()
        except Exception as error:  # vLLM raises whatever a driver, a kernel or a file made it raise
            log_failure(error, self.model)
            await self.close()
            return
        self._status = "healthy"
        log.info("✓ Vision service initialized successfully")
        log.info("✓ GPU available: %s", bool(gpus()))

    async def close(self) -> None:
        """Ends the engine's processes; one that is still being built is waited for."""
        self._status = "dead"
        if self._building is None:
            return
        building, self._building, self._engine = self._building, None, None
        try:
            engine = await building
        except Exception:  # start() has logged it
            return
        _end_waiting(engine)
        await asyncio.to_thread(engine.shutdown)

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        """See `VisionEngine.ask`. One `Delta` for each piece of text that the engine gives out."""
        if self.status != "healthy":
            raise EngineUnavailable()
        try:
            async with aclosing(self._told(inquiry)) as pieces:
                async for piece in pieces:
                    yield piece
        except PictureChanged:  # before any piece: pixels are sent first
            log.info("A picture of an earlier turn cannot be drawn again; the history goes on in words")
            in_words = tuple(replace(turn, memory=None) for turn in inquiry.history)
            async with aclosing(self._told(replace(inquiry, history=in_words))) as pieces:
                async for piece in pieces:
                    yield piece

    async def _told(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        making = AnswerInTheMaking()
        writer, turns = self._parts()[1], self._turns
        turn = await turns.begun(inquiry)
        while True:
            async with aclosing(self._healed(self._asked(turn, making))) as outputs:
                async for output in outputs:
                    if text := making.take(output):
                        yield Delta(text)
                    if making.call or making.loops:
                        break
            if not making.call or (goes_on := await turns.seen_closer(turn, making.call, making.said)) is None:
                break
            making.go_on()
            turn = goes_on
        memory = writer.memory(turn.prompt, making.said, tuple(each.seen for each in turn.closer))
        shown = await self._showing.shown(inquiry.desk, turn.overview, turn.prompt.parts, turn.closer)
        yield making.answer(shown, memory)

    async def probe(self) -> None:
        """See `VisionEngine.probe`. The picture of the rehearsal is shown, so that nearly all of it is cached."""
        if (sheet := self._first_sheet) is not None:
            await _side_by_side([self._look_at(sheet, rank) for rank in self._parallel.ranks])

    async def forget(self, pictures: frozenset[str]) -> None:
        """Drops `pictures` from vLLM's front end, and all that vLLM keeps of any picture once it has nothing to do.

        Its engine process addresses neither the pixels nor the KV blocks of a single picture. While questions are being
        answered, they therefore stay there until a later call, which may name no pictures, finds it idle. What stays
        in any case, and is given to nobody, is memory that was freed and not yet overwritten: encoder outputs on the
        card and KV blocks.
        """
        engine = self._engine
        if engine is None or self.status != "healthy":
            return
        if pictures:
            forget_contents(engine, pictures)
            self._remains = True
        if self._remains and not engine.output_processor.has_unfinished_requests():
            self._remains = False
            with self._translated():
                # A question that comes in between finds its picture lost, and sends it again.
                await engine.reset_mm_cache()
                await engine.reset_prefix_cache()

    async def warm(self, desk: SheetOnTheDesk) -> None:
        """Fills the caches with the sheet, behind everyone who has asked; what fails is left to the question."""
        if self.status != "healthy":
            return
        try:
            await self._look_at(await self._showing.overview(desk), self._parallel.rank_of(desk.session_id))
        except EngineUnavailable:
            log.warning("Page %d could not be prepared for its first question", desk.sheet.page)

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> Proposal:
        """See `VisionEngine.propose`. The parts of an extraction are written side by side."""
        if self.status != "healthy":
            raise EngineUnavailable()
        sheet = await self._showing.overview(desk)
        sections, rank = sorted(what), self._parallel.rank_of(desk.session_id)
        requests = [await self._extraction(section, sheet, request_id, rank) for section in sections]
        texts = await _side_by_side([self._written(request) for request in requests])
        proposal = read_proposal(dict(zip(sections, texts, strict=True)), desk.sheet)
        if not proposal.complete:
            log.info("An extraction of page %d reached its limit and is not complete", desk.sheet.page)
        return proposal

    async def _load(self) -> None:
        if find_spec("vllm") is None:  # asked before 60 GB are fetched for it
            raise ModuleNotFoundError("vLLM is not installed", name="vllm")
        settings, cards = self._settings, gpus()
        check_machine(self._parallel, len(cards), async_scheduling=settings.async_scheduling)
        checkpoint = choose_checkpoint(
            cards,
            model_path=settings.model_path,
            parallel=self._parallel,
            gpu_memory_utilization=settings.gpu_memory_utilization,
            max_model_len=settings.max_model_len,
        )
        self.model = shown_name(checkpoint.model)
        log.info("Model: %s, because %s", self.model, checkpoint.reason)
        self._fetched = checkpoint.model
        self._enter("fetching")
        folder = await fetch(checkpoint.model, settings.model_revision)
        if self._parallel.gpus > 1:
            check_model(self._parallel, ModelShape.of(folder), len(cards))
        self._enter("loading")
        # A thread cannot be cancelled: the task outlives a cancelled start(), and close() ends what it has built.
        self._building = asyncio.create_task(asyncio.to_thread(build_engine, settings, folder))
        engine = await asyncio.shield(self._building)
        self._writer = PromptWriter(
            engine.renderer.get_tokenizer(),
            settings.max_model_len,
            self.model,
            zoom_tokens=self._showing.crop_tokens if settings.zoom_crops else 0,
            most_pictures=PICTURES_PER_PROMPT,
        )
        self._engine = engine
        self._tell_budget(engine, self._writer)
        self._first_sheet = picture_of(Rendering.of(_blank(*FIRST_PX)), self._showing.sheet_tokens)
        self._enter("rehearsing")
        await self._rehearse(self._first_sheet)

    def _enter(self, stage: Stage) -> None:
        self._stage, self._stage_at = stage, time.monotonic()

    async def _rehearse(self, sheet: Picture) -> None:
        """Runs every kernel once, also those for a picture of a sheet's size and for as many questions as there may be.

        Kernels are compiled when they are first used; on an H200 those for the first real sheet took 2 s, and the one
        that samples for eight or more questions 7 s, for which all of them waited.
        """
        ranks = self._parallel.ranks
        large = picture_of(Rendering.of(_blank(*LARGE_PX)), self._showing.sheet_tokens)
        await _side_by_side([self._look_at(picture, rank) for picture in (sheet, large) for rank in ranks])
        _, writer = self._parts()
        prompt, settings = writer.opening(sheet.tokens), self._settings
        sampling = _sampling(REHEARSED_TOKENS, settings.temperature, settings.seed, settings.top_p)
        requests = [_Request("rehearsal", prompt, [sheet], sampling, AHEAD, rank) for rank in ranks]
        await _side_by_side([self._written(request) for request in requests for _ in range(settings.max_num_seqs)])

    def _tell_budget(self, engine: AsyncLLM, writer: PromptWriter) -> None:
        """Says what there is room for: a conversation is its sheet, the rules, a full answer and as much history."""
        cache, settings = engine.vllm_config.cache_config, self._settings
        sheet = self._showing.sheet_tokens
        budget = Budget.of(
            (cache.num_gpu_blocks or 0) * cache.block_size,
            writer.opening(sheet).tokens + 2 * settings.max_tokens,
            settings.max_num_seqs * self._parallel.data,
            image_cache_gb=settings.mm_processor_cache_gb,
            picture_tokens=sheet,
        )
        log.log(logging.WARNING if budget.is_tight else logging.INFO, "%s", budget)

    def _parts(self) -> tuple[AsyncLLM, PromptWriter]:
        if self._engine is None or self._writer is None:
            raise EngineUnavailable()
        return self._engine, self._writer

    def _asked(self, turn: AskedTurn, making: AnswerInTheMaking) -> _Request:
        _, writer = self._parts()
        inquiry, prompt = turn.inquiry, turn.prompt
        sampling = _sampling(
            max(prompt.max_tokens - making.completion_tokens, 1),
            inquiry.temperature,
            inquiry.seed,
            inquiry.top_p,
        )
        if self._turns.is_denied(turn):
            sampling.logit_bias = {writer.call_token: NEVER}
        rank = self._parallel.rank_of(inquiry.desk.session_id)
        return _Request(inquiry.request_id, prompt, turn.pictures, sampling, ASKED, rank)

    async def _extraction(self, section: Section, sheet: Picture, request_id: str, rank: int | None = None) -> _Request:
        _, writer = self._parts()
        limit = self._settings.extract_max_tokens
        prompt = await asyncio.to_thread(writer.order, INSTRUCTIONS[section], sheet.tokens, limit)
        sampling = _sampling(prompt.max_tokens, 0, self._settings.seed, schema=SCHEMAS[section])
        return _Request(request_id, prompt, [sheet], sampling, ASKED, rank)

    async def _written(self, request: _Request) -> str:
        making = AnswerInTheMaking()
        async with aclosing(self._healed(request)) as outputs:
            async for output in outputs:
                making.take(output)
                if making.loops:
                    break
        return making.answer().markdown

    async def _look_at(self, sheet: Picture, rank: int | None) -> None:
        """Takes the opening of every conversation about `sheet` into the caches of one engine."""
        _, writer = self._parts()
        sampling = _sampling(1, 0, self._settings.seed)
        request = _Request("warm-up", writer.opening(sheet.tokens), [sheet], sampling, AHEAD, rank)
        async with aclosing(self._healed(request)) as outputs:
            async for _ in outputs:
                pass

    async def _healed(self, request: _Request) -> AsyncGenerator[RequestOutput]:
        """The engine's outputs. Sends pixels only of pictures that the engine does not have, and all of them once more
        where it turns out to have lost one; then `EngineUnavailable`.
        """
        pictures = [picture for picture in request.pictures if not self._is_known(picture)]
        for _ in range(2):
            pixels = {picture.key: await picture.pixels() for picture in pictures}
            try:
                async with aclosing(self._outputs(request, pixels)) as outputs:
                    async for output in outputs:
                        yield output
                return
            except _PicturesLost:
                log.info("The engine has lost a picture, which is sent again")
            pictures = list(request.pictures)
        raise EngineUnavailable()

    def _is_known(self, picture: Picture) -> bool:
        """Whether vLLM's front end believes that its engine has the picture."""
        engine, _ = self._parts()
        cache = engine.renderer.mm_processor_cache
        return cache is not None and bool(cache.is_cached_item(picture.key))

    async def _outputs(self, request: _Request, pixels: Mapping[str, Image.Image]) -> AsyncGenerator[RequestOutput]:
        engine, _ = self._parts()
        arrived = False
        try:
            with self._translated():
                (rendered,) = await engine.renderer.render_cmpl_async([request.tokens_prompt(pixels)])
                generated = engine.generate(
                    rendered,
                    request.sampling,
                    request.unique_id(),
                    priority=request.priority,
                    data_parallel_rank=request.rank,
                )
                async with aclosing(generated) as outputs:
                    async for output in outputs:
                        if output.outputs[0].finish_reason == "error":
                            raise EngineUnavailable() if arrived else _PicturesLost()
                        arrived = True
                        self._heard_at = time.monotonic()
                        yield output
        finally:
            if not arrived:
                # Rendered but perhaps never received: without this, the next question would be answered "error".
                forget_pictures(engine, request.pictures)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """vLLM's own errors as ours."""
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        try:
            yield
        except EngineDeadError as error:
            if self._engine is not None:  # else it was closed
                self._status = "dead"
                log.error("✗ The engine has died")
            raise EngineUnavailable() from error
        except EngineGenerateError as error:
            log.error("The engine failed on a question: %r", error.__cause__ or error)
            raise EngineUnavailable() from error
        except ValueError as error:
            if not str(error).startswith("Cache miss"):
                raise
            raise _PicturesLost from error


def build_engine(settings: Settings, folder: Path) -> AsyncLLM:
    """Loads the model into engine processes; takes seconds to minutes and blocks. Raises whatever vLLM raises.

    Called in a thread: the engine's output handler starts with the first request, on the loop that makes it.
    """
    # As vLLM's own server does: a process full of threads must not be forked. And nobody is told what runs here.
    os.environ.setdefault("VLLM_WORKER_MULTIPROC_METHOD", "spawn")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    if find_spec("flashinfer") is None:  # which vLLM 0.26 imports on a card unless it is told not to
        os.environ.setdefault("VLLM_USE_FLASHINFER_SAMPLER", "0")

    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.usage.usage_lib import UsageContext
    from vllm.v1.engine.async_llm import AsyncLLM
    from vllm.v1.executor.abstract import Executor

    arguments = AsyncEngineArgs(**engine_arguments(settings, folder, gpus()))
    config = arguments.create_engine_config(UsageContext.ENGINE_CONTEXT)
    return AsyncLLM(
        vllm_config=config,
        executor_class=Executor.get_class(config),
        log_stats=not arguments.disable_log_stats,
        log_requests=False,  # their ids would say who asked when
    )


def _end_waiting(engine: AsyncLLM) -> None:
    """Ends the questions that wait for outputs, which nobody would end once the engine's processes are gone."""
    from vllm.v1.engine.exceptions import EngineDeadError

    engine.output_processor.propagate_error(EngineDeadError())
    if engine.output_handler is not None:
        engine.output_handler.cancel()


def forget_pictures(engine: AsyncLLM, pictures: Sequence[Picture]) -> None:
    """Makes vLLM's front end send `pictures` again with the next prompt that shows them."""

    _drop(engine, lambda cached: [picture.key for picture in pictures])


def forget_contents(engine: AsyncLLM, contents: frozenset[str]) -> None:
    """Makes vLLM's front end forget every picture, of whatever size, with one of these contents."""
    _drop(engine, lambda cached: [key for key in cached if content_of(key) in contents])


def _drop(engine: AsyncLLM, chosen: Callable[[list[str]], list[str]]) -> None:
    """Drops the pictures that are `chosen` among the keys of those that vLLM's front end has cached."""

    def drop() -> None:
        cache = getattr(engine.renderer.mm_processor_cache, "_cache", {})
        for key in chosen(list(cache)):
            cache.pop(key, None)

    # In the one thread that renders: after a rendering that goes on there though its question was withdrawn.
    with suppress(RuntimeError):  # it has ended, and the cache with it
        engine.renderer._mm_executor.submit(drop)


def log_failure(error: Exception, model: str) -> None:
    """One line where the cause is known and can be helped, else the whole trace."""
    if isinstance(error, CheckpointError | ParallelError):
        log.error("✗ Vision service failed: %s", error)
    elif isinstance(error, ModuleNotFoundError):
        log.error("✗ Vision service failed: %s is not installed; run ./fix_qwen_dependencies.sh", error.name)
    else:
        log.error("✗ Vision service failed: vLLM could not start %s", model, exc_info=error)


async def _side_by_side(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results in their order; the first failure ends the rest and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in work]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return [task.result() for task in tasks]


def _sampling(
    max_tokens: int, temperature: float, seed: int, top_p: float = 1.0, schema: dict[str, Any] | None = None
) -> SamplingParams:
    """With a `schema`, the answer is JSON that it allows, or the beginning of one."""
    from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams

    return SamplingParams(
        max_tokens=max_tokens,
        temperature=temperature,
        top_p=top_p,
        top_k=TOP_K,
        seed=seed,
        structured_outputs=None if schema is None else StructuredOutputsParams(json=schema),
        output_kind=RequestOutputKind.DELTA,
    )


def _blank(width: int, height: int) -> bytes:
    """A blank sheet, a PNG, px."""
    buffer = io.BytesIO()
    Image.new("L", (width, height), 255).save(buffer, "PNG")
    return buffer.getvalue()
