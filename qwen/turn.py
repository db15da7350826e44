"""A question as it is put to the model, and put once more when the model wishes to see something closer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from drawing.sheet import Part
from qwen.image import Picture
from qwen.prompt import Prompt, PromptWriter
from qwen.showing import Closer, Showing, remembered
from qwen.zoom import wished_region
from vision import Inquiry

#: Tokens that stand around a picture that was wished for.
ROOM_FOR_WORDS = 128


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """Prompt, the whole sheet, and `closer` what is enlarged for the question.

    `wishes` counts how often the model has wished to see something closer.
    """

    inquiry: Inquiry
    prompt: Prompt
    overview: Picture
    closer: tuple[Closer, ...] = ()
    wishes: int = 0

    @property
    def pictures(self) -> list[Picture]:
        """In the order of the prompt."""
        history = [remembered(self.inquiry.desk, seen) for seen in self.prompt.parts]
        return [self.overview, *history, *(each.picture for each in self.closer)]

    @property
    def enlarged(self) -> set[Part]:
        """The parts of the sheet that the prompt shows, those of earlier turns among them."""
        return {seen.part for seen in self.prompt.parts} | {each.part for each in self.closer}


class Turns:
    """Chooses what a question is shown with. `writer` gives the writer of the model that is loaded."""

    def __init__(self, showing: Showing, writer: Callable[[], PromptWriter], most_wishes: int) -> None:
        self._showing = showing
        self._writer = writer
        self._most_wishes = most_wishes

    async def begun(self, inquiry: Inquiry) -> AskedTurn:
        """The question with what has to be enlarged for it and is not in the prompt already."""
        overview = await self._showing.overview(inquiry.desk)
        wanted = await self._showing.wanted(inquiry, overview)
        turn = await self._written(inquiry, overview, ())
        # What is enlarged takes room, for which a turn that showed something may have to leave the prompt.
        while missing := {part: reason for part, reason in wanted.items() if part not in turn.enlarged}:
            closer = (*turn.closer, *await self._showing.drawn(inquiry.desk, missing))
            turn = await self._written(inquiry, overview, closer)
        return turn

    async def seen_closer(self, turn: AskedTurn, call: str, said: Sequence[int]) -> AskedTurn | None:
        """The turn goes on with the picture that the model wished for, or once with a plain no.

        `said` are the tokens of its `call`. `None` where that leaves no room for an answer.
        """
        if self.is_denied(turn):
            return None
        wished = await self._wished(turn, call, len(said))
        closer = turn.closer if wished is None else (*turn.closer, wished)
        crop = None if wished is None else wished.enlarged
        sheet = turn.inquiry.desk.sheet
        prompt = await asyncio.to_thread(self._writer().enlarged, turn.prompt, said, sheet, crop, len(closer))
        if prompt is None:
            return None
        wishes = self._most_wishes + 1 if wished is None else turn.wishes + 1
        return replace(turn, prompt=prompt, closer=closer, wishes=wishes)

    def is_denied(self, turn: AskedTurn) -> bool:
        """Whether the model was told that nothing more is enlarged."""
        return turn.wishes > self._most_wishes

    async def _wished(self, turn: AskedTurn, call: str, tokens_said: int) -> Closer | None:
        region = wished_region(call, turn.inquiry.desk.sheet)
        if region is None or turn.wishes >= self._most_wishes:
            return None
        room = self._writer().room_beside(turn.prompt) - tokens_said - ROOM_FOR_WORDS
        return await self._showing.wished(turn.inquiry, region, room)

    async def _written(self, inquiry: Inquiry, overview: Picture, closer: tuple[Closer, ...]) -> AskedTurn:
        crops = [each.enlarged for each in closer]
        # Tokenizing a full history takes tens of milliseconds, which other questions need not wait for.
        prompt = await asyncio.to_thread(self._writer().conversation, inquiry, overview.tokens, crops)
        return AskedTurn(inquiry, prompt, overview, closer)
