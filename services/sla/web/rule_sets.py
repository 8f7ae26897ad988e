"""Rule sets for supervisors: versions, what a version would move, and the two officers it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.sla.domain.calendar import Unit
from services.sla.domain.versions import STARTS, UNITS, Content, Limit
from services.sla.handlers.activate_rules import activate
from services.sla.handlers.draft_rules import draft
from services.sla.handlers.preview import preview_rules
from services.sla.handlers.propose_rules import propose
from services.sla.handlers.withdraw_rules import withdraw
from services.sla.store import law, previews, rule_versions, tables
from services.sla.store.topics import topics
from services.sla.web import words
from services.sla.web.agencies import Names
from services.sla.web.readers import RULE_READERS, RULE_WRITERS, me
from shared.contracts.vocabulary import CLASSES
from shared.errors import Invalid, NotFound
from shared.texts import current_language
from shared.texts import gettext as _
from shared.web import field_errors, requires, store

blueprint = Blueprint("rule_sets", __name__, url_prefix="/tenggat/aturan")

EMPTY_LINES = 3
"""Lines for new limits at the end of the form."""

LINE = ("jam", "kelas", "topik", "daerah", "hari", "satuan", "dasar")
"""The fields of one limit, in the order of `Limit`'s."""


class DraftForm(Schema):
    """The fields of the page besides its lines."""

    class Meta:
        unknown = EXCLUDE

    versi = fields.Integer(required=True)
    nama = fields.String(load_default="")
    sumber = fields.String(load_default="")
    mulai = fields.Date(load_default=None)
    sampai = fields.Date(load_default=None)
    akhiri = fields.Boolean(load_default=False)
    ganti = fields.String(load_default=None)
    ragu = fields.String(load_default="")
    ragu_en = fields.String(load_default="")

    @pre_load
    def without_empty(self, given: Mapping[str, str], **_more: Any) -> dict[str, str]:
        """What is left empty is not given."""
        return {name: value for name, value in given.items() if value.strip()}


@blueprint.get("/<rule_set>")
@requires(*RULE_READERS)
def show(rule_set: str) -> str:
    """All versions of a rule set, and what was done to them."""
    with store().read() as session:
        rule_versions.last_number(session, rule_set)
        found, done = rule_versions.versions(session, rule_set), rule_versions.history(session, rule_set)
    return render_template(
        "sla/rule_set.html", versions=found, done=done, words=words, may_write=me().role in RULE_WRITERS
    )


@blueprint.get("/<rule_set>/versi/<int(max=2147483647):number>")
@requires(*RULE_READERS)
def version(rule_set: str, number: int) -> str:
    """One version, its preview, and what may be done with it."""
    with store().read() as session:
        row = rule_versions.version(session, rule_set, number)
        found = previews.newest(session, tables.rule_previews, row.id)
        edition = rule_versions.newest_edition(session).number
        replaced = next((one.name for one in law.rule_sets(session) if one.id == row.replaces), "")
    return render_template(
        "sla/rule_version.html",
        row=row,
        set=law.as_shown(row),
        replaced=replaced,
        preview=found,
        outdated=found is not None and found.edition != edition,
        mine=row.proposed_by == me().officer_id,
        may_write=me().role in RULE_WRITERS,
        names=Names() if found and found.moved else None,
        words=words,
    )


@blueprint.post("/<rule_set>/versi/<int(max=2147483647):number>/<deed>")
@requires(*RULE_WRITERS)
def do(rule_set: str, number: int, deed: str) -> Response:
    """Count its preview, propose it, activate it, or take it back."""
    match deed:
        case "pratinjau":
            preview_rules(store(), rule_set, number)
        case "usulkan" | "tarik":
            with store().begin() as tx:
                (propose if deed == "usulkan" else withdraw)(tx, me(), rule_set, number)
        case "aktifkan":
            with store().begin() as tx:
                activate(tx, me(), rule_set, number)
            flash(_("Versi ini berlaku. Semua laporan terbuka sedang dihitung ulang."), "success")
        case _other:
            raise NotFound("not_found")
    return redirect(url_for("rule_sets.version", rule_set=rule_set, number=number), 303)


