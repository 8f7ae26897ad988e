"""Which of some cases would move under other rules or calendars, how, and which of them would be late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from services.sla.domain.almanac import Almanac
from services.sla.domain.changes import Move, moves
from services.sla.domain.derive import derive
from services.sla.domain.rules import RuleBook
from services.sla.store import histories


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A case of which some limit would end on another day. `late`: those that would be passed at once."""

    case: Row[Any]
    moves: Sequence[Move]
    late: Sequence[Move]


def foresee(
    session: Connection, cases: Sequence[Row[Any]], rules: RuleBook, almanacs: Mapping[str, Almanac], at: datetime
) -> list[Foreseen]:
    """Derive each case as if these rules and calendars counted since `at`, and compare with its clocks as kept."""
    ids = [case.complaint_id for case in cases]
    facts, kept = histories.histories_of(session, ids), histories.clocks_of(session, ids)
    found = []
    for case in cases:
        known = {clock_id: one.clock for clock_id, one in kept[case.complaint_id].items()}
        derived = derive(case.complaint_id, facts[case.complaint_id], rules, almanacs[case.region], case.region)
        if moved := moves(known, derived.clocks):
            found.append(Foreseen(case, moved, [move for move in moved if move.makes_late(at)]))
    return found
