"""What the forms and the API say about a change of days, in the words of the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError, fields, validate

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import ZONES, Change
from services.sla.handlers.propose_days import propose_days
from services.sla.handlers.propose_office import propose_office
from services.sla.store import versions
from services.sla.web import ical, words
from services.sla.web.schemas.calendars import About
from shared.accounts import Officer
from shared.store import Transaction
from shared.texts import gettext as _

ROWS = 6
"""Days that can be typed in at once; more come by file."""


class OfficeForm(Schema):
    """An office's own days."""

    agency_id = fields.String(required=True, validate=validate.Length(1, 120))
    office_name = fields.String(required=True, validate=validate.Length(3, 200))
    office_source = fields.String(required=True, validate=validate.Length(3, 500))
    saturdays = fields.Boolean(load_default=False)
    through_joint_leave = fields.Boolean(load_default=False)
    zone = fields.String(load_default=None, validate=validate.OneOf(ZONES))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None)


def days(tx: Transaction, officer: Officer, request: Request) -> int:
    """Propose what the form for days says; the number of the proposal."""
    about = About().load({name: request.form.get(name, "").strip() for name in About().fields})
    added = [
        DayOff(_date("add", given), name.strip(), kind if kind in words.KINDS else "")
        for given, name, kind in zip(
            *(request.form.getlist(f"add_{part}") for part in ("date", "name", "kind")), strict=False
        )
        if given.strip()
    ]
    removed = tuple(_date("remove", given) for given in request.form.getlist("remove_date") if given.strip())
    upload = request.files.get("file")
    if upload and upload.filename:
        added += new_days(tx, about["scope"], ical.read(upload.stream.read(ical.LARGEST + 1), about["scope"]), removed)
    return propose_days(tx, officer, about["scope"], about["name"], about["source"], Change(tuple(added), removed))


def new_days(tx: Transaction, scope: str, given: Sequence[DayOff], removed: Sequence[date] = ()) -> list[DayOff]:
    """The days of a file that are not days off already: files are exchanged by the whole year."""
    newest = versions.newest(tx.session, scope)
    known = set(versions.days_of(tx.session, newest.version if newest else None)) - set(removed)
    return [off for off in given if off.date not in known]


def office(tx: Transaction, officer: Officer, request: Request) -> int:
    """Propose what the form for an office says; the number of the proposal."""
    given = {name: value for name in OfficeForm().fields if (value := request.form.get(name, "").strip())}
    asked: dict[str, Any] = OfficeForm().load(given)
    name, source = asked.pop("office_name"), asked.pop("office_source")
    return propose_office(tx, officer, asked.pop("agency_id"), name, source, **asked)


def _date(field: str, given: str) -> date:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        raise ValidationError({field: [_("Tanggal “%(given)s” tidak dikenal.", given=given[:20])]}) from None
