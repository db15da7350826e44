"""The one translation of exceptions to HTTP: problem documents (RFC 9457), stable codes, the client's language."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from errors import InvalidRequest, MalformedRequest, ServiceError
from gates.guarded_headers import GUARDED
from language import Language, language_of

PROBLEM_JSON = "application/problem+json"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}

#: What the framework itself refuses, in words.
FRAMEWORK: dict[int, tuple[str, str, str]] = {
    400: (MalformedRequest.code, MalformedRequest.de, MalformedRequest.en),
    404: ("not_found", "Diese Adresse gibt es hier nicht.", "There is nothing at this address."),
    405: ("method_not_allowed", "Diese Methode ist hier nicht erlaubt.", "This method is not allowed here."),
    413: ("file_too_large", "Die Anfrage ist zu groß.", "The request is too large."),
}


def document(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The one error body of every route and of a stream that has already begun."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": correlation_id.get(),
        **more,
    }


def of_error(error: ServiceError, language: Language) -> dict[str, Any]:
    return document(error.status, error.code, error.message(language), **error.details)


def client_language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def response(request: Request, error: ServiceError) -> JSONResponse:
    answer = _response(of_error(error, client_language(request)))
    answer.headers.update(error.headers)
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _response(body: dict[str, Any]) -> JSONResponse:
    return JSONResponse(body, body["status"], media_type=PROBLEM_JSON)


async def _on_service_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    return response(request, error)


async def _on_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    field = str(error.errors()[0]["loc"][-1])
    return response(request, InvalidRequest(field=field))


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, de, en = FRAMEWORK.get(error.status_code, FRAMEWORK[400])
    detail = de if client_language(request) == "de" else en
    answer = _response(document(error.status_code, code, detail))
    answer.headers.update(error.headers or {})
    return answer


async def _on_client_left(request: Request, error: Exception) -> Response:
    """Nobody reads this; the status is what nginx logs for it."""
    return Response(status_code=499)


async def _on_anything_else(request: Request, error: Exception) -> JSONResponse:
    # Answered outside of every middleware, which therefore cannot set their headers.
    answer = response(request, ServiceError())
    answer.headers.update({**GUARDED, "X-Request-ID": correlation_id.get() or ""})
    return answer


def _with_problem_type(described: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """OpenAPI's description with the media type that problem documents have; FastAPI gives them the answer's."""

    def openapi() -> dict[str, Any]:
        description = described()
        operations = (operation for path in description["paths"].values() for operation in path.values())
        for answer in (answer for operation in operations for answer in operation["responses"].values()):
            content = answer.get("content", {})
            for media_type in [each for each, body in content.items() if body.get("schema") == PROBLEM_SCHEMA]:
                content[PROBLEM_JSON] = content.pop(media_type)
        return description

    return openapi


def install(app: FastAPI) -> None:
    """Hangs the translation into an application."""
    app.openapi = _with_problem_type(app.openapi)  # type: ignore[method-assign]
    app.add_exception_handler(ServiceError, _on_service_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(ClientDisconnect, _on_client_left)
    app.add_exception_handler(Exception, _on_anything_else)
