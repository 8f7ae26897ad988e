"""Calendars by scope, offices with days of their own, and what is proposed for both"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calendars", sa.Column("scope", sa.String(length=20), server_default="ID", nullable=False))
    op.add_column("calendars", sa.Column("number", sa.Integer(), server_default="1", nullable=False))
    op.add_column("calendars", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("calendars", sa.Column("recorded_by", sa.String(length=120), nullable=True))
    op.add_column("calendars", sa.Column("confirmed_by", sa.String(length=120), nullable=True))
    op.execute(
        "update calendars set number = counted.place from"
        " (select version, row_number() over (order by loaded_at, version) as place from calendars) as counted"
        " where counted.version = calendars.version"
    )
    op.create_unique_constraint(op.f("uq_calendars_scope_number"), "calendars", ["scope", "number"])
    op.drop_constraint(op.f("ck_holidays_kind"), "holidays")
    op.create_check_constraint(op.f("ck_holidays_kind"), "holidays", "kind in ('national', 'joint_leave', 'local')")
    op.create_table(
        "offices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=False),
        sa.Column("saturdays", sa.Boolean(), nullable=False),
        sa.Column("through_joint_leave", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_offices_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_table(
        "calendar_proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("based_on", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("kind in ('days', 'office')", name=op.f("ck_calendar_proposals_kind")),
        sa.CheckConstraint("decision in ('activated', 'rejected')", name=op.f("ck_calendar_proposals_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_proposals")),
    )


def downgrade() -> None:
    op.drop_table("calendar_proposals")
    op.drop_table("offices")
    op.execute("delete from holidays where version in (select version from calendars where scope <> 'ID')")
    op.execute("delete from calendars where scope <> 'ID'")
    op.drop_constraint(op.f("ck_holidays_kind"), "holidays")
    op.create_check_constraint(op.f("ck_holidays_kind"), "holidays", "kind in ('national', 'joint_leave')")
    op.drop_constraint(op.f("uq_calendars_scope_number"), "calendars")
    for column in ("confirmed_by", "recorded_by", "name", "number", "scope"):
        op.drop_column("calendars", column)
