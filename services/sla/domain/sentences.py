"""Each clock explains itself in one sentence a citizen understands; short enough for one text message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import Clock

_MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

_PAUSED = (
    "Menunggu Anda melengkapi laporan; waktu {whose} berhenti sejak {since}.",
    "Waiting for you to complete your report; the time of {whose} has stood still since {since}.",
)
_CANCELLED = ("{subject} tidak diperlukan lagi.", "{subject} is no longer needed.")

_SUBJECT = {
    "verification": ("Pemeriksaan laporan", "Examining the report"),
    "receipt": ("Pemberitahuan kelengkapan", "Word on completeness"),
    "follow_up": ("Tanggapan pertama dari instansi ini", "A first reply from this agency"),
    "settlement": ("Penyelesaian laporan", "Settling the report"),
    "legal": ("Keputusan menurut undang-undang", "The decision required by law"),
    "completeness": ("Melengkapi laporan", "Completing the report"),
    "objection": ("Waktu berkeberatan", "The time to object"),
}

_SENTENCES = {
    ("verification", "running"): (
        "Admin koordinator memeriksa laporan Anda paling lambat {due}.",
        "The coordinator examines your report by {due}.",
    ),
    ("verification", "breached"): (
        "Terlambat: admin koordinator seharusnya memeriksa laporan Anda paling lambat {due}.",
        "Late: the coordinator should have examined your report by {due}.",
    ),
    ("verification", "met"): (
        "Laporan Anda sudah diperiksa pada {ended}, sebelum batas {due} lewat.",
        "Your report was examined on {ended}, before the limit of {due} had passed.",
    ),
    ("verification", "late"): (
        "Laporan Anda baru diperiksa pada {ended}; batasnya {due}.",
        "Your report was examined only on {ended}; the limit was {due}.",
    ),
    ("receipt", "running"): (
        "Paling lambat {due} Anda diberi tahu apakah laporan Anda lengkap.",
        "By {due} you are told whether your report is complete.",
    ),
    ("receipt", "breached"): (
        "Terlambat: paling lambat {due} Anda seharusnya diberi tahu apakah laporan Anda lengkap.",
        "Late: you should have been told by {due} whether your report is complete.",
    ),
    ("receipt", "met"): (
        "Anda diberi tahu tentang kelengkapan laporan pada {ended}, sebelum batas {due} lewat.",
        "You were told whether your report is complete on {ended}, before the limit of {due} had passed.",
    ),
    ("receipt", "late"): (
        "Anda baru diberi tahu tentang kelengkapan laporan pada {ended}; batasnya {due}.",
        "You were told whether your report is complete only on {ended}; the limit was {due}.",
    ),
    ("follow_up", "running"): (
        "{Holder} memberi tanggapan pertama paling lambat {due}.",
        "{Holder} gives a first reply by {due}.",
    ),
    ("follow_up", "breached"): (
        "Terlambat: {holder} seharusnya memberi tanggapan pertama paling lambat {due}.",
        "Late: {holder} should have given a first reply by {due}.",
    ),
    ("follow_up", "met"): (
        "Tanggapan pertama datang pada {ended}, sebelum batas {due} lewat.",
        "A first reply came on {ended}, before the limit of {due} had passed.",
    ),
    ("follow_up", "late"): (
        "Tanggapan pertama tidak datang sampai batas {due} lewat.",
        "No first reply came before the limit of {due} had passed.",
    ),
    ("settlement", "running"): (
        "{Holder} menyelesaikan laporan Anda paling lambat {due} ({days} hari kerja).",
        "{Holder} settles your report by {due} ({days} working days).",
    ),
    ("settlement", "breached"): (
        "Terlambat: {holder} seharusnya menyelesaikan laporan Anda paling lambat {due}.",
        "Late: {holder} should have settled your report by {due}.",
    ),
    ("settlement", "met"): (
        "Laporan Anda dijawab pada {ended}, sebelum batas {due} lewat.",
        "Your report was answered on {ended}, before the limit of {due} had passed.",
    ),
    ("settlement", "late"): (
        "Laporan Anda terlambat diselesaikan; batasnya {due}.",
        "Your report was settled late; the limit was {due}.",
    ),
    ("legal", "running"): (
        "Menurut undang-undang keputusan harus ada paling lambat {due}; sesudah itu Ombudsman dapat menanganinya.",
        "By law there must be a decision by {due}; after that the Ombudsman can take it up.",
    ),
    ("legal", "answered"): (
        "Jawaban sudah diberikan pada {since}. Batas undang-undang {due} berlaku lagi bila Anda berkeberatan.",
        "An answer was given on {since}. The legal limit of {due} applies again if you object.",
    ),
    ("legal", "breached"): (
        "Batas undang-undang {due} lewat tanpa keputusan; Ombudsman dapat menangani laporan Anda.",
        "The legal limit of {due} passed without a decision; the Ombudsman can take up your report.",
    ),
    ("legal", "met"): (
        "Keputusan ada dalam batas undang-undang, {due}.",
        "There was a decision within the legal limit, {due}.",
    ),
    ("legal", "late"): (
        "Keputusan baru ada setelah batas undang-undang, {due}, lewat.",
        "There was no decision until the legal limit of {due} had passed.",
    ),
    ("completeness", "running"): (
        "Mohon lengkapi laporan Anda paling lambat {due}; sesudah itu laporan dianggap dicabut.",
        "Please complete your report by {due}; after that it counts as withdrawn.",
    ),
    ("completeness", "met"): ("Anda melengkapi laporan pada {ended}.", "You completed your report on {ended}."),
    ("completeness", "expired"): (
        "Waktu melengkapi laporan berakhir pada {due}. Anda boleh melapor lagi.",
        "The time to complete the report ended on {due}. You may report again.",
    ),
    ("objection", "running"): (
        "Anda dapat berkeberatan sampai {due}; tanpa keberatan laporan ditutup.",
        "You may object until {due}; without an objection the report is closed.",
    ),
    ("objection", "met"): ("Anda berkeberatan pada {ended}.", "You objected on {ended}."),
    ("objection", "expired"): ("Waktu berkeberatan berakhir pada {due}.", "The time to object ended on {due}."),
}

_PROVISIONAL = (
    " Tanggal sementara: hari libur {year} belum ditetapkan.",
    " Provisional: the days off of {year} are not decreed yet.",
)

_HOLDERS = {True: ("instansi", "the agency"), False: ("admin koordinator", "the coordinator")}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same sentence in both languages."""

    id: str
    en: str


