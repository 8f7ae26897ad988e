"""What is told together: digests and their lines"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("templates", sa.Column("line", sa.Text(), nullable=True))
    op.create_table(
        "digests",
        sa.Column("digest_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest_id", name=op.f("pk_digests")),
    )
    op.create_index(
        "ix_digests_open",
        "digests",
        ["audience", "agency_id"],
        unique=True,
        postgresql_where=sa.text("gathered_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        op.f("ix_digests_audience_agency_id_gathered_at"), "digests", ["audience", "agency_id", "gathered_at"]
    )
    op.create_table(
        "digest_lines",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.digest_id"], name=op.f("fk_digest_lines_digest_id")),
        sa.PrimaryKeyConstraint("event_id", "audience", name=op.f("pk_digest_lines")),
    )
    op.create_index(op.f("ix_digest_lines_digest_id"), "digest_lines", ["digest_id"])
    op.create_index(op.f("ix_digest_lines_complaint_id"), "digest_lines", ["complaint_id"])


def downgrade() -> None:
    op.drop_table("digest_lines")
    op.drop_table("digests")
    op.drop_column("templates", "line")
