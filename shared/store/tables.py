"""The tables of the kit, the same in every service's database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
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

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def moment(name: str, **kwargs: object) -> Column[object]:
    """A column for a moment with its zone."""
    return Column(name, DateTime(timezone=True), nullable=bool(kwargs.pop("nullable", False)), **kwargs)  # type: ignore[arg-type]


@dataclass(frozen=True)
class KitTables:
    """The kit's tables on one service's metadata."""

    sequences: Table
    outbox: Table
    positions: Table
    held: Table
    timers: Table
    interventions: Table
    remembered: Table


def kit_tables(metadata: MetaData) -> KitTables:
    """Declare the kit's tables on a service's metadata."""
    return KitTables(
        # The last sequence number given out for a subject by this service.
        sequences=Table(
            "sequences",
            metadata,
            Column("subject", Uuid, primary_key=True),
            Column("last", Integer, nullable=False),
        ),
        # Events committed but not yet confirmed by the broker. The relay deletes what is confirmed.
        outbox=Table(
            "outbox",
            metadata,
            Column("id", BigInteger, Identity(), primary_key=True),
            Column("event_id", Uuid, nullable=False),
            Column("name", String(80), nullable=False),
            Column("version", SmallInteger, nullable=False),
            Column("subject", Uuid, nullable=False),
            Column("sequence", Integer, nullable=False),
            moment("time"),
            Column("body", Text, nullable=False),
            Column("traceparent", String(55)),
        ),
        # How far this service has applied what a source says about a subject: order and
        # exactly-once in one row, which never has to be forgotten.
        positions=Table(
            "positions",
            metadata,
            Column("source", String(40), primary_key=True),
            Column("subject", Uuid, primary_key=True),
            Column("last", Integer, nullable=False),
        ),
        # Messages that could not be applied yet: too early, to be tried again, or parked for an operator.
        held=Table(
            "held",
            metadata,
            Column("id", BigInteger, Identity(), primary_key=True),
            Column("state", String(10), nullable=False),
            Column("source", String(40), nullable=False),
            Column("subject", Uuid),
            Column("sequence", Integer),
            Column("event_id", Uuid),
            Column("name", String(80)),
            Column("headers", JSONB, nullable=False),
            Column("body", LargeBinary, nullable=False),
            Column("reason", Text),
            Column("attempts", Integer, nullable=False, server_default=text("0")),
            moment("due_at", nullable=True),
            moment("held_at"),
            CheckConstraint("state in ('waiting', 'retry', 'parked')", name="state"),
            UniqueConstraint("source", "subject", "sequence"),
            Index(None, "state", "due_at"),
        ),
        # Durable timers. `due_at` is when it falls due in the world; `next_try_at` when to look at it.
        timers=Table(
            "timers",
            metadata,
            Column("id", BigInteger, Identity(), primary_key=True),
            Column("kind", String(80), nullable=False),
            Column("key", String(200), nullable=False),
            Column("subject", Uuid),
            Column("payload", JSONB, nullable=False),
            moment("due_at"),
            moment("next_try_at", nullable=True),  # null: fired, cancelled or given up
            Column("state", String(10), nullable=False, server_default="pending"),
            Column("attempts", Integer, nullable=False, server_default=text("0")),
            Column("error", Text),
            moment("fired_at", nullable=True),
            CheckConstraint("state in ('pending', 'fired', 'cancelled', 'given_up')", name="state"),
            UniqueConstraint("kind", "key"),
            Index("ix_timers_pending", "next_try_at", "id", postgresql_where=text("state = 'pending'")),
            Index(None, "subject"),
        ),
        # What people did by hand to parked messages and given-up work, and why it lay there. Nothing is taken out.
        interventions=Table(
            "interventions",
            metadata,
            Column("id", BigInteger, Identity(), primary_key=True),
            moment("at"),
            Column("who", String(120), nullable=False),
            Column("deed", String(10), nullable=False),
            Column("target", BigInteger, nullable=False),  # the id in `held`, or of the timer for `resume`
            Column("source", String(40)),
            Column("name", String(80)),
            Column("subject", Uuid),
            Column("sequence", Integer),
            Column("reason", Text),
            CheckConstraint("deed in ('replay', 'discard', 'resume')", name="deed"),
        ),
        # Answers already given to a command with a key, so that a repeat gets the same one.
        remembered=Table(
            "remembered",
            metadata,
            Column("scope", String(80), primary_key=True),
            Column("key", String(200), primary_key=True),
            Column("fingerprint", String(64), nullable=False),
            Column("answer", JSONB, nullable=False),
            moment("at"),
        ),
    )


@dataclass(frozen=True)
class SignInTables:
    """Accounts and sessions of the people at a desk."""

    accounts: Table
    sessions: Table


def signin_tables(metadata: MetaData) -> SignInTables:
    """Declare the sign-in tables on the metadata of a service that keeps accounts."""
    return SignInTables(
        accounts=Table(
            "accounts",
            metadata,
            Column("account_id", Uuid, primary_key=True),
            Column("name", String(80), nullable=False, unique=True),
            Column("display_name", String(200), nullable=False),
            Column("role", String(20), nullable=False),
            Column("agency_id", String(120), index=True),
            Column("email", String(254)),
            Column("phone", String(40)),
            Column("language", String(2), nullable=False, server_default="id"),
            Column("password_hash", String(200), nullable=False),
            Column("active", Boolean, nullable=False, server_default=text("true")),
            Column("failed_count", Integer, nullable=False, server_default=text("0")),
            moment("locked_until", nullable=True),
        ),
        sessions=Table(
            "sessions",
            metadata,
            Column("token_hash", LargeBinary, primary_key=True),
            Column(
                "account_id", Uuid, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True
            ),
            moment("created_at"),
            moment("last_seen_at"),
            moment("expires_at"),
            Column("user_agent_hash", LargeBinary),
            moment("revoked_at", nullable=True),
        ),
    )
