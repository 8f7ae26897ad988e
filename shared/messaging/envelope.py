"""An event on the wire: its data as JSON in the body, CloudEvents 1.0 attributes in the headers.

The binding is CloudEvents' for AMQP (binary mode); `sequence` is its extension
of that name, written as a decimal string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts import ContractBroken, Event, event_type

PREFIX = "cloudEvents:"
CONTENT_TYPE = "application/json"
LARGEST_BODY = 64 * 1024
LAST_SEQUENCE = 2**31 - 1
_NAME = re.compile(r"[a-z_.]{1,80}")

DETOUR = "aduan-came-by"
"""The header that whoever takes a message adds when it did not come through the exchange of its source. Only that
exchange proves who says it: whoever may answer questions may write to any queue by its name."""


class Undecodable(Exception):
    """A message that is no event of ours; the text says why."""


def headers(
    *, event_id: UUID, source: str, type_: str, subject: UUID, time: datetime, sequence: int, traceparent: str | None
) -> dict[str, str]:
    """The headers of an event."""
    made = {
        f"{PREFIX}specversion": "1.0",
        f"{PREFIX}id": str(event_id),
        f"{PREFIX}source": f"/aduan/{source}",
        f"{PREFIX}type": type_,
        f"{PREFIX}subject": str(subject),
        f"{PREFIX}time": time.isoformat(),
        f"{PREFIX}sequence": str(sequence),
    }
    if traceparent:
        made[f"{PREFIX}traceparent"] = traceparent
    return made


@dataclass(frozen=True, slots=True)
class Address:
    """The part of the envelope that says whose turn it is."""

    event_id: UUID
    name: str
    version: int
    subject: UUID
    sequence: int


def read_address(source: str, given: dict[str, Any]) -> Address:
    """Read the envelope of a message of `source`. Raises Undecodable."""
    if DETOUR in given:
        raise Undecodable("it did not come through the exchange of its source")
    try:
        prefix, _, version = str(given[f"{PREFIX}type"]).rpartition(".v")
        name = prefix.removeprefix(f"id.aduan.{source}.")
        if given[f"{PREFIX}source"] != f"/aduan/{source}" or name == prefix:
            raise Undecodable("it does not come from the source of this queue")
        address = Address(
            UUID(given[f"{PREFIX}id"]),
            name,
            int(version),
            UUID(given[f"{PREFIX}subject"]),
            int(given[f"{PREFIX}sequence"]),
        )
    except KeyError as missing:
        raise Undecodable(f"the header {missing} is missing") from None
    except (ValueError, AttributeError, TypeError):
        raise Undecodable("a header is not what it should be") from None
    if not 1 <= address.sequence <= LAST_SEQUENCE or not _NAME.fullmatch(name):
        raise Undecodable("a header is out of range")
    return address


def read_event(source: str, given: dict[str, Any], body: bytes, address: Address | None = None) -> Event:
    """Read a whole event; `address` when that was read already. Raises Undecodable when body or headers are not what
    the contract says."""
    address = address or read_address(source, given)
    if len(body) > LARGEST_BODY:
        raise Undecodable("the body is too large")
    try:
        contract = event_type(source, address.name)
        if address.version > contract.version:
            raise Undecodable(f"version {address.version} is newer than this program")
        data = contract.read(body, address.version)
        time = datetime.fromisoformat(given[f"{PREFIX}time"])
    except KeyError:
        raise Undecodable(f"nobody declared {source} {address.name}") from None
    except ContractBroken as broken:
        raise Undecodable(f"the body is not what the contract says: {broken}") from None
    except (ValueError, TypeError):
        raise Undecodable("the time cannot be read") from None
    if time.tzinfo is None:
        raise Undecodable("the time has no zone")
    return Event(
        id=address.event_id,
        source=source,
        name=address.name,
        subject=address.subject,
        sequence=address.sequence,
        time=time,
        data=data,
        traceparent=given.get(f"{PREFIX}traceparent"),
    )
