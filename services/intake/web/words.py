"""The words of the portal for its slugs. Indonesian here, English in texts/en.po."""

from __future__ import annotations

from collections.abc import Mapping

from shared.texts import N_
from shared.texts import gettext as _

STATES: Mapping[str, tuple[str, str, str]] = {
    "unverified": (N_("Diterima"), "wait", N_("Koordinator sedang memeriksa laporan Anda.")),
    "awaiting_completion": (
        N_("Menunggu Anda"),
        "bad",
        N_("Ada yang perlu dilengkapi. Tulis jawaban Anda di bawah; sesudah itu laporan diteruskan."),
    ),
    "dispatched": (N_("Diteruskan"), "calm", N_("Laporan sudah ada pada instansi yang berwenang.")),
    "in_progress": (N_("Dikerjakan"), "calm", N_("Laporan sedang dikerjakan.")),
    "answered": (
        N_("Ditanggapi"),
        "good",
        N_("Instansi sudah menjawab. Anda boleh menerima jawabannya atau menyatakan keberatan."),
    ),
    "closed": (N_("Selesai"), "good", N_("Laporan sudah selesai.")),
    "archived": (N_("Diarsipkan"), "", N_("Laporan tidak dilanjutkan. Alasannya ada di riwayat.")),
    "withdrawn": (N_("Dicabut"), "", N_("Laporan sudah dicabut. Anda boleh membuat laporan baru.")),
    "merged": (N_("Digabung"), "calm", N_("Laporan ditangani bersama laporan lain tentang hal yang sama.")),
}
"""Name of a state, colour of its badge, and what it means for the reporter."""

PARTICULARS: Mapping[str, str] = {
    "name": N_("Nama lengkap"),
    "birth": N_("Tempat dan tanggal lahir"),
    "marital_status": N_("Status perkawinan"),
    "occupation": N_("Pekerjaan"),
    "address": N_("Alamat lengkap"),
}
"""What UU 37/2008 art 24(1)(a) asks of who reports to the Ombudsman."""

REFERRALS: Mapping[str, str] = {
    "forwarded": N_("Laporan ini sudah diteruskan ke Ombudsman."),
    "acknowledged": N_("Ombudsman sudah menerima laporan ini."),
    "recommended": N_("Ombudsman sudah memberi rekomendasi."),
    "closed": N_("Ombudsman sudah menyelesaikan laporan ini."),
}

ENTRIES: Mapping[str, str] = {
    "registered": N_("Laporan diterima"),
    "verified": N_("Laporan diperiksa dan dinyatakan lengkap"),
    "completeness_requested": N_("Anda diminta melengkapi laporan"),
    "completed": N_("Laporan dilengkapi"),
    "dispatched": N_("Diteruskan ke instansi"),
    "returned": N_("Dikembalikan oleh instansi untuk dikirim ke yang berwenang"),
    "interim": N_("Kabar dari instansi"),
    "answered": N_("Jawaban instansi"),
    "promised": N_("Instansi menjanjikan tanggal penyelesaian"),
    "objected": N_("Anda menyatakan keberatan"),
    "reopened": N_("Laporan dikerjakan lagi"),
    "rated": N_("Anda menerima jawaban"),
    "closed": N_("Laporan selesai"),
    "archived": N_("Laporan diarsipkan"),
    "withdrawn": N_("Laporan dicabut"),
    "reclassified": N_("Golongan laporan diubah"),
    "merged": N_("Digabung dengan laporan lain"),
    "escalated": N_("Keterlambatan disampaikan ke atasan"),
    "forwarded": N_("Diteruskan ke Ombudsman"),
    "explained": N_("Instansi menjawab Ombudsman"),
}

MESSAGES: Mapping[str, str] = {
    "addition": N_("Anda menambahkan"),
    "reply": N_("Anda menjawab"),
    "objection": N_("Anda menyatakan keberatan"),
}

