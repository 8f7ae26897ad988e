"""Which gateways this process uses, from its settings. The libraries of the others are not loaded."""

from __future__ import annotations

from functools import cache

from services.notify.gateways import Gateway
from services.notify.gateways.sandbox import SandboxGateway
from shared.settings import env, sandbox


@cache
def gateways() -> dict[str, Gateway]:
    """Channel → gateway. In a sandbox a channel without settings is only shown; elsewhere the start stops."""
    return {"sms": _sms(), "email": _email()}


def _sms() -> Gateway:
    if url := env.str("NOTIFY_KANNEL_URL"):
        from services.notify.gateways.kannel import KannelGateway

        return KannelGateway.from_settings(url)
    if not sandbox():
        env.missing("NOTIFY_KANNEL_URL", "Kannel's sendsms address, e.g. http://127.0.0.1:13013/cgi-bin/sendsms")
    return SandboxGateway()


def _email() -> Gateway:
    if url := env.str("NOTIFY_SMTP_URL"):
        from services.notify.gateways.mail import SmtpGateway

        return SmtpGateway.from_settings(url)
    if not sandbox():
        env.missing("NOTIFY_SMTP_URL", "the outgoing mail server, e.g. smtp://user:password@host:587?starttls=1")
    return SandboxGateway()
