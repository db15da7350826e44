"""A tiny random Qwen3-VL-MoE checkpoint, written in a second: every part of the real one, a few thousand times smaller.

It holds no weights; the engine that loads it makes random ones (`load_format="dummy"`).
"""

from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from qwen.prompt import HOW_TO_READ, SYSTEM

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Qwen3-VL's added tokens in the order of its `tokenizer_config.json`; those in angle brackets alone are not special.
ADDED_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<tool_call>",
    "</tool_call>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
)

#: Qwen2's split into words, the same in Qwen3-VL.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

#: What is learnt: the texts that every prompt holds, so that they stay short in tokens, too.
CORPUS = (
    SYSTEM,
    HOW_TO_READ,
    "Was ist der Außendurchmesser der Welle? Der Außendurchmesser ist Ø52 h7.",
    "Which tolerance has the bore? The tolerance of the bore is H7, 0 to +0.021 mm.",
    "Liste alle Gewinde auf dem Blatt. Auf dem Blatt stehen M8, M10x1 und G1/4.",
    "Extract the bill of materials as a table with position, quantity, name and material.",
    "You are reading a technical drawing. Answer from the sheet only, in the language of the question.",
    "Report the bounding boxes in JSON format, with bbox_2d and label.",
)

#: What Qwen3-VL's chat template makes of system, user and assistant messages with text and images.
CHAT_TEMPLATE = """\
{%- macro content(message) -%}
{%- if message.content is string -%}{{ message.content }}{%- else -%}
{%- for part in message.content -%}
{%- if part.type == 'image' or 'image' in part or 'image_url' in part -%}<|vision_start|><|image_pad|><|vision_end|>
{%- elif 'text' in part -%}{{ part.text }}{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- for message in messages -%}
{{ '<|im_start|>' + message.role + '\\n' + content(message) + '<|im_end|>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
"""

TEXT = {
    "model_type": "qwen3_vl_moe_text",
    "hidden_size": 64,
    "intermediate_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "num_experts": 8,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 64,
    "norm_topk_prob": True,
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "rope_theta": 5_000_000,
    "rope_scaling": {"rope_type": "default", "mrope_section": [4, 6, 6], "mrope_interleaved": True},
    "tie_word_embeddings": False,
    "attention_bias": False,
    "hidden_act": "silu",
    "dtype": "bfloat16",
}

VISION = {
    "model_type": "qwen3_vl_moe",
    "depth": 3,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_heads": 2,
    "in_channels": 3,
    "patch_size": 16,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
    "out_hidden_size": 64,
    "num_position_embeddings": 2304,
    "deepstack_visual_indexes": [0, 1, 2],
    "hidden_act": "gelu_pytorch_tanh",
}

#: What a dense model of the same size does not have.
OF_EXPERTS = {
    "num_experts", "num_experts_per_tok", "moe_intermediate_size", "norm_topk_prob", "decoder_sparse_step",
    "mlp_only_layers",
}  # fmt: skip
DENSE_TEXT = {name: value for name, value in TEXT.items() if name not in OF_EXPERTS} | {"model_type": "qwen3_vl_text"}
#: By the kind of the language model: the whole, and its class in Transformers.
KINDS = {
    "qwen3_vl_moe_text": ("qwen3_vl_moe", "Qwen3VLMoeForConditionalGeneration"),
    "qwen3_vl_text": ("qwen3_vl", "Qwen3VLForConditionalGeneration"),
}

PICTURES = {
    "size": {"shortest_edge": 65_536, "longest_edge": 16_777_216},
    "patch_size": 16,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


def write_tiny_checkpoint(folder: Path, *, dense: bool = False) -> Path:
    """A checkpoint folder as the hub would give it, without weights; returns `folder`."""
    tokenizer, text = tiny_tokenizer(), DENSE_TEXT if dense else TEXT
    return write_checkpoint(folder, tokenizer, text | {"vocab_size": tokenizer.get_vocab_size()}, VISION)


def write_checkpoint(folder: Path, tokenizer: Tokenizer, text: dict[str, Any], vision: dict[str, Any]) -> Path:
    """A Qwen3-VL without weights, `text` and `vision` as in its `config.json`; returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", _tokenizer_config())
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, encoding="utf-8")
    _write(folder / "config.json", _config(tokenizer, text, vision))
    ends = [tokenizer.get_vocab()[token] for token in ("<|im_end|>", "<|endoftext|>")]
    _write(folder / "generation_config.json", {"eos_token_id": ends})
    _write(folder / "preprocessor_config.json", PICTURES | {"image_processor_type": "Qwen2VLImageProcessorFast"})
    _write(folder / "video_preprocessor_config.json", PICTURES | {"video_processor_type": "Qwen3VLVideoProcessor"})
    return folder


def tiny_tokenizer(vocabulary: int = 0) -> Tokenizer:
    """A byte-level BPE tokenizer built like Qwen's, with Qwen's added tokens behind a `vocabulary` of so many others.

    0: no more than what it has learnt.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=1500, initial_alphabet=sorted(alphabet), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    if vocabulary:
        tokenizer = _filled_up(tokenizer, vocabulary)
    tokenizer.add_tokens([AddedToken(t, special=t.startswith("<|"), normalized=False) for t in ADDED_TOKENS])
    return tokenizer


def _filled_up(tokenizer: Tokenizer, vocabulary: int) -> Tokenizer:
    """The same with made-up words of four letters, which it can say but never hears, for the rest of `vocabulary`."""
    from tokenizers import Tokenizer

    content = json.loads(tokenizer.to_str())
    known: dict[str, int] = content["model"]["vocab"]
    made_up = ("Ġ" + "".join(letters) for letters in product(ascii_lowercase, repeat=4))
    words = islice((word for word in made_up if word not in known), vocabulary - len(known))
    known |= {word: number for number, word in enumerate(words, len(known))}
    return Tokenizer.from_str(json.dumps(content))


def _config(tokenizer: Tokenizer, text: dict[str, Any], vision: dict[str, Any]) -> dict[str, Any]:
    ids = tokenizer.get_vocab()
    kind, model = KINDS[text["model_type"]]
    return {
        "architectures": [model],
        "model_type": kind,
        "dtype": "bfloat16",
        "tie_word_embeddings": False,
        "image_token_id": ids["<|image_pad|>"],
        "video_token_id": ids["<|video_pad|>"],
        "vision_start_token_id": ids["<|vision_start|>"],
        "vision_end_token_id": ids["<|vision_end|>"],
        "text_config": text,
        "vision_config": vision | {"model_type": kind},
    }


def _tokenizer_config() -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "processor_class": "Qwen3VLProcessor",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "model_max_length": 262_144,
        "clean_up_tokenization_spaces": False,
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
