"""The tables of sla. Nothing personal: a complaint is its id, and what happened to it are words of closed sets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
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

LIMITED = "passes_at is not null and clock not in ('completeness', 'objection')"
"""A clock whose limit an agency or the coordinator can pass."""


def _counted() -> tuple[Column[Any], ...]:
    """How far a preview is counted, and what was found."""
    return (
        Column("edition", Integer, ForeignKey("rule_editions.number"), nullable=False),  # of the rules, compared with
        moment("at"),  # counted as if it came into force now
        Column("expected", Integer, nullable=False),  # open cases when it began
        Column("position", Uuid),  # the last complaint seen
        Column("seen", Integer, nullable=False),
        Column("moved", Integer, nullable=False),
        Column("late", Integer, nullable=False),
        Column("by_agency", JSONB, nullable=False),
        Column("worst", JSONB, nullable=False),
        moment("ended_at", nullable=True),
    )


# Data, loaded from data/ ------------------------------------------------------------------------------

regions = Table(
    "regions",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("zone_name", String(10), nullable=False),
)

districts = Table(
    "districts",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
)

# A calendar is never changed, only followed by a newer version: what was computed can be explained later.
# `scope`: `ID` the nation's days; the code of a province or a regency: the days given there besides.
calendars = Table(
    "calendars",
    metadata,
    Column("version", String(40), primary_key=True),
    Column("scope", String(20), nullable=False, server_default="ID"),
    Column("number", Integer, nullable=False, server_default="1"),  # counts within the scope
    Column("name", Text),  # the decree that made it; null: shipped with the program
    Column("recorded_by", String(120)),
    Column("confirmed_by", String(120)),
    Column("source", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("covered_from", Date, nullable=False),
    Column("covered_until", Date, nullable=False),
    Column("decrees", JSONB, nullable=False),  # year: the text of the decree it comes from
    moment("loaded_at"),
    UniqueConstraint("scope", "number"),
)

holidays = Table(
    "holidays",
    metadata,
    Column("version", String(40), ForeignKey("calendars.version"), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("estimated", Boolean, nullable=False),
    CheckConstraint("kind in ('national', 'joint_leave', 'local')", name="kind"),
)

# Offices whose days differ from their region's: also never changed, a later row goes before an earlier one.
offices = Table(
    "offices",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("agency_id", String(120), nullable=False),
    Column("saturdays", Boolean, nullable=False),
    Column("through_joint_leave", Boolean, nullable=False),
    Column("zone", String(60)),  # null: the region's
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("source", Text, nullable=False),
    moment("recorded_at"),
    Column("recorded_by", String(120)),
    Column("confirmed_by", String(120)),
    CheckConstraint("valid_to >= valid_from", name="validity"),
)

# What a supervisor wants changed in a calendar or an office's days; a second one decides.
calendar_proposals = Table(
    "calendar_proposals",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("scope", String(120), nullable=False),  # of the calendar; of an office: its agency
    Column("based_on", String(40)),  # the version it changes; null: the first of its scope
    Column("name", String(200), nullable=False),
    Column("source", String(500), nullable=False),
    Column("content", JSONB, nullable=False),
    moment("proposed_at"),
    Column("proposed_by", String(120), nullable=False),
    Column("proposer", Uuid),  # null: proposed in a release that noted the name only; the same with the decider
    Column("decision", String(10)),  # null: open
    moment("decided_at", nullable=True),
    Column("decided_by", String(120)),
    Column("decider", Uuid),
    CheckConstraint("kind in ('days', 'office')", name="kind"),
    CheckConstraint("decision in ('activated', 'rejected')", name="decision"),
    CheckConstraint(
        "decision is distinct from 'activated' or (decided_by is not null and"
        " case when proposer is null then decided_by <> proposed_by else decider is not null and decider <> proposer"
        " end)",
        name="four_eyes",
    ),
)

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("source", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("doubts", JSONB, nullable=False),
)

# The editions of all rules together, each with the moment from which it was in force. Only ever added to.
rule_editions = Table(
    "rule_editions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    moment("since"),
)

# What officers (or the data files) wrote of a rule set. A version never changes, only how it stands; who did what
# stands in rule_deeds.
rule_versions = Table(
    "rule_versions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("rule_set", String(120), ForeignKey("rule_sets.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("source", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("ends", Boolean, nullable=False),  # from valid_from on the set holds no longer
    Column("replaces", String(120), ForeignKey("rule_sets.id")),  # a set that holds until the day before valid_from
    Column("limits", JSONB, nullable=False),
    Column("doubts", JSONB, nullable=False),
    Column("fingerprint", String(64)),  # of the data file's words; null: an officer wrote it
    Column("proposed_by", Uuid),
    Column("activated_by", Uuid),
    Column("edition", Integer, ForeignKey("rule_editions.number")),  # with which it came into force
    UniqueConstraint("rule_set", "number"),
    CheckConstraint("state in ('draft', 'proposed', 'active', 'superseded', 'withdrawn')", name="state"),
    CheckConstraint(
        "edition is null or fingerprint is not null"
        " or (proposed_by is not null and activated_by is not null and proposed_by <> activated_by)",
        name="four_eyes",
    ),
    CheckConstraint("state <> 'active' or edition is not null", name="in_an_edition"),
    Index("uq_rule_versions_open", "rule_set", unique=True, postgresql_where=text("state in ('draft', 'proposed')")),
    Index("uq_rule_versions_active", "rule_set", unique=True, postgresql_where=text("state = 'active'")),
)

rule_deeds = Table(
    "rule_deeds",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version_id", Uuid, ForeignKey("rule_versions.id"), nullable=False, index=True),
    Column("deed", String(20), nullable=False),
    moment("at"),
    Column("officer_id", Uuid),  # null: the data files
    Column("officer_name", String(200)),
    CheckConstraint("deed in ('drafted', 'proposed', 'activated', 'superseded', 'withdrawn')", name="deed"),
)

# What a version or a proposal would do to the open cases, counted in slices.
rule_previews = Table(
    "rule_previews",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version_id", Uuid, ForeignKey("rule_versions.id"), nullable=False, index=True),
    *_counted(),
)

calendar_previews = Table(
    "calendar_previews",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("proposal_id", BigInteger, ForeignKey("calendar_proposals.id"), nullable=False, index=True),
    *_counted(),
)

# The limits in force, edition by edition, made from the versions.
rules = Table(
    "rules",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("edition", Integer, ForeignKey("rule_editions.number"), nullable=False, index=True, server_default="1"),
    Column("rule_set", String(120), ForeignKey("rule_sets.id"), nullable=False),
    Column("clock", String(20), nullable=False),
    Column("class", String(20)),  # null: any
    Column("category", String(120)),  # a topic with all its categories; null: any
    Column("region", String(20)),  # null: any
    Column("days", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("start_event", String(40), nullable=False),
    Column("source", String(200), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    CheckConstraint("days between 1 and 1000", name="days"),
    CheckConstraint("unit in ('working_days', 'calendar_days')", name="unit"),
)

# Whom to tell when: `remind` at percents of the time, `escalate` to levels so many days after the limit, `daily` until
# so many days after it.
plan = Table(
    "plan",
    metadata,
    Column("clock", String(20), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("percent", Integer),
    Column("level", String(20)),
    Column("days", Integer),
    CheckConstraint("kind in ('remind', 'escalate', 'daily')", name="kind"),
)

# Histories and what is derived from them --------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("complaint_id", Uuid, primary_key=True),
    Column("case_number", String(120)),
    Column("region", String(20), nullable=False),
    Column("district_code", String(20)),
    Column("channel", String(20), nullable=False),
    Column("category", String(120)),
    Column("confidential", Boolean, nullable=False, server_default=text("true")),  # unknown counts as wished
    Column("state", String(30), nullable=False),
    Column("class", String(20)),
    Column("agency_id", String(120)),
    moment("received_at"),
    Column("received_on", Date, nullable=False),  # the region's day
    moment("first_answered_at", nullable=True),
    Column("answer_days", Integer),  # working days from registration to the first substantive answer
    moment("finished_at", nullable=True),
    moment("first_late_at", nullable=True),
    moment("forwarding_due_at", nullable=True),
    moment("forwarded_at", nullable=True),
    Index(None, "region", "received_on"),
    Index("ix_cases_unfinished", "complaint_id", postgresql_where=text("finished_at is null")),
    Index("ix_cases_open", "region", "received_on", postgresql_where=text("finished_at is null")),
)

facts = Table(
    "facts",
    metadata,
    Column("fact_id", Uuid, primary_key=True),  # the event's id
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False, index=True),
    Column("what", String(30), nullable=False),
    moment("at"),
    Column("details", JSONB, nullable=False),
    Column("category", String(120)),
    # Facts come in the order of their moments: a few pages tell where those of a period lie.
    Index(None, "at", postgresql_using="brin"),
)

# How reporters judged what became of their complaints.
ratings = Table(
    "ratings",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), primary_key=True),
    Column("satisfied", Boolean, nullable=False),
    Column("stars", Integer),
    moment("at"),
    CheckConstraint("stars between 1 and 5", name="stars"),
    Index(None, "at"),
)

clocks = Table(
    "clocks",
    metadata,
    Column("clock_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False, index=True),
    Column("clock", String(20), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("agency_id", String(120)),
    Column("class", String(20)),
    Column("days", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("rule_set", String(120), nullable=False),
    Column("source", String(200), nullable=False),
    moment("started_at"),
    moment("runs_since"),
    Column("due_date", Date, nullable=False),
    moment("due_at"),
    moment("paused_at", nullable=True),
    moment("answered_at", nullable=True),
    moment("stopped_at", nullable=True),
    Column("cancelled", Boolean, nullable=False),
    moment("breached_at", nullable=True),
    moment("passes_at", nullable=True),  # null while it cannot be passed; kept for the lists of what is late
    Column("next_kind", String(20)),  # the timer that is set for it
    Column("next_key", String(200)),
    Index("ix_clocks_by_day", "due_date", "clock_id", postgresql_where=text(LIMITED)),
    Index("ix_clocks_of_agency", "agency_id", "due_date", "clock_id", postgresql_where=text(LIMITED)),
)

# All open cases computed anew because limits or calendars changed: how far each such work has come.
recomputations = Table(
    "recomputations",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("cause_id", String(300), nullable=False),  # a sentence, Indonesian and English
    Column("cause_en", String(300), nullable=False),
    Column("regions", JSONB(none_as_null=True)),  # codes; null: all
    Column("agencies", JSONB(none_as_null=True)),  # ids; null: all
    moment("begun_at"),
    Column("expected", Integer, nullable=False),  # open cases in scope when it began
    Column("position", Uuid),  # the last complaint seen
    Column("passed_over", JSONB, nullable=False),  # complaints before it that were just being changed
    Column("seen", Integer, nullable=False),
    Column("moved", Integer, nullable=False),  # clocks whose end moved, and those of them that end later
    Column("later", Integer, nullable=False),
    Column("failed", Integer, nullable=False),  # cases that could not be computed; the log names them
    moment("ended_at", nullable=True),
    Index("ix_recomputations_open", "id", postgresql_where=text("ended_at is null")),
)

# What was told of a clock, each once: reminders, the breach, each level.
steps = Table(
    "steps",
    metadata,
    Column("clock_id", Uuid, ForeignKey("clocks.clock_id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("level", String(20)),
    moment("at"),
    Column("overtaken", Boolean, nullable=False, server_default=text("false")),  # not told: a later one was due too
)

# What agencies promised for a day to come. The newest of a complaint counts.
promises = Table(
    "promises",
    metadata,
    Column("item_id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("cases.complaint_id"), nullable=False, index=True),
    Column("agency_id", String(120), nullable=False),
    Column("promised_for", Date, nullable=False),
    moment("promised_at"),
)

# Periodic reports ------------------------------------------------------------------------------------

report_thresholds = Table(
    "report_thresholds",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("limit", Integer, nullable=False),
    Column("unit", String(10), nullable=False),
    Column("at_least", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("source", Text, nullable=False),
)

# A report is made once and never changed; what was wrong is put right in a new edition.
reports = Table(
    "reports",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("region", String(20), nullable=False),
    Column("frequency", String(20), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("agency_id", String(120)),  # null: the whole region
    Column("edition", Integer, nullable=False),
    Column("reason", Text),  # of an edition after the first
    Column("made_by", Uuid),  # null: the period's end made it
    moment("made_at"),
    Column("figures", JSON, nullable=False),  # nothing hidden: what later periods are compared with
    Column("content", JSON, nullable=False),  # what may be read, in the order in which it is told
    UniqueConstraint(
        "frequency",
        "first",
        "region",
        "agency_id",
        "edition",
        name="uq_reports_edition",
        postgresql_nulls_not_distinct=True,
    ),
)

# What a report recommends, and what became of it. One matter has one recommendation until it is done or rejected.
recommendations = Table(
    "recommendations",
    metadata,
    Column("recommendation_id", Uuid, primary_key=True),
    Column("report_id", Uuid, ForeignKey("reports.report_id"), nullable=False, index=True),
    Column("key", String(300), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("place", String(120), nullable=False),  # a clock, a category, or nothing
    Column("owner", String(120)),  # the agency; null: the coordinator
    Column("due_date", Date, nullable=False),
    Column("status", String(20), nullable=False),
    Column("words", Text),
    Column("set_by", Uuid),
    moment("proposed_at"),
    moment("set_at", nullable=True),
    CheckConstraint("status in ('proposed', 'accepted', 'done', 'rejected')", name="status"),
    Index(
        "uq_recommendations_open",
        "key",
        unique=True,
        postgresql_where=text("status in ('proposed', 'accepted')"),
    ),
)

# Offices that get a report by mail. Rows end, they are not deleted.
addressees = Table(
    "addressees",
    metadata,
    Column("addressee_id", Uuid, primary_key=True),
    Column("office", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    Column("language", String(2), nullable=False),
    Column("frequency", String(20), nullable=False),
    Column("agency_id", String(120)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("added_by", Uuid, nullable=False),
    moment("added_at"),
    CheckConstraint("valid_to >= valid_from", name="validity"),
)

# Board -----------------------------------------------------------------------------------------------

# How many limits can be passed, by who holds them and their last day: kept by a trigger on `clocks`, which only adds
# rows here, so that nobody waits for anybody; the worker adds them up from time to time. The sum is always right.
open_limits = Table(
    "open_limits",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("agency_id", String(120)),
    Column("clock", String(20), nullable=False),
    Column("due_date", Date, nullable=False),
    Column("count", BigInteger, nullable=False),
)
