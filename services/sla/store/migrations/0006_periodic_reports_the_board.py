"""Periodic reports, their recommendations and addressees; counts for the board"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


LIMITED = "passes_at is not null and clock not in ('completeness', 'objection')"

# Only adds rows: two transactions never wait for each other here. What a statement leaves as it was adds nothing.
COUNTING = tuple(
    statement.replace("LIMITED", LIMITED)
    for statement in (
        """
    create function count_open_limits() returns trigger language plpgsql as $$
    begin
        if tg_op = 'INSERT' then
            insert into open_limits (agency_id, clock, due_date, count)
            select agency_id, clock, due_date, count(*) from new_rows where LIMITED group by 1, 2, 3;
        elsif tg_op = 'DELETE' then
            insert into open_limits (agency_id, clock, due_date, count)
            select agency_id, clock, due_date, -count(*) from old_rows where LIMITED group by 1, 2, 3;
        else
            insert into open_limits (agency_id, clock, due_date, count)
            select agency_id, clock, due_date, sum(one) from (
                select agency_id, clock, due_date, 1 as one from new_rows where LIMITED
                union all
                select agency_id, clock, due_date, -1 from old_rows where LIMITED
            ) as differences group by 1, 2, 3 having sum(one) <> 0;
        end if;
        return null;
    end
    $$
    """,
        "create trigger open_limits_insert after insert on clocks referencing new table as new_rows "
        "for each statement execute function count_open_limits()",
        "create trigger open_limits_update after update on clocks "
        "referencing old table as old_rows new table as new_rows "
        "for each statement execute function count_open_limits()",
        "create trigger open_limits_delete after delete on clocks referencing old table as old_rows "
        "for each statement execute function count_open_limits()",
        """
    insert into open_limits (agency_id, clock, due_date, count)
    select agency_id, clock, due_date, count(*) from clocks where LIMITED group by 1, 2, 3
    """,
    )
)


def upgrade() -> None:
    op.create_table(
        "addressees",
        sa.Column("addressee_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("frequency", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_addressees_validity")),
        sa.PrimaryKeyConstraint("addressee_id", name=op.f("pk_addressees")),
    )
    op.create_table(
        "open_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=True),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_limits")),
    )
    op.create_table(
        "report_thresholds",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_report_thresholds")),
    )
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("frequency", sa.String(length=20), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("agency_id", sa.String(length=120), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "frequency",
            "first",
            "region",
            "agency_id",
            "edition",
            name="uq_reports_edition",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "ratings",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars between 1 and 5", name=op.f("ck_ratings_stars")),
        sa.ForeignKeyConstraint(["complaint_id"], ["cases.complaint_id"], name=op.f("fk_ratings_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_at"), "ratings", ["at"], unique=False)
    op.create_table(
        "recommendations",
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('proposed', 'accepted', 'done', 'rejected')", name=op.f("ck_recommendations_status")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"], name=op.f("fk_recommendations_report_id")),
        sa.PrimaryKeyConstraint("recommendation_id", name=op.f("pk_recommendations")),
    )
    op.create_index(op.f("ix_recommendations_report_id"), "recommendations", ["report_id"], unique=False)
    op.create_index(
        "uq_recommendations_open",
        "recommendations",
        ["key"],
        unique=True,
        postgresql_where=sa.text("status in ('proposed', 'accepted')"),
    )
    op.add_column("cases", sa.Column("category", sa.String(length=120), nullable=True))
    op.add_column("cases", sa.Column("confidential", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.drop_index(op.f("ix_clocks_passing"), table_name="clocks", postgresql_where="(passes_at IS NOT NULL)")
    op.create_index(
        "ix_clocks_by_day",
        "clocks",
        ["due_date", "clock_id"],
        unique=False,
        postgresql_where=sa.text("passes_at is not null and clock not in ('completeness', 'objection')"),
    )
    op.create_index(
        "ix_clocks_of_agency",
        "clocks",
        ["agency_id", "due_date", "clock_id"],
        unique=False,
        postgresql_where=sa.text("passes_at is not null and clock not in ('completeness', 'objection')"),
    )
    op.create_index(op.f("ix_facts_at"), "facts", ["at"], unique=False, postgresql_using="brin")
    for statement in COUNTING:
        op.execute(statement)


def downgrade() -> None:
    for change in ("insert", "update", "delete"):
        op.execute(f"drop trigger open_limits_{change} on clocks")
    op.execute("drop function count_open_limits()")
    op.drop_index(op.f("ix_facts_at"), table_name="facts", postgresql_using="brin")
    op.drop_index(
        "ix_clocks_of_agency",
        table_name="clocks",
        postgresql_where=sa.text("passes_at is not null and clock not in ('completeness', 'objection')"),
    )
    op.drop_index(
        "ix_clocks_by_day",
        table_name="clocks",
        postgresql_where=sa.text("passes_at is not null and clock not in ('completeness', 'objection')"),
    )
    op.create_index(
        op.f("ix_clocks_passing"), "clocks", ["passes_at"], unique=False, postgresql_where="(passes_at IS NOT NULL)"
    )
    op.drop_column("cases", "confidential")
    op.drop_column("cases", "category")
    op.drop_index(
        "uq_recommendations_open",
        table_name="recommendations",
        postgresql_where=sa.text("status in ('proposed', 'accepted')"),
    )
    op.drop_index(op.f("ix_recommendations_report_id"), table_name="recommendations")
    op.drop_table("recommendations")
    op.drop_index(op.f("ix_ratings_at"), table_name="ratings")
    op.drop_table("ratings")
    op.drop_table("reports")
    op.drop_table("report_thresholds")
    op.drop_table("open_limits")
    op.drop_table("addressees")
