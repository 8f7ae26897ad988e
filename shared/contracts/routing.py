"""What routing says and answers: the case at the desk, the agencies, who is signed in."""

from shared.contracts.fields import (
    code,
    count,
    day,
    identifier,
    identifiers,
    many,
    moment,
    schema,
    several,
    text,
    word,
    yes_no,
)
from shared.contracts.registry import EventType, Keyed, Method
from shared.contracts.vocabulary import ARCHIVE_REASONS, CLASSES, EXPLAINED, LANGUAGES, ROLES, STATES

EVENTS = (
    EventType(
        "routing",
        "case.verified",
        schema(
            "CaseVerified",
            complaint_id=identifier(),
            case_number=code(),
            class_=word(CLASSES, data_key="class"),
            category=code(),
            verified_at=moment(),
        ),
        "A coordinator read the complaint, found it complete and classed it.",
    ),
    EventType(
        "routing",
        "case.completeness_requested",
        schema(
            "CompletenessRequested",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),  # ask `said` for the words
            requested_at=moment(),
        ),
        "The coordinator asks the reporter for what is missing (UU 25/2009 art 44).",
    ),
    EventType(
        "routing",
        "case.dispatched",
        schema(
            "CaseDispatched",
            complaint_id=identifier(),
            case_number=code(),
            agency_id=code(),
            previous_agency_id=code(allow_none=True),
            dispatch=count(),  # 1 for the first agency, 2 after a return, ...
            dispatched_at=moment(),
        ),
        "The case was sent to the agency that must act (disposisi).",
    ),
    EventType(
        "routing",
        "case.returned",
        schema(
            "CaseReturned",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),
            agency_id=code(),
            competent_agency_id=code(),
            returns=count(),
            returned_at=moment(),
        ),
        "The agency says it is not competent and names the one that is (bukan wewenang). No clock resets.",
    ),
    EventType(
        "routing",
        "case.answered",
        schema(
            "CaseAnswered",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),
            agency_id=code(),
            substantive=yes_no(),  # false: an interim reply, work goes on
            evidence=count(),
            answered_at=moment(),
        ),
        "The agency replied to the reporter.",
    ),
    EventType(
        "routing",
        "case.closed",
        schema(
            "CaseClosed",
            complaint_id=identifier(),
            case_number=code(),
            how=word(("confirmed", "silence", "coordinator")),
            closed_at=moment(),
        ),
        "The case is finished: the reporter agreed, was silent for the objection time, or the coordinator closed it.",
    ),
    EventType(
        "routing",
        "case.reopened",
        schema(
            "CaseReopened",
            complaint_id=identifier(),
            case_number=code(),
            agency_id=code(allow_none=True),  # null: the coordinator reads it anew, as after an archiving
            why=word(("objection", "coordinator")),
            reopened_at=moment(),
        ),
        "The answer, or the archiving, did not settle it; the agency must work on, or the coordinator read it anew.",
        version=2,
        upcasters={1: dict},
    ),
    EventType(
        "routing",
        "case.promised",
        schema(
            "CasePromised",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),  # ask `said` for the words
            agency_id=code(),
            promised_for=day(),
            promised_at=moment(),
        ),
        "The agency promises to settle it by a day to come (say, when next year's budget is there). No clock pauses.",
    ),
    EventType(
        "routing",
        "case.explained",
        schema(
            "CaseExplained",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),  # the words stand in the dossier, for the Ombudsman
            agency_id=code(allow_none=True),  # null: the coordinator
            answers=word(EXPLAINED),
            evidence=count(),
            explained_at=moment(),
        ),
        "The agency explained itself to the Ombudsman (UU 37/2008 art 33), or reported how his recommendation was "
        "carried out (art 38). No state and no clock changes.",
    ),
    EventType(
        "routing",
        "case.archived",
        schema(
            "CaseArchived",
            complaint_id=identifier(),
            case_number=code(),
            item_id=identifier(),
            reason=word(ARCHIVE_REASONS),
            archived_at=moment(),
        ),
        "The coordinator put the case aside with a reason the reporter is told.",
    ),
    EventType(
        "routing",
        "case.reclassified",
        schema(
            "CaseReclassified",
            complaint_id=identifier(),
            case_number=code(),
            class_=word(CLASSES, data_key="class"),
            previous_class=word(CLASSES),
            reclassified_at=moment(),
        ),
        "The class, and with it the settlement limit, changed. The clock counts from its original start.",
    ),
    EventType(
        "routing",
        "case.locked",
        schema("CaseLocked", complaint_id=identifier(), case_number=code(), locked_at=moment()),
        "An agency the complaint is about was locked out of it, the first one; which one is for no event to say.",
    ),
    EventType(
        "routing",
        "case.merged",
        schema(
            "CaseMerged",
            complaint_id=identifier(),
            case_number=code(),
            lead_complaint_id=identifier(),
            merged_at=moment(),
        ),
        "The case follows a lead case about the same matter; the reporter keeps her own code and veto.",
    ),
)

