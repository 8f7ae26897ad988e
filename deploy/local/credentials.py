"""Passwords and keys: made once, kept in one file that only its owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from deploy.local.place import SERVICES, Place
from deploy.local.terminal import Refusal


def _password() -> str:
    return secrets.token_hex(20)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "postgres": _password,
    "operator": _password,
    "erlang-cookie": _password,
    **{f"{service}-{part}": _password for service in SERVICES for part in ("database", "amqp", "web")},
    "intake-identity": _key,
    "intake-index": _key,
    "notify-sealing": _key,
    "ombudsman-signing": _key,
    "intake-sms": _password,
}


def settle(place: Place) -> dict[str, str]:
    """All passwords and keys; what is missing is made and written before it is used."""
    file = place.run / "secrets.json"
    known = _read(file)
    missing = [name for name in MAKERS if name not in known]
    if missing:
        known |= {name: MAKERS[name]() for name in missing}
        _write(file, known)
    return known


def _read(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Refusal(
            f"{file} is damaged ({error}); without its keys the stored identities cannot be read: "
            "put back a copy, or throw all data away with make clean."
        ) from error
    return {str(name): str(value) for name, value in known.items()}


def _write(file: Path, known: dict[str, str]) -> None:
    """Complete or not at all, and on the disk before anything is sealed with a new key."""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(known, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
