"""What the API of sla takes and gives, as its OpenAPI document shows it."""

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


class ReportQuery(Schema):
    """Days of registration, both included, and an agency."""

    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    agency_id = fields.String(load_default=None, validate=validate.Length(max=120))


class FiguresSchema(Schema):
    """Counts, and working days to the first substantive answer."""

    class Meta:
        title = "Figures"

    received = fields.Integer()
    handled = fields.Integer()
    late = fields.Integer()
    median_days = fields.Integer(allow_none=True)
    p90_days = fields.Integer(allow_none=True)


class Group(FiguresSchema):
    """The figures of one agency, class, channel or district; null: not known yet."""

    value = fields.String(allow_none=True)


class ReportSchema(Schema):
    """The report of a period. `ages`: open complaints by days since registration, at `generated_at`."""

    class Meta:
        title = "Report"

    from_ = fields.Date(data_key="from")
    to = fields.Date()
    agency_id = fields.String(allow_none=True)
    generated_at = fields.AwareDateTime(format="iso")
    total = fields.Nested(FiguresSchema)
    by_agency = fields.List(fields.Nested(Group))
    by_class = fields.List(fields.Nested(Group))
    by_channel = fields.List(fields.Nested(Group))
    by_district = fields.List(fields.Nested(Group))
    ages = fields.Dict(keys=fields.String(), values=fields.Integer())


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


class LimitSchema(Schema):
    """One limit; null: for any class, any topic, any region."""

    class Meta:
        title = "Limit"

    clock = fields.String(required=True, validate=validate.Length(max=60))
    class_ = fields.String(load_default=None, allow_none=True, data_key="class", validate=validate.Length(max=60))
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))
    region = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    days = fields.Integer(required=True, strict=True)
    unit = fields.String(required=True, validate=validate.Length(max=20))
    source = fields.String(required=True)
    start_event = fields.String(dump_only=True)


class Doubt(Schema):
    """What is not certain about a rule set, in both languages."""

    id = fields.String(required=True, validate=validate.Length(1, 500))
    en = fields.String(required=True, validate=validate.Length(1, 500))


class RuleSetSchema(Schema):
    """A rule set by its version in force, with its source, its validity and its doubts."""

    class Meta:
        title = "RuleSet"

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    source = fields.String()
    status = fields.String()
    active = fields.Boolean()
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    doubts = fields.List(fields.Nested(Doubt))
    rules = fields.List(fields.Nested(LimitSchema), attribute="limits")


class DraftSchema(Schema):
    """A new version of a rule set. `based_on`: the newest version when it was written; `ends`: the set holds no longer
    from `valid_from` on."""

    class Meta:
        title = "Draft"

    based_on = fields.Integer(required=True, strict=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    ends = fields.Boolean(load_default=False)
    limits = fields.List(fields.Nested(LimitSchema), load_default=list, validate=validate.Length(max=100))
    doubts = fields.List(fields.Nested(Doubt), load_default=list, validate=validate.Length(max=20))


class RuleVersionSchema(Schema):
    """A version of a rule set. `state`: draft, proposed, active, superseded or withdrawn; `edition`: with which edition
    of all rules it came into force."""

    class Meta:
        title = "RuleVersion"

    rule_set = fields.String()
    number = fields.Integer()
    state = fields.String()
    name = fields.String()
    source = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    ends = fields.Boolean()
    edition = fields.Integer(allow_none=True)
    limits = fields.List(fields.Nested(LimitSchema))
    doubts = fields.List(fields.Nested(Doubt))


class WorstSchema(Schema):
    """An open case whose end would move, and from when to when."""

    class Meta:
        title = "MovedCase"

    complaint_id = fields.String()
    case_number = fields.String(allow_none=True)
    agency_id = fields.String(allow_none=True)
    clock = fields.String()
    before = fields.String()
    after = fields.String()
    late = fields.Boolean()


class RulePreviewSchema(Schema):
    """What a version would do to open cases: `moved` of them would end on another day, `late` of these be over it.

    `expected`: cases to look at; `seen`: looked at; `ended_at`: null while counting goes on.
    `by_agency`: agency (empty: the coordinator) to [moved, late].
    """

    class Meta:
        title = "RulePreview"

    edition = fields.Integer()
    at = fields.AwareDateTime(format="iso")
    expected = fields.Integer()
    seen = fields.Integer()
    moved = fields.Integer()
    late = fields.Integer()
    by_agency = fields.Dict(keys=fields.String(), values=fields.List(fields.Integer()))
    worst = fields.List(fields.Nested(WorstSchema))
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
