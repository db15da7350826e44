"""An engine's answer held against the sheet: every value with its place, and a plain word about those not found."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import replace
from decimal import Decimal

import anyio.to_thread

from drawing.evidence import Evidence
from drawing.grounding import in_words
from drawing.labels import FieldName
from drawing.mentions import folded, mentions_of
from drawing.read_sheet import ReadSheet
from drawing.reading import Reading
from errors import ServiceError
from language import Language
from plain_text import escaped, plain
from reader.questions import language_of_question
from vision import Answer, FinishReason, Inquiry, TitleBlock

log = logging.getLogger("drawing_service")


async def verified(answer: Answer, inquiry: Inquiry) -> Answer:
    """The answer with evidence for each of its values, and the title block of its sheet.

    Waits until the sheet's lettering is read. Where that fails the answer stays as it is: nothing in it is vouched for.
    """
    try:
        sheet = await inquiry.desk.read()
    except ServiceError as error:
        log.warning("answer not checked, because the sheet could not be read: %s", error.code)
        return answer
    return await anyio.to_thread.run_sync(_checked, answer, inquiry, sheet)


def closing_line(answer: Answer, inquiry: Inquiry) -> str:
    """What is said under an answer that was cut off, or about values that are not on the sheet; else empty."""
    language = language_of_question(inquiry.question, inquiry.language)
    missing = [escaped(item.value) for item in answer.evidence if item.status == "not_found"]
    said = [_CUT_OFF[language][answer.finish_reason]] if answer.finish_reason in _CUT_OFF[language] else []
    if missing:
        said.append(f"{_NOT_FOUND[language]}: {'; '.join(missing)}.")
    if answer.checked != "all":
        said.append(_UNREAD[language] if answer.checked == "none" else _PARTLY_READ[language])
    return f"{_end_of_fence(answer.markdown)}\n\n{' '.join(said)}" if said else ""


def _end_of_fence(markdown: str) -> str:
    """Closes a code block that is still open, or what follows would be part of it."""
    fences = sum(line.lstrip().startswith(FENCE) for line in markdown.splitlines())
    return f"\n{FENCE}" if fences % 2 else ""


FENCE = "```"
_CUT_OFF: dict[Language, dict[FinishReason, str]] = {
    "de": {
        "length": "Die Antwort ist an ihrer Längengrenze abgebrochen.",
        "loop": "Die Antwort begann sich zu wiederholen und wurde dort beendet.",
    },
    "en": {
        "length": "The answer was cut off at its length limit.",
        "loop": "The answer began to repeat itself and was ended there.",
    },
}


_NOT_FOUND: dict[Language, str] = {"de": "Auf dem Blatt nicht gefunden", "en": "Not found on the sheet"}
_UNREAD: dict[Language, str] = {
    "de": "Die Angaben konnten nicht am Blatt geprüft werden.",
    "en": "The values could not be checked against the sheet.",
}
_PARTLY_READ: dict[Language, str] = {
    "de": "Die Beschriftung des Blattes wurde nur teilweise gelesen.",
    "en": "The lettering of the sheet was read only in part.",
}


def _checked(answer: Answer, inquiry: Inquiry, sheet: ReadSheet) -> Answer:
    return replace(
        answer,
        evidence=_evidence(answer, inquiry, sheet),
        checked="all" if sheet.complete else "part",
        title_block=_title_block(sheet.reading),
    )


def _evidence(answer: Answer, inquiry: Inquiry, sheet: ReadSheet) -> tuple[Evidence, ...]:
    """The engine's own evidence, and what is looked up for the values that it does not cover."""
    own = tuple(replace(item, zone=sheet.reading.zone_of(item.box) if item.box else None) for item in answer.evidence)
    said = plain(in_words(answer.markdown))
    hints = [element.box for element in answer.elements]
    covered = {mention.folded for item in own for mention in mentions_of(item.value)}
    counted = {mention.value for item in own if item.status == "computed" for mention in mentions_of(item.value)}
    looked_up = sheet.lookup.evidence(said, inquiry.question, hints)
    rest = (item for item in looked_up if folded(item.value) not in covered and not _is_count(item.value, counted))
    return (*own, *rest)


def _is_count(value: str, counted: Set[Decimal | None]) -> bool:
    """Whether a value is the number of something that the engine itself counted."""
    return any(mention.kind == "count" and mention.value in counted for mention in mentions_of(value))


def _title_block(reading: Reading) -> TitleBlock:
    return TitleBlock(
        drawing_title=_value(reading, "title"),
        drawing_number=_value(reading, "drawing_number"),
        revision=_value(reading, "revision"),
        scale=_value(reading, "scale"),
    )


def _value(reading: Reading, name: FieldName) -> str | None:
    field = reading.field(name)
    return field.value if field and field.value else None
