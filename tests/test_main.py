"""The program as people start it, and what only a real server shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bench.servers import PROJECT, free_port, wait_until_healthy
from main import create_app
from tests import sheets, wire
from tests.factories import keys_file, settings
from tests.server import serving


@contextmanager
def program(
    folder: Path, command: Sequence[str] = (sys.executable, "main.py"), **variables: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Drains for no time, unless told to."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QWEN_")}
    own = {"QWEN_PORT": str(port), "QWEN_SESSION_DIR": str(folder / "sessions"), "QWEN_DRAIN_S": "0"}
    env = clean | own | variables
    with subprocess.Popen(command, cwd=PROJECT, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


def test_the_loop_is_asyncios_own(tmp_path: Path) -> None:
    """uvloop's forked children hang, and the service with them, while a thread imports vLLM."""
    with program(tmp_path, QWEN_ENGINE="embedded") as (url, process):
        wait_until_healthy(url)
        assert "uvloop" not in Path(f"/proc/{process.pid}/maps").read_text()


def test_the_program_serves_and_ends_when_told(tmp_path: Path) -> None:
    with program(tmp_path, QWEN_ENGINE="embedded") as (url, process):
        wait_until_healthy(url)
        upload = httpx.post(f"{url}/api/upload", files={"file": ("drawing.pdf", sheets.pdf())}, timeout=60).json()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"Uploaded drawing.pdf - Session: {upload['session_id'][:8]}..." in log
    assert "Traceback" not in log


def test_sessions_outlive_the_program(tmp_path: Path) -> None:
    with program(tmp_path, QWEN_ENGINE="embedded") as (url, process):
        wait_until_healthy(url)
        upload = httpx.post(f"{url}/api/upload", files={"file": ("a.pdf", sheets.pdf())}, timeout=60).json()
        process.send_signal(signal.SIGKILL)
    with program(tmp_path, QWEN_ENGINE="embedded") as (url, _):
        wait_until_healthy(url)
        form = {"session_id": upload["session_id"], "question": "Welcher Werkstoff?"}
        assert "6082" in httpx.post(f"{url}/api/chat", data=form, timeout=60).json()["text"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("QWEN_PORT", "many"), ("QWEN_ENGINE", "magic"), ("QWEN_MAX_MODEL_LEN", "10"), ("QWEN_PROT", "8000")],
)
def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path: Path, variable: str, value: str) -> None:
    with program(tmp_path, **{variable: value}) as (_, process):
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert variable in complaint
    assert "Traceback" not in complaint


def test_the_service_imports_no_engine_it_does_not_run(tmp_path: Path) -> None:
    check = "import main, sys; heavy = {'vllm', 'torch', 'ray', 'transformers', 'pymupdf', 'cv2', 'onnxruntime'}; "
    check += "print(sorted(heavy & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", check], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_health_answers_while_files_are_read(tmp_path: Path) -> None:
    with serving(create_app(settings(tmp_path))) as url, httpx.Client(base_url=url, timeout=60) as client:
        upload = client.post("/api/upload", files={"file": ("a.png", sheets.saved(sheets.scan(), "PNG"))}).json()
        assert upload["status"] == "ready"
        began = time.perf_counter()
        assert client.get("/health").status_code == 200
        assert time.perf_counter() - began < 1


def test_a_stream_is_kept_alive_while_nothing_is_there_to_say(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, stream_ping_s=0.05))
    with serving(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        upload = client.post("/api/upload", files={"file": ("a.png", sheets.saved(sheets.scan(), "PNG"))}).json()
        form = {"session_id": upload["session_id"], "question": "Was ist der Durchmesser?", "stream": "true"}
        with client.stream("POST", "/api/chat", data=form) as stream:
            said = "".join(stream.iter_text())
            headers = stream.headers
    assert said.startswith(": ping")
    assert "event: answer" in said
    assert (headers["x-accel-buffering"], headers["cache-control"]) == ("no", "no-store")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_the_network_is_not_let_in_without_a_key(tmp_path: Path, host: str) -> None:
    with program(tmp_path, QWEN_HOST=host) as (_, process):
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "QWEN_API_KEYS_FILE" in complaint
    assert "QWEN_ALLOW_UNAUTHENTICATED=true" in complaint
    assert "Traceback" not in complaint


def test_a_key_file_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    file = keys_file(tmp_path, anna="secret")
    file.chmod(0o644)
    with program(tmp_path, QWEN_API_KEYS_FILE=str(file)) as (_, process):
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "QWEN_API_KEYS_FILE" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("said", ["keys", "in so many words"])
def test_the_network_is_let_in_with_keys_or_when_told(tmp_path: Path, said: str) -> None:
    file = keys_file(tmp_path, anna="secret")
    told = {"QWEN_API_KEYS_FILE": str(file)} if said == "keys" else {"QWEN_ALLOW_UNAUTHENTICATED": "true"}
    with program(tmp_path, QWEN_ENGINE="embedded", QWEN_HOST="0.0.0.0", **told) as (url, _):
        wait_until_healthy(url)
        assert httpx.get(f"{url}/metrics").status_code == (401 if said == "keys" else 200)


def test_the_program_cuts_slow_clients_off(tmp_path: Path) -> None:
    with program(tmp_path, QWEN_ENGINE="embedded", QWEN_HEAD_TIMEOUT_S="0.5") as (url, _):
        wait_until_healthy(url)
        assert wire.say(url, b"GET / HTTP/1.1\r\n").status is None
