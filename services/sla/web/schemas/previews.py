"""What a version of a rule set or a proposal for a calendar would do."""

from __future__ import annotations

from marshmallow import Schema, fields


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


class PreviewSchema(Schema):
    """What it would do to open cases: `moved` of them would end on another day, `late` of these be over it.

    `expected`: open cases when the counting began; `seen`: how many it has come past; `ended_at`: null until the end.
    `by_agency`: agency (empty: the coordinator) to [moved, late]. `edition`: of the rules it is compared with.
    """

    class Meta:
        title = "Preview"

    edition = fields.Integer()
    at = fields.AwareDateTime(format="iso")
    expected = fields.Integer()
    seen = fields.Integer()
    moved = fields.Integer()
    late = fields.Integer()
    by_agency = fields.Dict(keys=fields.String(), values=fields.List(fields.Integer()))
    worst = fields.List(fields.Nested(WorstSchema))
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
