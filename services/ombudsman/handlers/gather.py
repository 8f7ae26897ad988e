"""What a file is composed of, asked of the other services: their dossiers, and the attachments themselves."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import requests

from services.ombudsman.domain.parts import Dossier
from shared.errors import Unavailable
from shared.files import Files
from shared.settings import env

DOSSIER_SECONDS = 10.0
"""A dossier is read once in sixty days; it may take longer than a question for a page."""

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. More than any door lets in."""


def dossiers(rpc: Any, complaint_id: UUID) -> dict[str, Any]:
    """The dossiers of the four services. Without the reporter's consent, the desk's words come without her identity.

    Only intake knows what to look for, so it does the blanking; nobody here learns who she is.
    """
    told = {
        service: rpc.ask(service, method, deadline=DOSSIER_SECONDS, complaint_id=complaint_id)
        for service, method in (
            ("intake", "dossier"),
            ("routing", "dossier"),
            ("sla", "dossier"),
            ("notify", "history"),
        )
    }
    if told["intake"]["identity"] is None:
        told["routing"] = _unnamed(rpc, complaint_id, told["routing"])
    return told


def _unnamed(rpc: Any, complaint_id: UUID, routing: Dossier) -> Dossier:
    said = [entry["words"] for entry in routing["entries"] if entry["words"]]
    if not said:
        return routing
    answer = rpc.ask("intake", "without_identity", deadline=DOSSIER_SECONDS, complaint_id=complaint_id, texts=said)
    blanked = iter(answer["texts"])
    entries = [{**e, "words": next(blanked)} if e["words"] else e for e in routing["entries"]]
    return {**routing, "entries": entries}


def fetch(attachment: Mapping[str, Any], files: Files, seconds: float) -> bool:
    """Keep the bytes of an attachment here, as they are there; False when they are no longer to be had.

    Raises Unavailable when they cannot be fetched now, or came changed.
    """
    if files.exists(attachment["sha256"]):
        return True
    address = env.required("ADUAN_PUBLIC_URL", "the address people reach the system at").rstrip("/")
    try:
        with requests.get(address + attachment["url"], timeout=seconds, allow_redirects=False, stream=True) as answer:
            if answer.status_code in (404, 410):
                return False
            answer.raise_for_status()
            content = answer.raw.read(LARGEST_FILE + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise Unavailable("attachment_away") from error
    if len(content) > LARGEST_FILE or hashlib.sha256(content).hexdigest() != attachment["sha256"]:
        raise Unavailable("attachment_changed")
    files.keep(io.BytesIO(content))
    return True
