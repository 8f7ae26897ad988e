"""Takes letters where the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from services.ombudsman.delivery import http, mail
from services.ombudsman.delivery.letter import Letter, Receipt
from services.ombudsman.domain.delivery import Desk, Destination, Endpoint, Mailbox, NoDestination, destination
from shared.settings import MissingSetting, env, sandbox

_WHERE = "OMBUDSMAN_DELIVERY_URL"
_WHERE_FORM = "desk:, mailto:pengaduan@ombudsman.example or https://ombudsman.example/rujukan"
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
        setting = env.str(_WHERE, "desk:") if sandbox() else env.required(_WHERE, _WHERE_FORM)
        try:
            where = destination(setting, plain_http=sandbox())
        except NoDestination:
            raise MissingSetting(f"{_WHERE} is nothing a file can be sent to: set it to {_WHERE_FORM}.") from None
        server = _mail_server() if isinstance(where, Mailbox) else None
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


def _mail_server() -> mail.Server | None:
    """The server of the settings; None in a sandbox that has none."""
    if sandbox() and not env.str(_MAIL_SERVER):
        return None
    url = env.required(_MAIL_SERVER, mail.URL_FORM)
    sender = env.required("OMBUDSMAN_MAIL_FROM", "the sender of referrals, e.g. pengaduan@kolutkab.example")
    try:
        return mail.Server.from_url(url, sender)
    except ValueError:
        raise MissingSetting(f"{_MAIL_SERVER} is no mail server: set it to {mail.URL_FORM}.") from None
