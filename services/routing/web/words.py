"""The words of the desk for its slugs. Indonesian here, English in texts/en.po."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.texts import N_, current_language, day
from shared.texts import gettext as _

STATES: Mapping[str, tuple[str, str]] = {
    "unverified": (N_("Belum diverifikasi"), "wait"),
    "awaiting_completion": (N_("Menunggu kelengkapan"), ""),
    "dispatched": (N_("Diteruskan"), "calm"),
    "in_progress": (N_("Diproses"), "calm"),
    "answered": (N_("Ditanggapi"), "good"),
    "closed": (N_("Selesai"), "good"),
    "archived": (N_("Diarsipkan"), ""),
    "withdrawn": (N_("Dicabut"), ""),
    "merged": (N_("Digabung"), ""),
}
"""Name and colour of a state's badge."""

CLASSES = {
    "information": N_("Permintaan informasi"),
    "aspiration": N_("Aspirasi"),
    "non_supervisory": N_("Pengaduan tidak berkadar pengawasan"),
    "supervisory": N_("Pengaduan berkadar pengawasan"),
}

CLASS_HINTS = {
    "information": N_("Pelapor bertanya."),
    "aspiration": N_("Pelapor mengusulkan."),
    "non_supervisory": N_("Keluhan tentang pelayanan."),
    "supervisory": N_("Dugaan penyalahgunaan wewenang; perlu pemeriksaan."),
}

TABS = {
    "new": N_("Baru"),
    "waiting": N_("Menunggu kelengkapan"),
    "running": N_("Berjalan"),
    "late": N_("Terlambat"),
    "answered": N_("Ditanggapi"),
    "done": N_("Selesai"),
    "returned": N_("Dikembalikan"),
    "oversight": N_("Pengawasan"),
}

TAB_MEANINGS = {
    "new": N_("Menunggu tindakan pertama Anda."),
    "waiting": N_("Pelapor sedang diminta melengkapi laporannya."),
    "running": N_("Sedang dikerjakan instansi."),
    "late": N_("Ada tenggat yang sudah lewat."),
    "answered": N_("Sudah ditanggapi; pelapor masih boleh keberatan."),
    "done": N_("Selesai, diarsipkan, dicabut, atau digabung; yang terbaru di atas."),
    "returned": N_("Laporan yang instansi Anda kembalikan ke koordinator; hanya nomor dan tanggalnya."),
    "oversight": N_("Semua pengaduan berkadar pengawasan dan laporan yang terkunci, pada siapa pun kini berada."),
}

CLOCKS = {
    "verification": N_("verifikasi"),
    "receipt": N_("jawaban kelengkapan"),
    "follow_up": N_("tanggapan pertama"),
    "settlement": N_("penyelesaian"),
    "legal": N_("keputusan menurut undang-undang"),
    "completeness": N_("kelengkapan dari pelapor"),
    "objection": N_("masa keberatan pelapor"),
}

OUTCOMES = {
    "running": (N_("berjalan"), "calm"),
    "paused": (N_("berhenti sementara"), "wait"),
    "met": (N_("ditepati"), "good"),
    "late": (N_("terlambat"), "bad"),
    "breached": (N_("lewat"), "bad"),
    "expired": (N_("habis"), ""),
    "cancelled": (N_("tidak berlaku lagi"), ""),
}
"""What became of a limit, and the colour of its badge. The clock's own sentence speaks to the reporter."""

LEVELS = {
    "officer": N_("pejabat penghubung"),
    "head": N_("kepala instansi"),
    "coordinator": N_("admin koordinator"),
    "supervisor": N_("Sekda dan Inspektorat"),
    "ombudsman": N_("Ombudsman"),
}

ROLES = {
    "coordinator": N_("admin koordinator"),
    "officer": N_("pejabat penghubung"),
    "head": N_("kepala instansi"),
    "supervisor": N_("pengawas"),
    "operator": N_("operator sistem"),
    "ombudsman": N_("Ombudsman"),
}

