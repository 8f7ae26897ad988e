"""The desk for programs: the same things as the pages, with a bearer token from `POST /sessions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

import flask_smorest
from flask import Request
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from services.routing import handlers
from services.routing.handlers import Done, told
from services.routing.store.queue import Filter
from services.routing.web import case, schemas
from services.routing.web.desk import act, me, readable, watching
from services.routing.web.evidence import keep
from services.routing.web.queue import Line, look, tabs_of
from shared import clock
from shared.errors import Invalid
from shared.texts import gettext as _
from shared.web import requires, store


class _Parser(FlaskParser):
    """Fields and files of one form together, so that one schema describes the whole form."""

    def load_files(self, req: Request, schema: Schema) -> MultiDictProxy:
        return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


blueprint = flask_smorest.Blueprint("desk", __name__, description="The desk: cases and agencies")
blueprint.ARGUMENTS_PARSER = _Parser()

DESK = ("coordinator", "officer", "head", "supervisor")
ACTING = ("coordinator", "officer", "head")


@blueprint.route("/agencies")
@blueprint.response(200, schemas.AgencyList)
def agencies() -> dict[str, Any]:
    """The agencies in office today."""
    with store().read() as session:
        return told.agencies(session, clock.now())


@blueprint.route("/cases")
@requires(*DESK)
@blueprint.arguments(schemas.CaseFilter, location="query")
@blueprint.response(200, schemas.CaseList)
def cases(sought: dict[str, Any]) -> dict[str, Any]:
    """Your cases in a tab of the queue, what is late first."""
    officer = me()
    mine = [name for name in tabs_of(officer) if name in schemas.TABS]
    if sought["tab"] not in mine:
        raise Invalid("unknown_tab", errors={"tab": [_("Pilih salah satu: %(choices)s.", choices=", ".join(mine))]})
    queue = look(
        officer,
        sought["tab"],
        Filter(sought["q"].strip(), sought["agency"] if officer.agency_id is None else "", sought["class_"]),
        sought["page"],
    )
    return {
        "cases": [_line(line) for line in queue.lines],
        "counts": queue.counts,
        "page": queue.page,
        "more": queue.more,
    }


def _line(line: Line) -> dict[str, Any]:
    told_ = asdict(line)
    return told_ if line.readable else told_ | {"complaint_id": None}


@blueprint.route("/cases/<uuid:complaint_id>")
@requires(*DESK)
@blueprint.response(200, schemas.CaseDetail)
def one_case(complaint_id: UUID) -> dict[str, Any]:
    """One case: the complaint, its timeline and clocks, and what you may do now."""
    officer = me()
    with watching(officer, complaint_id):
        view = case.view(officer, complaint_id)
    found = view.case
    return {
        **{name: getattr(found, name) for name in found.__dataclass_fields__},
        "guarded": found.guarded,
        "agency_name": view.agency_name,
        "late": view.late,
        "locks": [{"agency_id": lock.agency_id, "proposed": lock.proposed_by is not None} for lock in view.locks],
        "allowed": view.deeds,
        "text": view.text,
        "timeline": [asdict(entry) for entry in view.entries],
        "clocks": view.clocks,
    }


def _offer(path: str, schema: type[Any], use_case: Callable[..., Done], summary: str) -> None:
    """One deed of the desk as `POST /cases/<id>/<path>`."""

    @blueprint.route(f"/cases/<uuid:complaint_id>/{path}", methods=["POST"], endpoint=use_case.__name__)
    @requires(*ACTING)
    @blueprint.arguments(schemas.Key, location="headers")
    @blueprint.arguments(schema)
    @blueprint.response(201, schemas.Done)
    @blueprint.doc(summary=summary)
    def do(key: dict[str, str | None], wanted: dict[str, Any], complaint_id: UUID) -> dict[str, Any]:
        officer = me()
        with watching(officer, complaint_id):
            return act(use_case, officer, complaint_id, wanted, key["key"])


_offer("verification", schemas.Verification, handlers.verify, "Verify: class, category, and where it goes")
_offer("completeness-requests", schemas.CompletenessRequest, handlers.ask_completeness, "Ask the reporter for more")
_offer("dispatches", schemas.Dispatch, handlers.dispatch, "Send the case to an agency")
_offer("returns", schemas.Return, handlers.return_case, "Return the case, naming the competent agency; once")
_offer("promises", schemas.Promise, handlers.promise, "Promise a day to come; no limit pauses")
_offer("closing", schemas.Reason, handlers.close_case, "Close an answered case")
_offer("archiving", schemas.Archiving, handlers.archive, "Archive with a reason the reporter is told")
_offer("reclassification", schemas.Reclassification, handlers.reclassify, "Change the class")
_offer("merging", schemas.Merging, handlers.merge, "Let the case follow a lead case")
_offer("reopening", schemas.Reason, handlers.reopen, "Reject an answer, or open a closed case again")
_offer("locks", schemas.Lock, handlers.accuse, "Lock an agency out of a case that is about it")
_offer("lifting-proposals", schemas.Lock, handlers.propose_lifting, "Propose to lift a lock")
_offer("liftings", schemas.Lock, handlers.lift, "Lift a lock, as the second person")
_offer("notes", schemas.Note, handlers.add_note, "Write an internal note")


@blueprint.route("/cases/<uuid:complaint_id>/answers", methods=["POST"])
@requires(*ACTING)
@blueprint.arguments(schemas.Key, location="headers")
@blueprint.arguments(schemas.AnswerForm, location="files")
@blueprint.response(201, schemas.Done)
def answers(key: dict[str, str | None], wanted: dict[str, Any], complaint_id: UUID) -> dict[str, Any]:
    """Reply to the reporter, with evidence: multipart/form-data."""
    return _with_files(handlers.answer, key, wanted, complaint_id)


@blueprint.route("/cases/<uuid:complaint_id>/explanations", methods=["POST"])
@requires(*ACTING)
@blueprint.arguments(schemas.Key, location="headers")
@blueprint.arguments(schemas.ExplanationForm, location="files")
@blueprint.response(201, schemas.Done)
def explanations(key: dict[str, str | None], wanted: dict[str, Any], complaint_id: UUID) -> dict[str, Any]:
    """Answer the Ombudsman, with evidence: multipart/form-data."""
    return _with_files(handlers.explain, key, wanted, complaint_id)


def _with_files(
    use_case: Callable[..., Done], key: dict[str, str | None], wanted: dict[str, Any], complaint_id: UUID
) -> dict[str, Any]:
    officer = me()
    with watching(officer, complaint_id):
        with store().read() as session:
            readable(session, officer, complaint_id)  # no file is kept for a case that is not hers
        wanted["evidence"] = keep(wanted["evidence"])
        return act(use_case, officer, complaint_id, wanted, key["key"])
