"""What slugs are called on the pages of sla. Indonesian here, English in texts/en.po."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.sla.domain.decree import NATION
from services.sla.store.topics import topics
from shared.texts import N_, current_language
from shared.texts import gettext as _

CLOCKS = {
    "verification": N_("Verifikasi"),
    "receipt": N_("Jawaban kelengkapan"),
    "follow_up": N_("Tanggapan pertama"),
    "settlement": N_("Penyelesaian"),
    "legal": N_("Keputusan menurut undang-undang"),
    "completeness": N_("Kelengkapan dari pelapor"),
    "objection": N_("Masa keberatan pelapor"),
    "presumption": N_("Berkas dianggap lengkap"),
    "resumption": N_("Sisa waktu setelah keberatan"),
}

CLASSES = {
    "information": N_("Permintaan informasi"),
    "aspiration": N_("Aspirasi"),
    "non_supervisory": N_("Pengaduan tidak berkadar pengawasan"),
    "supervisory": N_("Pengaduan berkadar pengawasan"),
}

CHANNELS = {
    "web": N_("Situs web"),
    "api": N_("Aplikasi lain"),
    "sms": N_("SMS"),
    "email": N_("Surel"),
    "walk_in": N_("Datang langsung"),
}

UNITS = {"working_days": N_("hari kerja"), "calendar_days": N_("hari kalender")}

STARTS = {
    "registered": N_("sejak laporan diterima"),
    "verified": N_("sejak laporan diverifikasi"),
    "dispatched": N_("sejak laporan diteruskan ke instansi"),
    "completeness_requested": N_("sejak pelapor diminta melengkapi"),
    "answered": N_("sejak jawaban diberikan"),
    "objected": N_("sejak pelapor berkeberatan"),
}

STATUSES = {
    "in_force": (N_("berlaku"), "good"),
    "practice": (N_("praktik yang dipakai"), "good"),
    "design": (N_("aturan sistem ini"), "good"),
    "unknown": (N_("isi belum diketahui"), "wait"),
    "emergency": (N_("hanya keadaan darurat"), "calm"),
}
"""Name and colour of a rule set's badge."""

KINDS = {"national": N_("Libur nasional"), "joint_leave": N_("Cuti bersama"), "local": N_("Libur daerah")}

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

DECISIONS = {
    None: (N_("menunggu pengesahan"), "wait"),
    "activated": (N_("disahkan"), "good"),
    "rejected": (N_("ditolak"), "calm"),
}
"""Name and colour of a proposal's badge."""

MONTHS = (
    *(N_("Januari"), N_("Februari"), N_("Maret"), N_("April"), N_("Mei"), N_("Juni"), N_("Juli")),
    *(N_("Agustus"), N_("September"), N_("Oktober"), N_("November"), N_("Desember")),
)

VERSION_STATES = {
    "draft": (N_("draf"), "wait"),
    "proposed": (N_("diusulkan"), "calm"),
    "active": (N_("berlaku"), "good"),
    "superseded": (N_("diganti"), "calm"),
    "withdrawn": (N_("ditarik"), "calm"),
}
"""Name and colour of a version's badge."""

DEEDS = {
    "drafted": N_("ditulis"),
    "proposed": N_("diusulkan"),
    "activated": N_("diaktifkan"),
    "superseded": N_("diganti versi lain"),
    "withdrawn": N_("ditarik"),
}


DIMENSIONS = {
    "agency": N_("Instansi"),
    "class": N_("Kelas laporan"),
    "channel": N_("Saluran"),
    "district": N_("Kecamatan"),
}

AGES = {
    "0-5": N_("0 sampai 5 hari"),
    "6-14": N_("6 sampai 14 hari"),
    "15-60": N_("15 sampai 60 hari"),
    "60+": N_("lebih dari 60 hari"),
}

LEVELS = {
    "60+": N_("lewat lebih dari 60 hari"),
    "15-60": N_("lewat 15 sampai 60 hari"),
    "6-14": N_("lewat 6 sampai 14 hari"),
    "1-5": N_("lewat 1 sampai 5 hari"),
    "today": N_("berakhir hari ini"),
    "week": N_("berakhir dalam 7 hari"),
}

WEEKDAYS = (
    (N_("Sn"), N_("Senin")),
    (N_("Sl"), N_("Selasa")),
    (N_("Rb"), N_("Rabu")),
    (N_("Km"), N_("Kamis")),
    (N_("Jm"), N_("Jumat")),
    (N_("Sb"), N_("Sabtu")),
    (N_("Mg"), N_("Minggu")),
)
"""Short and whole names of the days, Monday first."""

_WEEKEND = {"Sabtu": N_("Sabtu"), "Minggu": N_("Minggu")}


def why_off(reason: str) -> str:
    """Why a day does not count: weekdays in the reader's language, holidays as the decree names them."""
    return _(_WEEKEND[reason]) if reason in _WEEKEND else reason


def limit(days: int, unit: str) -> str:
    """`14 hari kerja`."""
    return f"{days} {_(UNITS[unit])}"


def scope(code: str, regions: Mapping[str, str]) -> str:
    """Where a calendar counts: the nation, a province, a region by its name."""
    if code == NATION:
        return _("Nasional")
    return regions.get(code) or _("Provinsi %(code)s", code=code)


def concerned(limit: Mapping[str, Any]) -> str:
    """For which topic and region a limit is; nothing when for any."""
    names = topics()
    told = [names[limit["category"]][current_language()]] if limit.get("category") else []
    return "; ".join([*told, *([limit["region"]] if limit.get("region") else [])])


def day_of(written: str) -> date:
    """A day as a preview keeps it."""
    return date.fromisoformat(written)
