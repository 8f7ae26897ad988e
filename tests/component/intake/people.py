"""What reporters and the desk do, for the tests of intake: one short call each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from services.intake.handlers.codes import read_code
from services.intake.store import queries
from shared.ids import new_id
from tests.harness import Service, eventually

API = "/api/intake/v1"
CASE = "KOLUT-2026-00001"


@dataclass(frozen=True)
class Filed:
    """A complaint that was accepted."""

    complaint_id: UUID
    code: str


def client(intake: Service, address: str = "198.51.100.7") -> Any:
    """A browser or program at an address of its own."""
    app = intake.web()
    app.testing = True
    made = app.test_client()
    made.environ_base["REMOTE_ADDR"] = address
    return made


def file(intake: Service, asker: Any = None, **fields: Any) -> Filed:
    """Hand in a complaint by the API."""
    asker = asker or client(intake)
    answer = asker.post(f"{API}/complaints", json={"body": "Jalan di depan pasar rusak parah.", **fields})
    assert answer.status_code == 201, answer.text
    code = answer.json["tracking_code"]
    return Filed(by_code(intake, code), code)


def by_code(intake: Service, code: str) -> UUID:
    with intake.store.read() as session:
        found = queries.by_code(session, read_code(code) or "")
    assert found
    return found


def row(intake: Service, complaint_id: UUID) -> Any:
    with intake.store.read() as session:
        return queries.complaint(session, complaint_id)


def token(asker: Any, code: str) -> dict[str, str]:
    """The header that opens the complaint of a code."""
    answer = asker.post(f"{API}/tracking", json={"code": code})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}


def desk(intake: Service, name: str, complaint_id: UUID, **more: Any) -> None:
    """Have routing say something and wait until intake has heard it."""
    now = datetime.now(UTC)
    data: dict[str, Any] = {"complaint_id": complaint_id, "case_number": CASE}
    data |= {
        "case.verified": {"class_": "non_supervisory", "category": "kesehatan", "verified_at": now},
        "case.completeness_requested": {"item_id": new_id(), "requested_at": now},
        "case.dispatched": {"agency_id": "pupr", "previous_agency_id": None, "dispatch": 1, "dispatched_at": now},
        "case.answered": {
            "item_id": new_id(),
            "agency_id": "pupr",
            "substantive": True,
            "evidence": 1,
            "answered_at": now,
        },
        "case.closed": {"how": "silence", "closed_at": now},
        "case.archived": {"item_id": new_id(), "reason": "too_general", "archived_at": now},
        "case.reopened": {"agency_id": "pupr", "why": "objection", "reopened_at": now},
    }[name]
    event = intake.says("routing", name, complaint_id, data | more)
    eventually(lambda: heard(intake, "routing", complaint_id) >= event.sequence, what=f"{name} was not heard")


def heard(intake: Service, source: str, subject: UUID) -> int:
    """The sequence number of the last event applied."""
    p = intake.store.definition.kit.positions
    with intake.store.read() as session:
        found = session.scalar(select(p.c.last).where(p.c.source == source, p.c.subject == subject))
    return int(found or 0)


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    """A JPEG with a place and a telephone's name in its EXIF."""
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Telepon Siti"  # Model
    exif[0x8825] = {1: "S", 2: (3.0, 29.0, 0.0), 3: "E", 4: (121.0, 2.0, 0.0)}  # GPSInfo
    Image.new("RGB", size, "sienna").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()
