"""What intake keeps: complaints and everything reporters said, their sealed identities, and what came in raw."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from shared.contracts.vocabulary import CHANNELS, INQUIRIES, LANGUAGES, MESSAGE_KINDS, STATES
from shared.store.tables import NAMING, moment

metadata = MetaData(naming_convention=NAMING)


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(w) for w in words)})", name=column)


def _complaint(**kwargs: object) -> Column[object]:
    return Column("complaint_id", Uuid, ForeignKey("complaints.complaint_id"), **kwargs)  # type: ignore[arg-type]


# -- facts, out of data/ ---------------------------------------------------------------------------

# The regency, its districts and villages, by their Kemendagri codes.
areas = Table(
    "areas",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("parent", String(20), ForeignKey("areas.code"), index=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("timezone", String(60)),  # of a regency only
    _one_of("kind", ("regency", "district", "village")),
)

# The national tree of subjects. `offered`: shown on the complaint form.
categories = Table(
    "categories",
    metadata,
    Column("code", String(120), primary_key=True),
    Column("parent", String(120), ForeignKey("categories.code")),
    Column("position", SmallInteger, nullable=False),
    Column("name", String(300), nullable=False),
    Column("name_en", String(300)),
    Column("offered", Boolean, nullable=False),
)

# Words a text message must begin with to open a complaint, and the region each stands for.
keywords = Table(
    "keywords",
    metadata,
    Column("keyword", String(60), primary_key=True),
    Column("region", String(20), ForeignKey("areas.code"), nullable=False),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("shown", Boolean, nullable=False),  # the one people are told
)

# How much of what is accepted: the newest valid row of a name counts.
limits = Table(
    "limits",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("source", Text, nullable=False),
)

# Types of files that are taken, by their content.
file_types = Table(
    "file_types",
    metadata,
    Column("media_type", String(120), primary_key=True),
    Column("name", String(20), nullable=False),
)

# -- what reporters said ---------------------------------------------------------------------------

complaints = Table(
    "complaints",
    metadata,
    Column("complaint_id", Uuid, primary_key=True),
    Column("code_index", LargeBinary, nullable=False, unique=True),  # HMAC: a code finds its complaint
    Column("code_sealed", LargeBinary, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("region", String(20), ForeignKey("areas.code"), nullable=False),
    Column("district_code", String(20), ForeignKey("areas.code")),
    Column("village_code", String(20), ForeignKey("areas.code")),
    Column("location", String(500)),
    Column("category", String(120), ForeignKey("categories.code")),
    Column("agency_id", String(120)),  # the agency the reporter named; routing knows which there are
    Column("anonymous", Boolean, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("ombudsman_consent", Boolean, nullable=False),
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("event_date", Date),
    Column("age_of_event", String(30)),  # null, late, too_old_for_ombudsman
    moment("received_at"),
    # As heard from the others; what the reporter did herself is entered at once.
    Column("state", String(20), nullable=False),
    Column("case_number", String(40)),
    Column("answers", SmallInteger, nullable=False, server_default=text("0")),
    moment("completeness_asked_at", nullable=True),
    moment("ended_at", nullable=True),  # closed, archived or withdrawn
    Column("reopened", Boolean, nullable=False, server_default=text("false")),  # she objected to a closing once
    moment("objecting_over_at", nullable=True),  # when her time to object was over last, as sla counts it
    moment("referral_wished_at", nullable=True),  # she wants the Ombudsman to settle it (UU 25/2009 art 46(2))
    Column("referral", String(20)),  # null, forwarded, acknowledged, recommended, closed
    _one_of("channel", CHANNELS),
    _one_of("language", LANGUAGES),
    _one_of("state", STATES),
)

# Who she is: one sealed JSON object a complaint, found by the HMAC of number or address.
identities = Table(
    "identities",
    metadata,
    _complaint(primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("phone_index", LargeBinary, index=True),
    Column("email_index", LargeBinary, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    _complaint(nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("body", Text, nullable=False),
    moment("received_at"),
    _one_of("kind", MESSAGE_KINDS),
    _one_of("channel", CHANNELS),
)

# Files of a complaint (message_id null) or of a message; the bytes lie in the file store under their sha256.
attachments = Table(
    "attachments",
    metadata,
    Column("attachment_id", Uuid, primary_key=True),
    _complaint(nullable=False, index=True),
    Column("message_id", Uuid, ForeignKey("messages.message_id")),
    Column("name", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)

# One rating for each answer the agency gave.
ratings = Table(
    "ratings",
    metadata,
    _complaint(primary_key=True),
    Column("answer", SmallInteger, primary_key=True),
    Column("satisfied", Boolean, nullable=False),
    Column("rating", SmallInteger),
    Column("words", Text),
    Column("channel", String(10), nullable=False),
    moment("at"),
    CheckConstraint("rating between 1 and 5", name="rating"),
)

# Who read a reporter's words or identity, when, and for what. Shown to the reporter.
looks = Table(
    "looks",
    metadata,
    Column("look_id", Uuid, primary_key=True),
    _complaint(nullable=False, index=True),
    moment("at"),
    Column("what", String(20), nullable=False),  # text, contact, dossier
    Column("service", String(20), nullable=False),
    Column("reader", String(120)),  # the officer's id; null where a machine read
    Column("role", String(20)),
    Column("with_identity", Boolean, nullable=False),
)

# A sender is owed an answer that opens nothing.
inquiries = Table(
    "inquiries",
    metadata,
    Column("inquiry_id", Uuid, primary_key=True),
    _complaint(nullable=True),
    Column("kind", String(20), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # where to answer: phone, email, thread, subject
    moment("received_at"),
    _one_of("kind", INQUIRIES),
)

# -- what came in, as it came ----------------------------------------------------------------------

# Text messages, sealed with their sender: a code may stand in them. `outcome` is null while one waits for its timer.
inbound_sms = Table(
    "inbound_sms",
    metadata,
    Column("sms_id", Uuid, primary_key=True),
    Column("gateway_id", String(200), nullable=False, unique=True),
    Column("sender_index", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    moment("received_at"),
    Column("outcome", String(40)),
    _complaint(nullable=True),
    Index("ix_inbound_sms_waiting", "sender_index", "sms_id", postgresql_where=text("outcome is null")),
)

# E-mails, sealed as a whole, with their envelope as Return-Path and Delivered-To in front.
inbound_mails = Table(
    "inbound_mails",
    metadata,
    Column("mail_id", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    moment("received_at"),
    Column("message_index", LargeBinary, index=True),  # HMAC of sender and Message-ID, once read
    Column("outcome", String(40)),
    _complaint(nullable=True),
)

# -- guards ----------------------------------------------------------------------------------------

# How often a sender did something in one fixed window of true time.
counters = Table(
    "counters",
    metadata,
    Column("what", String(20), primary_key=True),
    Column("who", LargeBinary, primary_key=True),  # HMAC of number, address or network address
    moment("window", primary_key=True),
    Column("count", Integer, nullable=False),
)

# Reporters who showed their code and may go on without it, for a short true time.
reporter_sessions = Table(
    "reporter_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _complaint(nullable=False),
    moment("expires_at", index=True),
)
