"""The desk for programs: `/api/ombudsman/v1`."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Response, make_response
from marshmallow import Schema, fields, validate

from services.ombudsman.domain.bundle import STAMPINGS
from services.ombudsman.domain.states import STATES
from services.ombudsman.handlers import open_file
from services.ombudsman.store import desk
from services.ombudsman.web import deeds
from services.ombudsman.web.pages import as_sent
from shared.accounts import Officer
from shared.web import requires, signed_in, store

blueprint = flask_smorest.Blueprint("referrals", __name__, description="Referrals to the Ombudsman")


class Wanted(Schema):
    """Which referrals to list."""

    state = fields.String(validate=validate.OneOf(STATES), metadata={"description": "All states when left out."})
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class Item(Schema):
    """A referral in a list."""

    class Meta:
        title = "ReferralItem"

    number = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    with_identity = fields.Boolean()
    cause = fields.String(metadata={"description": "limit, receipt or wish."})
    due_date = fields.Date(allow_none=True, metadata={"description": "The limit that passed; a wish has none."})
    created_at = fields.AwareDateTime(format="iso")
    forwarded_at = fields.AwareDateTime(format="iso", allow_none=True)
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)


class Page(Schema):
    """One page of referrals, newest first."""

    referrals = fields.List(fields.Nested(Item))
    page = fields.Integer()


class Delivery(Schema):
    """One try to hand the file over."""

    at = fields.AwareDateTime(format="iso")
    way = fields.String()
    delivered = fields.Boolean()
    status = fields.Integer(allow_none=True, metadata={"description": "HTTP status or SMTP code."})
    reply = fields.String(metadata={"description": "What the other side answered: the proof."})
    sha256 = fields.String()


class Request(Schema):
    """A question of the Ombudsman."""

    class Meta:
        title = "ReferralRequest"

    of = fields.String()
    words = fields.String()
    at = fields.AwareDateTime(format="iso")
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)


class Supplement(Schema):
    """A further file of the same referral."""

    revision = fields.Integer()
    why = fields.String()
    state = fields.String()
    sent_at = fields.AwareDateTime(format="iso", allow_none=True)


class Detail(Item):
    """A referral with its proof of delivery and what the Ombudsman did."""

    class Meta:
        title = "Referral"

    referral_id = fields.UUID()
    complaint_id = fields.UUID()
    sha256 = fields.String(allow_none=True, metadata={"description": "Of the JSON file; null while not composed."})
    stamping = fields.String(
        allow_none=True,
        validate=validate.OneOf(STAMPINGS),
        metadata={"description": "Time stamp of RFC 3161: none when no authority is set; null while not composed."},
    )
    stamped_at = fields.AwareDateTime(format="iso", allow_none=True)
    not_stamped = fields.String(allow_none=True, metadata={"description": "Why the last try gave no time stamp."})
    deliveries = fields.List(fields.Nested(Delivery))
    agenda_number = fields.String(allow_none=True)
    acknowledged_at = fields.AwareDateTime(format="iso", allow_none=True)
    recommendation = fields.String(allow_none=True)
    recommendation_due = fields.Date(allow_none=True)
    reported_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "The agency told how it was carried out."}
    )
    reported_how = fields.String(
        allow_none=True, metadata={"description": "By which letter; null when it told by its answer."}
    )
    overdue_at = fields.AwareDateTime(format="iso", allow_none=True)
    requests = fields.List(fields.Nested(Request))
    supplements = fields.List(fields.Nested(Supplement))
    recommended_at = fields.AwareDateTime(format="iso", allow_none=True)
    closing = fields.String(allow_none=True)


class Key(Schema):
    """The sender's own key of a command; the same key twice acts once."""

    key = fields.String(data_key="Idempotency-Key", validate=validate.Length(min=1, max=200))


@blueprint.route("/referrals", methods=["GET"])
@requires("ombudsman", "operator")
@blueprint.arguments(Wanted, location="query")
@blueprint.response(200, Page)
def list_referrals(wanted: dict[str, Any]) -> dict[str, Any]:
    """Referrals, 50 on a page, newest first."""
    states = [wanted["state"]] if "state" in wanted else STATES
    with store().read() as session:
        return {"referrals": desk.listed(session, states, wanted["page"]), "page": wanted["page"]}


@blueprint.route("/referrals/<number>", methods=["GET"])
@requires("ombudsman", "operator")
@blueprint.response(200, Detail)
def get_referral(number: str) -> dict[str, Any]:
    """One referral."""
    return _detail(number)


@blueprint.route("/referrals/<number>/file.json", methods=["GET"])
@requires("ombudsman")
@blueprint.response(200, content_type="application/json")
def get_json(number: str) -> Response:
    """The file, in canonical form (schema urn:aduan:referral-file:2). The look is recorded."""
    return _file(number, "json")


