"""The files of operation are what the programs that read them accept."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from bench.rolling import PROXIES
from bench.servers import PROJECT, service, wait_until_healthy
from tests import sheets

DEPLOY = PROJECT / "deploy"


def installed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def test_haproxy_accepts_its_configuration() -> None:
    checked = subprocess.run([installed("haproxy"), "-c", "-f", DEPLOY / "haproxy.cfg"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_nginx_accepts_its_configuration() -> None:
    checked = subprocess.run([installed("nginx"), "-t", "-c", DEPLOY / "nginx.conf"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    """With a program that exists here in place of the one that will be installed."""
    unit = (DEPLOY / "systemd" / "drawings.service").read_text()
    (tmp_path / "drawings.service").write_text(unit.replace("/opt/drawings/.venv/bin/python", "/bin/true"))
    checked = subprocess.run(
        [installed("systemd-analyze"), "verify", tmp_path / "drawings.service"], capture_output=True, text=True
    )
    assert "drawings.service" not in checked.stderr


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_conversation_goes_through(proxy: str) -> None:
    installed(proxy)
    with service({}) as (direct, _):
        port = int(direct.rsplit(":", 1)[1])
        with PROXIES[proxy]((port, port)) as url, httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            wait_until_healthy(url)
            upload = client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf())}).json()
            form = {"session_id": upload["session_id"], "question": "Was ist der Außendurchmesser?", "stream": "true"}
            streamed = client.post("/api/chat", data=form).text
    assert "event: answer" in streamed
    assert "70,50" in streamed
