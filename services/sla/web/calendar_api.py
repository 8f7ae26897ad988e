"""Calendars for programs, under /api/sla/v1: versions, proposals with preview, decisions, and the computing anew."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import request
from marshmallow import Schema, fields, validate
from sqlalchemy import Row
from sqlalchemy.orm import Session

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import Change, DecreeError, between
from services.sla.handlers import decree
from services.sla.store import proposals, recomputations, versions
from services.sla.web import ical
from services.sla.web.proposing import About, new_days
from services.sla.web.readers import READERS
from services.sla.web.schemas import DayOffSchema
from shared import clock
from shared.errors import Conflict, NotFound
from shared.store.idempotency import once
from shared.web import requires, signed_in, store
from shared.web.inputs import body_limit

blueprint = flask_smorest.Blueprint("calendar_api", __name__, description="Calendars, their versions and proposals")

DECIDES = "supervisor"


class Day(Schema):
    """A day off to add."""

    date = fields.Date(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(("national", "joint_leave", "local")))
    estimated = fields.Boolean(load_default=False)


class DaysProposal(About):
    """Days to add to a calendar and to take back from it."""

    add = fields.List(fields.Nested(Day), load_default=[], validate=validate.Length(max=366))
    remove = fields.List(fields.Date(), load_default=[], validate=validate.Length(max=366))


class OfficeProposal(Schema):
    """The days of an office, by which decision."""

    agency_id = fields.String(required=True, validate=validate.Length(1, 120))
    name = fields.String(required=True, validate=validate.Length(3, 200))
    source = fields.String(required=True, validate=validate.Length(3, 500))
    saturdays = fields.Boolean(required=True)
    through_joint_leave = fields.Boolean(required=True)
    zone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(decree.ZONES))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class Proposed(Schema):
    """A proposal: `open`, `activated` or `rejected`. `preview`: what the open cases would do, while it is open."""

    number = fields.Integer()
    kind = fields.String()
    scope = fields.String()
    name = fields.String()
    source = fields.String()
    content = fields.Dict()
    proposed_at = fields.AwareDateTime(format="iso")
    proposed_by = fields.String()
    decision = fields.String()
    decided_by = fields.String(allow_none=True)
    preview = fields.Dict(allow_none=True)


class VersionSchema(Schema):
    """A version of a calendar. `name` null: shipped with the program."""

    class Meta:
        title = "CalendarVersion"

    version = fields.String()
    scope = fields.String()
    number = fields.Integer()
    name = fields.String(allow_none=True)
    source = fields.String()
    covered_until = fields.Date()
    recorded_at = fields.AwareDateTime(format="iso", attribute="loaded_at")
    recorded_by = fields.String(allow_none=True)
    confirmed_by = fields.String(allow_none=True)


class VersionChange(VersionSchema):
    """A version, and what it changed against the one before."""

    class Meta:
        title = "CalendarVersionChange"

    add = fields.List(fields.Nested(DayOffSchema))
    remove = fields.List(fields.Date())


class Work(Schema):
    """All open cases computed anew: why, and how far it has come."""

    class Meta:
        title = "Recomputation"

    number = fields.Integer(attribute="id")
    cause_id = fields.String()
    cause_en = fields.String()
    begun_at = fields.AwareDateTime(format="iso")
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    expected = fields.Integer()
    seen = fields.Integer()
    moved = fields.Integer()
    later = fields.Integer()
    failed = fields.Integer()


class Begun(Schema):
    """The number of the work that computes the open cases anew."""

    recomputation = fields.Integer()


@blueprint.route("/calendar/versions")
@blueprint.response(200, VersionSchema(many=True))
def list_versions() -> list[Row[Any]]:
    """All versions of all calendars, newest first."""
    with store().read() as session:
        return versions.all_of(session, proposals.scopes(session))


@blueprint.route("/calendar/versions/<version>")
@blueprint.response(200, VersionChange)
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
@blueprint.response(200, Proposed(many=True))
def list_proposals() -> list[dict[str, Any]]:
    """The newest proposals, open ones first, without preview."""
    with store().read() as session:
        return [_told(row, None) for row in proposals.newest(session)]


@blueprint.route("/calendar/proposals", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(DaysProposal)
@blueprint.response(201, Proposed)
def propose_days(asked: dict[str, Any]) -> dict[str, Any]:
    """Propose days to add and to take back. An `Idempotency-Key` makes sending it again safe."""
    change = Change(tuple(DayOff(**day) for day in asked["add"]), tuple(asked["remove"]))
    return _propose(
        asked, lambda tx, who: decree.propose_days(tx, who, asked["scope"], asked["name"], asked["source"], change)
    )


@blueprint.route("/calendar/proposals/ical", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(About, location="query")
@blueprint.response(201, Proposed)
@body_limit(ical.LARGEST + 1024)
def propose_file(about: dict[str, Any]) -> dict[str, Any]:
    """Propose the days of an iCalendar file, sent as the body (`text/calendar`), that are not days off already."""
    content = request.get_data()
    given = ical.read(content, about["scope"])

    def act(tx: Any, who: str) -> int:
        change = Change(tuple(new_days(tx, about["scope"], given)))
        return decree.propose_days(tx, who, about["scope"], about["name"], about["source"], change)

    return _propose({**about, "days": [off.date for off in given]}, act)


@blueprint.route("/calendar/offices", methods=["POST"])
@requires(DECIDES)
@blueprint.arguments(OfficeProposal)
@blueprint.response(201, Proposed)
def propose_office(asked: dict[str, Any]) -> dict[str, Any]:
    """Propose the days of an office."""
    days = {name: asked[name] for name in ("saturdays", "through_joint_leave", "zone", "valid_from", "valid_to")}
    return _propose(
        asked,
        lambda tx, who: decree.propose_office(tx, who, asked["agency_id"], asked["name"], asked["source"], **days),
    )


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>")
@requires(DECIDES)
@blueprint.response(200, Proposed)
def one_proposal(number: int) -> dict[str, Any]:
    """A proposal; while it is open with what the open cases would do."""
    with store().read() as session:
        return _proposal(session, number)


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>/activation", methods=["POST"])
@requires(DECIDES)
@blueprint.response(202, Begun)
def activate(number: int) -> dict[str, int]:
    """Put a proposal of another supervisor into force; open cases are computed anew."""
    with store().begin() as tx:
        return {"recomputation": decree.activate(tx, _me(), number)}


@blueprint.route("/calendar/proposals/<int(max=2147483647):number>/rejection", methods=["POST"])
@requires(DECIDES)
@blueprint.response(204)
def reject(number: int) -> None:
    """Put a proposal away."""
    with store().begin() as tx:
        decree.reject(tx, _me(), number)


@blueprint.route("/recomputations")
@requires(*READERS)
@blueprint.response(200, Work(many=True))
def works() -> list[Row[Any]]:
    """The works that compute open cases anew, newest first."""
    with store().read() as session:
        return recomputations.newest(session)


def _propose(said: dict[str, Any], act: Any) -> dict[str, Any]:
    who = _me()
    with store().begin() as tx:
        key = request.headers.get("Idempotency-Key")
        answer = once(tx, f"calendar {who}", key, said, lambda: {"number": act(tx, who)})
        return _proposal(tx.session, answer["number"])


def _proposal(session: Session, number: int) -> dict[str, Any]:
    found = proposals.one(session, number)
    if found is None:
        raise NotFound("no_such_proposal", "Usulan ini tidak ada.", "There is no such proposal.")
    if found.decision:
        return _told(found, None)
    try:
        seen = proposals.preview_of(session, found, clock.now())
    except DecreeError as error:
        raise Conflict("calendar_changed", error.id, error.en) from None
    return _told(found, {"cases": seen.cases, "exact": seen.exact})


def _told(row: Row[Any], preview: dict[str, Any] | None) -> dict[str, Any]:
    return {**row._mapping, "number": row.id, "decision": row.decision or "open", "preview": preview}


def _me() -> str:
    officer = signed_in()
    assert officer is not None
    return officer.name
