"""Nothing is kept of clocks' timers that fired; tables that change all the time are tidied sooner"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What they did stands in `steps` and `facts`.
KNOWN_OTHERWISE = """
    delete from timers where state = 'cancelled' or state = 'fired' and kind in
        ('clock.remind', 'clock.due', 'clock.escalate', 'clock.daily', 'file.presume')
"""

# By default PostgreSQL tidies a table when a fifth of it has changed: of a million timers that is a day's work. The
# outbox is tidied by its changes alone, for it is nearly always empty. Room on each page lets a row that changes in no
# indexed column stay where it is, and its indexes untouched.
TIDIED = {
    "timers": "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02",
    "outbox": "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000",
    "sequences": "autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80",
    "clocks": "autovacuum_vacuum_scale_factor = 0.05, fillfactor = 85",
    "cases": "autovacuum_vacuum_scale_factor = 0.05, fillfactor = 90",
}


def upgrade() -> None:
    op.execute(KNOWN_OTHERWISE)
    for table, settings in TIDIED.items():
        op.execute(f"alter table {table} set ({settings})")


def downgrade() -> None:
    for table, settings in TIDIED.items():
        names = ", ".join(setting.partition(" =")[0] for setting in settings.split(", "))
        op.execute(f"alter table {table} reset ({names})")
