"""What a view can reach: the service's store, the other services, the reader's language, the form in hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request

from shared import texts
from shared.messaging.rpc import RpcClient
from shared.store import Store
from shared.texts import Catalogue

MIB = 1024 * 1024
LANGUAGE_COOKIE = "aduan_lang"


@dataclass(frozen=True)
class Kit:
    """What `make_app` put together for one service; `kit()` in a request."""

    service: str
    prefix: str
    catalogue: Catalogue
    store: Store
    rpc: RpcClient
    api_blueprints: frozenset[str]


def kit() -> Kit:
    """The kit of the service that answers this request."""
    found: Kit = current_app.extensions["aduan"]
    return found


def store() -> Store:
    """The service's own store."""
    return kit().store


def rpc() -> RpcClient:
    """The other services: `rpc().ask("routing", "case", complaint_id=…)`."""
    return kit().rpc


def is_api() -> bool:
    """Whether a program asks: it gets problem+json instead of a page, and no cookie counts."""
    return request.path.startswith("/api/") or request.blueprint in kit().api_blueprints


def current_language() -> str:
    """`id` or `en`."""
    return texts.current_language()


def choose_language() -> None:
    """Before each request: `?lang=`, then the cookie, then the browser's wish, then Indonesian."""
    asked = request.args.get("lang")
    g.language_asked = asked if asked in ("id", "en") else None
    known = request.cookies.get(LANGUAGE_COOKIE)
    language = (
        g.language_asked
        or (known if known in ("id", "en") else None)
        or request.accept_languages.best_match(("id", "en"))
        or texts.DEFAULT_LANGUAGE
    )
    texts.speak(kit().catalogue, language)


def remember_language(response: Any) -> Any:
    """After each request: keep a language that was asked for."""
    if asked := g.get("language_asked"):
        response.set_cookie(
            LANGUAGE_COOKIE, asked, max_age=365 * 86400, samesite="Lax", httponly=True, secure=secure_cookies()
        )
    return response


def secure_cookies() -> bool:
    """Whether people reach us over https, so that cookies must never travel without it."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def form_key() -> str:
    """The random key of the form in hand: the posted one, or a new one for a form to be shown.

    The same key twice is the same form sent twice. Pass it to `shared.store.idempotency.once`.
    """
    if "form_key" not in g:
        posted = request.form.get("form_key", "") if request.method == "POST" else ""
        g.form_key = posted if 16 <= len(posted) <= 64 else secrets.token_urlsafe(24)
    key: str = g.form_key
    return key
