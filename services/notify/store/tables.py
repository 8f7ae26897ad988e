"""The tables of notify. Addresses of people are in none of them, except in the sandbox's outbox."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.store.tables import NAMING, moment

metadata = MetaData(naming_convention=NAMING)

templates = Table(
    "templates",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("audiences", JSONB, nullable=False),
    Column("subject", Text, nullable=False),
    Column("page", Text),
    Column("email", Text, nullable=False),
    Column("sms", Text),
    Column("line", Text),  # in a digest; a template with one is gathered
    Column("clock", String(20)),
    Column("automatic", Boolean, nullable=False),
    Column("at_night", Boolean, nullable=False, server_default=text("false")),
    Column("of_clock", Boolean, nullable=False, server_default=text("false")),
    Column("states", JSONB, nullable=False, server_default=text("'[]'")),
)

# Words that complete templates: frames of letters, states, limits, reasons. `name` is e.g. `state.answered`.
phrases = Table(
    "phrases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("text", Text, nullable=False),
)

limits = Table(
    "limits",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("source", Text, nullable=False),
)

# When offices are open, in minutes of the day. `agency_id` '*': all that have no row of their own.
office_hours = Table(
    "office_hours",
    metadata,
    Column("agency_id", String(120), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("opens", SmallInteger, nullable=False),
    Column("closes", SmallInteger, nullable=False),
    Column("every_day", Boolean, nullable=False),
    Column("region", String(20), nullable=False),
    Column("source", Text, nullable=False),
    CheckConstraint("0 <= opens and opens < closes and closes <= 1440", name="hours"),
)

# One message to one person. `recipient` is the complaint (its reporter), the inquiry (its sender) or the officer.
notifications = Table(
    "notifications",
    metadata,
    Column("notification_id", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("template", String(80), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("recipient", Uuid, nullable=False),
    Column("agency_id", String(120)),  # of the officer, to find her again
    Column("complaint_id", Uuid),
    Column("facts", JSONB, nullable=False),  # the event's data
    Column("state", String(10), nullable=False),
    Column("channel", String(10)),
    Column("reason", String(40)),  # why it failed or was held back
    Column("gateway", String(20)),
    Column("gateway_id", String(200)),
    Column("words", LargeBinary),  # sealed subject and words, only where they are read on the reporter's page
    Column("length", Integer),  # characters
    Column("parts", SmallInteger),  # of a text message
    Column("words_sha256", String(64)),
    moment("planned_at"),
    moment("at"),  # of the last change of state
    CheckConstraint("state in ('planned', 'sending', 'sent', 'delivered', 'failed', 'held')", name="state"),
    UniqueConstraint("event_id", "audience", "recipient"),
    Index(None, "complaint_id"),
    Index(None, "state", "at"),
)

# What one audience is told together: open until `gathered_at`, one open one for each audience.
digests = Table(
    "digests",
    metadata,
    Column("digest_id", Uuid, primary_key=True),
    Column("audience", String(20), nullable=False),
    Column("agency_id", String(120)),
    moment("opened_at"),
    moment("gathered_at", nullable=True),
    Index(
        "ix_digests_open",
        "audience",
        "agency_id",
        unique=True,
        postgresql_where=text("gathered_at is null"),
        postgresql_nulls_not_distinct=True,
    ),
    Index(None, "audience", "agency_id", "gathered_at"),
)

# One thing to be told in a digest. `at` is when it happened.
digest_lines = Table(
    "digest_lines",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("audience", String(20), primary_key=True),
    Column("digest_id", Uuid, ForeignKey("digests.digest_id"), nullable=False, index=True),
    Column("template", String(80), nullable=False),
    Column("complaint_id", Uuid, nullable=False, index=True),
    Column("facts", JSONB, nullable=False),
    moment("at"),
)

# Who had a failed message sent again.
resends = Table(
    "resends",
    metadata,
    Column("notification_id", Uuid, ForeignKey("notifications.notification_id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("officer_id", Uuid, nullable=False),
    moment("at"),
)

# How many automatic answers somebody got in a window of time. The key is an HMAC; the address is not kept.
reply_counts = Table(
    "reply_counts",
    metadata,
    Column("recipient", LargeBinary, primary_key=True),
    moment("window_start"),
    Column("replies", Integer, nullable=False),
)

# What the sandbox would have sent: the only place where addresses and words stay, and only in a sandbox.
sandbox_messages = Table(
    "sandbox_messages",
    metadata,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("notification_id", Uuid, nullable=False, unique=True),
    Column("complaint_id", Uuid, index=True),
    Column("template", String(80), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("recipient", String(254), nullable=False, index=True),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("parts", SmallInteger),
    moment("at"),
)
