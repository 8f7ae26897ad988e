"""Takes letters where the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from services.ombudsman.delivery import http, mail
from services.ombudsman.delivery.letter import Letter, Receipt
from services.ombudsman.domain.delivery import Desk, Destination, Endpoint, Mailbox, NoDestination, destination
from shared.settings import env, sandbox

_WHERE = "OMBUDSMAN_DELIVERY_URL"
_MAIL_SERVER = "OMBUDSMAN_SMTP_URL"


@dataclass(frozen=True)
class Postman:
    """Where letters go and by which server. A mailbox without a server is a sandbox's: its mail is only shown."""

    destination: Destination
    mail_server: mail.Server | None = None
    seconds: float = 30.0

    @classmethod
    def from_settings(cls) -> Postman:
        """The postman of this process. A missing or wrong setting ends it with a sentence.

        In a sandbox everything may be left out: files then go to our own desk.
        """
        setting = env.str(_WHERE, "desk:" if sandbox() else "")
        try:
            where = destination(setting, plain_http=sandbox())
        except NoDestination as wanted:
            env.missing(_WHERE, f"where referrals go: {wanted}")
        server = None
        if isinstance(where, Mailbox):
            url = env.str(_MAIL_SERVER)
            if url:
                sender = env.required("OMBUDSMAN_MAIL_FROM", "the sender of referrals, e.g. pengaduan@kolutkab.example")
                try:
                    server = mail.Server.from_url(url, sender)
                except ValueError:
                    env.missing(_MAIL_SERVER, mail.URL_FORM)
            elif not sandbox():
                env.missing(_MAIL_SERVER, mail.URL_FORM)
        return cls(where, server, env.float("OMBUDSMAN_DELIVERY_SECONDS", 30.0))

    def deliver(self, letter: Letter) -> Receipt:
        """Hand a letter over and return the proof. Raises NotDelivered when there is none; trying again is safe."""
        match self.destination:
            case Desk():
                return Receipt("desk")
            case Endpoint(url):
                return http.post(url, letter, self.seconds)
            case Mailbox(address) if self.mail_server:
                return mail.send(self.mail_server, address, letter, self.seconds)
            case Mailbox():
                return Receipt("sandbox")

    @property
    def way(self) -> str:
        """How letters go: desk, http, email or sandbox."""
        match self.destination:
            case Desk():
                return "desk"
            case Endpoint():
                return "http"
            case Mailbox():
                return "email" if self.mail_server else "sandbox"
