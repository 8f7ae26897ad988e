"""The first page: who writes to whom about what, the matter in one box, the parties, the complaint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.ombudsman import words
from services.ombudsman.document.dates import Dates
from services.ombudsman.document.paper import Paper

Content = Mapping[str, Any]


def letterhead(paper: Paper, content: Content, dates: Dates) -> None:
    referral = content["referral"]
    paper.sender(f"Pemerintah {referral['region']['name']}", "Pengelolaan Pengaduan Pelayanan Publik")
    paper.title_line(words.TITLES[content["file"]["kind"]])
    paper.facts(
        [
            ("Nomor", referral["number"]),
            ("Tanggal", dates.day(referral["date"])),
            ("Kepada", referral["addressee"]),
            ("Perihal", _matter(content)),
        ]
    )


def summary(paper: Paper, content: Content, dates: Dates) -> None:
    because, figures = content["referral"]["because"], content["summary"]
    clock = next((c for c in content["clocks"] if c["clock"] == because["clock"]), None)
    limit = f"{clock['days']} {words.say(words.UNITS, clock['unit'])} ({clock['source']})" if clock else "waktu"
    reported = content["parties"]["reported"]["name"]
    sentences = [
        f"Laporan ini diterima pada {dates.day(content['complaint']['received_at'])}.",
        _because(because, limit, dates),
    ]
    if why := content["file"]["why"]:
        sentences.insert(0, f"Berkas ini menggantikan berkas sebelumnya: {words.say(words.SUPPLEMENTS, why)}.")
    if reported:
        sentences.append(f"Pada tanggal rujukan ini laporan berada pada {reported}.")
    paper.box(
        " ".join(sentences),
        [
            ("hari sejak diterima", str(figures["days_open"])),
            ("batas waktu lewat", str(figures["limits_passed"])),
            ("kali diteruskan", str(figures["dispatches"])),
            ("kali dikembalikan", str(figures["returns"])),
            ("balasan sementara", str(figures["interim_replies"])),
            ("jawaban", str(figures["answers"])),
        ],
    )


def _matter(content: Content) -> str:
    """What the letter is about, in a line."""
    number = content["complaint"]["case_number"]
    if content["referral"]["because"]["cause"] == "wish":
        return f"Laporan {number}: pelapor meminta penyelesaian oleh Ombudsman"
    return f"Laporan {number} tidak diselesaikan dalam batas waktu"


def _because(because: Mapping[str, Any], limit: str, dates: Dates) -> str:
    """Why it is referred, in a sentence."""
    if because["cause"] == "wish":
        return "Pelapor meminta Ombudsman menyelesaikannya (UU 25/2009 Pasal 46 ayat (2))."
    day = dates.day(because["due_date"])
    if because["cause"] == "receipt":
        return (
            f"Batas {limit} untuk menjawab lengkap tidaknya laporan lewat pada {day} tanpa jawaban, dan pelapor "
            "meminta Ombudsman menyelesaikannya (UU 25/2009 Pasal 46 ayat (2))."
        )
    return f"Batas {limit} untuk memutuskannya lewat pada {day} tanpa keputusan."


def parties(paper: Paper, content: Content, dates: Dates) -> None:
    reported = content["parties"]["reported"]
    paper.heading("1. Para pihak")
    paper.small_heading("Pelapor")
    _reporter(paper, content["parties"]["reporter"])
    paper.small_heading("Terlapor")
    paper.facts(
        [
            ("Instansi", reported["name"] or "belum ditetapkan"),
            ("Pimpinan", reported["head_title"] or "–"),
            ("Pemerintah daerah", reported["government"]),
        ]
    )


def _reporter(paper: Paper, reporter: Mapping[str, Any]) -> None:
    identity = reporter["identity"]
    if identity is None:
        paper.prose(
            "Identitas pelapor dirahasiakan. Pelapor belum menyetujui penyampaian identitasnya kepada Ombudsman; "
            "nama, nomor, dan alamat dihapus dari seluruh berkas ini, termasuk dari kutipan."
        )
        return
    paper.facts(
        [
            ("Nama", identity["name"] or "belum diberikan"),
            ("Alamat", identity["address"] or "belum diberikan"),
            ("Lahir", identity["birth"] or "belum diberikan"),
            ("Status perkawinan", identity["marital_status"] or "belum diberikan"),
            ("Pekerjaan", identity["occupation"] or "belum diberikan"),
            ("Telepon", identity["phone"] or "–"),
            ("Surel", identity["email"] or "–"),
            ("Persetujuan", "Pelapor menyetujui penyampaian identitasnya kepada Ombudsman."),
        ]
    )
    wishes = [name for name, wish in (("anonim", "anonymous"), ("rahasia", "confidential")) if reporter[wish]]
    if wishes:
        paper.note(
            f"Pelapor meminta laporannya diperlakukan {' dan '.join(wishes)}. Identitasnya tidak disampaikan kepada "
            "terlapor dan masyarakat; mohon tetap dijaga."
        )


def complaint(paper: Paper, content: Content, dates: Dates) -> None:
    told = content["complaint"]
    place = ", ".join(part for part in (told["location"], told["village"], told["district"]) if part)
    channel = words.say(words.CHANNELS, told["channel"])
    paper.heading("2. Pokok laporan")
    paper.facts(
        [
            ("Judul", told["title"]),
            ("Nomor laporan", told["case_number"]),
            ("Diterima", f"{dates.moment(told['received_at'])} {dates.zone_name}, lewat {channel}"),
            ("Tanggal kejadian", dates.day(told["event_date"]) if told["event_date"] else "tidak disebutkan"),
            ("Tempat kejadian", place or "tidak disebutkan"),
            ("Golongan", words.say(words.CLASSES, told["class"])),
            ("Kategori", _category(told["category"])),
            ("Keadaan laporan", words.say(words.CASE_STATES, told["state"])),
        ]
    )
    paper.small_heading("Uraian", "dalam kata-kata pelapor")
    paper.quote(told["body"])


SECTIONS = (letterhead, summary, parties, complaint)


def _category(code: str | None) -> str:
    """A category's code as words: the topic, then its part."""
    return ": ".join(part.replace("-", " ") for part in code.split(".")).capitalize() if code else "–"
