"""The tables of ombudsman."""

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
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.ombudsman.domain.bundle import STAMPINGS
from services.ombudsman.domain.states import STATES
from shared.store import signin_tables
from shared.store.tables import NAMING, moment

metadata = MetaData(naming_convention=NAMING)

signin = signin_tables(metadata)

# Facts out of data/: the local governments whose complaints come here.
regions = Table(
    "regions",
    metadata,
    Column("code", String(13), primary_key=True),
    Column("short", String(20), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("province", String(200), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("office", String(200), nullable=False),
)

# Names of districts and villages, for the file.
areas = Table(
    "areas",
    metadata,
    Column("code", String(13), primary_key=True),
    Column("name", String(200), nullable=False),
)

# Limits of the law, each with its validity and source.
limits = Table(
    "limits",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("amount", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("source", String(200), nullable=False),
    CheckConstraint("unit in ('calendar_days', 'years')", name="unit"),
)

# What article 24 asks of a report, in the law's order.
requirements = Table(
    "requirements",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("position", Integer, nullable=False),
    Column("article", String(80), nullable=False),
    Column("label", String(200), nullable=False),
)

# What was heard of a complaint: where it belongs, whether she allows her identity to go along, whether she withdrew,
# and what the agency did, which the Ombudsman sees beside the file.
complaints = Table(
    "complaints",
    metadata,
    Column("complaint_id", Uuid, primary_key=True),
    Column("region", String(13), nullable=False),
    Column("consent", Boolean, nullable=False),
    moment("consent_at"),
    moment("withdrawn_at", nullable=True),
    moment("answered_at", nullable=True),
    moment("closed_at", nullable=True),
    moment("receipt_due_at", nullable=True),  # nobody answered by then whether the file is complete
    Column("receipt_due_date", Date),
)

# The last number given out in a region's year.
numbers = Table(
    "numbers",
    metadata,
    Column("region", String(13), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

# One per complaint, for ever. `revision` is the file that is wanted: it counts up when consent changes before sending.
referrals = Table(
    "referrals",
    metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("complaints.complaint_id"), nullable=False, unique=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("region", String(13), ForeignKey("regions.code"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("cause", String(10), nullable=False, server_default="limit"),
    Column("clock", String(20)),  # the limit that passed; a wish alone has none
    moment("due_at", nullable=True),
    Column("due_date", Date),
    Column("revision", Integer, nullable=False),
    Column("with_identity", Boolean, nullable=False),
    moment("created_at"),
    moment("forwarded_at", nullable=True),
    CheckConstraint(f"state in {STATES}", name="state"),
    CheckConstraint("cause in ('limit', 'receipt', 'wish')", name="cause"),
    Index(None, "state", "created_at"),
)

# The file of each revision, as it goes out. `sha256` is of the JSON bytes.
files = Table(
    "files",
    metadata,
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("json", LargeBinary, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("with_identity", Boolean, nullable=False),
    moment("composed_at"),
    Column("stamping", String(10), nullable=False, server_default="none"),
    Column("stamp", LargeBinary),  # the time-stamping authority's answer (DER)
    moment("stamped_at", nullable=True),  # by the authority's clock
    Column("not_stamped", String(20)),  # why the last try gave no stamp
    CheckConstraint(f"stamping in {STAMPINGS}", name="stamping"),
    CheckConstraint("(stamping = 'stamped') = (stamp is not null)", name="stamp"),
)

# Further files of a referral after the first went out. `revision` counts on from the referral's own.
supplements = Table(
    "supplements",
    metadata,
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("why", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    moment("wanted_at"),
    moment("sent_at", nullable=True),
    CheckConstraint("why in ('consent', 'particulars', 'answer')", name="why"),
    CheckConstraint("state in ('wanted', 'sending', 'sent', 'failed', 'dropped')", name="state"),
)

# Every try to hand a file over, and what the other side said: the proof.
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("way", String(10), nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("status", Integer),  # HTTP status or SMTP code, when there was an answer
    Column("reply", Text, nullable=False),
    Column("headers", JSONB, nullable=False, server_default=text("'{}'")),  # of the answer; of a mail its Message-ID
    Column("sha256", String(64), nullable=False),
    moment("at"),
    CheckConstraint("way in ('desk', 'email', 'http', 'sandbox')", name="way"),
    Index(None, "referral_id", "at"),
)

# Mail that a sandbox without a mail server shows instead of sending. Its attachments are the referral's file.
sandbox_deliveries = Table(
    "sandbox_deliveries",
    metadata,
    Column("delivery_id", Uuid, ForeignKey("deliveries.delivery_id"), primary_key=True),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("words", Text, nullable=False),
)

# What the Ombudsman's people did, each at most once for a referral.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False),
    Column("agenda_number", String(80)),  # the Ombudsman's own number, when it gives one
    moment("at"),
)
recommendations = Table(
    "recommendations",
    metadata,
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("source", String(200), nullable=False),
    moment("at"),
    moment("reported_at", nullable=True),  # the agency told how it was carried out
    Column("reported_how", Text),  # by a letter, say: noted at this desk, by whom; null: by its answer
    Column("reported_to", Uuid, ForeignKey("accounts.account_id")),
    moment("overdue_at", nullable=True),
)
# What the Ombudsman asks of the reporter or the agency; at most one of a referral is open.
requests = Table(
    "requests",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False),
    Column("of", String(10), nullable=False),
    Column("words", Text, nullable=False),
    moment("at"),
    moment("answered_at", nullable=True),
    CheckConstraint("of in ('reporter', 'agency')", name="of"),
    Index("ix_requests_open", "referral_id", unique=True, postgresql_where=text("answered_at is null")),
    Index(None, "referral_id", "at"),
)
closings = Table(
    "closings",
    metadata,
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False),
    Column("reason", Text, nullable=False),
    moment("at"),
)

# Who opened a file, and when.
looks = Table(
    "looks",
    metadata,
    Column("look_id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("referrals.referral_id"), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False),
    Column("what", String(10), nullable=False),
    moment("at"),
    CheckConstraint("what in ('page', 'pdf', 'json', 'zip')", name="what"),
    Index(None, "referral_id", "at"),
)
