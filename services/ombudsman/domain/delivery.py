"""Where a file goes, when it is tried again, and what counts as proof that it arrived."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""Waits after the first failures; after these, one day each."""

TRIES: Final = len(PAUSES) + 15
"""A fortnight of daily tries; then an operator must look. Our own choice, no law sets it."""

_DAY: Final = 24 * 3600

STAMP_TRIES: Final = len(PAUSES) + 1
"""Tries to get a time stamp, 22 hours in all. Then the file goes without: no stamp is worth another day."""

REPLY_KEPT: Final = 2000
"""Characters of the receiver's reply that are kept with the delivery."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Our own desk: the Ombudsman's people read it here."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail address of the Ombudsman."""

    address: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An HTTP address that takes files."""

    url: str


Destination = Desk | Mailbox | Endpoint


class NoDestination(ValueError):
    """The setting names nothing a file can be sent to."""


def destination(setting: str, plain_http: bool) -> Destination:
    """What OMBUDSMAN_DELIVERY_URL names: `desk:`, `mailto:address` or an https address.

    Files carry identities, so plain http is refused unless `plain_http` (a sandbox). Raises NoDestination.
    """
    parts = urlsplit(setting)
    if setting == "desk:":
        return Desk()
    if parts.scheme == "mailto" and re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", parts.path) and not parts.query:
        return Mailbox(parts.path)
    if parts.hostname and (parts.scheme == "https" or (plain_http and parts.scheme == "http")):
        return Endpoint(setting)
    raise NoDestination(setting)


def pause(failures: int) -> timedelta | None:
    """How long to wait after so many failures in a row, or None when that is enough."""
    if failures >= TRIES:
        return None
    return PAUSES[failures - 1] if failures <= len(PAUSES) else timedelta(days=1)


def stamp_pause(failures: int) -> timedelta | None:
    """How long to wait after so many failures to get a time stamp, or None when the file goes without one."""
    return pause(failures) if failures < STAMP_TRIES else None


def put_off(wait: timedelta, asked: float | None, chance: float) -> timedelta:
    """The wait before the next try: up to a fifth longer by `chance` (0 to 1), lest many referrals come at once.

    What the receiver asked for (Retry-After, in seconds) counts where it is longer, up to a day.
    """
    longer = wait * (1 + chance / 5)
    return max(longer, timedelta(seconds=min(asked or 0, _DAY)))


def is_proof(status: int, body: bytes, number: str, sha256: str) -> bool:
    """Whether an HTTP answer proves that the referral of this number was taken.

    It does when the status is 2xx and the body is a JSON object whose `received`
    is that number; one that also names the `sha256` it has must name this file's.
    A page that says 200 and something else proves nothing.
    """
    if not 200 <= status < 300:
        return False
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    if not isinstance(answer, dict) or answer.get("received") != number:
        return False
    return answer.get("sha256") in (None, sha256)


NOT_CONNECTED: Final = "no connection"
"""How the reply begins that is noted of a try that never got as far as the receiver; the reason follows."""

HELD_BACK: Final = "izin dicabut sebelum dikirim; berkas tidak diserahkan"
"""The reply noted of a try that was not made: the reporter had taken her consent back."""

_NOT_TAKEN: Final = (NOT_CONNECTED, HELD_BACK)
_GATEWAYS: Final = (502, 504)


def may_have_arrived(status: int | None, reply: str) -> bool:
    """Whether a try without proof may have left the file with the receiver all the same.

    It may when the line was lost or nothing was answered in time after it was handed over, when the answer says
    200 and something else, or when a gateway speaks for a server it lost. Whoever says no has not taken it.
    """
    if status is None:
        return not reply.startswith(_NOT_TAKEN)
    return 200 <= status < 300 or status in _GATEWAYS
