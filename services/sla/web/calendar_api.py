"""Calendars for programs, under /api/sla/v1: versions, proposals with preview, decisions, and the computing anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_smorest
from flask import request
from sqlalchemy import Row

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import Change, between
from services.sla.handlers.activate_calendar import activate as activating
from services.sla.handlers.preview import preview_calendar, preview_once
from services.sla.handlers.propose_days import propose_days as proposing_days
from services.sla.handlers.propose_office import propose_office as proposing_office
from services.sla.handlers.reject_calendar import reject as rejecting
from services.sla.store import previews, proposals, recomputations, versions
from services.sla.store.tables import calendar_previews
from services.sla.web import ical
from services.sla.web.proposing import new_days
from services.sla.web.readers import READERS, me
from services.sla.web.schemas import calendars as schemas
from services.sla.web.schemas.previews import PreviewSchema
from shared.accounts import Officer
from shared.errors import NotFound
from shared.store import Transaction
from shared.store.idempotency import once
from shared.web import requires, store
from shared.web.inputs import body_limit

blueprint = flask_smorest.Blueprint("calendar_api", __name__, description="Calendars, their versions and proposals")

DECIDES = "supervisor"


@blueprint.route("/calendar/versions")
@blueprint.response(200, schemas.VersionSchema(many=True))
def list_versions() -> list[Row[Any]]:
    """All versions of all calendars, newest first."""
    with store().read() as session:
        return versions.all_of(session, proposals.scopes(session))


@blueprint.route("/calendar/versions/<version>")
@blueprint.response(200, schemas.VersionChange)
def one_version(version: str) -> dict[str, Any]:
    """A version, and what it changed."""
    with store().read() as session:
        found = versions.one(session, version)
        if found is None:
            raise NotFound("no_such_version", "Versi kalender ini tidak ada.", "There is no such version.")
        before = versions.before(session, found)
        old = versions.days_of(session, before.version) if before else {}
        change = between(old, versions.days_of(session, version))
        return {**found._mapping, "add": change.add, "remove": change.remove}


@blueprint.route("/calendar/proposals")
@requires(DECIDES)
@blueprint.response(200, schemas.Proposed(many=True))
def list_proposals() -> list[dict[str, Any]]:
    """The newest proposals, open ones first, without preview."""
    with store().read() as session:
        return [_told(row, None) for row in proposals.newest(session)]


@blueprint.route("/calendar/proposals", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(schemas.DaysProposal)
@blueprint.response(201, schemas.Proposed)
def propose_days(asked: dict[str, Any]) -> dict[str, Any]:
    """Propose days to add and to take back. An `Idempotency-Key` makes sending it again safe."""
    change = Change(tuple(DayOff(**day) for day in asked["add"]), tuple(asked["remove"]))
    return _propose(
        asked, lambda tx, officer: proposing_days(tx, officer, asked["scope"], asked["name"], asked["source"], change)
    )


@blueprint.route("/calendar/proposals/ical", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(schemas.About, location="query")
@blueprint.response(201, schemas.Proposed)
@body_limit(ical.LARGEST + 1024)
def propose_file(about: dict[str, Any]) -> dict[str, Any]:
    """Propose the days of an iCalendar file, sent as the body (`text/calendar`), that are not days off already."""
    content = request.get_data()
    given = ical.read(content, about["scope"])

    def act(tx: Transaction, officer: Officer) -> int:
        change = Change(tuple(new_days(tx, about["scope"], given)))
        return proposing_days(tx, officer, about["scope"], about["name"], about["source"], change)

    return _propose({**about, "days": [off.date for off in given]}, act)


@blueprint.route("/calendar/offices", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(schemas.OfficeProposal)
@blueprint.response(201, schemas.Proposed)
def propose_office(asked: dict[str, Any]) -> dict[str, Any]:
    """Propose the days of an office."""
    days = {name: asked[name] for name in ("saturdays", "through_joint_leave", "zone", "valid_from", "valid_to")}
    return _propose(
        asked,
        lambda tx, officer: proposing_office(tx, officer, asked["agency_id"], asked["name"], asked["source"], **days),
    )


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>")
@requires(DECIDES)
@blueprint.response(200, schemas.Proposed)
def one_proposal(number: int) -> dict[str, Any]:
    """A proposal, with what the open cases would do."""
    return _proposal(number)


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>/preview", methods=["POST"])
@requires(DECIDES)
@blueprint.response(201, PreviewSchema)
def preview(number: int) -> Row[Any] | None:
    """Count a new preview of an open proposal. What takes longer than two seconds goes on in the background."""
    preview_calendar(store(), number)
    with store().read() as session:
        return previews.newest(session, calendar_previews, number)


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>/activation", methods=["POST"])
@requires(DECIDES)
@blueprint.response(202, schemas.Begun)
def activate(number: int) -> dict[str, int]:
    """Put a proposal of another supervisor into force; open cases are computed anew."""
    with store().begin() as tx:
        return {"recomputation": activating(tx, me(), number)}


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>/rejection", methods=["POST"])
@requires(DECIDES)
@blueprint.response(204)
def reject(number: int) -> None:
    """Put a proposal away."""
    with store().begin() as tx:
        rejecting(tx, me(), number)


@blueprint.route("/recomputations")
@requires(*READERS)
@blueprint.response(200, schemas.Work(many=True))
def works() -> list[Row[Any]]:
    """The works that compute open cases anew, newest first."""
    with store().read() as session:
        return recomputations.newest(session)


def _propose(said: dict[str, Any], act: Callable[[Transaction, Officer], int]) -> dict[str, Any]:
    officer = me()
    with store().begin() as tx:
        key = request.headers.get("Idempotency-Key")
        answer = once(tx, f"calendar {officer.officer_id}", key, said, lambda: {"number": act(tx, officer)})
    preview_once(store(), answer["number"])
    return _proposal(answer["number"])


def _proposal(number: int) -> dict[str, Any]:
    with store().read() as session:
        found = proposals.one(session, number)
        if found is None:
            raise NotFound("no_such_proposal", "Usulan ini tidak ada.", "There is no such proposal.")
        return _told(found, previews.newest(session, calendar_previews, number))


def _told(row: Row[Any], preview: Row[Any] | None) -> dict[str, Any]:
    return {**row._mapping, "number": row.id, "decision": row.decision or "open", "preview": preview}
