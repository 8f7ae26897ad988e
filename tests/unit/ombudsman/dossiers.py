"""The story the ombudsman's tests tell: a road in Tolala that nobody mends, in the four services' own words.

`parts(consent=…)` gives what a referral is made of, as the RPC contracts give
it. With consent intake names Siti Aminah; without, it names nobody and has
blanked her words, but the agency's answer and a file name still betray her.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from services.ombudsman.domain.parts import Head, Parts, Region, Requirement
from shared.contracts.vocabulary import CLOCKS

WITA = timezone(timedelta(hours=8))
DATA = Path("services/ombudsman/data")
COMPLAINT = UUID("01980000-0000-7000-8000-000000000001")
REFERRAL = UUID("01980000-0000-7000-8000-0000000000aa")
SECRETS = (
    "Siti",
    "Aminah",
    "0812-3456-7890",
    "6281234567890",
    "siti.aminah@mail.example",
    "Jalan Melati",
    "siti-aminah",
)
"""What must not be found anywhere in a file without consent."""

REGION = Region(
    code="74.08",
    short="KOLUT",
    name="Kabupaten Kolaka Utara",
    province="Sulawesi Tenggara",
    timezone="Asia/Makassar",
    office="Ombudsman Republik Indonesia Perwakilan Sulawesi Tenggara",
)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026 in Kolaka Utara."""
    return datetime(2026, month, day, hour, minute, tzinfo=WITA).astimezone(UTC)


def some_id(number: int) -> UUID:
    return UUID(int=COMPLAINT.int + number)


def head(**changed: Any) -> Head:
    made: dict[str, Any] = {
        "referral_id": REFERRAL,
        "complaint_id": COMPLAINT,
        "number": "OMB-KOLUT-2026-0001",
        "created_at": at(3, 9, 0, 1),
        "clock": "legal",
        "due_at": at(3, 8, 23, 59),
        "due_date": date(2026, 3, 8),
        "region": REGION,
        **changed,
    }
    return Head(**made)


def requirements() -> list[Requirement]:
    return [Requirement(**row) for row in json.loads((DATA / "article24.json").read_text())["requirements"]]


def areas() -> dict[str, str]:
    return {row["code"]: row["name"] for row in json.loads((DATA / "areas.json").read_text())["areas"]}


AGENCIES: Mapping[str, Mapping[str, Any]] = {
    "pupr": {
        "agency_id": "pupr",
        "name": "Dinas Pekerjaan Umum dan Penataan Ruang",
        "kind": "agency",
        "head_title": "Kepala Dinas Pekerjaan Umum dan Penataan Ruang",
    },
    "kec-tolala": {
        "agency_id": "kec-tolala",
        "name": "Kecamatan Tolala",
        "kind": "district",
        "head_title": "Camat Tolala",
    },
}


def content(number: int) -> bytes:
    """The bytes of an attachment of the story. The reporter's name stands in them all."""
    return f"isi lampiran {number}: Siti Aminah".encode()


def attachment(number: int, name: str, media_type: str = "image/jpeg", size: int = 482_113) -> dict[str, Any]:
    return {
        "attachment_id": some_id(100 + number),
        "name": name,
        "media_type": media_type,
        "size": size,
        "sha256": hashlib.sha256(content(number)).hexdigest(),
        "url": f"/lampiran/{number}",
    }


def evidence(number: int, name: str) -> dict[str, Any]:
    file = attachment(number, name, "application/pdf", 90_210)
    return {"evidence_id": file.pop("attachment_id"), **file}


