"""The API for everybody: hand in a complaint, show a code, and the lists to choose from."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from services.intake import handlers
from services.intake.store import queries
from services.intake.web import schemas
from services.intake.web.floods import client_address
from services.intake.web.hand_in import HandedIn, hand_in
from services.intake.web.peers import agencies
from services.intake.web.uploads import limits_now, sent_fields, sent_files
from shared.errors import Refusal, Unavailable
from shared.texts import current_language
from shared.web import store

blueprint = Blueprint("complaints", __name__, description="Complaints, for programs.")


@blueprint.route("/complaints", methods=["POST"])
@blueprint.doc(
    parameters=[
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": 200},
            "description": "The same key with the same complaint gives the same answer; with another one, 409.",
        }
    ],
    requestBody={
        "required": True,
        "content": {
            "application/json": {"schema": schemas.Complaint},
            "multipart/form-data": {"schema": schemas.Complaint},
        },
    },
)
@blueprint.response(201, schemas.Receipt)
def hand_in_complaint() -> HandedIn:
    """Hand in a complaint; the answer has its tracking code.

    It is accepted once this answers 201, whatever happens to us afterwards.
    """
    fields = schemas.COMPLAINT.load(sent_fields())
    return hand_in(fields, sent_files(), "api", request.headers.get("Idempotency-Key"))


@blueprint.route("/tracking", methods=["POST"])
@blueprint.arguments(schemas.Code)
@blueprint.response(200, schemas.Token)
def show_code(sent: dict[str, Any]) -> dict[str, Any]:
    """Show a tracking code and get a token for its complaint. So the code is never part of an address."""
    with store().begin() as tx:
        entered = handlers.enter(tx, sent["code"], client_address())
    if isinstance(entered, Refusal):
        raise entered
    return {"token": entered, "expires_in": limits_now().session_minutes * 60}


@blueprint.route("/areas")
@blueprint.response(200, schemas.Area(many=True))
def list_areas() -> list[dict[str, Any]]:
    """Districts and their villages. Source: idn-area-data, Open Database License 1.0."""
    with store().read() as session:
        rows = queries.areas(session)
    return [
        {
            "code": district.code,
            "name": district.name,
            "villages": [{"code": v.code, "name": v.name} for v in rows if v.parent == district.code],
        }
        for district in rows
        if district.kind == "district"
    ]


@blueprint.route("/categories")
@blueprint.response(200, schemas.Category(many=True))
def list_categories() -> list[dict[str, Any]]:
    """The subjects a complaint can have."""
    with store().read() as session:
        rows = queries.categories(session)
    english = current_language() == "en"
    return [
        {
            "code": row.code,
            "parent": row.parent,
            "name": (row.name_en if english else None) or row.name,
            "offered": row.offered,
        }
        for row in rows
    ]


@blueprint.route("/agencies")
@blueprint.response(200, schemas.Agency(many=True))
def list_agencies() -> list[dict[str, Any]]:
    """The agencies a complaint can be for."""
    known = agencies.all()
    if known is None:
        raise Unavailable(
            "agencies_away",
            "Daftar instansi sedang tidak tersedia. Laporan dapat dikirim tanpa memilih instansi.",
            "The list of agencies is not available now. A report can be sent without choosing one.",
        )
    return known
