"""The API for a reporter who showed her code: where the complaint stands, and everything she may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.intake import handlers
from services.intake.web import schemas
from services.intake.web.floods import one_more_message
from services.intake.web.story import my_story
from services.intake.web.uploads import sent_fields, sent_files
from shared.store import Transaction
from shared.store.idempotency import once
from shared.web import store

blueprint = Blueprint(
    "complaint", __name__, description="One complaint, for its reporter. Needs the token of /tracking."
)

_GUARDED: dict[str, Any] = {"security": [{"session": []}]}
_WITH_FILES: dict[str, Any] = {
    **_GUARDED,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": schemas.Words},
            "multipart/form-data": {"schema": schemas.Words},
        },
    },
}


def presented_token() -> str | None:
    """The bearer token of the request."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] or None if kind.lower() == "bearer" else None


@blueprint.route("/complaint")
@blueprint.doc(**_GUARDED)
@blueprint.response(200, schemas.Story)
def show_complaint() -> dict[str, Any]:
    """Where the complaint stands: state, timeline, limits, notices, and what may be done now."""
    with store().begin() as tx:
        complaint_id = handlers.whose(tx, presented_token())
    return my_story(complaint_id)


@blueprint.route("/complaint/messages", methods=["POST"])
@blueprint.doc(**_WITH_FILES)
@blueprint.response(201, schemas.Noted)
def add_message() -> dict[str, Any]:
    """Add words or files: an addition, a reply, or what the coordinator asked for."""
    return _note(handlers.say)


@blueprint.route("/complaint/objection", methods=["POST"])
@blueprint.doc(**_WITH_FILES)
@blueprint.response(201, schemas.Noted)
def object_() -> dict[str, Any]:
    """Do not accept the answer, with the reason."""
    return _note(handlers.dispute)


@blueprint.route("/complaint/rating", methods=["POST"])
@blueprint.doc(**_GUARDED)
@blueprint.arguments(schemas.Rating)
@blueprint.response(204)
def rate(sent: dict[str, Any]) -> None:
    """Accept the answer and rate it."""
    with store().begin() as tx:
        handlers.rate(tx, handlers.whose(tx, presented_token()), channel="api", **sent)


@blueprint.route("/complaint/consent", methods=["POST"])
@blueprint.doc(**_GUARDED)
@blueprint.arguments(schemas.Consent)
@blueprint.response(204)
def consent(sent: dict[str, Any]) -> None:
    """Allow, or no longer allow, forwarding to the Ombudsman with the identity."""
    with store().begin() as tx:
        handlers.consent(tx, handlers.whose(tx, presented_token()), sent["given"], channel="api")


@blueprint.route("/complaint/referral", methods=["POST"])
@blueprint.doc(**_GUARDED)
@blueprint.response(204)
def refer() -> None:
    """Have the Ombudsman settle it, not the agency (UU 25/2009 art 46(2))."""
    with store().begin() as tx:
        handlers.wish_referral(tx, handlers.whose(tx, presented_token()), channel="api")


@blueprint.route("/complaint/particulars", methods=["POST"])
@blueprint.doc(**_GUARDED)
@blueprint.arguments(schemas.Particulars)
@blueprint.response(204)
def give_particulars(sent: dict[str, Any]) -> None:
    """Give what the Ombudsman asks of who reports (UU 37/2008 art 24)."""
    with store().begin() as tx:
        handlers.tell_particulars(tx, handlers.whose(tx, presented_token()), sent, channel="api")


@blueprint.route("/complaint/withdrawal", methods=["POST"])
@blueprint.doc(**_GUARDED)
@blueprint.response(204)
def withdraw() -> None:
    """Take the complaint back."""
    with store().begin() as tx:
        handlers.withdraw(tx, handlers.whose(tx, presented_token()))


def _note(use_case: Callable[..., UUID]) -> dict[str, Any]:
    words = schemas.Words().load(sent_fields())["words"]
    with store().begin() as tx:
        handlers.whose(tx, presented_token())  # before anything is kept for a stranger
    files = sent_files()
    said = {"words": words, "files": [file.sha256 for file in files]}

    def act(tx: Transaction, complaint_id: UUID) -> dict[str, Any]:
        one_more_message(tx, complaint_id)
        return {"message_id": str(use_case(tx, complaint_id, words, files, channel="api"))}

    with store().begin() as tx:
        complaint_id = handlers.whose(tx, presented_token())
        key = request.headers.get("Idempotency-Key")
        return once(tx, f"message {complaint_id}", key, said, lambda: act(tx, complaint_id))
