"""The running sandbox as people meet it: HTTP, SMTP, the SMS gateway's side, the outbox, the clock."""

from __future__ import annotations

import os
import smtplib
import time
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from email.message import EmailMessage
from typing import Any, TypeVar

import requests

from demo.screen import WITA

CLOSING = 16
"""The hour offices close; what officers get after it comes the next morning."""

T = TypeVar("T")


class Failed(Exception):
    """The system did not do what the story needs; the text says what."""


def eventually(what: str, look: Callable[[], T | None], seconds: float = 20.0) -> T:
    """The first thing `look` finds; raises Failed with `what` when it finds nothing in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise Failed(f"{what} did not happen within {seconds:.0f} s")


class World:
    """One sandbox."""

    def __init__(self, address: str, smtp: str, sms_secret: str) -> None:
        self.address = address.rstrip("/")
        self._smtp = smtp
        self._sms_secret = sms_secret
        self._http = requests.Session()
        self._http.headers["User-Agent"] = "aduan-demo"

    @classmethod
    def from_environment(cls) -> World:
        return cls(os.environ["ADUAN_ADDRESS"], os.environ["ADUAN_SMTP_ADDRESS"], os.environ["INTAKE_SMS_SECRET"])

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        key: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """An API call; raises Failed with the problem's own words when it is refused."""
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        answer = self._http.request(method, self.address + path, headers=headers, timeout=20, **kwargs)
        if answer.status_code >= 400:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def sign_in(self, service: str, name: str) -> str:
        """A desk session's token."""
        path = f"/api/{service}/v1/sessions"
        return str(self.call("POST", path, json={"name": name, "password": "aduan-sandbox"})["token"])

    # Channels

    def send_sms(self, sender: str, text: str) -> None:
        """What Kannel does when a text message comes in."""
        answer = self._http.post(
            f"{self.address}/sms/kannel",
            data={
                "from": sender,
                "to": "1708",
                "text": text,
                "id": str(uuid.uuid4()),
                "charset": "UTF-8",
                "secret": self._sms_secret,
            },
            timeout=20,
        )
        if answer.status_code != 200:
            raise Failed(f"the SMS entrance answered {answer.status_code}")

    def send_mail(self, message: EmailMessage) -> None:
        """Hand a mail to the SMTP entrance."""
        host, _, port = self._smtp.rpartition(":")
        with smtplib.SMTP(host.removeprefix("smtp://") or "127.0.0.1", int(port), timeout=20) as line:
            line.send_message(message)

    # The outbox and the clock

    def messages(self, to: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """Messages that would have been sent, oldest first."""
        query: dict[str, str | int] = {"after": after}
        if to:
            query["to"] = to
        found: list[dict[str, Any]] = self.call("GET", "/api/notify/v1/sandbox/messages", params=query)["messages"]
        return found

    def message(self, to: str, template: str, seconds: float = 20.0, after: int = 0) -> dict[str, Any]:
        """Wait for a message of a template to a recipient."""
        return eventually(
            f"message {template}",
            lambda: next((m for m in self.messages(to, after) if m["template"].startswith(template)), None),
            seconds,
        )

    def newest(self) -> int:
        """The number of the newest message."""
        return max((m["number"] for m in self.messages()), default=0)

    def now(self) -> datetime:
        return datetime.fromisoformat(self.call("GET", "/api/notify/v1/sandbox/clock")["now"])

    def pass_days(self, days: float) -> datetime:
        """Move the clock of all services."""
        return datetime.fromisoformat(self.call("POST", "/api/notify/v1/sandbox/clock", json={"days": days})["now"])

    def until_work(self) -> datetime:
        """Move the clock to nine in the morning of the next working day, unless offices are open now."""
        now = self.now().astimezone(WITA)
        before = now.date() if now.hour >= CLOSING - 1 else now.date() - timedelta(days=1)
        asked = {"start": before.isoformat(), "days": 1, "unit": "working_days"}
        day = date.fromisoformat(self.call("GET", "/api/sla/v1/due-date", params=asked)["due_date"])
        morning = datetime.combine(day, time_of_day(9), WITA)
        if morning <= now:
            return now
        hours = (morning - now).total_seconds() / 3600
        answer = self.call("POST", "/api/notify/v1/sandbox/clock", json={"hours": hours})
        return datetime.fromisoformat(answer["now"])
