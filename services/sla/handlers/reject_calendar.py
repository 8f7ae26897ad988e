"""A proposal for a calendar or an office is put away."""

from __future__ import annotations

from services.sla.store import proposals
from shared.accounts import Officer
from shared.store import Transaction


def reject(tx: Transaction, officer: Officer, number: int) -> None:
    """Put a proposal away; whoever made it may take it back. Raises NotFound, and Conflict when it was decided."""
    proposals.still_open(tx.session, number, lock=True)
    proposals.decided(tx, officer, number, "rejected")
