"""The Inspektorat of a region, and agencies locked out of a case that is about them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("regions", sa.Column("inspectorate", sa.String(length=120), nullable=True))
    op.create_table(
        "locks",
        sa.Column("lock_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(lifted_at is null) = (lifted_by is null)", name=op.f("ck_locks_lifted")),
        sa.CheckConstraint("cause in ('class', 'named')", name=op.f("ck_locks_cause")),
        sa.CheckConstraint(
            "lifted_by is null or (proposed_by is not null and lifted_by <> proposed_by)",
            name=op.f("ck_locks_two_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.agency_id"], name=op.f("fk_locks_agency_id_agencies")),
        sa.ForeignKeyConstraint(["complaint_id"], ["cases.complaint_id"], name=op.f("fk_locks_complaint_id_cases")),
        sa.ForeignKeyConstraint(["lifted_by"], ["accounts.account_id"], name=op.f("fk_locks_lifted_by_accounts")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.account_id"], name=op.f("fk_locks_proposed_by_accounts")),
        sa.PrimaryKeyConstraint("lock_id", name=op.f("pk_locks")),
    )
    op.create_index(
        "ix_locks_in_force",
        "locks",
        ["complaint_id", "agency_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
    )


def downgrade() -> None:
    op.drop_table("locks")
    op.drop_column("regions", "inspectorate")
