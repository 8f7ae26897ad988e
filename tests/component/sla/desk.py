"""Saying what intake, routing and ombudsman would say about one complaint, at the sandbox moment of a story."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.sla.store import STORE
from shared.accounts import Officer
from shared.ids import new_id
from tests.harness import Service, eventually

WITA = ZoneInfo("Asia/Makassar")
NOBODY = UUID(int=0)


def at(day: str, clock: str = "10:00") -> datetime:
    """A moment in Kolaka Utara."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), WITA).astimezone(UTC)


def officer(name: str) -> Officer:
    """A supervisor: the same one for the same name."""
    return Officer(uuid5(NOBODY, name), name, "supervisor", None, datetime.now(UTC) + timedelta(hours=1))


class Complaint:
    """One complaint as the other services speak of it."""

    def __init__(self, sla: Service, number: str = "KOLUT-2026-000001") -> None:
        self.sla = sla
        self.id = new_id()
        self.number = number

    def registered(self, moment: datetime, **changes: Any) -> None:
        data = {
            "complaint_id": self.id,
            "channel": "web",
            "language": "id",
            "received_at": moment,
            "region": "74.08",
            "district_code": "74.08.01",
            "village_code": None,
            "category": None,
            "agency_id": None,
            "anonymous": False,
            "confidential": False,
            "ombudsman_consent": True,
            "event_date": None,
            "attachments": 0,
        }
        self.sla.says("intake", "complaint.registered", self.id, data | changes)

    def completed(self, moment: datetime) -> None:
        self._intake("complaint.completed", message_id=new_id(), completed_at=moment)

    def wrote(self, moment: datetime, kind: str = "reply") -> None:
        message = {"message_id": new_id(), "kind": kind, "channel": "sms", "attachments": 0}
        self._intake("complaint.message_received", received_at=moment, **message)

    def objected(self, moment: datetime) -> None:
        self._intake("complaint.objected", message_id=new_id(), channel="web", at=moment)

    def withdrawn(self, moment: datetime, reason: str = "reporter") -> None:
        self._intake("complaint.withdrawn", reason=reason, withdrawn_at=moment)

    def verified(self, moment: datetime, class_: str = "non_supervisory") -> None:
        self._routing("case.verified", class_=class_, category="jalan", verified_at=moment)

    def asked(self, moment: datetime) -> None:
        self._routing("case.completeness_requested", item_id=new_id(), requested_at=moment)

    def dispatched(self, moment: datetime, agency_id: str = "pupr", dispatch: int = 1) -> None:
        self._routing(
            "case.dispatched",
            agency_id=agency_id,
            previous_agency_id=None,
            dispatch=dispatch,
            dispatched_at=moment,
        )

    def returned(self, moment: datetime, agency_id: str = "pupr") -> None:
        self._routing(
            "case.returned",
            item_id=new_id(),
            agency_id=agency_id,
            competent_agency_id="dlh",
            returns=1,
            returned_at=moment,
        )

    def answered(self, moment: datetime, agency_id: str = "pupr", *, substantive: bool = True) -> None:
        self._routing(
            "case.answered",
            item_id=new_id(),
            agency_id=agency_id,
            substantive=substantive,
            evidence=1,
            answered_at=moment,
        )

    def reclassified(self, moment: datetime, class_: str, previous: str) -> None:
        self._routing("case.reclassified", class_=class_, previous_class=previous, reclassified_at=moment)

    def closed(self, moment: datetime, how: str = "confirmed") -> None:
        self._routing("case.closed", how=how, closed_at=moment)

    def reopened(self, moment: datetime, agency_id: str | None = "pupr", why: str = "coordinator") -> None:
        self._routing("case.reopened", agency_id=agency_id, why=why, reopened_at=moment)

    def archived(self, moment: datetime) -> None:
        self._routing("case.archived", item_id=new_id(), reason="too_general", archived_at=moment)

    def merged(self, moment: datetime) -> None:
        self._routing("case.merged", lead_complaint_id=new_id(), merged_at=moment)

    def promised(self, moment: datetime, day: date, agency_id: str = "pupr") -> None:
        self._routing("case.promised", item_id=new_id(), agency_id=agency_id, promised_for=day, promised_at=moment)

    def forwarded(self, moment: datetime) -> None:
        data = {
            "complaint_id": self.id,
            "referral_id": new_id(),
            "number": "OMB-KOLUT-2026-0001",
            "with_identity": True,
            "forwarded_at": moment,
        }
        self.sla.says("ombudsman", "referral.forwarded", self.id, data)

    def is_heard(self) -> bool:
        """Whether the service has taken up all that was said of this complaint."""
        t = STORE.kit.positions
        with self.sla.store.read() as session:
            heard = session.execute(select(t.c.source, t.c.last).where(t.c.subject == self.id))
            return {row.source: row.last for row in heard} == self.sla.numbered(self.id)

    def clocks(self) -> dict[tuple[str, int], dict[str, Any]]:
        """What the service answers about this complaint: by kind of clock and its place among its kind."""
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for clock in self.sla.ask("clocks", as_="intake", complaint_id=self.id)["clocks"]:
            place = sum(1 for name, _ in found if name == clock["clock"]) + 1
            found[clock["clock"], place] = clock
        return found

    def outcomes(self) -> dict[tuple[str, int], str]:
        return {name: clock["outcome"] for name, clock in self.clocks().items()}

    def shows(self, **expected: str) -> dict[tuple[str, int], str]:
        """Wait until clocks (`follow_up_2="running"` for the second of its kind) stand as expected."""
        wanted = {_place(name): outcome for name, outcome in expected.items()}

        def stand() -> dict[tuple[str, int], str]:
            outcomes = self.outcomes()
            assert {place: outcomes[place] for place in wanted} == wanted
            return outcomes

        shown: dict[tuple[str, int], str] = eventually(stand, what=f"{expected} was not to be seen: {self.outcomes()}")
        return shown

    def told(self, name: str) -> list[dict[str, Any]]:
        """All the service said of this kind about the complaint, oldest first."""
        return self.sla.all_said(name, self.id)

    def _intake(self, name: str, **data: Any) -> None:
        self.sla.says("intake", name, self.id, {"complaint_id": self.id, **data})

    def _routing(self, name: str, **data: Any) -> None:
        self.sla.says("routing", name, self.id, {"complaint_id": self.id, "case_number": self.number, **data})


def _place(name: str) -> tuple[str, int]:
    kind, _, count = name.rpartition("_")
    return (kind, int(count)) if count.isdigit() else (name, 1)
