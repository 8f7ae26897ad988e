"""What the sentences of clocks say, in Indonesian and English: in the alphabet of every telephone (GSM 03.38)."""

from __future__ import annotations

MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

PAUSED = (
    "Menunggu Anda melengkapi laporan{until}; waktu {holder} berhenti sejak {since}.",
    "Waiting for you to complete your report{until}; the time of {holder} has stood still since {since}.",
)
UNTIL = (" sampai {completing}", " by {completing}")
CANCELLED = ("{subject} tidak diperlukan lagi.", "{subject} is no longer needed.")

SUBJECT = {
    "verification": ("Pemeriksaan laporan", "Examining the report"),
    "receipt": ("Pemberitahuan kelengkapan", "Word on completeness"),
    "follow_up": ("Tanggapan pertama dari instansi ini", "A first reply from this agency"),
    "settlement": ("Penyelesaian laporan", "Settling the report"),
    "legal": ("Keputusan menurut undang-undang", "The decision required by law"),
    "completeness": ("Melengkapi laporan", "Completing the report"),
    "objection": ("Waktu berkeberatan", "The time to object"),
}

SENTENCES = {
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

SETTLING = {
    ("", False): (
        "{Holder} menyelesaikan laporan Anda paling lambat {first}",
        "{Holder} settles your report by {first}",
    ),
    ("", True): (
        "Terlambat: {holder} seharusnya menyelesaikan laporan Anda paling lambat {first}",
        "Late: {holder} should have settled your report by {first}",
    ),
    ("promised", False): (
        "{Holder} berjanji menyelesaikan laporan Anda pada {promised}; batasnya tetap {first}",
        "{Holder} promised to settle your report on {promised}; the limit is still {first}",
    ),
    ("promised", True): (
        "Terlambat, batasnya {first}: {holder} berjanji menyelesaikan laporan Anda pada {promised}",
        "Late, the limit was {first}: {holder} promised to settle your report on {promised}",
    ),
    ("broken", False): (
        "Janji {holder} menyelesaikan laporan Anda pada {promised} tidak ditepati; batasnya tetap {first}",
        "The promise of {holder} to settle your report on {promised} was not kept; the limit is still {first}",
    ),
    ("broken", True): (
        "Terlambat, batasnya {first}: janji {holder} menyelesaikan laporan Anda pada {promised} tidak ditepati",
        "Late, the limit was {first}: the promise of {holder} to settle your report on {promised} was not kept",
    ),
}
"""By what became of a dated promise, and whether the earlier of both limits is passed. `first`: that earlier limit."""

SECOND = ("; batas lainnya {second}", "; the other limit is {second}")
FORWARDED = (
    "; laporan sudah diteruskan ke Ombudsman pada {forwarded}",
    "; the report was forwarded to the Ombudsman on {forwarded}",
)
LEGAL_FORWARDED = {
    "running": (
        "Laporan Anda diteruskan ke Ombudsman pada {forwarded}; keputusan tetap harus ada paling lambat {due}.",
        "Your report was forwarded to the Ombudsman on {forwarded}; a decision is still required by {due}.",
    ),
    "breached": (
        "Batas undang-undang {due} lewat tanpa keputusan; laporan Anda diteruskan ke Ombudsman pada {forwarded}.",
        "The legal limit of {due} passed without a decision; the report was forwarded to the Ombudsman on {forwarded}.",
    ),
}

DAYS = {"working_days": ("hari kerja", "working days"), "calendar_days": ("hari kalender", "calendar days")}
BY_LAW = (", UU", ", by law")
PROVISIONAL = ("perkiraan: libur {year} belum ditetapkan", "provisional: days off of {year} not decreed yet")

HOLDERS = {True: ("instansi", "the agency"), False: ("admin koordinator", "the coordinator")}
