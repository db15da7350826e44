"""The real vLLM on the tiny checkpoint: one engine for the whole run, on one event loop in a thread of its own.

vLLM's output handler belongs to the loop that asked first, so whatever talks to the engine runs on that loop: a test
through `EngineLoop.run`, a server through `EngineLoop.start`.
"""

from __future__ import annotations

import asyncio
import gc
import io
import os
import random
import threading
import warnings
from collections.abc import AsyncGenerator, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from PIL import Image

from bench.tiny_checkpoint import write_tiny_checkpoint
from drawing.ingest import picture_size
from drawing.lettering import Lettering
from drawing.read_sheet import ReadSheet
from drawing.rendering import Rendering
from drawing.sheet import Part, Sheet, Word
from qwen_vision_service import QwenVisionService
from settings import Settings
from tests import sheets
from tests.server import end_tasks
from vision import Answer, Delta, EngineStatus, Inquiry, Progress, Proposal, Section, SheetOnTheDesk

T = TypeVar("T")

START_S, ANSWER_S = 240.0, 120.0


@dataclass(frozen=True, slots=True)
class EngineLoop:
    """A running event loop in a thread."""

    loop: asyncio.AbstractEventLoop

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T], seconds: float = ANSWER_S) -> T:
        return self.start(work).result(seconds)


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """A sheet that is a picture and nothing else: `vision.SheetOnTheDesk` in a few lines."""

    image: Image.Image
    page: int = 1
    words: tuple[Word, ...] = ()
    session_id: str = "paper"

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.page, self.image.width, self.image.height, None, None, "ocr")

    async def renderings(self, *parts: Part) -> list[Rendering]:
        return [Rendering.of(self._drawn(part)) for part in parts]

    def _drawn(self, part: Part) -> bytes:
        box, buffer = part.box, io.BytesIO()
        area = (box.x1, box.y1, box.x2, box.y2)
        self.image.resize(picture_size(part, enlarge=False), box=area).save(buffer, "PNG")
        return buffer.getvalue()

    async def read(self) -> ReadSheet:
        return ReadSheet.of(Lettering(self.words), self.sheet)


class LentEngine:
    """The engine of the run for one application, which neither starts nor ends it."""

    name: Literal["vllm", "embedded"] = "vllm"

    def __init__(self, owner: QwenVisionService) -> None:
        self._owner = owner
        self.model = owner.model

    @property
    def status(self) -> EngineStatus:
        return self._owner.status

    @property
    def progress(self) -> Progress | None:
        return self._owner.progress

    @property
    def silent_s(self) -> float:
        return self._owner.silent_s

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def probe(self) -> None:
        await self._owner.probe()

    def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        return self._owner.ask(inquiry)

    async def forget(self, pictures: frozenset[str]) -> None:
        await self._owner.forget(pictures)

    async def warm(self, desk: SheetOnTheDesk) -> None:
        await self._owner.warm(desk)

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> Proposal | None:
        return await self._owner.propose(desk, request_id, what)


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tokenizers", reason="comes with vLLM")
    return write_tiny_checkpoint(tmp_path_factory.mktemp("models") / "tiny-qwen3-vl-moe")


@pytest.fixture(scope="session")
def tiny_settings(tiny_checkpoint: Path) -> Settings:
    """A service on the tiny model: a context of 4,096 tokens, 256 of them for a sheet."""
    return Settings(
        engine="vllm",
        model_path=str(tiny_checkpoint),
        load_format="dummy",
        max_model_len=4096,
        overview_max_tokens=256,
        crop_max_tokens=256,
        extract_max_tokens=64,
        max_num_seqs=8,
        enforce_eager=True,
        mm_processor_cache_gb=0.25,
    )


@pytest.fixture(scope="session")
def engine_loop() -> Iterator[EngineLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="engine loop")
    thread.start()
    yield EngineLoop(loop)
    asyncio.run_coroutine_threadsafe(end_tasks(), loop).result(ANSWER_S)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def qwen(engine_loop: EngineLoop, tiny_settings: Settings) -> Iterator[QwenVisionService]:
    """The service, healthy."""
    if find_spec("vllm") is None:
        pytest.skip("vLLM is not installed")
    service = QwenVisionService(tiny_settings)
    with quick_start(), warnings_of_vllm_ignored():
        engine_loop.run(service.start(), START_S)
    assert service.status == "healthy"
    yield service
    with warnings_of_vllm_ignored():
        engine_loop.run(service.close(), START_S)


@contextmanager
def quick_start() -> Iterator[None]:
    """Starts of an engine within are made by forking: 4 s instead of 17.

    vLLM's CPU platform asks for spawned processes while it makes its configuration, and looks again afterwards.
    """
    with warnings_of_vllm_ignored():
        from vllm.engine.arg_utils import AsyncEngineArgs

    make = AsyncEngineArgs.create_engine_config

    def make_then_fork(self: Any, *args: Any, **named: Any) -> Any:
        config = make(self, *args, **named)
        os.environ["VLLM_WORKER_MULTIPROC_METHOD"] = "fork"
        return config

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AsyncEngineArgs, "create_engine_config", make_then_fork)
        patch.setenv("VLLM_WORKER_MULTIPROC_METHOD", "spawn")
        patch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        yield


@contextmanager
def warnings_of_vllm_ignored() -> Iterator[None]:
    """What it and torch warn of while they are imported, and the sockets that it leaves to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()


_seeds = iter(range(1_000_000))


def new_desk(width: int = 1024, height: int = 704, page: int = 1) -> PaperDesk:
    """A sheet that no test has shown before, so that no cache knows it."""
    image = sheets.scan(width, height) if min(width, height) > 100 else Image.new("RGB", (width, height), "white")
    noise = random.Random(next(_seeds))
    for _ in range(64):
        image.putpixel((noise.randrange(width), noise.randrange(height)), (255, 0, 0))
    return PaperDesk(image, page)


def inquiry(desk: SheetOnTheDesk, question: str = "Was ist der Außendurchmesser?", **more: Any) -> Inquiry:
    """A question that is answered in eight tokens, the likeliest ones."""
    made: dict[str, Any] = {"request_id": "test", "language": "de", "max_tokens": 8, "temperature": 0.0}
    return Inquiry(question=question, desk=desk, **(made | more))


def unfinished(engine: QwenVisionService) -> int:
    """How many questions vLLM is at work on."""
    assert engine._engine is not None
    return int(engine._engine.output_processor.get_num_unfinished_requests())


async def answered(engine: QwenVisionService, question: Inquiry) -> tuple[list[str], Answer]:
    """The pieces and the whole of an answer."""
    pieces = [piece async for piece in engine.ask(question)]
    answer = pieces.pop()
    assert isinstance(answer, Answer)
    return [piece.text for piece in pieces if isinstance(piece, Delta)], answer
