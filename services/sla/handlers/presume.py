"""Nobody looked at complaints in time: their files count as complete since they came, and the legal limit runs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.sla.domain.derive import derive
from services.sla.domain.history import Fact
from services.sla.handlers.recompute import recompute
from services.sla.store import histories
from services.sla.store.book import book_until_commit
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Timer, Transaction
from shared.usecases import Waiting


def presume(tx: Transaction, timers: Sequence[Timer]) -> Waiting:
    """Add the fact, dated at the moment the time was over, unless somebody has looked meanwhile.

    Limits that are just coming into force are waited for: a fact added by those of before would stay.
    """
    cases = histories.lock_free(tx.session, [timer.subject for timer in timers if timer.subject])
    rules, facts = book_until_commit(tx.session), histories.histories_of(tx.session, list(cases))
    presumed: dict[UUID, Fact] = {}
    for timer in timers:
        if not timer.subject or timer.subject not in cases:
            continue
        region = cases[timer.subject].region
        derivation = derive(timer.subject, facts[timer.subject], rules.rules, rules.almanac(region), region)
        at = derivation.presumed_at
        if at and at > timer.due_at:
            tx.schedule(timer.kind, timer.key, at, subject=timer.subject)  # the days are others than when it was set
        elif at:
            presumed[timer.subject] = Fact(new_id(), "presumed_complete", at)
    if presumed:
        histories.add_facts(tx.session, presumed.items())
        recompute(tx, [cases[complaint_id] for complaint_id in presumed])
    changing = NotYet("the case is being changed")
    return {timer.id: changing for timer in timers if timer.subject not in cases}
