"""Where a request may come from while no keys are set: by our own names, and from no web page elsewhere.

A page anywhere on the web can send a form to a service on the reader's own machine, and read the answers once it has
pointed its own host name there (DNS rebinding). With keys neither works, because no page knows one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import ForeignOrigin, ServiceError, UnknownHost
from gates import problem

#: What a page may send without asking is safe only where it changes nothing.
HARMLESS = {"GET", "HEAD", "OPTIONS"}


class OriginGuard:
    """`hosts` are names besides localhost and addresses, which nobody can rebind; `origins` those of welcome pages."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._app = app
        self._hosts = {name.lower() for name in hosts} | {"localhost"}
        self._origins = {origin.lower() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await problem.response(Request(scope), fault)(scope, receive, send)

    def _fault(self, scope: Scope) -> ServiceError | None:
        headers = Headers(scope=scope)
        if not all(map(self._is_ours, headers.getlist("host"))):
            return UnknownHost()
        origin = headers.get("origin", "").lower()
        if scope["method"] in HARMLESS or not origin or origin in self._origins:
            return None
        return None if origin.partition("://")[2] == headers.get("host", "").lower() else ForeignOrigin()

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._hosts or is_address(name)


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether nobody else reaches a server that listens on `host`."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
