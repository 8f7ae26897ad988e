"""Periodic reports as made: page, PDF, CSV, charts; and new editions by the supervisor."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response as Redirect

from services.sla.handlers.publish import publish_anew
from services.sla.report import words
from services.sla.report.edition import about, file_name, pdf, title, told
from services.sla.report.telling import Names as ReportNames
from services.sla.store import editions, law
from services.sla.web import charts
from services.sla.web.agencies import Names
from services.sla.web.readers import READERS, me, scope
from shared.contracts.sla import FREQUENCIES
from shared.errors import NotFound
from shared.texts import gettext as _
from shared.web import current_language, field_errors, requires, store

blueprint = Blueprint("editions", __name__)

LONGEST_WORDS = 1000


class Reason(Schema):
    """Why a new edition is made."""

    alasan = fields.String(required=True, validate=validate.Length(min=10, max=LONGEST_WORDS))


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
        frequencies=words.frequencies(),
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
        may_correct=me().role == "supervisor",
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
        made = publish_anew(tx, report_id, given["alasan"].strip(), me().officer_id)
    return redirect(url_for("editions.show", report_id=made), 303)


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


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
