"""A reporter hands in a complaint."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.intake.adapters.contacts import normal_email, normal_phone
from services.intake.domain.draft import Draft, Identity, Problem, age_of_event, cleaned, problems, unknown
from services.intake.handlers.attach import attach
from services.intake.handlers.codes import without_codes
from services.intake.store import complaints, queries, vault
from shared import metrics
from shared.errors import Invalid
from shared.files import SavedFile
from shared.ids import new_id, tracking_code
from shared.store import Transaction
from shared.texts import current_language


@dataclass(frozen=True, slots=True)
class Registered:
    """What the reporter is told. `age_of_event` is a remark, see the domain."""

    complaint_id: UUID
    tracking_code: str
    received_at: datetime
    age_of_event: str | None


class NotAcceptable(Invalid):
    """The draft has problems; `problems` names them all, `errors` says them in the reader's language."""

    def __init__(self, found: Sequence[Problem]) -> None:
        said: dict[str, list[str]] = {}
        for problem in found:
            said.setdefault(problem.field, []).append(
                problem.text_en if current_language() == "en" else problem.text_id
            )
        super().__init__(
            "complaint_not_acceptable",
            "Ada isian yang perlu diperbaiki. Tidak ada yang hilang; perbaiki lalu kirim lagi.",
            "Some fields need correction. Nothing is lost; correct them and send again.",
            said,
        )
        self.problems = list(found)


def register(
    tx: Transaction,
    draft: Draft,
    files: Sequence[SavedFile] = (),
    *,
    received_at: datetime | None = None,
    agencies: Collection[str] | None = None,
) -> Registered:
    """Accept a complaint, give it its tracking code and say so. `received_at`: when it reached us, if not now.

    `agencies`: the ids a wish may name, None when they are not known now. Raises NotAcceptable with every
    problem there is.
    """
    received_at = received_at or tx.now
    draft = checked(tx.session, draft, received_at, agencies)
    complaint_id, code = new_id(), tracking_code()
    today = queries.today(tx.session, draft.region, received_at)
    age = age_of_event(draft.event_date, today, queries.limits(tx.session, today))
    facts = {
        "complaint_id": complaint_id,
        "channel": draft.channel,
        "language": draft.language,
        "received_at": received_at,
        "region": draft.region,
        "district_code": draft.district_code,
        "village_code": draft.village_code,
        "category": draft.category,
        "agency_id": draft.agency_id,
        "anonymous": draft.anonymous,
        "confidential": draft.confidential,
        "ombudsman_consent": draft.ombudsman_consent,
        "event_date": draft.event_date,
    }
    words = {"title": draft.title, "body": draft.body, "location": draft.location}
    kept = {**facts, **words, **vault.sealed_code(code, complaint_id), "age_of_event": age, "state": "unverified"}
    complaints.keep(tx.session, kept, _sealed(draft.identity, complaint_id))
    attach(tx, files, complaint_id)
    tx.publish("complaint.registered", complaint_id, {**facts, "attachments": len(files)}, time=received_at)
    metrics.COMPLAINTS.labels(draft.channel).inc()
    return Registered(complaint_id, code, received_at, age)


def _sealed(who: Identity, complaint_id: UUID) -> dict[str, Any] | None:
    """The columns of an identity; None when she said nothing about herself."""
    return {"complaint_id": complaint_id, **vault.sealed_identity(who, complaint_id)} if who != Identity() else None


def checked(session: Connection, draft: Draft, now: datetime, agencies: Collection[str] | None) -> Draft:
    """The draft as it would be kept. Raises NotAcceptable."""
    region = draft.region or queries.home_region(session)
    today = queries.today(session, region, now)
    limits = queries.limits(session, today)
    draft = replace(cleaned(draft, limits), region=region)
    found = problems(draft, limits, today)
    draft, about_place = _placed(session, draft)
    identity, about_contact = _reachable(draft.identity)
    if draft.category and not queries.has_category(session, draft.category):
        found.append(unknown("category"))
    if draft.agency_id and agencies is not None and draft.agency_id not in agencies:
        found.append(unknown("agency_id"))
    found += about_place + about_contact
    if found:
        raise NotAcceptable(found)
    title, body = (without_codes(session, text) for text in (draft.title, draft.body))
    return replace(draft, identity=identity, title=title, body=body)


def _placed(session: Connection, draft: Draft) -> tuple[Draft, list[Problem]]:
    """The draft with the district of its village; and what is wrong with its place."""
    village = queries.area(session, draft.village_code) if draft.village_code else None
    if draft.village_code and (village is None or village.kind != "village"):
        return draft, [unknown("village_code")]
    if village is not None:
        if draft.district_code not in (None, village.parent):
            return draft, [
                Problem(
                    "village_code",
                    "other_district",
                    "Desa ini tidak terletak di kecamatan yang dipilih.",
                    "This village is not in the chosen district.",
                )
            ]
        draft = replace(draft, district_code=village.parent)
    district = queries.area(session, draft.district_code) if draft.district_code else None
    if draft.district_code and (district is None or district.kind != "district"):
        return draft, [unknown("district_code")]
    return draft, []


def _reachable(who: Identity) -> tuple[Identity, list[Problem]]:
    """The identity with number and address in normal form; and what is wrong with them."""
    found = []
    phone = normal_phone(who.phone) if who.phone else None
    email = normal_email(who.email) if who.email else None
    if who.phone and not phone:
        found.append(
            Problem(
                "phone",
                "not_a_phone",
                "Nomor telepon ini tidak benar. Contoh: 0812 3456 7890.",
                "This is not a telephone number. Example: 0812 3456 7890.",
            )
        )
    if who.email and not email:
        found.append(
            Problem(
                "email",
                "not_an_email",
                "Alamat e-mail ini tidak benar. Contoh: nama@contoh.id.",
                "This is not an e-mail address. Example: name@example.org.",
            )
        )
    return replace(who, phone=phone, email=email), found
