"""What intake says and answers: the reporter's side, and the only place that knows who she is."""

from shared.contracts.fields import (
    code,
    count,
    day,
    identifier,
    identifiers,
    many,
    moment,
    one,
    schema,
    several,
    text,
    word,
    yes_no,
)
from shared.contracts.registry import EventType, Keyed, Method
from shared.contracts.vocabulary import CHANNELS, INQUIRIES, LANGUAGES, MESSAGE_KINDS, ROLES

EVENTS = (
    EventType(
        "intake",
        "complaint.registered",
        schema(
            "ComplaintRegistered",
            complaint_id=identifier(),
            channel=word(CHANNELS),
            language=word(LANGUAGES),
            received_at=moment(),
            region=code(),  # the regency whose desk coordinates: Kemendagri code, e.g. 74.08
            district_code=code(allow_none=True),
            village_code=code(allow_none=True),
            category=code(allow_none=True),
            agency_id=code(allow_none=True),  # the agency the reporter named
            anonymous=yes_no(),
            confidential=yes_no(),
            ombudsman_consent=yes_no(),
            event_date=day(allow_none=True),
            attachments=count(),
        ),
        "A complaint was accepted and has its tracking code.",
    ),
    EventType(
        "intake",
        "complaint.message_received",
        schema(
            "MessageReceived",
            complaint_id=identifier(),
            message_id=identifier(),
            kind=word(MESSAGE_KINDS),
            channel=word(CHANNELS),
            received_at=moment(),
            attachments=count(),
        ),
        "The reporter added something to her complaint.",
    ),
    EventType(
        "intake",
        "complaint.completed",
        schema("ComplaintCompleted", complaint_id=identifier(), message_id=identifier(), completed_at=moment()),
        "The reporter gave what the coordinator had asked for (UU 25/2009 art 44).",
    ),
    EventType(
        "intake",
        "complaint.withdrawn",
        schema(
            "ComplaintWithdrawn",
            complaint_id=identifier(),
            reason=word(("reporter", "not_completed")),
            withdrawn_at=moment(),
        ),
        "The reporter took the complaint back, or did not complete it in time.",
    ),
    EventType(
        "intake",
        "complaint.consented",
        schema("ComplaintConsented", complaint_id=identifier(), given=yes_no(), channel=word(CHANNELS), at=moment()),
        "The reporter allowed, or no longer allows, forwarding to the Ombudsman with her identity.",
    ),
    EventType(
        "intake",
        "complaint.referral_wished",
        schema("ReferralWished", complaint_id=identifier(), channel=word(CHANNELS), at=moment()),
        "The reporter wants the Ombudsman to settle it, not the agency (UU 25/2009 art 46(2)).",
    ),
    EventType(
        "intake",
        "complaint.particulars_given",
        schema(
            "ParticularsGiven", complaint_id=identifier(), complete=yes_no(), channel=word(CHANNELS), given_at=moment()
        ),
        "The reporter gave what UU 37/2008 art 24 asks of her. `complete`: nothing of it is missing now.",
    ),
    EventType(
        "intake",
        "complaint.ombudsman_asked",
        schema(
            "OmbudsmanAsked",
            complaint_id=identifier(),
            consent_wanted=yes_no(),
            particulars_wanted=yes_no(),
            asked_at=moment(),
        ),
        "The reporter is owed a question: whether the Ombudsman may know her, or what UU 37/2008 art 24 asks of her.",
    ),
    EventType(
        "intake",
        "complaint.rated",
        schema(
            "ComplaintRated",
            complaint_id=identifier(),
            satisfied=yes_no(),
            rating=count(allow_none=True),  # 1 to 5
            channel=word(CHANNELS),
            at=moment(),
        ),
        "The reporter accepted the answer and, if she wished, rated it.",
    ),
    EventType(
        "intake",
        "complaint.objected",
        schema(
            "ComplaintObjected", complaint_id=identifier(), message_id=identifier(), channel=word(CHANNELS), at=moment()
        ),
        "The reporter does not accept the answer.",
    ),
    EventType(
        "intake",
        "inquiry.received",
        schema(
            "InquiryReceived",
            inquiry_id=identifier(),
            complaint_id=identifier(allow_none=True),  # null when it concerns none
            kind=word(INQUIRIES),
            channel=word(CHANNELS),
            received_at=moment(),
        ),
        "A sender asked something, or sent what cannot be used, and is owed an answer. "
        "Its subject is the inquiry's own id.",
    ),
)

ATTACHMENT = schema(
    "Attachment",
    attachment_id=identifier(),
    name=text(255),
    media_type=code(),
    size=count(),
    sha256=code(),
    url=text(2000),  # signed, short-lived; relative to the public address
)

