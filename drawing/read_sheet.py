"""All that is known of one sheet's lettering, worked out once and then only looked at."""

from __future__ import annotations

from dataclasses import dataclass

from drawing.evidence import Lookup
from drawing.lettering import Lettering
from drawing.reading import Reading, read
from drawing.sheet import Sheet


@dataclass(frozen=True, slots=True, eq=False)
class ReadSheet:
    """What a sheet says, and where each value stands. Not `complete` where time ended the reading of its lettering."""

    reading: Reading
    lookup: Lookup
    complete: bool

    @classmethod
    def of(cls, lettering: Lettering, sheet: Sheet) -> ReadSheet:
        """Plain computation, some ten milliseconds for a thousand words."""
        reading = read(lettering.words, sheet)
        return cls(reading, Lookup(reading), lettering.complete)
