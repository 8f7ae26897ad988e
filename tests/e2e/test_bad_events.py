"""Messages on a queue that are no events: parked where an operator sees, replays or discards them."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts import event_type
from shared.ids import new_id
from shared.messaging import envelope
from shared.messaging.publisher import ConfirmingPublisher, Outgoing
from tests.e2e.books import Books
from tests.e2e.processes import Processes
from tests.harness import ROOT, eventually

pytestmark = pytest.mark.e2e

LISTENERS = ("routing", "sla", "notify", "ombudsman")
"""Those who hear what intake says."""


def test_what_is_no_event_is_parked_by_every_listener_and_counted_shown_replayed_and_discarded(
    books: Books, processes: Processes
) -> None:
    counted = {listener: parked_so_far(processes, listener) for listener in LISTENERS}
    subject = new_id()
    with books.unchanged(
        but={f"{listener}.{table}" for listener in LISTENERS for table in ("held", "positions", "interventions")}
    ):
        say_nonsense(subject)
        rows = {}
        for listener in LISTENERS:
            rows[listener] = eventually(lambda of=listener: both_parked(books, of, subject), what="nothing is parked")
            eventually(lambda of=listener: parked_so_far(processes, of) == counted[of] + 2, what="it was not counted")

        known, unknown = (str(row.id) for row in rows["routing"])
        listed = {line.split("\t")[0]: line for line in operator(processes, "list", "routing").splitlines()}
        assert "the body is not what the contract says" in listed[known]
        assert "is missing" in listed[unknown]
        shown = json.loads(operator(processes, "show", "routing", known))
        assert base64.b64decode(shown["body"]["base64"]) == b"\xff{not json"
        operator(processes, "replay", "routing", known)
        again = "select count(*) from held where id = :id and state = 'parked' and attempts = 1"
        eventually(lambda: books.number("routing", again, id=known) == 1, what="it was not tried again")

        for listener in LISTENERS:
            operator(processes, "discard", listener, *(str(row.id) for row in rows[listener]))
            assert both_parked(books, listener, subject) is None


def test_what_the_broker_itself_gave_up_on_is_parked_too(books: Books, processes: Processes) -> None:
    subject = new_id()
    death = {"queue": "routing.intake", "exchange": "intake.events", "reason": "delivery_limit"}
    headers = {**addressed(subject), **{f"x-first-death-{what}": which for what, which in death.items()}}
    with books.unchanged(but={"routing.held", "routing.positions", "routing.interventions"}):
        publish(Outgoing("dead", "routing", b"{}", headers, str(new_id())))
        question = "select id from held where state = 'parked' and subject = :subject and reason = :reason"
        rows = eventually(lambda: books.ask("routing", question, subject=subject, reason="broker: delivery_limit"))
        operator(processes, "discard", "routing", str(rows[0].id))


def say_nonsense(subject: UUID) -> None:
    """One message with a good envelope around no JSON, and one with no envelope at all."""
    for body, headers in ((b"\xff{not json", addressed(subject)), (b"hello", {})):
        publish(Outgoing("intake.events", "complaint.registered", body, headers, str(new_id())))


def addressed(subject: UUID) -> dict[str, str]:
    """The envelope of a registration."""
    return envelope.headers(
        event_id=new_id(),
        source="intake",
        type_=event_type("intake", "complaint.registered").type,
        subject=subject,
        time=clock.now(),
        sequence=1,
        traceparent=None,
    )


def publish(message: Outgoing) -> None:
    publisher = ConfirmingPublisher(f"{os.environ['ADUAN_TEST_AMQP_URL']}/aduan")
    publisher.publish([message])
    publisher.close()


def both_parked(books: Books, listener: str, subject: UUID) -> list[Any] | None:
    """The parked message about the subject, and the newest one about nobody."""
    question = "select id from held where state = 'parked' and source = 'intake' and subject {} order by id desc"
    known = books.ask(listener, question.format("= :subject"), subject=subject)
    unknown = books.ask(listener, question.format("is null"))
    return [known[0], unknown[0]] if known and unknown else None


def operator(processes: Processes, action: str, service: str, *ids: str) -> str:
    """What `python -m shared.cli parked` prints."""
    command = [sys.executable, "-m", "shared.cli", "parked", action, service, *ids]
    done = subprocess.run(command, cwd=ROOT, env=processes.operators(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def parked_so_far(processes: Processes, listener: str) -> float:
    """The metric by which an operator is woken."""
    found = re.findall(
        r'^lapor_messages_parked_total{reason="undecodable",source="intake"} (\S+)$',
        processes.metrics(f"{listener}-worker"),
        re.M,
    )
    return float(found[0]) if found else 0.0
