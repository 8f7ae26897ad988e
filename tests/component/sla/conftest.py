"""What the tests of sla stand on: the service with its worker in March 2026, and a complaint an agency has got."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.component.sla.desk import Complaint, at
from tests.harness import Service


@pytest.fixture(scope="module")
def sla(service: Callable[..., Service]) -> Iterator[Service]:
    started = service("sla", worker=False)
    started.set_time(at("2026-03-13"))
    started.start_worker()
    yield started


@pytest.fixture
def complaint(sla: Service) -> Complaint:
    """Dispatched on Monday, 16 March 2026: follow-up due on 30 March, settlement on 13 April."""
    sla.set_time(at("2026-03-16", "11:00"))
    made = Complaint(sla)
    made.registered(at("2026-03-13"))
    made.verified(at("2026-03-16"))
    made.dispatched(at("2026-03-16", "10:05"))
    made.shows(follow_up="running", settlement="running", legal="running")
    return made
