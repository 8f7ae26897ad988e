"""A decree during the year: one supervisor proposes a change of days, another one decides; open cases follow.

Days are changed in the nation's calendar, a province's or a regency's; or an
office's own week, its work through cuti bersama and its time zone are.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import Row, insert

from services.sla.domain.decree import NATION, Change, DecreeError
from services.sla.handlers import recompute_all
from services.sla.store import proposals, tables, versions
from services.sla.store.almanacs import VALIDITY
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.store import Transaction

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA, WIT."""


def propose_days(tx: Transaction, who: str, scope: str, name: str, source: str, change: Change) -> int:
    """Propose days to add and to take back; the number of the proposal. Raises Invalid when they make no sense."""
    if scope not in proposals.scopes(tx.session):
        raise _invalid("scope", DecreeError(f"Kalender {scope} tidak dikenal.", f"There is no calendar {scope}."))
    newest = versions.newest(tx.session, scope)
    try:
        change.applied(versions.days_of(tx.session, newest.version if newest else None), scope)
        _decrees(newest, change, name, scope)
    except DecreeError as error:
        raise _invalid("days", error) from None
    based_on = newest.version if newest else None
    return _propose(tx, who, "days", scope, name, source, proposals.content_of(change), based_on)


def propose_office(
    tx: Transaction,
    who: str,
    agency_id: str,
    name: str,
    source: str,
    *,
    saturdays: bool,
    through_joint_leave: bool,
    zone: str | None,
    valid_from: date,
    valid_to: date | None,
) -> int:
    """Propose the days of an office: when it works on Saturdays and through cuti bersama, and its time zone."""
    if zone is not None and zone not in ZONES:
        raise _invalid("zone", DecreeError("Zona waktu tidak dikenal.", "This time zone is not known."))
    if not 2000 <= valid_from.year <= 2099 or (valid_to and not valid_from <= valid_to <= date(2099, 12, 31)):
        raise _invalid(
            "valid_from",
            DecreeError(
                "Masa berlaku harus mulai sebelum berakhir, dalam tahun 2000 sampai 2099.",
                "The validity must begin before it ends, within the years 2000 to 2099.",
            ),
        )
    content = {
        "saturdays": saturdays,
        "through_joint_leave": through_joint_leave,
        "zone": zone,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
    }
    return _propose(tx, who, "office", agency_id, name, source, content, None)


def activate(tx: Transaction, who: str, number: int) -> int:
    """Put a proposal into force, and have the open cases computed anew; the number of that work.

    Raises Forbidden for whoever proposed it, Conflict when it was decided or the calendar has changed since.
    """
    proposal = _open(tx, number)
    if proposal.proposed_by == who:
        raise Forbidden(
            "second_person",
            "Usulan ini harus disahkan oleh pengawas lain, bukan pengusulnya.",
            "Another supervisor than the one who proposed it must put this into force.",
        )
    proposals.decided(tx.session, number, "activated", who, tx.now)
    if proposal.kind == "office":
        _add_office(tx, who, proposal)
        return recompute_all.begin(tx, *_cause(proposal), agencies=[proposal.scope])
    _add_version(tx, who, proposal)
    regions = proposals.regions_of(tx.session, proposal.scope)
    return recompute_all.begin(tx, *_cause(proposal), regions=regions)


def reject(tx: Transaction, who: str, number: int) -> None:
    """Put a proposal away. Whoever made it may take it back."""
    _open(tx, number)
    proposals.decided(tx.session, number, "rejected", who, tx.now)


def _propose(
    tx: Transaction, who: str, kind: str, scope: str, name: str, source: str, content: Any, based_on: str | None
) -> int:
    return proposals.add(
        tx.session,
        kind=kind,
        scope=scope,
        based_on=based_on,
        name=name,
        source=source,
        content=content,
        proposed_at=tx.now,
        proposed_by=who,
    )


def _open(tx: Transaction, number: int) -> Row[Any]:
    proposal = proposals.one(tx.session, number, lock=True)
    if proposal is None:
        raise NotFound("no_such_proposal", "Usulan ini tidak ada.", "There is no such proposal.")
    if proposal.decision:
        raise Conflict("already_decided", "Usulan ini sudah diputuskan.", "This proposal was decided already.")
    return proposal


def _add_version(tx: Transaction, who: str, proposal: Row[Any]) -> None:
    versions.one_at_a_time(tx.session)
    newest = versions.newest(tx.session, proposal.scope)
    if (newest.version if newest else None) != proposal.based_on:
        raise Conflict(
            "calendar_changed",
            "Kalender sudah berubah sejak usulan ini dibuat. Buat usulan baru.",
            "The calendar has changed since this was proposed. Propose it anew.",
        )
    change = proposals.change_of(proposal.content)
    days = change.applied(versions.days_of(tx.session, proposal.based_on), proposal.scope)
    decrees = _decrees(newest, change, proposal.name, proposal.scope)
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
        confirmed_by=who,
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
        covered_from=newest.covered_from if newest else date(2000, 1, 1),
        covered_until=versions.known_until(decrees) if proposal.scope == NATION else date(2099, 12, 31),
        decrees=decrees,
        loaded_at=tx.now,
    )


def _decrees(newest: Row[Any] | None, change: Change, name: str, scope: str) -> dict[str, str]:
    """The decree of each year whose cuti bersama is known. Raises DecreeError when a year would be left out."""
    known: dict[str, str] = dict(newest.decrees) if newest else {}
    if scope != NATION:
        return known
    years = sorted({off.date.year for off in change.add if off.kind == "joint_leave"})
    for year in (one for one in years if str(one) not in known):
        if known and str(year - 1) not in known and year > min(map(int, known)):
            raise DecreeError(
                f"Cuti bersama {year} tidak dapat dicatat sebelum {year - 1}: kalender akan berlubang.",
                f"Cuti bersama of {year} cannot be recorded before {year - 1}: the calendar would have a hole.",
            )
        known[str(year)] = name
    return known


def _add_office(tx: Transaction, who: str, proposal: Row[Any]) -> None:
    days = {name: date.fromisoformat(day) if (day := proposal.content[name]) else None for name in VALIDITY}
    row = {
        **proposal.content,
        **days,
        "agency_id": proposal.scope,
        "source": f"{proposal.name}; {proposal.source}",
        "recorded_at": tx.now,
        "recorded_by": proposal.proposed_by,
        "confirmed_by": who,
    }
    tx.session.execute(insert(tables.offices).values(row))


def _cause(proposal: Row[Any]) -> tuple[str, str]:
    name = proposal.name[:200]
    if proposal.kind == "office":
        return f"Hari kerja instansi berubah: {name}.", f"The working days of an agency changed: {name}."
    return f"Kalender berubah: {name}.", f"The calendar changed: {name}."


def _invalid(field: str, error: DecreeError) -> Invalid:
    return Invalid("calendar_refused", error.id, error.en, {field: [error.id]})
