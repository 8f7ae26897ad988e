"""A short storm over the running system: the same as `make chaos`, without its proxies and its disk."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.books import Books
from tests.harness import ROOT

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(400)
def test_after_a_storm_of_kills_and_sixty_days_nothing_is_lost_and_nothing_is_there_twice(books: Books) -> None:
    books.wait_until_quiet()
    # One and the same storm in every run of the tests; `make chaos` draws a new one each time.
    storm = ("--complaints", "30", "--kills", "6", "--seconds", "12", "--patience", "150", "--seed", "6012")
    run = subprocess.run(
        [sys.executable, "-m", "chaos", *storm], cwd=ROOT, capture_output=True, text=True, timeout=390, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "verdict: nothing lost, nothing twice" in run.stdout
