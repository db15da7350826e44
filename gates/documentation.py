"""The OpenAPI document and the page that shows it; behind the key, when there is one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse

from gates.guard import GuardedRoute
from service import SERVICE_NAME

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

OPENAPI = "/openapi.json"
#: Swagger UI comes from a CDN, and FastAPI starts it by a script inside the page.
PAGE_POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; style-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "img-src data: https://fastapi.tiangolo.com"
)


@router.get(OPENAPI)
async def openapi(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs")
async def docs() -> Response:
    page = get_swagger_ui_html(openapi_url=OPENAPI, title=SERVICE_NAME)
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page
