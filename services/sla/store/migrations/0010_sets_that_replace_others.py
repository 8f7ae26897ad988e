"""A version of a rule set may replace another set"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rule_versions", sa.Column("replaces", sa.String(length=120), nullable=True))
    op.create_foreign_key(op.f("fk_rule_versions_replaces"), "rule_versions", "rule_sets", ["replaces"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_rule_versions_replaces"), "rule_versions")
    op.drop_column("rule_versions", "replaces")
