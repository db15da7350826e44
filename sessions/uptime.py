"""How old something is although somebody sets the clock: seconds since this machine was started, and which start."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

#: Seconds since the epoch that are a date: not NaN, not infinite, before the year 5138.
Moment = Annotated[float, Field(ge=0, lt=1e11, allow_inf_nan=False)]
#: Names the start of the machine; another one after each (random(4)).
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Uptime:
    """`seconds` since the start that `boot_id` names, time asleep included; nobody can set them."""

    boot_id: str
    seconds: float

    @classmethod
    def now(cls) -> Uptime | None:
        """`None` where the system does not tell."""
        try:
            return cls(BOOT_ID.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
        except (OSError, AttributeError):
            return None

    def since(self, earlier: Uptime | None) -> float | None:
        """Seconds since `earlier`; `None` where that was before another start, or on another machine."""
        if earlier is None or earlier.boot_id != self.boot_id or earlier.seconds > self.seconds:
            return None
        return self.seconds - earlier.seconds
