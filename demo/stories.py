"""Four complaints, from the first word to the last."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo import screen
from demo.people import Official, Reporter, photo
from demo.world import World, eventually

ROAD = "pekerjaan-umum-dan-penataan-ruang.infrastruktur-jalan"
WATER = "pekerjaan-umum-dan-penataan-ruang"


@dataclass
class Teller:
    """Tells what happens and shows each message once, as its recipient sees it."""

    world: World
    story: str = ""
    rows: list[screen.Row] = field(default_factory=list)
    _complaints: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)
    _shown: int = 0

    def begin(self, number: int, story: str, title: str) -> None:
        self._shown = self.world.newest()
        self.story = f"{number} {story}"
        screen.chapter(number, title)

    def about(self, complaint_id: str, number: str | None = None) -> None:
        self._complaints[complaint_id] = self.story
        if number:
            self._numbers[complaint_id] = number

    def says(self, who: str, words: str) -> None:
        screen.line(self.world.now(), who, words)

    def awaits(self, to: str, template: str) -> dict[str, Any]:
        """Wait for a message of this chapter to arrive, then show all that came until now."""
        message = self.world.message(to, template, after=self._shown)
        self.show()
        return message

    def show(self) -> None:
        """Show the messages that came since the last time."""
        for message in self.world.messages(after=self._shown):
            self._shown = message["number"]
            if (about := self._about(message)) is None:
                continue  # of an earlier run
            who = message["to"].split("@")[0] if message["template"].startswith("desk.") else "the reporter"
            at = datetime.fromisoformat(message["at"])
            first = message["text"].strip().split("\n\n")[0] if message["channel"] == "email" else message["text"]
            label = message["subject"] if message["channel"] == "email" else "SMS"
            screen.line(at, f"→ {who}", f"[{label}] {first}"[:420])
            story = self._complaints[about]
            self.rows.append(screen.Row(story, who, message["channel"], message["template"], at))

    def _about(self, message: Mapping[str, Any]) -> str | None:
        """The complaint of this run a message is about; a digest names the cases it is about."""
        if message["complaint_id"] is not None:
            complaint_id = str(message["complaint_id"])
            return complaint_id if complaint_id in self._complaints else None
        return next((id for id, number in self._numbers.items() if number in message["text"]), None)

    def show_until_quiet(self, longest: float = 4.0) -> None:
        """Show what comes until nothing new came for a moment."""
        until, quiet = time.monotonic() + longest, time.monotonic() + 0.7
        while time.monotonic() < min(until, quiet):
            before = self._shown
            self.show()
            if self._shown != before:
                quiet = time.monotonic() + 0.7
            time.sleep(0.15)

    def days_pass(self, days: float) -> None:
        """So many days and the rest of a night or weekend: officers are told while their office is open."""
        self.world.pass_days(days)
        screen.days_pass(days, self.world.until_work())


def a_broken_road(world: World, tell: Teller) -> None:
    """By the JSON API: verified, dispatched, answered with a photo, accepted and rated."""
    tell.begin(1, "API", "A broken road, by the JSON API: answered, accepted and rated")
    reporter = Reporter(world, f"wati-{secrets.token_hex(4)}@contoh.example")
    code = reporter.complain(
        title="Jalan berlubang di depan pasar Lasusua",
        body="Jalan di depan pasar Lasusua berlubang dalam sejak dua bulan. Kemarin seorang ibu jatuh dari motor.",
        district_code="74.08.01",
        location="Depan pasar Lasusua",
        email=reporter.address,
        name="Wati",
    )
    tell.says("the reporter", f"complains by API and has her code at once: {code}")
    complaint = reporter.complaint_id()
    tell.about(complaint)
    tell.show()
    coordinator, officer = Official(world, "koordinator"), Official(world, "pupr")
    coordinator.may("verify", complaint)
    done = coordinator.verify(complaint, "non_supervisory", ROAD, "pupr")
    tell.says("koordinator", f"reads case {done['case_number']}, classes it, sends it to Dinas PUPR")
    tell.awaits(reporter.address, "reporter.dispatched")
    officer.may("answer", complaint)
    officer.answer(complaint, "Lubang sudah ditambal hari ini. Terima kasih atas laporannya.", photo("Sudah ditambal"))
    tell.says("pupr", "answers, with a photo as evidence")
    tell.awaits(reporter.address, "reporter.answer")
    story = reporter.until_she_may("rate")
    clock = (story["clocks"] or [{"sentence": ""}])[-1]["sentence"]
    tell.says("the reporter", f"opens her page: {story['sentence']}\n{clock}")
    reporter.rate(5)
    tell.says("the reporter", "accepts the answer and gives five stars")
    tell.awaits(reporter.address, "reporter.closed_confirmed")


def a_village_without_internet(world: World, tell: Teller) -> None:
    """By SMS: sent to the wrong agency, returned, sent on, answered by SMS."""
    tell.begin(2, "SMS", "A village without internet, by SMS: wrong agency, returned, re-sent, answered")
    reporter = Reporter(world, f"+62812{secrets.randbelow(10**8):08d}")
    reporter.sms("KOLUT Jembatan gantung di Desa Lawaki Jaya Tolala putus sejak Senin, anak sekolah tidak bisa lewat.")
    tell.says("the reporter", "sends: KOLUT Jembatan gantung di Desa Lawaki Jaya Tolala putus …")
    complaint = reporter.complaint_id()
    tell.about(complaint)
    tell.show()
    coordinator, wrong, right = (Official(world, name) for name in ("koordinator", "dishub", "pupr"))
    coordinator.may("verify", complaint)
    coordinator.verify(complaint, "non_supervisory", WATER, "dishub")
    tell.says("koordinator", "takes it for a matter of Dinas Perhubungan and sends it there")
    tell.awaits(reporter.address, "reporter.dispatched")
    wrong.may("return", complaint)
    wrong.give_back(complaint, "pupr", "Jembatan desa adalah kewenangan Dinas PUPR.")
    tell.says("dishub", "returns it: not ours; competent is Dinas PUPR")
    coordinator.may("dispatch", complaint)
    coordinator.dispatch(complaint, "pupr")
    tell.says("koordinator", "sends it on to Dinas PUPR; no clock starts anew but the new agency's first reply")
    tell.awaits(reporter.address, "reporter.redispatched")
    reporter.sms(f"STATUS {reporter.code}")
    tell.says("the reporter", f"asks: STATUS {reporter.code}")
    tell.awaits(reporter.address, "inquiry.status")
    right.may("answer", complaint)
    right.answer(complaint, "Jembatan sudah disambung kembali dan aman dilalui.", photo("Jembatan"))
    tell.says("pupr", "answers")
    tell.awaits(reporter.address, "reporter.answer")
    reporter.sms(f"PUAS {reporter.code} 4")
    tell.says("the reporter", f"accepts by SMS: PUAS {reporter.code} 4")
    tell.awaits(reporter.address, "reporter.closed_confirmed")


def an_anonymous_letter(world: World, tell: Teller) -> None:
    """By e-mail with an attachment, anonymous: answered, objected to, answered again."""
    tell.begin(3, "e-mail", "An anonymous letter with a photo, by e-mail: answered, objected to, answered again")
    reporter = Reporter(world, f"tanpa-nama-{secrets.token_hex(4)}@contoh.example")
    reporter.mail(
        "ANONIM Air irigasi dijual di Kecamatan Ngapa",
        "Petugas pintu air meminta uang setiap kali sawah minta diairi. Saya takut kalau nama saya diketahui.",
        photo("Pintu air"),
    )
    tell.says("the reporter", "writes a mail with ANONIM in its subject and a photo")
    complaint = reporter.complaint_id()
    tell.about(complaint)
    receipt = tell.awaits(reporter.address, "reporter.receipt")
    coordinator, officer = Official(world, "koordinator"), Official(world, "pupr")
    case = coordinator.may("verify", complaint)
    tell.says("koordinator", f"sees the words, and as the reporter's name: {case['text']['reporter_name'] or '—'}")
    coordinator.verify(complaint, "non_supervisory", WATER, "pupr")
    tell.awaits(reporter.address, "reporter.dispatched")
    officer.may("answer", complaint)
    officer.answer(complaint, "Kami sudah menegur petugas tersebut.", photo("Surat teguran"))
    tell.says("pupr", "answers: the man was reprimanded")
    tell.awaits(reporter.address, "reporter.answer")
    reporter.until_she_may("object")
    thread = f"<{receipt['notification_id']}.{complaint}@aduan>"
    reporter.mail("Re: Laporan Anda", "TIDAK PUAS kemarin petugas masih meminta uang.", reply_to=thread)
    tell.says("the reporter", "answers the mail: TIDAK PUAS, it happened again yesterday")
    eventually("the objection at the desk", lambda: officer.case(complaint)["objected"] or None)
    tell.show()
    officer.may("answer", complaint)
    officer.answer(complaint, "Petugas sudah dipindahkan dan iuran dihentikan.", photo("SK pemindahan"))
    tell.says("pupr", "answers again: the man was moved, the fee is stopped")
    tell.awaits(reporter.address, "reporter.answer")


def nobody_answers(world: World, tell: Teller) -> None:
    """Reminders, escalation level by level, and on day 60 the Ombudsman."""
    tell.begin(4, "silence", "Nobody answers: reminders, escalation, and on day 60 the Ombudsman")
    reporter = Reporter(world, f"+62813{secrets.randbelow(10**8):08d}")
    code = reporter.complain(
        title="Jalan ke Tolala putus karena longsor",
        body="Longsor menutup jalan dari Porehu ke Tolala sejak seminggu. Tidak ada yang datang.",
        district_code="74.08.15",
        phone=reporter.address,
        name="Rahman",
        address="Desa Tolala",
        ombudsman_consent=True,
    )
    tell.says("the reporter", f"complains by API, consents to the Ombudsman, code {code}")
    complaint = reporter.complaint_id()
    tell.about(complaint)
    coordinator = Official(world, "koordinator")
    coordinator.may("verify", complaint)
    tell.about(complaint, coordinator.case(complaint)["case_number"])
    coordinator.verify(complaint, "non_supervisory", ROAD, "pupr")
    tell.says("koordinator", "verifies it and sends it to Dinas PUPR, where it stays untouched")
    tell.awaits(reporter.address, "reporter.dispatched")
    for days in (4, 5, 6, 8, 10, 14, 13):
        tell.days_pass(days)
        tell.show_until_quiet()
    tell.days_pass(1)
    # The nights and weekends that were waited out may have brought the sixtieth day sooner; her number is hers alone.
    world.message(reporter.address, "reporter.forwarded")
    tell.show()
    token = world.sign_in("ombudsman", "ombudsman")
    referral = eventually("the referral on the Ombudsman's desk", lambda: _referral(world, token, complaint))
    tell.says("the Ombudsman", f"has {referral['number']}, file SHA-256 {referral['sha256'][:16]}…")
    world.call(
        "POST",
        f"/api/ombudsman/v1/referrals/{referral['number']}/acknowledgement",
        token=token,
        json={"agenda_number": "0412/LM/2026"},
    )
    tell.says("the Ombudsman", "acknowledges receipt")
    tell.awaits(reporter.address, "reporter.acknowledged")
    tell.says("the reporter", f"opens her page: {reporter.look()['sentence']}")


def _referral(world: World, token: str, complaint_id: str) -> dict[str, Any] | None:
    for item in world.call("GET", "/api/ombudsman/v1/referrals", token=token)["referrals"]:
        referral: dict[str, Any] = world.call("GET", f"/api/ombudsman/v1/referrals/{item['number']}", token=token)
        if referral["complaint_id"] == complaint_id and referral["sha256"]:
            return referral
    return None
