"""Where the process is in its life, shared by whoever gets the signals and whoever answers requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Life:
    """`draining`: told to end, still serving. `gave_up`: the engine is lost, a supervisor has to start the process."""

    draining: bool = False
    gave_up: bool = False
