"""The API of the sandbox: what people would have got, and the clock. It does not exist outside a sandbox."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.store import queries
from services.notify.web.sandbox_pages import jump
from shared import clock
from shared.web import store

blueprint = Blueprint("sandbox_api", __name__, description="For demonstrations and tests.")


class MessageQuery(Schema):
    """Which messages."""

    to = fields.String(
        validate=validate.Length(max=254), metadata={"description": "Telephone number or e-mail address."}
    )
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**63 - 1),
        metadata={"description": "Only messages with a higher number."},
    )
    complaint_id = fields.UUID()
    channel = fields.String(validate=validate.OneOf(("sms", "email")))


class SandboxMessage(Schema):
    """One SMS or e-mail that would have been sent."""

    number = fields.Integer(metadata={"description": "Counts up."})
    notification_id = fields.UUID()
    complaint_id = fields.UUID(allow_none=True)
    template = fields.String()
    channel = fields.String()
    to = fields.String(attribute="recipient")
    subject = fields.String(allow_none=True)
    text = fields.String()
    parts = fields.Integer(allow_none=True)
    at = fields.AwareDateTime(format="iso")


class SandboxMessages(Schema):
    """Messages, oldest first."""

    messages = fields.List(fields.Nested(SandboxMessage))


class Jump(Schema):
    """How to move the clock: forward by days and hours, or back to the true time."""

    days = fields.Float(load_default=0)
    hours = fields.Float(load_default=0)
    reset = fields.Boolean(load_default=False)


class Clock(Schema):
    """The time all services live in."""

    now = fields.AwareDateTime(format="iso")
    offset_seconds = fields.Float()


@blueprint.route("/sandbox/messages")
class Messages(MethodView):
    @blueprint.arguments(MessageQuery, location="query")
    @blueprint.response(200, SandboxMessages)
    @blueprint.doc(summary="What people would have got, oldest first")
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        with store().read() as session:
            rows = queries.shown(session, **asked, oldest_first=True, most=1000)
        return {"messages": [row._mapping for row in rows]}


@blueprint.route("/sandbox/clock")
class SandboxClock(MethodView):
    @blueprint.response(200, Clock)
    @blueprint.doc(summary="The time all services live in")
    def get(self) -> dict[str, Any]:
        return _time()

    @blueprint.arguments(Jump)
    @blueprint.response(200, Clock)
    @blueprint.doc(summary="Move the clock of all services")
    def post(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["reset"]:
            clock.reset()
        else:
            clock.shift(jump(asked["days"], asked["hours"]))
        return _time()


def _time() -> dict[str, Any]:
    return {"now": clock.now(), "offset_seconds": clock.offset().total_seconds()}
