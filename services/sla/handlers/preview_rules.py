"""How many open cases a version would move, and how many would be late: by deriving each of them with it.

Only cases that a differing rule concerns are looked at; all others cannot
change. They are taken in slices, each one transaction with its progress, so
that memory is bounded and a crash costs one slice. The page counts for two
seconds; what is left then the worker goes on with.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from services.sla.domain.changes import Move, moves
from services.sla.domain.derive import derive
from services.sla.domain.rules import RuleBook
from services.sla.domain.versions import differing
from services.sla.handlers.coming import coming
from services.sla.store import histories, rule_previews, rule_versions
from services.sla.store.book import book
from shared.store import Store, Timer, Transaction

SLICE = 250
AT_ONCE = 2.0
"""Seconds a page counts before it leaves the rest to the worker."""

WORST = 20


def preview(store: Store, rule_set: str, number: int) -> int:
    """Begin to count, and go on for a moment; the preview's id. Raises NotFound, and what `coming` raises."""
    until = time.monotonic() + AT_ONCE
    with store.begin() as tx:
        row = rule_versions.version(tx.session, rule_set, number)
        edition = coming(tx, row)
        assert edition.before is not None
        expected = rule_previews.expected(tx.session, differing(edition.before, edition))
        preview_id = rule_previews.add(tx.session, row.id, edition.before.number, tx.now, expected)
    while time.monotonic() < until:
        with store.begin() as tx:
            if _count(tx, preview_id):
                return preview_id
    with store.begin() as tx:
        tx.schedule("rules.preview", f"{preview_id}:0", tx.now, {"preview": preview_id, "slice": 0})
    return preview_id


def count_on(tx: Transaction, timer: Timer) -> None:
    """The next slice of a preview that was too long for a page."""
    preview_id, number = timer.payload["preview"], timer.payload["slice"] + 1
    if not _count(tx, preview_id):
        payload = {"preview": preview_id, "slice": number}
        tx.schedule("rules.preview", f"{preview_id}:{number}", tx.now, payload)


def _count(tx: Transaction, preview_id: int) -> bool:
    """One slice; whether that was the last. A preview beside rules that have changed meanwhile is given up."""
    found = rule_previews.lock(tx.session, preview_id)
    if found.ended_at is not None or rule_versions.newest_edition(tx.session).number != found.edition:
        return True
    row = rule_previews.version_of(tx.session, found)
    edition = coming(tx, row)
    assert edition.before is not None
    proposed = RuleBook(edition.rules, max(found.at, edition.before.since or found.at), edition.before, edition.number)
    ids = rule_previews.next_cases(tx.session, differing(edition.before, edition), found.position, SLICE)
    cases = rule_previews.cases(tx.session, ids)
    facts = histories.histories_of(tx.session, ids)
    kept = histories.clocks_of(tx.session, ids)
    almanacs = book(tx.session)
    moved, late = 0, 0
    by_agency, worst = dict(found.by_agency), list(found.worst)
    for case in cases:
        known = {clock_id: one.clock for clock_id, one in kept[case.complaint_id].items()}
        almanac = almanacs.almanac(case.region)
        derived = derive(case.complaint_id, facts[case.complaint_id], proposed, almanac, case.region)
        if not (shifted := moves(known, derived.clocks)):
            continue
        overdue = [move for move in shifted if _becomes_late(move, found.at)]
        moved, late = moved + 1, late + bool(overdue)
        agency = by_agency.setdefault(case.agency_id or "", [0, 0])
        by_agency[case.agency_id or ""] = [agency[0] + 1, agency[1] + bool(overdue)]
        worst += [_told(case, move, move in overdue) for move in overdue or shifted[:1]]
    worst.sort(key=lambda one: (not one["late"], one["after"]))
    done = len(ids) < SLICE
    rule_previews.note(
        tx.session,
        preview_id,
        {
            "position": ids[-1] if ids else found.position,
            "seen": found.seen + len(ids),
            "moved": found.moved + moved,
            "late": found.late + late,
            "by_agency": by_agency,
            "worst": worst[:WORST],
            "ended_at": tx.now if done else None,
        },
    )
    return done


def _becomes_late(move: Move, at: datetime) -> bool:
    """Whether the clock is in time as it is, and over its limit as it would be."""
    if move.after.expires or move.after.passes_at is None or move.after.passes_at > at:
        return False
    return move.before.passes_at is None or move.before.passes_at > at


def _told(case: Any, move: Move, late: bool) -> dict[str, Any]:
    return {
        "complaint_id": str(case.complaint_id),
        "case_number": case.case_number,
        "agency_id": case.agency_id,
        "clock": move.after.clock,
        "before": move.before.due_date.isoformat(),
        "after": move.after.due_date.isoformat(),
        "late": late,
    }
