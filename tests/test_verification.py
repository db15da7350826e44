"""An answer, the model's or the reader's, is held against its sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drawing.read_sheet import ReadSheet
from drawing.sheet import Box, Word
from errors import DecodeTimeout
from language import Language
from tests.test_embedded_reader import SHAFT, Desk
from verification import closing_line, verified
from vision import Answer, Element, Evidence, Inquiry


@dataclass
class Unreadable(Desk):
    """A sheet whose lettering takes too long to read."""

    async def read(self) -> ReadSheet:
        raise DecodeTimeout


def inquiry(question: str = "Was steht da?", *, language: Language = "de", words: Sequence[Word] = SHAFT) -> Inquiry:
    return Inquiry("r", question, language, Desk(tuple(words)))


async def test_a_models_numbers_get_their_places() -> None:
    answer = await verified(Answer("Der Außendurchmesser ist **70,5 mm**."), inquiry())
    (item,) = answer.evidence
    assert (item.value, item.status, item.source, item.page) == ("70,5", "verified", "text_layer", 1)
    assert item.box is not None and item.box.contains(350, 300)


async def test_numbers_that_are_not_on_the_sheet_are_named_in_the_end() -> None:
    asked = inquiry("Was ist der Außendurchmesser?")
    answer = await verified(Answer("Ø75,50, Länge 120, Breite 99."), asked)
    assert closing_line(answer, asked) == "\n\nAuf dem Blatt nicht gefunden: Ø75,50; 99."


async def test_the_closing_line_speaks_the_questions_language() -> None:
    asked = inquiry("What is the outer diameter?")
    answer = await verified(Answer("It is Ø75.50."), asked)
    assert closing_line(answer, asked) == "\n\nNot found on the sheet: Ø75.50."


async def test_nothing_is_added_where_every_number_was_found() -> None:
    asked = inquiry()
    assert closing_line(await verified(Answer("Ø70,50"), asked), asked) == ""


async def test_a_sheet_read_in_part_is_said_to_be() -> None:
    asked = Inquiry("r", "Was steht da?", "de", Desk(tuple(SHAFT), complete=False))
    answer = await verified(Answer("Ø70,50"), asked)
    assert closing_line(answer, asked) == "\n\nDie Beschriftung des Blattes wurde nur teilweise gelesen."


async def test_the_engines_own_evidence_stays() -> None:
    own = Evidence("Ø70,50 ±0,05", "computed", 1, Box(0, 0, 10, 10), "text_layer")
    answer = await verified(Answer("Ø70,50 ±0,05 und R0,5", evidence=(own,)), inquiry())
    assert [(item.value, item.status) for item in answer.evidence] == [
        ("Ø70,50 ±0,05", "computed"),
        ("R0,5", "verified"),
    ]


async def test_what_the_engine_counted_is_not_looked_up() -> None:
    own = Evidence("7", "computed", 1, Box(0, 0, 10, 10), "text_layer")
    answer = await verified(Answer("Es gibt 7 Bohrungen.", evidence=(own,)), inquiry())
    assert [item.value for item in answer.evidence] == ["7"]


async def test_boxes_of_a_model_are_no_numbers() -> None:
    written = '```json\n[{"bbox_2d": [10, 20, 300, 400], "label": "R0,5"}]\n```'
    marked = Answer(written, elements=(Element("R0,5", "dimension", Box(0, 0, 9, 9), 1, "model"),))
    assert [item.value for item in (await verified(marked, inquiry())).evidence] == ["R0,5"]


async def test_an_answer_about_an_unreadable_sheet_is_not_vouched_for() -> None:
    asked = Inquiry("r", "Was?", "de", Unreadable(()))
    answer = await verified(Answer("Ø70,50"), asked)
    assert answer == Answer("Ø70,50")
    assert closing_line(answer, asked) == "\n\nDie Angaben konnten nicht am Blatt geprüft werden."


async def test_the_title_block_goes_to_older_front_ends() -> None:
    block = (await verified(Answer("Hallo"), inquiry())).title_block
    assert (block.drawing_title, block.drawing_number, block.scale) == ("Flanschwelle", "4711_08", "1:2")
    assert block.revision is None


async def test_an_answer_that_was_cut_off_says_so() -> None:
    asked = inquiry("What is the outer diameter?")
    answer = await verified(Answer("Ø70,50", "length"), asked)
    assert closing_line(answer, asked) == "\n\nThe answer was cut off at its length limit."


async def test_an_answer_that_went_round_in_circles_says_so_outside_of_its_block() -> None:
    asked = inquiry()
    answer = await verified(Answer('Ø70,50\n```json\n[{"label": "a"}', "loop"), asked)
    closing = "\n```\n\nDie Antwort begann sich zu wiederholen und wurde dort beendet."
    assert closing_line(answer, asked) == closing
