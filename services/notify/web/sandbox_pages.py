"""Pages of the sandbox: what people would have got, and the clock all services share."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.notify.store import queries
from services.notify.web.pages import READERS
from shared import clock
from shared.errors import Invalid
from shared.texts import gettext as _
from shared.web import recognise, store

LONGEST_JUMP = timedelta(days=366)

blueprint = Blueprint("sandbox", __name__)
blueprint.before_request(recognise)


@blueprint.context_processor
def _nav() -> dict[str, object]:
    return {"is_sandbox": True, "readers": READERS}


@blueprint.get("/kotak-keluar")
def outbox() -> str:
    """Every SMS and e-mail, newest first; of one person, on one channel or about one complaint if asked."""
    to = request.args.get("kepada", "").strip()[:254]
    channel = request.args.get("saluran", "")
    complaint = request.args.get("laporan", "").strip()
    with store().read() as session:
        messages = queries.shown(
            session, to=to, channel=channel if channel in ("sms", "email") else None, complaint_id=_id(complaint)
        )
    return render_template(
        "notify/outbox.html",
        people=[
            (key, list(group))
            for key, group in groupby(messages, key=lambda message: (message.channel, message.recipient))
        ],
        to=to,
        channel=channel,
        complaint=complaint,
        refreshing=request.args.get("perbarui") == "1",
    )


@blueprint.get("/jam")
def clock_page() -> str:
    """The time the sandbox lives in, and a form to move it."""
    return render_template("notify/clock.html", now=clock.now(), offset=clock.offset())


@blueprint.post("/jam")
def move_clock() -> Response:
    """Move the clock forward for all services, or back to the true time."""
    if request.form.get("apa") == "kembali":
        clock.reset()
        flash(_("Jam kembali ke waktu sebenarnya."), "success")
    else:
        clock.shift(jump(request.form.get("hari", "0"), request.form.get("jam", "0")))
        flash(_("Jam dimajukan. Yang jatuh tempo terjadi dalam beberapa detik."), "success")
    return redirect(url_for("sandbox.clock_page"), 303)


def jump(days: str | float, hours: str | float) -> timedelta:
    """How far to move the clock. Raises Invalid for anything but a step forward of at most a year."""
    try:
        by = timedelta(days=float(days or 0), hours=float(hours or 0))
    except (ValueError, OverflowError):
        by = timedelta(0)
    if not timedelta(0) < by <= LONGEST_JUMP:
        raise Invalid(
            "bad_jump",
            "Isi jumlah hari atau jam untuk maju, paling banyak 366 hari.",
            "Give a number of days or hours to move forward, at most 366 days.",
        )
    return by


def _id(written: str) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        raise Invalid("bad_id", "Nomor laporan ini tidak benar.", "This complaint id is not valid.") from None
