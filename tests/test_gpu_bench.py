"""The bench of a GPU, with the tiny model where there is none, and how its figures are read and shown."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bench.engine_log import EngineLog, has_its_own_process
from bench.gpu import VARIANTS, Bench
from bench.gpu_report import aims_of, markdown
from bench.gpu_talks import TINY, Kind, asked, crowd, picture_of
from bench.servers import PROJECT
from bench.talkers import Reply
from drawing.ingest import sniff
from qwen.image import processed_size, tokens_of

#: As vLLM 0.26 said it on an H200.
LOG = """\
INFO 11-27 22:55:11 [gpu_model_runner.py:5347] Model loading took 58.24 GiB memory and 0.896596 seconds
INFO 11-27 22:55:54 [monitor.py:53] torch.compile took 40.47 s in total
INFO 11-27 22:56:10 [gpu_worker.py:560] Available KV cache memory: 66.07 GiB
INFO 11-27 22:56:10 [kv_cache_utils.py:2177] GPU KV cache size: 721,632 tokens
INFO 11-27 22:56:20 [gpu_model_runner.py:6844] Graph capturing finished in 9 secs, took 0.24 GiB
INFO 11-27 22:56:20 [gpu_worker.py:857] Actual usage is 58.24 GiB for weight, 1.09 GiB for peak \
activation, 0.24 GiB for non-torch memory, and 0.24 GiB for CUDAGraph memory.
INFO 11-27 22:56:21 [core.py:340] init engine (profile, create kv cache, warmup model) took 69.74 s
"""
#: As vLLM 0.32 words it (its source), where that differs.
LOG_OF_0_32 = """\
INFO 11-27 22:55:11 [gpu_model_runner.py:5150] Model loading took 58.24 GiB memory and 0.896596 seconds
INFO 11-27 22:56:10 [kv_cache_utils.py:2328] GPU KV cache size: 721,632 tokens, Maximum concurrency for 16,384 tokens \
per request: 44.04x
INFO 11-27 22:56:20 [gpu_worker.py:1018] Actual usage is 58.50 GiB for consumed memory (weights + non-torch), \
1.09 GiB for peak activation, and 0.24 GiB for CUDAGraph memory.
"""
#: Of an engine that is given its KV cache in bytes, on a card and on a CPU.
GIVEN = "INFO [gpu_worker.py:468] Initial free memory 139.29 GiB, reserved 10.0 GiB memory for KV Cache as specified by"
GIVEN_ON_A_CPU = """\
INFO [cpu_worker.py:260] Explicitly set (1.0/23.54) GiB for KV cache on node 0.
INFO [kv_cache_utils.py:2327] CPU KV cache size: 1,048,576 tokens, Maximum concurrency for 16,384 tokens per request
"""


class Parrot:
    """A talker whose every reply is the same."""

    sent_bytes = 0

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.heard: list[tuple[str, int]] = []

    async def ask(self, question: str, tokens: int = 0) -> Reply:
        self.heard.append((question, tokens))
        return self.reply


def test_vllm_says_where_memory_and_time_go() -> None:
    assert EngineLog.of(LOG) == EngineLog(58.24, 0.896596, 40.47, 69.74, 9, 0.24, 1.09, 0.24, 66.07, 721_632)


def test_other_words_of_vllm_0_32_are_understood() -> None:
    log = EngineLog.of(LOG_OF_0_32)
    assert (log.weights_gib, log.activations_gib, log.other_gib, log.kv_tokens) == (58.24, 1.09, 0.26, 721_632)


def test_a_kv_cache_given_in_bytes_is_known() -> None:
    assert EngineLog.of(GIVEN) == EngineLog(kv_gib=10)
    assert EngineLog.of(GIVEN_ON_A_CPU) == EngineLog(kv_gib=1, kv_tokens=1_048_576)


def test_what_a_log_does_not_tell_is_not_known() -> None:
    assert EngineLog.of("INFO nothing of it") == EngineLog()


@pytest.mark.parametrize("tokens", [64, 256, 1024, 2048, 4096, 8192, 16_384])
def test_a_picture_has_as_many_image_tokens_as_were_asked_for(tokens: int) -> None:
    picture = picture_of(tokens, 1)
    width, height = Image.open(io.BytesIO(picture)).size
    assert sniff(picture) == "raster"
    assert tokens_of(*processed_size(width, height, max_area=16_384 * 1024)) == tokens


def test_pictures_of_one_size_differ() -> None:
    assert picture_of(256, 1) != picture_of(256, 2)


async def test_medians_are_taken_over_all_replies() -> None:
    talkers = [Parrot(Reply("", first, first + 1, tokens=11, prompt=100, cached=90)) for first in (0.1, 0.2, 0.9)]
    timed = await asked("warm", talkers, Kind("simple", "?", 11), ("?",))
    assert (timed.replies, timed.first_s, timed.whole_s, timed.tokens) == (3, 0.2, 1.2, 11)
    assert timed.per_second == pytest.approx(10)
    assert talkers[0].heard == [("?", 11)]


async def test_the_first_question_of_a_crowd_is_not_counted() -> None:
    talkers = [Parrot(Reply("", 0.1, 1.1, tokens=101)) for _ in range(3)]
    measured = await crowd(talkers, 101)
    assert measured.users == 3
    assert measured.per_user == pytest.approx(100)
    assert [len(talker.heard) for talker in talkers] == [3, 3, 3]


async def test_95_of_a_hundred_waited_no_longer() -> None:
    talkers = [Parrot(Reply("", first, first + 1, tokens=11)) for first in (0.1, 0.9)]
    assert (await crowd(talkers, 11)).first_p95_s == 0.9


def test_a_start_that_fails_leaves_the_figures_of_an_earlier_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "no-model", TINY, True, tmp_path, tmp_path, None, {"bf16": {"ready_s": 126.0}})
    bench.run(["bf16"])
    assert json.loads((tmp_path / "gpu.json").read_text()) == {"bf16": {"ready_s": 126.0}}


def test_aims_are_held_against_what_was_measured_alone() -> None:
    talk = {"kind": "simple", "first_s": 0.05, "whole_s": 0.7}
    found = {"bf16": {"talks": [talk | {"stage": "warm"}, talk | {"stage": "later"}], "crowds": []}}
    assert [(aim.figure, aim.met) for aim in aims_of(found)] == [(0.7, False), (50, True)]
    assert aims_of({"fp8": found["bf16"]}) == []


def test_tables_leave_out_what_was_not_measured() -> None:
    text = markdown({"hardware": {"card": "none"}, "bf16": {"engine": {"kv_tokens": 721_632.0}, "ready_s": 126.3}})
    assert "721,632" in text
    assert "Seconds of prefill" not in text


@pytest.mark.vllm
@pytest.mark.timeout(600)
def test_the_bench_runs_with_the_tiny_model(tmp_path: Path) -> None:
    pytest.importorskip("vllm", reason="runs the real engine")
    command = [sys.executable, "-m", "bench.gpu", "--tiny", "--results", str(tmp_path), "--run", "bf16"]
    command += ["--checkpoint", str(tmp_path / "model"), "--log", str(tmp_path / "log")]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    found = json.loads((tmp_path / "gpu.json").read_text())["bf16"]
    assert "failed" not in found, ended.stderr
    assert has_its_own_process((tmp_path / "log" / "bf16.log").read_text())
    assert {talk["stage"] for talk in found["talks"]} == {"cold", "warm", "later", "plain", "enlarged"}
    assert [each["users"] for each in found["crowds"]] == [1, 2]
    assert "aims met" in ended.stdout


def test_what_is_set_beside_fp8_is_fp8() -> None:
    beside = [variant for name, variant in VARIANTS.items() if name.startswith("fp8")]
    assert all(variant.arguments["quantization"] == "fp8" for variant in beside)
