"""The deadline board: what is late and what will be within a week, for those who must act or watch."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from services.sla.store import law
from services.sla.store.board import PAGE, board
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
    now = clock.now()
    with store().read() as session:
        found = board(
            session,
            now,
            agency_id=None if chosen == COORDINATOR else chosen,
            only_agency=bool(chosen),
        )
        today = law.today(session, now)
    return render_template(
        "sla/board.html",
        board=found,
        names=Names(),
        today=today,
        chosen=chosen,
        fixed=mine is not None,
        coordinator=COORDINATOR,
        most=PAGE,
        words=words,
    )
