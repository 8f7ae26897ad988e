"""The periodic report: page, charts as pictures, CSV."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from marshmallow import Schema, ValidationError, fields, validate

from services.sla.domain.figures import Figures
from services.sla.store import law
from services.sla.store.reports import DIMENSIONS, Report, report
from services.sla.web import charts, words
from services.sla.web.agencies import Names
from services.sla.web.readers import READERS, scope
from shared import clock
from shared.errors import NotFound
from shared.texts import gettext as _
from shared.texts import moment
from shared.web import current_language, field_errors, requires, store

blueprint = Blueprint("report", __name__)


class Period(Schema):
    """The fields of the page."""

    dari = fields.Date(required=True)
    sampai = fields.Date(required=True)
    instansi = fields.String(load_default="", validate=validate.Length(max=120))


@blueprint.get("/laporan")
@requires(*READERS)
def show() -> str | tuple[str, int]:
    """The report of the period asked for; of last month when none is."""
    asked = _given() or _last_month(_today())
    errors: dict[str, Any] = {}
    try:
        found = _report(asked)
    except ValidationError as error:
        errors, found = field_errors(error), None
    page = render_template(
        "sla/report.html",
        report=found,
        asked=asked,
        errors=errors,
        names=Names(),
        labels=_Labels() if found else None,
        fixed=scope() is not None,
        words=words,
    )
    return (page, 422) if errors else page


@blueprint.get("/laporan.csv")
@requires(*READERS)
def table() -> Response:
    """The same figures as a table: a few lines about itself, then one line per group.

    Semicolons in Indonesian: spreadsheets set to it take a comma for the decimal
    sign and would put every line into one cell.
    """
    found, labels = _report(_given()), _Labels()
    text = io.StringIO()
    lines = csv.writer(text, delimiter="," if current_language() == "en" else ";")
    lines.writerow([_("Sumber"), _("Aduan, catatan tenggat (sla)")])
    lines.writerow([_("Periode"), found.first.isoformat(), found.last.isoformat()])
    lines.writerow([_("Instansi"), _plain(labels.of("agency", found.agency_id)) if found.agency_id else _("semua")])
    lines.writerow([_("Dibuat"), moment(found.generated_at)])
    lines.writerow([])
    lines.writerow(
        [
            _("Kelompok"),
            _("Kode"),
            _("Nama"),
            _("Diterima"),
            _("Ditangani"),
            _("Terlambat"),
            _("Median hari kerja"),
            _("Persentil ke-90 hari kerja"),
        ]
    )
    lines.writerow([_("Semua"), "", "", *_row(found.total)])
    for dimension, groups in found.groups.items():
        for value, figures in groups:
            named = [_(words.DIMENSIONS[dimension]), value or "", _plain(labels.of(dimension, value))]
            lines.writerow([*named, *_row(figures)])
    for age, count in found.ages.items():
        lines.writerow([_("Umur laporan terbuka"), age, _(words.AGES[age]), count])
    name = f"laporan-{found.first}-{found.last}.csv"
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    return Response(
        "\ufeff" + text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/laporan/<name>.svg")
@requires(*READERS)
def chart(name: str) -> Response:
    """One chart of the report as a picture."""
    found, labels = _report(_given()), _Labels()
    if name == "umur":
        picture = charts.ages(found)
    elif name in DIMENSIONS:
        picture = charts.groups(name, [(labels.of(name, value), figures) for value, figures in found.groups[name]])
    else:
        raise NotFound("no_such_chart")
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = charts.POLICY
    return response


class _Labels:
    """The names of what the figures are grouped by."""

    def __init__(self) -> None:
        self._agencies = Names()
        with store().read() as session:
            self._districts = law.district_names(session)

    def of(self, dimension: str, value: str | None) -> str:
        if value is None:
            return {"agency": _("Belum diteruskan"), "class": _("Belum ditentukan")}.get(dimension, _("Tidak disebut"))
        match dimension:
            case "agency":
                return self._agencies.of(value)
            case "class":
                return _(words.CLASSES[value])
            case "channel":
                return _(words.CHANNELS[value])
            case _:
                return self._districts.get(value, value)


def _given() -> dict[str, str]:
    return {name: value for name in ("dari", "sampai", "instansi") if (value := request.args.get(name))}


def _report(asked: dict[str, str]) -> Report:
    """The report asked for, as far as the reader may see it. Raises ValidationError and Invalid."""
    period = Period().load(asked)
    agency_id = scope() or period["instansi"] or None
    today, now = _today(), clock.now()
    with store().read() as session:
        return report(session, period["dari"], period["sampai"], today=today, now=now, agency_id=agency_id)


def _today() -> date:
    with store().read() as session:
        return law.today(session, clock.now())


def _last_month(today: date) -> dict[str, str]:
    last = today.replace(day=1) - timedelta(days=1)
    return {"dari": last.replace(day=1).isoformat(), "sampai": last.isoformat()}


def _plain(text: str) -> str:
    """A cell no spreadsheet takes for a formula: anybody may write the agency asked for into an address."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _row(figures: Figures) -> list[int | str]:
    days = ["" if value is None else value for value in (figures.median_days, figures.p90_days)]
    return [figures.received, figures.handled, figures.late, *days]
