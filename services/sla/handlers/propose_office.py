"""A supervisor proposes an office's own days: its week, its work through cuti bersama, its time zone."""

from __future__ import annotations

from datetime import date

from services.sla.domain.decree import ZONES, DecreeError
from services.sla.handlers.calendar_refusals import refused
from services.sla.store import proposals
from shared.accounts import Officer
from shared.store import Transaction


def propose_office(
    tx: Transaction,
    officer: Officer,
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
    """Propose on which days an office works, from when to when; the number of the proposal. `zone` None: the region's.

    Raises Invalid for an unknown zone and for a validity that makes no sense.
    """
    if zone is not None and zone not in ZONES:
        raise refused("zone", DecreeError("Zona waktu tidak dikenal.", "This time zone is not known."))
    if not 2000 <= valid_from.year <= 2099 or (valid_to and not valid_from <= valid_to <= date(2099, 12, 31)):
        raise refused(
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
    return proposals.add(tx, officer, kind="office", scope=agency_id, name=name, source=source, content=content)
