"""HAProxy and nginx, as `deploy/` configures them, in front of two real services that share one root."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bench.rolling import PROXIES
from bench.servers import free_port, served, wait_until_healthy
from gates.affinity import COOKIE, HEADER
from tests import sheets
from tests.test_deploy import installed

SESSIONS = 20
ASKED = re.compile(r"Chat query for session (\w{8})")
TAKEN_IN = re.compile(r"Uploaded .* - Session: (\w{8})")


@dataclass(frozen=True, slots=True)
class Replica:
    """A process of the service, and its log, which names sessions by the beginning of their ids."""

    process: subprocess.Popen[bytes]
    log: Path

    def named(self, line: re.Pattern[str]) -> set[str]:
        return set(line.findall(self.log.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Site:
    """What people see of two replicas: one address."""

    proxy: str
    url: str
    ports: tuple[int, int]
    replicas: tuple[Replica, Replica]
    sessions: list[str]

    def homes(self, line: re.Pattern[str]) -> dict[str, list[int]]:
        """By session, which replicas have such a line about it."""
        seen = [replica.named(line) for replica in self.replicas]
        return {session[:8]: [at for at in (0, 1) if session[:8] in seen[at]] for session in self.sessions}


@contextmanager
def replica(root: Path, port: int, log: Path) -> Iterator[Replica]:
    env = {
        "QWEN_ENGINE": "embedded", "QWEN_PORT": str(port), "QWEN_SESSION_DIR": str(root), "QWEN_DRAIN_S": "0",
        "QWEN_UPLOADS_PER_MINUTE": "0", "QWEN_CHATS_PER_MINUTE": "0",
    }  # fmt: skip
    with served(["main"], env, port, keep_log=log) as (_, process):
        yield Replica(process, log)


@contextmanager
def site(proxy: str, folder: Path) -> Iterator[Site]:
    installed(proxy)
    ports = free_port(), free_port()
    with ExitStack() as stack:
        one, two = (stack.enter_context(replica(folder / "root", port, folder / f"{port}.log")) for port in ports)
        url = stack.enter_context(PROXIES[proxy](ports))
        wait_until_healthy(url)
        yield Site(proxy, url, ports, (one, two), [uploaded(url) for _ in range(SESSIONS)])


@pytest.fixture(scope="module", params=PROXIES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def uploaded(url: str) -> str:
    answer = httpx.post(f"{url}/api/upload", files={"file": ("a.pdf", sheets.pdf())}, timeout=60, trust_env=False)
    assert answer.headers[HEADER] == answer.json()["session_id"]
    return answer.headers[HEADER]


def ask(url: str, session: str, headers: dict[str, str]) -> httpx.Response:
    form = {"session_id": session, "question": "Was ist der Außendurchmesser?"}
    return httpx.post(f"{url}/api/chat", data=form, headers=headers, timeout=60, trust_env=False)


def test_uploads_are_spread(running: Site) -> None:
    homes = running.homes(TAKEN_IN)
    assert all(len(home) == 1 for home in homes.values())
    assert {home[0] for home in homes.values()} == {0, 1}


@pytest.mark.parametrize("by", ["header", "cookie"])
def test_every_session_stays_with_one_process(running: Site, by: str) -> None:
    for _ in range(2):
        for session in running.sessions:
            hint = {HEADER: session} if by == "header" else {"Cookie": f"theme=dark; {COOKIE}={session}"}
            assert ask(running.url, session, hint).status_code == 200
    homes = running.homes(ASKED)
    assert [session for session, home in homes.items() if len(home) != 1] == []
    assert {home[0] for home in homes.values()} == {0, 1}
    if running.proxy == "haproxy":
        assert homes == running.homes(TAKEN_IN)  # where its sheet was made ready


def test_a_balancer_that_was_started_again_keeps_sessions_together(running: Site) -> None:
    """It has learnt nothing, and goes by the session's name alone."""
    fresh = [uploaded(f"http://127.0.0.1:{running.ports[number % 2]}") for number in range(10)]
    with PROXIES[running.proxy](running.ports) as url:
        wait_until_healthy(url)
        answers = [ask(url, session, {HEADER: session}) for session in fresh * 3]
    assert {answer.status_code for answer in answers} == {200}
    asked = [replica.named(ASKED) & {session[:8] for session in fresh} for replica in running.replicas]
    assert asked[0].isdisjoint(asked[1])
    assert len(asked[0] | asked[1]) == 10


def test_the_path_leads_to_the_same_process(running: Site) -> None:
    """A deletion among others, so that it reaches the process that has the session in memory."""
    session = uploaded(running.url)
    assert ask(running.url, session, {HEADER: session}).status_code == 200
    home = [at for at in (0, 1) if session[:8] in running.replicas[at].named(ASKED)]
    before = [reads(replica) for replica in running.replicas]
    for _ in range(6):
        assert httpx.get(f"{running.url}/api/session/{session}", trust_env=False).status_code == 200
    counted = [reads(replica) - n for replica, n in zip(running.replicas, before, strict=True)]
    assert [at for at in (0, 1) if counted[at]] == home


def reads(replica: Replica) -> int:
    return replica.log.read_text("utf-8").count("GET /api/session/{session_id} 200")


def test_without_a_hint_any_process_answers(running: Site) -> None:
    assert {ask(running.url, session, {}).status_code for session in running.sessions} == {200}


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_process_that_goes_loses_no_session(proxy: str, tmp_path: Path) -> None:
    with site(proxy, tmp_path) as running:
        gone, left = running.replicas
        gone.process.kill()
        gone.process.wait()
        answers = [ask(running.url, session, {HEADER: session}) for session in running.sessions]
        assert [answer.status_code for answer in answers] == [200] * SESSIONS
        assert {session[:8] for session in running.sessions} == left.named(ASKED)
