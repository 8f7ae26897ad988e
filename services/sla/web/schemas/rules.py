"""Rule sets and their versions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate


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

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A limit as it is kept calls its class `class`, which no name in Python may be."""
        return super().get_attribute(obj, "class" if attr == "class_" else attr, default)


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
    replaces = fields.String(allow_none=True)
    replaced_by = fields.String(allow_none=True)
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    doubts = fields.List(fields.Nested(Doubt))
    rules = fields.List(fields.Nested(LimitSchema), attribute="limits")


class DraftSchema(Schema):
    """A new version of a rule set. `based_on`: the newest version when it was written; `ends`: the set holds no longer
    from `valid_from` on; `replaces`: the id of another set that holds until the day before."""

    class Meta:
        title = "Draft"

    based_on = fields.Integer(required=True, strict=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    ends = fields.Boolean(load_default=False)
    replaces = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))
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
    replaces = fields.String(allow_none=True)
    edition = fields.Integer(allow_none=True)
    limits = fields.List(fields.Nested(LimitSchema))
    doubts = fields.List(fields.Nested(Doubt))
