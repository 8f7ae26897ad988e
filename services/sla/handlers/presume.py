"""Nobody looked at the complaint in time: its file counts as complete since it came, and the legal limit runs."""

from __future__ import annotations

from services.sla.domain.derive import derive
from services.sla.domain.history import Fact
from services.sla.handlers.recompute import recompute
from services.sla.store import histories
from services.sla.store.book import book
from shared.errors import NotYet
from shared.ids import new_id
from shared.store import Timer, Transaction


def presume(tx: Transaction, timer: Timer) -> None:
    """Add the fact, dated at the moment the time was over, unless somebody has looked meanwhile."""
    assert timer.subject is not None
    case = histories.lock_case(tx.session, timer.subject)
    if case is None:
        raise NotYet("the case is being changed")
    rules = book(tx.session)
    facts = histories.histories_of(tx.session, [timer.subject])[timer.subject]
    presumed_at = derive(timer.subject, facts, rules.rules, rules.almanac(case.region), case.region).presumed_at
    if presumed_at is None or presumed_at > timer.due_at:
        return
    histories.add_facts(tx.session, [(timer.subject, Fact(new_id(), "presumed_complete", presumed_at))])
    recompute(tx, [case])
