"""Prompts, on the checkpoint's own tokenizer as Transformers loads it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.tiny_checkpoint import ADDED_TOKENS
from drawing.sheet import Box, Part
from errors import QuestionTooLong
from qwen.extraction import INSTRUCTIONS, SECTIONS
from qwen.prompt import HOW_TO_READ, NO_MORE, SYSTEM, Enlarged, Prompt, PromptWriter, Tokenizer
from qwen.zoom import TOOLS
from sessions.turn import Memory, SeenPart, Turn
from tests.fixtures_engine import PaperDesk, inquiry, new_desk, warnings_of_vllm_ignored
from vision import Inquiry, Section

CONTEXT = 2048
SHEET, CROP = 200, 60
CROPS = [Enlarged(Box(0, 0, 10, 10), CROP)]
BLOCK = 128
HISTORY = (Turn("Was ist das?", "Eine Welle."), Turn("Welches Material?", "**42CrMo4**, laut Schriftfeld."))


@pytest.fixture(scope="session")
def tokenizer(tiny_checkpoint: Path) -> Any:
    with warnings_of_vllm_ignored():
        pytest.importorskip("transformers", reason="comes with vLLM")
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(tiny_checkpoint)


@pytest.fixture(scope="session")
def writer(tokenizer: Tokenizer) -> PromptWriter:
    return PromptWriter(tokenizer, CONTEXT)


@pytest.fixture(scope="session")
def desk() -> PaperDesk:
    return new_desk(1000, 500)


def test_it_is_what_the_checkpoints_chat_template_writes(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    (first, answer), (second, answer_2) = ((turn.question, turn.answer) for turn in HISTORY)
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": HOW_TO_READ + first}]},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": second},
        {"role": "assistant", "content": answer_2},
        {"role": "user", "content": "Und die Härte?"},
    ]
    expected = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    assert writer.conversation(inquiry(desk, "Und die Härte?", history=HISTORY), SHEET).token_ids == expected


def test_everything_up_to_the_question_is_the_same_on_every_turn(writer: PromptWriter, desk: PaperDesk) -> None:
    opening = writer.opening(SHEET).token_ids
    questions = [
        inquiry(desk, "Was ist das?"),
        inquiry(desk, "What is it?", language="en", grounding=True),
        inquiry(desk, "Und das?", history=HISTORY, region=Box(0, 0, 10, 10)),
    ]
    for question in questions:
        assert (
            writer.conversation(question, SHEET, CROPS if question.region else ()).token_ids[: len(opening)] == opening
        )


@pytest.mark.parametrize("section", SECTIONS)
def test_an_extraction_opens_as_a_conversation_does(writer: PromptWriter, section: Section) -> None:
    opening = writer.opening(SHEET).token_ids
    assert writer.order(INSTRUCTIONS[section], SHEET, 100).token_ids[: len(opening)] == opening


def test_an_extraction_is_what_the_checkpoints_chat_template_writes(writer: PromptWriter, tokenizer: Any) -> None:
    instruction = INSTRUCTIONS["callouts"]
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": HOW_TO_READ + instruction}]},
    ]
    expected = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    assert writer.order(instruction, SHEET, 100).token_ids == expected


@pytest.mark.parametrize("limit", [100, 100_000])
def test_an_extraction_and_its_answer_fit_into_the_context(writer: PromptWriter, limit: int) -> None:
    prompt = writer.order("Liste.", SHEET, limit)
    assert prompt.max_tokens == min(limit, CONTEXT - prompt.tokens)
    assert prompt.tokens == len(prompt.token_ids) - 1 + SHEET


def test_text_after_the_sheet_fills_more_than_a_block(tokenizer: Tokenizer) -> None:
    assert len(tokenizer.encode(HOW_TO_READ, add_special_tokens=False)) > BLOCK
    # The real tokenizer's tokens are longer than this one's, but not longer than six letters in running text.
    assert len(HOW_TO_READ) / 6 > BLOCK


def test_pictures_count_with_all_their_tokens(writer: PromptWriter, desk: PaperDesk) -> None:
    prompt = writer.conversation(inquiry(desk, region=Box(0, 0, 10, 10)), SHEET, CROPS)
    assert prompt.tokens == len(prompt.token_ids) - 2 + SHEET + CROP


def test_a_region_is_described_in_thousandths_of_the_sheet(
    writer: PromptWriter, tokenizer: Any, desk: PaperDesk
) -> None:
    prompt = writer.conversation(inquiry(desk, region=Box(100, 100, 250, 500)), SHEET, CROPS)
    assert "[100, 200, 250, 1000]" in tokenizer.decode(prompt.token_ids)


def test_a_picture_of_the_region_comes_after_the_history(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    prompt = writer.conversation(inquiry(desk, history=HISTORY, region=Box(0, 0, 10, 10)), SHEET, CROPS)
    before, after = tokenizer.decode(prompt.token_ids).rsplit("<|image_pad|>", 1)
    assert before.count("<|image_pad|>") == 1
    assert HISTORY[-1].answer in before
    assert "Außendurchmesser" in after


@pytest.mark.parametrize("language", ["de", "en"])
def test_boxes_are_asked_for_only_with_grounding(
    writer: PromptWriter, tokenizer: Any, desk: PaperDesk, language: str
) -> None:
    texts = [
        tokenizer.decode(writer.conversation(inquiry(desk, language=language, grounding=asked), SHEET).token_ids)
        for asked in (False, True)
    ]
    assert ["bbox_2d" in text for text in texts] == [False, True]


def test_earlier_questions_and_answers_are_in_the_prompt(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    text = tokenizer.decode(writer.conversation(inquiry(desk, history=HISTORY), SHEET).token_ids)
    assert all(turn.question in text and turn.answer in text for turn in HISTORY)


def test_a_turn_about_another_page_says_so(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    history = (Turn("Was ist das?", "Ein Deckel.", page=3),)
    assert "[Seite/page 3] Was" in tokenizer.decode(
        writer.conversation(inquiry(desk, history=history), SHEET).token_ids
    )


def test_the_oldest_turns_leave_first(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    history = tuple(Turn(f"Frage {n}?", f"Antwort {n}. " * 20) for n in range(30))
    prompt = writer.conversation(inquiry(desk, history=history), SHEET)
    text = tokenizer.decode(prompt.token_ids)
    assert 0 < prompt.left_out < 30
    assert [f"Frage {n}?" in text for n in range(30)] == [n >= prompt.left_out for n in range(30)]


def test_a_question_that_does_not_fit_is_refused_with_the_numbers(writer: PromptWriter, desk: PaperDesk) -> None:
    with pytest.raises(QuestionTooLong) as refused:
        writer.conversation(inquiry(desk, "7" * 3000), SHEET)
    assert refused.value.details["tokens"] == 3000
    limit = int(refused.value.details["limit"])
    prompt = writer.conversation(inquiry(desk, "7" * limit), SHEET)
    assert prompt.tokens + prompt.max_tokens == CONTEXT


def test_the_longest_answer_leaves_as_much_room_for_the_question(writer: PromptWriter, desk: PaperDesk) -> None:
    prompt = writer.conversation(inquiry(desk, "?", max_tokens=8192), SHEET)
    assert abs(CONTEXT - prompt.tokens - 2 * prompt.max_tokens) <= 1


MODEL = "tiny"


@pytest.fixture(scope="session")
def remembering(tokenizer: Tokenizer) -> PromptWriter:
    """A writer that may be asked to enlarge, and knows its own turns again."""
    return PromptWriter(tokenizer, CONTEXT, MODEL, zoom_tokens=CROP, most_pictures=4)


def answered(writer: PromptWriter, prompt: Prompt, said: list[int], parts: tuple[SeenPart, ...] = ()) -> Turn:
    memory = writer.memory(prompt, said, parts)
    assert memory is not None
    return Turn("Frage?", "Antwort.", memory=memory)


def seen(number: int) -> SeenPart:
    """A part of a sheet in a picture of 6 × 10 tokens."""
    return SeenPart(Part(Box(0, 0, 10 + number, 10), 60 * 1024), f"key {number}", 192, 320)


def test_the_next_turn_begins_with_the_last_one_to_the_token(remembering: PromptWriter, desk: PaperDesk) -> None:
    said = [700, 17, 42]  # what no tokenizer would make of the words
    first = remembering.conversation(inquiry(desk, "Was ist das?"), SHEET)
    turn = answered(remembering, first, said)
    second = remembering.conversation(inquiry(desk, "Und das?", history=(turn,)), SHEET)
    assert second.token_ids[: len(first.token_ids) + len(said)] == first.token_ids + said


def test_pictures_of_a_turn_stay_where_they_were(remembering: PromptWriter, desk: PaperDesk) -> None:
    first = remembering.conversation(inquiry(desk), SHEET, CROPS)
    second = remembering.conversation(
        inquiry(desk, history=(answered(remembering, first, [17], (seen(1),)),)), SHEET, CROPS
    )
    assert second.token_ids[: len(first.token_ids)] == first.token_ids
    assert second.parts == (seen(1),)
    assert second.tokens == len(second.token_ids) - 3 + SHEET + 2 * CROP


def test_an_answers_end_is_not_repeated_with_it(remembering: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    prompt = remembering.conversation(inquiry(desk), SHEET)
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert remembering.memory(prompt, [17, end], ()) == remembering.memory(prompt, [17], ())


@pytest.mark.parametrize("token", ["<|image_pad|>", "<|im_start|>", "<|vision_start|>"])
def test_an_answer_with_control_tokens_in_it_is_remembered_in_words(
    remembering: PromptWriter, tokenizer: Any, desk: PaperDesk, token: str
) -> None:
    prompt = remembering.conversation(inquiry(desk), SHEET)
    assert remembering.memory(prompt, [17, tokenizer.convert_tokens_to_ids(token), 17], ()) is None


@pytest.mark.parametrize(("model", "page"), [("another", 1), (MODEL, 2)])
def test_a_turn_of_another_model_or_page_stands_there_in_words(
    remembering: PromptWriter, tokenizer: Any, desk: PaperDesk, model: str, page: int
) -> None:
    memory = Memory(model, (17, 18, 19), (seen(1),))
    prompt = remembering.conversation(inquiry(desk, history=(Turn("Frage?", "Antwort.", page, 0, memory),)), SHEET)
    assert "Antwort." in tokenizer.decode(prompt.token_ids)
    assert prompt.parts == ()


def test_what_leaves_frees_half_of_the_room_and_stays_out(remembering: PromptWriter, desk: PaperDesk) -> None:
    """So that the cached beginning changes now and then, and not with every turn."""
    history: tuple[Turn, ...] = ()
    left_out = []
    for _ in range(30):
        prompt = remembering.conversation(inquiry(desk, history=history), SHEET)
        left_out.append(prompt.left_out)
        history += (answered(remembering, prompt, [17] * 100),)
    assert left_out == sorted(left_out)
    assert left_out[-1] > 10
    assert len(set(left_out)) < 10


def test_pictures_leave_when_they_become_too_many(remembering: PromptWriter, desk: PaperDesk) -> None:
    history: tuple[Turn, ...] = ()
    for number in range(6):
        prompt = remembering.conversation(inquiry(desk, "?", history=history), SHEET, CROPS)
        assert len(prompt.parts) + 2 <= 4
        history += (answered(remembering, prompt, [17], (seen(number),)),)


def test_a_wish_is_answered_as_the_checkpoints_chat_template_does(
    remembering: PromptWriter, tokenizer: Any, desk: PaperDesk
) -> None:
    call = '<tool_call>\n{"name": "image_zoom_in_tool", "arguments": {"bbox_2d": [0, 0, 500, 500]}}\n</tool_call>'
    messages = [
        {"role": "system", "content": SYSTEM + TOOLS},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": HOW_TO_READ + "Was ist das?"}]},
        {"role": "assistant", "content": call},
        {"role": "user", "content": f"<tool_response>\n{NO_MORE}\n</tool_response>"},
    ]
    expected = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    prompt = remembering.conversation(inquiry(desk, "Was ist das?"), SHEET)
    said = tokenizer.encode(call, add_special_tokens=False)
    refused = remembering.enlarged(prompt, said, desk.sheet, None, 1)
    assert refused is not None
    assert refused.token_ids == expected
    assert refused.tokens == len(expected) - 1 + SHEET


def test_what_was_wished_for_is_shown_and_remembered(remembering: PromptWriter, desk: PaperDesk) -> None:
    prompt = remembering.conversation(inquiry(desk), SHEET)
    zoomed = remembering.enlarged(prompt, [17] * 9, desk.sheet, CROPS[0], 1)
    assert zoomed is not None
    assert zoomed.tokens == len(zoomed.token_ids) - 2 + SHEET + CROP
    turn = answered(remembering, zoomed, [42], (seen(1),))
    following = remembering.conversation(inquiry(desk, history=(turn,)), SHEET)
    assert following.token_ids[: len(zoomed.token_ids) + 1] == [*zoomed.token_ids, 42]


def test_a_wish_without_room_for_an_answer_ends_the_turn(remembering: PromptWriter, desk: PaperDesk) -> None:
    prompt = remembering.conversation(inquiry(desk), SHEET)
    assert remembering.enlarged(prompt, [17] * CONTEXT, desk.sheet, None, 1) is None


letters = st.text(max_size=60) | st.sampled_from(["12,5 ±0,1", "Ø52 h7", *ADDED_TOKENS])
prose = st.lists(letters, max_size=30).map("".join)
memories = st.builds(
    Memory,
    st.sampled_from([MODEL, "another"]),
    st.lists(st.integers(0, 250), max_size=300).map(tuple),
    st.lists(st.integers(1, 5).map(seen), max_size=3).map(tuple),
    st.integers(0, 3),
)
turns = st.builds(Turn, prose, prose, st.integers(1, 3), memory=st.none() | memories)
anything = st.builds(
    inquiry,
    st.just(new_desk(1000, 500)),
    prose,
    history=st.lists(turns, max_size=12).map(tuple),
    grounding=st.booleans(),
    language=st.sampled_from(["de", "en"]),
    max_tokens=st.integers(1, 4000),
    region=st.none() | st.just(Box(10, 10, 90, 90)),
)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_prompt_and_answer_never_exceed_the_context(remembering: PromptWriter, question: Inquiry) -> None:
    try:
        prompt = remembering.conversation(question, SHEET, CROPS if question.region else ())
    except QuestionTooLong as refused:
        assert int(refused.details["tokens"]) > int(refused.details["limit"])
        return
    assert 0 < prompt.max_tokens <= question.max_tokens
    assert prompt.tokens + prompt.max_tokens <= CONTEXT
    pictures = SHEET - 1 + sum(CROP - 1 for _ in prompt.parts) + (CROP - 1 if question.region else 0)
    assert prompt.tokens == len(prompt.token_ids) + pictures


@settings(max_examples=60, deadline=None)
@given(anything)
def test_no_text_becomes_a_control_token(writer: PromptWriter, tokenizer: Any, question: Inquiry) -> None:
    try:
        prompt = writer.conversation(question, SHEET, CROPS if question.region else ())
    except QuestionTooLong:
        return
    ids = tokenizer.get_added_vocab()
    pictures = 2 if question.region else 1
    turns = len(question.history) - prompt.left_out
    assert Counter(token for token in prompt.token_ids if token in ids.values()) == {
        ids["<|im_start|>"]: 3 + 2 * turns,
        ids["<|im_end|>"]: 2 + 2 * turns,
        ids["<|vision_start|>"]: pictures,
        ids["<|image_pad|>"]: pictures,
        ids["<|vision_end|>"]: pictures,
    }


def test_text_that_spells_control_tokens_is_still_read_as_it_stands(
    writer: PromptWriter, tokenizer: Any, desk: PaperDesk
) -> None:
    spelled = "Was heißt <|im_end|><|image_pad|>?"
    assert spelled in tokenizer.decode(writer.conversation(inquiry(desk, spelled), SHEET).token_ids)
