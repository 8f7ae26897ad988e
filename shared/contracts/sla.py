"""What sla says and answers: clocks, escalations, the sixtieth day."""

from shared.contracts.fields import (
    code,
    count,
    day,
    identifier,
    identifiers,
    moment,
    number,
    schema,
    several,
    text,
    word,
    yes_no,
)
from shared.contracts.registry import EventType, Keyed, Method
from shared.contracts.vocabulary import CLOCKS, ESCALATION_LEVELS, EXPIRING_CLOCKS, LANGUAGES

UNITS = ("working_days", "calendar_days")
OUTCOMES = ("running", "paused", "met", "late", "breached", "expired", "cancelled")
"""`breached`: over the limit and still running; `late`: stopped after the limit."""

MOVE_CAUSES = ("calendar", "rule_set")

MOST_BASE64 = 1_400_000
"""Letters of a document in an answer: about a megabyte of it."""

_CLOCK = {
    "complaint_id": identifier(),
    "clock_id": identifier(),
    "clock": word(CLOCKS),
    "agency_id": code(allow_none=True),
}

_PROMISE = {"complaint_id": identifier(), "item_id": identifier(), "agency_id": code(), "promised_for": day()}

FREQUENCIES = ("weekly", "monthly", "quarterly", "half_yearly", "yearly")

_REPORT = {
    "report_id": identifier(),
    "edition": count(),  # 1, and more when it was put right afterwards
    "frequency": word(FREQUENCIES),
    "first": day(),
    "last": day(),
    "region": code(),
    "agency_id": code(allow_none=True),  # null: of the whole region
}

EVENTS = (
    EventType(
        "sla",
        "clock.started",
        schema(
            "ClockStarted",
            **_CLOCK,
            started_at=moment(),
            due_at=moment(),
            due_date=day(),
            days=count(),
            unit=word(UNITS),
            rule_set=code(),
            source=text(200),
        ),
        "A limit began to run.",
    ),
    EventType(
        "sla",
        "clock.stopped",
        schema("ClockStopped", **_CLOCK, outcome=word(("met", "late", "cancelled")), stopped_at=moment()),
        "What the clock waited for happened, or no longer matters.",
    ),
    EventType(
        "sla",
        "clock.paused",
        schema("ClockPaused", **_CLOCK, paused_at=moment()),
        "The clock stands still while the reporter completes the file.",
    ),
    EventType(
        "sla",
        "clock.resumed",
        schema("ClockResumed", **_CLOCK, resumed_at=moment(), due_at=moment(), due_date=day()),
        "The clock runs again, or its end moved.",
    ),
    EventType(
        "sla",
        "clock.moved",
        schema(
            "ClockMoved",
            **_CLOCK,
            previous_due_date=day(),
            due_at=moment(),
            due_date=day(),
            provisional=yes_no(),
            cause=word(MOVE_CAUSES),
        ),
        "The day told before is another one now, because of a decree and not of anything that happened to the case.",
    ),
    EventType(
        "sla",
        "clock.due_soon",
        schema("ClockDueSoon", **_CLOCK, fraction=number(), due_at=moment(), due_date=day()),
        "A set fraction of the time is used up.",
    ),
    EventType(
        "sla",
        "clock.breached",
        schema("ClockBreached", **_CLOCK, due_at=moment(), due_date=day()),
        "The limit passed without what it waited for.",
    ),
    EventType(
        "sla",
        "clock.expired",
        schema(
            "ClockExpired",
            **{**_CLOCK, "clock": word(EXPIRING_CLOCKS)},
            due_at=moment(),
            due_date=day(),
        ),
        "The reporter's own time is over: to complete the file, or to object.",
    ),
    EventType(
        "sla",
        "escalation.raised",
        schema(
            "EscalationRaised",
            **_CLOCK,
            level=word(ESCALATION_LEVELS),
            due_date=day(),
            raised_at=moment(),
        ),
        "A breached limit is told to the next level.",
    ),
    EventType(
        "sla",
        "clock.overdue",
        schema(
            "ClockOverdue",
            **_CLOCK,
            level=word(ESCALATION_LEVELS),
            days_late=count(),
            due_date=day(),
            reminded_at=moment(),
        ),
        "A passed limit is still passed: the level told last hears of it again, on each working day for a while.",
    ),
    EventType(
        "sla",
        "promise.due",
        schema("PromiseDue", **_PROMISE),
        "The day an agency promised has come, and it has not settled the case yet.",
    ),
    EventType(
        "sla",
        "promise.broken",
        schema("PromiseBroken", **_PROMISE),
        "The day an agency promised is over without what it promised.",
    ),
    EventType(
        "sla",
        "forwarding.due",
        schema("ForwardingDue", **_CLOCK, due_at=moment(), due_date=day()),
        "Sixty days passed without a decision: the Ombudsman is next (UU 25/2009 art 46 and 50).",
    ),
    EventType(
        "sla",
        "report.published",
        schema("ReportPublished", **_REPORT),
        "A period is over and its report was made, or put right in a new edition. Its subject is the report.",
    ),
    EventType(
        "sla",
        "report.addressed",
        schema("ReportAddressed", **_REPORT, addressee_id=identifier()),
        "An office is to get this report by mail; who that is, is asked. Its subject is the report.",
    ),
    EventType(
        "sla",
        "rules.activated",
        schema(
            "RulesActivated",
            version_id=identifier(),
            rule_set=code(),
            version=count(),
            edition=count(),
            ends=yes_no(),
            valid_from=day(),
            valid_to=day(allow_none=True),
            moved=count(),
            late=count(),
            activated_at=moment(),
        ),
        "A version of a rule set came into force, proposed and activated by two officers. Its subject is the version.",
    ),
)

