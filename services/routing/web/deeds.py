"""The forms of a case: each does one deed, once, and a refused one comes back with everything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from services.routing import handlers
from services.routing.domain.case import Officer
from services.routing.handlers import Done
from services.routing.web.case import Sent, page
from services.routing.web.desk import act, me, readable, watching
from services.routing.web.evidence import keep
from shared.errors import Conflict, Invalid, NotFound, Refusal, TooLarge
from shared.texts import N_
from shared.texts import gettext as _
from shared.web import form_key, requires, store

blueprint = Blueprint("deeds", __name__)


@dataclass(frozen=True, slots=True)
class Deed:
    """A form: the use case it leads to, the arguments it carries, and what is said when it is done."""

    use_case: Callable[..., Done]
    arguments: tuple[str, ...]
    done: str
    versioned: bool = True


DEEDS: Mapping[str, Deed] = {
    "verify": Deed(handlers.verify, ("class_", "category", "agency_id", "note"), N_("Laporan sudah diverifikasi.")),
    "ask_completeness": Deed(
        handlers.ask_completeness, ("words",), N_("Pertanyaan sudah dikirim ke pelapor. Laporan menunggu jawabannya.")
    ),
    "dispatch": Deed(handlers.dispatch, ("agency_id", "note"), N_("Laporan sudah diteruskan.")),
    "return": Deed(
        handlers.return_case,
        ("competent_agency_id", "words"),
        N_("Laporan sudah dikembalikan ke admin koordinator. Tenggatnya tetap berjalan."),
    ),
    "answer": Deed(handlers.answer, ("words", "why_no_evidence"), N_("Tanggapan sudah disampaikan kepada pelapor.")),
    "promise": Deed(
        handlers.promise,
        ("promised_for", "words"),
        N_("Janji sudah disampaikan kepada pelapor. Tenggat tetap berjalan; laporan kembali sendiri pada hari itu."),
    ),
    "explain": Deed(
        handlers.explain,
        ("words", "answers"),
        N_("Penjelasan sudah disimpan dan disampaikan kepada Ombudsman sebagai berkas susulan."),
        versioned=False,
    ),
    "close": Deed(handlers.close_case, ("words",), N_("Laporan sudah ditutup.")),
    "archive": Deed(handlers.archive, ("reason", "words"), N_("Laporan sudah diarsipkan.")),
    "reclassify": Deed(handlers.reclassify, ("class_", "words"), N_("Jenis laporan sudah diubah.")),
    "merge": Deed(handlers.merge, ("lead", "words"), N_("Laporan sudah digabung.")),
    "accuse": Deed(
        handlers.accuse,
        ("agency_id", "words"),
        N_("Instansi sudah dikunci: ia tidak lagi melihat laporan ini dan tidak dikabari."),
    ),
    "propose_lifting": Deed(
        handlers.propose_lifting,
        ("agency_id", "words"),
        N_("Usul pembukaan kunci sudah dicatat. Kunci tetap berlaku sampai orang kedua menyetujuinya."),
    ),
    "lift": Deed(handlers.lift, ("agency_id", "words"), N_("Kunci sudah dibuka.")),
    "reopen": Deed(handlers.reopen, ("words",), N_("Laporan sudah dibuka kembali.")),
    "note": Deed(handlers.add_note, ("words",), N_("Catatan sudah disimpan."), versioned=False),
}

WITH_FILES = ("answer", "explain")
"""Forms that carry evidence."""

_LONGEST_TYPED = 20_000
"""Characters of one field that are given back to a refused form."""


@blueprint.post("/laporan/<uuid:complaint_id>/<name>")
@requires("coordinator", "officer", "head")
def do(complaint_id: UUID, name: str) -> Response | tuple[str, int]:
    """Do the deed the form is for, and go back to the case."""
    deed = DEEDS.get(name)
    if deed is None:
        abort(404)
    officer = me()
    try:
        with watching(officer, complaint_id):
            act(deed.use_case, officer, complaint_id, _arguments(officer, complaint_id, name, deed), form_key())
    except (Invalid, Conflict, TooLarge) as refusal:
        return _again(officer, complaint_id, name, refusal)
    flash(_(_done(name, deed)), "success")
    # A case that has left her desk can no longer be read: on to the next one.
    away = name == "return"
    return redirect(url_for("queue.show") if away else url_for("case.show", complaint_id=complaint_id), 303)


def _done(name: str, deed: Deed) -> str:
    """What is said when a form's deed is done. The verifying form may send the case on as well."""
    if name == "verify" and request.form.get("verify-agency_id"):
        return N_("Laporan sudah diverifikasi dan diteruskan.")
    return deed.done


def _arguments(officer: Officer, complaint_id: UUID, name: str, deed: Deed) -> dict[str, Any]:
    """What the form carries: its fields are named `<deed>-<argument>`, so that every label has its own field."""
    read: dict[str, Any] = {argument: request.form.get(f"{name}-{argument}", "") for argument in deed.arguments}
    if deed.versioned:
        read["version"] = request.form.get("version", type=int)
    if name == "promise":
        read["promised_for"] = _day(read["promised_for"])
    if name in WITH_FILES:
        with store().read() as session:
            readable(session, officer, complaint_id)  # no file is kept for a case that is not hers
        read["evidence"] = keep(request.files.getlist(f"{name}-evidence"))
    if name == "answer":
        read["substantive"] = request.form.get("answer-kind") != "interim"
    return read


def _day(typed: str) -> date:
    """A day as a form's date field sends it. Raises Invalid."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        wanted = _("Isi tanggal, misalnya 2027-03-31.")
        raise Invalid("bad_day", wanted, wanted, {"promised_for": [wanted]}) from None


def _again(officer: Officer, complaint_id: UUID, name: str, refusal: Refusal) -> tuple[str, int]:
    """The case as it is now, with the form as it was sent and why it was refused."""
    typed = {field: value[:_LONGEST_TYPED] for field, value in request.form.items()}
    try:
        return page(officer, complaint_id, Sent(name, typed, refusal)), refusal.status
    except NotFound:  # it left her desk meanwhile; what happened says more than that it is gone
        raise refusal from None
