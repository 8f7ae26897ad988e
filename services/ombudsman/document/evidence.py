"""What proves it: chronology, limits, everybody's words in full, attachments, messages, the law's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.ombudsman import words
from services.ombudsman.document.dates import Dates
from services.ombudsman.document.paper import Paper
from shared.texts import size

Content = Mapping[str, Any]

_GLIMPSE = 140
"""Characters of somebody's words that the chronology shows; all of them follow in section 5."""


def chronology(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("3. Kronologi")
    rows, quotes = [], 0
    for entry in content["chronology"]:
        told = words.happening(entry)
        if entry["words"]:
            quotes += 1
            told += f" (5.{quotes}): “{_glimpse(entry['words'])}”"
        rows.append((dates.moment(entry["at"]), told))
    paper.grid([("Waktu", 38), ("Peristiwa", 128)], rows)
    paper.note(f"Semua waktu dalam {dates.zone_name}. Angka dalam kurung menunjuk kutipan lengkap di bagian 5.")


def clocks(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("4. Batas waktu")
    rows = []
    for clock in content["clocks"]:
        outcome = words.say(words.OUTCOMES, clock["outcome"])
        rows.append(
            (
                words.say(words.CLOCKS, clock["clock"]) + (f"\n{clock['agency']}" if clock["agency"] else ""),
                f"{clock['days']} {words.say(words.UNITS, clock['unit'])}",
                dates.short(clock["started_at"]),
                dates.short(clock["due_date"]),
                dates.short(clock["stopped_at"]) if clock["stopped_at"] else "–",
                f"{outcome}\n{clock['days_late']} hari" if clock["days_late"] else outcome,
                f"{clock['source']}\nAturan {clock['rule_set']}",
            )
        )
    names = ("Batas", "Lama", "Mulai", "Jatuh tempo", "Berhenti", "Hasil, terlambat", "Dasar")
    paper.grid(list(zip(names, (36, 16, 18, 18, 18, 22, 38), strict=True)), rows, size=7.4)
    paper.note(
        "Keterlambatan dihitung dalam hari kalender, sejak jatuh tempo sampai batas itu berhenti atau sampai tanggal "
        "rujukan ini. Hari kerja dihitung menurut kalender kerja daerah, dengan hari libur nasional dan cuti bersama."
    )


def statements(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("5. Tanggapan terlapor dan pernyataan para pihak secara lengkap")
    if not content["answers"]:
        paper.prose("Terlapor tidak memberi tanggapan apa pun sampai tanggal rujukan ini.")
    said = (entry for entry in content["chronology"] if entry["words"])
    for number, entry in enumerate(said, start=1):
        paper.small_heading(f"5.{number}  {words.happening(entry)}", dates.moment(entry["at"]))
        paper.quote(entry["words"])


def attachments(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("6. Lampiran")
    if not content["attachments"]:
        paper.prose("Tidak ada lampiran.")
        return
    rows = [
        (
            str(a["number"]),
            f"{a['name']}\n{words.say(words.SENDERS, a['from'])}",
            f"{a['media_type']}, {size(a['size'])}\n{_whereabouts(a)}",
            f"{a['sha256'][:32]}\n{a['sha256'][32:]}",
        )
        for a in content["attachments"]
    ]
    columns = [("No.", 8), ("Berkas, asal", 62), ("Jenis, ukuran", 34), ("SHA-256", 62)]
    paper.grid(columns, rows, size=7.6, machine=frozenset({3}))
    paper.note("Lampiran yang disertakan ada dalam ZIP berkas ini, di bawah nama yang tertera.")


def _whereabouts(attachment: Mapping[str, Any]) -> str:
    """Where an attachment is to be found, or why it is not here."""
    if attachment["enclosed"]:
        return str(attachment["enclosed"])
    return words.say(words.LEFT_OUT, attachment["left_out"])


def notices(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("7. Pemberitahuan kepada pelapor")
    if not content["notices"]:
        paper.prose("Tidak ada pemberitahuan yang dikirim.")
        return
    rows = [
        (
            dates.moment(notice["at"]),
            words.say(words.CHANNELS, notice["channel"]),
            words.say(words.NOTICES, notice["template"]),
            words.say(words.NOTICE_STATES, notice["state"]),
        )
        for notice in content["notices"]
    ]
    paper.grid([("Waktu", 38), ("Lewat", 32), ("Isi", 74), ("Hasil", 22)], rows)


def article_24(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("8. Syarat laporan menurut UU 37/2008 Pasal 24")
    rows = [(c["article"], c["label"], words.say(words.CHECKS, c["state"])) for c in content["article_24"]]
    paper.grid([("Pasal", 40), ("Syarat", 68), ("Keadaan", 58)], rows)


def authenticity(paper: Paper, content: Content, dates: Dates) -> None:
    paper.heading("9. Keaslian berkas")
    paper.prose(
        "Dokumen ini bentuk cetak dari berkas JSON rujukan, disusun dari catatan empat bagian sistem: penerimaan "
        "laporan, meja disposisi, penghitung batas waktu, dan pengiriman pemberitahuan. Sidik SHA-256 berkas JSON "
        "tertera di kaki setiap halaman dan dapat dihitung ulang dengan perintah sha256sum. Semua bagian berkas "
        "terdaftar dalam SHA256SUMS, yang ditandatangani dengan Ed25519; waktunya menurut jam pengirim, dan di situ "
        "tertulis apakah sebuah otoritas stempel waktu (RFC 3161) menyaksikannya."
    )
    if paper.unprintable:
        paper.note(
            f"{paper.unprintable} aksara tidak tersedia dalam huruf dokumen ini dan dicetak sebagai tanda tanya; "
            "aslinya ada dalam berkas JSON."
        )


def _glimpse(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= _GLIMPSE else line[:_GLIMPSE].rsplit(" ", 1)[0] + " …"


SECTIONS = (chronology, clocks, statements, attachments, notices, article_24, authenticity)
