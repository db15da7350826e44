"""What a started engine has room for, in the terms of those who use it."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3
#: Bytes of the processed pixels behind one image token: 4 patches of 16 × 16 px, 2 frames, 3 colours, one byte each
#: (measured with vLLM 0.32; releases before 0.27 keep floats, two to four times as much).
PIXEL_BYTES_PER_TOKEN = 4 * 16 * 16 * 2 * 3


@dataclass(frozen=True, slots=True)
class Budget:
    """Room for conversations in the KV cache, for sheets in the image cache; `sequences` are answered at once.

    A conversation is counted with its sheet, the rules, and `conversation_tokens` in all.
    """

    kv_tokens: int
    conversation_tokens: int
    sequences: int
    pictures: int

    @classmethod
    def of(
        cls, kv_tokens: int, conversation_tokens: int, sequences: int, *, image_cache_gb: float, picture_tokens: int
    ) -> Budget:
        pictures = int(image_cache_gb * GIB / (PIXEL_BYTES_PER_TOKEN * picture_tokens))
        return cls(kv_tokens, conversation_tokens, sequences, pictures)

    @property
    def conversations(self) -> int:
        return self.kv_tokens // self.conversation_tokens

    @property
    def is_tight(self) -> bool:
        """Whether answers written at once push each other's sheets out of the cache."""
        return self.conversations < self.sequences

    def __str__(self) -> str:
        return (
            f"KV cache: {self.kv_tokens:,} tokens, {self.conversations} conversations of "
            f"{self.conversation_tokens:,}; image cache: {self.pictures} sheets"
        )
