"""What vLLM says of itself in its log while it starts: where memory and time go."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_NUMBER = r"([\d.,]+)"
#: In the words of vLLM 0.26 and 0.32; the last number of each is meant.
_SAID = {
    "weights_gib": rf"Model loading took {_NUMBER} GiB",
    "load_s": rf"Model loading took {_NUMBER} GiB(?: memory)? and {_NUMBER} seconds",
    "compile_s": rf"torch\.compile took {_NUMBER} s in total",
    "profile_and_warm_s": rf"init engine \(profile, create kv cache, warmup model\) took {_NUMBER} s",
    "graphs_s": rf"Graph capturing finished in {_NUMBER} secs",
    "graphs_gib": rf"Graph capturing finished in {_NUMBER} secs, took {_NUMBER} GiB",
    "activations_gib": rf"{_NUMBER} GiB for peak activation",
    "other_gib": rf"peak activation, {_NUMBER} GiB for non-torch memory",
    "kv_gib": rf"(?:Available KV cache memory: |, reserved |Explicitly set \(){_NUMBER}(?: GiB|/)",
    "kv_tokens": rf"[CG]PU KV cache size: {_NUMBER} tokens",
}
#: 0.32 tells weights and other memory in one.
_CONSUMED_GIB = rf"{_NUMBER} GiB for consumed memory \(weights \+ non-torch\)"


@dataclass(frozen=True, slots=True)
class EngineLog:
    """GiB of a card and seconds of a start by part; `None` where the log does not tell.

    An engine that is given its KV cache in bytes, because it shares a card, measures neither activations nor others.
    """

    weights_gib: float | None = None
    load_s: float | None = None
    compile_s: float | None = None
    profile_and_warm_s: float | None = None
    graphs_s: float | None = None
    graphs_gib: float | None = None
    activations_gib: float | None = None
    other_gib: float | None = None
    kv_gib: float | None = None
    kv_tokens: float | None = None

    @classmethod
    def of(cls, log: str) -> EngineLog:
        found = cls(**{name: _last_number(pattern, log) for name, pattern in _SAID.items()})
        consumed = _last_number(_CONSUMED_GIB, log)
        if consumed is None or found.weights_gib is None:
            return found
        return replace(found, other_gib=round(consumed - found.weights_gib, 2))


def has_its_own_process(log: str) -> bool:
    """Whether all that the service's own process does for a start is done."""
    return "Initializing a V1 LLM engine" in log


def _last_number(pattern: str, log: str) -> float | None:
    found = re.search(pattern, log)
    return None if found is None else float(found.groups()[-1].rstrip(".").replace(",", ""))
