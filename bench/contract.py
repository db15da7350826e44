"""The service held against its own OpenAPI document by schemathesis: made-up requests, valid and not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: A status, a media type or a body that the document does not name is a failure, and so is any 5xx.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
PHASES = "examples,coverage,fuzzing"
#: A session that exists, so that some requests get past the 404.
CONFIG = """\
[[operations]]
include-path = "/api/session/{{session_id}}/pages/{{page}}"
parameters = {{ session_id = "{session_id}", page = 1 }}
"""


@dataclass(frozen=True, slots=True)
class Contract:
    """`failures` by title, with the operations that they were found in."""

    cases: int
    failures: dict[str, list[str]]


def held_to_its_contract(url: str, session_id: str, folder: Path, examples: int, seed: int = 1) -> Contract:
    """Up to `examples` made-up requests an operation, the same ones for the same `seed`."""
    (folder / "schemathesis.toml").write_text(CONFIG.format(session_id=session_id))
    subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json",
            "--checks", CHECKS, "--phases", PHASES, "--max-examples", str(examples), "--seed", str(seed),
            "--workers", "1", "--continue-on-failure", "--report", "json", "--report-dir", str(folder / "report"),
        ],
        cwd=folder, stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    (report,) = (folder / "report").glob("*.json")
    return _read(json.loads(report.read_text("utf-8")))


def _read(report: dict[str, Any]) -> Contract:
    failures = {str(failure["title"]): list(failure["operations"]) for failure in report["failures"]}
    if report["errors"] or not report["complete"]:
        failures["the run itself"] = [str(report["stop_reason"])]
    return Contract(int(report["test_cases"]["generated"]), failures)
