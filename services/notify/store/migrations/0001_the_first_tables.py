"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'retry', 'parked')", name=op.f("ck_held_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("source", "subject", "sequence", name=op.f("uq_held_source_subject_sequence")),
    )
    op.create_index(op.f("ix_held_state_due_at"), "held", ["state", "due_at"], unique=False)
    op.create_table(
        "limits",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_limits")),
    )
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=True),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("gateway", sa.String(length=20), nullable=True),
        sa.Column("gateway_id", sa.String(length=200), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("parts", sa.SmallInteger(), nullable=True),
        sa.Column("words_sha256", sa.String(length=64), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('planned', 'sending', 'sent', 'delivered', 'failed', 'held')",
            name=op.f("ck_notifications_state"),
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "event_id", "audience", "recipient", name=op.f("uq_notifications_event_id_audience_recipient")
        ),
    )
    op.create_index(op.f("ix_notifications_complaint_id"), "notifications", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_notifications_state_at"), "notifications", ["state", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.String(length=55), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "phrases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "language", "valid_from", name=op.f("pk_phrases")),
    )
    op.create_table(
        "positions",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", name=op.f("pk_positions")),
    )
    op.create_table(
        "remembered",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_remembered")),
    )
    op.create_table(
        "reply_counts",
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_reply_counts")),
    )
    op.create_table(
        "sandbox_messages",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sandbox_messages")),
        sa.UniqueConstraint("notification_id", name=op.f("uq_sandbox_messages_notification_id")),
    )
    op.create_index(op.f("ix_sandbox_messages_complaint_id"), "sandbox_messages", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_sandbox_messages_recipient"), "sandbox_messages", ["recipient"], unique=False)
    op.create_table(
        "sequences",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sequences")),
    )
    op.create_table(
        "templates",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("audiences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("sms", sa.Text(), nullable=True),
        sa.Column("clock", sa.String(length=20), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", "language", "valid_from", name=op.f("pk_templates")),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('pending', 'fired', 'cancelled', 'given_up')", name=op.f("ck_timers_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_timers_kind_key")),
    )
    op.create_index(
        "ix_timers_pending",
        "timers",
        ["next_try_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(op.f("ix_timers_subject"), "timers", ["subject"], unique=False)
    op.create_table(
        "resends",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.notification_id"], name=op.f("fk_resends_notification_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", "number", name=op.f("pk_resends")),
    )


def downgrade() -> None:
    op.drop_table("resends")
    op.drop_index(op.f("ix_timers_subject"), table_name="timers")
    op.drop_index("ix_timers_pending", table_name="timers", postgresql_where=sa.text("state = 'pending'"))
    op.drop_table("timers")
    op.drop_table("templates")
    op.drop_table("sequences")
    op.drop_index(op.f("ix_sandbox_messages_recipient"), table_name="sandbox_messages")
    op.drop_index(op.f("ix_sandbox_messages_complaint_id"), table_name="sandbox_messages")
    op.drop_table("sandbox_messages")
    op.drop_table("reply_counts")
    op.drop_table("remembered")
    op.drop_table("positions")
    op.drop_table("phrases")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_notifications_state_at"), table_name="notifications")
    op.drop_index(op.f("ix_notifications_complaint_id"), table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("limits")
    op.drop_index(op.f("ix_held_state_due_at"), table_name="held")
    op.drop_table("held")
