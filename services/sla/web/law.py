"""What everybody may look up: the days off of a year, and the limits with their sources and doubts."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from services.sla.store import law, proposals, recomputations, versions
from services.sla.web import words
from services.sla.web.calendars import DECIDES, kind_of, year_at_a_glance
from services.sla.web.readers import RULE_READERS
from shared import clock
from shared.errors import Invalid
from shared.web import recognise, signed_in, store

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
        listed = versions.all_of(session, proposals.scopes(session))
        works = recomputations.unfinished(session)
        regions = law.region_names(session)
    officer = signed_in()
    return render_template(
        "sla/calendar.html",
        found=found,
        months=year_at_a_glance(found.year),
        off={day.date: day for day in found.days},
        kind_of=kind_of,
        versions=listed,
        works=works,
        regions=regions,
        decides=officer is not None and officer.role == DECIDES,
        words=words,
    )


@blueprint.get("/aturan")
def rules() -> str:
    """All rule sets."""
    with store().read() as session:
        sets = law.rule_sets(session)
    names = {one.id: one.name for one in sets}
    return render_template("sla/rules.html", sets=sets, names=names, words=words, readers=RULE_READERS)
