from __future__ import annotations

from collections.abc import Sequence

from drawing.reading import Reading
from drawing.sheet import Box
from language import Language
from reader.lookup import find
from reader.questions import understand


def places_of(question: str, language: Language, reading: Reading, previous: Sequence[str] = ()) -> tuple[Box, ...]:
    return tuple(q.box for q in find(understand(question, language), reading).quotes)
