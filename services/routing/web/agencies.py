"""The agency directory: who can be sent a case, and what each has on its desk."""

from __future__ import annotations

from flask import Blueprint, render_template

from services.routing.store import queries
from services.routing.store.queue import open_by_agency
from services.routing.web import words
from services.routing.web.desk import me
from shared import clock
from shared.web import requires, store

blueprint = Blueprint("agencies", __name__)


@blueprint.get("/instansi")
@requires()
def show() -> str:
    """Every agency there is or was; those who serve the region also see how much each has to do."""
    officer = me()
    overview = officer.agency_id is None and officer.role in ("coordinator", "supervisor")
    with store().read() as session:
        agencies = queries.all_agencies(session)
        return render_template(
            "routing/agencies.html",
            agencies=agencies,
            names={agency.agency_id: agency.name for agency in agencies},
            units=sum(agency.kind in ("agency", "hospital") for agency in agencies),
            in_office={agency.agency_id for agency in queries.agencies_in_office(session, clock.now())},
            load=open_by_agency(session) if overview else None,
            words=words,
        )
