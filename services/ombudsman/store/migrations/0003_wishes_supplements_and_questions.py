"""Wishes, supplements and the Ombudsman's questions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaints", sa.Column("receipt_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("receipt_due_date", sa.Date(), nullable=True))
    op.add_column("referrals", sa.Column("cause", sa.String(length=10), server_default="limit", nullable=False))
    op.create_check_constraint(op.f("ck_referrals_cause"), "referrals", "cause in ('limit', 'receipt', 'wish')")
    for column in ("clock", "due_at", "due_date"):
        op.alter_column("referrals", column, nullable=True)
    op.add_column(
        "deliveries",
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("recommendations", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("recommendations", sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_looks_what"), "looks")
    op.create_check_constraint(op.f("ck_looks_what"), "looks", "what in ('page', 'pdf', 'json', 'zip')")
    op.create_table(
        "supplements",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("why in ('consent', 'particulars', 'answer')", name=op.f("ck_supplements_why")),
        sa.CheckConstraint(
            "state in ('wanted', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_supplements_state")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.referral_id"], name=op.f("fk_supplements_referral_id")),
        sa.PrimaryKeyConstraint("referral_id", "revision", name=op.f("pk_supplements")),
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("of", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("of in ('reporter', 'agency')", name=op.f("ck_requests_of")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_requests_account_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.referral_id"], name=op.f("fk_requests_referral_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_requests")),
    )
    op.create_index(
        "ix_requests_open",
        "requests",
        ["referral_id"],
        unique=True,
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_index(op.f("ix_requests_referral_id_at"), "requests", ["referral_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("requests")
    op.drop_table("supplements")
    op.execute("update looks set what = 'json' where what = 'zip'")
    op.drop_constraint(op.f("ck_looks_what"), "looks")
    op.create_check_constraint(op.f("ck_looks_what"), "looks", "what in ('page', 'pdf', 'json')")
    op.drop_column("recommendations", "overdue_at")
    op.drop_column("recommendations", "reported_at")
    op.drop_column("deliveries", "headers")
    op.execute("delete from referrals where clock is null")
    for column in ("clock", "due_at", "due_date"):
        op.alter_column("referrals", column, nullable=False)
    op.drop_constraint(op.f("ck_referrals_cause"), "referrals")
    op.drop_column("referrals", "cause")
    op.drop_column("complaints", "receipt_due_date")
    op.drop_column("complaints", "receipt_due_at")
