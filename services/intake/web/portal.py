"""Pages for everybody: the front page, the complaint form, and who sees what."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, make_response, render_template, session
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from services.intake import handlers
from services.intake.store import queries
from services.intake.web import schemas
from services.intake.web.cookie import keep_session
from services.intake.web.hand_in import HandedIn, hand_in, what_happens_next
from services.intake.web.peers import agencies
from services.intake.web.uploads import Typed, limits_now, sent_fields, sent_files
from services.intake.web.words import LABELS
from shared import clock
from shared.errors import Conflict, Invalid, TooLarge, TooMany
from shared.settings import env
from shared.texts import current_language
from shared.texts import gettext as _
from shared.web import field_errors, form_key, store

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
def home() -> str:
    """What this is, and two doors: report, and follow a report."""
    with store().read() as session:
        keyword = next(iter(queries.keywords(session, clock.now().date())))
    return render_template(
        "intake/home.html",
        keyword=keyword,
        sms_number=env.str("INTAKE_SMS_NUMBER"),
        mail_address=env.str("INTAKE_MAIL_ADDRESS"),
        next=what_happens_next(limits_now()),
    )


@blueprint.get("/lapor")
def show_form() -> str:
    """The complaint form."""
    return _form({}, {})


@blueprint.post("/lapor")
def hand_in_form() -> Response:
    """Hand in the form; it comes back with everything typed when something is wrong."""
    sent = sent_fields()
    try:
        fields = schemas.COMPLAINT.load(sent)
        # The secret of the form's cookie, checked before this view: it is the browser's own.
        done = hand_in(fields, sent_files(), "web", form_key(), browser=session["csrf_token"])
    except ValidationError as error:
        return _again(sent, field_errors(error))
    except Conflict:
        return _again(
            sent,
            {
                "form": _(
                    "Formulir ini sudah pernah dikirim dengan isi lain. "
                    "Kalau ini laporan baru, kirim sekali lagi dari halaman ini."
                )
            },
            new_key=True,
        )
    except (Invalid, TooLarge, TooMany) as refusal:
        return _again(sent, refusal.errors or {"form": refusal.detail(current_language())}, status=refusal.status)
    return _received(done)


@blueprint.get("/privasi")
def privacy() -> str:
    """Who sees what."""
    return render_template("intake/privacy.html", limits=limits_now())


def _again(sent: dict[str, Any], errors: dict[str, Any], *, new_key: bool = False, status: int = 422) -> Response:
    return make_response(_form(sent, errors, new_key=new_key), status)


def _form(typed: dict[str, Any], errors: dict[str, Any], *, new_key: bool = False) -> str:
    limits = limits_now()
    with store().read() as session:
        areas = queries.areas(session)
        categories = queries.categories(session, offered=True)
        types = queries.file_types(session)
    english = current_language() == "en"
    districts = [area for area in areas if area.kind == "district"]
    offered = agencies.all()
    return render_template(
        "intake/form.html",
        typed=Typed(typed),
        errors=Typed(errors),
        labels={name: _(label) for name, label in LABELS.items()},
        limits=limits,
        new_key=secrets.token_urlsafe(24) if new_key else "",
        today=_today(),
        districts=[(area.code, area.name) for area in districts],
        villages=[
            (district.name, [(v.code, v.name) for v in areas if v.parent == district.code]) for district in districts
        ],
        categories=[(row.code, (row.name_en if english else None) or row.name) for row in categories],
        agencies=None if offered is None else [(agency["agency_id"], agency["name"]) for agency in offered],
        types=types,
    )


def _today() -> str:
    """Today at the place of the regency, as a date field writes it."""
    with store().read() as session:
        return queries.today(session, queries.home_region(session), clock.now()).isoformat()


def _received(done: HandedIn) -> Response:
    """The receipt, drawn at once: it must reach also a telephone that keeps no cookies."""
    with store().begin() as tx:
        token = handlers.open_session(tx, done.complaint_id)
    return keep_session(make_response(render_template("intake/received.html", done=done), 201), token)
