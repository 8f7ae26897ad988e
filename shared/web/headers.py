"""Security headers, caching, and addresses of static files that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

STATIC = Path(__file__).parent / "static"

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def protect(app: Flask) -> None:
    """Put the headers on every answer; a view may set its own value of one before."""
    app.after_request(_add_headers)
    app.url_defaults(_add_version)


def _add_headers(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend([header for header in _ALWAYS if header[0].lower() not in given])
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" and response.status_code in (200, 304):
        named = request.args.get("v") == _version((request.view_args or {})["filename"])
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if named else "public, max-age=300"
    elif "Cache-Control" not in response.headers:
        # What is shown belongs to one person: no copy on a shared telephone.
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["v"] = _version(values["filename"])


@cache
def _version(filename: str) -> str:
    path = (STATIC / filename).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file():
        return "0"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
