"""The face of intake: the portal for reporters, the same things for programs, and the SMS entrance."""

from __future__ import annotations

from flask import Flask

from services.intake.web import api, files, mine, portal, reporter_api, sms
from shared.web import make_app


def create_app() -> Flask:
    """The Flask app of intake."""
    return make_app(
        "intake",
        prefix="",
        blueprints=[portal.blueprint, mine.blueprint, files.blueprint],
        apis=[api.blueprint, reporter_api.blueprint, sms.blueprint],
        templates=__name__,
    )
