"""The Ombudsman's desk: the list of referrals, one referral, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from services.ombudsman import words
from services.ombudsman.delivery.bundling import bundle
from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.domain.states import WITH_OMBUDSMAN, possible
from services.ombudsman.handlers import open_file
from services.ombudsman.store import desk, queries
from services.ombudsman.store.queries import Stored
from services.ombudsman.web.deeds import ACKNOWLEDGE, ASK, CLOSE, RECOMMEND, REPORT, RESUME, Deed, carry_out
from shared import clock
from shared.errors import Invalid
from shared.settings import sandbox
from shared.texts import N_, current_language
from shared.texts import gettext as _
from shared.web import Officer, field_errors, form_key, requires, signed_in, store

TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "berjalan": (N_("Berjalan"), ("forwarded", "acknowledged", "recommended")),
    "selesai": (N_("Selesai"), ("closed",)),
    "belum-sampai": (N_("Belum sampai"), ("failed", "sending", "preparing", "cancelled")),
}
"""Tabs of the list by their slug: name, and the states in them."""

FILES = {"pdf": "application/pdf", "json": "application/json", "zip": "application/zip"}

blueprint = Blueprint("ombudsman", __name__)


@blueprint.app_context_processor
def _vocabulary() -> dict[str, Any]:
    """What templates need to say slugs and the ISO moments of a file in words."""
    return {
        "words": words,
        "at": datetime.fromisoformat,
        "on": date.fromisoformat,
        "days_since": lambda moment, until=None: ((until or clock.now()) - moment).days,
    }


@blueprint.get("/")
@requires("ombudsman", "operator")
def index() -> str:
    first = "berjalan" if _officer().role == "ombudsman" else "belum-sampai"
    tab = request.args.get("tab", first)
    if tab not in TABS:
        abort(404)
    page = max(1, min(10_000, request.args.get("page", 1, type=int)))
    with store().read() as session:
        count = desk.counts(session)
        rows = desk.listed(session, TABS[tab][1], page)
    numbers = {slug: sum(count.get(state, 0) for state in states) for slug, (_name, states) in TABS.items()}
    more = numbers[tab] > page * desk.PAGE
    return render_template("ombudsman/list.html", tabs=TABS, tab=tab, numbers=numbers, rows=rows, page=page, more=more)


@blueprint.get("/rujukan/<number>")
@requires("ombudsman", "operator")
def show(number: str) -> str:
    return _page(number)


@blueprint.get("/rujukan/<number>/berkas.<kind>")
@requires("ombudsman")
def download(number: str, kind: str) -> Response:
    """The file as it was handed over, byte for byte."""
    if kind not in FILES:
        abort(404)
    with store().begin() as tx:
        found = open_file(tx, number, _officer().officer_id, kind)
    answer = make_response(as_sent(found, kind))
    answer.mimetype = FILES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.{kind}"'
    return answer


@blueprint.post("/rujukan/<number>/terima")
@requires("ombudsman")
def acknowledge(number: str) -> BaseResponse | tuple[str, int]:
    return _do(ACKNOWLEDGE, number, _("Penerimaan dicatat. Pelapor dan instansi diberi tahu."))


@blueprint.post("/rujukan/<number>/rekomendasi")
@requires("ombudsman")
def recommend(number: str) -> BaseResponse | tuple[str, int]:
    return _do(RECOMMEND, number, _("Rekomendasi disampaikan. Pelapor dan instansi diberi tahu."))


@blueprint.get("/kunci-publik.pem")
def public_key() -> Response:
    """The key that bundles are checked with, for everybody."""
    answer = make_response(public_pem(signing_key()))
    answer.mimetype = "application/x-pem-file"
    return answer


@blueprint.post("/rujukan/<number>/tanya")
@requires("ombudsman")
def ask(number: str) -> BaseResponse | tuple[str, int]:
    return _do(ASK, number, _("Pertanyaan disampaikan. Jawabannya datang sebagai berkas susulan."))


@blueprint.post("/rujukan/<number>/tutup")
@requires("ombudsman")
def close(number: str) -> BaseResponse | tuple[str, int]:
    return _do(CLOSE, number, _("Rujukan ditutup. Pelapor diberi tahu."))


@blueprint.post("/rujukan/<number>/pelaksanaan")
@requires("ombudsman")
def report(number: str) -> BaseResponse | tuple[str, int]:
    return _do(REPORT, number, _("Laporan pelaksanaan dicatat."))


@blueprint.post("/rujukan/<number>/lanjutkan")
@requires("operator")
def resume(number: str) -> BaseResponse | tuple[str, int]:
    return _do(RESUME, number, _("Pengiriman dicoba lagi."))


@blueprint.get("/kotak-surat")
@requires("ombudsman")
def mailbox() -> str:
    """In a sandbox: the mails that would have gone to the Ombudsman."""
    if not sandbox():
        abort(404)
    with store().read() as session:
        mails = desk.sandbox_mail(session)
    return render_template("ombudsman/mailbox.html", mails=mails)


def as_sent(found: Stored, kind: str) -> bytes:
    """A handed-over file as pdf, json, or zip with everything, signed."""
    match kind:
        case "pdf":
            return found.pdf
        case "json":
            return found.file.json
    return bundle(found.file, found.pdf, found.composed_at, found.stamping)


def _officer() -> Officer:
    officer = signed_in()
    assert officer is not None  # `requires` let nobody else in
    return officer


def _do(deed: Deed, number: str, done: str) -> BaseResponse | tuple[str, int]:
    """Do it and show the referral again; with what was typed and what is wrong when something is."""
    try:
        carry_out(store(), deed, number, _officer(), request.form, form_key())
    except ValidationError as wrong:
        return _page(number, field_errors(wrong)), 422
    except Invalid as refused:
        return _page(number, dict.fromkeys(refused.errors, refused.detail(current_language()))), 422
    flash(done, "success")
    return redirect(url_for("ombudsman.show", number=number), 303)


def _page(number: str, errors: Mapping[str, Any] | None = None) -> str:
    officer = _officer()
    with store().read() as session:
        referral = desk.referral(session, number)
        limit = queries.limit(session, "recommendation", clock.now().date())
    content = None
    if officer.role == "ombudsman" and referral.row.state in WITH_OMBUDSMAN:
        with store().begin() as tx:
            content = open_file(tx, number, officer.officer_id, "page").file.content
    deeds = ("acknowledge", "ask", "recommend", "close") if officer.role == "ombudsman" else ()
    possible_ = [name for name in deeds if possible(referral.row.state, name)]
    if officer.role == "ombudsman" and referral.owes_report:
        possible_.append("report")
    return render_template(
        "ombudsman/referral.html",
        referral=referral,
        row=referral.row,
        content=content,
        deeds=possible_,
        may_resume=officer.role == "operator" and referral.has_stopped,
        today=clock.now().date(),
        limit=limit,
        errors=errors or {},
        typed=request.form,
    )
