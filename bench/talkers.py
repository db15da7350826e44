"""Those who talk with a server about a sheet: by this service's routes, and by OpenAI's as a chat front end does."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import httpx

#: As long as any answer here.
TOKENS = 16
TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class Reply:
    """Seconds to the first text and to the end; `engine_s` as the service says its engine took, else 0.

    `tokens` of the answer, `prompt` of all that was read for it, `cached` of these; `enlarged` parts of the sheet.
    """

    text: str
    first_s: float
    whole_s: float
    engine_s: float = 0.0
    tokens: int = 0
    prompt: int = 0
    cached: int = 0
    enlarged: int = 0

    @property
    def per_second(self) -> float:
        """Tokens a second behind the first."""
        return (self.tokens - 1) / max(self.whole_s - self.first_s, 1e-6)


class Talker(Protocol):
    """One conversation about one sheet; `sent_bytes` counts all that its client has sent."""

    sent_bytes: int

    async def ask(self, question: str, tokens: int = TOKENS) -> Reply: ...


@dataclass
class ServiceTalker:
    """Uploads once, then sends each question by itself."""

    client: httpx.AsyncClient
    sheet: bytes
    temperature: float = 0
    sent_bytes: int = 0
    session_id: str = ""

    async def upload(self) -> None:
        request = self.client.build_request("POST", "/api/upload", files={"file": ("sheet", self.sheet)})
        self.sent_bytes += size_of(request, await request.aread())
        answer = await self.client.send(request)
        answer.raise_for_status()
        self.session_id = str(answer.json()["session_id"])

    async def ask(self, question: str, tokens: int = TOKENS) -> Reply:
        form = {"session_id": self.session_id, "question": question, "stream": "true"}
        form |= {"max_tokens": str(tokens), "temperature": str(self.temperature)}
        request = self.client.build_request("POST", "/api/chat", data=form)
        self.sent_bytes += size_of(request, request.content)
        began, first, answer = time.perf_counter(), 0.0, {}
        async for event, data in events(self.client, request):
            first = first or time.perf_counter() - began
            answer = json.loads(data)
            if event == "error":
                raise RuntimeError(data)
        whole = time.perf_counter() - began
        timings, usage = answer["timings"], answer["usage"]
        return Reply(
            answer["markdown"],
            first,
            whole,
            engine_s=timings["ttft_s"] + timings["decode_s"],
            tokens=usage["completion_tokens"],
            prompt=usage["prompt_tokens"],
            cached=usage["cached_tokens"],
            enlarged=sum(shown["reason"] not in ("overview", "history") for shown in usage["shown"]),
        )


@dataclass
class OpenAiTalker:
    """Sends everything with each question, as the protocol wants it; with `by` "uuid" the sheet only once."""

    client: httpx.AsyncClient
    sheet: bytes
    model: str
    uuid: str
    by: Literal["base64", "uuid"] = "base64"
    sampling: Mapping[str, float] = field(default_factory=lambda: {"temperature": 0})
    sent_bytes: int = 0
    _said: list[dict[str, str]] = field(default_factory=list)
    _url: str = ""

    def __post_init__(self) -> None:
        self._url = "data:image/png;base64," + base64.b64encode(self.sheet).decode()

    async def ask(self, question: str, tokens: int = TOKENS) -> Reply:
        body = {"model": self.model, "messages": self._messages(question), "stream": True}
        body |= {"max_tokens": tokens, **self.sampling, "stream_options": {"include_usage": True}}
        request = self.client.build_request("POST", "/v1/chat/completions", json=body)
        self.sent_bytes += size_of(request, request.content)
        usage: dict[str, Any] = {}
        began, first, pieces = time.perf_counter(), 0.0, []
        async for _, data in events(self.client, request):
            piece = text_of(data)
            if piece and not first:
                first = time.perf_counter() - began
            pieces.append(piece)
            usage = usage_of(data) or usage
        whole = time.perf_counter() - began
        text = "".join(pieces)
        self._said += [{"role": "user", "content": question}, {"role": "assistant", "content": text}]
        return Reply(
            text,
            first or whole,
            whole,
            tokens=usage.get("completion_tokens", 0),
            prompt=usage.get("prompt_tokens", 0),
        )

    def _messages(self, question: str) -> list[dict[str, Any]]:
        known = self.by == "uuid" and bool(self._said)
        image: dict[str, Any] = {"type": "image_url", "image_url": None if known else {"url": self._url}}
        if self.by == "uuid":
            image["uuid"] = self.uuid
        asked = [*self._said, {"role": "user", "content": question}]
        opening = {"role": "user", "content": [image, {"type": "text", "text": asked[0]["content"]}]}
        return [opening, *asked[1:]]


def size_of(request: httpx.Request, body: bytes) -> int:
    """Bytes of a request: its line, its head and its body."""
    head = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
    return len(request.method) + len(request.url.raw_path) + 12 + head + 2 + len(body)


def text_of(data: str) -> str:
    """The text in a chunk of OpenAI's stream; empty in its first, its last, and the closing mark."""
    if data == "[DONE]":
        return ""
    choices = json.loads(data).get("choices") or [{}]
    return str(choices[0].get("delta", {}).get("content") or "")


def usage_of(data: str) -> dict[str, Any]:
    """The counts of tokens in the last chunk of OpenAI's stream; empty in all others."""
    found: dict[str, Any] = {} if data == "[DONE]" else json.loads(data).get("usage") or {}
    return found


async def events(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[tuple[str, str]]:
    """Name and data of each server-sent event; comments are skipped."""
    answer = await client.send(request, stream=True)
    try:
        if answer.status_code != 200:
            raise RuntimeError((await answer.aread()).decode(errors="replace"))
        name = "message"
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                yield name, line[5:].strip()
                name = "message"
    finally:
        await answer.aclose()
