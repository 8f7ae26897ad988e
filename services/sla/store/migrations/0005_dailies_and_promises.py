"""Daily reminders after a limit, steps overtaken, dated promises"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_plan_kind"), "plan", type_="check")
    op.create_check_constraint(op.f("ck_plan_kind"), "plan", "kind in ('remind', 'escalate', 'daily')")
    op.add_column("steps", sa.Column("overtaken", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "promises",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=False),
        sa.Column("promised_for", sa.Date(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["cases.complaint_id"], name=op.f("fk_promises_complaint_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_promises")),
    )
    op.create_index(op.f("ix_promises_complaint_id"), "promises", ["complaint_id"])


def downgrade() -> None:
    op.drop_table("promises")
    op.drop_column("steps", "overtaken")
    op.execute("delete from plan where kind = 'daily'")
    op.drop_constraint(op.f("ck_plan_kind"), "plan", type_="check")
    op.create_check_constraint(op.f("ck_plan_kind"), "plan", "kind in ('remind', 'escalate')")
