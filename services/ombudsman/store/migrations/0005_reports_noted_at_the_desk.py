"""Reports on a recommendation that came to the Ombudsman by another way, noted at its desk"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recommendations", sa.Column("reported_how", sa.Text(), nullable=True))
    op.add_column("recommendations", sa.Column("reported_to", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_recommendations_reported_to_accounts"), "recommendations", "accounts", ["reported_to"], ["account_id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_recommendations_reported_to_accounts"), "recommendations", type_="foreignkey")
    op.drop_column("recommendations", "reported_to")
    op.drop_column("recommendations", "reported_how")
