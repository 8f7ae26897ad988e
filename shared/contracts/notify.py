"""What notify says and answers: every message to a person and what became of it."""

from shared.contracts.fields import code, identifier, moment, schema, several, text, word
from shared.contracts.registry import EventType, Method

OUTBOUND = ("sms", "email", "page")
"""How a person is told. `page`: she left no address and reads it on her tracking page."""

AUDIENCES = ("reporter", "officer", "head", "coordinator", "supervisor", "ombudsman")

_NOTIFICATION = {
    "notification_id": identifier(),
    "complaint_id": identifier(allow_none=True),
    "template": code(),
    "channel": word(OUTBOUND),
    "audience": word(AUDIENCES),
}

EVENTS = (
    EventType(
        "notify",
        "notification.sent",
        schema("NotificationSent", **_NOTIFICATION, sent_at=moment()),
        "A gateway took the message, or it was put on the reporter's page.",
    ),
    EventType(
        "notify",
        "notification.delivered",
        schema("NotificationDelivered", **_NOTIFICATION, delivered_at=moment()),
        "The gateway reports that the message reached the telephone.",
    ),
    EventType(
        "notify",
        "notification.failed",
        schema("NotificationFailed", **_NOTIFICATION, reason=code(), failed_at=moment()),
        "The message will not arrive: refused for good, or all tries used up.",
    ),
)

METHODS = (
    Method(
        "notify",
        "history",
        schema("HistoryRequest", complaint_id=identifier()),
        schema(
            "History",
            notifications=several(
                schema(
                    "NotificationRecord",
                    **_NOTIFICATION,
                    state=word(("pending", "sent", "delivered", "failed")),
                    at=moment(),
                    subject=text(200, allow_none=True),  # for the reporter's own messages only
                    words=text(20_000, allow_none=True),
                )
            ),
        ),
        frozenset({"intake", "routing", "ombudsman"}),
        "What was sent about a complaint, oldest first. Words only where the audience is the reporter and intake asks.",
    ),
)
