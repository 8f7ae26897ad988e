"""The deadline board: what is late and what will be within a week, for those who must act or watch."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request

from services.sla.store import board, law
from services.sla.store.board import LATE, LEVELS, PAGE, Mark, Whose
from services.sla.store.book import book
from services.sla.web import words
from services.sla.web.agencies import Names
from services.sla.web.readers import READERS, scope
from shared import clock
from shared.web import requires, store

blueprint = Blueprint("board", __name__)

COORDINATOR = "koordinator"
"""How the filter names the coordinator's own limits, which belong to no agency."""


@blueprint.get("/")
@requires(*READERS)
def show() -> str:
    """An officer sees her agency; coordinator and supervisors see all, or one agency they choose."""
    mine = scope()
    chosen = mine or request.args.get("instansi", "")[:120]
    level = request.args.get("tingkat", "")
    level = level if level in LEVELS else ""
    whose = Whose(None if chosen == COORDINATOR and not mine else chosen) if chosen else None
    with store().read() as session:
        today = law.today(session, clock.now())
        heat = board.heat(session, today, whose)
        rows = board.page(session, today, whose=whose, level=level, after=_mark())
        provisional = {row.clock_id for row in rows if book(session).is_provisional(row)}
    shown = rows[:PAGE]
    return render_template(
        "sla/board.html",
        heat=heat,
        late=sum(one.late for one in heat),
        soon=sum(one.soon for one in heat),
        rows=shown,
        provisional=provisional,
        following=Mark(shown[-1].due_date, shown[-1].clock_id) if len(rows) > PAGE else None,
        first_page="sesudah" not in request.args,
        names=Names(),
        today=today,
        chosen=chosen,
        level=level,
        levels=LEVELS,
        late_levels=LATE,
        fixed=mine is not None,
        coordinator=COORDINATOR,
        words=words,
    )


def _mark() -> Mark | None:
    """Where the page before ended, as its link says; what is no such place is the beginning."""
    day, _sep, clock_id = request.args.get("sesudah", "").partition("_")
    try:
        return Mark(date.fromisoformat(day), UUID(clock_id))
    except ValueError:
        return None
