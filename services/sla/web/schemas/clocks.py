"""Due dates and the clocks of a complaint."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.sla import CLOCK, UNITS
from shared.contracts.vocabulary import CLASSES, CLOCKS


class DueDateQuery(Schema):
    """A start and a limit: `days` and `unit`, or a `clock`, and the `class` and `category` of the case."""

    start = fields.Date(required=True)
    days = fields.Integer(load_default=None)
    unit = fields.String(load_default="working_days", validate=validate.OneOf(UNITS))
    clock = fields.String(load_default=None, validate=validate.OneOf(CLOCKS))
    class_ = fields.String(load_default=None, validate=validate.OneOf(CLASSES), data_key="class")
    category = fields.String(load_default=None, validate=validate.Length(max=120))
    region = fields.String(load_default=None, validate=validate.Length(max=20))
    agency_id = fields.String(load_default=None, validate=validate.Length(max=120))


class SkippedDay(Schema):
    """A day that did not count."""

    date = fields.Date()
    why = fields.String()


class DueDate(Schema):
    """The last day of a limit. `provisional`: it reaches into a year whose days off are not decreed yet."""

    start = fields.Date()
    days = fields.Integer()
    unit = fields.String()
    source = fields.String(allow_none=True)
    due_date = fields.Date()
    due_at = fields.AwareDateTime(format="iso")
    provisional = fields.Boolean()
    skipped = fields.List(fields.Nested(SkippedDay))


class ClocksQuery(Schema):
    """Which complaint."""

    complaint_id = fields.UUID(required=True)


class ClocksAnswer(Schema):
    """Every clock of a complaint, each with its sentence in both languages."""

    clocks = fields.List(fields.Nested(CLOCK))