CHANNELS = {
    "web": N_("situs web"),
    "api": N_("aplikasi lain"),
    "sms": N_("SMS"),
    "email": N_("surel"),
    "walk_in": N_("datang langsung"),
}

ARCHIVE_REASONS = {
    "not_public_service": N_("Bukan tentang pelayanan publik"),
    "other_channel": N_("Ada jalur lain yang berwenang"),
    "too_general": N_("Terlalu umum untuk ditindaklanjuti"),
    "duplicate": N_("Sama dengan laporan lain dari pelapor ini"),
    "spam": N_("Iklan atau pesan sampah"),
    "not_complaint": N_("Bukan laporan"),
}

KINDS = {
    "agency": N_("Perangkat daerah"),
    "district": N_("Kecamatan"),
    "hospital": N_("Rumah sakit"),
    "health_centre": N_("Puskesmas"),
}

EXPLAINED = {
    "question": N_("Pertanyaan Ombudsman"),
    "recommendation": N_("Pelaksanaan rekomendasi Ombudsman"),
}
"""What an explanation to the Ombudsman answers."""

ENDINGS = {
    "confirmed": N_("Selesai: pelapor puas"),
    "silence": N_("Selesai: masa keberatan lewat tanpa keberatan"),
    "coordinator": N_("Ditutup admin koordinator"),
}

MESSAGES = {
    "addition": N_("Pelapor menambahkan keterangan"),
    "reply": N_("Pelapor membalas"),
    "objection": N_("Pelapor keberatan"),
}

ENTRIES = {
    "registered": N_("Laporan masuk"),
    "message": N_("Pelapor menulis"),
    "verified": N_("Diverifikasi"),
    "completeness_requested": N_("Pelapor diminta melengkapi"),
    "completed": N_("Pelapor melengkapi laporan"),
    "interim": N_("Tanggapan sementara"),
    "answered": N_("Ditanggapi"),
    "objected": N_("Pelapor keberatan"),
    "reopened": N_("Dibuka kembali oleh admin koordinator"),
    "left_lead": N_("Laporan induk berakhir; laporan ini kembali ke meja koordinator"),
    "forwarded": N_("Diteruskan ke Ombudsman"),
    "acknowledged": N_("Ombudsman menerima berkas"),
    "recommended": N_("Ombudsman memberi rekomendasi"),
    "referral_closed": N_("Ombudsman selesai"),
    "explained": N_("Penjelasan kepada Ombudsman"),
    "note": N_("Catatan internal"),
}
"""Headings of timeline entries that need nothing filled in."""

NOTICES = {
    "pending": N_("menunggu dikirim"),
    "sent": N_("terkirim"),
    "delivered": N_("sampai"),
    "failed": N_("gagal"),
}

OUTBOUND = {"sms": N_("SMS"), "email": N_("surel"), "page": N_("halaman laporan")}

AUDIENCES = {
    "reporter": N_("pelapor"),
    "officer": N_("pejabat penghubung"),
    "head": N_("kepala instansi"),
    "coordinator": N_("admin koordinator"),
    "supervisor": N_("pengawas"),
    "ombudsman": N_("Ombudsman"),
}


def state_badge(state: str) -> tuple[str, str]:
    """Name and colour of a state."""
    name, colour = STATES[state]
    return _(name), colour


def state_at_desk(state: str, agency_id: str | None) -> str:
    """The state's name; a case in progress without an agency is at the coordinator's desk."""
    if state == "in_progress" and agency_id is None:
        return _("Di meja koordinator")
    return _(STATES[state][0])


def said(table: Mapping[str, str], slug: str | None) -> str:
    """The words of a slug, in the reader's language; the slug itself where a newer service knows more words."""
    return "" if slug is None else _(table[slug]) if slug in table else slug


