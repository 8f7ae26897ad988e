"""What a report says in words. Indonesian here, English in web/texts/en.po."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.sla.web import words
from shared.texts import N_, day
from shared.texts import gettext as _

HIDDEN = "*"
"""In place of a number that is not shown."""

FREQUENCIES = {
    "weekly": N_("Mingguan"),
    "monthly": N_("Bulanan"),
    "quarterly": N_("Triwulanan"),
    "half_yearly": N_("Semesteran"),
    "yearly": N_("Tahunan"),
}

DIMENSIONS = {**words.DIMENSIONS, "category": N_("Kategori")}

DEEDS = {
    "verified": N_("Diverifikasi"),
    "held": N_("Ditunda: pelapor diminta melengkapi"),
    "returned": N_("Disposisi dikembalikan instansi"),
    "answered": N_("Ditanggapi"),
    "objected": N_("Tanggapan ditolak pelapor"),
    "reopened": N_("Dibuka kembali"),
    "closed": N_("Selesai"),
    "archived": N_("Diarsipkan"),
    "withdrawn": N_("Dicabut"),
}

ARCHIVED = {
    "not_public_service": N_("di luar pelayanan publik"),
    "other_channel": N_("ditangani melalui saluran lain"),
    "too_general": N_("terlalu umum untuk ditindaklanjuti"),
    "duplicate": N_("sama dengan laporan sebelumnya"),
    "spam": N_("pesan massal"),
    "not_complaint": N_("bukan pengaduan"),
}

CLOSED = {
    "confirmed": N_("disetujui pelapor"),
    "silence": N_("pelapor tidak membalas sampai batas keberatan"),
    "coordinator": N_("ditutup koordinator"),
}

STATUSES = {
    "proposed": (N_("diusulkan"), "wait"),
    "accepted": (N_("diterima"), "calm"),
    "done": (N_("dilaksanakan"), "good"),
    "rejected": (N_("ditolak"), "bad"),
}
"""Name and colour of a recommendation's badge."""

FINDINGS = {
    "late": N_("%(where)s: %(part)s dari %(whole)s tepat waktu (%(value)s persen; batas %(limit)s persen)."),
    "slow": N_("Separuh dari %(whole)s tanggapan memerlukan lebih dari %(value)s hari kerja atau tepat sebanyak itu."),
    "returned": N_("%(part)s dari %(whole)s laporan dikembalikan sebagai bukan wewenang (%(value)s persen)."),
    "reopened": N_("%(part)s dari %(whole)s tanggapan tidak diterima pelapor atau dibuka kembali (%(value)s persen)."),
    "unrated": N_("Nilai rata-rata %(value)s dari 5 dalam %(whole)s penilaian."),
    "old": N_("%(value)s laporan terbuka lebih dari 60 hari."),
    "rising": N_("Kategori %(where)s: %(whole)s laporan, %(value)s persen dari periode sebelumnya."),
    "incomplete": N_("%(part)s dari %(whole)s laporan harus dilengkapi dahulu oleh pelapor (%(value)s persen)."),
}

ADVICE = {
    "late": N_("%(where)s: tinjau pembagian tugas dan tunjuk petugas pengganti, sampai tepat waktu di atas batas."),
    "slow": N_(
        "Bandingkan alur kerja dengan instansi yang lebih cepat; tetapkan siapa menyetujui tanggapan dan kapan."
    ),
    "returned": N_(
        "Samakan pemahaman wewenang antara koordinator dan instansi; perbarui daftar kategori dan instansinya."
    ),
    "reopened": N_("Periksa tanggapan yang ditolak; selesaikan hanya dengan bukti hasil di lapangan."),
    "unrated": N_("Baca penilaian rendah satu per satu dan perbaiki layanan yang dikeluhkan."),
    "old": N_("Selesaikan atau putuskan laporan yang lewat 60 hari; yang menunggu anggaran diberi janji bertanggal."),
    "rising": N_("Cari sebab bersama dari laporan %(where)s yang meningkat dan tangani sebabnya."),
    "incomplete": N_("Perjelas formulir dan petunjuk SMS: apa, di mana, kapan."),
}


def period(frequency: str, first: date, last: date) -> str:
    """`Bulanan, 1 Maret 2026 sampai 31 Maret 2026`."""
    said = _("%(first)s sampai %(last)s", first=day(first), last=day(last))
    return f"{_(FREQUENCIES[frequency])}, {said}"


def where(kind: str, place: str) -> str:
    """The clock or category a finding is about."""
    if kind == "late":
        return _(words.CLOCKS[place])
    return category(place)


def category(code: str) -> str:
    """A category's code as words: the topic, then its part."""
    return ": ".join(part.replace("-", " ") for part in code.split(".")).capitalize()


def finding(one: Mapping[str, Any]) -> str:
    """What was found, with its numbers as far as the report shows them."""
    said = {name: _value(one, one[name]) for name in ("value", "limit")}
    place = where(one["kind"], one["where"])
    sentence = FINDINGS[one["kind"]]
    counts = {name: HIDDEN if one[name] is None else one[name] for name in ("part", "whole")}
    return _(sentence, where=place, **counts, **said)


def evidence(one: Mapping[str, Any]) -> str:
    """Compared with whom, and since when."""
    compared = []
    if one["before"] is not None:
        compared.append(_("periode sebelumnya %(value)s", value=_value(one, one["before"])))
    if one["others"] is not None:
        compared.append(_("median instansi lain %(value)s", value=_value(one, one["others"])))
    compared.append(_("berlangsung sejak periode yang mulai %(day)s", day=day(date.fromisoformat(one["since"]))))
    said = "; ".join(compared)
    return f"{said[0].upper()}{said[1:]}."


def advice(kind: str, place: str) -> str:
    """What to do about it."""
    return _(ADVICE[kind], where=where(kind, place))


def status(one: Mapping[str, Any]) -> str:
    """What became of a recommendation, in a word."""
    name, _colour = STATUSES[one["status"]]
    return _(name)


def _value(one: Mapping[str, Any], value: int | None) -> str:
    if value is None:
        return HIDDEN
    if one["unit"] == "tenths":
        return f"{value / 10:.1f}"
    return str(value)


def frequencies() -> list[tuple[str, str]]:
    """How often a report can come, each with its name, for a select."""
    return [(frequency, _(name)) for frequency, name in FREQUENCIES.items()]
