"""A supervisor proposes a change of days in the nation's calendar, a province's or a regency's, by a decree."""

from __future__ import annotations

from services.sla.domain.decree import NATION, Change, DecreeError, decreed_years
from services.sla.handlers.calendar_refusals import refused
from services.sla.store import proposals, versions
from shared.accounts import Officer
from shared.store import Transaction


def propose_days(tx: Transaction, officer: Officer, scope: str, name: str, source: str, change: Change) -> int:
    """Propose days to add and to take back; the number of the proposal. Raises Invalid when they make no sense."""
    if scope not in proposals.scopes(tx.session):
        raise refused("scope", DecreeError(f"Kalender {scope} tidak dikenal.", f"There is no calendar {scope}."))
    newest = versions.newest(tx.session, scope)
    try:
        change.applied(versions.days_of(tx.session, newest.version if newest else None), scope)
        if scope == NATION:
            decreed_years(newest.decrees if newest else {}, change, name)
    except DecreeError as error:
        raise refused("days", error) from None
    return proposals.add(
        tx,
        officer,
        kind="days",
        scope=scope,
        based_on=newest.version if newest else None,
        name=name,
        source=source,
        content=proposals.content_of(change),
    )
