"""What ombudsman says and answers: the referral."""

from shared.contracts.fields import code, day, identifier, moment, schema, text, word, yes_no
from shared.contracts.registry import EventType, Method

_REFERRAL = {"complaint_id": identifier(), "referral_id": identifier(), "number": code()}

STATES = ("preparing", "sending", "forwarded", "acknowledged", "recommended", "closed", "failed")

SUPPLEMENTS = ("consent", "particulars", "answer")
"""Why a further file follows the first: she allowed it, she said who she is, the Ombudsman's question was answered."""

ASKED = ("reporter", "agency")
"""Of whom the Ombudsman can ask more."""

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
        "referral.supplemented",
        schema(
            "ReferralSupplemented",
            **_REFERRAL,
            why=word(SUPPLEMENTS),
            with_identity=yes_no(),
            supplemented_at=moment(),
        ),
        "A further file of the same referral was delivered, and there is proof of it.",
    ),
    EventType(
        "ombudsman",
        "referral.consent_too_late",
        schema("ConsentTooLate", **_REFERRAL, at=moment()),
        "The reporter took her consent back after the file with her identity had gone; the Ombudsman is told so.",
    ),
    EventType(
        "ombudsman",
        "referral.more_requested",
        schema("MoreRequested", **_REFERRAL, request_id=identifier(), of=word(ASKED), requested_at=moment()),
        "The Ombudsman asks the reporter or the agency for more. `referral` has the words.",
    ),
    EventType(
        "ombudsman",
        "referral.recommendation_due_soon",
        schema("RecommendationDueSoon", **_REFERRAL, due_date=day(), reminded_at=moment()),
        "The agency has not yet reported how the recommendation was carried out.",
    ),
    EventType(
        "ombudsman",
        "referral.recommendation_overdue",
        schema("RecommendationOverdue", **_REFERRAL, due_date=day(), overdue_at=moment()),
        "The time to report how the recommendation was carried out is over (UU 37/2008 art 38).",
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
            # Left out by an answerer that does not know them yet.
            recommendation_due=day(required=False, allow_none=True),
            request=text(20_000, required=False, allow_none=True),  # what the Ombudsman asks and nobody answered yet
            request_of=word(ASKED, required=False, allow_none=True),
        ),
        frozenset({"intake", "routing", "notify"}),
        "The referral of a complaint. NotFound when there is none.",
    ),
)
