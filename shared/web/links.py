"""Files as answers: links that expire, and sending in a way that no file can act as a page of ours."""

from __future__ import annotations

import io

from flask import Response, request, send_file

from shared.files import Files
from shared.links import read_signed, signed_url

__all__ = ["read_signed", "send_stored_file", "signed_url"]

_SHOWN = ("image/jpeg", "image/png", "image/webp")
"""Types a browser may show in place: pictures we drew ourselves. All else is downloaded."""


def send_stored_file(files: Files, sha256: str, name: str, media_type: str) -> Response:
    """A kept file, under the name people know; part of it when the browser asks so. Raises NotFound."""
    stream = files.open(sha256)
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    response = send_file(
        stream,
        mimetype=media_type,
        as_attachment=media_type not in _SHOWN,
        download_name=name,
        conditional=False,
        etag=False,
    )
    response.content_length = length
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response
