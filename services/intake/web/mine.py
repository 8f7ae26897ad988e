"""Pages of a reporter: show the code, see where the complaint stands, and everything she may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, ValidationError
from werkzeug.wrappers import Response

from services.intake import handlers
from services.intake.web import schemas, words
from services.intake.web.cookie import drop_session, keep_session, shown_session
from services.intake.web.floods import client_address, one_more_message
from services.intake.web.story import my_story
from services.intake.web.timeline import last, merged
from services.intake.web.uploads import Typed, limits_now, sent_fields, sent_files
from shared.errors import Conflict, Invalid, Refusal, TooLarge, TooMany, Unauthenticated
from shared.store.idempotency import once
from shared.texts import current_language
from shared.texts import gettext as _
from shared.web import field_errors, form_key, store

blueprint = Blueprint("mine", __name__)


@blueprint.get("/lacak")
def show_code_form() -> str:
    """The form for the code."""
    return _code_form()


@blueprint.post("/lacak")
def enter() -> Response:
    """Take the code and go on to the report. The code travels in the form only, never in an address."""
    typed = request.form.get("code", "")
    with store().begin() as tx:
        entered = handlers.enter(tx, typed, client_address())
    if isinstance(entered, Refusal):
        return make_response(_code_form(typed=typed, error=entered.detail(current_language())), entered.status)
    return keep_session(redirect(url_for("mine.show"), 303), entered)


@blueprint.get("/laporan-saya")
def show() -> Response:
    """Where the report stands, and what its reporter may do now."""
    try:
        with store().begin() as tx:
            complaint_id = handlers.whose(tx, shown_session())
    except Unauthenticated as refusal:
        return _ask_for_code(refusal)
    return make_response(_page(complaint_id, {}, {}))


@blueprint.post("/laporan-saya/pesan")
def add() -> Response:
    """Add, reply or complete."""
    return _with_words(handlers.say, _("Pesan Anda sudah kami terima."), "words")


@blueprint.post("/laporan-saya/keberatan")
def object_() -> Response:
    """Do not accept the answer."""
    return _with_words(handlers.dispute, _("Keberatan Anda sudah kami terima. Laporan dikerjakan lagi."), "reason")


@blueprint.post("/laporan-saya/nilai")
def rate() -> Response:
    """Accept the answer and rate it."""

    def act(complaint_id: UUID) -> None:
        sent = schemas.Rating().load(sent_fields(), unknown=EXCLUDE)
        with store().begin() as tx:
            handlers.rate(tx, complaint_id, channel="web", **sent)

    return _do(act, _("Terima kasih. Penilaian Anda sudah kami terima."))


@blueprint.post("/laporan-saya/persetujuan")
def consent() -> Response:
    """Allow, or no longer allow, the Ombudsman to know who she is."""

    def act(complaint_id: UUID) -> None:
        with store().begin() as tx:
            handlers.consent(tx, complaint_id, request.form.get("given") == "1", channel="web")

    return _do(act, _("Keputusan Anda tentang Ombudsman sudah kami catat."))


@blueprint.post("/laporan-saya/teruskan")
def refer() -> Response:
    """Have the Ombudsman settle it, not the agency."""

    def act(complaint_id: UUID) -> None:
        with store().begin() as tx:
            handlers.wish_referral(tx, complaint_id, channel="web")

    return _do(act, _("Laporan Anda kami teruskan ke Ombudsman. Kami kabari begitu berkasnya diterima."))


@blueprint.post("/laporan-saya/data")
def give_particulars() -> Response:
    """Give what the Ombudsman asks of who reports (UU 37/2008 art 24)."""
    typed = {name: request.form.get(name, "") for name in words.PARTICULARS}

    def act(complaint_id: UUID) -> None:
        with store().begin() as tx:
            handlers.tell_particulars(tx, complaint_id, typed, channel="web")

    return _do(act, _("Data Anda kami simpan tersegel, hanya untuk Ombudsman."), typed=typed, field="birth")


@blueprint.post("/laporan-saya/cabut")
def withdraw() -> Response:
    """Take the report back."""

    def act(complaint_id: UUID) -> None:
        with store().begin() as tx:
            handlers.withdraw(tx, complaint_id)

    return _do(act, _("Laporan Anda sudah dicabut."))


@blueprint.post("/laporan-saya/keluar")
def leave() -> Response:
    """Close the report on this telephone."""
    if token := shown_session():
        with store().begin() as tx:
            handlers.leave(tx, token)
    flash(_("Laporan sudah ditutup di perangkat ini. Simpan kode Anda untuk membukanya lagi."), "success")
    return drop_session(redirect(url_for("portal.home"), 303))


def _with_words(use_case: Callable[..., UUID], done: str, field: str) -> Response:
    """A form with words and files; sent twice it acts once."""
    typed = request.form.get(field, "")

    def act(complaint_id: UUID) -> None:
        files = sent_files()
        said = {"words": typed, "files": [file.sha256 for file in files]}
        with store().begin() as tx:

            def say() -> dict[str, str]:
                one_more_message(tx, complaint_id)
                return {"message_id": str(use_case(tx, complaint_id, typed, files, channel="web"))}

            once(tx, f"message {complaint_id}", form_key(), said, say)

    return _do(act, done, typed={field: typed}, field=field)


def _do(
    act: Callable[[UUID], None], done: str, *, typed: dict[str, Any] | None = None, field: str = "rating"
) -> Response:
    """Act for whoever shows a session; say what was done, or show the page again with what was typed."""
    try:
        with store().begin() as tx:
            complaint_id = handlers.whose(tx, shown_session())
    except Unauthenticated as refusal:
        return _ask_for_code(refusal, typed)
    try:
        act(complaint_id)
    except ValidationError as error:
        errors = field_errors(error)
    except Conflict as refusal:
        flash(refusal.detail(current_language()), "warning")
        return redirect(url_for("mine.show"), 303)
    except (Invalid, TooLarge, TooMany) as refusal:
        said = refusal.errors or {"words": refusal.detail(current_language())}
        errors = {field if name == "words" else name: sentences for name, sentences in said.items()}
    else:
        flash(done, "success")
        return redirect(url_for("mine.show"), 303)
    return make_response(_page(complaint_id, typed or {}, errors), 422)


def _ask_for_code(refusal: Refusal, typed: dict[str, Any] | None = None) -> Response:
    """The code form, with what was typed shown so that it can be copied: a session may end over a long reply."""
    notice = refusal.detail(current_language()) if shown_session() else ""
    kept = "\n".join(text for text in (typed or {}).values() if text)
    return drop_session(make_response(_code_form(notice=notice, kept=kept), 401))


def _code_form(*, typed: str = "", error: str = "", notice: str = "", kept: str = "") -> str:
    return render_template("intake/track.html", typed=typed, error=error, notice=notice, kept=kept)


def _page(complaint_id: UUID, typed: dict[str, Any], errors: dict[str, Any]) -> str:
    story = my_story(complaint_id)
    timeline = merged(story)
    state, colour, meaning = words.STATES[story["state"]]
    return render_template(
        "intake/mine.html",
        story=story,
        state=_(state),
        colour=colour,
        meaning=_(meaning),
        timeline=timeline,
        answer=last(timeline, "answered"),
        asked=last(timeline, "completeness_requested"),
        typed=Typed(typed),
        errors=Typed(errors),
        words=words,
        labels={name: _(label) for name, label in {**words.LABELS, **words.PARTICULARS}.items()}
        | {"reason": _("Alasan keberatan")},
        limits=limits_now(),
    )
