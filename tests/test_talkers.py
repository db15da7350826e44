"""What the bench of conversations sends and reads."""

from __future__ import annotations

import httpx
import pytest

from bench.conversation import Side, Talk, aims_of
from bench.talkers import OpenAiTalker, Reply, events, size_of, text_of


def test_bytes_are_those_of_line_head_and_body() -> None:
    request = httpx.Request("POST", "http://h/a", headers={"host": "h"}, content=b"12345")
    written = b"POST /a HTTP/1.1\r\n" + b"".join(n + b": " + v + b"\r\n" for n, v in request.headers.raw) + b"\r\n12345"
    assert size_of(request, b"12345") == len(written)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("[DONE]", ""),
        ('{"choices": [{"delta": {"role": "assistant", "content": ""}}]}', ""),
        ('{"choices": [{"delta": {"content": "Ø8"}}]}', "Ø8"),
        ('{"choices": []}', ""),
    ],
)
def test_chunks_are_read_for_their_text(data: str, text: str) -> None:
    assert text_of(data) == text


async def test_events_are_read_past_comments() -> None:
    stream = b": ping\r\n\r\nevent: delta\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n"
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=stream))
    async with httpx.AsyncClient(transport=transport) as client:
        found = [event async for event in events(client, client.build_request("GET", "http://h/"))]
    assert found == [("delta", "1"), ("message", "2")]


@pytest.mark.parametrize(("by", "sheets_sent"), [("base64", 2), ("uuid", 1)])
async def test_a_front_end_sends_all_that_was_said_with_each_question(by: str, sheets_sent: int) -> None:
    bodies: list[bytes] = []

    def answered(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, content=b'data: {"choices": [{"delta": {"content": "Ja."}}]}\n\ndata: [DONE]\n\n')

    async with httpx.AsyncClient(transport=httpx.MockTransport(answered), base_url="http://h") as client:
        talker = OpenAiTalker(client, b"the sheet", "tiny", "sheet-1", "uuid" if by == "uuid" else "base64")
        for question in ("Erste?", "Zweite?"):
            await talker.ask(question)
    assert sum(b"data:image/png;base64,dGhlIHNoZWV0" in body for body in bodies) == sheets_sent
    assert b"Ja." in bodies[1] and "Erste?" in bodies[1].decode()
    assert talker.sent_bytes > sum(map(len, bodies))


def test_the_first_question_counts_apart_from_the_later_ones() -> None:
    def side(first: float, later: float) -> Side:
        replies = [Reply("", first, first + 1), Reply("", later, later + 0.01, later)]
        return Side("a side", [Talk(replies, 1000)], per_second=first)

    figures = [aim.figure for aim in aims_of(side(0.1, 0.02), side(10.0, 0.2), side(10.0, 0.02))]
    assert figures[:4] == pytest.approx([100, 10, 0.01, 1])
