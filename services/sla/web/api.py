"""The same things for programs, under /api/sla/v1."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import flask_smorest
from sqlalchemy import select

from services.sla.store import law, queries
from services.sla.store.reports import Report, report
from services.sla.store.tables import cases
from services.sla.web.calculator import due_date
from services.sla.web.readers import READERS, scope
from services.sla.web.schemas.calendars import YearQuery, YearSchema
from services.sla.web.schemas.clocks import ClocksAnswer, ClocksQuery, DueDate, DueDateQuery
from services.sla.web.schemas.reports import ReportQuery, ReportSchema
from services.sla.web.schemas.rules import RuleSetSchema
from shared import clock
from shared.errors import NotFound
from shared.web import requires, store

blueprint = flask_smorest.Blueprint("sla", __name__, description="Limits, calendars and figures")


@blueprint.route("/due-date")
@blueprint.arguments(DueDateQuery, location="query")
@blueprint.response(200, DueDate)
def calculate(asked: dict[str, Any]) -> dict[str, Any]:
    """The last day of a limit, and each day that did not count."""
    with store().read() as session:
        return due_date(session, asked)


@blueprint.route("/clocks")
@requires(*READERS)
@blueprint.arguments(ClocksQuery, location="query")
@blueprint.response(200, ClocksAnswer)
def clocks(asked: dict[str, UUID]) -> dict[str, Any]:
    """Every clock of a complaint. An officer sees complaints of her agency only."""
    mine = scope()
    with store().read() as session:
        case = session.execute(select(cases.c.agency_id).where(cases.c.complaint_id == asked["complaint_id"])).first()
        if case is None or (mine is not None and case.agency_id != mine):
            raise NotFound("no_such_complaint", "Laporan ini tidak ditemukan.", "There is no such complaint.")
        return queries.clocks(session, asked["complaint_id"], clock.now())


@blueprint.route("/reports")
@requires(*READERS)
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, ReportSchema)
def figures(asked: dict[str, Any]) -> dict[str, Any]:
    """The figures of a period. An officer sees her agency only."""
    agency_id = scope() or asked["agency_id"]
    now = clock.now()
    with store().read() as session:
        today = law.today(session, now)
        return _told(report(session, asked["from_"], asked["to"], today=today, now=now, agency_id=agency_id))


@blueprint.route("/calendar")
@blueprint.arguments(YearQuery, location="query")
@blueprint.response(200, YearSchema)
def calendar(asked: dict[str, Any]) -> law.Year:
    """The days off of a year, and how far the calendar is known."""
    with store().read() as session:
        year = asked["year"] or law.today(session, clock.now()).year
        return law.year(session, year, asked["region"], asked["agency_id"])


@blueprint.route("/rule-sets")
@blueprint.response(200, RuleSetSchema(many=True))
def rule_sets() -> list[law.RuleSet]:
    """All rule sets, also those that are not in force, with sources and doubts."""
    with store().read() as session:
        return law.rule_sets(session)


def _told(found: Report) -> dict[str, Any]:
    groups = {
        f"by_{name}": [{"value": value, **asdict(one)} for value, one in rows] for name, rows in found.groups.items()
    }
    return {
        "from_": found.first,
        "to": found.last,
        "agency_id": found.agency_id,
        "generated_at": found.generated_at,
        "total": found.total,
        "ages": found.ages,
        **groups,
    }
