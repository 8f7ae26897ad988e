"""The stranger's walk of the README: from the complaint to the rating, and to the Ombudsman on day 60, in Chromium.

JavaScript is off, and the reporter's screen is 360 points wide. Pictures of the
main pages are kept in ADUAN_SCREENSHOTS when that is set.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page

from demo.people import CODE, photo
from demo.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

PUPR = "Dinas Pekerjaan Umum dan Penataan Ruang"


class Visitor:
    """Somebody in front of a screen."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        self.page = page
        self._address = address
        self._pictures = pictures

    def open(self, path: str) -> None:
        answer = self.page.goto(self._address + path)
        assert answer
        assert answer.status == 200, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        """Press the button or follow the link with these words."""
        button = self.page.get_by_role("button", name=name, exact=True)
        (button if button.count() else self.page.get_by_role("link", name=name)).first.click()

    def until(self, seen: Callable[[Page], bool], what: str, seconds: float = 25.0) -> None:
        """Load the page again and again, as people do, until it shows what is awaited."""
        end = time.monotonic() + seconds
        while not seen(self.page):
            assert time.monotonic() < end, f"{what}: not seen on {self.page.url}\n{self.reads()[:2000]}"
            time.sleep(0.4)
            self.page.reload()

    def reads(self) -> str:
        return self.page.inner_text("body")

    def sees(self, *words: str) -> None:
        for some in words:
            assert some in self.reads(), f"{some!r} is not on {self.page.url}:\n{self.reads()[:3000]}"

    def photograph(self, name: str) -> None:
        """Keep a picture; nothing may lie beyond the edge of the screen."""
        view = self.page.viewport_size
        assert view
        # With JavaScript off a page cannot be asked for its width, but its picture tells it.
        shot = self.page.screenshot(full_page=True, path=self._pictures / f"{name}.png")
        assert int.from_bytes(shot[16:20], "big") <= view["width"], f"{name} is wider than the screen"


@pytest.fixture
def visitor(browser: Browser, world: World, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    """`visitor()`: a new person with a browser of her own; `visitor(wide=True)` sits at a desk."""
    pictures = Path(os.environ.get("ADUAN_SCREENSHOTS", tmp_path))
    contexts = []

    def arrive(*, wide: bool = False) -> Visitor:
        size = {"width": 1280, "height": 900} if wide else {"width": 360, "height": 740}
        context = browser.new_context(java_script_enabled=False, viewport=size, locale="id-ID")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context.new_page(), world.address, pictures)

    yield arrive
    for context in contexts:
        context.close()


def showing(words: str) -> Callable[[Page], bool]:
    return lambda page: words in page.inner_text("body")


def complain(reporter: Visitor, title: str, body: str, email: str, **more: str) -> str:
    """Fill in the form as a reporter does; returns the tracking code."""
    reporter.open("/")
    reporter.photograph("01-depan")
    reporter.page.locator("a.door", has_text="Tanpa akun").click()
    fill = reporter.page.fill
    fill("#body", body)
    fill("#title", title)
    reporter.page.select_option("#district_code", label="Lasusua")
    fill("#email", email)
    for name, value in more.items():
        if value:
            fill(f"#{name}", value)
        else:
            reporter.page.check(f"#{name}")
    reporter.page.set_input_files(
        "#files", {"name": "jalan.jpg", "mimeType": "image/jpeg", "buffer": photo("Jalan rusak")}
    )
    reporter.photograph("02-formulir")
    reporter.press("Kirim laporan")
    code = reporter.page.inner_text(".tracking").strip()
    assert CODE.fullmatch(code), code
    reporter.photograph("03-tanda-terima")
    return code


def sign_in(person: Visitor, desk: str, name: str) -> None:
    person.open(f"{desk}/")
    person.page.fill("#name", name)
    person.page.fill("#password", "aduan-sandbox")
    person.photograph(f"10-masuk-{name}")
    person.press("Masuk")


