"""Periodic reports as made: page, PDF, CSV, charts; new editions, recommendations and addressees by the supervisor."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response as Redirect

from services.sla.handlers.address import add_addressee, end_addressee
from services.sla.handlers.advise import NEXT, advise
from services.sla.handlers.publish import publish_anew
from services.sla.report import words
from services.sla.report.edition import about, file_name, pdf, title, told
from services.sla.report.telling import Names as ReportNames
from services.sla.store import editions, law
from services.sla.web import charts
from services.sla.web.agencies import Names
from services.sla.web.readers import READERS, scope
from shared import clock
from shared.contracts.sla import FREQUENCIES
from shared.contracts.vocabulary import LANGUAGES
from shared.errors import Conflict, Invalid, NotFound
from shared.texts import gettext as _
from shared.web import current_language, field_errors, requires, signed_in, store

blueprint = Blueprint("editions", __name__)

LONGEST_WORDS = 1000


class Reason(Schema):
    """Why a new edition is made."""

    alasan = fields.String(required=True, validate=validate.Length(min=10, max=LONGEST_WORDS))


class Advice(Schema):
    """What becomes of a recommendation."""

    keadaan = fields.String(required=True, validate=validate.OneOf(("accepted", "done", "rejected")))
    kata = fields.String(load_default="", validate=validate.Length(max=LONGEST_WORDS))


class Addressee(Schema):
    """An office that is to get reports."""

    kantor = fields.String(required=True, validate=validate.Length(min=3, max=200))
    surel = fields.Email(required=True, validate=validate.Length(max=254))
    bahasa = fields.String(load_default="id", validate=validate.OneOf(LANGUAGES))
    kekerapan = fields.String(required=True, validate=validate.OneOf(FREQUENCIES))
    instansi = fields.String(load_default="", validate=validate.Length(max=120))
    mulai = fields.Date(required=True)


@blueprint.get("/berkala")
@requires(*READERS)
def index() -> str:
    """The reports made so far, the newest first; of the region, or of one agency."""
    mine = scope()
    agency_id = mine or request.args.get("instansi", "")[:120] or None
    frequency = request.args.get("kekerapan", "")
    frequency = frequency if frequency in FREQUENCIES else ""
    with store().read() as session:
        found = editions.listed(session, frequency or None, agency_id, before=_day(request.args.get("sebelum", "")))
    return render_template(
        "sla/editions.html",
        found=found,
        names=Names(),
        agency_id=agency_id or "",
        frequency=frequency,
        fixed=mine is not None,
        words=words,
        frequencies=_frequencies(),
        page=editions.PAGE,
    )


@blueprint.get("/berkala/<uuid:report_id>")
@requires(*READERS)
def show(report_id: UUID) -> str:
    """One edition."""
    return _shown(report_id)


def _shown(report_id: UUID, errors: dict[str, Any] | None = None) -> str:
    row, names = _edition(report_id)
    with store().read() as session:
        others = editions.editions(session, row)
    return render_template(
        "sla/edition.html",
        row=row,
        title=title(),
        about=about(row, names),
        sections=told(row, names),
        editions=others,
        newest=row.edition == others[0].edition,
        may_correct=_is_supervisor(),
        errors=errors or {},
        asked=request.form,
    )


@blueprint.get("/berkala/<uuid:report_id>.pdf")
@requires(*READERS)
def paper(report_id: UUID) -> Response:
    """The edition as PDF."""
    row, names = _edition(report_id)
    return _file(pdf(row, names), "application/pdf", file_name(row, "pdf"))


@blueprint.get("/berkala/<uuid:report_id>.csv")
@requires(*READERS)
def table(report_id: UUID) -> Response:
    """All tables of the edition, one below the other; the first column names the section."""
    row, names = _edition(report_id)
    text = io.StringIO()
    lines = csv.writer(text, delimiter="," if current_language() == "en" else ";")
    lines.writerows([_("Tentang"), _plain(line)] for line in about(row, names))
    for section in told(row, names):
        lines.writerow([])
        for what, evidence in section.paragraphs:
            lines.writerow([section.title, _plain(what), _plain(evidence)])
        for one in section.tables:
            lines.writerow([section.title, *one.columns])
            lines.writerows([one.title or section.title, *map(_plain, cells)] for cells in one.rows)
        if section.note:
            lines.writerow([section.title, section.note])
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    return _file(("\ufeff" + text.getvalue()).encode(), "text/csv", file_name(row, "csv"))


@blueprint.get("/berkala/<uuid:report_id>/<name>.svg")
@requires(*READERS)
def chart(report_id: UUID, name: str) -> Response:
    """One chart of the edition."""
    row, names = _edition(report_id)
    for section in told(row, names):
        for one in section.tables:
            if one.name == name and one.bars:
                response = Response(charts.bars(one.title, one.bars), mimetype="image/svg+xml")
                response.headers["Content-Security-Policy"] = charts.POLICY
                return response
    raise NotFound("no_such_chart")


@blueprint.post("/berkala/<uuid:report_id>")
@requires("supervisor")
def correct(report_id: UUID) -> str | tuple[str, int] | Redirect:
    """Make a new edition of this report and of all others of its period."""
    try:
        given = Reason().load(request.form, unknown=EXCLUDE)
    except ValidationError as error:
        return _shown(report_id, field_errors(error)), 422
    with store().begin() as tx:
        made = publish_anew(tx, report_id, given["alasan"].strip(), _who())
    return redirect(url_for("editions.show", report_id=made), 303)


@blueprint.get("/rekomendasi")
@requires(*READERS)
def recommendations() -> str:
    """What reports recommended, and what became of it."""
    return _recommendations()


def _recommendations(errors: dict[str, Any] | None = None, wrong: UUID | None = None) -> str:
    mine = scope()
    with store().read() as session:
        found = editions.recommendations_of(session, mine, everything=mine is None)
    return render_template(
        "sla/recommendations.html",
        found=found,
        names=Names(),
        words=words,
        next=NEXT,
        may_set=_is_supervisor(),
        errors=errors or {},
        wrong=wrong,
        asked=request.form,
        longest=LONGEST_WORDS,
    )


@blueprint.post("/rekomendasi/<uuid:recommendation_id>")
@requires("supervisor")
def set_recommendation(recommendation_id: UUID) -> tuple[str, int] | Redirect:
    """Accept it, say that it was done, or reject it."""
    try:
        given = Advice().load(request.form, unknown=EXCLUDE)
        with store().begin() as tx:
            advise(tx, recommendation_id, given["keadaan"], given["kata"], _who())
    except ValidationError as error:
        return _recommendations(field_errors(error), recommendation_id), 422
    except Invalid as refusal:
        return _recommendations(
            {name: list(map(_, said)) for name, said in refusal.errors.items()}, recommendation_id
        ), 422
    return redirect(url_for("editions.recommendations"), 303)


@blueprint.get("/penerima")
@requires("supervisor")
def addressees() -> str:
    """Which office gets which report by mail."""
    return _addressees({})


def _addressees(errors: dict[str, Any]) -> str:
    with store().read() as session:
        found = editions.all_addressees(session)
        today = law.today(session, clock.now())
    return render_template(
        "sla/addressees.html",
        found=found,
        names=Names(),
        words=words,
        frequencies=_frequencies(),
        errors=errors,
        asked=request.form,
        today=today,
    )


@blueprint.post("/penerima")
@requires("supervisor")
def add() -> tuple[str, int] | Redirect:
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
                _who(),
            )
    except ValidationError as error:
        return _addressees(field_errors(error)), 422
    except Conflict:
        return _addressees({"surel": [_("Alamat itu sudah menerima laporan ini.")]}), 422
    return redirect(url_for("editions.addressees"), 303)


@blueprint.post("/penerima/<uuid:addressee_id>/akhiri")
@requires("supervisor")
def end(addressee_id: UUID) -> Redirect:
    """An office gets none after today."""
    with store().begin() as tx:
        end_addressee(tx, addressee_id, law.today(tx.session, tx.now))
    return redirect(url_for("editions.addressees"), 303)


def _edition(report_id: UUID) -> tuple[Any, ReportNames]:
    """An edition the reader may see, and the names in it. Raises NotFound."""
    mine = scope()
    with store().read() as session:
        row = editions.report(session, report_id)
        districts = law.district_names(session)
    if mine is not None and row.agency_id != mine:
        raise NotFound("no_such_report", "Laporan berkala ini tidak ditemukan.", "There is no such periodic report.")
    return row, ReportNames(Names().of, districts)


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=media_type, headers=headers)


def _frequencies() -> list[tuple[str, str]]:
    return [(frequency, _(words.FREQUENCIES[frequency])) for frequency in FREQUENCIES]


def _who() -> UUID:
    officer = signed_in()
    assert officer is not None
    return officer.officer_id


def _is_supervisor() -> bool:
    officer = signed_in()
    return officer is not None and officer.role == "supervisor"


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
