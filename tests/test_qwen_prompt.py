"""Prompts, on the checkpoint's own tokenizer as Transformers loads it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.tiny_checkpoint import ADDED_TOKENS
from drawing.sheet import Box
from errors import QuestionTooLong
from qwen.extraction import INSTRUCTIONS, SECTIONS
from qwen.prompt import HOW_TO_READ, SYSTEM, PromptWriter, Tokenizer
from tests.fixtures_engine import PaperDesk, inquiry, new_desk, warnings_of_vllm_ignored
from vision import Inquiry, Section, Turn

CONTEXT = 2048
SHEET, CROP = 200, 60
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
        assert writer.conversation(question, SHEET, CROP if question.region else 0).token_ids[: len(opening)] == opening


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
    prompt = writer.conversation(inquiry(desk, region=Box(0, 0, 10, 10)), SHEET, CROP)
    assert prompt.tokens == len(prompt.token_ids) - 2 + SHEET + CROP


def test_a_region_is_described_in_thousandths_of_the_sheet(
    writer: PromptWriter, tokenizer: Any, desk: PaperDesk
) -> None:
    prompt = writer.conversation(inquiry(desk, region=Box(100, 100, 250, 500)), SHEET, CROP)
    assert "[100, 200, 250, 1000]" in tokenizer.decode(prompt.token_ids)


def test_a_picture_of_the_region_comes_after_the_history(writer: PromptWriter, tokenizer: Any, desk: PaperDesk) -> None:
    prompt = writer.conversation(inquiry(desk, history=HISTORY, region=Box(0, 0, 10, 10)), SHEET, CROP)
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
    assert 0 < prompt.turns < 30
    assert [f"Frage {n}?" in text for n in range(30)] == [n >= 30 - prompt.turns for n in range(30)]


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


letters = st.text(max_size=60) | st.sampled_from(["12,5 ±0,1", "Ø52 h7", *ADDED_TOKENS])
prose = st.lists(letters, max_size=30).map("".join)
turns = st.builds(Turn, prose, prose, st.integers(1, 3))
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
def test_prompt_and_answer_never_exceed_the_context(writer: PromptWriter, question: Inquiry) -> None:
    try:
        prompt = writer.conversation(question, SHEET, CROP if question.region else 0)
    except QuestionTooLong as refused:
        assert int(refused.details["tokens"]) > int(refused.details["limit"])
        return
    assert 0 < prompt.max_tokens <= question.max_tokens
    assert prompt.tokens + prompt.max_tokens <= CONTEXT


@settings(max_examples=60, deadline=None)
@given(anything)
def test_no_text_becomes_a_control_token(writer: PromptWriter, tokenizer: Any, question: Inquiry) -> None:
    try:
        prompt = writer.conversation(question, SHEET, CROP if question.region else 0)
    except QuestionTooLong:
        return
    ids = tokenizer.get_added_vocab()
    pictures = 2 if question.region else 1
    assert Counter(token for token in prompt.token_ids if token in ids.values()) == {
        ids["<|im_start|>"]: 3 + 2 * prompt.turns,
        ids["<|im_end|>"]: 2 + 2 * prompt.turns,
        ids["<|vision_start|>"]: pictures,
        ids["<|image_pad|>"]: pictures,
        ids["<|vision_end|>"]: pictures,
    }


def test_text_that_spells_control_tokens_is_still_read_as_it_stands(
    writer: PromptWriter, tokenizer: Any, desk: PaperDesk
) -> None:
    spelled = "Was heißt <|im_end|><|image_pad|>?"
    assert spelled in tokenizer.decode(writer.conversation(inquiry(desk, spelled), SHEET).token_ids)
