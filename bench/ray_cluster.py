"""A Ray cluster of one machine, on loopback, and the project's own configuration deployed on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from bench.servers import PROJECT, answers, free_port
from draining import descendants

#: More than a machine of the tests has: Ray counts them, it does not take them.
CPUS = 16
STORE_BYTES = 100_000_000
START_S, DEPLOY_S, END_S = 120.0, 180.0, 3.0
CONFIGURATION = PROJECT / "deploy" / "ray_serve.yaml"


@dataclass(slots=True)
class Cluster:
    """A cluster that runs. `process` is the one that holds it, `url` where the application is served."""

    process: subprocess.Popen[bytes]
    address: str
    env: Mapping[str, str]
    folder: Path
    port: int
    #: What every replica was started with; who changes it gets new ones.
    made_of: tuple[object, ...] = ()
    engines: int = 0
    apis: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def sessions(self) -> Path:
        """The root of the session store."""
        return self.folder / "sessions"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def deploy(
        self,
        engines: int,
        apis: int = 1,
        import_path: str | None = None,
        places: int = 32,
        variables: Mapping[str, str] = MappingProxyType({}),
        autoscaling: Mapping[str, float] | None = None,
    ) -> None:
        """The project's configuration with as many replicas, and `variables` for them; waits until they are there.

        `autoscaling` is put over that of the configuration, with `engines` as the least; without it they stay as many.
        """
        content = configuration(engines, apis, import_path, places, variables, autoscaling)
        content["http_options"]["port"] = self.port
        file = self.folder / "serve.yaml"
        file.write_text(yaml.safe_dump(content))
        command = [sys.executable, "-m", "ray.serve.scripts", "run", "--non-blocking", "--address", self.address]
        made_of = (import_path, places, tuple(sorted(variables.items())))
        old = set() if made_of == self.made_of else {*self.replicas("Engine"), *self.replicas("Api")}
        subprocess.run([*command, str(file)], cwd=PROJECT, env=self.env, check=True, capture_output=True, timeout=60)
        self.made_of, self.engines, self.apis, self.variables = made_of, engines, apis, dict(variables)
        self.wait_until_there(old)

    def wait_until_there(self, old: Set[int] = frozenset()) -> None:
        """Until exactly the replicas that were asked for run, none of them `old`, and the application is healthy.

        Asked several times, for each time another of its replicas may answer.
        """
        wanted = self.engines, self.apis
        deadline = time.monotonic() + DEPLOY_S
        while time.monotonic() < deadline:
            running = self.replicas("Engine"), self.replicas("Api")
            as_wanted = (len(running[0]), len(running[1])) == wanted and old.isdisjoint(running[0] + running[1])
            if as_wanted and all(answers(f"{self.url}/health") for _ in range(8)):
                return
            time.sleep(0.2)
        raise TimeoutError(f"not {wanted} replicas within {DEPLOY_S:.0f} s:\n{self.logs()}")

    def replicas(self, deployment: str) -> list[int]:
        """The ids of the processes of a deployment's replicas."""
        name = f"ray::ServeReplica:drawings:{deployment}"
        return [pid for pid in descendants(self.process.pid) if command_of(pid).startswith(name)]

    def memory_mb(self) -> dict[str, int]:
        """Of all processes by what they are: their shares of common pages (PSS), those of their children with them."""
        kinds = {"engine replicas": self.replicas("Engine"), "api replicas": self.replicas("Api")}
        counted = {kind: {found for pid in pids for found in (pid, *descendants(pid))} for kind, pids in kinds.items()}
        counted["ray itself"] = {self.process.pid, *descendants(self.process.pid)}.difference(*counted.values())
        return {kind: round(sum(map(proportional_bytes, pids)) / 1e6) for kind, pids in counted.items()}

    def logs(self) -> str:
        """The last of what the replicas and the controller said."""
        files = sorted((self.folder / "ray").glob("session_2*/logs/serve/*.log"), key=lambda file: file.stat().st_mtime)
        return "\n".join(file.read_text(errors="replace")[-1500:] for file in files[-4:])


