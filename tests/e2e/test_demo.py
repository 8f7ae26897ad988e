"""`make demo` against the running system."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.e2e.books import Books
from tests.harness import ROOT

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(240)
def test_the_demo_tells_four_stories_and_who_got_which_message(books: Books) -> None:
    books.wait_until_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr + done.stdout[-3000:]
    told, _, table = done.stdout.partition("Who got which message on which channel")
    assert [line[:2] for line in told.splitlines() if re.match(r"\d\. ", line)] == ["1.", "2.", "3.", "4."]
    for words in ("days pass", "the Ombudsman     has OMB-KOLUT-", "the Ombudsman     acknowledges receipt"):
        assert words in told
    rows = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines() if line.startswith("  ")]
    assert rows[0] == ["story", "who", "channel", "message", "when (WITA)"]
    got = {tuple(row[:4]) for row in rows[2:]}
    assert got >= {
        ("1 API", "the reporter", "email", "reporter.closed_confirmed"),
        ("2 SMS", "the reporter", "sms", "inquiry.status"),
        ("2 SMS", "the reporter", "sms", "reporter.redispatched"),
        ("3 e-mail", "the reporter", "email", "reporter.answer"),
        ("4 silence", "the reporter", "sms", "reporter.forwarded"),
        ("4 silence", "the reporter", "sms", "reporter.acknowledged"),
    }
    # The head is told of one limit by itself, of several in one letter.
    assert {row[3] for row in got if row[:2] == ("4 silence", "kepala-pupr")} & {"desk.escalated", "desk.digest"}
    assert re.search(r"All four stories in \d+ s\.\s*$", done.stdout)
