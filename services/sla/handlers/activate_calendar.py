"""Another supervisor puts a proposal for a calendar or an office into force; open cases follow."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import Row, insert

from services.sla.domain.decree import NATION, decreed_years
from services.sla.handlers import recompute_all
from services.sla.handlers.calendar_refusals import second_person
from services.sla.store import proposals, tables, versions
from services.sla.store.almanacs import VALIDITY
from shared.accounts import Officer
from shared.store import Transaction


def activate(tx: Transaction, officer: Officer, number: int) -> int:
    """Put a proposal into force, and have the open cases computed anew; the number of that work.

    Raises Forbidden for whoever proposed it, Conflict when it was decided or the calendar has changed since.
    """
    proposal = proposals.still_open(tx.session, number, lock=True)
    if proposals.made_by(proposal, officer):
        raise second_person()
    proposals.decided(tx, officer, number, "activated")
    if proposal.kind == "office":
        _add_office(tx, officer, proposal)
        return recompute_all.begin(tx, *_cause(proposal), agencies=[proposal.scope])
    _add_version(tx, officer, proposal)
    regions = proposals.regions_of(tx.session, proposal.scope)
    return recompute_all.begin(tx, *_cause(proposal), regions=regions)


def _add_version(tx: Transaction, officer: Officer, proposal: Row[Any]) -> None:
    versions.one_at_a_time(tx.session)
    newest = versions.newest(tx.session, proposal.scope)
    if proposals.is_overtaken(tx.session, proposal):
        raise proposals.overtaken()
    national = proposal.scope == NATION
    change = proposals.change_of(proposal.content)
    days = change.applied(versions.days_of(tx.session, proposal.based_on), proposal.scope)
    known = newest.decrees if newest else {}
    decrees = decreed_years(known, change, proposal.name) if national else known
    number = newest.number + 1 if newest else 1
    content = json.dumps([proposal.name, proposal.source, proposal.content], sort_keys=True)
    versions.add(
        tx.session,
        days.values(),
        version=f"{proposal.scope}-{number}",
        scope=proposal.scope,
        name=proposal.name,
        source=proposal.source,
        recorded_by=proposal.proposed_by,
        confirmed_by=officer.name,
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
        covered_from=newest.covered_from if newest else date(2000, 1, 1),
        covered_until=versions.known_until(decrees) if national else date(2099, 12, 31),
        decrees=decrees,
        loaded_at=tx.now,
    )


def _add_office(tx: Transaction, officer: Officer, proposal: Row[Any]) -> None:
    days = {name: date.fromisoformat(day) if (day := proposal.content[name]) else None for name in VALIDITY}
    row = {
        **proposal.content,
        **days,
        "agency_id": proposal.scope,
        "source": f"{proposal.name}; {proposal.source}",
        "recorded_at": tx.now,
        "recorded_by": proposal.proposed_by,
        "confirmed_by": officer.name,
    }
    tx.session.execute(insert(tables.offices).values(row))


def _cause(proposal: Row[Any]) -> tuple[str, str]:
    name = proposal.name[:200]
    if proposal.kind == "office":
        return f"Hari kerja instansi berubah: {name}.", f"The working days of an agency changed: {name}."
    return f"Kalender berubah: {name}.", f"The calendar changed: {name}."
