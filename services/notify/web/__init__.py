"""The web face of notify under /pesan: the delivery log, the templates, and in a sandbox the outbox and the clock."""

from __future__ import annotations

from flask import Flask

from services.notify.web import api, pages, reports, sandbox_api, sandbox_pages
from shared.settings import sandbox
from shared.web import make_app


def create_app() -> Flask:
    """The Flask app. What belongs to a sandbox does not exist elsewhere."""
    shown = sandbox()
    return make_app(
        "notify",
        prefix="/pesan",
        blueprints=[pages.blueprint, reports.blueprint, *([sandbox_pages.blueprint] if shown else [])],
        apis=[api.blueprint, *([sandbox_api.blueprint] if shown else [])],
        templates=__name__,
    )
