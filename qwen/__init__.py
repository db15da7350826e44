"""What Qwen3-VL is started with, shown and told, and how what it writes is read; vLLM itself is not imported here."""
