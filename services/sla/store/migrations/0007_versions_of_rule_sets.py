"""Rule sets in versions, limits in editions, the category of a case"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
STATES = "state in ('draft', 'proposed', 'active', 'superseded', 'withdrawn')"
DEEDS = "deed in ('drafted', 'proposed', 'activated', 'superseded', 'withdrawn')"
FOUR_EYES = (
    "edition is null or fingerprint is not null"
    " or (proposed_by is not null and activated_by is not null and proposed_by <> activated_by)"
)

# Each rule set as it was loaded becomes its first version; those in use are in force with the first edition.
FIRST_VERSIONS = """
    insert into rule_versions (id, rule_set, number, state, name, source, valid_from, valid_to, ends, limits, doubts,
                               fingerprint, edition)
    select gen_random_uuid(), id, 1, case when active then 'active' else 'draft' end, name, source, valid_from,
           valid_to, false,
           coalesce((select jsonb_agg(jsonb_build_object('clock', clock, 'class', class, 'category', null,
                                                         'region', null, 'days', days, 'unit', unit, 'source', source)
                                      order by rules.id)
                     from rules where rule_set = rule_sets.id), '[]'),
           doubts, 'as loaded', case when active then 1 end
    from rule_sets
"""


def upgrade() -> None:
    op.create_table(
        "rule_editions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rule_editions")),
    )
    op.execute("insert into rule_editions select 1, gen_random_uuid(), '2009-07-18 00:00:00+00'")
    op.create_table(
        "rule_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_set", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("limits", JSONB, nullable=False),
        sa.Column("doubts", JSONB, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("activated_by", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_rule_versions_state")),
        sa.CheckConstraint(FOUR_EYES, name=op.f("ck_rule_versions_four_eyes")),
        sa.CheckConstraint("state <> 'active' or edition is not null", name=op.f("ck_rule_versions_in_an_edition")),
        sa.ForeignKeyConstraint(["rule_set"], ["rule_sets.id"], name=op.f("fk_rule_versions_rule_set")),
        sa.ForeignKeyConstraint(["edition"], ["rule_editions.number"], name=op.f("fk_rule_versions_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint("rule_set", "number", name=op.f("uq_rule_versions_rule_set_number")),
    )
    for name, states in (("open", "state in ('draft', 'proposed')"), ("active", "state = 'active'")):
        op.create_index(
            f"uq_rule_versions_{name}", "rule_versions", ["rule_set"], unique=True, postgresql_where=sa.text(states)
        )
    op.create_table(
        "rule_deeds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("officer_name", sa.String(length=200), nullable=True),
        sa.CheckConstraint(DEEDS, name=op.f("ck_rule_deeds_deed")),
        sa.ForeignKeyConstraint(["version_id"], ["rule_versions.id"], name=op.f("fk_rule_deeds_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_deeds")),
    )
    op.create_index(op.f("ix_rule_deeds_version_id"), "rule_deeds", ["version_id"])
    op.create_table(
        "rule_previews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(["version_id"], ["rule_versions.id"], name=op.f("fk_rule_previews_version_id")),
        sa.ForeignKeyConstraint(["edition"], ["rule_editions.number"], name=op.f("fk_rule_previews_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_previews")),
    )
    op.create_index(op.f("ix_rule_previews_version_id"), "rule_previews", ["version_id"])
    op.execute(FIRST_VERSIONS)

    op.execute("delete from rules using rule_sets where rule_sets.id = rules.rule_set and not rule_sets.active")
    op.add_column("rules", sa.Column("category", sa.String(length=120), nullable=True))
    op.add_column("rules", sa.Column("region", sa.String(length=20), nullable=True))
    # The default serves processes of the release before this one, which know of one edition only.
    op.add_column("rules", sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
    op.create_foreign_key(op.f("fk_rules_edition"), "rules", "rule_editions", ["edition"], ["number"])
    op.create_index(op.f("ix_rules_edition"), "rules", ["edition"])
    op.drop_constraint("ck_rules_days", "rules")
    op.create_check_constraint(op.f("ck_rules_days"), "rules", "days between 1 and 1000")
    op.add_column("facts", sa.Column("category", sa.String(length=120), nullable=True))


def downgrade() -> None:
    op.drop_column("facts", "category")
    op.execute("delete from rules where edition < (select max(edition) from rules)")
    for column in ("category", "region", "edition"):
        op.drop_column("rules", column)
    for table in ("rule_previews", "rule_deeds", "rule_versions", "rule_editions"):
        op.drop_table(table)
