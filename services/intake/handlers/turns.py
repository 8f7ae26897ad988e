"""Taking turns: what concerns one sender is done one after the other, in whichever replica."""

from __future__ import annotations

from sqlalchemy import text

from shared.store import Transaction


def wait_for_turn(tx: Transaction, who: bytes) -> None:
    """Hold everybody else who waits for the same turn until this transaction ends."""
    tx.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"intake/{who.hex()}"}
    )