def sentence(clock: Clock, calendar: Calendar, now: datetime) -> Sentence:
    """What runs, who must act, until when, whether that day is certain, and why it stands still."""
    outcome = clock.outcome_at(now)
    if outcome == "running" and clock.answered_at:
        outcome = "answered"
    pair = {"paused": _PAUSED, "cancelled": _CANCELLED}.get(outcome) or _SENTENCES[clock.clock, outcome]
    start = calendar.local_day(clock.started_at)
    more = (
        _PROVISIONAL
        if outcome == "running" and calendar.is_provisional(start, clock.due_date, clock.unit)
        else ("", "")
    )
    return Sentence(*(_filled(pair[place] + more[place], place, clock, calendar) for place in (0, 1)))


def _filled(text: str, place: int, clock: Clock, calendar: Calendar) -> str:
    language = ("id", "en")[place]
    holder = _HOLDERS[clock.agency_id is not None][place]
    since = clock.paused_at or clock.answered_at
    return text.format(
        due=in_words(clock.due_date, language),
        ended=in_words(calendar.local_day(clock.stopped_at), language) if clock.stopped_at else "",
        since=in_words(calendar.local_day(since), language) if since else "",
        days=clock.days,
        year=clock.due_date.year,
        holder=holder,
        Holder=holder[0].upper() + holder[1:],
        whose=holder,
        subject=_SUBJECT[clock.clock][place],
    )


def in_words(day: date, language: str) -> str:
    """`25 Maret 2026`, `25 March 2026`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"
