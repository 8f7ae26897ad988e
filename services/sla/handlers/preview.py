"""How many open cases a version of a rule set or a proposal for a calendar would move, and how many would be late.

All open cases are walked through in slices, each one transaction with its
progress, so that statements and memory stay small and a crash costs one slice;
those with a clock that cannot move are passed over, the others are derived. The
page counts for two seconds; the worker goes on with what is left then, and also
when the page's process dies meanwhile: its timer is set before anything is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table

from services.sla.domain.almanac import Almanac
from services.sla.domain.changes import Move
from services.sla.domain.rules import RuleBook
from services.sla.domain.versions import differing
from services.sla.handlers.coming import coming
from services.sla.handlers.foresee import Foreseen, foresee
from services.sla.store import concerned, previews, proposals, rule_versions
from services.sla.store.book import book
from services.sla.store.tables import calendar_previews, calendar_proposals, rule_previews
from services.sla.store.tables import rule_versions as versions_
from shared.store import Store, Timer, Transaction

SLICE = 500
AT_ONCE = 2.0
"""Seconds a page counts before it leaves the rest to the worker."""

WORST = 20


@dataclass(frozen=True, slots=True)
class _Coming:
    """What would count: the rules, the calendars of the regions, and which clocks they may move."""

    rules: RuleBook
    almanacs: Mapping[str, Almanac]
    clocks: concerned.Clocks


def preview_rules(store: Store, rule_set: str, number: int) -> None:
    """Begin to count what a version would do, and go on for a moment. Raises NotFound, and what `coming` raises."""

    def begin(tx: Transaction) -> int:
        row = rule_versions.version(tx.session, rule_set, number)
        coming(tx, row)
        return _add(tx, rule_previews, row.id)

    _begin(store, "rules.preview", begin)


def preview_calendar(store: Store, number: int) -> None:
    """Begin to count what a proposal would do, and go on for a moment.

    Raises NotFound, and Conflict when it was decided or the calendar has changed since.
    """

    def begin(tx: Transaction) -> int:
        proposal = proposals.still_open(tx.session, number)
        if proposals.is_overtaken(tx.session, proposal):
            raise proposals.overtaken()
        return _add(tx, calendar_previews, proposal.id)

    _begin(store, "calendar.preview", begin)


def preview_once(store: Store, number: int) -> None:
    """The first preview of a proposal that was just made; nothing when it has one, for the form was sent twice."""
    with store.read() as session:
        found = previews.newest(session, calendar_previews, number)
    if found is None:
        preview_calendar(store, number)


def count_on(tx: Transaction, timer: Timer) -> None:
    """The next slice of a preview that was too long for a page."""
    preview_id, number = timer.payload["preview"], timer.payload["slice"] + 1
    if not _count(tx, timer.kind, preview_id):
        _schedule(tx, timer.kind, preview_id, number)


def _rules(tx: Transaction, preview: Row[Any]) -> _Coming:
    row = tx.session.execute(versions_.select().where(versions_.c.id == preview.version_id)).one()
    edition = coming(tx, row)
    assert edition.before is not None
    since = max(preview.at, edition.before.since or preview.at)
    proposed = RuleBook(edition.rules, since, edition.before, edition.number)
    return _Coming(proposed, book(tx.session).almanacs, concerned.of_rules(differing(edition.before, edition)))


def _calendars(tx: Transaction, preview: Row[Any]) -> _Coming | None:
    proposal = tx.session.execute(
        calendar_proposals.select().where(calendar_proposals.c.id == preview.proposal_id)
    ).one()
    if proposal.decision or proposals.is_overtaken(tx.session, proposal):
        return None
    almanacs = proposals.almanacs_with(tx.session, proposal, preview.at)
    return _Coming(book(tx.session).rules, almanacs, proposals.concerned_by(tx.session, proposal))


_KINDS: Mapping[str, tuple[Table, Callable[[Transaction, Row[Any]], _Coming | None]]] = {
    "rules.preview": (rule_previews, _rules),
    "calendar.preview": (calendar_previews, _calendars),
}


def _add(tx: Transaction, table: Table, about: Any) -> int:
    return previews.add(tx.session, table, about, rule_versions.newest_edition(tx.session).number, tx.now)


def _begin(store: Store, kind: str, begin: Callable[[Transaction], int]) -> None:
    until = time.monotonic() + AT_ONCE
    with store.begin() as tx:
        preview_id = begin(tx)
        _schedule(tx, kind, preview_id, 0, timedelta(seconds=AT_ONCE))
    done = False
    while not done and time.monotonic() < until:
        with store.begin() as tx:
            done = _count(tx, kind, preview_id)
    if done:
        # Apart from the counting: a worker that has the timer now waits for the preview and must not be waited for.
        with store.begin() as tx:
            tx.cancel(kind, f"{preview_id}:0")


def _schedule(tx: Transaction, kind: str, preview_id: int, number: int, pause: timedelta = timedelta()) -> None:
    tx.schedule(kind, f"{preview_id}:{number}", tx.now + pause, {"preview": preview_id, "slice": number})


def _count(tx: Transaction, kind: str, preview_id: int) -> bool:
    """One slice; whether that was the last. A preview beside what has changed meanwhile is given up."""
    table, as_it_would_be = _KINDS[kind]
    found = previews.lock(tx.session, table, preview_id)
    if found.ended_at is not None or rule_versions.newest_edition(tx.session).number != found.edition:
        return True
    would = as_it_would_be(tx, found)
    if would is None:
        return True
    ids = previews.next_cases(tx.session, found.position, SLICE)
    cases = concerned.among(tx.session, ids, would.clocks)
    foreseen = foresee(tx.session, cases, would.rules, would.almanacs, found.at)
    done = len(ids) < SLICE
    progress = {"position": ids[-1] if ids else found.position, "seen": found.seen + len(ids)}
    previews.note(
        tx.session,
        table,
        preview_id,
        {**progress, **_together(found, foreseen), "ended_at": tx.now if done else None},
    )
    return done


def _together(found: Row[Any], foreseen: list[Foreseen]) -> dict[str, Any]:
    """What was found before, and in this slice."""
    by_agency, worst = dict(found.by_agency), list(found.worst)
    for one in foreseen:
        agency_id = one.case.agency_id or ""
        moved, late = by_agency.get(agency_id, (0, 0))
        by_agency[agency_id] = [moved + 1, late + bool(one.late)]
        worst += [_told(one.case, move, late=bool(one.late)) for move in one.late or one.moves[:1]]
    worst.sort(key=lambda told: (not told["late"], told["after"]))
    return {
        "moved": found.moved + len(foreseen),
        "late": found.late + sum(bool(one.late) for one in foreseen),
        "by_agency": by_agency,
        "worst": worst[:WORST],
    }


def _told(case: Row[Any], move: Move, *, late: bool) -> dict[str, Any]:
    return {
        "complaint_id": str(case.complaint_id),
        "case_number": case.case_number,
        "agency_id": case.agency_id,
        "clock": move.after.clock,
        "before": move.before.due_date.isoformat(),
        "after": move.after.due_date.isoformat(),
        "late": late,
    }
