"""What the tests of intake stand on: the service with its worker, and somebody who asks it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.component.intake.people import client
from tests.harness import Service


@pytest.fixture(scope="module")
def intake(service: Any) -> Service:
    started: Service = service("intake")
    return started


@pytest.fixture
def asker(intake: Service) -> Any:
    return client(intake)
