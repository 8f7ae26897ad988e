"""One of everything: events as they come, answers as the other services give them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.notify.domain.channels import Person
from services.notify.domain.templates import Template
from services.notify.store.loading import DATA, phrase_rows, template_rows
from services.notify.store.queries import Planned
from shared.contracts import event_type
from shared.contracts.vocabulary import ARCHIVE_REASONS, CLOCKS, EXPLAINED, INQUIRIES, STATES

COMPLAINT = UUID("019ab000-0000-7000-8000-000000000001")
INQUIRY = UUID("019ab000-0000-7000-8000-000000000002")
ITEM = UUID("019ab000-0000-7000-8000-000000000003")
MESSAGE = UUID("019ab000-0000-7000-8000-000000000004")
REFERRAL = UUID("019ab000-0000-7000-8000-000000000005")
CLOCK = UUID("019ab000-0000-7000-8000-000000000006")
REPORT = UUID("019ab000-0000-7000-8000-000000000007")
ADDRESSEE = UUID("019ab000-0000-7000-8000-000000000008")
NOW = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)
DUE = date(2026, 3, 25)
CODE = "K7Q2M9XF4TC"
LONGEST_AGENCY = "Dinas Perumahan, Kawasan Permukiman dan Pertanahan"

_CASE = {"complaint_id": COMPLAINT, "case_number": "KOLUT-2026-000123"}
_CLOCK = {"complaint_id": COMPLAINT, "clock_id": CLOCK, "agency_id": "perkim", "due_at": NOW, "due_date": DUE}
_REFERRAL = {"complaint_id": COMPLAINT, "referral_id": REFERRAL, "number": "OMB-KOLUT-2026-0001"}


_REPORT = {
    "report_id": REPORT,
    "edition": 1,
    "frequency": "monthly",
    "first": date(2026, 3, 1),
    "last": date(2026, 3, 31),
    "region": "74.08",
    "addressee_id": ADDRESSEE,
}


def events() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Source, name and data of every event notify hears, in every variant that makes a difference."""
    for channel in ("sms", "web"):
        yield "intake", "complaint.registered", _registered(channel)
        for kind in ("reply", "addition", "objection"):
            yield "intake", "complaint.message_received", _message(kind, channel)
    said = {"complaint_id": COMPLAINT, "channel": "sms", "at": NOW}
    yield "intake", "complaint.objected", {**said, "message_id": MESSAGE}
    for given in (True, False):
        yield "intake", "complaint.consented", {**said, "given": given}
    yield "intake", "complaint.referral_wished", said
    given = {"complete": True, "channel": "sms", "given_at": NOW}
    yield "intake", "complaint.particulars_given", {"complaint_id": COMPLAINT, **given}
    for consent in (True, False):
        wanted = {"consent_wanted": consent, "particulars_wanted": not consent, "asked_at": NOW}
        yield "intake", "complaint.ombudsman_asked", {"complaint_id": COMPLAINT, **wanted}
    for reason in ("reporter", "not_completed"):
        yield "intake", "complaint.withdrawn", {"complaint_id": COMPLAINT, "reason": reason, "withdrawn_at": NOW}
    for kind in INQUIRIES:
        yield "intake", "inquiry.received", inquiry(kind, COMPLAINT if kind == "status" else None)
    yield "routing", "case.completeness_requested", {**_CASE, "item_id": ITEM, "requested_at": NOW}
    for dispatch in (1, 2):
        yield "routing", "case.dispatched", dispatched(dispatch)
    yield (
        "routing",
        "case.returned",
        {
            **_CASE,
            "item_id": ITEM,
            "agency_id": "perkim",
            "competent_agency_id": "pupr",
            "returns": 1,
            "returned_at": NOW,
        },
    )
    for substantive in (True, False):
        yield "routing", "case.answered", answered(substantive)
    for how in ("confirmed", "silence", "coordinator"):
        yield "routing", "case.closed", {**_CASE, "how": how, "closed_at": NOW}
    for why in ("objection", "coordinator"):
        yield "routing", "case.reopened", {**_CASE, "agency_id": "perkim", "why": why, "reopened_at": NOW}
    for why in ("objection", "coordinator"):
        yield "routing", "case.reopened", {**_CASE, "agency_id": None, "why": why, "reopened_at": NOW}
    promise = {"item_id": ITEM, "agency_id": "perkim", "promised_for": date(2027, 3, 31)}
    yield "routing", "case.promised", {**_CASE, **promise, "promised_at": NOW}
    explanation = {"item_id": ITEM, "agency_id": "perkim", "evidence": 0, "explained_at": NOW}
    for answers in EXPLAINED:
        yield "routing", "case.explained", {**_CASE, **explanation, "answers": answers}
    for name in ("promise.due", "promise.broken"):
        yield "sla", name, {"complaint_id": COMPLAINT, **promise}
    for reason in ARCHIVE_REASONS:
        yield "routing", "case.archived", {**_CASE, "item_id": ITEM, "reason": reason, "archived_at": NOW}
    yield "routing", "case.locked", {**_CASE, "locked_at": NOW}
    yield "routing", "case.merged", {**_CASE, "lead_complaint_id": MESSAGE, "merged_at": NOW}
    for clock in CLOCKS:
        agency = {"agency_id": None} if clock in ("verification", "receipt", "completeness", "objection") else {}
        yield "sla", "clock.due_soon", {**_CLOCK, "clock": clock, "fraction": 0.8, **agency}
        yield "sla", "clock.breached", {**_CLOCK, "clock": clock, **agency}
        decreed = {"previous_due_date": DUE, "provisional": False, "cause": "calendar"}
        yield "sla", "clock.moved", {**_CLOCK, "clock": clock, **decreed, **agency}
    for level in ("officer", "head", "coordinator", "supervisor", "ombudsman"):
        data = {k: v for k, v in _CLOCK.items() if k != "due_at"}
        yield "sla", "escalation.raised", {**data, "clock": "settlement", "level": level, "raised_at": NOW}
    for level in ("coordinator", "supervisor", "ombudsman"):
        data = {**{k: v for k, v in _CLOCK.items() if k != "due_at"}, "clock": "receipt", "agency_id": None}
        yield "sla", "escalation.raised", {**data, "level": level, "raised_at": NOW}
    yield "sla", "escalation.raised", {**data, "clock": "legal", "level": "ombudsman", "raised_at": NOW}
    for level in ("officer", "head", "coordinator", "supervisor"):
        late = {k: v for k, v in _CLOCK.items() if k != "due_at"} | {"days_late": 3, "reminded_at": NOW}
        yield "sla", "clock.overdue", {**late, "clock": "settlement", "level": level}
    for agency_id in (None, "perkim"):
        yield "sla", "report.addressed", {**_REPORT, "agency_id": agency_id}
    for with_identity in (True, False):
        yield "ombudsman", "referral.forwarded", {**_REFERRAL, "with_identity": with_identity, "forwarded_at": NOW}
    yield "ombudsman", "referral.acknowledged", {**_REFERRAL, "acknowledged_at": NOW}
    yield "ombudsman", "referral.recommended", {**_REFERRAL, "recommended_at": NOW}
    for of in ("reporter", "agency"):
        yield "ombudsman", "referral.more_requested", {**_REFERRAL, "request_id": ITEM, "of": of, "requested_at": NOW}
    supplement = {"why": "consent", "with_identity": True, "supplemented_at": NOW}
    yield "ombudsman", "referral.supplemented", {**_REFERRAL, **supplement}
    yield "ombudsman", "referral.consent_too_late", {**_REFERRAL, "at": NOW}
    yield "ombudsman", "referral.recommendation_due_soon", {**_REFERRAL, "due_date": DUE, "reminded_at": NOW}
    yield "ombudsman", "referral.recommendation_overdue", {**_REFERRAL, "due_date": DUE, "overdue_at": NOW}
    yield "ombudsman", "referral.closed", {**_REFERRAL, "closed_at": NOW}


