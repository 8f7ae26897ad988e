"""What ombudsman says and answers: the referral."""

from shared.contracts.fields import code, identifier, moment, schema, text, word, yes_no
from shared.contracts.registry import EventType, Method

_REFERRAL = {"complaint_id": identifier(), "referral_id": identifier(), "number": code()}

STATES = ("preparing", "sending", "forwarded", "acknowledged", "recommended", "closed", "failed")

EVENTS = (
    EventType(
        "ombudsman",
        "referral.forwarded",
        schema("ReferralForwarded", **_REFERRAL, with_identity=yes_no(), forwarded_at=moment()),
        "The file was delivered to the Ombudsman, and there is proof of it.",
    ),
    EventType(
        "ombudsman",
        "referral.acknowledged",
        schema("ReferralAcknowledged", **_REFERRAL, acknowledged_at=moment()),
        "The Ombudsman confirms receipt.",
    ),
    EventType(
        "ombudsman",
        "referral.recommended",
        schema("ReferralRecommended", **_REFERRAL, recommended_at=moment()),
        "The Ombudsman recommends what the agency must do (UU 37/2008 art 38).",
    ),
    EventType(
        "ombudsman",
        "referral.closed",
        schema("ReferralClosed", **_REFERRAL, closed_at=moment()),
        "The Ombudsman is finished with it.",
    ),
)

METHODS = (
    Method(
        "ombudsman",
        "referral",
        schema("ReferralRequest", complaint_id=identifier()),
        schema(
            "Referral",
            **_REFERRAL,
            state=word(STATES),
            with_identity=yes_no(),
            created_at=moment(),
            forwarded_at=moment(allow_none=True),
            acknowledged_at=moment(allow_none=True),
            recommendation=text(20_000, allow_none=True),
        ),
        frozenset({"intake", "routing", "notify"}),
        "The referral of a complaint. NotFound when there is none.",
    ),
)
