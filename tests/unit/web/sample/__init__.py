"""A tiny service face that uses every part of the kit's web half."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Blueprint, Flask, render_template, request
from marshmallow import Schema, fields, validate
from sqlalchemy import MetaData

from shared.errors import Conflict
from shared.store import StoreDefinition, signin_tables
from shared.texts import gettext as _
from shared.web import body_limit, form_key, make_app, requires, signed_in
from shared.web.signin import sessions_api, sign_in_blueprint

metadata = MetaData()
signin_tables(metadata)
STORE = StoreDefinition.of("routing", metadata, load=lambda tx: None)

pages = Blueprint("pages", __name__)
api = flask_smorest.Blueprint("things", __name__, description="Things")


@pages.get("/")
def front() -> str:
    return render_template("sample.html", errors={})


@pages.post("/kirim")
def send() -> str:
    return f"{_('Terima kasih, %(name)s.', name=request.form.get('name', ''))} {form_key()}"


@pages.get("/rahasia/<uuid:thing_id>")
@requires("coordinator")
def secret(thing_id: Any) -> str:
    officer = signed_in()
    assert officer is not None
    return officer.name


@pages.post("/rahasia/<uuid:thing_id>/buang")
@requires("coordinator")
def throw_away(thing_id: Any) -> str:
    return str(thing_id)


@pages.get("/bentrok")
def clash() -> str:
    raise Conflict("already_answered", "Laporan sudah dijawab.", "The report has been answered.")


@pages.route("/gagal", methods=["GET", "POST"])
def fail() -> str:
    raise RuntimeError("Bu Siti, 0812 3456 7890")


class Thing(Schema):
    name = fields.String(required=True, validate=validate.Length(min=3, max=10))
    size = fields.Integer(load_default=1, validate=validate.Range(min=1, max=5))


@api.route("/things", methods=["POST"])
@api.arguments(Thing)
@api.response(201, Thing)
def make_thing(thing: dict[str, Any]) -> dict[str, Any]:
    """Make a thing."""
    return thing


@api.route("/small", methods=["POST"])
@body_limit(100)
@api.response(204)
def small() -> None:
    """Take very little."""
    request.get_data()


@api.route("/mine")
@requires("coordinator")
@api.response(200, Thing)
def mine() -> dict[str, Any]:
    """What is mine."""
    return {"name": "milik", "size": 1}


def create_app() -> Flask:
    return make_app(
        "routing",
        prefix="/meja",
        blueprints=[pages, sign_in_blueprint("/meja")],
        apis=[api, sessions_api()],
        templates=__name__,
        definition=STORE,
    )
