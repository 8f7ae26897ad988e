"""Delivery to an HTTP address that fails in every way before it takes the file, once."""

from __future__ import annotations

import email
import email.policy
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select, update

from services.ombudsman.domain.delivery import TRIES
from services.ombudsman.store.tables import deliveries, files, referrals, supplements
from tests.component.ombudsman.conftest import Others, Story
from tests.harness import Service, eventually

ERROR_PAGE = "<html><body>Mohon maaf, sistem sedang dalam pemeliharaan.</body></html>"


@dataclass
class Taken:
    """One POST as it came in."""

    key: str
    fields: dict[str, EmailMessage]

    @property
    def number(self) -> str:
        return str(self.fields["number"].get_content()).strip()


class Receiver:
    """The Ombudsman's server. It behaves as `behaviours` say, one for each POST, and well when none is left."""

    def __init__(self) -> None:
        self.behaviours: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.taken: list[Taken] = []
        self.let_go = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/rujukan"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + body, policy=email.policy.default).iter_parts()
        named = {str(part.get_param("name", header="content-disposition")): part for part in parts}
        taken = Taken(handler.headers["Idempotency-Key"], named)
        self.taken.append(taken)
        behaviour = "take" if self.behaviours.empty() else self.behaviours.get()
        if behaviour in ("hang", "wait"):
            self.let_go.wait(30)
        if behaviour == "hang":
            return
        taking = (201, json.dumps({"received": taken.number, "agenda": "0412/LM/III/2026"}))
        if behaviour == "cut":
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if behaviour == "drip":
            self._drip(handler)
            return
        status, answer = {
            "later": (429, "nanti"),
            "other file": (200, json.dumps({"received": taken.number, "sha256": "0" * 64})),
            "refuse": (500, "galat"),
            "babble": (503, "sibuk\0"),
            "error page": (200, ERROR_PAGE),
            "redirect": (307, ""),
            "wait": taking,
            "take": taking,
        }[behaviour]
        handler.send_response(status)
        if behaviour == "redirect":
            handler.send_header("Location", self.url)
        if behaviour == "later":
            handler.send_header("Retry-After", "5400")
        if behaviour == "babble":
            handler.send_header("Retry-After", "9" * 60)
            handler.send_header("X-Request-Id", "a\0b")
        handler.send_header("Content-Length", str(len(answer.encode())))
        handler.end_headers()
        handler.wfile.write(answer.encode())

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer for ever, a byte now and then, so that no single wait is long."""
        handler.send_response(200)
        handler.end_headers()
        try:
            while not self.let_go.wait(0.5):
                handler.wfile.write(b" " * 1024)
        except OSError:
            pass

    def will(self, *behaviours: str) -> None:
        for behaviour in behaviours:
            self.behaviours.put(behaviour)

    def of(self, key: object) -> list[Taken]:
        return [taken for taken in self.taken if taken.key == str(key)]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.let_go.set()
    made.server.shutdown()


@pytest.fixture(scope="module")
def ombudsman(quiet: Service, receiver: Receiver) -> Service:
    quiet.environment["OMBUDSMAN_DELIVERY_URL"] = receiver.url
    quiet.environment["OMBUDSMAN_DELIVERY_SECONDS"] = "4"
    quiet.start_worker()
    return quiet


def _opened(ombudsman: Service, story: Story) -> Any:
    complaint_id = story.registered()
    story.due(complaint_id)

    def row() -> Any:
        with ombudsman.store.read() as session:
            return session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).first()

    return eventually(row)


def _state(ombudsman: Service, referral: Any) -> str:
    with ombudsman.store.read() as session:
        found = select(referrals.c.state).where(referrals.c.referral_id == referral.referral_id)
        return str(session.execute(found).scalar_one())


def _tries(ombudsman: Service, referral_id: Any) -> list[Any]:
    with ombudsman.store.read() as session:
        return list(
            session.execute(
                select(deliveries).where(deliveries.c.referral_id == referral_id).order_by(deliveries.c.at)
            ).all()
        )


def _after_tries(ombudsman: Service, referral_id: Any, count: int) -> list[Any]:
    return eventually(
        lambda: tries if len(tries := _tries(ombudsman, referral_id)) >= count else None,
        what=f"there were not {count} tries",
    )


def test_every_failure_is_tried_again_and_one_delivery_counts(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.will("refuse", "hang", "error page", "redirect")
    referral = _opened(ombudsman, story)
    for failures in range(1, 5):
        _after_tries(ombudsman, referral.referral_id, failures)
        assert ombudsman.all_said("referral.forwarded", referral.complaint_id) == []
        ombudsman.shift(hours=2)

    forwarded = ombudsman.said("referral.forwarded", referral.complaint_id)

    tries = _tries(ombudsman, referral.referral_id)
    assert [(t.delivered, t.status) for t in tries] == [
        (False, 500),
        (False, None),
        (False, 200),
        (False, 307),
        (True, 201),
    ]
    assert tries[2].reply == ERROR_PAGE
    assert "0412/LM/III/2026" in tries[4].reply  # the proof, with their own number
    assert {t.sha256 for t in tries} == {tries[4].sha256}
    assert len(receiver.of(referral.referral_id)) == 5
    assert len(ombudsman.all_said("referral.forwarded", referral.complaint_id)) == 1
    assert forwarded["number"] == referral.number


def test_a_cut_line_a_dripping_answer_and_proof_of_another_file_are_no_proof(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.let_go.clear()
    receiver.will("cut", "drip", "other file")
    referral = _opened(ombudsman, story)
    for failures in range(1, 4):
        _after_tries(ombudsman, referral.referral_id, failures)
        ombudsman.shift(hours=2)

    ombudsman.said("referral.forwarded", referral.complaint_id)

    tries = _tries(ombudsman, referral.referral_id)
    assert [(t.delivered, t.status) for t in tries] == [(False, None), (False, None), (False, 200), (True, 201)]
    assert {t.key for t in receiver.of(referral.referral_id)} == {str(referral.referral_id)}
    assert tries[3].headers["server"].startswith("BaseHTTP")  # who answered, and when
    assert "date" in tries[3].headers


def test_headers_nobody_can_obey_or_store_are_a_failure_like_any_other(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.will("babble")
    referral = _opened(ombudsman, story)
    [first] = _after_tries(ombudsman, referral.referral_id, 1)
    assert (first.status, first.reply, first.headers["x-request-id"]) == (503, "sibuk", "ab")

    ombudsman.shift(hours=25)  # no receiver is waited for longer than a day

    ombudsman.said("referral.forwarded", referral.complaint_id)
    assert len(receiver.of(referral.referral_id)) == 2


def test_a_receiver_that_asks_for_patience_is_given_it(ombudsman: Service, story: Story, receiver: Receiver) -> None:
    receiver.will("later")
    referral = _opened(ombudsman, story)
    [first] = _after_tries(ombudsman, referral.referral_id, 1)
    assert (first.status, first.headers["retry-after"]) == (429, "5400")

    ombudsman.shift(hours=1)  # far beyond the first pause of our own
    story.registered()
    time.sleep(2)
    assert len(_tries(ombudsman, referral.referral_id)) == 1
    ombudsman.shift(hours=1)

    ombudsman.said("referral.forwarded", referral.complaint_id)


def test_consent_taken_back_before_anybody_here_heard_of_it_holds_the_file_back(
    ombudsman: Service, story: Story, others: Others, receiver: Receiver
) -> None:
    receiver.will("refuse")
    referral = _opened(ombudsman, story)
    _after_tries(ombudsman, referral.referral_id, 1)

    others.consents[referral.complaint_id] = False  # intake knows; its word is still on the way
    ombudsman.shift(hours=2)
    _after_tries(ombudsman, referral.referral_id, 2)
    assert len(receiver.of(referral.referral_id)) == 1
    story.consented(referral.complaint_id, False)

    assert ombudsman.said("referral.forwarded", referral.complaint_id)["with_identity"] is False
    assert ombudsman.all_said("referral.consent_too_late", referral.complaint_id) == []


def test_consent_taken_back_while_the_file_is_being_handed_over_loses_and_she_is_told(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.let_go.clear()
    receiver.will("wait")
    referral = _opened(ombudsman, story)
    eventually(lambda: receiver.of(referral.referral_id))

    story.consented(referral.complaint_id, False)
    # The receiver has a file that names her, and before it says so it gets one that does not.
    assert ombudsman.said("referral.forwarded", referral.complaint_id)["with_identity"] is False
    receiver.let_go.set()

    ombudsman.said("referral.consent_too_late", referral.complaint_id)
    assert ombudsman.said("referral.supplemented", referral.complaint_id)["with_identity"] is False
    assert len(ombudsman.all_said("referral.forwarded", referral.complaint_id)) == 1


def test_a_supplement_is_tried_until_it_is_proved_under_a_key_of_its_own(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    complaint_id = story.forwarded(consent=False)["complaint_id"]
    with ombudsman.store.read() as session:
        referral = session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).one()
    receiver.will("refuse", "error page")
    story.consented(complaint_id, True)
    _after_tries(ombudsman, referral.referral_id, 2)
    ombudsman.shift(hours=1)
    _after_tries(ombudsman, referral.referral_id, 3)
    ombudsman.shift(hours=2)

    ombudsman.said("referral.supplemented", complaint_id)

    assert len(receiver.of(referral.referral_id)) == 1
    assert len(receiver.of(f"{referral.referral_id}.2")) == 3


def test_the_receiver_gets_the_file_twice_over_with_its_hash(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    referral = _opened(ombudsman, story)
    ombudsman.said("referral.forwarded", referral.complaint_id)

    [taken] = receiver.of(referral.referral_id)
    content = json.loads(taken.fields["json"].get_payload(decode=True))
    assert taken.number == content["referral"]["number"] == referral.number
    assert taken.fields["json"].get_filename() == f"{referral.number}.json"
    assert taken.fields["pdf"].get_payload(decode=True).startswith(b"%PDF-")
    assert taken.fields["bundle"].get_payload(decode=True).startswith(b"PK")
    assert str(taken.fields["sha256"].get_content()).strip() == _tries(ombudsman, referral.referral_id)[0].sha256


def test_a_crash_between_sending_and_noting_sends_again_under_the_same_key(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.let_go.clear()
    receiver.will("hang")
    referral = _opened(ombudsman, story)
    eventually(lambda: receiver.of(referral.referral_id))

    ombudsman.kill_worker()  # the receiver has the file, and nobody here knows it
    receiver.let_go.set()
    ombudsman.start_worker()
    ombudsman.shift(minutes=5)  # the lease of the lost worker ends

    ombudsman.said("referral.forwarded", referral.complaint_id)
    assert len(receiver.of(referral.referral_id)) == 2
    time.sleep(1)  # for a second delivery that must not come
    assert len(ombudsman.all_said("referral.forwarded", referral.complaint_id)) == 1
    assert [t.delivered for t in _tries(ombudsman, referral.referral_id)] == [True]


def test_consent_taken_back_between_two_tries_blanks_the_next_one(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.will("refuse")
    referral = _opened(ombudsman, story)
    _after_tries(ombudsman, referral.referral_id, 1)

    story.consented(referral.complaint_id, False)

    assert ombudsman.said("referral.forwarded", referral.complaint_id)["with_identity"] is False
    [named], [blanked] = receiver.of(referral.referral_id), receiver.of(f"{referral.referral_id}.2")
    assert b"Siti Aminah" in named.fields["json"].get_payload(decode=True)
    assert b"Siti" not in blanked.fields["json"].get_payload(decode=True)
    assert ombudsman.all_said("referral.consent_too_late", referral.complaint_id) == []  # a refusal is no delivery


@pytest.mark.parametrize("answer", ["error page", "cut"])
def test_who_takes_her_consent_back_after_a_try_nobody_answered_is_told_that_it_may_have_arrived(
    ombudsman: Service, story: Story, receiver: Receiver, answer: str
) -> None:
    receiver.will(answer)
    referral = _opened(ombudsman, story)
    _after_tries(ombudsman, referral.referral_id, 1)

    story.consented(referral.complaint_id, False)

    assert ombudsman.said("referral.forwarded", referral.complaint_id)["with_identity"] is False
    ombudsman.said("referral.consent_too_late", referral.complaint_id)
    assert ombudsman.said("referral.supplemented", referral.complaint_id)["with_identity"] is False
    # Another file has another key: under the same one a receiver answers for the file it has.
    for key in (str(referral.referral_id), f"{referral.referral_id}.2", f"{referral.referral_id}.3"):
        assert len(receiver.of(key)) == 1


@pytest.mark.parametrize("how", ["consent", "complaint"])
def test_a_supplement_that_names_her_is_not_sent_after_she_took_it_back(
    ombudsman: Service, story: Story, others: Others, receiver: Receiver, how: str
) -> None:
    complaint_id = story.forwarded(consent=False)["complaint_id"]
    with ombudsman.store.read() as session:
        referral = session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).one()
    receiver.will("refuse")
    story.consented(complaint_id, True)
    _after_tries(ombudsman, referral.referral_id, 2)

    if how == "consent":
        story.consented(complaint_id, False)
    else:
        others.withdrawn.add(complaint_id)
        story.withdrawn(complaint_id)

    def state() -> str:
        with ombudsman.store.read() as session:
            mine = select(supplements.c.state).where(supplements.c.referral_id == referral.referral_id)
            return str(session.execute(mine).scalar_one())

    eventually(lambda: state() == "dropped")
    ombudsman.shift(hours=2)
    story.forwarded()  # the service looked at what is due
    assert len(receiver.of(f"{referral.referral_id}.2")) == 1
    assert ombudsman.all_said("referral.consent_too_late", complaint_id) == []


def test_a_supplement_held_back_at_the_last_moment_names_a_withdrawn_complaint_to_nobody(
    ombudsman: Service, story: Story, others: Others, receiver: Receiver
) -> None:
    complaint_id = story.registered()
    others.withdrawn.add(complaint_id)  # intake knows; its word is still on the way
    story.due(complaint_id)
    with ombudsman.store.read() as session:
        found = select(referrals.c.referral_id).where(referrals.c.complaint_id == complaint_id)
        referral_id = eventually(lambda: session.execute(found).scalar())
    [held] = _after_tries(ombudsman, referral_id, 1)
    assert "tidak diserahkan" in held.reply
    assert receiver.of(referral_id) == []


def test_a_complaint_withdrawn_between_two_tries_is_not_sent_again(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.will("refuse")
    referral = _opened(ombudsman, story)
    _after_tries(ombudsman, referral.referral_id, 1)

    story.withdrawn(referral.complaint_id)
    eventually(lambda: _state(ombudsman, referral) == "cancelled")
    ombudsman.shift(hours=2)
    story.forwarded()  # the service looked at what is due

    assert len(receiver.of(referral.referral_id)) == 1
    with ombudsman.store.read() as session:
        assert session.execute(select(files).where(files.c.referral_id == referral.referral_id)).first() is None


def test_a_file_that_arrived_while_the_reporter_withdrew_is_forwarded_and_kept(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.let_go.clear()
    receiver.will("wait")
    referral = _opened(ombudsman, story)
    eventually(lambda: receiver.of(referral.referral_id))

    story.withdrawn(referral.complaint_id)
    eventually(lambda: _state(ombudsman, referral) == "cancelled")
    receiver.let_go.set()

    ombudsman.said("referral.forwarded", referral.complaint_id)
    with ombudsman.store.read() as session:
        kept = session.execute(select(files.c.sha256).where(files.c.referral_id == referral.referral_id)).scalar_one()
    assert [t.sha256 for t in _tries(ombudsman, referral.referral_id)] == [kept]


def test_after_two_weeks_it_stops_and_an_operator_lets_it_go_on(
    ombudsman: Service, story: Story, receiver: Receiver
) -> None:
    receiver.will("refuse", "refuse")
    referral = _opened(ombudsman, story)
    _after_tries(ombudsman, referral.referral_id, 1)
    timers = ombudsman.store.definition.kit.timers
    with ombudsman.store.begin() as tx:  # as if all the tries before the last were used up
        tx.session.execute(
            update(timers)
            .where(timers.c.kind == "referral.deliver", timers.c.key == f"{referral.referral_id}:1")
            .values(attempts=TRIES - 1)
        )
    ombudsman.shift(hours=2)
    eventually(lambda: _state(ombudsman, referral) == "failed")

    client = ombudsman.web().test_client()
    token = client.post("/api/ombudsman/v1/sessions", json={"name": "operator", "password": "aduan-sandbox"}).json[
        "token"
    ]
    answer = client.post(
        f"/api/ombudsman/v1/referrals/{referral.number}/resumption", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 200, answer.json
    ombudsman.said("referral.forwarded", referral.complaint_id)
    assert [t.delivered for t in _tries(ombudsman, referral.referral_id)] == [False, False, True]
