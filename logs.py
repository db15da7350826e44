"""The log of the program: one line an event, as text or as JSON, each with the id of the request that it belongs to.

What a client said is marked as such (`log_line.Said`) where it is logged, and left out here where a setting says so.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from asgi_correlation_id import CorrelationIdFilter
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from log_line import Said, on_one_line
from settings import Settings

NO_REQUEST = "-"
TEXT = "%(asctime)s - %(levelname)s - %(message)s [%(correlation_id)s]"
JSON = "%(asctime)s %(levelname)s %(name)s %(message)s %(correlation_id)s"
JSON_NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "correlation_id": "request_id"}
#: The same message once more with terminal colours, by uvicorn.
COLOURED = {"color_message"}

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def install(settings: Settings) -> None:
    """Makes the program log to standard error as `settings` say."""
    logging.basicConfig(level=settings.log_level, handlers=[handler(settings)], force=True)


def handler(settings: Settings) -> logging.Handler:
    """To standard error, in the form and with the content that `settings` name."""
    made = logging.StreamHandler()
    formatter = _json() if settings.log_format == "json" else _Text(TEXT)
    made.setFormatter(formatter if settings.log_content else _WithoutContent(formatter))
    made.addFilter(CorrelationIdFilter(default_value=NO_REQUEST))
    return made


def _json() -> logging.Formatter:
    """One object a line; what a caller adds by `extra` becomes members of it."""
    return JsonFormatter(JSON, rename_fields=JSON_NAMES, reserved_attrs=[*RESERVED_ATTRS, *COLOURED])


class _Text(logging.Formatter):
    """A message cannot begin a line of its own, whoever wrote it; a traceback may."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return on_one_line(super().formatMessage(record))


class _WithoutContent(logging.Formatter):
    """Another formatter's lines without what clients said, and without the texts of exceptions, which may quote it."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return self._inner.format(_without_content(record))


def _without_content(record: logging.LogRecord) -> logging.LogRecord:
    kept = logging.makeLogRecord(record.__dict__)
    if isinstance(record.args, tuple):
        kept.args = tuple(_redacted(argument) for argument in record.args)
    if record.exc_info and record.exc_info[0]:
        kept.exc_text = _frames(record.exc_info)
        kept.exc_info = None
    return kept


def _redacted(argument: object) -> object:
    if isinstance(argument, Said):
        return f"<redacted len={argument.chars}>"
    return type(argument).__name__ if isinstance(argument, BaseException) else argument


def _frames(raised: Raised) -> str:
    kind, _, trace = raised
    return "".join([*traceback.format_tb(trace), kind.__name__ if kind else ""])
