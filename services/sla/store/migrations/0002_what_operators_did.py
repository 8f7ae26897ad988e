"""What people did by hand to parked messages and given-up work"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interventions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("deed", sa.String(length=10), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("deed in ('replay', 'discard', 'resume')", name=op.f("ck_interventions_deed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventions")),
    )


def downgrade() -> None:
    op.drop_table("interventions")
