"""The page for people: the files in `web/`, open to everybody, because a key is entered there."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from gates.guard import GuardedRoute

WEB = Path(__file__).resolve().parent.parent / "web"

#: Scripts and styles are files of ours, pictures are drawn from bytes that the page asked for, and nothing that is said
#: on a sheet or by a model can become markup: there is no Trusted Types policy that would make some.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
#: Asked for again each time, and answered with 304 until the service is another one.
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
files = StaticFiles(directory=WEB)


@router.head("/ui")
@router.get("/ui")
async def page(request: Request) -> Response:
    return await _file(request, "index.html")


@router.head("/ui/{name:path}")
@router.get("/ui/{name:path}")
async def asset(request: Request, name: str) -> Response:
    """A file of `web/`; Starlette holds `name` to that folder. The page has one address, from which its links go."""
    if name in ("", "index.html"):
        return RedirectResponse("../ui")
    return await _file(request, name)


async def _file(request: Request, name: str) -> Response:
    answer = await files.get_response(name, request.scope)
    answer.headers.update(HEADERS)
    return answer