def _registered(channel: str) -> dict[str, Any]:
    return {
        "complaint_id": COMPLAINT,
        "channel": channel,
        "language": "id",
        "received_at": NOW,
        "region": "74.08",
        "district_code": None,
        "village_code": None,
        "category": None,
        "agency_id": None,
        "anonymous": False,
        "confidential": False,
        "ombudsman_consent": False,
        "event_date": None,
        "attachments": 0,
    }


def _message(kind: str, channel: str) -> dict[str, Any]:
    return {
        "complaint_id": COMPLAINT,
        "message_id": MESSAGE,
        "kind": kind,
        "channel": channel,
        "received_at": NOW,
        "attachments": 0,
    }


def inquiry(kind: str, complaint_id: UUID | None = None) -> dict[str, Any]:
    return {
        "inquiry_id": INQUIRY,
        "complaint_id": complaint_id,
        "kind": kind,
        "channel": "sms",
        "received_at": NOW,
    }


def dispatched(dispatch: int) -> dict[str, Any]:
    return {
        **_CASE,
        "agency_id": "perkim",
        "previous_agency_id": None if dispatch == 1 else "pupr",
        "dispatch": dispatch,
        "dispatched_at": NOW,
    }


def answered(substantive: bool) -> dict[str, Any]:
    return {
        **_CASE,
        "item_id": ITEM,
        "agency_id": "perkim",
        "substantive": substantive,
        "evidence": 1,
        "answered_at": NOW,
    }


