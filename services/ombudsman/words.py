"""The words of this service for its slugs, for the desk's pages and for the printed file.

Indonesian here, English in web/texts/en.po.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.texts import N_
from shared.texts import gettext as _

STATES = {
    "preparing": N_("Berkas disusun"),
    "sending": N_("Sedang dikirim"),
    "failed": N_("Pengiriman berhenti"),
    "cancelled": N_("Dibatalkan"),
    "forwarded": N_("Baru diterima"),
    "acknowledged": N_("Diperiksa"),
    "recommended": N_("Direkomendasikan"),
    "closed": N_("Ditutup"),
}
TONES = {
    "preparing": "calm",
    "sending": "calm",
    "failed": "bad",
    "cancelled": "",
    "forwarded": "wait",
    "acknowledged": "calm",
    "recommended": "calm",
    "closed": "good",
}
"""The colour of a state's badge."""

CHANNELS = {
    "web": N_("situs web"),
    "api": N_("aplikasi"),
    "sms": N_("SMS"),
    "email": N_("surel"),
    "walk_in": N_("loket"),
    "page": N_("halaman pelacakan"),
}
CLASSES = {
    "information": N_("Permintaan informasi"),
    "aspiration": N_("Aspirasi"),
    "non_supervisory": N_("Pengaduan tidak berkadar pengawasan"),
    "supervisory": N_("Pengaduan berkadar pengawasan"),
}
CASE_STATES = {
    "unverified": N_("Belum diverifikasi"),
    "awaiting_completion": N_("Menunggu kelengkapan"),
    "dispatched": N_("Diteruskan"),
    "in_progress": N_("Diproses"),
    "answered": N_("Ditanggapi"),
    "closed": N_("Selesai"),
    "archived": N_("Diarsipkan"),
    "withdrawn": N_("Dicabut"),
    "merged": N_("Digabung"),
}
CLOCKS = {
    "verification": N_("Verifikasi laporan"),
    "receipt": N_("Jawaban atas kelengkapan"),
    "follow_up": N_("Tanggapan pertama"),
    "settlement": N_("Penyelesaian"),
    "legal": N_("Keputusan menurut undang-undang"),
    "completeness": N_("Melengkapi laporan"),
    "objection": N_("Menyatakan keberatan"),
}
UNITS = {"working_days": N_("hari kerja"), "calendar_days": N_("hari kalender")}
OUTCOMES = {
    "running": N_("berjalan"),
    "paused": N_("dihentikan sementara"),
    "met": N_("ditepati"),
    "late": N_("ditepati terlambat"),
    "breached": N_("dilanggar"),
    "expired": N_("habis"),
    "cancelled": N_("dibatalkan"),
}
LEVELS = {
    "officer": N_("pejabat penghubung"),
    "head": N_("pimpinan instansi"),
    "coordinator": N_("admin koordinator"),
    "supervisor": N_("Sekretaris Daerah dan Inspektorat"),
    "ombudsman": N_("Ombudsman"),
}
CHECKS = {
    "present": N_("ada"),
    "missing": N_("belum ada, dapat diminta dari pelapor"),
    "withheld": N_("dirahasiakan, pelapor belum menyetujui"),
    "exceeded": N_("sudah lewat"),
}
TITLES = {
    "file": N_("Berkas rujukan kepada Ombudsman"),
    "notice": N_("Pemberitahuan kepada Ombudsman, tanpa identitas pelapor"),
    "supplement": N_("Berkas susulan kepada Ombudsman"),
}
SUPPLEMENTS = {
    "consent": N_("keputusan pelapor tentang identitasnya berubah"),
    "particulars": N_("pelapor melengkapi datanya"),
    "answer": N_("jawaban atas pertanyaan atau rekomendasi Ombudsman"),
}
SUPPLEMENT_STATES = {
    "wanted": N_("disusun"),
    "sending": N_("sedang dikirim"),
    "sent": N_("terkirim"),
    "failed": N_("pengiriman berhenti"),
    "dropped": N_("digantikan yang lebih baru"),
}
CAUSES = {
    "limit": N_("batas waktu lewat"),
    "receipt": N_("tanpa jawaban kelengkapan, atas permintaan pelapor"),
    "wish": N_("permintaan pelapor"),
}
ASKED = {"reporter": N_("Pelapor"), "agency": N_("Instansi")}
LEFT_OUT = {
    "identity": N_("tidak disertakan: dapat menyebut pelapor"),
    "unavailable": N_("tidak disertakan: tidak tersimpan lagi"),
}
SENDERS = {"complaint": N_("Pelapor, laporan"), "message": N_("Pelapor, susulan"), "agency": N_("Terlapor, bukti")}
NOTICES = {
    "reporter.receipt": N_("Tanda terima"),
    "reporter.noted": N_("Pesan pelapor dicatat"),
    "reporter.completeness": N_("Permintaan melengkapi laporan"),
    "reporter.completeness_reminder": N_("Pengingat melengkapi laporan"),
    "reporter.deemed_withdrawn": N_("Laporan dianggap dicabut"),
    "reporter.withdrawn": N_("Laporan dicabut"),
    "reporter.dispatched": N_("Laporan diteruskan"),
    "reporter.returned": N_("Laporan dikembalikan instansi"),
    "reporter.redispatched": N_("Laporan diteruskan ke instansi lain"),
    "reporter.locked": N_("Instansi yang dilaporkan tidak melihat laporan"),
    "reporter.interim": N_("Tanggapan sementara"),
    "reporter.answer": N_("Jawaban"),
    "reporter.promised": N_("Janji instansi untuk suatu hari"),
    "reporter.promise_due": N_("Hari yang dijanjikan tiba"),
    "reporter.promise_broken": N_("Janji tidak ditepati"),
    "reporter.moved": N_("Batas waktu bergeser karena kalender berubah"),
    "reporter.objection_taken_up": N_("Keberatan ditindaklanjuti"),
    "reporter.objection_read_anew": N_("Keberatan: laporan dibaca ulang"),
    "reporter.reopened": N_("Laporan dibuka kembali"),
    "reporter.merged": N_("Laporan digabung"),
    "reporter.archived": N_("Laporan diarsipkan"),
    "reporter.closed_confirmed": N_("Laporan selesai"),
    "reporter.closed_silence": N_("Laporan selesai"),
    "reporter.closed_coordinator": N_("Laporan selesai"),
    "reporter.consent_given": N_("Persetujuan dicatat"),
    "reporter.consent_taken_back": N_("Pencabutan persetujuan dicatat"),
    "reporter.forwarded": N_("Laporan dirujuk ke Ombudsman"),
    "reporter.forwarded_without_identity": N_("Laporan dirujuk ke Ombudsman tanpa identitas"),
    "reporter.consent_wanted": N_("Bolehkah Ombudsman tahu siapa pelapor?"),
    "reporter.particulars_wanted": N_("Data yang diminta Ombudsman"),
    "reporter.particulars_noted": N_("Data pelapor disimpan"),
    "reporter.referral_wished": N_("Permintaan ke Ombudsman dicatat"),
    "reporter.supplemented": N_("Berkas susulan sampai di Ombudsman"),
    "reporter.consent_too_late": N_("Berkas mungkin sudah terkirim sebelum izin dicabut"),
    "reporter.ombudsman_asks": N_("Ombudsman bertanya kepada pelapor"),
    "reporter.ombudsman_asks_agency": N_("Ombudsman bertanya kepada instansi"),
    "reporter.explained": N_("Instansi menjawab Ombudsman"),
    "reporter.recommendation_overdue": N_("Rekomendasi lewat batas"),
    "reporter.ombudsman_open": N_("Pelapor diberi tahu haknya ke Ombudsman"),
    "reporter.acknowledged": N_("Ombudsman memeriksa"),
    "reporter.recommended": N_("Rekomendasi Ombudsman"),
    "reporter.referral_closed": N_("Pemeriksaan Ombudsman selesai"),
}
"""Messages of notify to the reporter, by template."""

