"""Qwen3-VL-30B-A3B in its real architecture and size, without weights: the engine that loads it makes random ones.

The figures are those of the published `config.json` of Qwen/Qwen3-VL-30B-A3B-Instruct. Only the tokenizer is not
Qwen's: it has the same number of tokens and the control tokens in their places, but knows few words, so that a prompt
is longer in tokens than it would be, and answers are made-up words.
"""

from __future__ import annotations

from pathlib import Path

from bench.tiny_checkpoint import ADDED_TOKENS, tiny_tokenizer, write_checkpoint

#: Tokens before Qwen's added ones, and rows of the embedding.
BASE_VOCABULARY, VOCABULARY = 151_643, 151_936

TEXT = {
    "model_type": "qwen3_vl_moe_text",
    "hidden_size": 2048,
    "intermediate_size": 6144,
    "num_hidden_layers": 48,
    "num_attention_heads": 32,
    "num_key_value_heads": 4,
    "head_dim": 128,
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 768,
    "norm_topk_prob": True,
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
    "max_position_embeddings": 262_144,
    "rms_norm_eps": 1e-6,
    "rope_theta": 5_000_000,
    "rope_scaling": {"rope_type": "default", "mrope_section": [24, 20, 20], "mrope_interleaved": True},
    "tie_word_embeddings": False,
    "attention_bias": False,
    "hidden_act": "silu",
    "dtype": "bfloat16",
    "vocab_size": VOCABULARY,
}

VISION = {
    "model_type": "qwen3_vl_moe",
    "depth": 27,
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_heads": 16,
    "in_channels": 3,
    "patch_size": 16,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
    "out_hidden_size": 2048,
    "num_position_embeddings": 2304,
    "deepstack_visual_indexes": [8, 16, 24],
    "hidden_act": "gelu_pytorch_tanh",
}


def write_full_checkpoint(folder: Path) -> Path:
    """A checkpoint folder as the hub would give it, without its 62 GB of weights; returns `folder`."""
    tokenizer = tiny_tokenizer(BASE_VOCABULARY)
    assert tokenizer.get_vocab_size() == BASE_VOCABULARY + len(ADDED_TOKENS)
    return write_checkpoint(folder, tokenizer, TEXT, VISION)