def intake(consent: bool = True) -> dict[str, Any]:
    who = "Saya Siti Aminah, warga" if consent else "Saya [disamarkan], warga"
    return {
        "complaint_id": COMPLAINT,
        "channel": "web",
        "language": "id",
        "received_at": at(1, 5, 19, 42),
        "anonymous": False,
        "confidential": True,
        "title": "Jalan poros Tolala putus sejak banjir Desember",
        "body": (
            f"{who} Desa Lawaki Jaya. Jalan poros di dekat jembatan kedua putus sepanjang kira-kira 40 meter sejak "
            "banjir 18 Desember 2025. Mobil puskesmas tidak bisa lewat; dua ibu hamil harus ditandu ke Lasusua.\n\n"
            "Kepala desa sudah bersurat kepada dinas pada 22 Desember, belum ada balasan. Kami minta jalan darurat "
            "dibuka dan dijelaskan kapan perbaikan dimulai."
        ),
        "event_date": date(2025, 12, 18),
        "location": "Dekat jembatan kedua, jalan poros Tolala, km 4",
        "district_code": "74.08.15",
        "village_code": "74.08.15.2001",
        "attachments": [
            attachment(1, "jalan-putus.jpg"),
            attachment(2, "surat-kepala-desa-siti-aminah.pdf", "application/pdf", 1_204_990),
        ],
        "messages": [
            {
                "message_id": some_id(21),
                "kind": "addition",
                "channel": "sms",
                "received_at": at(2, 2, 7, 15),
                "body": "Kemarin satu motor jatuh lagi. Sampai kapan kami menunggu?",
                "attachments": [],
            },
            {
                "message_id": some_id(22),
                "kind": "reply",
                "channel": "web",
                "received_at": at(2, 20, 20, 5),
                "body": "Janji survei minggu kedua Februari tidak terjadi. Foto hari ini terlampir.",
                "attachments": [attachment(3, "foto-20-februari.jpg")],
            },
        ],
        "ombudsman_consent": consent,
        "identity": {
            "name": "Siti Aminah",
            "phone": "+6281234567890",
            "email": "siti.aminah@mail.example",
            "address": "Jalan Melati 3, Desa Lawaki Jaya",
        }
        if consent
        else None,
    }


def routing() -> dict[str, Any]:
    tolala, pupr = AGENCIES["kec-tolala"]["name"], AGENCIES["pupr"]["name"]

    def entry(
        number: int, when: datetime, what: str, agency: str | None, words: str | None, **more: Any
    ) -> dict[str, Any]:
        return {
            "item_id": some_id(number),
            "at": when,
            "what": what,
            "agency_name": agency,
            "words": words,
            "evidence": more.get("evidence", []),
        }

    return {
        "case_number": "KOLUT-2026-000017",
        "state": "in_progress",
        "class_": "non_supervisory",
        "category": "pekerjaan-umum-dan-penataan-ruang.infrastruktur-jalan",
        "agency_id": "pupr",
        "agency_name": pupr,
        "opened_at": at(1, 5, 19, 42),
        "dispatches": 2,
        "returns": 1,
        "entries": [
            entry(31, at(1, 5, 19, 42), "registered", None, None),
            entry(32, at(1, 7, 10, 12), "verified", None, None),
            entry(33, at(1, 7, 10, 12), "dispatched", tolala, None),
            entry(
                34, at(1, 12, 14, 30), "returned", tolala, "Jalan poros adalah jalan kabupaten, wewenang Dinas PUPR."
            ),
            entry(35, at(1, 12, 15, 4), "dispatched", pupr, None),
            entry(
                36,
                at(1, 29, 16, 50),
                "interim",
                pupr,
                "Yth. Ibu Siti Aminah (0812-3456-7890), terima kasih atas laporan Ibu. Survei lokasi dijadwalkan "
                "minggu kedua Februari 2026. Rencana penanganan darurat menunggu persetujuan anggaran “belanja tidak "
                "terduga” – kami kabari selanjutnya.",
                evidence=[evidence(4, "jadwal-survei-siti-aminah.pdf")],
            ),
        ],
    }


