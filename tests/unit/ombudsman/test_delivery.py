"""Where files go, when they are tried again, and what proves that they arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.ombudsman.domain.delivery import (
    HELD_BACK,
    NOT_CONNECTED,
    TRIES,
    Desk,
    Endpoint,
    Mailbox,
    NoDestination,
    destination,
    is_proof,
    may_have_arrived,
    pause,
    put_off,
)

SHA256 = "a" * 64
NUMBER = "OMB-KOLUT-2026-0001"


def test_a_destination_is_the_desk_a_mailbox_or_an_https_address() -> None:
    assert destination("desk:", plain_http=False) == Desk()
    assert destination("mailto:pengaduan@ombudsman.example", plain_http=False) == Mailbox("pengaduan@ombudsman.example")
    assert destination("https://ombudsman.example/r", plain_http=False) == Endpoint("https://ombudsman.example/r")
    assert destination("http://127.0.0.1:9/r", plain_http=True) == Endpoint("http://127.0.0.1:9/r")


@pytest.mark.parametrize(
    "setting",
    ["", "ombudsman.example", "mailto:", "mailto:a@b?cc=c@d", "mailto:a@b,c@d", "ftp://x/y", "https://", "http://x/y"],
)
def test_what_is_none_of_these_is_refused_and_so_is_plain_http(setting: str) -> None:
    with pytest.raises(NoDestination):
        destination(setting, plain_http=False)


def test_pauses_grow_and_end_after_two_weeks() -> None:
    waits = [pause(n) for n in range(1, TRIES)]

    assert all(wait is not None for wait in waits)
    assert waits == sorted(waits, key=lambda wait: wait or timedelta(0))
    assert timedelta(days=14) <= sum((w for w in waits if w), timedelta(0)) <= timedelta(days=15)
    assert pause(TRIES) is None


@pytest.mark.parametrize(
    ("status", "body", "proof"),
    [
        (200, b'{"received": "OMB-KOLUT-2026-0001"}', True),
        (201, b'{"received": "OMB-KOLUT-2026-0001", "agenda": "0412/LM/V/2026"}', True),
        (200, b"<html>Mohon maaf, sistem sedang dalam pemeliharaan</html>", False),
        (200, b'{"received": "OMB-KOLUT-2026-0002"}', False),
        (200, b'{"received": true}', False),
        (200, b'["OMB-KOLUT-2026-0001"]', False),
        (200, b"\xff\xfe", False),
        (200, b"", False),
        (302, b'{"received": "OMB-KOLUT-2026-0001"}', False),
        (200, b'{"received": "OMB-KOLUT-2026-0001", "sha256": "%s"}' % (b"a" * 64), True),
        (200, b'{"received": "OMB-KOLUT-2026-0001", "sha256": "%s"}' % (b"b" * 64), False),
        (500, b'{"received": "OMB-KOLUT-2026-0001"}', False),
    ],
)
def test_only_a_2xx_that_names_the_referral_proves_its_receipt(status: int, body: bytes, proof: bool) -> None:
    assert is_proof(status, body, NUMBER, SHA256) is proof


def test_tries_are_spread_and_a_receiver_that_asks_for_patience_gets_it_up_to_a_day() -> None:
    assert put_off(timedelta(minutes=5), None, 0.0) == timedelta(minutes=5)
    assert put_off(timedelta(minutes=5), None, 1.0) == timedelta(minutes=6)
    assert put_off(timedelta(minutes=5), 3600, 0.5) == timedelta(hours=1)
    assert put_off(timedelta(minutes=5), 10.0**9, 0.5) == timedelta(days=1)
    assert put_off(timedelta(minutes=5), 10.0**200, 0.5) == timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "reply", "may"),
    [
        (None, "ReadTimeout", True),
        (None, "ConnectionError", True),
        (None, NOT_CONNECTED, False),
        (None, HELD_BACK, False),
        (200, "<html>", True),
        (504, "", True),
        (500, "galat", False),
        (422, "", False),
        (307, "", False),
    ],
)
def test_a_try_without_proof_may_have_arrived_unless_the_other_side_said_no(
    status: int | None, reply: str, may: bool
) -> None:
    assert may_have_arrived(status, reply) is may
