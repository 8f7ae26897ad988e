"""Pages for the desk: what was sent, what failed, and the words in use."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.notify.gateways.segments import is_gsm, parts
from services.notify.handlers import send_again
from services.notify.store import queries
from services.notify.web.words import AUDIENCES, CHANNELS, REASONS, STATES
from shared import clock
from shared.settings import sandbox
from shared.texts import gettext as _
from shared.web import current_language, requires, signed_in, store

READERS = ("coordinator", "operator", "supervisor")
KEEPERS = ("coordinator", "operator")
"""Who may have a failed message sent again."""

PLACEHOLDER = re.compile(r"\{\w+\}")
PERIODS = (1, 7, 30, 365)

blueprint = Blueprint("pages", __name__)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "is_sandbox": sandbox(),
        "readers": READERS,
        "states": STATES,
        "channels": CHANNELS,
        "audiences": AUDIENCES,
        "reasons": REASONS,
    }


@blueprint.get("/")
def home() -> Response:
    """The outbox in a sandbox, the delivery log elsewhere."""
    return redirect(url_for("sandbox.outbox" if sandbox() else "pages.log"))


@blueprint.get("/catatan")
@requires(*READERS)
def log() -> str:
    """What became of the messages of a period, and those that failed."""
    days = request.args.get("hari", 30, type=int)
    days = days if days in PERIODS else 30
    now = clock.now()
    with store().read() as session:
        rows = queries.all_templates(session, now.date())
        counted = queries.counts(session, now - timedelta(days=days))
        failed = queries.listed(session, state="failed", most=100)
    officer = signed_in()
    return render_template(
        "notify/log.html",
        days=days,
        periods=PERIODS,
        totals=_totals(counted),
        rows=_table(counted),
        titles={row.name: _title(row.subject) for row in rows if row.language == current_language()},
        failed=failed,
        may_send_again=officer is not None and officer.role in KEEPERS,
    )


@blueprint.post("/catatan/<uuid:notification_id>/kirim-ulang")
@requires(*KEEPERS)
def repeat(notification_id: UUID) -> Response:
    """Send a failed message again."""
    officer = signed_in()
    assert officer is not None
    with store().begin() as tx:
        send_again(tx, notification_id, officer.officer_id)
    flash(_("Pesan dikirim ulang."), "success")
    return redirect(url_for("pages.log"), 303)


@blueprint.get("/templat")
@requires()
def templates() -> str:
    """Every text in use, in both languages, with the number of SMS it makes."""
    with store().read() as session:
        rows = queries.all_templates(session, clock.now().date())
    named = [(name, list(group)) for name, group in groupby(rows, key=lambda row: str(row.name))]
    return render_template("notify/templates.html", named=named, parts=parts, is_gsm=is_gsm)


def _title(subject: str) -> str:
    """What a message is called at the desk: its subject without what differs from case to case."""
    return PLACEHOLDER.sub("…", subject.removeprefix("{number}: "))


def _totals(counted: list[queries.Count]) -> dict[str, int]:
    totals = dict.fromkeys(STATES, 0)
    for count in counted:
        totals[count.state] += count.messages
    return totals


def _table(counted: list[queries.Count]) -> list[tuple[str, str | None, dict[str, int], int]]:
    """Template, channel, messages by state, parts: one row for each template and channel."""
    return [
        (template, channel, {c.state: c.messages for c in rows}, sum(c.parts for c in rows))
        for (template, channel), group in groupby(counted, key=lambda c: (c.template, c.channel))
        if (rows := list(group))
    ]
