"""How one sender hands in one complaint: by API, by the web form, as a text message, as a mail."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from chaos.ledger import Promise

PATIENCE = 8.0
"""Seconds a sender waits for an answer before she takes it for lost and sends again."""

SENDERS_AN_ADDRESS = 20
"""Complaints that come from one network address; the entrance takes only so many an hour from each."""

HIDDEN = re.compile(r'name="(csrf_token|form_key)" value="([^"]+)"')
TRACKING = re.compile(r'class="tracking">([^<]+)<')


class No(Exception):
    """The entrance refuses for good."""


class NotNow(Exception):
    """No answer, or one that asks to try again."""


@dataclass(frozen=True)
class Doors:
    """Where the entrances are."""

    http: str
    smtp: str
    sms_secret: str


class FromAddress(HTTPAdapter):
    """Sends from one address of the loopback network, as a reporter with a connection of her own does."""

    def __init__(self, number: int) -> None:
        self._source = f"127.9.{number // 250}.{number % 250 + 1}"
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, source_address=(self._source, 0))


class Sender:
    """One reporter. `send` hands her complaint in, the same under the same key or id however often it is called.

    It returns the tracking code when the entrance tells one, and raises NotNow or No.
    """

    def __init__(self, doors: Doors, promise: Promise, number: int) -> None:
        self._doors = doors
        self._promise = promise
        self._line = requests.Session()
        self._line.mount("http://", FromAddress(number // SENDERS_AN_ADDRESS))
        self._form: dict[str, str] = {}

    def send(self) -> str:
        by = {"api": self._by_api, "web": self._by_form, "sms": self._by_sms, "smtp": self._by_mail}
        return by[self._promise.entrance]()

    def close(self) -> None:
        self._line.close()

    def _by_api(self) -> str:
        answer = self._ask(
            "POST", "/api/intake/v1/complaints", json=self._words(), headers={"Idempotency-Key": self._promise.mark}
        )
        return str(answer.json()["tracking_code"])

    def _by_form(self) -> str:
        """The page is fetched once; its key makes all further tries the same form."""
        if not self._form:
            self._form = dict(HIDDEN.findall(self._ask("GET", "/lapor").text))
        page = self._ask("POST", "/lapor", data={**self._words(), **self._form}).text
        return TRACKING.findall(page)[0]  # type: ignore[no-any-return]

    def _by_sms(self) -> str:
        told = {"from": self._promise.address, "to": "1708", "text": f"KOLUT {words(self._promise)}"}
        told |= {"charset": "UTF-8", "id": self._promise.mark, "secret": self._doors.sms_secret}
        self._ask("POST", "/sms/kannel", data=told)
        return ""

    def _words(self) -> dict[str, str]:
        contact = {"email": self._promise.address} if self._promise.address else {}
        return {"title": f"Uji coba {self._promise.mark}", "body": words(self._promise), **contact}

    def _ask(self, how: str, path: str, **what: Any) -> requests.Response:
        try:
            answer = self._line.request(how, self._doors.http + path, timeout=PATIENCE, **what)
        except requests.RequestException as error:
            raise NotNow from error
        if answer.status_code >= 500:
            raise NotNow
        if answer.status_code >= 400:
            raise No(f"{answer.status_code} {answer.text[:200]}")
        return answer

    def _by_mail(self) -> str:
        letter = EmailMessage()
        letter["From"], letter["To"] = self._promise.address, "lapor@kolutkab.example"
        letter["Subject"] = f"Uji coba {self._promise.mark}"
        letter["Message-ID"] = f"<{self._promise.mark}@contoh.example>"
        letter.set_content(words(self._promise))
        host, _, port = self._doors.smtp.rpartition(":")
        try:
            with smtplib.SMTP(host, int(port), timeout=PATIENCE) as line:
                line.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _verdict(*next(iter(refused.recipients.values()))) from refused
        except smtplib.SMTPResponseException as answer:
            raise _verdict(answer.smtp_code, answer.smtp_error) from answer
        except (smtplib.SMTPException, OSError) as error:
            raise NotNow from error
        return ""


def words(promise: Promise) -> str:
    """What she complains about."""
    return f"Jembatan gantung di desa kami putus, anak sekolah tidak bisa lewat. Tanda {promise.mark}."


def _verdict(code: int, said: bytes | str) -> Exception:
    return No(f"{code} {said!r}") if code >= 500 else NotNow()
