"""What is counted for Prometheus: the service's own figures, and beside them those that vLLM keeps in this process.

Nothing here tells one person, session or drawing from another.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from errors import ServiceError
from vision import Answer

MEDIA_TYPE = CONTENT_TYPE_LATEST
#: s; from a cached question on a GPU to a queue that is nearly given up.
SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)
_PREFIX = "drawing_service"


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = self._counter(
            "questions", "Questions by outcome: a finish reason, an error, aborted.", "outcome"
        )
        self._in_flight = Gauge(f"{_PREFIX}_questions_in_flight", "Questions being answered.", registry=self.registry)
        self._waiting = Gauge(f"{_PREFIX}_waiting", "Requests waiting for a place.", registry=self.registry)
        self._rejected = self._counter("rejected", "Requests refused before any work, by reason.", "reason")
        self._first_token = self._histogram("time_to_first_token", "From the engine being asked to its first token.")
        self._answer = self._histogram("answer", "From a question to the end of its answer.")
        self._tokens = self._counter("tokens", "Tokens by kind: prompt, cached (of the prompt), completion.", "kind")
        self._evidence = self._counter("evidence", "Values in answers by what the sheet says of them.", "status")
        self._crops = self._counter("crops", "Enlarged parts shown to the model, by reason.", "reason")
        self._sessions = Gauge(f"{_PREFIX}_sessions", "Sessions on disk.", registry=self.registry)
        self._stored = Gauge(
            f"{_PREFIX}_stored_bytes", "Bytes of all sessions, as the last purge counted them.", registry=self.registry
        )
        self._purged = Counter(f"{_PREFIX}_purged_sessions", "Ended sessions removed.", registry=self.registry)
        self._warm_ups = self._histogram("warm_up", "Making a sheet ready after its upload.")

    def _counter(self, name: str, meaning: str, label: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", meaning, (label,), registry=self.registry)

    def _histogram(self, name: str, meaning: str) -> Histogram:
        return Histogram(f"{_PREFIX}_{name}_seconds", meaning, buckets=SECONDS, registry=self.registry)

    @contextmanager
    def question(self) -> Iterator[None]:
        """Around the work on a question; `answered` says how it ended unless something is raised here."""
        self._in_flight.inc()
        try:
            yield
        except ServiceError as error:
            self._questions.labels(error.code).inc()
            raise
        except (asyncio.CancelledError, GeneratorExit):
            self._questions.labels("aborted").inc()
            raise
        finally:
            self._in_flight.dec()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        with self._waiting.track_inprogress():
            yield

    def rejected(self, reason: Literal["full", "waited", "draining"]) -> None:
        self._rejected.labels(reason).inc()

    def watch_store(self, sessions: Callable[[], int], stored_bytes: Callable[[], int]) -> None:
        """Has the store asked for its figures whenever somebody asks for them."""
        self._sessions.set_function(sessions)
        self._stored.set_function(stored_bytes)

    def purged(self, sessions: int) -> None:
        self._purged.inc(sessions)

    def answered(self, answer: Answer, seconds: float) -> None:
        usage = answer.usage
        self._questions.labels(answer.finish_reason).inc()
        self._first_token.observe(answer.timings.ttft_s)
        self._answer.observe(seconds)
        self._tokens.labels("prompt").inc(usage.prompt_tokens)
        self._tokens.labels("cached").inc(usage.cached_tokens)
        self._tokens.labels("completion").inc(usage.completion_tokens)
        for item in answer.evidence:
            self._evidence.labels(item.status).inc()
        for picture in usage.shown:
            if picture.reason not in ("overview", "history"):
                self._crops.labels(picture.reason).inc()

    @contextmanager
    def warm_up(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._warm_ups.observe(time.perf_counter() - began)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format; vLLM's are in the process-wide registry."""
        return generate_latest(self.registry) + generate_latest(REGISTRY)
