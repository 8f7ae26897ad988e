"""When offices are open, and when a message still says something"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("at_night", "of_clock"):
        op.add_column("templates", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "templates",
        sa.Column("states", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_table(
        "office_hours",
        sa.Column("agency_id", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("opens", sa.SmallInteger(), nullable=False),
        sa.Column("closes", sa.SmallInteger(), nullable=False),
        sa.Column("every_day", sa.Boolean(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("0 <= opens and opens < closes and closes <= 1440", name=op.f("ck_office_hours_hours")),
        sa.PrimaryKeyConstraint("agency_id", "valid_from", name=op.f("pk_office_hours")),
    )


def downgrade() -> None:
    op.drop_table("office_hours")
    for name in ("states", "of_clock", "at_night"):
        op.drop_column("templates", name)