def open_case(person: Visitor, title: str) -> None:
    """Find the case in the queue by its title, on whichever page of it, and open it."""

    def row(page: Page) -> bool:
        while not page.locator("tr", has_text=title).count():
            further = page.get_by_role("link", name="Berikutnya")
            if not further.count():
                page.goto(first)
                return bool(page.locator("tr", has_text=title).count())
            further.click()
        return True

    first = person.page.url
    person.until(row, f"the case {title}")
    person.page.locator("tr", has_text=title).locator("a").first.click()


def send_to(coordinator: Visitor, agency: str) -> None:
    """Verify, class and dispatch in one form."""
    form = coordinator.page.locator("#verify")
    form.locator("input[value=non_supervisory]").check()
    form.locator("select[name=verify-category]").select_option(index=3)
    form.locator("select[name=verify-agency_id]").select_option(label=agency)
    form.get_by_role("button", name="Verifikasi").click()
    coordinator.sees(agency)


def test_from_the_complaint_to_the_rating(visitor: Callable[..., Visitor]) -> None:
    mark = secrets.token_hex(4)
    title = f"Jalan berlubang di depan pasar {mark}"
    reporter, coordinator, officer = visitor(), visitor(wide=True), visitor(wide=True)
    code = complain(
        reporter,
        title,
        "Jalan di depan pasar Lasusua berlubang dalam.\nKemarin seorang ibu jatuh dari motor.",
        f"wati-{mark}@contoh.example",
        name="Wati",
    )
    assert code not in reporter.page.url

    sign_in(coordinator, "/meja", "koordinator")
    coordinator.photograph("11-antrean")
    open_case(coordinator, title)
    coordinator.sees("Kemarin seorang ibu jatuh dari motor.", "Wati")
    assert code not in coordinator.page.content()
    coordinator.photograph("12-laporan-koordinator")
    send_to(coordinator, PUPR)
    coordinator.photograph("13-laporan-terkirim")

    sign_in(officer, "/meja", "pupr")
    open_case(officer, title)
    officer.photograph("14-laporan-petugas")
    answer = officer.page.locator("#answer")
    answer.locator("textarea[name=answer-words]").fill(f"Lubang sudah ditambal hari ini ({mark}).")
    answer.locator("input[type=file]").set_input_files(
        {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": photo("Sudah ditambal")}
    )
    answer.get_by_role("button", name="Kirim ke pelapor").click()
    officer.sees(f"Lubang sudah ditambal hari ini ({mark}).", "bukti.jpg")
    officer.photograph("15-dijawab")

    again = visitor()
    again.open("/lacak")
    again.page.fill("#code", code.lower().replace("-", " "))
    again.photograph("04-lacak")
    again.press("Buka laporan")
    again.until(lambda page: page.get_by_role("button", name="Terima jawaban").count() == 1, "the answer")
    again.sees(f"Lubang sudah ditambal hari ini ({mark}).", PUPR, "bukti.jpg")
    link = again.page.locator("a", has_text="bukti.jpg").first.get_attribute("href") or ""
    picture = again.page.request.get(urljoin(again.page.url, link))
    assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")
    again.photograph("05-laporan-saya-dijawab")
    again.page.check("input[name=rating][value='5']")
    again.press("Terima jawaban")
    again.until(lambda page: page.locator(".badge.good", has_text="Selesai").count() > 0, "the end")
    again.photograph("06-laporan-saya-selesai")


def test_nobody_answers_until_day_60(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    mark = secrets.token_hex(4)
    title, email = f"Obat tidak pernah ada di puskesmas {mark}", f"rahman-{mark}@contoh.example"
    reporter, coordinator, ombudsman, clock = (visitor(wide=wide) for wide in (False, True, True, True))
    code = complain(
        reporter,
        title,
        "Obat tekanan darah tidak pernah ada sejak tiga bulan, kami disuruh membeli sendiri.",
        email,
        name=f"Rahman {mark}",
        phone="0812 3456 7890",
        address="Desa Tolala, dekat masjid",
        ombudsman_consent="",
    )
    sign_in(coordinator, "/meja", "koordinator")
    open_case(coordinator, title)
    number = coordinator.page.locator("span.code").first.inner_text()
    send_to(coordinator, "Dinas Kesehatan")

    clock.open("/pesan/jam")
    for days in ("3 hari", "61 hari"):
        clock.press(days)
        clock.sees("Jam dimajukan")
    clock.photograph("20-jam")

    clock.open(f"/pesan/kotak-keluar?kepada={email}")
    clock.until(showing("diteruskan ke Ombudsman RI"), "the letter of day 60", 40)
    clock.photograph("21-kotak-keluar")
    found = re.search(r"OMB-[A-Z]+-\d{4}-\d{4,}", clock.reads())
    assert found
    referral = found.group()

    sign_in(ombudsman, "/ombudsman", "ombudsman")
    ombudsman.photograph("30-rujukan")
    ombudsman.open(f"/ombudsman/rujukan/{referral}")
    ombudsman.sees(number, f"Rahman {mark}", "Dinas Kesehatan", "Desa Tolala")
    ombudsman.photograph("31-berkas")
    paper = tmp_path / "berkas.pdf"
    with ombudsman.page.expect_download() as download:
        ombudsman.press("PDF")
    download.value.save_as(paper)
    words = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    for some in (referral, number, title, "Dinas Kesehatan", f"Rahman {mark}", "60 hari kalender", "jalan.jpg"):
        assert some in " ".join(words.split()), f"{some} is not in the PDF:\n{words}"
    assert code not in words
    with ombudsman.page.expect_download() as download:
        ombudsman.press("JSON")
    download.value.save_as(tmp_path / "berkas.json")
    file = json.loads((tmp_path / "berkas.json").read_text())
    assert file["complaint"]["case_number"] == number
    assert file["referral"]["because"]["clock"] == "legal"
    assert {clock["clock"] for clock in file["clocks"]} >= {"verification", "follow_up", "settlement", "legal"}

    ombudsman.page.fill("#agenda_number", "0412/LM/2026")
    ombudsman.press("Terima dan periksa")
    ombudsman.sees("0412/LM/2026")
    ombudsman.photograph("32-diterima")
    reporter.open("/laporan-saya")
    reporter.until(showing("Ombudsman sudah menerima laporan ini."), "the Ombudsman's word")
    reporter.photograph("07-laporan-saya-ombudsman")

    ombudsman.page.locator("summary", has_text="Minta keterangan").click()
    ask = ombudsman.page.locator("form[action$='/tanya']")
    ask.locator("input[value=agency]").check()
    ask.locator("textarea").fill(f"Mengapa obat tidak ada sejak tiga bulan ({mark})?")
    ask.get_by_role("button").click()
    officer = visitor(wide=True)
    sign_in(officer, "/meja", "dinkes")
    open_case(officer, title)
    explain = officer.page.locator("#explain")
    officer.until(lambda _: explain.get_attribute("open") is not None, "the question opens the form")
    officer.sees(f"Mengapa obat tidak ada sejak tiga bulan ({mark})?")
    officer.photograph("16-jelaskan-kepada-ombudsman")
    explain.locator("textarea").fill(f"Pengadaan terlambat; obat datang hari Senin ({mark}).")
    explain.get_by_role("button", name="Kirim ke Ombudsman").click()
    officer.sees("Penjelasan sudah disimpan", "untuk Ombudsman, tidak dibaca pelapor")
    ombudsman.until(showing(f"obat datang hari Senin ({mark})"), "the explanation in the file", 40)
    ombudsman.photograph("33-penjelasan")
    reporter.until(showing("Instansi menjawab Ombudsman"), "that the agency answered")
    assert "obat datang hari Senin" not in reporter.reads()
    reporter.photograph("08-laporan-saya-dijelaskan")
