"""The face of sla: deadline board and reports for the desk; calculator, calendar and rules for everybody."""

from __future__ import annotations

from flask import Flask

from services.sla.web import api, board, calculator, calendar_api, calendars, law, report
from shared.web import make_app

PREFIX = "/tenggat"


def create_app() -> Flask:
    """The Flask app of sla."""
    return make_app(
        "sla",
        prefix=PREFIX,
        blueprints=[board.blueprint, report.blueprint, calculator.blueprint, law.blueprint, calendars.blueprint],
        apis=[api.blueprint, calendar_api.blueprint],
        templates=__name__,
    )
