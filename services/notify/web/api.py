"""The API of notify: messages as the desk may see them."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.store import queries
from services.notify.web.pages import READERS
from shared.web import requires, store

blueprint = Blueprint("notifications", __name__, description="What was sent to people, without their addresses.")

STATES = ("planned", "sending", "sent", "delivered", "failed", "held")


class NotificationQuery(Schema):
    """Which messages."""

    state = fields.String(validate=validate.OneOf(STATES))
    complaint_id = fields.UUID()
    before = fields.UUID(metadata={"description": "The last notification_id of the page before."})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class Notification(Schema):
    """One message to one person."""

    notification_id = fields.UUID()
    complaint_id = fields.UUID(allow_none=True)
    template = fields.String()
    audience = fields.String()
    channel = fields.String(allow_none=True, metadata={"description": "sms, email or page; null until chosen."})
    state = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed or was held back."})
    gateway = fields.String(allow_none=True)
    parts = fields.Integer(allow_none=True, metadata={"description": "Number of SMS."})
    planned_at = fields.AwareDateTime(format="iso")
    at = fields.AwareDateTime(format="iso", metadata={"description": "Of the last change of state."})


class Notifications(Schema):
    """Messages, newest first."""

    notifications = fields.List(fields.Nested(Notification))


@blueprint.route("/notifications")
class NotificationList(MethodView):
    @requires(*READERS)
    @blueprint.arguments(NotificationQuery, location="query")
    @blueprint.response(200, Notifications)
    @blueprint.doc(summary="Messages, newest first", security=[{"session": []}])
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        with store().read() as session:
            rows = queries.listed(session, most=asked.pop("limit"), **asked)
        return {"notifications": [row._mapping for row in rows]}
