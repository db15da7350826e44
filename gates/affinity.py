"""A session's way back to the process that has its sheet in memory: a header for programs, a cookie for browsers.

Both are hints for a load balancer and open nothing: any process that shares the root answers any session. The service
goes by the form field or the path, holds the header against it, and never reads the cookie.
"""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Form, Header, Path, Request, Response

from errors import SessionMismatch
from schemas import SESSION_EXAMPLE
from session_store import Session

HEADER, COOKIE = "X-Session-Id", "drawing_session"

HeaderHint = Annotated[str | None, Header(description="The same session, for load balancers that see no form.")]


def mark(response: Response, request: Request, session: Session) -> None:
    """Tells whoever uploaded what to send along; the cookie ends with the session and is for this site alone."""
    response.headers[HEADER] = session.id
    response.set_cookie(
        COOKIE,
        session.id,
        max_age=max(0, int(session.expires_at - time.time())),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def session_in_form(
    session_id: Annotated[str, Form(examples=[SESSION_EXAMPLE])], x_session_id: HeaderHint = None
) -> str:
    """The session that a form names; `SessionMismatch` where the header names another."""
    return _agreed(session_id, x_session_id)


def session_in_path(
    session_id: Annotated[str, Path(examples=[SESSION_EXAMPLE])], x_session_id: HeaderHint = None
) -> str:
    """The session that a path names; `SessionMismatch` where the header names another."""
    return _agreed(session_id, x_session_id)


def _agreed(session_id: str, hint: str | None) -> str:
    # A balancer that went by the wrong one would warm the sheet in process after process, and nobody would know why.
    if hint is not None and hint != session_id:
        raise SessionMismatch
    return session_id
