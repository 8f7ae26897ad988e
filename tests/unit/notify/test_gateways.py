"""The ways out, as far as they go without an outside."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.notify.gateways import Letter, Refused
from services.notify.gateways.chosen import gateways
from services.notify.gateways.kannel import KannelGateway, read_report_token, report_token
from services.notify.gateways.mail import SmtpGateway
from shared.settings import MissingSetting

NOTIFICATION = UUID("019ab000-0000-7000-8000-00000000000a")
COMPLAINT = UUID("019ab000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    gateways.cache_clear()
    for name in ("NOTIFY_KANNEL_URL", "NOTIFY_SMTP_URL", "NOTIFY_MAIL_FROM", "ADUAN_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ADUAN_SECRET_KEY", "a-secret-for-tests-only-0123456789abcdef")
    monkeypatch.setenv("ADUAN_PUBLIC_URL", "https://aduan.example")


def letter(**more: object) -> Letter:
    known = {
        "notification_id": NOTIFICATION,
        "complaint_id": COMPLAINT,
        "channel": "email",
        "to": "warga@contoh.example",
        "subject": "Laporan Anda dijawab",
        "text": "Terima kasih – é.\n",
    }
    return Letter(**{**known, **more})  # type: ignore[arg-type]


def mail(**more: object) -> object:
    gateway = SmtpGateway("smtp://127.0.0.1:25", "Aduan Kolaka Utara <lapor@kolutkab.example>")
    return gateway.write(letter(**more))


def test_a_mail_says_which_complaint_it_belongs_to() -> None:
    written = mail(thread="<abc@mail.example>")
    assert written["Message-ID"] == f"<{NOTIFICATION}.{COMPLAINT}@aduan>"
    assert written["In-Reply-To"] == written["References"] == "<abc@mail.example>"
    assert written["Reply-To"] == f"Aduan Kolaka Utara <lapor+{COMPLAINT.hex}@kolutkab.example>"
    assert written["Auto-Submitted"] == "auto-generated"
    assert written.get_content() == "Terima kasih – é.\n"


def test_an_answer_to_an_inquiry_about_nothing_carries_its_own_id_twice() -> None:
    written = mail(complaint_id=None, automatic=True)
    assert written["Message-ID"] == f"<{NOTIFICATION}.{NOTIFICATION}@aduan>"
    assert written["Auto-Submitted"] == "auto-replied"
    assert written["Reply-To"] == "Aduan Kolaka Utara <lapor@kolutkab.example>"


def test_a_letter_to_an_officer_asks_for_no_reply() -> None:
    assert mail(for_reporter=False)["Reply-To"] is None


@pytest.mark.parametrize("thread", ["<a b@c>", "<a@b>\r\nBcc: x@y.example", "no brackets", "<>"])
def test_a_thread_that_is_no_message_id_is_left_out(thread: str) -> None:
    assert mail(thread=thread)["In-Reply-To"] is None


@pytest.mark.parametrize("to", ["", "warga", "a@b\r\nBcc: x@y.example", "a@b, c@d", "wargá@contoh.example"])
def test_an_address_that_cannot_be_written_is_refused(to: str) -> None:
    with pytest.raises(Refused, match="bad_address"):
        mail(to=to)


def test_a_subject_cannot_add_headers() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mail(subject="a\r\nBcc: x@y.example")


@pytest.mark.parametrize("to", ["", "0811 22", "+62811\r\nX-Kannel-To: 1", "warga@contoh.example"])
def test_a_number_that_is_none_is_refused_before_kannel_sees_it(to: str) -> None:
    with pytest.raises(Refused, match="bad_number"):
        KannelGateway("http://127.0.0.1:9/", "u", "p", "1708", "http://x/").send(letter(to=to, channel="sms"))


def test_a_report_token_is_ours_or_nobodys() -> None:
    token = report_token(NOTIFICATION)
    assert read_report_token(token) == NOTIFICATION
    assert read_report_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert read_report_token("") is None
    assert read_report_token("x" * 5000) is None


def test_outside_a_sandbox_a_missing_gateway_stops_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingSetting) as stopped:
        gateways()
    assert "NOTIFY_KANNEL_URL is not set: set it to Kannel's sendsms address" in stopped.value.sentence
    monkeypatch.setenv("NOTIFY_KANNEL_URL", "http://127.0.0.1:13013/cgi-bin/sendsms")
    with pytest.raises(MissingSetting) as stopped:
        gateways()
    assert "NOTIFY_KANNEL_USER is not set" in stopped.value.sentence


def test_in_a_sandbox_channels_without_settings_are_only_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_SANDBOX", "1")
    assert {channel: gateway.name for channel, gateway in gateways().items()} == {"sms": "sandbox", "email": "sandbox"}
    gateways.cache_clear()
    monkeypatch.setenv("NOTIFY_SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("NOTIFY_MAIL_FROM", "lapor@kolutkab.example")
    assert {channel: gateway.name for channel, gateway in gateways().items()} == {"sms": "sandbox", "email": "smtp"}


@pytest.mark.parametrize(("url", "sender"), [("http://x", "a@b.id"), ("smtp://", "a@b.id"), ("smtp://x", "nobody")])
def test_settings_that_make_no_sense_stop_the_start(url: str, sender: str) -> None:
    with pytest.raises(MissingSetting):
        SmtpGateway(url, sender)