MESSAGE = schema(
    "ReporterMessage",
    message_id=identifier(),
    kind=word(MESSAGE_KINDS),
    channel=word(CHANNELS),
    received_at=moment(),
    body=text(),
    attachments=several(ATTACHMENT),
)

IDENTITY = schema(
    "Identity",
    name=text(200, allow_none=True),
    phone=text(40, allow_none=True),
    email=text(254, allow_none=True),
    address=text(1000, allow_none=True),
    # What UU 37/2008 art 24(1)(a) asks besides. Left out by an answerer that does not know them yet.
    birth=text(200, required=False, allow_none=True),  # place and date
    marital_status=text(60, required=False, allow_none=True),
    occupation=text(120, required=False, allow_none=True),
)

CONTACT = schema(
    "Contact",
    complaint_id=identifier(),
    channel=word(CHANNELS),
    phone=text(40, allow_none=True),
    email=text(254, allow_none=True),
    language=word(LANGUAGES),
    tracking_code=code(),
    thread=text(998, allow_none=True),  # Message-ID of the reporter's mail, so that answers join its thread
    subject=text(200, allow_none=True),  # subject of that mail
)

_STORY = {
    "complaint_id": identifier(),
    "channel": word(CHANNELS),
    "language": word(LANGUAGES),
    "received_at": moment(),
    "anonymous": yes_no(),
    "confidential": yes_no(),
    "title": text(200),
    "body": text(),
    "event_date": day(allow_none=True),
    "location": text(500, allow_none=True),
    "district_code": code(allow_none=True),
    "village_code": code(allow_none=True),
    "attachments": several(ATTACHMENT),
    "messages": several(MESSAGE),
}

METHODS = (
    Method(
        "intake",
        "status",
        schema("StatusRequest", complaint_id=identifier()),
        schema(
            "Status",
            complaint_id=identifier(),
            channel=word(CHANNELS),
            received_at=moment(),
            anonymous=yes_no(),
            confidential=yes_no(),
            ombudsman_consent=yes_no(),
            withdrawn=yes_no(),
        ),
        frozenset({"routing", "sla", "notify", "ombudsman"}),
        "What may be known of a complaint without reading it.",
    ),
    Method(
        "intake",
        "text",
        schema("TextRequest", complaint_id=identifier(), reader=code(), role=word(ROLES)),
        schema("Text", **_STORY, reporter_name=text(200, allow_none=True)),
        frozenset({"routing"}),
        "The complaint in the reporter's words, for an officer at the desk. Her name is null when she is "
        "anonymous. The look is recorded under `reader` (the officer's id).",
    ),
    Method(
        "intake",
        "titles",
        schema("TitlesRequest", complaint_ids=identifiers()),
        schema("Titles", titles=several(schema("Title", complaint_id=identifier(), title=text(200)))),
        frozenset({"routing"}),
        "Titles of up to 200 complaints, for a queue.",
    ),
    Method(
        "intake",
        "contacts",
        schema("ContactsRequest", complaint_ids=identifiers()),
        schema("Contacts", contacts=several(CONTACT)),
        frozenset({"notify"}),
        "Where reporters want to be told, for up to 200 complaints. Unknown ids are left out.",
        keyed=Keyed("complaint_ids", "contacts", "complaint_id"),
    ),
    Method(
        "intake",
        "inquiry",
        schema("InquiryRequest", inquiry_id=identifier()),
        schema(
            "Inquiry",
            inquiry_id=identifier(),
            kind=word(INQUIRIES),
            channel=word(CHANNELS),
            phone=text(40, allow_none=True),
            email=text(254, allow_none=True),
            language=word(LANGUAGES),
            complaint_id=identifier(allow_none=True),
            tracking_code=code(allow_none=True),
            thread=text(998, allow_none=True),
            subject=text(200, allow_none=True),
        ),
        frozenset({"notify"}),
        "Who is owed an answer to an inquiry, and which.",
    ),
    Method(
        "intake",
        "dossier",
        schema("IntakeDossierRequest", complaint_id=identifier()),
        schema(
            "IntakeDossier",
            **_STORY,
            ombudsman_consent=yes_no(),
            identity=one(IDENTITY, allow_none=True),
        ),
        frozenset({"ombudsman"}),
        "The reporter's part of a referral. Identity is null, and the words are blanked of it, "
        "unless she consented (UU 37/2008 art 24). The look is recorded.",
    ),
    Method(
        "intake",
        "without_identity",
        schema("WithoutIdentityRequest", complaint_id=identifier(), texts=many(text())),
        schema("WithoutIdentity", texts=many(text())),
        frozenset({"ombudsman"}),
        "What others wrote about a complaint, in the same order, without its reporter's identity. "
        "Only intake can do that: nobody else knows what to look for.",
    ),
)
