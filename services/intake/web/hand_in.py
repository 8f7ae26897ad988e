"""Handing in a complaint over HTTP, the same for the form and for programs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake import handlers
from services.intake.domain.draft import Draft, Identity, Limits
from services.intake.store import queries, vault
from services.intake.web.floods import one_more_complaint
from services.intake.web.peers import agencies
from services.intake.web.words import AGES, said
from shared.files import SavedFile
from shared.ids import spaced
from shared.store import Transaction
from shared.store.idempotency import once
from shared.texts import current_language
from shared.texts import gettext as _
from shared.web import store

_IDENTITY = ("name", "phone", "email", "address")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A complaint that is accepted, for the first time or again with the same key."""

    complaint_id: UUID
    tracking_code: str
    received_at: datetime
    remarks: list[str]
    next: list[str]


def hand_in(
    fields: dict[str, Any], files: Sequence[SavedFile], channel: str, key: str | None, browser: str = ""
) -> HandedIn:
    """Register a complaint once for each key. Raises NotAcceptable, TooMany, or Conflict `key_reused`.

    Where a `browser` is known by a secret of its own, the same words from it on the
    same day are the same complaint too: whoever goes back and sends once more, not
    sure that it went, gets her first receipt again.
    """
    wanted = agencies.ids() if fields.get("agency_id") else None
    draft = Draft(
        channel=channel,
        identity=Identity(**{name: fields.get(name) for name in _IDENTITY}),
        **{
            "language": current_language(),
            **{name: value for name, value in fields.items() if name not in _IDENTITY},
        },
    )

    registered: list[handlers.Registered] = []

    def act() -> dict[str, Any]:
        one_more_complaint(tx)
        registered.append(handlers.register(tx, draft, files, agencies=wanted))
        return {"complaint_id": str(registered[0].complaint_id)}

    # Only what is remembered by its words has to be compared with them.
    sent = {"fields": asdict(draft), "files": [file.sha256 for file in files]} if key or browser else {}
    with store().begin() as tx:
        same = _digest(browser, str(tx.now.date()), sent) if browser else None
        # What is remembered under the key is the id alone: the code lies sealed with the complaint.
        complaint_id = UUID(
            once(tx, f"complaint {channel}", key, sent, lambda: once(tx, "complaint words", same, sent, act))[
                "complaint_id"
            ]
        )
        first = registered[0] if registered else _registered_before(tx, complaint_id)
        limits = queries.limits(tx.session, tx.now.date())
        return HandedIn(
            complaint_id,
            spaced(first.tracking_code),
            first.received_at,
            [remark(first.age_of_event, limits)] if first.age_of_event else [],
            what_happens_next(limits),
        )


def _registered_before(tx: Transaction, complaint_id: UUID) -> handlers.Registered:
    """What the reporter was told when the same key came first."""
    complaint = queries.complaint(tx.session, complaint_id)
    code = vault.open_code(complaint.code_sealed, complaint_id)
    return handlers.Registered(complaint_id, code, complaint.received_at, complaint.age_of_event)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def what_happens_next(limits: Limits) -> list[str]:
    """What a reporter may expect, in plain sentences."""
    return [
        _("Koordinator memeriksa laporan Anda paling lama %(days)s hari kerja.", days=limits.verification_days),
        _(
            "Sesudah itu laporan diteruskan ke instansi yang berwenang; kabar pertama paling lama %(days)s hari kerja.",
            days=limits.follow_up_days,
        ),
        _(
            "Kalau jawabannya tidak memuaskan, Anda punya %(days)s hari kerja untuk menyatakan keberatan.",
            days=limits.veto_days,
        ),
        _("Kalau %(days)s hari tidak ada tanggapan, laporan diteruskan ke Ombudsman.", days=limits.forwarding_days),
    ]


def remark(age_of_event: str, limits: Limits) -> str:
    """What to say of an event that lies far back."""
    return said(AGES, age_of_event) % {"days": limits.late_after_days, "years": limits.ombudsman_after_days // 365}