CLOCKS: Mapping[str, str] = {
    "verification": N_("Pemeriksaan oleh koordinator"),
    "receipt": N_("Jawaban lengkap atau belum"),
    "follow_up": N_("Kabar pertama dari instansi"),
    "settlement": N_("Penyelesaian"),
    "legal": N_("Batas menurut undang-undang"),
    "completeness": N_("Waktu Anda melengkapi"),
    "objection": N_("Waktu Anda menyatakan keberatan"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "running": (N_("berjalan"), "calm"),
    "paused": (N_("berhenti sementara"), "wait"),
    "met": (N_("ditepati"), "good"),
    "late": (N_("terlambat"), "bad"),
    "breached": (N_("terlewati"), "bad"),
    "expired": (N_("habis"), ""),
    "cancelled": (N_("tidak berlaku lagi"), ""),
}

OVER = ("met", "expired", "cancelled")
"""Outcomes of limits a reporter need not think of any more."""

CHANNELS: Mapping[str, str] = {
    "web": N_("halaman ini"),
    "api": N_("aplikasi lain"),
    "sms": N_("SMS"),
    "email": N_("e-mail"),
    "walk_in": N_("datang langsung"),
    "page": N_("halaman ini"),
}

NOTICES: Mapping[str, str] = {
    "pending": N_("sedang dikirim"),
    "sent": N_("terkirim"),
    "delivered": N_("sampai"),
    "failed": N_("tidak terkirim"),
}

NEWS: Mapping[str, str] = {
    "inquiry.status": N_("Keadaan laporan, seperti Anda tanyakan"),
    "reporter.receipt": N_("Laporan diterima"),
    "reporter.noted": N_("Pesan Anda diterima"),
    "reporter.promised": N_("Instansi menjanjikan tanggal penyelesaian"),
    "reporter.promise_due": N_("Hari yang dijanjikan telah tiba"),
    "reporter.promise_broken": N_("Janji instansi tidak ditepati"),
    "reporter.moved": N_("Tanggal laporan Anda bergeser"),
    "reporter.objection_read_anew": N_("Keberatan diterima; laporan diperiksa sekali lagi"),
    "reporter.completeness": N_("Anda diminta melengkapi laporan"),
    "reporter.completeness_reminder": N_("Laporan masih menunggu kelengkapan"),
    "reporter.deemed_withdrawn": N_("Laporan dianggap dicabut"),
    "reporter.dispatched": N_("Diteruskan ke instansi"),
    "reporter.locked": N_("Instansi yang dilaporkan tidak melihat laporan Anda"),
    "reporter.redispatched": N_("Ditangani instansi lain"),
    "reporter.returned": N_("Dicarikan instansi yang tepat"),
    "reporter.interim": N_("Kabar dari instansi"),
    "reporter.answer": N_("Jawaban instansi"),
    "reporter.objection_taken_up": N_("Keberatan Anda diterima"),
    "reporter.reopened": N_("Laporan dikerjakan lagi"),
    "reporter.closed_confirmed": N_("Laporan selesai"),
    "reporter.closed_coordinator": N_("Laporan ditutup koordinator"),
    "reporter.closed_silence": N_("Laporan ditutup tanpa keberatan"),
    "reporter.archived": N_("Laporan diarsipkan"),
    "reporter.merged": N_("Digabung dengan laporan lain"),
    "reporter.withdrawn": N_("Laporan dicabut"),
    "reporter.consent_given": N_("Izin Anda dicatat"),
    "reporter.consent_taken_back": N_("Izin Anda dicabut"),
    "reporter.ombudsman_open": N_("Laporan terlambat diperiksa"),
    "reporter.forwarded": N_("Diteruskan ke Ombudsman"),
    "reporter.forwarded_without_identity": N_("Diteruskan ke Ombudsman tanpa identitas Anda"),
    "reporter.consent_wanted": N_("Bolehkah Ombudsman tahu siapa Anda?"),
    "reporter.particulars_wanted": N_("Data yang diminta Ombudsman"),
    "reporter.particulars_noted": N_("Data Anda disimpan"),
    "reporter.referral_wished": N_("Permintaan ke Ombudsman dicatat"),
    "reporter.supplemented": N_("Berkas susulan sampai di Ombudsman"),
    "reporter.consent_too_late": N_("Berkas mungkin sudah terkirim sebelum izin dicabut"),
    "reporter.ombudsman_asks": N_("Ombudsman bertanya kepada Anda"),
    "reporter.ombudsman_asks_agency": N_("Ombudsman bertanya kepada instansi"),
    "reporter.explained": N_("Instansi menjawab Ombudsman"),
    "reporter.recommendation_overdue": N_("Rekomendasi lewat batas"),
    "reporter.acknowledged": N_("Ombudsman menerima laporan"),
    "reporter.recommended": N_("Ombudsman memberi rekomendasi"),
    "reporter.referral_closed": N_("Ombudsman selesai"),
}
"""What a message to the reporter was about, by its template: of a text message no words are kept."""

READERS: Mapping[str, str] = {
    "coordinator": N_("admin koordinator"),
    "officer": N_("pejabat instansi"),
    "head": N_("kepala instansi"),
    "supervisor": N_("pengawas"),
    "operator": N_("operator"),
    "ombudsman": N_("Ombudsman"),
    "notify": N_("sistem pengiriman kabar (bukan orang)"),
}

AWAY: Mapping[str, str] = {
    "timeline": N_("riwayat dari instansi"),
    "clocks": N_("tenggat"),
    "notices": N_("kabar yang sudah dikirim kepada Anda"),
}

AGES: Mapping[str, str] = {
    "late": N_("Kejadiannya sudah lebih dari %(days)s hari. Laporan tetap kami terima."),
    "too_old_for_ombudsman": N_(
        "Kejadiannya sudah lebih dari %(years)s tahun. Laporan tetap kami terima, "
        "tetapi Ombudsman tidak dapat memeriksanya."
    ),
}

LABELS: Mapping[str, str] = {
    "title": N_("Judul"),
    "body": N_("Cerita Anda"),
    "event_date": N_("Tanggal kejadian"),
    "district_code": N_("Kecamatan"),
    "village_code": N_("Desa atau kelurahan"),
    "location": N_("Tempat kejadian"),
    "agency_id": N_("Instansi yang dituju"),
    "category": N_("Pokok masalah"),
    "files": N_("Foto atau berkas"),
    "name": N_("Nama"),
    "phone": N_("Nomor HP"),
    "email": N_("E-mail"),
    "address": N_("Alamat"),
    "words": N_("Pesan Anda"),
    "rating": N_("Nilai"),
    "code": N_("Kode laporan"),
}


def said(words: Mapping[str, str], name: str) -> str:
    """The sentence of a table, in the reader's language."""
    return _(words[name])
