"""The page of one case: what the reporter wrote, what was done, which clocks run, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from services.routing.domain import life, rights
from services.routing.domain.answer import EVIDENCE_MAX
from services.routing.domain.bounce import may_return
from services.routing.domain.case import Case, Officer
from services.routing.domain.lock import presumed, second
from services.routing.domain.suggestion import Rule, Suggestion, suggest
from services.routing.domain.words import LONGEST
from services.routing.handlers import mark_read
from services.routing.store import queries
from services.routing.store.queries import Found
from services.routing.web import peers, words
from services.routing.web.desk import me, readable, watching
from services.routing.web.timeline import Entry, compose
from shared import clock
from shared.errors import Refusal
from shared.web import requires, store

blueprint = Blueprint("case", __name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was refused: which deed, what was typed, and why not."""

    deed: str
    typed: Mapping[str, str]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a case, here and from the reporter and the clocks."""

    case: Case
    agency_name: str | None
    district: str | None
    category: str | None
    wished_agency: str | None
    lead: Case | None
    followers: Sequence[Case]
    entries: Sequence[Entry]
    text: Mapping[str, Any] | None
    clocks: Sequence[Mapping[str, Any]] | None
    late: bool
    locks: Sequence[Found]
    presumed: str | None
    deeds: Sequence[str]
    suggestion: Suggestion | None
    why: str
    agencies: Sequence[Found]
    topics: Sequence[tuple[str, Any]]
    spent_return: bool


_ORDER = (
    "verify",
    "dispatch",
    "answer",
    "reply",
    "promise",
    "explain",
    "ask_completeness",
    "return",
    "reopen",
    "close",
    "merge",
    "reclassify",
    "archive",
    "lift",
    "accuse",
    "propose_lifting",
    "note",
)
"""The deeds of the desk, the one most often wanted first: its form stands open."""


def allowed(officer: Officer, case: Case, locks: Sequence[Found], *, forwarded: bool) -> list[str]:
    """The deeds that are hers and possible now. `locks` are those of the case; `forwarded`: it went to the
    Ombudsman."""
    hers = [d for d in _ORDER if rights.may(officer, d, case)]
    now = [d for d in hers if d not in life.DEEDS or life.possible(case.standing, d)]
    if not case.locked and "propose_lifting" in now:
        now.remove("propose_lifting")
    if not forwarded and "explain" in now:
        now.remove("explain")
    if "lift" in now and not any(second(officer, case, lock.proposed_by) for lock in locks):
        now.remove("lift")
    if "return" in now and not may_return(str(case.agency_id), case.returned_by):
        now.remove("return")
    return now


def view(officer: Officer, complaint_id: UUID) -> View:
    """Gather the case. Raises NotFound `unknown_case` when she may not read it."""
    with store().read() as session:
        case = readable(session, officer, complaint_id)
        items = queries.timeline(session, complaint_id)
        files = queries.evidence_of(session, complaint_id)
        warnings = queries.warnings_of(session, complaint_id)
        agencies = queries.agencies_in_office(session, clock.now())
        names = {a.agency_id: a.name for a in queries.all_agencies(session)}
        topics = queries.topics(session, case.category or case.wished_category)
        rules = queries.suggestion_rules_in_order(session)
        lead = queries.case(session, case.lead_id) if case.lead_id else None
        followers = queries.led_by(session, complaint_id)
        locks = queries.locks_of(session, complaint_id)
    text = peers.text(officer, case)
    if text is not None:
        with store().begin() as tx:
            mark_read(tx, officer, case, tx.now)
    categories = {topic.code: words.category_name(topic) for topic in topics}
    deeds = allowed(officer, case, locks, forwarded=any(item.what == "forwarded" for item in items))
    suggestion = _suggestion(case, items, rules, text) if {"verify", "dispatch"} & set(deeds) else None
    return View(
        case=case,
        agency_name=names.get(case.agency_id or ""),
        district=next(
            (a.name for a in agencies if a.kind == "district" and a.district_code == case.district_code), None
        ),
        category=categories.get(case.category or ""),
        wished_agency=names.get(case.wished_agency_id or ""),
        lead=lead,
        followers=followers,
        entries=compose(items, files, text, categories, names),
        text=text,
        clocks=peers.clocks(complaint_id),
        late=any(w.kind == "late" for w in warnings),
        locks=locks,
        presumed=next(iter(sorted(presumed(case) - case.locked)), None),
        deeds=deeds,
        suggestion=suggestion,
        why=words.why_suggested(suggestion.kind, suggestion.value, categories) if suggestion else "",
        agencies=agencies,
        topics=_grouped(topics),
        spent_return=case.agency_id == officer.agency_id and case.agency_id in case.returned_by,
    )


def _suggestion(
    case: Case, items: Sequence[Found], rules: Sequence[Rule], text: Mapping[str, Any] | None
) -> Suggestion | None:
    """Where a case at the coordinator's desk seems to belong."""
    if case.agency_id:
        return None
    return suggest(
        rules,
        named=None if case.guarded else _named(items),
        wished=None if case.guarded else case.wished_agency_id,
        class_=case.class_,
        category=case.category or case.wished_category,
        text=f"{text['title']} {text['body']}" if text else "",
        returned_by=case.returned_by | case.locked,
    )


def _named(items: Sequence[Found]) -> str | None:
    """The agency that the last one to return the case believes competent."""
    return next((item.data["competent"] for item in reversed(items) if item.what == "returned"), None)


def _grouped(topics: Sequence[Found]) -> list[tuple[str, Any]]:
    """Categories as the select shows them: each topic a group of itself and its parts."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for topic in topics:
        parts.setdefault(topic.parent or topic.code, []).append((topic.code, words.category_name(topic)))
    return [(inner[0][1], inner) for inner in parts.values()]


def page(officer: Officer, complaint_id: UUID, sent: Sent | None = None) -> str:
    """The page, with what was refused when a form comes back."""
    shown = view(officer, complaint_id)
    forwarded = any(entry.what == "forwarded" for entry in shown.entries)
    return render_template(
        "routing/case.html",
        me=officer,
        view=shown,
        notices=peers.notices(complaint_id),
        referral=peers.referral(complaint_id) if forwarded else None,
        sent=sent,
        typed=sent.typed if sent else {},
        longest=LONGEST,
        most_files=EVIDENCE_MAX,
        words=words,
    )


@blueprint.get("/laporan/<uuid:complaint_id>")
@requires("coordinator", "officer", "head", "supervisor")
def show(complaint_id: UUID) -> str:
    """One case, for whoever may read it."""
    officer = me()
    with watching(officer, complaint_id):
        return page(officer, complaint_id)