@contextmanager
def cluster(**variables: str) -> Iterator[Cluster]:
    """Starts one and ends it. `variables` are for all of its processes."""
    # A short name, for those of sockets end at 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        token = folder / "token"
        token.touch(mode=0o600)
        token.write_text(os.urandom(32).hex())
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("QWEN_", "RAY_"))}
        env = clean | own_variables(folder, token) | variables
        log = folder / "start.log"
        with log.open("wb") as target:
            process = subprocess.Popen(
                [sys.executable, "-m", "ray.scripts.scripts", *start_arguments(port, folder)],
                cwd=PROJECT, env=env, stdout=target, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            wait_until_started(process, log)
            yield Cluster(process, f"127.0.0.1:{port}", env, folder, free_port())
        finally:
            end(process, token)


#: As the head of deploy/ray_serve.yaml exports them; its reasons are there.
QUICK_WAYS = {
    "RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0",
    "RAY_SERVE_RUN_ROUTER_IN_SEPARATE_LOOP": "0",
    "RAY_SERVE_USE_GRPC_BY_DEFAULT": "1",
}


def own_variables(folder: Path, token: Path) -> dict[str, str]:
    """Loopback alone, a token of its own, nobody told."""
    return {
        # Else Ray takes the machine's outer address where it is told loopback.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        **QUICK_WAYS,
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "ignore",
        "QWEN_ENGINE": "embedded",
        "QWEN_SESSION_DIR": str(folder / "sessions"),
        "QWEN_LOG_LEVEL": "WARNING",
        "QWEN_CHATS_PER_MINUTE": "0",
        "QWEN_UPLOADS_PER_MINUTE": "0",
        "QWEN_CHATS_AT_ONCE": "0",
    }


def tiny_vllm(checkpoint: Path) -> dict[str, str]:
    """Variables of a replica that runs vLLM's CPU build on `bench.tiny_checkpoint`."""
    return {
        "QWEN_ENGINE": "vllm",
        "QWEN_MODEL": str(checkpoint),
        "QWEN_LOAD_FORMAT": "dummy",
        "QWEN_ENFORCE_EAGER": "true",
        "QWEN_MAX_MODEL_LEN": "4096",
        "QWEN_OVERVIEW_MAX_TOKENS": "256",
        "QWEN_CROP_MAX_TOKENS": "256",
        "QWEN_MAX_NUM_SEQS": "2",
        "QWEN_MM_PROCESSOR_CACHE_GB": "0.25",
        "VLLM_CPU_KVCACHE_SPACE": "1",
    }


def start_arguments(port: int, folder: Path) -> list[str]:
    return [
        "start", "--head", "--block", "--include-dashboard=false", "--disable-usage-stats",
        "--node-ip-address=127.0.0.1", f"--port={port}", f"--ray-client-server-port={free_port()}",
        f"--dashboard-agent-listen-port={free_port()}", "--min-worker-port=0", "--max-worker-port=0",
        f"--num-cpus={CPUS}", f"--object-store-memory={STORE_BYTES}", f"--temp-dir={folder / 'ray'}",
    ]  # fmt: skip


def wait_until_started(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        if "Ray runtime started" in log.read_text(errors="replace"):
            return
        time.sleep(0.2)
    raise RuntimeError(f"Ray did not start:\n{log.read_text(errors='replace')[-2000:]}")


def configuration(
    engines: int,
    apis: int,
    import_path: str | None,
    places: int,
    variables: Mapping[str, str],
    autoscaling: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The project's, with fixed numbers of replicas unless there is `autoscaling`."""
    content: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text("utf-8"))
    (application,) = content["applications"]
    application["args"]["places"] = places
    application["import_path"] = import_path or application["import_path"]
    application["runtime_env"] = {"env_vars": dict(variables)}
    api, engine = application["deployments"]
    api["num_replicas"] = apis
    if autoscaling is None:
        del engine["autoscaling_config"]
        engine["num_replicas"] = engines
    else:
        engine["autoscaling_config"] |= {"min_replicas": engines} | dict(autoscaling)
    return content


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def proportional_bytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def end(process: subprocess.Popen[bytes], token: Path) -> None:
    """Tells Ray to end, then ends all that has this cluster's token: HAProxy is nobody's child."""
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"RAY_AUTH_TOKEN_PATH={token}".encode() in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)
    process.wait()
