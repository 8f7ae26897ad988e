"""The figures of any days."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


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
