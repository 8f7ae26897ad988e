"""The face of routing: the desk ("meja") for people, and the same things for programs."""

from __future__ import annotations

from flask import Flask

from services.routing.web.agencies import blueprint as agency_pages
from services.routing.web.api import blueprint as api
from services.routing.web.case import blueprint as case_pages
from services.routing.web.deeds import blueprint as forms
from services.routing.web.evidence import blueprint as files
from services.routing.web.queue import blueprint as queue_pages
from shared.web import make_app
from shared.web.signin import sessions_api, sign_in_blueprint

PREFIX = "/meja"


def create_app() -> Flask:
    """The Flask app of routing."""
    return make_app(
        "routing",
        prefix=PREFIX,
        blueprints=[sign_in_blueprint(PREFIX), queue_pages, case_pages, forms, agency_pages, files],
        apis=[sessions_api(), api],
        templates=__name__,
    )
