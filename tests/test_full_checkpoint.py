"""The checkpoint of real size is the published one, as far as that can be told without its weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.full_checkpoint import write_full_checkpoint
from tests.fixtures_engine import warnings_of_vllm_ignored

transformers = pytest.importorskip("transformers", reason="comes with vLLM")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_full_checkpoint(tmp_path_factory.mktemp("models") / "full")


def test_it_has_as_many_parameters_as_the_published_model(folder: Path) -> None:
    """31.07 billion by the hub's count, 3.3 billion of them at work on a token by the model card."""
    import torch

    with warnings_of_vllm_ignored(), torch.device("meta"):
        config = transformers.AutoConfig.from_pretrained(folder)
        model = transformers.AutoModelForImageTextToText.from_config(config)
    every = sum(parameter.numel() for parameter in model.parameters())
    experts = sum(p.numel() for name, p in model.named_parameters() if ".experts." in name)
    assert every / 1e9 == pytest.approx(31.07, abs=0.01)
    assert (every - experts * (1 - 8 / 128)) / 1e9 == pytest.approx(3.9, abs=0.1)  # 3.3 without eyes and embedding


def test_control_tokens_have_qwens_numbers(folder: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    names = ("<|endoftext|>", "<|im_end|>", "<|image_pad|>", "<tool_call>", "</think>")
    assert tokenizer.convert_tokens_to_ids(list(names)) == [151643, 151645, 151655, 151657, 151668]


def test_every_token_of_the_base_can_be_said(folder: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    assert len(tokenizer.decode([151_642])) == 5
    assert tokenizer.decode(tokenizer.encode("Außendurchmesser Ø52 h7")) == "Außendurchmesser Ø52 h7"


def test_it_writes_no_weights(folder: Path) -> None:
    assert not list(folder.glob("*.safetensors"))
    assert json.loads((folder / "config.json").read_text())["text_config"]["num_experts"] == 128
