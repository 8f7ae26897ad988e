"""Calendars: a year, versions, proposals, and the computing anew that follows."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.sla.domain.decree import ZONES
from services.sla.web.schemas.previews import PreviewSchema


class YearQuery(Schema):
    """Which year (this one unless given), in which region (the one served), and by the days of which agency."""

    year = fields.Integer(load_default=None, validate=validate.Range(1900, 2100))
    region = fields.String(load_default=None, validate=validate.Length(max=20))
    agency_id = fields.String(load_default=None, validate=validate.Length(max=120))


class DayOffSchema(Schema):
    """A national holiday, a day of cuti bersama, or a local holiday."""

    class Meta:
        title = "DayOff"

    date = fields.Date()
    name = fields.String()
    kind = fields.String()
    estimated = fields.Boolean()


class YearSchema(Schema):
    """The days off of a year. `known`: whether its cuti bersama is decreed; if not, dates in it are provisional."""

    class Meta:
        title = "Year"

    year = fields.Integer()
    known = fields.Boolean()
    decree = fields.String(allow_none=True)
    covered_from = fields.Date()
    covered_until = fields.Date()
    version = fields.String()
    source = fields.String()
    days = fields.List(fields.Nested(DayOffSchema))


class About(Schema):
    """Which calendar, by which decree."""

    scope = fields.String(required=True, validate=validate.Length(1, 20))
    name = fields.String(required=True, validate=validate.Length(3, 200))
    source = fields.String(required=True, validate=validate.Length(3, 500))


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
    zone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ZONES))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class Proposed(Schema):
    """A proposal: `open`, `activated` or `rejected`. `preview`: the one begun last, as far as it is counted."""

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
    preview = fields.Nested(PreviewSchema, allow_none=True)


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