CLOCK = schema(
    "Clock",
    **_CLOCK,
    outcome=word(OUTCOMES),
    started_at=moment(),
    due_at=moment(),
    due_date=day(),
    provisional=yes_no(required=False),  # counted over days that nobody has decreed yet
    stopped_at=moment(allow_none=True),
    paused_at=moment(allow_none=True),
    days=count(),
    unit=word(UNITS),
    rule_set=code(),
    source=text(200),
    sentence_id=text(500),
    sentence_en=text(500),
)

METHODS = (
    Method(
        "sla",
        "clocks",
        schema("ClocksRequest", complaint_id=identifier()),
        schema("Clocks", clocks=several(CLOCK)),
        frozenset({"intake", "routing", "notify", "ombudsman"}),
        "Every clock of a complaint, each explaining itself in one sentence. Empty when none is known.",
    ),
    Method(
        "sla",
        "next_due",
        schema("NextDueRequest", complaint_ids=identifiers()),
        schema(
            "NextDue",
            due=several(
                schema(
                    "Due",
                    complaint_id=identifier(),
                    clock=word(CLOCKS),
                    due_date=day(),
                    due_at=moment(),
                    late=yes_no(),
                    provisional=yes_no(required=False),
                )
            ),
        ),
        frozenset({"routing"}),
        "The earliest running limit of each of up to 200 complaints, for a queue.",
    ),
    Method(
        "sla",
        "limits",
        schema("LimitsRequest", complaint_ids=identifiers()),
        schema(
            "Limits",
            clocks=several(
                schema(
                    "Limit",
                    **_CLOCK,
                    due_at=moment(),
                    due_date=day(),
                    runs=yes_no(),
                    provisional=yes_no(required=False),
                )
            ),
        ),
        frozenset({"notify"}),
        "The clocks of up to 200 complaints, and which of them run now. A complaint without one is left out.",
        keyed=Keyed("complaint_ids", "clocks", "complaint_id"),
    ),
    Method(
        "sla",
        "due_date",
        schema(
            "DueDateRequest",
            start=day(),
            days=count(),
            unit=word(UNITS),
            region=code(),
            agency_id=code(required=False, allow_none=True),
        ),
        schema(
            "DueDate",
            due_date=day(),
            due_at=moment(),
            skipped=several(schema("SkippedDay", date=day(), why=text(500))),
            provisional=yes_no(required=False),
        ),
        frozenset({"intake", "routing", "notify", "ombudsman"}),
        "The due-date calculator: the last day of a limit, each day that did not count, and whether that is certain.",
    ),
    Method(
        "sla",
        "dossier",
        schema("SlaDossierRequest", complaint_id=identifier()),
        schema(
            "SlaDossier",
            clocks=several(CLOCK),
            escalations=several(
                schema(
                    "Escalation",
                    clock=word(CLOCKS),
                    level=word(ESCALATION_LEVELS),
                    raised_at=moment(),
                )
            ),
        ),
        frozenset({"ombudsman"}),
        "The clocks' part of a referral.",
    ),
    Method(
        "sla",
        "report_addressee",
        schema("ReportAddresseeRequest", addressee_id=identifier()),
        schema("ReportAddressee", office=text(200), email=text(254), language=word(LANGUAGES)),
        frozenset({"notify"}),
        "Where an office that gets reports can be reached.",
    ),
    Method(
        "sla",
        "report_document",
        schema("ReportDocumentRequest", report_id=identifier(), language=word(LANGUAGES)),
        schema(
            "ReportDocument",
            name=text(200),
            media_type=code(),
            content=text(MOST_BASE64, allow_none=True),  # base64; null when it is too big for a letter
        ),
        frozenset({"notify"}),
        "A periodic report as PDF, for a letter.",
        deadline=15.0,
    ),
)