@blueprint.route("/<rule_set>/draf", methods=["GET", "POST"])
@requires(*RULE_WRITERS)
def write(rule_set: str) -> str | tuple[str, int] | Response:
    """A new version, written from the newest one."""
    errors: dict[str, Any] = {}
    with store().read() as session:
        newest = rule_versions.version(session, rule_set, rule_versions.last_number(session, rule_set))
        regions = session.execute(select(tables.regions.c.code, tables.regions.c.name)).all()
        others = [(one.id, one.name) for one in law.rule_sets(session) if one.id != rule_set]
    typed = request.form.to_dict() if request.method == "POST" else _typed(newest)
    if request.method == "POST":
        try:
            given = DraftForm().load(typed)
            content = Content(
                rule_set,
                given["nama"],
                given["sumber"],
                given["mulai"],
                given["sampai"],
                _limits(typed),
                given["akhiri"],
                given["ganti"],
            )
            with store().begin() as tx:
                number = draft(tx, me(), given["versi"], content, _doubts(given["ragu"], given["ragu_en"]))
            return redirect(url_for("rule_sets.version", rule_set=rule_set, number=number), 303)
        except ValidationError as error:
            errors = field_errors(error)
        except Invalid as refusal:
            errors = {_on_page(name, typed): sentences for name, sentences in refusal.errors.items()}
    page = render_template(
        "sla/rule_draft.html",
        rule_set=rule_set,
        typed=typed,
        lines=range(1, max(_lines(typed), default=0) + EMPTY_LINES + 1),
        errors=errors,
        clocks=[(clock, _(words.CLOCKS[clock])) for clock in STARTS],
        classes=[(one, _(words.CLASSES[one])) for one in CLASSES],
        topics=[(code, name[current_language()]) for code, name in topics().items()],
        regions=[(row.code, row.name) for row in regions],
        others=others,
        units=[(unit, _(words.UNITS[unit])) for unit in UNITS],
    )
    return (page, 422) if errors else page


def _typed(row: Any) -> dict[str, str]:
    """A version as the form shows it."""
    typed = {
        "versi": str(row.number),
        "nama": row.name,
        "sumber": row.source,
        "mulai": row.valid_from.isoformat() if row.valid_from else "",
        "sampai": row.valid_to.isoformat() if row.valid_to else "",
        "ganti": row.replaces or "",
        "ragu": "\n".join(doubt["id"] for doubt in row.doubts),
        "ragu_en": "\n".join(doubt["en"] for doubt in row.doubts),
    }
    names = ("clock", "class", "category", "region", "days", "unit", "source")
    for place, limit in enumerate(row.limits, start=1):
        typed |= {f"{field}_{place}": str(limit[name] or "") for field, name in zip(LINE, names, strict=True)}
    return typed


def _lines(typed: Mapping[str, str]) -> list[int]:
    """The numbers of the lines in which something was written; a unit is always chosen and says nothing."""
    said = [name for name in LINE if name != "satuan"]
    return [place for place in range(1, 101) if any(typed.get(f"{name}_{place}", "").strip() for name in said)]


def _limits(typed: Mapping[str, str]) -> tuple[Limit, ...]:
    """The lines as limits. What is no number of days is 0, which no limit may have."""
    found = []
    for place in _lines(typed):
        clock, class_, category, region, days, unit, source = (
            typed.get(f"{name}_{place}", "").strip() for name in LINE
        )
        number = int(days[:6]) if days.isascii() and days.isdigit() else 0
        counted: Unit = "calendar_days" if unit == "calendar_days" else "working_days"
        found.append(Limit(clock, class_ or None, category or None, region or None, number, counted, source))
    return tuple(found)


def _doubts(in_indonesian: str, in_english: str) -> list[dict[str, str]]:
    """One doubt a line; without its English the Indonesian stands in both languages."""
    english = [line.strip() for line in in_english.splitlines() if line.strip()]
    given = [line.strip() for line in in_indonesian.splitlines() if line.strip()]
    return [
        {"id": line, "en": english[place] if place < len(english) else line} for place, line in enumerate(given[:20])
    ]


_ON_PAGE = {
    "name": "nama",
    "source": "sumber",
    "valid_from": "mulai",
    "valid_to": "sampai",
    "replaces": "ganti",
    "clock": "jam",
    "class": "kelas",
    "category": "topik",
    "region": "daerah",
    "days": "hari",
    "unit": "satuan",
}


def _on_page(name: str, typed: Mapping[str, str]) -> str:
    """The page's name of a field a refusal speaks of: `limits.2.days` is the days of the second filled line."""
    if name.startswith("limits."):
        _, place, field = name.split(".")
        return f"{'dasar' if field == 'source' else _ON_PAGE[field]}_{_lines(typed)[int(place) - 1]}"
    return _ON_PAGE.get(name, "jam_1")
