"""An answer as the engine's outputs add it up: text, tokens, times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vision import Answer, FinishReason, Timings, Usage

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
    """Takes one output after the other (of `RequestOutputKind.DELTA`); its clock starts when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._first: float | None = None
        self._last = self._began
        self._pieces: list[str] = []
        self._finish: FinishReason = "stop"
        self._prompt_tokens = self._cached_tokens = self._completion_tokens = 0
        self._queue_s = 0.0

    def take(self, output: RequestOutput) -> str:
        """The text that `output` adds; empty while the bytes of a letter are incomplete."""
        completion = output.outputs[0]
        self._last = time.perf_counter()
        if self._first is None and completion.token_ids:
            self._first = self._last
        text: str = completion.text
        self._pieces.append(text)
        self._completion_tokens += len(completion.token_ids)
        self._prompt_tokens = len(output.prompt_token_ids or ()) or self._prompt_tokens
        self._cached_tokens = output.num_cached_tokens or self._cached_tokens
        if completion.finish_reason is not None:
            self._finish = _FINISH.get(completion.finish_reason, "stop")
        if output.metrics is not None and output.metrics.scheduled_ts:
            self._queue_s = max(output.metrics.scheduled_ts - output.metrics.queued_ts, 0.0)
        return text

    def answer(self) -> Answer:
        first = self._last if self._first is None else self._first
        return Answer(
            markdown="".join(self._pieces),
            finish_reason=self._finish,
            usage=Usage(self._prompt_tokens, self._cached_tokens, self._completion_tokens),
            timings=Timings(self._queue_s, first - self._began, self._last - first),
        )
