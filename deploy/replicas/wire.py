"""What travels between the tiers: names of sheets, questions, answers, refusals. Never a picture or an upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from errors import ServiceError
from vision import EngineStatus, Inquiry, SheetOnTheDesk

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SheetName:
    """By which a sheet is opened again on the root that both tiers share."""

    session_id: str
    page: int

    @classmethod
    def of(cls, desk: SheetOnTheDesk) -> SheetName:
        return cls(desk.session_id, desk.sheet.page)


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry whose desk stands elsewhere. `rest` has its other fields by name, whichever there are."""

    sheet: SheetName
    rest: Mapping[str, Any]

    @classmethod
    def of(cls, inquiry: Inquiry) -> Asked:
        rest = {field.name: getattr(inquiry, field.name) for field in fields(inquiry) if field.name != "desk"}
        return cls(SheetName.of(inquiry.desk), rest)

    def at(self, desk: SheetOnTheDesk) -> Inquiry:
        return Inquiry(desk=desk, **self.rest)


@dataclass(frozen=True, slots=True)
class Refused:
    """A domain error as a value: what Ray raises for one is a class of Ray's own, without the error's fields."""

    kind: type[ServiceError]
    details: Mapping[str, Any]

    @classmethod
    def of(cls, error: ServiceError) -> Refused:
        return cls(type(error), error.details)

    def error(self) -> ServiceError:
        return self.kind(**self.details)


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """What the replica of that name gave out."""

    replica: str
    content: T | Refused

    def or_raised(self) -> T:
        if isinstance(self.content, Refused):
            raise self.content.error()
        return self.content


@dataclass(frozen=True, slots=True)
class Report:
    """How a replica's engine does, and the name of its model."""

    status: EngineStatus
    model: str