NOTICE_STATES = {
    "pending": N_("menunggu"),
    "sent": N_("terkirim"),
    "delivered": N_("sampai"),
    "failed": N_("gagal"),
}
WAYS = {
    "desk": N_("Meja Ombudsman di sistem ini"),
    "email": N_("Surel"),
    "http": N_("Layanan HTTP"),
    "sandbox": N_("Surel (kotak pasir, tidak benar-benar dikirim)"),
}

_HAPPENINGS = {
    "received": N_("Laporan diterima lewat %(detail)s"),
    "addition": N_("Pelapor menambah keterangan lewat %(detail)s"),
    "reply": N_("Pelapor membalas lewat %(detail)s"),
    "objection": N_("Pelapor menyatakan keberatan lewat %(detail)s"),
    "verified": N_("Laporan diverifikasi"),
    "completeness_requested": N_("Pelapor diminta melengkapi laporan"),
    "completed": N_("Pelapor melengkapi laporan"),
    "dispatched": N_("Diteruskan kepada %(who)s"),
    "returned": N_("Dikembalikan oleh %(who)s: bukan wewenangnya"),
    "interim": N_("Tanggapan sementara dari %(who)s"),
    "answered": N_("Jawaban dari %(who)s"),
    "promised": N_("Janji tanggal penyelesaian dari %(who)s"),
    "explained": N_("Penjelasan dari %(who)s kepada Ombudsman"),
    "reopened": N_("Laporan dibuka kembali"),
    "rated": N_("Pelapor menilai jawaban"),
    "closed": N_("Laporan ditutup"),
    "archived": N_("Laporan diarsipkan"),
    "withdrawn": N_("Laporan dicabut"),
    "reclassified": N_("Golongan laporan diubah"),
    "merged": N_("Laporan digabung dengan laporan lain"),
    "limit_passed": N_("Batas waktu lewat: %(detail)s"),
    "time_over": N_("Waktu pelapor habis: %(detail)s"),
    "escalated": N_("Keterlambatan disampaikan kepada %(detail)s"),
    "told": N_("Pelapor diberi tahu lewat %(detail)s"),
}
_DETAILS = {**CHANNELS, **LEVELS}


def say(table: Mapping[str, str], slug: str | None) -> str:
    """The words for a slug, in the reader's language; a dash for none, the slug itself when it is new."""
    if slug is None:
        return "–"
    return _(table[slug]) if slug in table else slug


def happening(entry: Mapping[str, Any]) -> str:
    """What happened, in a short sentence, out of an entry of the chronology."""
    sentence = _HAPPENINGS.get(entry["what"])
    if sentence is None:
        return str(entry["what"])
    clock = say(CLOCKS, entry["detail"]).lower()  # within a sentence; the other words are written so already
    detail = clock if entry["detail"] in CLOCKS else say(_DETAILS, entry["detail"])
    return _(sentence, who=entry["who"] or _("instansi"), detail=detail)
