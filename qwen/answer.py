"""An answer as the engine's outputs add it up: text, tokens, times; it ends where it goes round in circles."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from loop_guard import LoopGuard
from qwen.zoom import CallWatch
from vision import Answer, FinishReason, Memory, ShownPicture, Timings, Usage

if TYPE_CHECKING:
    from vllm.outputs import RequestOutput

#: vLLM's reasons in the words of the wire; "error" is not among them, it ends in an exception.
_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "abort": "cancelled",
    "repetition": "loop",
}


class AnswerInTheMaking:
    """Takes one output after the other (of `RequestOutputKind.DELTA`); its clock starts when it is made.

    An answer may take several prompts, because the model may call its tool in between: `go_on` begins the next.
    """

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._first: float | None = None
        self._last = self._began
        self._pieces: list[str] = []
        self._finish: FinishReason = "stop"
        self._watch = CallWatch()
        self._guard = LoopGuard()
        self._prompt_tokens = self._cached_tokens = 0
        self._queue_s = 0.0
        self.completion_tokens = 0
        #: The tokens that were written since the last prompt.
        self.said: list[int] = []

    def take(self, output: RequestOutput) -> str:
        """The text that `output` adds for people; empty while the bytes of a letter are incomplete, or in a call."""
        completion = output.outputs[0]
        self._last = time.perf_counter()
        if self._first is None and completion.token_ids:
            self._first = self._last
        self.said.extend(completion.token_ids)
        self.completion_tokens += len(completion.token_ids)
        self._prompt_tokens = len(output.prompt_token_ids or ()) or self._prompt_tokens
        self._cached_tokens = output.num_cached_tokens or self._cached_tokens
        if completion.finish_reason is not None:
            self._finish = _FINISH.get(completion.finish_reason, "stop")
        if output.metrics is not None and output.metrics.scheduled_ts:
            self._queue_s = max(output.metrics.scheduled_ts - output.metrics.queued_ts, 0.0)
        text = self._watch.take(completion.text)
        if completion.finish_reason is not None:
            text += self._watch.rest()
        return self._added(text)

    def _added(self, text: str) -> str:
        self._pieces.append(text)
        if self._guard.take(text):
            self._finish = "loop"
        return text

    @property
    def call(self) -> str | None:
        """The call with which the model has ended what it says for now."""
        return self._watch.call

    @property
    def loops(self) -> bool:
        return self._finish == "loop"

    def go_on(self) -> None:
        """After a call: the next outputs belong to another prompt."""
        self._watch = CallWatch()
        self.said = []
        self._first = None
        self._finish = "stop"

    def answer(self, shown: tuple[ShownPicture, ...] = (), memory: Memory | None = None) -> Answer:
        first = self._last if self._first is None else self._first
        return Answer(
            markdown=self._guard.good if self.loops else "".join(self._pieces),
            # A call that is not answered any more left no room for the answer.
            finish_reason="length" if self.call else self._finish,
            usage=Usage(self._prompt_tokens, self._cached_tokens, self.completion_tokens, shown),
            timings=Timings(self._queue_s, first - self._began, self._last - first),
            memory=None if self.loops else memory,
        )
