"""Where letters go is settled when the process starts, or it does not start."""

from __future__ import annotations

import pytest

from services.ombudsman.delivery import Postman
from services.ombudsman.domain.delivery import Desk, Endpoint, Mailbox
from shared.settings import MissingSetting

NAMES = ("ADUAN_SANDBOX", "OMBUDSMAN_DELIVERY_URL", "OMBUDSMAN_SMTP_URL", "OMBUDSMAN_MAIL_FROM")
MAILBOX = "mailto:pengaduan@ombudsman.example"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def _postman(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Postman:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Postman.from_settings()


def test_a_sandbox_without_settings_delivers_to_its_own_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    postman = _postman(monkeypatch, ADUAN_SANDBOX="1")

    assert (postman.destination, postman.way) == (Desk(), "desk")


def test_a_sandbox_with_a_mailbox_but_no_mail_server_only_shows_its_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    postman = _postman(monkeypatch, ADUAN_SANDBOX="1", OMBUDSMAN_DELIVERY_URL=MAILBOX)

    assert (postman.destination, postman.way) == (Mailbox("pengaduan@ombudsman.example"), "sandbox")


def test_outside_a_sandbox_mail_needs_a_server_and_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    server = {"OMBUDSMAN_SMTP_URL": "smtps://aduan:r%40hasia@mail.example", "OMBUDSMAN_MAIL_FROM": "a@kolutkab.example"}

    postman = _postman(monkeypatch, OMBUDSMAN_DELIVERY_URL=MAILBOX, **server)

    assert postman.way == "email"
    assert postman.mail_server is not None
    assert (postman.mail_server.port, postman.mail_server.tls, postman.mail_server.password) == (465, True, "r@hasia")


def test_an_https_address_needs_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    postman = _postman(monkeypatch, OMBUDSMAN_DELIVERY_URL="https://ombudsman.example/r")

    assert postman.destination == Endpoint("https://ombudsman.example/r")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "OMBUDSMAN_DELIVERY_URL"),
        ({"OMBUDSMAN_DELIVERY_URL": "http://ombudsman.example/r"}, "OMBUDSMAN_DELIVERY_URL"),
        ({"OMBUDSMAN_DELIVERY_URL": MAILBOX}, "OMBUDSMAN_SMTP_URL"),
        ({"OMBUDSMAN_DELIVERY_URL": MAILBOX, "OMBUDSMAN_SMTP_URL": "smtp://mail.example"}, "OMBUDSMAN_MAIL_FROM"),
        (
            {
                "OMBUDSMAN_DELIVERY_URL": MAILBOX,
                "OMBUDSMAN_SMTP_URL": "imap://mail.example",
                "OMBUDSMAN_MAIL_FROM": "a@b.example",
            },
            "OMBUDSMAN_SMTP_URL",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(MissingSetting) as stopped:
        _postman(monkeypatch, **settings)

    assert stopped.value.sentence.startswith(named)
    assert "set it to" in stopped.value.sentence
