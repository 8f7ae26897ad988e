"""What routing keeps: agencies, accounts, cases and everything said and done about them.

Nothing the reporter wrote and nothing about who she is lies here: that is intake's.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.routing.domain.lock import CAUSES
from shared.contracts.vocabulary import CLASSES, CLOCKS, STATES
from shared.store import signin_tables
from shared.store.tables import NAMING, moment

metadata = MetaData(naming_convention=NAMING)

signin = signin_tables(metadata)
accounts = signin.accounts


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(w) for w in words)})", name=column)


# -- facts, out of data/ ---------------------------------------------------------------------------

# The regions this desk coordinates, and what their case numbers begin with.
regions = Table(
    "regions",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("prefix", String(20), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("coordinator", String(120), nullable=False),
    Column("inspectorate", String(120)),  # the agency that examines what is berkadar pengawasan; null: none
)

# Units that can be sent a case. They merge and split; a unit that ended stays, so that old cases keep its name.
agencies = Table(
    "agencies",
    metadata,
    Column("agency_id", String(120), primary_key=True),
    Column("region", String(20), ForeignKey("regions.code"), nullable=False),
    Column("position", SmallInteger, nullable=False),  # the order people look for them in
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("head_title", String(200)),
    Column("district_code", String(20)),
    Column("valid_from", Date),  # null: always was
    Column("valid_to", Date),  # the last day; null: still is
    Column("predecessor", String(120)),
    Column("successor", String(120)),
    Column("source", Text, nullable=False),
    _one_of("kind", ("agency", "district", "hospital", "health_centre")),
)

# Topics a case can be given at verification, and their place in the national tree.
categories = Table(
    "categories",
    metadata,
    Column("code", String(120), primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("parent", String(120)),
    Column("name_id", String(200), nullable=False),
    Column("name_en", String(200)),  # null: none but the Indonesian name
    Column("offered", Boolean, nullable=False),  # shown to choose from
)

# Which agency a category, a class or a word of the text suggests.
suggestion_rules = Table(
    "suggestion_rules",
    metadata,
    Column("position", SmallInteger, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("value", String(120), nullable=False),
    Column("agency_id", String(120), ForeignKey("agencies.agency_id"), nullable=False),
    _one_of("kind", ("word", "category", "class")),
)

# -- cases -----------------------------------------------------------------------------------------

# The last case number given out, per region and year.
counters = Table(
    "counters",
    metadata,
    Column("region", String(20), ForeignKey("regions.code"), primary_key=True),
    Column("year", SmallInteger, primary_key=True),
    Column("last", Integer, nullable=False),
)

# One row per complaint: where it stands. `version` grows with every deed at the desk.
cases = Table(
    "cases",
    metadata,
    Column("complaint_id", Uuid, primary_key=True),
    Column("case_number", String(40), nullable=False, unique=True),
    Column("region", String(20), ForeignKey("regions.code"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("class", String(20), key="class_"),  # null: not verified yet
    Column("category", String(120)),
    Column("agency_id", String(120), ForeignKey("agencies.agency_id")),  # null: at the coordinator's desk
    Column("wished_category", String(120)),  # what the reporter chose
    Column("wished_agency_id", String(120)),
    Column("district_code", String(20)),
    Column("channel", String(20), nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("consented", Boolean, nullable=False),  # to forwarding with her identity
    moment("received_at"),
    moment("opened_at"),
    moment("verified_at", nullable=True),
    moment("dispatched_at", nullable=True),
    moment("answered_at", nullable=True),  # the last substantive answer
    moment("closed_at", nullable=True),  # closed, archived, withdrawn
    moment("changed_at"),  # the last thing that happened to it
    moment("news_at", nullable=True),  # the reporter said something nobody at the desk has read yet
    Column("dispatches", SmallInteger, nullable=False, server_default="0"),
    Column("returns", SmallInteger, nullable=False, server_default="0"),
    Column("objected", Boolean, nullable=False, server_default=text("false")),  # to the answer before this one
    Column("lead_id", Uuid, ForeignKey("cases.complaint_id")),  # the case it follows or followed
    Column("under_ombudsman", Boolean, nullable=False, server_default=text("false")),
    Column("escalation", String(20)),  # the highest level told of a passed limit
    Column("version", Integer, nullable=False, server_default="1"),
    _one_of("state", STATES),
    CheckConstraint(f"class in ({', '.join(repr(c) for c in CLASSES)})", name="class"),
    Index(None, "agency_id", "state"),
    Index(None, "state", "opened_at"),
    Index("ix_cases_lead_id", "lead_id", postgresql_where=text("lead_id is not null")),
)

# Everything said and done about a case, in order. `public`: the words are for the reporter too.
items = Table(
    "items",
    metadata,
    Column("item_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False),
    moment("at"),
    Column("what", String(30), nullable=False),
    Column("officer_id", Uuid, ForeignKey("accounts.account_id")),  # null: the reporter or a clock
    Column("agency_id", String(120), ForeignKey("agencies.agency_id")),  # whom it concerns, or who said it
    Column("words", Text),
    Column("public", Boolean, nullable=False),
    Column("data", JSONB, nullable=False),
    Index(None, "complaint_id", "at"),
    Index("ix_items_returned", "agency_id", "complaint_id", postgresql_where=text("what = 'returned'")),
)

# Agencies that must not learn of a case, because it is about them. A lock is lifted by two people, and its row stays.
locks = Table(
    "locks",
    metadata,
    Column("lock_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False),
    Column("agency_id", String(120), ForeignKey("agencies.agency_id"), nullable=False),
    Column("cause", String(10), nullable=False),
    moment("locked_at"),
    Column("proposed_by", Uuid, ForeignKey("accounts.account_id")),  # who last proposed to lift it; null: nobody
    moment("lifted_at", nullable=True),
    Column("lifted_by", Uuid, ForeignKey("accounts.account_id")),
    _one_of("cause", CAUSES),
    CheckConstraint("lifted_by is null or (proposed_by is not null and lifted_by <> proposed_by)", name="two_people"),
    CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="lifted"),
    Index("ix_locks_in_force", "complaint_id", "agency_id", unique=True, postgresql_where=text("lifted_at is null")),
)

# Files shown with an answer. The bytes are kept by their content (shared.files).
evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", Uuid, primary_key=True),
    Column("item_id", Uuid, ForeignKey("items.item_id"), nullable=False, index=True),
    Column("position", SmallInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
)

# Limits of a case that are near or past, as heard from sla. Gone when the clock stops.
warnings = Table(
    "warnings",
    metadata,
    Column("clock_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False, index=True),
    Column("clock", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    moment("due_at"),
    _one_of("kind", ("soon", "late")),
    _one_of("clock", CLOCKS),
)
