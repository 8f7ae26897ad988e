"""What everybody may look up: the days off of a year, and the limits with their sources and doubts."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from services.sla.store import law
from services.sla.web import words
from shared import clock
from shared.errors import Invalid
from shared.web import recognise, store

blueprint = Blueprint("law", __name__)
blueprint.before_request(recognise)


def wanted_year(given: str | None, today: int) -> int:
    """The year asked for, this year when none is. Raises Invalid for what is no year of this or the last century."""
    if not given:
        return today
    if not (given.isascii() and given.isdigit() and 1900 <= int(given[:5]) <= 2100):
        raise Invalid(
            "no_such_year",
            "Tahun harus berupa angka antara 1900 dan 2100.",
            "The year must be a number between 1900 and 2100.",
        )
    return int(given)


@blueprint.get("/kalender")
def calendar() -> str:
    """The days off of a year, and how far the calendar is known."""
    with store().read() as session:
        today = law.today(session, clock.now())
        found = law.year(session, wanted_year(request.args.get("tahun"), today.year))
    return render_template("sla/calendar.html", found=found, words=words)


@blueprint.get("/aturan")
def rules() -> str:
    """All rule sets."""
    with store().read() as session:
        sets = law.rule_sets(session)
    return render_template("sla/rules.html", sets=sets, words=words)
