"""A time stamp of RFC 3161 beside a file"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("stamping", sa.String(length=10), server_default="none", nullable=False))
    op.add_column("files", sa.Column("stamp", sa.LargeBinary(), nullable=True))
    op.add_column("files", sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("files", sa.Column("not_stamped", sa.String(length=20), nullable=True))
    op.create_check_constraint(
        op.f("ck_files_stamping"), "files", "stamping in ('none', 'wanted', 'stamped', 'failed')"
    )
    op.create_check_constraint(op.f("ck_files_stamp"), "files", "(stamping = 'stamped') = (stamp is not null)")


def downgrade() -> None:
    for column in ("not_stamped", "stamped_at", "stamp", "stamping"):
        op.drop_column("files", column)
