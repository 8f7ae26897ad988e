"""Limits on what may be sent: size, number of parts, and characters no text of ours can hold."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import LimitedStream, get_content_length

from shared.errors import Invalid
from shared.web.context import MIB

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_BODY = 25 * MIB
LARGEST_FIELDS = 2 * MIB
"""All fields of a form that are not files together; and a body that is no form, such as JSON."""

MOST_PARTS = 200
_BROKEN = re.compile("[\x00\ufffd\ud800-\udfff]")
"""NUL (PostgreSQL has no room for it), the mark of bytes that were not UTF-8, and halves of characters."""


def body_limit(octets: int) -> Callable[[View], View]:
    """A limit of its own for the body of one view, up to 25 MiB."""

    def marked(view: View) -> View:
        view._body_limit = octets  # type: ignore[attr-defined]
        return view

    return marked


def reads_bytes(view: View) -> View:
    """For a view that decodes its input itself, by the charset the sender names (an SMS gateway). Sizes still count."""
    view._reads_bytes = True  # type: ignore[attr-defined]
    return view


def guard(app: Flask) -> None:
    """Check every request before anything reads it."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FIELDS
    app.config["MAX_FORM_PARTS"] = MOST_PARTS
    app.before_request(check_input)
    app.wsgi_app = _hears_out(app.wsgi_app)  # type: ignore[assignment, method-assign]


def _hears_out(application: WSGIApplication) -> WSGIApplication:
    """The application, which takes in all of a body before it answers, also of one that it refuses.

    A server that closes a connection with something unread resets it, and the
    gateway would then tell of a broken service instead of our refusal.
    """

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = get_content_length(environ) or 0
        if not 0 < length <= LARGEST_BODY:
            return application(environ, start_response)
        body = environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], length)
        answer = application(environ, start_response)
        with contextlib.suppress(ClientDisconnected):
            while body.read(64 * 1024):
                pass
        return answer

    return whole


def check_input() -> None:
    """Refuse a body over its limit (413) or without a length (411), and text that is no text (400)."""
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        # Werkzeug would cut such a body off at the limit and say nothing. The gateway gives it a length.
        abort(411)
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "_body_limit", None)
    if limit is None and request.mimetype != "multipart/form-data":
        limit = LARGEST_FIELDS
    if limit is not None:
        request.max_content_length = limit
    if getattr(view, "_reads_bytes", False):
        return
    if _BROKEN.search("\n".join(_sent())):
        raise _bad_encoding()


def _sent() -> Iterator[str]:
    """Every piece of text the request brings."""
    yield request.path
    yield _unquoted(request.query_string)
    if request.endpoint is None:
        return  # nobody will read the body
    if request.is_json:
        yield from _json_strings(request.get_data())
    elif request.mimetype == "application/x-www-form-urlencoded":
        yield _unquoted(request.get_data())
    else:
        for name, value in request.form.items(multi=True):
            yield name
            yield value
        for name, file in request.files.items(multi=True):
            yield name
            yield file.filename or ""


def _unquoted(quoted: bytes) -> str:
    """Text out of a query or form. Bytes that are no UTF-8 become the mark that `_BROKEN` finds."""
    return unquote_to_bytes(quoted).decode(errors="replace")


def _json_strings(body: bytes) -> list[str]:
    """All strings of a JSON body, names included; none for what is no JSON (the parser says so later)."""
    try:
        left = [json.loads(body)]
    except UnicodeDecodeError:
        raise _bad_encoding() from None
    except RecursionError:
        raise Invalid("too_deep", "Isi JSON terlalu bertingkat.", "The JSON is nested too deeply.") from None
    except ValueError:
        return []
    strings: list[str] = []
    while left:
        value = left.pop()
        if isinstance(value, str):
            strings.append(value)
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, dict):
            left.extend(value.values())
            strings.extend(value)
    return strings


def _bad_encoding() -> Invalid:
    refusal = Invalid(
        "bad_encoding",
        "Ada huruf yang tidak terbaca. Kirim teks dalam UTF-8.",
        "Some characters cannot be read. Send text in UTF-8.",
    )
    refusal.status = 400
    return refusal
