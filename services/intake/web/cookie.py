"""The cookie by which a reporter goes on without typing her code again."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from shared.web.context import secure_cookies

COOKIE = "aduan_pelapor"


def shown_session() -> str | None:
    """The token this browser shows."""
    return request.cookies.get(COOKIE, "")[:200] or None


def keep_session(response: Response, token: str) -> Response:
    """Have the browser keep the token until it is closed."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure_cookies())
    return response


def drop_session(response: Response) -> Response:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=secure_cookies())
    return response
