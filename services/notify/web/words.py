"""Words for what the tables call by code, for people at the desk."""

from __future__ import annotations

from shared.texts import N_

STATES = {
    "planned": N_("menunggu dikirim"),
    "sending": N_("sedang dikirim"),
    "sent": N_("terkirim"),
    "delivered": N_("sampai"),
    "failed": N_("gagal"),
    "held": N_("ditahan"),
}

CHANNELS = {
    "sms": N_("SMS"),
    "email": N_("e-mail"),
    "page": N_("halaman lacak"),
}

AUDIENCES = {
    "reporter": N_("pelapor"),
    "officer": N_("pejabat penghubung"),
    "head": N_("kepala instansi"),
    "coordinator": N_("koordinator"),
    "supervisor": N_("pengawas"),
    "ombudsman": N_("Ombudsman"),
}

REASONS = {
    "no_address": N_("tidak ada alamat"),
    "no_way_to_tell": N_("tidak ada cara mengabari"),
    "unknown_recipient": N_("penerima tidak dikenal lagi"),
    "no_officer": N_("tidak ada petugas untuk dikabari"),
    "bad_number": N_("nomor tidak benar"),
    "bad_address": N_("alamat tidak benar"),
    "refused_by_gateway": N_("ditolak gerbang SMS"),
    "refused_by_mail_server": N_("ditolak server e-mail"),
    "undeliverable": N_("tidak sampai ke telepon"),
    "tries_used_up": N_("sudah dicoba dua hari"),
    "too_many_replies": N_("terlalu banyak jawaban otomatis"),
    "too_late": N_("terlambat untuk mengingatkan"),
    "overtaken": N_("laporan sudah bergerak"),
    "locked": N_("laporan ini mengenai instansi itu sendiri"),
    "officers_found": N_("petugas sudah ditemukan"),
}
