"""Previews of proposals counted in slices, and two people for every decree"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
# Proposals made or decided by the release before this one name two people, but not their ids.
FOUR_EYES = (
    "decision is distinct from 'activated' or (decided_by is not null and"
    " case when proposer is null then decided_by <> proposed_by else decider is not null and decider <> proposer end)"
)


def upgrade() -> None:
    op.create_table(
        "calendar_previews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("position", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("by_agency", JSONB, nullable=False),
        sa.Column("worst", JSONB, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["calendar_proposals.id"], name=op.f("fk_calendar_previews_proposal_id")
        ),
        sa.ForeignKeyConstraint(["edition"], ["rule_editions.number"], name=op.f("fk_calendar_previews_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_previews")),
    )
    op.create_index(op.f("ix_calendar_previews_proposal_id"), "calendar_previews", ["proposal_id"])
    op.add_column("calendar_proposals", sa.Column("proposer", sa.Uuid(), nullable=True))
    op.add_column("calendar_proposals", sa.Column("decider", sa.Uuid(), nullable=True))
    op.create_check_constraint(op.f("ck_calendar_proposals_four_eyes"), "calendar_proposals", FOUR_EYES)


def downgrade() -> None:
    op.drop_constraint("ck_calendar_proposals_four_eyes", "calendar_proposals")
    op.drop_column("calendar_proposals", "decider")
    op.drop_column("calendar_proposals", "proposer")
    op.drop_table("calendar_previews")
