"""Signing in at a desk: the page, the way out, and sessions for API clients.

For the services that keep accounts. What a session is, and its rules, is in
`shared.accounts`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import flask_smorest
from flask import Blueprint, flash, redirect, render_template, request, session
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from shared.accounts import Officer, fingerprint, hash_password, session_of, sign_in, sign_out
from shared.errors import Unauthenticated
from shared.texts import gettext as _
from shared.web.context import kit, secure_cookies, store
from shared.web.officers import desk, presented_token, requires

__all__ = ["Officer", "hash_password", "session_of", "sessions_api", "sign_in", "sign_in_blueprint", "sign_out"]


def sign_in_blueprint(prefix: str) -> Blueprint:
    """Pages `{prefix}/masuk` and `{prefix}/keluar`."""
    blueprint = Blueprint("sign_in", __name__, url_prefix=prefix)
    blueprint.add_url_rule("/masuk", "show", _show)
    blueprint.add_url_rule("/masuk", "enter", _enter, methods=["POST"])
    blueprint.add_url_rule("/keluar", "ask", _ask)
    blueprint.add_url_rule("/keluar", "leave", _leave, methods=["POST"])
    return blueprint


class SignIn(Schema):
    """Who signs in."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    password = fields.String(required=True, load_only=True, validate=validate.Length(min=1, max=200))


class OfficerSchema(Schema):
    """Who is signed in."""

    class Meta:
        title = "Officer"

    officer_id = fields.UUID()
    name = fields.String()
    role = fields.String()
    agency_id = fields.String(allow_none=True)
    expires_at = fields.AwareDateTime(format="iso")


class SessionSchema(Schema):
    """A session; send its token as `Authorization: Bearer …`."""

    token = fields.String()
    officer = fields.Nested(OfficerSchema)


def sessions_api() -> flask_smorest.Blueprint:
    """`POST …/v1/sessions` and `DELETE …/v1/sessions`, for `apis` of `make_app`."""
    api = flask_smorest.Blueprint("sessions", __name__, description="Sign in and out")

    @api.route("/sessions", methods=["POST"])
    @api.arguments(SignIn)
    @api.response(201, SessionSchema)
    def open_session(who: dict[str, str]) -> dict[str, Any]:
        """Sign in. Good for 12 hours, or until 8 hours pass without use."""
        with store().begin() as tx:
            token = sign_in(tx, who["name"], who["password"])
        if token is None:
            raise _refused()
        return {"token": token, "officer": session_of(store(), token)}

    @api.route("/sessions", methods=["DELETE"])
    @requires()
    @api.response(204)
    def close_session() -> None:
        """Sign out: the token is worth nothing from here on."""
        sign_out(store(), presented_token() or "")

    return api


def _show() -> str:
    return render_template("sign_in.html", name="", wrong=False, next=_safe(request.args.get("next")))


def _enter() -> Response | tuple[str, int]:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    back = _safe(request.form.get("next"))
    with store().begin() as tx:
        token = sign_in(tx, name, password, fingerprint(request.user_agent.string)) if name and password else None
    if token is None:
        return render_template("sign_in.html", name=name[:80], wrong=True, next=back), 401
    session.clear()  # forms shown before do not count for who is signed in now
    response = redirect(back, 303)
    response.set_cookie(
        desk().cookie, token, path=desk().cookie_path, httponly=True, samesite="Lax", secure=secure_cookies()
    )
    return response


@requires()
def _ask() -> str:
    # Where the other services' pages send whoever wants to leave: only here a form of ours can end the session.
    return render_template("sign_out.html")


def _leave() -> Response:
    if token := presented_token():
        sign_out(store(), token)
    session.clear()
    flash(_("Anda sudah keluar."), "success")
    response = redirect(desk().sign_in_page, 303)
    response.delete_cookie(desk().cookie, path=desk().cookie_path)
    return response


def _refused() -> Unauthenticated:
    return Unauthenticated("wrong_name_or_password", *_WRONG)


_WRONG = (
    "Nama atau kata sandi tidak cocok. Setelah sepuluh kali salah, akun terkunci lima belas menit.",
    "Name or password do not match. After ten wrong tries the account is locked for fifteen minutes.",
)


def _safe(wanted: str | None) -> str:
    """A page of ours to go on to; the desk's own first page for anything that leads elsewhere."""
    home = f"{kit().prefix}/"
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or len(wanted) > 500:
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc or any(ord(c) < 32 for c in wanted) else wanted
