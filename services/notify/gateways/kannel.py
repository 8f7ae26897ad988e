"""Text messages through Kannel's HTTP interface (`sendsms`), and its delivery reports.

The number, the text and the password travel in the request's headers and body,
so that no log of addresses holds them (Kannel user's guide, "Using HTTP POST").
"""

from __future__ import annotations

import re
from uuid import UUID

import requests
from itsdangerous import BadData, URLSafeSerializer

from services.notify.gateways import Letter, NotTaken, Refused
from services.notify.gateways.segments import is_gsm
from shared.links import secret_key
from shared.settings import env

TIME_LIMIT = (5, 20)
"""Seconds to connect, and to wait for the answer."""

DELIVERED, UNDELIVERABLE, REJECTED = 1, 2, 16
"""Kinds of delivery reports we ask for (`dlr-mask`): reached the telephone, will not, refused by the SMS centre."""

_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_OUR_FAULT = (401, 403, 404, 405, 408, 429)
"""Answers that are about the set-up or the moment, not about this message: somebody mends it, so it is tried again."""


class KannelGateway:
    """Hands text messages to a Kannel smsbox."""

    name = "kannel"

    def __init__(self, url: str, user: str, password: str, sender: str, report_to: str) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._sender = sender
        self._report_to = report_to

    @classmethod
    def from_settings(cls, url: str) -> KannelGateway:
        """The gateway at `url`. Stops the start when a setting it needs is missing."""
        public = env.required(
            "ADUAN_PUBLIC_URL", "the address people reach the system at, e.g. https://lapor.example.go.id"
        )
        return cls(
            url,
            env.required("NOTIFY_KANNEL_USER", "the sendsms user of Kannel"),
            env.required("NOTIFY_KANNEL_PASSWORD", "the password of Kannel's sendsms user"),
            env.required("NOTIFY_SMS_SENDER", "the number or name text messages come from, e.g. 1708"),
            env.str("NOTIFY_KANNEL_DLR_URL", f"{public.rstrip('/')}/pesan/kannel/dlr"),
        )

    def send(self, letter: Letter) -> str | None:
        """Queue the message in Kannel. It gives no id of its own: reports come back under our signed token."""
        if not _NUMBER.fullmatch(letter.to):
            raise Refused("bad_number")
        answer = self._post(
            letter.text,
            {
                "Content-Type": "text/plain; charset=UTF-8",
                "X-Kannel-Username": self._user,
                "X-Kannel-Password": self._password,
                "X-Kannel-From": self._sender,
                "X-Kannel-To": letter.to,
                "X-Kannel-Coding": "0" if is_gsm(letter.text) else "2",
                "X-Kannel-DLR-Mask": str(DELIVERED | UNDELIVERABLE | REJECTED),
                "X-Kannel-DLR-Url": f"{self._report_to}?token={report_token(letter.notification_id)}&state=%d",
            },
        )
        if answer.status_code == 202:
            return None
        if 400 <= answer.status_code < 500 and answer.status_code not in _OUR_FAULT:
            raise Refused("refused_by_gateway")
        raise NotTaken(f"Kannel answered {answer.status_code}")

    def _post(self, text: str, headers: dict[str, str]) -> requests.Response:
        try:
            return requests.post(
                self._url, data=text.encode(), headers=headers, timeout=TIME_LIMIT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NotTaken(type(error).__name__) from error


def report_token(notification_id: UUID) -> str:
    """What a delivery report must show: only we can have made it."""
    return _serializer().dumps(notification_id.hex)


def read_report_token(token: str) -> UUID | None:
    """The notification a report is about; None when the token is not ours."""
    try:
        return UUID(hex=_serializer().loads(token))
    except (BadData, ValueError, TypeError):
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_key(), salt="aduan kannel delivery report")