AGENCY = schema(
    "Agency",
    agency_id=code(),
    name=text(200),
    kind=word(("agency", "district", "hospital", "health_centre")),
    head_title=text(200, allow_none=True),
)

EVIDENCE = schema(
    "Evidence",
    evidence_id=identifier(),
    name=text(255),
    media_type=code(),
    size=count(),
    sha256=code(),
    url=text(2000),  # signed, short-lived; relative to the public address
)

ENTRY = schema(
    "TimelineEntry",
    item_id=identifier(),
    at=moment(),
    what=word(
        (
            "registered",
            "verified",
            "completeness_requested",
            "completed",
            "dispatched",
            "returned",
            "interim",
            "answered",
            "promised",
            "objected",
            "reopened",
            "rated",
            "closed",
            "archived",
            "withdrawn",
            "reclassified",
            "merged",
            "escalated",
            "forwarded",
            "explained",
        )
    ),
    agency_name=text(200, allow_none=True),
    words=text(20_000, allow_none=True),  # only words meant for the reporter
    evidence=several(EVIDENCE),
)

CASE = schema(
    "Case",
    complaint_id=identifier(),
    case_number=code(),
    state=word(STATES),
    class_=word(CLASSES, data_key="class", allow_none=True),
    category=code(allow_none=True),
    agency_id=code(allow_none=True),
    agency_name=text(200, allow_none=True),
    dispatches=count(),
    returns=count(),
)

METHODS = (
    Method(
        "routing",
        "case",
        schema("CaseRequest", complaint_id=identifier()),
        CASE,
        frozenset({"intake", "sla", "ombudsman"}),
        "Where a case stands.",
    ),
    Method(
        "routing",
        "cases",
        schema("CasesRequest", complaint_ids=identifiers()),
        schema("Cases", cases=several(CASE)),
        frozenset({"notify"}),
        "Where up to 200 cases stand. Unknown ids are left out.",
        keyed=Keyed("complaint_ids", "cases", "complaint_id"),
    ),
    Method(
        "routing",
        "locks",
        schema("LocksRequest", complaint_ids=identifiers()),
        schema("Locks", locks=several(schema("Lock", complaint_id=identifier(), agency_id=code()))),
        frozenset({"notify"}),
        "Which agencies must hear nothing of which of up to 200 complaints, because these are about them.",
        keyed=Keyed("complaint_ids", "locks", "complaint_id"),
    ),
    Method(
        "routing",
        "timeline",
        schema("TimelineRequest", complaint_id=identifier()),
        schema(
            "Timeline",
            state=word(STATES),
            agency_name=text(200, allow_none=True),
            class_=word(CLASSES, data_key="class", allow_none=True),
            entries=several(ENTRY),
        ),
        frozenset({"intake"}),
        "What happened to a complaint, as the reporter may see it, oldest first.",
    ),
    Method(
        "routing",
        "agencies",
        schema("AgenciesRequest"),
        schema("Agencies", agencies=several(AGENCY)),
        frozenset({"intake", "sla", "notify", "ombudsman"}),
        "The agencies in office today, in the order people look for them.",
    ),
    Method(
        "routing",
        "officers",
        schema("OfficersRequest", agency_id=code(allow_none=True), roles=many(word(ROLES))),
        schema(
            "Officers",
            officers=several(
                schema(
                    "Officer",
                    officer_id=identifier(),
                    name=text(200),
                    role=word(ROLES),
                    email=text(254, allow_none=True),
                    phone=text(40, allow_none=True),
                    language=word(LANGUAGES),
                )
            ),
        ),
        frozenset({"notify"}),
        "The officers with one of the roles: of one agency, or (agency null) those who serve the whole region.",
    ),
    Method(
        "routing",
        "said",
        schema("SaidRequest", item_id=identifier()),
        schema(
            "Said",
            item_id=identifier(),
            complaint_id=identifier(),
            what=word(("completeness_requested", "returned", "interim", "answered", "promised", "archived")),
            agency_name=text(200, allow_none=True),
            words=text(),
            evidence=count(),
        ),
        frozenset({"notify"}),
        "The words behind an event's item_id, for the letter to whom they concern.",
    ),
    Method(
        "routing",
        "session",
        schema("SessionRequest", token=text(200)),
        schema(
            "Session",
            officer_id=identifier(),
            name=text(200),
            role=word(ROLES),
            agency_id=code(allow_none=True),
            expires_at=moment(),
        ),
        frozenset({"sla", "notify", "intake"}),
        "Who is signed in with this session token. NotFound when nobody is.",
    ),
    Method(
        "routing",
        "dossier",
        schema("RoutingDossierRequest", complaint_id=identifier()),
        schema(
            "RoutingDossier",
            case_number=code(),
            state=word(STATES),
            class_=word(CLASSES, data_key="class", allow_none=True),
            category=code(allow_none=True),
            agency_id=code(allow_none=True),
            agency_name=text(200, allow_none=True),
            opened_at=moment(),
            dispatches=count(),
            returns=count(),
            entries=several(ENTRY),
        ),
        frozenset({"ombudsman"}),
        "The desk's part of a referral: chronology, answers, evidence with hashes.",
    ),
)
