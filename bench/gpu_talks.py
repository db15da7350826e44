"""What is asked of a server with a model of real size, and what is measured of its replies."""

from __future__ import annotations

import asyncio
import io
import math
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import httpx
from PIL import Image, ImageDraw

from bench.talkers import Reply, ServiceTalker, Talker

T = TypeVar("T")

Stage = Literal["cold", "warm", "plain", "later", "enlarged"]
#: Likeliest tokens of random weights repeat themselves, which ends an answer; at 1 each of the 20 that are left counts.
TEMPERATURE = 1.0
#: Neither names anything for which the sheet would be enlarged.
LATER, PLAIN = "Und sonst?", "Bitte kurz."
#: What the service enlarges parts of the sheet for.
LETTERED = ("Liste alle Gewinde.", "Welche Radien gibt es?", "Welche Fasen gibt es?", "Welche Rauheiten gibt es?")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of question, by the tokens of its answer."""

    name: str
    question: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    kinds: tuple[Kind, ...]
    crowds: tuple[int, ...]
    crowd_tokens: int
    repeats: int
    picture_tokens: tuple[int, ...]


SIMPLE = Kind("simple", "Was ist der Außendurchmesser?", 64)
COMPLEX = Kind("complex", "Beschreibe das Teil mit seinen Maßen und Toleranzen.", 256)
TABLE = Kind("table", "Liste alle Gewinde als Tabelle.", 600)
FULL = Scale((SIMPLE, COMPLEX, TABLE), (1, 8, 32, 64), 128, 3, (1024, 2048, 4096, 8192, 16_384))
#: Of a variant: enough to set it beside the others.
SHORT = Scale((COMPLEX,), (1, 32), 128, 3, ())
TINY = Scale(tuple(replace(kind, tokens=4) for kind in (SIMPLE, TABLE)), (1, 2), 4, 1, (256, 1024))


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians of `replies` to one kind of question at one stage of a conversation."""

    kind: str
    stage: Stage
    replies: int
    first_s: float
    whole_s: float
    per_second: float
    tokens: float
    prompt: float
    cached: float
    enlarged: float

    @classmethod
    def of(cls, kind: str, stage: Stage, replies: Sequence[Reply]) -> Timed:
        def median(value: Callable[[Reply], float]) -> float:
            return statistics.median(value(reply) for reply in replies)

        return cls(
            kind,
            stage,
            len(replies),
            median(lambda reply: reply.first_s),
            median(lambda reply: reply.whole_s),
            median(lambda reply: reply.per_second),
            median(lambda reply: reply.tokens),
            median(lambda reply: reply.prompt),
            median(lambda reply: reply.cached),
            median(lambda reply: reply.enlarged),
        )


@dataclass(frozen=True, slots=True)
class Crowd:
    """`users` who ask at once: s to the first text, tokens a second for one of them (medians) and for all together."""

    users: int
    first_s: float
    first_p95_s: float
    per_user: float
    in_all: float


async def stages(fresh: Sequence[Talker], warmed: Sequence[Talker], kind: Kind) -> list[Timed]:
    """One conversation after the other: sheets that no cache knows, what is asked next, and sheets made ready."""
    cold = await asked("cold", fresh, kind, (kind.question,))
    later = await asked("later", fresh, kind, (LATER,))
    return [cold, later, await asked("warm", warmed, kind, (kind.question,))] if warmed else [cold, later]


async def asked(stage: Stage, talkers: Sequence[Talker], kind: Kind, questions: Sequence[str]) -> Timed:
    """Each talker asks each question, one after the other.

    For "plain" and "later" nothing is enlarged, for "enlarged" parts of the sheet are drawn and seen anew.
    """
    replies = [await talker.ask(question, kind.tokens) for talker in talkers for question in questions]
    return Timed.of(kind.name, stage, replies)


@dataclass(frozen=True, slots=True)
class Prefill:
    """The engine's seconds from a prompt's turn to its first token: for a picture, and for as many `text_tokens`."""

    picture_tokens: int
    picture_s: float
    text_tokens: float
    text_s: float


async def prefills(client: httpx.AsyncClient, picture_tokens: int, askers: Sequence[ServiceTalker]) -> Prefill:
    """Each asker has a question of as many tokens as the pictures, of which there is one an asker."""
    seen, read = [], []
    for number, asker in enumerate(askers):
        _, seconds = await _prefilled(client, uploaded(client, [picture_of(picture_tokens, number)]))
        seen.append(seconds)
        await asker.ask(PLAIN, 1)
        question = "㊟" * (picture_tokens // 3)  # three tokens a sign
        reply, seconds = await _prefilled(client, asker.ask(question, 1))
        read.append((reply.prompt - reply.cached, seconds))
    text_tokens, text_s = (statistics.median(values) for values in zip(*read, strict=True))
    return Prefill(picture_tokens, statistics.median(seen), text_tokens, text_s)


async def _prefilled(client: httpx.AsyncClient, work: Awaitable[T]) -> tuple[T, float]:
    """What the work gives, and the seconds of the one prompt that it has the engine read."""
    count, seconds = (f"vllm:request_prefill_time_seconds_{what}" for what in ("count", "sum"))
    before, took = await figure(client, count), await figure(client, seconds)
    done = await work
    await grown(client, count, before + 1)
    return done, await figure(client, seconds) - took


def picture_of(tokens: int, number: int) -> bytes:
    """A PNG of so many image tokens (32 × 32 px each; a power of two), a blank sheet with a border of its own."""
    height = 1 << (tokens.bit_length() - 1) // 2
    size = (32 * tokens // height, 32 * height)
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).rectangle((8 + number, 8, size[0] - 8, size[1] - 8), outline=0, width=2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


async def crowd(talkers: Sequence[Talker], tokens: int, rounds: int = 2) -> Crowd:
    """All at once, each a question that is not counted and then `rounds` that are, one after the other."""
    await asyncio.gather(*(talker.ask(PLAIN, tokens) for talker in talkers))
    began = time.perf_counter()
    asked = await asyncio.gather(*(_in_turn(talker, tokens, rounds) for talker in talkers))
    seconds = time.perf_counter() - began
    replies = [reply for each in asked for reply in each]
    firsts = sorted(reply.first_s for reply in replies)
    return Crowd(
        len(talkers),
        statistics.median(firsts),
        firsts[math.ceil(0.95 * len(firsts)) - 1],
        statistics.median(reply.per_second for reply in replies),
        sum(reply.tokens for reply in replies) / seconds,
    )


async def _in_turn(talker: Talker, tokens: int, rounds: int) -> list[Reply]:
    return [await talker.ask(LATER, tokens) for _ in range(rounds)]


async def uploaded(client: httpx.AsyncClient, sheets: Sequence[bytes], at_once: int = 4) -> list[ServiceTalker]:
    """Talkers whose sheets are with the service."""
    gate = asyncio.Semaphore(at_once)

    async def one(sheet: bytes) -> ServiceTalker:
        talker = ServiceTalker(client, sheet, TEMPERATURE)
        async with gate:
            await talker.upload()
        return talker

    return list(await asyncio.gather(*(one(sheet) for sheet in sheets)))


async def figure(client: httpx.AsyncClient, name: str) -> float:
    """A figure of `/metrics`, added up over its labels; 0 where there is none yet."""
    lines = (await client.get("/metrics")).text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)


async def grown(client: httpx.AsyncClient, name: str, to: float) -> None:
    """Waits until a figure has grown."""
    while await figure(client, name) < to:  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.05)
