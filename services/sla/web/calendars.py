"""Calendars and their versions for everybody; proposals, their preview and their decision for supervisors."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import NATION, ZONES, between
from services.sla.handlers.activate_calendar import activate as activating
from services.sla.handlers.preview import preview_calendar, preview_once
from services.sla.handlers.reject_calendar import reject as rejecting
from services.sla.store import law, previews, proposals, recomputations, rule_versions, versions
from services.sla.store.tables import calendar_previews
from services.sla.web import proposing, words
from services.sla.web.agencies import Names
from services.sla.web.readers import me
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from shared.store.idempotency import once
from shared.texts import gettext as _
from shared.web import (
    body_limit,
    current_language,
    field_errors,
    form_key,
    recognise,
    requires,
    store,
)

blueprint = Blueprint("calendars", __name__)
blueprint.before_request(recognise)

DECIDES = "supervisor"
MIB = 1024 * 1024


def year_at_a_glance(year: int) -> list[list[list[date | None]]]:
    """The weeks of each month, Monday first; None where a week reaches into another month."""
    return [
        [
            [day if day.month == month else None for day in week]
            for week in months.Calendar().monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


@blueprint.get("/kalender/versi/<version>")
def show_version(version: str) -> str:
    """One version: its source, who recorded it, and what it changed against the one before."""
    with store().read() as session:
        found = versions.one(session, version)
        if found is None:
            raise NotFound("no_such_version", "Versi kalender ini tidak ada.", "There is no such version.")
        before = versions.before(session, found)
        days = versions.days_of(session, version)
        old = versions.days_of(session, before.version) if before else {}
    change = between(old, days)
    return render_template(
        "sla/version.html", found=found, before=before, change=change, old=old, kept=len(days), words=words
    )


@blueprint.get("/kalender/usulan")
@requires(DECIDES)
def show_proposals() -> str:
    """All proposals, the forms for new ones, and how far open cases have been computed anew."""
    return _desk({}, {})


@blueprint.post("/kalender/usulan")
@requires(DECIDES)
@body_limit(MIB)
def propose() -> Response | tuple[str, int]:
    """Propose days to add and to take back, typed in or out of an iCalendar file."""
    return _proposed(proposing.days)


@blueprint.post("/kalender/instansi")
@requires(DECIDES)
def propose_office() -> Response | tuple[str, int]:
    """Propose an office's own days."""
    return _proposed(proposing.office)


@blueprint.get("/kalender/usulan/<int(max=2147483647):number>")
@requires(DECIDES)
def show_proposal(number: int) -> str:
    """A proposal, and what the open cases would do."""
    with store().read() as session:
        found = proposals.one(session, number)
        if found is None:
            raise NotFound("no_such_proposal", "Usulan ini tidak ada.", "There is no such proposal.")
        preview = previews.newest(session, calendar_previews, number)
        overtaken = not found.decision and proposals.is_overtaken(session, found)
        edition = rule_versions.newest_edition(session).number
    change = proposals.change_of(found.content) if found.kind == "days" else None
    return render_template(
        "sla/proposal.html",
        found=found,
        change=change,
        preview=preview,
        outdated=preview is not None and preview.edition != edition,
        overtaken=proposals.overtaken().detail(current_language()) if overtaken else None,
        mine=proposals.made_by(found, me()),
        names=Names(),
        words=words,
    )


@blueprint.post("/kalender/usulan/<int(max=2147483647):number>/pratinjau")
@requires(DECIDES)
def count(number: int) -> Response:
    """Count its preview anew."""
    preview_calendar(store(), number)
    return redirect(url_for("calendars.show_proposal", number=number), 303)


@blueprint.post("/kalender/usulan/<int(max=2147483647):number>/sahkan")
@requires(DECIDES)
def activate(number: int) -> Response:
    """Put it into force."""
    return _decided(number, activating, _("Usulan sudah disahkan. Laporan terbuka sedang dihitung ulang."))


@blueprint.post("/kalender/usulan/<int(max=2147483647):number>/tolak")
@requires(DECIDES)
def reject(number: int) -> Response:
    """Put it away."""
    return _decided(number, rejecting, _("Usulan sudah ditolak."))


def _decided(number: int, decide: Any, done: str) -> Response:
    try:
        with store().begin() as tx:
            decide(tx, me(), number)
    except (Conflict, Forbidden) as refusal:
        flash(refusal.detail(current_language()), "warning")
        return redirect(url_for("calendars.show_proposal", number=number), 303)
    flash(done, "success")
    return redirect(url_for("calendars.show_proposals"), 303)


def _proposed(act: Any) -> Response | tuple[str, int]:
    try:
        with store().begin() as tx:
            said = {**request.form.to_dict(flat=False), "file": [f.filename for f in request.files.values()]}
            answer = once(
                tx, f"calendar {me().officer_id}", form_key(), said, lambda: {"number": act(tx, me(), request)}
            )
    except ValidationError as error:
        return _desk(request.form, field_errors(error)), 422
    except (Invalid, TooLarge) as refusal:
        return _desk(
            request.form, {name: [refusal.detail(current_language())] for name in refusal.errors or ["file"]}
        ), 422
    preview_once(store(), answer["number"])
    return redirect(url_for("calendars.show_proposal", number=answer["number"]), 303)


def _desk(given: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    with store().read() as session:
        listed = proposals.newest(session)
        works = recomputations.newest(session, 10)
        scopes = proposals.scopes(session)
        regions = law.region_names(session)
    return render_template(
        "sla/proposals.html",
        listed=listed,
        works=works,
        scopes=[(scope, words.scope(scope, regions)) for scope in scopes],
        names=Names(),
        zones=[("", _("waktu daerah")), *((zone, words.ZONES[zone]) for zone in ZONES)],
        kinds=[(kind, _(name)) for kind, name in words.KINDS.items()],
        rows=range(proposing.ROWS),
        given=given,
        errors=errors,
        nation=NATION,
        words=words,
    )


def kind_of(day: date, found: Mapping[date, DayOff]) -> str:
    """What the picture of a year shows for a day: the kind of its day off, `weekend`, or nothing."""
    return found[day].kind if day in found else "weekend" if day.weekday() in (5, 6) else ""