def facts(source: str, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """An event's data as it lies in the store."""
    dumped: dict[str, Any] = json.loads(event_type(source, name).write(data))
    return dumped


@cache
def all_templates() -> dict[tuple[str, str], Template]:
    """Every template file: (name, language) → template."""
    fields = Template.__dataclass_fields__
    rows = [row for path in sorted(DATA.glob("templates/*.toml")) for row in template_rows(path)]
    return {(r["name"], r["language"]): Template(**{k: v for k, v in r.items() if k in fields}) for r in rows}


@cache
def audiences_of(name: str) -> list[str]:
    [row, *_] = template_rows(DATA / "templates" / f"{name}.toml")
    found: list[str] = row["audiences"]
    return found


@cache
def phrases(language: str) -> dict[str, str]:
    return {r["name"]: r["text"] for r in phrase_rows(DATA / "phrases.toml") if r["language"] == language}


def planned(template: str, audience: str, facts: dict[str, Any]) -> Planned:
    recipient = INQUIRY if template.startswith("inquiry.") else COMPLAINT
    return Planned(MESSAGE, template, audience, recipient, None, COMPLAINT, facts, "planned")


def person(came_by: str = "sms", language: str = "id", **more: Any) -> Person:
    known = {"phone": "+6281234567890", "email": "warga@contoh.example", "code": CODE} | more
    return Person(language=language, came_by=came_by, **known)


class Answers:
    """The other services' answers, without services: for tests of words, not of wires."""

    def __init__(
        self,
        *,
        words: str = "Sudah kami perbaiki.",
        state: str = "dispatched",
        due: bool = True,
        over: bool = False,
        too_big: bool = False,
    ) -> None:
        assert state in STATES
        self.too_big = too_big
        self.words, self.state, self.due, self.over = words, state, due, over

    def ask(self, service: str, name: str, *, deadline: float | None = None, **request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, f"_{service}_{name}")(**request)
        return answer

    def ask_about(self, service: str, name: str, key: Any) -> list[dict[str, Any]]:
        about: list[dict[str, Any]] = getattr(self, f"_{service}_{name}")(key)
        return about

    ask_alike = ask

    def _routing_cases(self, complaint_id: UUID) -> list[dict[str, Any]]:
        case = {
            "complaint_id": complaint_id,
            "case_number": "KOLUT-2026-000123",
            "state": self.state,
            "agency_id": "perkim",
            "agency_name": LONGEST_AGENCY,
        }
        return [case]

    def _routing_agencies(self) -> dict[str, Any]:
        return {
            "agencies": [
                {"agency_id": "perkim", "name": LONGEST_AGENCY},
                {"agency_id": "pupr", "name": "Dinas Pekerjaan Umum dan Penataan Ruang"},
            ]
        }

    def _ombudsman_referral(self, complaint_id: UUID) -> dict[str, Any]:
        return {"request": self.words}

    def _routing_said(self, item_id: UUID) -> dict[str, Any]:
        return {"item_id": item_id, "words": self.words}

    def _sla_clocks(self, complaint_id: UUID) -> dict[str, Any]:
        """The longest sentence of each language in its place."""
        said = {
            "sentence_id": "Terlambat: admin koordinator seharusnya memeriksa laporan ini paling lambat 25 Mei 2026.",
            "sentence_en": "Late: the coordinator should have examined your report by 25 March 2026.",
        }
        return {"clocks": [{"clock": clock, "stopped_at": None, **said} for clock in CLOCKS if self.due]}

    def _sla_report_document(self, report_id: UUID, language: str) -> dict[str, Any]:
        content = None if self.too_big else base64.b64encode(b"%PDF-").decode()
        return {"name": "laporan.pdf", "media_type": "application/pdf", "content": content}

    def _sla_limits(self, complaint_id: UUID) -> list[dict[str, Any]]:
        return [
            {"clock": clock, "agency_id": None, "due_date": DUE, "runs": not self.over} for clock in CLOCKS if self.due
        ]