def choices(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """A table of words as a form offers it."""
    return [(slug, _(name)) for slug, name in table.items()]


def category_name(row: Any) -> str:
    """The name of a category in the reader's language, Indonesian where there is no other."""
    return str((row.name_en if current_language() == "en" else None) or row.name_id)


def heading(what: str, agency: str | None, data: Mapping[str, Any], categories: Mapping[str, str]) -> str:
    """What an entry of the timeline says happened, in one line."""
    match what:
        case "verified":
            return _(
                "Diverifikasi: %(class_)s, kategori %(category)s",
                class_=said(CLASSES, data["class"]),
                category=categories.get(data["category"], data["category"]),
            )
        case "dispatched":
            return _("Diteruskan ke %(agency)s", agency=agency)
        case "returned":
            return _("Dikembalikan oleh %(agency)s", agency=agency)
        case "interim":
            return _("Tanggapan sementara dari %(agency)s", agency=agency)
        case "answered":
            return _("Ditanggapi oleh %(agency)s", agency=agency)
        case "promised":
            by = day(date.fromisoformat(data["promised_for"]))
            return _("%(agency)s berjanji menyelesaikan paling lambat %(day)s", agency=agency, day=by)
        case "explained" if data["answers"] == "recommendation":
            return _("Pelaksanaan rekomendasi dilaporkan kepada Ombudsman")
        case "message":
            return said(MESSAGES, data.get("kind"))
        case "archived":
            return _("Diarsipkan: %(reason)s", reason=said(ARCHIVE_REASONS, data["reason"]))
        case "withdrawn" if data["reason"] == "not_completed":
            return _("Dianggap dicabut: tidak dilengkapi pada waktunya")
        case "withdrawn":
            return _("Dicabut oleh pelapor")
        case "reclassified":
            return _(
                "Jenis diubah dari %(before)s menjadi %(after)s",
                before=said(CLASSES, data["previous"]),
                after=said(CLASSES, data["class"]),
            )
        case "locked" if data["cause"] == "class":
            return _("Dikunci bagi %(agency)s, karena berkadar pengawasan", agency=agency)
        case "locked":
            return _("Dikunci bagi %(agency)s, yang dilaporkan", agency=agency)
        case "lifting_proposed":
            return _("Diusulkan membuka kunci bagi %(agency)s", agency=agency)
        case "unlocked":
            return _("Kunci bagi %(agency)s dibuka", agency=agency)
        case "attempted":
            return _("Percobaan dari %(agency)s membuka laporan ini, ditolak", agency=agency)
        case "merged":
            return _("Digabung di bawah laporan %(number)s", number=data["lead"])
        case "closed":
            return said(ENDINGS, data["how"])
        case "rated":
            return _rating(data)
        case "consented":
            return (
                _("Pelapor mengizinkan penerusan ke Ombudsman")
                if data["given"]
                else _("Pelapor tidak lagi mengizinkan penerusan ke Ombudsman")
            )
        case "escalated":
            return _(
                "Tenggat %(clock)s lewat; diberitahukan ke %(level)s",
                clock=said(CLOCKS, data["clock"]),
                level=said(LEVELS, data["level"]),
            )
    return said(ENTRIES, what)


def _rating(data: Mapping[str, Any]) -> str:
    if not data["satisfied"]:
        return _("Pelapor belum puas")
    if data["rating"]:
        return _("Pelapor puas, nilai %(rating)s dari 5", rating=data["rating"])
    return _("Pelapor puas")


def why_suggested(kind: str, value: str, categories: Mapping[str, str]) -> str:
    """Why an agency is suggested."""
    match kind:
        case "named":
            return _("disebut oleh instansi yang mengembalikan")
        case "wish":
            return _("dipilih oleh pelapor")
        case "class":
            return _("pengaduan berkadar pengawasan diperiksa Inspektorat")
        case "word":
            return _("kata “%(word)s” ada dalam laporan", word=value)
    return _("kategori %(category)s", category=categories.get(value, value))


def due_sentence(due: Mapping[str, Any]) -> str:
    """A limit in a few words: `penyelesaian, 25 Maret 2026`."""
    return f"{said(CLOCKS, due['clock'])}, {day(due['due_date'])}"
