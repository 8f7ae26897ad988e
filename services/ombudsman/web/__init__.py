"""The face of ombudsman: the Ombudsman's own desk for people, and the same things for programs."""

from __future__ import annotations

from flask import Flask

from services.ombudsman.web.api import blueprint as api
from services.ombudsman.web.pages import blueprint as pages
from shared.web import make_app
from shared.web.signin import sessions_api, sign_in_blueprint

PREFIX = "/ombudsman"


def create_app() -> Flask:
    """The Flask app of ombudsman."""
    return make_app(
        "ombudsman",
        prefix=PREFIX,
        blueprints=[sign_in_blueprint(PREFIX), pages],
        apis=[sessions_api(), api],
        templates=__name__,
    )
