"""The face of sla: deadline board and reports for the desk; calculator, calendar and rules for everybody."""

from __future__ import annotations

from flask import Flask

from shared.web import make_app

PREFIX = "/tenggat"


def create_app() -> Flask:
    """The Flask app of sla."""
    # Here, so that the worker can have the words of the pages without the pages.
    from services.sla.web import (
        addressees,
        api,
        board,
        calculator,
        calendar_api,
        calendars,
        editions,
        law,
        recommendations,
        report,
        rule_api,
        rule_sets,
    )

    return make_app(
        "sla",
        prefix=PREFIX,
        blueprints=[
            board.blueprint,
            editions.blueprint,
            recommendations.blueprint,
            addressees.blueprint,
            report.blueprint,
            calculator.blueprint,
            law.blueprint,
            calendars.blueprint,
            rule_sets.blueprint,
        ],
        apis=[api.blueprint, calendar_api.blueprint, rule_api.blueprint],
        templates=__name__,
    )
