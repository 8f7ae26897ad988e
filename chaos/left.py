"""What left for people and for the Ombudsman: as the gateways outside counted it, or as a sandbox shows it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from itsdangerous import URLSafeSerializer

from chaos.databases import Databases


@dataclass(frozen=True)
class Left:
    """One thing that was taken outside. Taken twice, it is here twice, with the same `id`."""

    way: str  # sms, email or referral
    id: str  # as the outside knows it
    of: UUID | None  # the notification or referral this id names
    to: str
    text: str


def read_left(databases: Databases) -> list[Left]:
    """Everything that left."""
    if file := os.environ.get("ADUAN_CHAOS_LEFT"):
        return list(_counted_outside(Path(file)))
    messages = databases.ask("notify", "select channel, notification_id, recipient, text from sandbox_messages")
    referrals = databases.ask("ombudsman", "select referral_id from deliveries where delivered")
    return [
        *(
            Left(row.channel, str(row.notification_id), row.notification_id, row.recipient, row.text)
            for row in messages
        ),
        *(Left("referral", str(row.referral_id), row.referral_id, "", "") for row in referrals),
    ]


def _counted_outside(file: Path) -> Iterator[Left]:
    with file.open() as lines:
        for line in lines:
            taken = json.loads(line)
            yield Left(taken["way"], taken["id"], named(taken["way"], taken["id"]), taken["to"], taken["text"])


def named(way: str, id: str) -> UUID | None:
    """What an id names: of a mail's Message-ID its first half, of a text message the token for its report."""
    try:
        if way == "email":
            return UUID(id.removeprefix("<").partition(".")[0])
        if way == "sms":
            token = parse_qs(urlsplit(id).query)["token"][0]
            return UUID(hex=URLSafeSerializer("").loads_unsafe(token)[1])
        return UUID(id)
    except (ValueError, KeyError, TypeError):
        return None
