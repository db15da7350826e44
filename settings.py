"""Every knob of the service: type, unit, default, reason. The environment's prefix is `QWEN_`.

A wrong value stops the start-up with the variable's name. SETUP_QWEN.md documents each of these; a test holds them
against each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

EngineKind = Literal["auto", "vllm", "embedded"]
Executor = Literal["auto", "mp", "ray"]


class Settings(BaseSettings):
    """Read once at start-up, then handed on; frozen."""

    model_config = SettingsConfigDict(
        env_prefix="QWEN_", frozen=True, extra="forbid", populate_by_name=True, protected_namespaces=()
    )

    # Who answers
    engine: EngineKind = Field("auto", description="`auto` takes vLLM where an NVIDIA GPU and vLLM are found.")
    model_path: str = Field(
        "",
        validation_alias=AliasChoices("QWEN_MODEL", "QWEN_MODEL_PATH"),
        description="A hub id or a folder; empty: chosen from the card's memory and compute capability.",
    )
    model_revision: str | None = Field(None, description="Commit or tag of the hub repository; empty: its main.")

    # The service
    host: str = Field("127.0.0.1", description="Address to listen on; any other than loopback needs keys.")
    port: int = Field(8000, ge=1, le=65535, description="TCP port.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    log_format: Literal["text", "json"] = Field("text", description="`json` writes one object a line.")
    log_content: bool = Field(True, description="`false` keeps questions and file names out of the log.")

    # Who is let in
    api_keys_file: Path | None = Field(
        None, description="File of `name:digest` lines, one a key, as `python -m keys NAME` makes them; empty: no keys."
    )
    allow_unauthenticated: bool = Field(False, description="open to the network without any key, to everybody there.")
    allowed_hosts: str = Field(
        "", description="host names, by commas, besides localhost and IP addresses; heeded while no keys are set."
    )
    cors_origins: str = Field(
        "",
        pattern=r"^(https?://[^\s,*/]+(, *https?://[^\s,*/]+)*)?$",
        description="origins, by commas, whose web pages may use the service: `https://drawings.example`.",
    )
    chats_per_minute: int = Field(60, ge=0, description="questions and extractions of one key; 0: any number.")
    uploads_per_minute: int = Field(20, ge=0, description="uploads of one key; 0: any number.")
    chats_at_once: int = Field(4, ge=0, description="questions and extractions of one key; 0: any number.")

    # How a request may come
    head_timeout_s: float = Field(10, gt=0, description="s for a request's head, then the connection is cut.")
    body_timeout_s: float = Field(120, gt=0, description="s for a request's whole body, then the connection is cut.")
    take_timeout_s: float = Field(
        30, gt=0, description="s that a client may leave an answer or a stream unread, then the connection is cut."
    )
    max_head_bytes: int = Field(32_768, ge=1024, description="bytes of a request's address and headers.")
    max_form_bytes: int = Field(
        65_536, ge=1024, description="bytes of a request that carries no file; a character of a question may take 12."
    )

    # Sessions
    session_dir: Path = Field(Path("/tmp/deepseek_ocr_sessions"), description="Root of the session store.")  # noqa: S108 - the name others rely on
    session_ttl_s: float = Field(86_400, gt=0, description="s after upload at which a session ends.")
    purge_interval_s: float = Field(600, gt=0, description="s between two purges of ended sessions.")
    session_wait_s: float = Field(30, gt=0, description="s a second chat on one session waits before 409.")
    max_stored_bytes: int = Field(21_474_836_480, gt=0, description="bytes of all sessions together, then 507.")
    max_sessions: int = Field(10_000, gt=0, description="sessions at a time, then 507.")
    max_owner_sessions: int = Field(
        1000, gt=0, description="sessions at a time that were opened with one key, then 507."
    )
    min_free_bytes: int = Field(
        1_073_741_824,
        ge=0,
        description="bytes that uploads leave free on the disk of the sessions; 507 rather than less.",
    )

    # Uploads
    max_upload_bytes: int = Field(52_428_800, gt=0, description="bytes of one upload; an A0 scan at 300 dpi fits.")
    max_pages: int = Field(200, gt=0, description="pages of a PDF.")
    max_frames: int = Field(20, gt=0, description="pages of a TIFF.")
    max_pixels: int = Field(178_956_970, gt=0, description="pixels of a raster page; A0 at 300 dpi has 139.5 million.")
    max_side_px: int = Field(30_000, gt=0, description="px of a raster page's longer side.")
    min_side_px: int = Field(32, gt=0, description="px of a raster page's shorter side: one image token.")
    max_aspect: float = Field(200, gt=1, description="longer by shorter side; Qwen's resize refuses more.")

    # Child processes that touch a client's file
    decode_timeout_s: float = Field(30, gt=0, description="s of wall time for decoding a file or drawing a picture.")
    straighten_s: float = Field(
        8, ge=0, description="s of an upload in which scans and photos are made straight and upright; 0: as they lie."
    )
    reading_timeout_s: float = Field(150, gt=0, description="s of wall time for reading one sheet's lettering.")
    child_memory_bytes: int = Field(3_221_225_472, gt=0, description="bytes of address space of a child process.")
    child_processes: int = Field(2, gt=0, description="files decoded at once; one more process reads lettering.")
    child_queue: int = Field(
        8, ge=0, description="uploads and page pictures that wait for one of these processes; more get 503."
    )
    spare_processes: int = Field(
        1, ge=0, le=8, description="processes started ahead, so that nobody waits for one; each takes 60 MB of memory."
    )
    sheets_in_memory: int = Field(
        64, ge=1, description="sheets whose lettering is kept at hand; a dense A0 takes some 20 MB of memory."
    )
    sheet_dpi: int = Field(200, ge=72, le=600, description="sheet pixels per inch of a PDF page.")
    picture_max_px: int = Field(4096, ge=256, description="px of the longer side of a page picture.")

    # The conversation
    max_question_chars: int = Field(4000, gt=0, description="characters of a question.")
    max_tokens: int = Field(1024, ge=1, le=8192, description="tokens of an answer, unless the request says less.")
    temperature: float = Field(0.1, ge=0, le=2, description="low: a drawing is read, not retold.")
    top_p: float = Field(0.8, gt=0, le=1, description="as Qwen's model card advises; matters where temperature does.")
    stream_ping_s: float = Field(
        15, gt=0, description="s of silence after which a stream gets a comment; proxies cut idle ones at 50 to 60 s."
    )
    chat_timeout_s: float = Field(120, gt=0, description="s from question to the last token, then 504.")
    extract_timeout_s: float = Field(900, gt=0, description="s for an extraction, then 504.")

    # Overload, life and death
    reader_questions: int = Field(16, ge=1, description="questions that the embedded reader answers at once.")
    max_waiting: int = Field(
        32, ge=0, description="chats and extractions that wait for a place; the next one is refused with 503."
    )
    place_wait_s: float = Field(30, gt=0, description="s that a chat or extraction waits for a place, then 503.")
    drain_s: float = Field(
        5, ge=0, description="s after SIGTERM for which all is still served, so that balancers see 503 at /health."
    )
    shutdown_timeout_s: int = Field(60, ge=0, description="s that requests in flight then have to finish.")
    canary_idle_s: float = Field(60, gt=0, description="s of silence after which the engine is asked for one token.")
    canary_timeout_s: float = Field(20, gt=0, description="s for that token; late twice in a row, the engine is dead.")
    engine_restarts: int = Field(
        3, ge=0, description="starts of an engine that died, per window; after the last the process exits with 1."
    )
    engine_restart_window_s: float = Field(600, gt=0, description="s for which a restart is counted.")
    engine_restart_pause_s: float = Field(
        5, ge=0, description="s before the second restart in a window, twice that before the third, and so on."
    )

    # The Qwen engine
    tensor_parallel_size: int = Field(1, ge=1, description="GPUs that share each layer of a model; 1, 2, 4 or 8.")
    pipeline_parallel_size: int = Field(
        1, ge=1, description="groups of such GPUs that share a model's layers among them, where joints are slow."
    )
    data_parallel_size: int = Field(
        1, ge=1, description="engines of one machine side by side; a session stays with one of them."
    )
    expert_parallel: bool = Field(False, description="whole experts on each GPU in place of a slice of each.")
    distributed_executor_backend: Executor = Field(
        "auto", description="who starts the engine's processes: mp on this machine, ray on several; auto is mp."
    )
    gpu_memory_utilization: float = Field(0.90, gt=0, le=1, description="share of the card's memory for the engine.")
    max_model_len: int = Field(16_384, ge=4096, description="tokens of prompt and answer together.")
    enforce_eager: bool = Field(False, description="no CUDA graphs: starts sooner, answers slower.")
    max_num_seqs: int = Field(16, ge=1, description="questions answered at once, by each engine.")
    max_num_batched_tokens: int = Field(
        8192, ge=1024, description="tokens of one engine step; vLLM's in-process default is 2048."
    )
    mm_processor_cache_gb: float = Field(
        4, gt=0, description="GiB of host memory for processed images, so that later questions send no pixels."
    )
    kv_cache_dtype: Literal["auto", "bfloat16", "fp8"] = Field(
        "auto", description="of the KV cache; auto: fp8 on cards below 32 GiB that compute in it, else the model's own."
    )
    async_scheduling: bool | None = Field(
        None, description="plan a step while the last one runs; empty: wherever vLLM can."
    )
    structured_outputs_backend: Literal["xgrammar", "guidance", "auto"] = Field(
        "xgrammar", description="who holds extractions to their schema; xgrammar compiles ours in milliseconds."
    )
    overview_max_tokens: int = Field(
        2048, ge=256, le=16_384, description="image tokens of the sheet; Qwen advises 1,024-2,048 for grounding."
    )
    crop_max_tokens: int = Field(
        2048, ge=256, le=16_384, description="image tokens of one enlarged part of the sheet at most."
    )
    crops_max_tokens: int = Field(
        4096, ge=256, le=65_536, description="image tokens of all parts together that are enlarged for one question."
    )
    zoom_crops: int = Field(
        4, ge=0, le=8, description="parts enlarged for a question, chosen by its words; 0: only the region it names."
    )
    zoom_wishes: int = Field(2, ge=0, le=4, description="parts that the model itself may ask to see in one answer.")
    focus_wait_s: float = Field(
        8, gt=0, description="s for which a question waits for the lettering that tells where to look."
    )
    extract_max_tokens: int = Field(
        6144, ge=64, le=16_384, description="tokens of each part of an extraction at most; 6144 are about 130 callouts."
    )
    engine_args: dict[str, Any] = Field(
        {}, description='more of vLLM\'s arguments as JSON, before those above: `{"quantization": "fp8"}`.'
    )
    load_format: str = Field("auto", description="how vLLM reads the weights; `dummy` makes random ones, for tests.")
    seed: int = Field(0, description="of the engine; with temperature 0 the same question is answered the same way.")


def listed(names: str) -> tuple[str, ...]:
    """What a setting lists by commas."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def variable(field: str) -> str:
    """The environment variable of a field, by which people know it."""
    return "QWEN_MODEL" if field in ("model_path", "QWEN_MODEL") else f"QWEN_{field.upper()}"
