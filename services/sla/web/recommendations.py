"""What periodic reports recommended, and what the supervisor says became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from services.sla.handlers.advise import NEXT, advise
from services.sla.report import words
from services.sla.store import editions, law
from services.sla.store.book import book
from services.sla.web.agencies import Names
from services.sla.web.readers import READERS, me, scope
from shared.errors import Invalid
from shared.texts import gettext as _
from shared.web import field_errors, requires, store

blueprint = Blueprint("recommendations", __name__)

LONGEST_WORDS = 1000


class Advice(Schema):
    """What becomes of a recommendation."""

    keadaan = fields.String(required=True, validate=validate.OneOf(("accepted", "done", "rejected")))
    kata = fields.String(load_default="", validate=validate.Length(max=LONGEST_WORDS))


@blueprint.get("/rekomendasi")
@requires(*READERS)
def index() -> str:
    """What reports recommended, and what became of it."""
    return _page()


def _page(errors: dict[str, Any] | None = None, wrong: UUID | None = None) -> str:
    mine = scope()
    with store().read() as session:
        found = editions.recommendations_of(session, mine, everything=mine is None)
        calendar = book(session).calendar(law.home(session))
    return render_template(
        "sla/recommendations.html",
        found=found,
        provisional={row.recommendation_id for row in found if editions.is_provisional(row, calendar)},
        names=Names(),
        words=words,
        next=NEXT,
        may_set=me().role == "supervisor",
        errors=errors or {},
        wrong=wrong,
        asked=request.form,
        longest=LONGEST_WORDS,
    )


@blueprint.post("/rekomendasi/<uuid:recommendation_id>")
@requires("supervisor")
def set_status(recommendation_id: UUID) -> tuple[str, int] | Response:
    """Accept it, say that it was done, or reject it."""
    try:
        given = Advice().load(request.form, unknown=EXCLUDE)
        with store().begin() as tx:
            advise(tx, recommendation_id, given["keadaan"], given["kata"], me().officer_id)
    except ValidationError as error:
        return _page(field_errors(error), recommendation_id), 422
    except Invalid as refusal:
        return _page({name: list(map(_, said)) for name, said in refusal.errors.items()}, recommendation_id), 422
    return redirect(url_for("recommendations.index"), 303)
