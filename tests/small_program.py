"""`python -m tests.small_program SECONDS [LIFE_S]`: the program with a small engine, which dies after `LIFE_S`."""

from __future__ import annotations

import asyncio
import sys

from main import create_app, load_settings, run
from tests.small_engine import SmallEngine


class MortalEngine(SmallEngine):
    async def start(self) -> None:
        await super().start()
        if len(sys.argv) > 2:
            asyncio.get_running_loop().call_later(float(sys.argv[2]), setattr, self, "status", "dead")


if __name__ == "__main__":
    settings = load_settings()
    sys.exit(run(create_app(settings, MortalEngine(float(sys.argv[1]))), settings))