def clock(name: str, started: datetime, due: datetime, **more: Any) -> dict[str, Any]:
    return {
        "complaint_id": COMPLAINT,
        "clock_id": some_id(50 + CLOCKS.index(name)),
        "clock": name,
        "agency_id": more.get("agency_id"),
        "outcome": more["outcome"],
        "started_at": started,
        "due_at": due,
        "due_date": due.astimezone(WITA).date(),
        "stopped_at": more.get("stopped_at"),
        "paused_at": None,
        "days": more["days"],
        "unit": more["unit"],
        "rule_set": more["rule_set"],
        "source": more["source"],
        "sentence_id": more.get("sentence", "Batas ini sudah lewat."),
        "sentence_en": "This limit has passed.",
    }


def sla() -> dict[str, Any]:
    permen = {"rule_set": "PANRB-62/2018", "source": "PermenPANRB 62/2018; SP4N-LAPOR! 3/5/10 hari kerja"}
    law = {"rule_set": "UU25", "source": "UU 25/2009 Pasal 50 ayat (1)"}
    working, calendar = {"unit": "working_days"}, {"unit": "calendar_days"}
    return {
        "clocks": [
            clock(
                "legal",
                at(1, 7, 10, 12),
                at(3, 8, 23, 59),
                days=60,
                outcome="breached",
                agency_id="pupr",
                **law,
                **calendar,
            ),
            clock(
                "verification",
                at(1, 5, 19, 42),
                at(1, 8, 23, 59),
                days=3,
                outcome="met",
                stopped_at=at(1, 7, 10, 12),
                sentence="Diverifikasi dalam 2 hari kerja, sebelum batas 8 Januari 2026.",
                **permen,
                **working,
            ),
            clock(
                "follow_up",
                at(1, 12, 15, 4),
                at(1, 19, 23, 59),
                days=5,
                outcome="late",
                stopped_at=at(1, 29, 16, 50),
                agency_id="pupr",
                sentence="Tanggapan pertama datang 10 hari setelah batas 19 Januari 2026.",
                **permen,
                **working,
            ),
            clock(
                "settlement",
                at(1, 7, 10, 12),
                at(1, 27, 23, 59),
                days=14,
                outcome="breached",
                agency_id="pupr",
                **permen,
                **working,
            ),
        ],
        "escalations": [
            {"clock": "follow_up", "level": "officer", "raised_at": at(1, 20, 8, 0)},
            {"clock": "follow_up", "level": "head", "raised_at": at(1, 22, 8, 0)},
            {"clock": "settlement", "level": "coordinator", "raised_at": at(1, 29, 8, 0)},
            {"clock": "settlement", "level": "supervisor", "raised_at": at(2, 5, 8, 0)},
        ],
    }


def notify() -> dict[str, Any]:
    def sent(
        number: int, when: datetime, template: str, channel: str = "sms", audience: str = "reporter"
    ) -> dict[str, Any]:
        return {
            "notification_id": some_id(200 + number),
            "complaint_id": COMPLAINT,
            "template": template,
            "channel": channel,
            "audience": audience,
            "state": "delivered" if channel == "sms" else "sent",
            "at": when,
            "subject": None,
            "words": None,
        }

    return {
        "notifications": [
            sent(1, at(1, 5, 19, 43), "reporter.receipt"),
            sent(2, at(1, 7, 10, 13), "reporter.dispatched"),
            sent(3, at(1, 7, 10, 13), "desk.dispatched", "email", "officer"),
            sent(4, at(1, 12, 14, 31), "reporter.returned"),
            sent(5, at(1, 29, 16, 51), "reporter.interim"),
            sent(6, at(1, 20, 8, 1), "desk.escalated", "email", "officer"),
        ]
    }


def parts(consent: bool = True, **changed: Any) -> Parts:
    """What the story's referral is made of."""
    made: dict[str, Any] = {
        "head": head(),
        "intake": intake(consent),
        "routing": routing(),
        "sla": sla(),
        "notify": notify(),
        "requirements": requirements(),
        "report_within_years": 2,
        "agencies": AGENCIES,
        "areas": areas(),
        **changed,
    }
    return Parts(**made)
