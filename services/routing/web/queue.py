"""The queue: what waits for whom, the latest first in line in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from services.routing.domain.case import Officer
from services.routing.domain.numbers import ending
from services.routing.domain.queue import LATE, OVERSIGHT, RETURNED, tabs
from services.routing.handlers import note_attempt
from services.routing.store import queries
from services.routing.store.queries import Found
from services.routing.store.queue import Filter, cases_in, counts, returned
from services.routing.web import peers, words
from services.routing.web.desk import me
from shared import clock
from shared.contracts.vocabulary import CLASSES
from shared.texts import gettext as _
from shared.web import requires, store

blueprint = Blueprint("queue", __name__)

PAGE = 25
CHUNK = peers.MOST
"""Cases are fetched in chunks of 200, because so many due dates can be asked for at once, and sorted within."""

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the queue. `title` is None when it may not or cannot be shown."""

    complaint_id: UUID
    case_number: str
    state: str
    class_: str | None
    agency_id: str | None
    agency_name: str | None
    opened_at: datetime
    changed_at: datetime
    title: str | None
    due: Mapping[str, Any] | None
    late: bool
    soon: bool
    news: bool
    objected: bool
    confidential: bool
    guarded: bool
    under_ombudsman: bool
    escalation: str | None
    readable: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of one tab, and how many cases each tab has."""

    lines: Sequence[Line]
    counts: Mapping[str, int]
    page: int
    more: bool
    titles_known: bool
    due_known: bool


def tabs_of(officer: Officer) -> list[str]:
    """Her tabs, in the order they are shown: what is late stands before what is done."""
    names = list(tabs(officer.agency_id))
    names.insert(names.index("running") + 1, LATE)
    if officer.oversees:
        names.append(OVERSIGHT)
    return [*names, RETURNED] if officer.agency_id else names


def look(officer: Officer, tab: str, sought: Filter, page: int) -> Queue:
    """One page of a tab of hers, with titles and due dates where the other services are there to tell them."""
    if tab == "done":
        first, most, begin = (page - 1) * PAGE, PAGE, 0
    else:
        per_chunk = CHUNK // PAGE
        first, most, begin = (page - 1) // per_chunk * CHUNK, CHUNK, (page - 1) % per_chunk * PAGE
    with store().read() as session:
        rows = cases_in(session, officer, tab, sought, limit=most + 1, offset=first)
        numbers = counts(session, officer, sought)
    if sought.number and officer.agency_id:
        _note_search(officer, officer.agency_id, sought.number)
    due: Mapping[UUID, Mapping[str, Any]] | None = {}
    chunk = rows[:most]
    if tab != "done":
        due = peers.next_due([row.complaint_id for row in chunk])
        chunk = sorted(chunk, key=lambda row: _urgency(row, due or {}))
    here = chunk[begin : begin + PAGE]
    titles = peers.titles([row.complaint_id for row in here if _readable(officer, row)])
    return Queue(
        lines=[_line(officer, row, titles or {}, due or {}) for row in here],
        counts=numbers,
        page=page,
        more=len(rows) > begin + PAGE,
        titles_known=titles is not None,
        due_known=due is not None,
    )


def _note_search(officer: Officer, agency_id: str, number: str) -> None:
    """A number she seeks may be that of a case locked to her agency: she finds nothing, and it is noted there."""
    wanted = ending(number)
    with store().begin() as tx:
        for complaint_id in queries.locked_with_number(tx.session, agency_id, wanted) if wanted else ():
            note_attempt(tx, officer, complaint_id)


def _urgency(row: Found, due: Mapping[UUID, Mapping[str, Any]]) -> tuple[bool, datetime, datetime]:
    limit = due.get(row.complaint_id)
    late = row.late or bool(limit and limit["late"])
    return not late, limit["due_at"] if limit else _FAR, row.opened_at


def _readable(officer: Officer, row: Found) -> bool:
    """Of the cases in her queue she reads all, but a supervisor neither the confidential nor the guarded ones."""
    return officer.role != "supervisor" or not (row.confidential or row.guarded)


def _line(officer: Officer, row: Found, titles: Mapping[UUID, str], due: Mapping[UUID, Mapping[str, Any]]) -> Line:
    limit = due.get(row.complaint_id)
    return Line(
        complaint_id=row.complaint_id,
        case_number=row.case_number,
        state=row.state,
        class_=row.class_,
        agency_id=row.agency_id,
        agency_name=row.agency_name,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        title=titles.get(row.complaint_id),
        due=limit,
        late=row.late or bool(limit and limit["late"]),
        soon=row.soon,
        news=row.news_at is not None,
        objected=row.objected,
        confidential=row.confidential,
        guarded=row.guarded,
        under_ombudsman=row.under_ombudsman,
        escalation=row.escalation,
        readable=_readable(officer, row),
    )


@blueprint.get("/laporan/<uuid:complaint_id>/berikutnya")
@requires("coordinator", "officer", "head", "supervisor")
def following(complaint_id: UUID) -> Response:
    """On to the next case that waits for her: the one after this in her first tab, or the first when this has left it.

    The first page of the tab is enough: what is most urgent stands there.
    """
    officer = me()
    waiting = [line.complaint_id for line in look(officer, tabs_of(officer)[0], Filter(), 1).lines if line.readable]
    after = waiting[waiting.index(complaint_id) + 1 :] if complaint_id in waiting else waiting
    if not after:
        flash(_("Tidak ada laporan lain yang menunggu Anda di bagian ini."), "success")
        return redirect(url_for("queue.show"), 303)
    return redirect(url_for("case.show", complaint_id=after[0]), 303)


@blueprint.get("/")
@requires()
def show() -> str | Response:
    """The queue of whoever is signed in; people without cases see the agencies."""
    officer = me()
    if officer.role not in ("coordinator", "officer", "head", "supervisor"):
        return redirect(url_for("agencies.show"), 303)
    names = tabs_of(officer)
    tab = request.args.get("tab", "")
    tab = tab if tab in names else names[0]
    sought = Filter(
        number=request.args.get("nomor", "").strip()[:40],
        agency_id=request.args.get("instansi", "")[:120] if officer.agency_id is None else "",
        class_=request.args.get("jenis", "") if request.args.get("jenis") in CLASSES else "",
    )
    if sought.number and tab == RETURNED:
        tab = names[0]  # a number is sought in the whole queue; what was returned is no longer in it
    page = min(max(request.args.get("hal", 1, type=int), 1), 10_000)
    queue = look(officer, tab, sought, page) if tab != RETURNED else None
    with store().read() as session:
        return render_template(
            "routing/queue.html",
            me=officer,
            tab=tab,
            tabs=names,
            queue=queue,
            counts=queue.counts if queue else counts(session, officer, sought),
            returned=returned(session, officer.agency_id) if officer.agency_id and not queue else (),
            sought=sought,
            agency_choices=_agencies(session) if officer.agency_id is None else [],
            class_choices=words.choices(words.CLASSES),
            words=words,
        )


def _agencies(session: Connection) -> list[tuple[str, str]]:
    return [(agency.agency_id, agency.name) for agency in queries.agencies_in_office(session, clock.now())]
