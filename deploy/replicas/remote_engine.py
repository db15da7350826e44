"""The engine of `vision.VisionEngine` that is a tier of replicas behind a Ray Serve handle. Imports Ray."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from ray.exceptions import RayActorError, TaskCancelledError, WorkerCrashedError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError

from deploy.replicas import answered_by
from deploy.replicas.wire import Asked, Report, Said, SheetName
from errors import EngineUnavailable, Overloaded
from vision import Answer, Delta, EngineStatus, Inquiry, Progress, Proposal, Section, SheetOnTheDesk

log = logging.getLogger("drawing_service")

#: s between two looks at the replicas, and while none of them is known to be healthy.
LOOK_S, IMPATIENT_LOOK_S = 2.0, 0.25
#: s for all replicas to report.
REPORT_S = 10.0
#: s without a report, though replicas are there, for which what was known still holds: they may be merely busy.
PATIENCE_S = 30.0
#: s for all replicas to forget what was deleted; one that is late does it with the next call.
FORGET_S = 5.0

#: What Ray raises when a replica is gone, was never there, or has ended the work by itself.
GONE = (
    RayActorError,
    WorkerCrashedError,
    DeploymentUnavailableError,
    ReplicaUnavailableError,
    TaskCancelledError,  # the replica was told to end and its time was up; whoever left us is cancelled, not told
)


class RemoteEngine:
    """Asks the replica to which a session belongs; what a replica refuses is raised here as it would be there.

    `handle` is a `ray.serve.handle.DeploymentHandle` of an `EngineTier`.
    """

    def __init__(self, handle: Any, name: Literal["vllm", "embedded"], model: str) -> None:
        self.name = name
        self.model = model
        self._handle = handle
        self._status: EngineStatus = "loading"
        self._became_healthy = asyncio.Event()
        self._looked = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._underway: set[Any] = set()

    @property
    def status(self) -> EngineStatus:
        """As the replicas last reported: healthy when one of them is."""
        return self._status

    @property
    def progress(self) -> Progress | None:
        """None: a replica that is on its way does not report yet."""
        return None

    @property
    def silent_s(self) -> float:
        """None: Ray asks the replicas, each for itself."""
        return 0

    async def start(self) -> None:
        """Waits until a replica is healthy, for however long: they are started by somebody else."""
        self._status = "loading"
        self._became_healthy.clear()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        await self._became_healthy.wait()

    async def first_look(self) -> None:
        """Waits until the replicas have been asked once, so that nobody is refused because that was not done yet."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * REPORT_S):
                await self._looked.wait()

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._status = "dead"
        for response in tuple(self._underway):
            response.cancel()

    async def probe(self) -> None:
        """Nothing: see `silent_s`."""

    async def ask(self, inquiry: Inquiry) -> AsyncGenerator[Delta | Answer]:
        with self._translated():
            response = self._of(inquiry.desk, "ask", stream=True).remote(Asked.of(inquiry))
            with self._ended(response):
                async for said in response:
                    for piece in self._heard(said):
                        yield piece

    async def warm(self, desk: SheetOnTheDesk) -> None:
        await self._called(desk, "warm", SheetName.of(desk))

    async def propose(self, desk: SheetOnTheDesk, request_id: str, what: frozenset[Section]) -> Proposal | None:
        proposal: Proposal | None = await self._called(desk, "propose", SheetName.of(desk), request_id, what)
        return proposal

    async def forget(self, pictures: frozenset[str]) -> None:
        """Has every replica look for itself which sessions are gone: what was shown where, only they know."""
        try:
            await self._handle.broadcast("forget").results_async(timeout_s=FORGET_S, return_exceptions=True)
        except Exception as error:  # whatever the cluster is about, the purge goes on
            log.warning("The replicas could not be told to forget: %s", type(error).__name__)

    async def _called(self, desk: SheetOnTheDesk, method: str, *arguments: Any) -> Any:
        with self._translated():
            response = self._of(desk, method).remote(*arguments)
            with self._ended(response):
                return self._heard(await response)

    def _of(self, desk: SheetOnTheDesk, method: str, *, stream: bool = False) -> Any:
        """The handle of the session's replica: the same one for all that concerns its sheets."""
        return self._handle.options(method_name=method, session_id=desk.session_id, stream=stream)

    def _heard(self, said: Said[Any]) -> Any:
        answered_by.note(said.replica)
        return said.or_raised()

    @contextmanager
    def _ended(self, response: Any) -> Iterator[None]:
        """Ends the work in the replica where it is not waited for to its end."""
        self._underway.add(response)
        try:
            yield
        except BaseException:
            response.cancel()
            raise
        finally:
            self._underway.discard(response)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Ray's own errors as ours; what failed in a replica for a reason unknown is an internal error here, too."""
        try:
            yield
        except BackPressureError as error:
            raise Overloaded from error
        except GONE as error:
            log.warning("A replica left in the middle of its work: %s", type(error).__name__)
            raise EngineUnavailable from error

    async def _watch(self) -> None:
        """Keeps `status` true, and `model`, which a replica chooses by its card."""
        heard_at = time.monotonic()
        while True:
            reports = await self._reports()
            if reports is not None or time.monotonic() - heard_at > PATIENCE_S:
                heard_at = time.monotonic()
                self._take(reports or [])
            self._looked.set()
            await asyncio.sleep(LOOK_S if self._status == "healthy" else IMPATIENT_LOOK_S)

    async def _reports(self) -> list[Report] | None:
        """Those of the replicas that are there, `None` where that could not be found out."""
        try:
            answers = await self._handle.broadcast("report").results_async(timeout_s=REPORT_S, return_exceptions=True)
        except DeploymentUnavailableError:
            return []
        except Exception as error:  # whatever the cluster is about, the watch goes on
            log.warning("The replicas could not be asked: %s", type(error).__name__)
            return None
        return [answer for answer in answers if isinstance(answer, Report)]

    def _take(self, reports: list[Report]) -> None:
        healthy = [report for report in reports if report.status == "healthy"]
        if not healthy:
            self._status = "loading"
            return
        self.model = healthy[0].model
        self._status = "healthy"
        self._became_healthy.set()