@blueprint.route("/referrals/<number>/file.pdf", methods=["GET"])
@requires("ombudsman")
@blueprint.response(200, content_type="application/pdf")
def get_pdf(number: str) -> Response:
    """The file on paper. The look is recorded."""
    return _file(number, "pdf")


@blueprint.route("/referrals/<number>/file.zip", methods=["GET"])
@requires("ombudsman")
@blueprint.response(200, content_type="application/zip")
def get_zip(number: str) -> Response:
    """File, attachments, hashes and signature in one. The look is recorded."""
    return _file(number, "zip")


@blueprint.route("/referrals/<number>/question", methods=["POST"])
@requires("ombudsman")
@blueprint.arguments(Key, location="headers")
@blueprint.arguments(deeds.Question)
@blueprint.response(200, Detail)
def ask(key: dict[str, str], said: dict[str, Any], number: str) -> dict[str, Any]:
    """Ask the reporter or the agency for more; the answer comes as a supplement to the file."""
    return _do(deeds.ASK, number, said, key)


@blueprint.route("/referrals/<number>/acknowledgement", methods=["POST"])
@requires("ombudsman")
@blueprint.arguments(Key, location="headers")
@blueprint.arguments(deeds.Acknowledgement)
@blueprint.response(200, Detail)
def acknowledge(key: dict[str, str], said: dict[str, Any], number: str) -> dict[str, Any]:
    """Confirm receipt."""
    return _do(deeds.ACKNOWLEDGE, number, said, key)


@blueprint.route("/referrals/<number>/recommendation", methods=["POST"])
@requires("ombudsman")
@blueprint.arguments(Key, location="headers")
@blueprint.arguments(deeds.Recommendation)
@blueprint.response(200, Detail)
def recommend(key: dict[str, str], said: dict[str, Any], number: str) -> dict[str, Any]:
    """Recommend what the agency must do; a report is due in 60 days (UU 37/2008 art 38)."""
    return _do(deeds.RECOMMEND, number, said, key)


@blueprint.route("/referrals/<number>/closing", methods=["POST"])
@requires("ombudsman")
@blueprint.arguments(Key, location="headers")
@blueprint.arguments(deeds.Closing)
@blueprint.response(200, Detail)
def close(key: dict[str, str], said: dict[str, Any], number: str) -> dict[str, Any]:
    """Close, with the reason."""
    return _do(deeds.CLOSE, number, said, key)


@blueprint.route("/referrals/<number>/report", methods=["POST"])
@requires("ombudsman")
@blueprint.arguments(Key, location="headers")
@blueprint.arguments(deeds.Report)
@blueprint.response(200, Detail)
def report(key: dict[str, str], said: dict[str, Any], number: str) -> dict[str, Any]:
    """Note that the agency reported by another way how it carried out the recommendation, also after closing."""
    return _do(deeds.REPORT, number, said, key)


@blueprint.route("/referrals/<number>/resumption", methods=["POST"])
@requires("operator")
@blueprint.arguments(Key, location="headers")
@blueprint.response(200, Detail)
def resume(key: dict[str, str], number: str) -> dict[str, Any]:
    """Let a referral whose delivery was given up go on."""
    return _do(deeds.RESUME, number, {}, key)


def _who() -> Officer:
    officer = signed_in()
    assert officer is not None  # `requires` let nobody else in
    return officer


def _detail(number: str) -> dict[str, Any]:
    with store().read() as session:
        found = desk.referral(session, number)
    acknowledged, recommended, closed = found.acknowledgement, found.recommendation, found.closing
    return {
        **found.row._mapping,
        **{name: getattr(found.file, name, None) for name in ("sha256", "stamping", "stamped_at", "not_stamped")},
        "deliveries": found.deliveries,
        "agenda_number": acknowledged.agenda_number if acknowledged else None,
        "acknowledged_at": acknowledged.at if acknowledged else None,
        "recommendation": recommended.words if recommended else None,
        "recommendation_due": recommended.due_date if recommended else None,
        "reported_how": recommended.reported_how if recommended else None,
        "reported_at": recommended.reported_at if recommended else None,
        "overdue_at": recommended.overdue_at if recommended else None,
        "requests": found.requests,
        "supplements": found.supplements,
        "recommended_at": recommended.at if recommended else None,
        "closing": closed.reason if closed else None,
        "closed_at": closed.at if closed else None,
    }


def _do(deed: deeds.Deed, number: str, said: dict[str, Any], key: dict[str, str]) -> dict[str, Any]:
    deeds.carry_out(store(), deed, number, _who(), said, key.get("key"))
    return _detail(number)


def _file(number: str, kind: str) -> Response:
    with store().begin() as tx:
        found = open_file(tx, number, _who().officer_id, kind)
    answer = make_response(as_sent(found, kind))
    answer.mimetype = f"application/{kind}"
    return answer
