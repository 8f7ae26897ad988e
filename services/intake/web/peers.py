"""What the other services know. Each answer may be missing: then the page says so and goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.errors import NotFound
from shared.messaging.rpc import RpcClient
from shared.web import rpc

PATIENCE = 2.0
"""Seconds a page waits for one answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the others say about one complaint; None where one is away."""

    timeline: list[dict[str, Any]] | None
    clocks: list[dict[str, Any]] | None
    notices: list[dict[str, Any]] | None
    agency_name: str | None
    referral: dict[str, Any] | None


def told(complaint_id: UUID, *, referred: bool = False) -> Told:
    """Timeline, clocks, the reporter's own notices and, when `referred`, the referral, asked for at the same time."""
    questions = [("routing", "timeline"), ("sla", "clocks"), ("notify", "history")]
    if referred:
        questions.append(("ombudsman", "referral"))
    line = rpc()
    with ThreadPoolExecutor(len(questions)) as pool:
        routing, sla, notify, *ombudsman = pool.map(lambda q: _ask(line, *q, complaint_id=complaint_id), questions)
    return Told(
        timeline=None if routing is None else list(routing.get("entries", [])),
        clocks=None if sla is None else list(sla.get("clocks", [])),
        notices=None
        if notify is None
        else [notice for notice in notify.get("notifications", []) if notice["audience"] == "reporter"],
        agency_name=(routing or {}).get("agency_name"),
        referral=dict(ombudsman[0]) if ombudsman and ombudsman[0] else None,
    )


class Agencies:
    """The agencies in office, as routing last told them: asked for again after five minutes, or 30 s when away."""

    FRESH = 300.0
    RETRY = 30.0

    def __init__(self) -> None:
        self._known: list[dict[str, Any]] | None = None
        self._ask_at = 0.0
        self._lock = threading.Lock()

    def all(self) -> list[dict[str, Any]] | None:
        """In the order people look for them; None when routing has never answered."""
        with self._lock:
            if time.monotonic() >= self._ask_at:
                answer = _ask(rpc(), "routing", "agencies", seconds=1.0)
                self._known = answer["agencies"] if answer else self._known
                self._ask_at = time.monotonic() + (self.FRESH if answer else self.RETRY)
            return self._known

    def ids(self) -> frozenset[str] | None:
        known = self.all()
        return None if known is None else frozenset(agency["agency_id"] for agency in known)


agencies = Agencies()


def _ask(
    line: RpcClient, service: str, method: str, *, seconds: float = 0.0, **request: Any
) -> Mapping[str, Any] | None:
    """The answer; empty when the other has not heard of the complaint yet, None when it is away."""
    try:
        return line.ask_or_none(service, method, deadline=seconds or PATIENCE, **request)
    except NotFound:
        return {}
