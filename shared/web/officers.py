"""Who is signed in, and views only some may use.

Pages go by the cookie of their desk, APIs by a bearer token; never the other
way round, so that no foreign page can make a browser use an API.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import g, redirect, request
from werkzeug.wrappers import Response

from shared.accounts import Officer, fingerprint, presented, session_of
from shared.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from shared.web.context import is_api, kit

__all__ = [
    "DESK",
    "OMBUDSMAN",
    "Desk",
    "Officer",
    "SignedOut",
    "desk",
    "presented_token",
    "recognise",
    "requires",
    "sign_in_page",
    "signed_in",
]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Desk:
    """A place to sign in: who keeps its accounts, its cookie and where that goes, its sign-in page."""

    keeper: str
    cookie: str
    cookie_path: str
    home: str

    @property
    def sign_in_page(self) -> str:
        return f"{self.home}/masuk"


DESK = Desk("routing", "aduan_meja", "/", "/meja")
OMBUDSMAN = Desk("ombudsman", "aduan_ombudsman", "/ombudsman", "/ombudsman")


class SignedOut(Unauthenticated):
    """A form came from somebody whose session ended while she wrote. The page that says so gives her words back."""

    def __init__(self) -> None:
        super().__init__(
            "signed_out",
            "Anda sudah keluar, atau terlalu lama tidak bekerja di sini. Yang Anda kirim belum tersimpan. "
            "Masuk lagi, lalu kirim sekali lagi.",
            "You have signed out, or have not worked here for too long. What you sent is not saved yet. "
            "Sign in again, then send it once more.",
        )


def desk() -> Desk:
    """The desk whose people use this service."""
    return OMBUDSMAN if kit().service == OMBUDSMAN.keeper else DESK


def sign_in_page(back: str | None = None) -> str:
    """The address of the desk's sign-in page, which leads back to a page of ours."""
    return desk().sign_in_page + (f"?{urlencode({'next': back})}" if back else "")


def presented_token() -> str | None:
    """The session token this request shows."""
    if is_api():
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip()[:200] or None if kind.lower() == "bearer" else None
    return request.cookies.get(desk().cookie, "")[:200] or None


def signed_in() -> Officer | None:
    """Who is signed in; None when nobody is. Raises Unavailable when that cannot be checked now."""
    if "officer" not in g:
        token = presented_token()
        g.officer = _officer_of(token) if token else None
    found: Officer | None = g.officer
    return found


def recognise() -> None:
    """Before a page open to everybody: know who is signed in, so that she keeps her way about.

    The page works without, also while that cannot be checked.
    """
    with suppress(Unavailable):
        signed_in()


def requires(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Only for people signed in with one of the roles (any role when none is named).

    A page sends others to the sign-in page and back; an API answers 401 or 403.
    """

    def guarded(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            officer = signed_in()
            if officer is None:
                if is_api():
                    raise Unauthenticated("unauthenticated")
                if request.method not in ("GET", "HEAD"):
                    raise SignedOut()
                return redirect(sign_in_page(request.full_path.rstrip("?")), 303)
            if roles and officer.role not in roles:
                raise Forbidden(
                    "role",
                    "Halaman ini untuk petugas dengan tugas lain.",
                    "This page is for officers with another role.",
                )
            return view(*args, **kwargs)

        # The API's document says which operations ask for a session.
        described = getattr(view, "_apidoc", {})
        manual = {**described.get("manual_doc", {}), "security": [{"session": []}]}
        checked._apidoc = {**described, "manual_doc": manual}  # type: ignore[attr-defined]
        return checked

    return guarded


def _officer_of(token: str) -> Officer | None:
    browser = fingerprint(request.user_agent.string)
    if kit().service == desk().keeper:
        return session_of(kit().store, token, browser)
    return _asked.officer(presented(token, browser))


class _Asked:
    """Answers of the keeper to "who is this", remembered for five seconds."""

    SECONDS = 5.0
    MOST = 10_000

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Officer | None]] = {}
        self._lock = Lock()

    def officer(self, token: str) -> Officer | None:
        now = time.monotonic()
        with self._lock:
            known = self._known.get(token)
        if known and known[0] > now:
            return known[1]
        officer = self._ask(token)
        with self._lock:
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[token] = (now + self.SECONDS, officer)
        return officer

    def _ask(self, token: str) -> Officer | None:
        try:
            answer: dict[str, Any] = kit().rpc.ask(desk().keeper, "session", token=token)
        except NotFound:
            return None
        except Unavailable:
            raise Unavailable(
                "sign_in_unavailable",
                "Saat ini kami tidak dapat memeriksa siapa yang masuk. Coba lagi sebentar lagi.",
                "Who is signed in cannot be checked right now. Please try again in a moment.",
            ) from None
        return Officer(**answer)


_asked = _Asked()
