"""What the refusals of the rules are called for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from services.routing.domain.answer import EVIDENCE_MAX
from services.routing.domain.refused import Refused
from services.routing.domain.words import LONGEST, SHORTEST
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from shared.texts import current_language

WORDS: Final[Mapping[str, tuple[type[Refusal], str, str]]] = {
    # Nothing tells a case that is not hers from one that is not there.
    "unknown_case": (NotFound, "Laporan ini tidak ada di meja Anda.", "There is no such case at your desk."),
    "not_yours": (
        Forbidden,
        "Tindakan ini bukan wewenang tugas Anda.",
        "This is not for you to do.",
    ),
    "changed_by_other": (
        Conflict,
        "Laporan ini baru saja sudah diubah orang lain. Muat ulang halaman, lalu lihat apa yang masih perlu.",
        "This case has just been changed by somebody else. Reload the page and see what is still needed.",
    ),
    "finished": (
        Conflict,
        "Laporan ini sudah berakhir.",
        "This case has ended.",
    ),
    "not_verified": (
        Conflict,
        "Laporan ini belum diverifikasi.",
        "This case has not been verified yet.",
    ),
    "not_answered": (
        Conflict,
        "Laporan hanya dapat ditutup setelah ada tanggapan.",
        "A case can only be closed after it was answered.",
    ),
    "already_answered": (
        Conflict,
        "Laporan ini sudah ditanggapi; masa keberatan pelapor sedang berjalan.",
        "This case was answered; the reporter may now object.",
    ),
    "not_possible_now": (
        Conflict,
        "Tindakan ini tidak dapat dilakukan pada keadaan laporan sekarang.",
        "This is not possible in the state the case is in.",
    ),
    "returned_before": (
        Conflict,
        "Instansi Anda sudah pernah mengembalikan laporan ini. Hubungi admin koordinator: beliau yang memutuskan.",
        "Your agency returned this case before. Ask the coordinator, who decides.",
    ),
    "names_itself": (
        Invalid,
        "Pilih instansi lain yang menurut Anda berwenang.",
        "Name another agency that you believe is competent.",
    ),
    "unknown_agency": (
        Invalid,
        "Instansi ini tidak ada, atau sudah tidak ada lagi.",
        "There is no such agency, or not any more.",
    ),
    "same_agency": (
        Invalid,
        "Laporan ini sudah ada pada instansi tersebut.",
        "The case is with this agency already.",
    ),
    "agency_locked": (
        Invalid,
        "Instansi ini terkunci dari laporan ini: laporan ini mengenai instansi itu sendiri.",
        "This agency is locked out of the case: the case is about the agency itself.",
    ),
    "inspectorate_only": (
        Invalid,
        "Pengaduan berkadar pengawasan hanya diteruskan ke Inspektorat.",
        "A complaint berkadar pengawasan is sent to the Inspektorat only.",
    ),
    "not_locked": (Invalid, "Instansi ini tidak terkunci.", "This agency is not locked out."),
    "not_proposed": (
        Conflict,
        "Pembukaan kunci harus diusulkan admin koordinator lebih dahulu.",
        "The coordinator must propose to lift the lock first.",
    ),
    "unknown_category": (Invalid, "Pilih kategori dari daftar.", "Choose a category of the list."),
    "unknown_class": (Invalid, "Pilih jenis laporan dari daftar.", "Choose a class of the list."),
    "same_class": (Invalid, "Jenis laporan ini sudah demikian.", "The case has this class already."),
    "unknown_reason": (Invalid, "Pilih alasan dari daftar.", "Choose a reason of the list."),
    "promise_past": (Invalid, "Pilih hari yang akan datang.", "Choose a day to come."),
    "promise_far": (
        Invalid,
        "Janji paling jauh untuk akhir tahun depan.",
        "A promise reaches to the end of next year at most.",
    ),
    "evidence_missing": (
        Invalid,
        "Lampirkan paling sedikit satu bukti, atau tuliskan mengapa tidak ada bukti.",
        "Attach at least one piece of evidence, or write why there is none.",
    ),
    "evidence_too_many": (
        Invalid,
        f"Paling banyak {EVIDENCE_MAX} berkas bukti.",
        f"At most {EVIDENCE_MAX} files of evidence.",
    ),
    "not_with_ombudsman": (
        Conflict,
        "Laporan ini belum diteruskan ke Ombudsman.",
        "This case has not gone to the Ombudsman.",
    ),
    "unknown_answers": (Invalid, "Pilih apa yang dijawab.", "Choose what is answered."),
    "words_too_short": (
        Invalid,
        f"Tuliskan paling sedikit {SHORTEST} huruf.",
        f"Write at least {SHORTEST} characters.",
    ),
    "words_too_long": (
        Invalid,
        f"Paling banyak {LONGEST:,} huruf.".replace(",", "."),
        f"At most {LONGEST:,} characters.",
    ),
    "lead_unknown": (
        Invalid,
        "Nomor laporan induk ini tidak ada.",
        "There is no lead case with this number.",
    ),
    "lead_itself": (
        Invalid,
        "Laporan tidak dapat digabung dengan dirinya sendiri.",
        "A case cannot be merged with itself.",
    ),
    "lead_not_open": (
        Conflict,
        "Laporan induk harus sudah diverifikasi dan masih berjalan.",
        "The lead case must be verified and still open.",
    ),
    "leads_others": (
        Conflict,
        "Laporan ini sendiri menjadi induk laporan lain.",
        "This case leads other cases itself.",
    ),
    "confidential_not_merged": (
        Conflict,
        "Laporan rahasia tidak digabung: isinya tidak boleh sampai ke pelapor lain.",
        "Confidential cases are not merged: their content must not reach other reporters.",
    ),
    "locked_not_merged": (
        Conflict,
        "Laporan berkadar pengawasan atau yang terkunci tidak digabung: ia diperiksa tersendiri.",
        "A case that is berkadar pengawasan or locked is not merged: it is examined on its own.",
    ),
}

FIELDS: Final[Mapping[str, str]] = {
    "names_itself": "competent_agency_id",
    "unknown_agency": "agency_id",
    "same_agency": "agency_id",
    "agency_locked": "agency_id",
    "not_locked": "agency_id",
    "inspectorate_only": "agency_id",
    "unknown_category": "category",
    "unknown_class": "class",
    "same_class": "class",
    "unknown_reason": "reason",
    "promise_past": "promised_for",
    "promise_far": "promised_for",
    "unknown_answers": "answers",
    "evidence_missing": "evidence",
    "evidence_too_many": "evidence",
    "words_too_short": "words",
    "words_too_long": "words",
    "lead_unknown": "lead",
    "lead_itself": "lead",
}
"""The field of a form a refusal is about."""


def refusal(name: str, field: str | None = None) -> Refusal:
    """The refusal of this name. `field` says which field it is about where that is not always the same."""
    kind, detail_id, detail_en = WORDS[name]
    return spoken(kind(name, detail_id, detail_en), field or FIELDS.get(name))


def spoken(refused: Refusal, field: str | None) -> Refusal:
    """The refusal with its sentence, in the reader's language, at a field of the form."""
    if field:
        refused.errors = {field: [refused.detail(current_language())]}
    return refused


@contextmanager
def plainly(field: str | None = None) -> Iterator[None]:
    """What a rule refuses inside the block is refused in words."""
    try:
        yield
    except Refused as refused:
        raise refusal(refused.name, field) from refused
