"""A draft or a proposal is taken back. What is in force ends by a version that says so, with four eyes."""

from __future__ import annotations

from services.sla.handlers.rule_refusals import not_now
from services.sla.store import law, rule_versions
from shared.accounts import Officer
from shared.store import Transaction


def withdraw(tx: Transaction, officer: Officer, rule_set: str, number: int) -> None:
    """Take a draft or proposal back. Raises Conflict when it is neither any more."""
    rule_versions.one_at_a_time(tx.session)
    row = rule_versions.version(tx.session, rule_set, number)
    if row.state not in ("draft", "proposed"):
        raise not_now(tx.session, row, law.today(tx.session, tx.now))
    rule_versions.change(tx.session, row.id, state="withdrawn")
    rule_versions.note(tx, row.id, "withdrawn", officer)
