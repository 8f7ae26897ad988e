"""A draft is proposed, as it stands, for another officer to activate."""

from __future__ import annotations

from services.sla.domain.versions import missing
from services.sla.handlers.coming import coming
from services.sla.handlers.rule_refusals import no_preview, not_now, refused
from services.sla.store import law, previews, rule_versions
from services.sla.store.tables import rule_previews
from shared.accounts import Officer
from shared.store import Transaction


def propose(tx: Transaction, officer: Officer, rule_set: str, number: int) -> None:
    """Propose a draft. Raises Invalid while it is empty or contradicts other rules, Conflict when it is no draft any
    more or nobody has seen its preview."""
    rule_versions.one_at_a_time(tx.session)
    row = rule_versions.version(tx.session, rule_set, number)
    if row.state != "draft":
        raise not_now(tx.session, row, law.today(tx.session, tx.now))
    if lacking := missing(rule_versions.content(row)):
        raise refused(lacking)
    coming(tx, row)
    if not previews.counted(tx.session, rule_previews, row.id, rule_versions.newest_edition(tx.session).number):
        raise no_preview()
    rule_versions.change(tx.session, row.id, state="proposed", proposed_by=officer.officer_id)
    rule_versions.note(tx, row.id, "proposed", officer)
