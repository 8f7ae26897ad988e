"""Which office gets which periodic report by mail, as the supervisor says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from services.sla.handlers.address import add_addressee, end_addressee
from services.sla.report import words
from services.sla.store import editions, law
from services.sla.web.agencies import Names
from services.sla.web.readers import me
from shared import clock
from shared.contracts.sla import FREQUENCIES
from shared.contracts.vocabulary import LANGUAGES
from shared.errors import Conflict
from shared.texts import gettext as _
from shared.web import field_errors, requires, store

blueprint = Blueprint("addressees", __name__)


class Addressee(Schema):
    """An office that is to get reports."""

    kantor = fields.String(required=True, validate=validate.Length(min=3, max=200))
    surel = fields.Email(required=True, validate=validate.Length(max=254))
    bahasa = fields.String(load_default="id", validate=validate.OneOf(LANGUAGES))
    kekerapan = fields.String(required=True, validate=validate.OneOf(FREQUENCIES))
    instansi = fields.String(load_default="", validate=validate.Length(max=120))
    mulai = fields.Date(required=True)


@blueprint.get("/penerima")
@requires("supervisor")
def index() -> str:
    """Which office gets which report by mail."""
    return _page({})


def _page(errors: dict[str, Any]) -> str:
    with store().read() as session:
        found = editions.all_addressees(session)
        today = law.today(session, clock.now())
    return render_template(
        "sla/addressees.html",
        found=found,
        names=Names(),
        words=words,
        frequencies=words.frequencies(),
        errors=errors,
        asked=request.form,
        today=today,
    )


@blueprint.post("/penerima")
@requires("supervisor")
def add() -> tuple[str, int] | Response:
    """An office gets reports from a day on."""
    try:
        given = Addressee().load(request.form, unknown=EXCLUDE)
        with store().begin() as tx:
            add_addressee(
                tx,
                given["kantor"].strip(),
                given["surel"],
                given["bahasa"],
                given["kekerapan"],
                given["instansi"] or None,
                given["mulai"],
                me().officer_id,
            )
    except ValidationError as error:
        return _page(field_errors(error)), 422
    except Conflict:
        return _page({"surel": [_("Alamat itu sudah menerima laporan ini.")]}), 422
    return redirect(url_for("addressees.index"), 303)


@blueprint.post("/penerima/<uuid:addressee_id>/akhiri")
@requires("supervisor")
def end(addressee_id: UUID) -> Response:
    """An office gets none after today."""
    with store().begin() as tx:
        end_addressee(tx, addressee_id, law.today(tx.session, tx.now))
    return redirect(url_for("addressees.index"), 303)
