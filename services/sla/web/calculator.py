"""The due-date calculator: any start, any limit; each day that does not count, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template, request
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import Connection

from services.sla.domain.months import months
from services.sla.domain.rules import NoRuleError, Rule
from services.sla.report.words import category
from services.sla.store import law, queries
from services.sla.store.book import book
from services.sla.store.queries import LONGEST_LIMIT
from services.sla.web import words
from services.sla.web.agencies import Names
from shared import clock
from shared.contracts.sla import UNITS
from shared.contracts.vocabulary import CLASSES, CLOCKS
from shared.errors import Invalid
from shared.texts import gettext as _
from shared.web import current_language, field_errors, recognise, store

blueprint = Blueprint("calculator", __name__)
blueprint.before_request(recognise)

OWN = "sendiri"
"""The choice of a limit of one's own."""


class CalculatorForm(Schema):
    """The fields of the page."""

    mulai = fields.Date(required=True)
    batas = fields.String(required=True, validate=validate.Length(max=180))
    hari = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LONGEST_LIMIT))
    satuan = fields.String(load_default=UNITS[0], validate=validate.OneOf(UNITS))
    daerah = fields.String(load_default=None, validate=validate.Length(max=20))
    instansi = fields.String(load_default=None, validate=validate.Length(max=120))


def due_date(session: Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The last day for `start` and either `days` and `unit` or a `clock`, with the limit it used: what holds in the
    region for the case's `class_` and `category`.

    Raises Invalid when no limit is given, or none is known for that day.
    """
    start, days, unit, source = asked["start"], asked.get("days"), asked.get("unit"), None
    region = asked.get("region") or law.home(session)
    queries.check_start(start)
    if asked.get("clock"):
        try:
            rule = book(session).rules.rule(asked["clock"], asked.get("class_"), start, asked.get("category"), region)
        except NoRuleError:
            raise Invalid(
                "no_rule",
                "Untuk tanggal dan kelas itu tidak ada batas yang diketahui.",
                "No limit is known for that date and class.",
                {"clock": [_("Untuk tanggal dan kelas itu tidak ada batas yang diketahui.")]},
            ) from None
        days, unit, source = rule.days, rule.unit, rule.source
    if days is None or not unit:
        raise Invalid(
            "no_limit",
            "Pilih batas, atau isi jumlah hari dan satuannya.",
            "Choose a limit, or give a number of days and their unit.",
            {"days": [_("Isi jumlah hari.")]},
        )
    return {
        "start": start,
        "days": days,
        "unit": unit,
        "source": source,
        **queries.due_date(session, start, days, unit, region, asked.get("agency_id")),
    }


@blueprint.get("/kalkulator")
def show() -> str | tuple[str, int]:
    """The form, and the answer when something was asked."""
    asked = {name: value for name in CalculatorForm().fields if (value := request.args.get(name))}
    answer, errors, drawn = None, {}, []
    with store().read() as session:
        today = law.today(session, clock.now())
        regions = sorted(law.region_names(session).items())
        offices = sorted(book(session).almanac(asked.get("daerah", law.home(session))).offices) if regions else []
        limits = law.limits(session, today, asked.get("daerah", law.home(session)))
        choices = [(_choice(*named), _limit_name(*named, rule)) for named, rule in limits.items()]
        if asked:
            try:
                given = _asked(CalculatorForm().load(asked), dict(choices))
                answer = due_date(session, given)
                calendar = book(session).calendar(given["region"] or law.home(session), given["agency_id"])
                drawn = months(calendar, answer["start"], answer["due_date"], answer["unit"])
            except ValidationError as error:
                errors = field_errors(error)
            except Invalid as refusal:
                errors = {_FIELDS.get(name, name): [refusal.detail(current_language())] for name in refusal.errors}
    page = render_template(
        "sla/calculator.html",
        asked={"mulai": today.isoformat(), "batas": choices[0][0], **asked},
        answer=answer,
        months=drawn,
        month_name=_month_name,
        regions=regions,
        offices=_named(offices),
        errors=errors,
        choices=[*choices, (OWN, _("Batas lain: isi sendiri"))],
        units=[(unit, _(words.UNITS[unit])) for unit in UNITS],
        words=words,
    )
    return (page, 422) if errors else page


_FIELDS = {"start": "mulai", "days": "hari", "clock": "batas"}
"""The page's names of the fields a refusal speaks of."""


def _asked(form: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks, in the words of `due_date`."""
    common = {"start": form["mulai"], "region": form["daerah"], "agency_id": form["instansi"]}
    if form["batas"] in choices:
        name, class_, topic = [*form["batas"].split(":"), ""][:3]
        return {**common, "clock": name, "class_": class_ or None, "category": topic or None}
    if form["batas"] != OWN:
        raise ValidationError({"batas": [_("Pilih salah satu batas.")]})
    return {**common, "days": form["hari"], "unit": form["satuan"]}


def _named(offices: Sequence[str]) -> list[tuple[str, str]]:
    """Offices whose days differ from their region's, by name; nobody is asked when there are none."""
    if not offices:
        return []
    names = Names()
    return [(agency_id, names.of(agency_id)) for agency_id in offices]


def _month_name(first: date) -> str:
    return str(format_date(first, "MMMM y", locale=current_language()))


def _choice(clock: str, class_: str | None, topic: str | None) -> str:
    """What the form sends for a limit."""
    return ":".join([clock, class_ or "", *([topic] if topic else [])])


def _limit_name(clock: str, class_: str | None, topic: str | None, rule: Rule) -> str:
    assert clock in CLOCKS and class_ in (None, *CLASSES)
    name = _(words.CLOCKS[clock])
    if class_:
        name += f", {_(words.CLASSES[class_])}"
    if topic:
        name += f", {category(topic)}"
    return f"{name}: {words.limit(rule.days, rule.unit)}"
