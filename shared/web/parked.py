"""The operator's room in every service: parked messages and given-up work, and what was done about them."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared.contracts.vocabulary import SERVICES
from shared.errors import Invalid
from shared.messaging import parked
from shared.messaging.parked import Which
from shared.store import interventions, timers
from shared.texts import N_, ngettext
from shared.texts import gettext as _
from shared.web.context import kit, store
from shared.web.officers import requires, signed_in

ROOMS = {
    "intake": "/tertahan",
    "routing": "/meja/tertahan",
    "sla": "/tenggat/tertahan",
    "notify": "/pesan/tertahan",
    "ombudsman": "/ombudsman/tertahan",
}
"""Where each service keeps its room. The Ombudsman's desk has accounts of its own."""

REASONS = {
    "failed": N_("gagal diolah"),
    "not yet": N_("menunggu yang tidak datang"),
    "undecodable": N_("tidak terbaca"),
    "broker": N_("dilepas broker"),
}
AGES = {"1": N_("sejam"), "24": N_("sehari"), "168": N_("seminggu")}
"""Hours that a message lies here at least."""

DEEDS = {"replay": N_("dicoba lagi"), "discard": N_("dibuang"), "resume": N_("dilanjutkan")}
FILTER = ("sumber", "peristiwa", "sebab", "lama")
"""The parts of the filter in an address: source, event, how the reason begins, hours."""

MOST = 200

blueprint = Blueprint("parked", __name__)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "rooms": ROOMS,
        "service": kit().service,
        "sources": [(service, service) for service in SERVICES],
        "reasons": [(reason, _(words)) for reason, words in REASONS.items()],
        "ages": [(hours, _(words)) for hours, words in AGES.items()],
        "deeds": DEEDS,
        "asked": {name: request.args.get(name, "") for name in FILTER},
    }


@blueprint.get("/tertahan")
@requires("operator")
def room() -> str:
    """What lies here, and what was done lately."""
    rows = parked.parked(store(), _which(), limit=MOST)
    with store().read() as session:
        given_up = timers.given_up(session, store().definition.kit)
        history = interventions.listed(session, store().definition.kit)
    return render_template("parked.html", rows=rows, given_up=given_up, history=history, full=len(rows) == MOST)


@blueprint.get("/tertahan/<int(max=9223372036854775807):held_id>")
@requires("operator")
def message(held_id: int) -> str:
    """One message with all it says."""
    shown = parked.show(store(), held_id)
    words = {part: json.dumps(shown[part], indent=2, ensure_ascii=False) for part in ("headers", "body")}
    return render_template("parked_message.html", message=shown, **words)


@blueprint.post("/tertahan")
@requires("operator")
def replay_all() -> Response:
    """Everything the filter shows is tried again."""
    rows = parked.parked(store(), _which(), limit=MOST)
    done = sum(parked.replay(store(), row.id, by=_who()) for row in rows)
    flash(ngettext("%(num)s pesan dicoba lagi.", "%(num)s pesan dicoba lagi.", done), "success")
    return redirect(url_for("parked.room"), 303)


@blueprint.post("/tertahan/<int(max=9223372036854775807):held_id>")
@requires("operator")
def act(held_id: int) -> Response:
    """One message is tried again, or given up for good."""
    if request.form.get("apa") == "buang":
        if request.form.get("yakin") != "1":
            raise Invalid(
                "not_sure",
                "Centang dahulu bahwa pesan ini memang boleh dibuang.",
                "First tick that it may be discarded.",
            )
        done, said = parked.discard(store(), held_id, by=_who()), _("Pesan dibuang.")
    else:
        done, said = parked.replay(store(), held_id, by=_who()), _("Pesan dicoba lagi.")
    flash(said if done else _("Pesan ini sudah tidak tertahan."), "success" if done else "notice")
    return redirect(url_for("parked.room"), 303)


@blueprint.post("/tertahan/pekerjaan/<int(max=9223372036854775807):timer_id>")
@requires("operator")
def resume(timer_id: int) -> Response:
    """Given-up work is tried again."""
    with store().begin() as tx:
        done = interventions.resume(tx, timer_id, _who())
    said = _("Pekerjaan dilanjutkan.") if done else _("Pekerjaan ini sudah dilanjutkan.")
    flash(said, "success" if done else "notice")
    return redirect(url_for("parked.room"), 303)


def _which() -> Which:
    """The filter in the address."""
    asked = request.args
    hours = asked.get("lama", "")
    return Which(
        source=asked.get("sumber", "")[:40] or None,
        name=asked.get("peristiwa", "").strip()[:80] or None,
        reason=asked.get("sebab", "")[:80] or None,
        older=timedelta(hours=int(hours)) if hours in AGES else None,
    )


def _who() -> str:
    officer = signed_in()
    assert officer is not None
    return officer.name
