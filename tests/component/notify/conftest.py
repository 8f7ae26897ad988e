"""notify on real PostgreSQL and RabbitMQ; the other services are its outside and answer over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select, text

from services.notify.store import queries
from services.notify.store.tables import notifications
from shared.errors import NotFound
from shared.ids import new_id
from shared.texts import zone
from tests.harness import Service, eventually

DUE = date(2026, 3, 25)
FRIDAY = 4
SENTENCE = "Instansi menyelesaikan laporan Anda paling lambat 25 Maret 2026 (14 hari kerja)."
SENTENCE_EN = "The agency settles your report by 25 March 2026 (14 working days)."
AGENCIES = {"pupr": "Dinas Pekerjaan Umum dan Penataan Ruang", "dinkes": "Dinas Kesehatan"}


@dataclass
class World:
    """notify, and what the other four know."""

    notify: Service
    contacts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    inquiries: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    cases: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    locks: list[dict[str, Any]] = field(default_factory=list)
    officers: list[dict[str, Any]] = field(default_factory=list)
    said: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    clocks: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    offices: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    documents: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    # What happens

    def reporter(self, channel: str = "sms", *, case: bool = True, clock: str = "verification", **contact: Any) -> UUID:
        """A complaint whose reporter can be reached, with a case at the desk and a running clock."""
        complaint_id = new_id()
        known: dict[str, Any] = {"phone": None, "email": None, "language": "id", "thread": None, "subject": None}
        if channel == "sms":
            known["phone"] = f"+62812{complaint_id.int % 10**8:08d}"
        elif channel == "email":
            known["email"] = f"warga{complaint_id.int % 10**8}@contoh.example"
        self.contacts[complaint_id] = {
            "complaint_id": complaint_id,
            "channel": channel,
            "tracking_code": "K7Q2M9XF4TC",
            **known,
            **contact,
        }
        if case:
            self.case(complaint_id)
        self.clock(complaint_id, clock)
        return complaint_id

    def case(self, complaint_id: UUID, agency_id: str | None = None, state: str = "unverified") -> None:
        self.cases[complaint_id] = {
            "complaint_id": complaint_id,
            "case_number": "KOLUT-2026-000123",
            "state": state,
            "class_": None,
            "category": None,
            "agency_id": agency_id,
            "agency_name": AGENCIES[agency_id] if agency_id else None,
            "dispatches": 0,
            "returns": 0,
        }

    def clock(self, complaint_id: UUID, clock: str, agency_id: str | None = None) -> None:
        self.clocks[complaint_id] = [
            {
                "complaint_id": complaint_id,
                "clock_id": new_id(),
                "clock": clock,
                "agency_id": agency_id,
                "due_at": datetime(2026, 3, 25, 16, tzinfo=UTC),
                "due_date": DUE,
                "runs": True,
            }
        ]

    def officer(self, role: str, agency_id: str | None = None, language: str = "id", email: str | None = "") -> UUID:
        officer_id = new_id()
        address = f"{agency_id or role}-{officer_id.int % 10**6}@kolutkab.example" if email == "" else email
        self.officers.append(
            {
                "officer_id": officer_id,
                "name": "Petugas",
                "role": role,
                "agency_id": agency_id,
                "email": address,
                "phone": None,
                "language": language,
            }
        )
        return officer_id

    def registers(self, complaint_id: UUID) -> None:
        contact = self.contacts.get(complaint_id, {"channel": "sms", "language": "id"})
        self.notify.says(
            "intake",
            "complaint.registered",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "channel": contact["channel"],
                "language": contact["language"],
                "received_at": self.notify.now(),
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
            },
        )

    def answers(self, complaint_id: UUID, words: str, agency_id: str = "pupr") -> None:
        item_id = new_id()
        self.said[item_id] = {
            "item_id": item_id,
            "complaint_id": complaint_id,
            "what": "answered",
            "agency_name": AGENCIES[agency_id],
            "words": words,
            "evidence": 1,
        }
        data = {"item_id": item_id, "agency_id": agency_id, "substantive": True, "evidence": 1}
        self.says_of_case("case.answered", complaint_id, **data, answered_at=self.notify.now())

    def says_of_case(self, name: str, complaint_id: UUID, **data: Any) -> None:
        said = {"complaint_id": complaint_id, "case_number": "KOLUT-2026-000123", **data}
        self.notify.says("routing", name, complaint_id, said)

    def inquires(self, kind: str, channel: str = "sms", complaint_id: UUID | None = None, **who: Any) -> UUID:
        """Somebody asks something."""
        inquiry_id = new_id()
        known: dict[str, Any] = {"phone": None, "email": None, "language": "id", "thread": None, "subject": None}
        self.inquiries[inquiry_id] = {
            "inquiry_id": inquiry_id,
            "kind": kind,
            "channel": channel,
            "complaint_id": complaint_id,
            "tracking_code": "K7Q2M9XF4TC" if complaint_id else None,
            **known,
            **who,
        }
        self.notify.says(
            "intake",
            "inquiry.received",
            inquiry_id,
            {
                "inquiry_id": inquiry_id,
                "complaint_id": complaint_id,
                "kind": kind,
                "channel": channel,
                "received_at": self.notify.now(),
            },
        )
        return inquiry_id

    def signs_in(self, role: str, token: str) -> UUID:
        """A session at the desk, known by its token whichever browser shows it; who that is."""
        officer_id = new_id()
        self.sessions[token] = {
            "officer_id": officer_id,
            "name": "Petugas",
            "role": role,
            "agency_id": None,
            "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        }
        return officer_id

    def morning(self) -> None:
        """It is nine in the morning of a later working day: every office is open, everybody is awake."""
        local = self.notify.now().astimezone(zone()) + timedelta(days=1)
        while local.weekday() > FRIDAY:
            local += timedelta(days=1)
        self.notify.set_time(local.replace(hour=9, minute=0, second=0))

    # What notify did

    def rows(self, **wanted: Any) -> list[Row[Any]]:
        """The messages in notify's store with these values, oldest first."""
        with self.notify.store.read() as session:
            question = select(notifications).order_by(notifications.c.notification_id)
            for name, value in wanted.items():
                question = question.where(notifications.c[name] == value)
            return list(session.execute(question))

    def row(self, state: str, *, seconds: float = 15.0, **wanted: Any) -> Row[Any]:
        """Wait for the one message with these values to come into a state."""

        def look() -> Row[Any] | None:
            found = self.rows(**wanted)
            assert len(found) <= 1, found
            return found[0] if found and found[0].state == state else None

        row: Row[Any] = eventually(look, seconds=seconds, what=f"no {state} message {wanted}: {self.rows(**wanted)}")
        return row

    def shown(self, to: str, *, count: int = 1, seconds: float = 15.0) -> list[Row[Any]]:
        """Wait until the sandbox's outbox has so many messages to somebody; all of them, oldest first."""

        def look() -> list[Row[Any]] | None:
            with self.notify.store.read() as session:
                found = queries.shown(session, to=to, oldest_first=True)
            return found if len(found) >= count else None

        found: list[Row[Any]] = eventually(look, seconds=seconds, what=f"{to} got less than {count} messages")
        return found

    def rows_shown(self, to: str) -> list[Row[Any]]:
        """What the sandbox's outbox has for somebody now."""
        with self.notify.store.read() as session:
            return queries.shown(session, to=to)

    def settled(self) -> None:
        """Wait until nothing that is due is left to send; what is gathered for later waits."""
        due = text("select count(*) from timers where state = 'pending' and due_at <= :soon")

        def idle() -> bool:
            with self.notify.store.read() as session:
                soon = self.notify.now() + timedelta(seconds=1)
                return bool(session.execute(due, {"soon": soon}).scalar_one() == 0)

        eventually(idle, what="timers that are due are still pending")

    # What the others answer

    def peers(self) -> None:
        self.notify.peer("intake", {"contacts": self._contacts, "inquiry": self._inquiry})
        of_sla: dict[str, Callable[..., dict[str, Any]]] = {
            "limits": self._limits,
            "due_date": self._due_date,
            "clocks": self._explained,
            "report_addressee": lambda addressee_id: self._known(self.offices, addressee_id),
            "report_document": lambda report_id, language: self._known(self.documents, report_id),
        }
        self.notify.peer("sla", of_sla)
        self.peer_routing()

    def peer_routing(self) -> None:
        answers: dict[str, Callable[..., dict[str, Any]]] = {
            "cases": lambda complaint_ids: {"cases": [self.cases[c] for c in complaint_ids if c in self.cases]},
            "locks": lambda complaint_ids: {"locks": [k for k in self.locks if k["complaint_id"] in complaint_ids]},
            "said": lambda item_id: self._known(self.said, item_id),
            "agencies": self._agencies,
            "officers": self._officers,
            "session": lambda token: self._known(self.sessions, token.partition(".")[0]),
        }
        self.notify.peer("routing", answers)

    def _contacts(self, complaint_ids: list[UUID]) -> dict[str, Any]:
        return {"contacts": [self.contacts[c] for c in complaint_ids if c in self.contacts]}

    def _inquiry(self, inquiry_id: UUID) -> dict[str, Any]:
        return self._known(self.inquiries, inquiry_id)

    def _limits(self, complaint_ids: list[UUID]) -> dict[str, Any]:
        return {"clocks": [clock for c in complaint_ids for clock in self.clocks.get(c, [])]}

    def _explained(self, complaint_id: UUID) -> dict[str, Any]:
        said = {"sentence_id": SENTENCE, "sentence_en": SENTENCE_EN}
        known = {"outcome": "running", "started_at": self.notify.now(), "stopped_at": None, "paused_at": None}
        rule = {"days": 14, "unit": "working_days", "rule_set": "permenpanrb-62-2018", "source": "PermenPANRB 62/2018"}
        running = self.clocks.get(complaint_id, [])
        return {"clocks": [{**{k: v for k, v in c.items() if k != "runs"}, **known, **rule, **said} for c in running]}

    def _due_date(self, start: date, days: int, unit: str, region: str) -> dict[str, Any]:
        """The first working day after a day, in a year without holidays."""
        assert (days, unit, region) == (1, "working_days", "74.08")
        day = start + timedelta(days=1)
        while day.weekday() > FRIDAY:
            day += timedelta(days=1)
        return {"due_date": day, "due_at": datetime(day.year, day.month, day.day, 16, tzinfo=UTC), "skipped": []}

    def _agencies(self) -> dict[str, Any]:
        return {
            "agencies": [
                {"agency_id": a, "name": name, "kind": "agency", "head_title": None} for a, name in AGENCIES.items()
            ]
        }

    def _officers(self, agency_id: str | None, roles: list[str]) -> dict[str, Any]:
        found = [o for o in self.officers if o["role"] in roles and o["agency_id"] == agency_id]
        return {"officers": [{k: v for k, v in o.items() if k != "agency_id"} for o in found]}

    @staticmethod
    def _known(things: dict[Any, dict[str, Any]], key: Any) -> dict[str, Any]:
        if key not in things:
            raise NotFound("unknown")
        return things[key]


@pytest.fixture(scope="module")
def settings() -> Iterator[pytest.MonkeyPatch]:
    """Settings of the service under test; a module may add its own before it starts the service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADUAN_SEALING_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        yield patch


@pytest.fixture(autouse=True)
def _in_the_morning(world: World) -> None:
    """Each test begins on a morning of its own, whatever hour it is for whoever runs it."""
    world.morning()
