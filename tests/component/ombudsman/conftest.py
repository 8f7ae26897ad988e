"""ombudsman under test: the real service, with the four others answering as their contracts say."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.ombudsman.store import load
from shared.errors import Unavailable
from shared.ids import new_id
from tests.harness import Service
from tests.unit.ombudsman import dossiers


class Others:
    """The other four services. `consents` says which complaints' reporters consent; `away` silences all."""

    def __init__(self, service: Service) -> None:
        self.consents: dict[UUID, bool] = {}
        self.particulars: dict[UUID, dict[str, str]] = {}
        self.anonymous: set[UUID] = set()
        self.withdrawn: set[UUID] = set()
        self.away = False
        service.peer(
            "intake",
            {
                "dossier": self._answering(lambda c: self._of(self.told_by_intake(c), c)),
                "status": self._answering(self._status),
                "without_identity": self._without_identity,
            },
        )
        service.peer(
            "routing",
            {
                "dossier": self._answering(lambda _: dossiers.routing()),
                "agencies": lambda: {"agencies": list(dossiers.AGENCIES.values())},
            },
        )
        service.peer("sla", {"dossier": self._answering(lambda _: dossiers.sla())})
        service.peer("notify", {"history": self._answering(lambda _: dossiers.notify())})

    def told_by_intake(self, complaint_id: UUID) -> dict[str, Any]:
        """Intake's dossier, with the particulars the reporter gave."""
        told = {**dossiers.intake(self._consent(complaint_id)), "anonymous": complaint_id in self.anonymous}
        if told["identity"]:
            told["identity"] = {**told["identity"], **self.particulars.get(complaint_id, {})}
        return told

    def _status(self, complaint_id: UUID) -> dict[str, Any]:
        return {
            "complaint_id": complaint_id,
            "channel": "web",
            "received_at": dossiers.at(1, 5, 19, 42),
            "anonymous": False,
            "confidential": True,
            "ombudsman_consent": self._consent(complaint_id),
            "withdrawn": complaint_id in self.withdrawn,
        }

    def _without_identity(self, complaint_id: UUID, texts: list[str]) -> dict[str, Any]:
        return {"texts": [re.sub("Siti Aminah|Siti|Aminah", "[disamarkan]", text) for text in texts]}

    def _consent(self, complaint_id: UUID) -> bool:
        return self.consents.get(complaint_id, True)

    def _of(self, dossier: dict[str, Any], complaint_id: UUID) -> dict[str, Any]:
        return {**dossier, "complaint_id": complaint_id}

    def _answering(self, answer: Callable[[UUID], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def answered(complaint_id: UUID) -> dict[str, Any]:
            if self.away:
                raise Unavailable("away")
            return answer(complaint_id)

        return answered


class Story:
    """What happens to complaints, told to the service as the others would tell it."""

    def __init__(self, service: Service, others: Others) -> None:
        self.service = service
        self.others = others

    def registered(self, *, consent: bool = True, complaint_id: UUID | None = None) -> UUID:
        complaint_id = complaint_id or new_id()
        self.others.consents[complaint_id] = consent
        self.service.says(
            "intake",
            "complaint.registered",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "channel": "web",
                "language": "id",
                "received_at": self.service.now(),
                "region": "74.08",
                "district_code": None,
                "village_code": None,
                "category": None,
                "agency_id": None,
                "anonymous": False,
                "confidential": True,
                "ombudsman_consent": consent,
                "event_date": None,
                "attachments": 0,
            },
        )
        return complaint_id

    def due(self, complaint_id: UUID) -> None:
        now = self.service.now()
        self.service.says(
            "sla",
            "forwarding.due",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "clock_id": new_id(),
                "clock": "legal",
                "agency_id": "pupr",
                "due_at": now,
                "due_date": date(2026, 3, 8),
            },
        )

    def consented(self, complaint_id: UUID, given: bool) -> None:
        self.others.consents[complaint_id] = given
        self.service.says(
            "intake",
            "complaint.consented",
            complaint_id,
            {"complaint_id": complaint_id, "given": given, "channel": "sms", "at": self.service.now()},
        )

    def explained(self, complaint_id: UUID, answers: str) -> None:
        """The agency writes to the Ombudsman at its desk."""
        self.service.says(
            "routing",
            "case.explained",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "case_number": "KOLUT-2026-000123",
                "item_id": new_id(),
                "agency_id": "pupr",
                "answers": answers,
                "evidence": 0,
                "explained_at": self.service.now(),
            },
        )

    def wished(self, complaint_id: UUID) -> None:
        self.service.says(
            "intake",
            "complaint.referral_wished",
            complaint_id,
            {"complaint_id": complaint_id, "channel": "sms", "at": self.service.now()},
        )

    def receipt_missed(self, complaint_id: UUID) -> None:
        self.service.says(
            "sla",
            "clock.breached",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "clock_id": new_id(),
                "clock": "receipt",
                "agency_id": None,
                "due_at": self.service.now(),
                "due_date": date(2026, 1, 19),
            },
        )

    def gave_particulars(self, complaint_id: UUID, **particulars: str) -> None:
        self.others.particulars[complaint_id] = particulars
        self.service.says(
            "intake",
            "complaint.particulars_given",
            complaint_id,
            {"complaint_id": complaint_id, "complete": False, "channel": "sms", "given_at": self.service.now()},
        )

    def wrote(self, complaint_id: UUID) -> None:
        self.service.says(
            "intake",
            "complaint.message_received",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "message_id": new_id(),
                "kind": "addition",
                "channel": "sms",
                "received_at": self.service.now(),
                "attachments": 0,
            },
        )

    def answered(self, complaint_id: UUID, *, substantive: bool = True) -> None:
        self.service.says(
            "routing",
            "case.answered",
            complaint_id,
            {
                "complaint_id": complaint_id,
                "case_number": "KOLUT-2026-000123",
                "item_id": new_id(),
                "agency_id": "pupr",
                "substantive": substantive,
                "evidence": 0,
                "answered_at": self.service.now(),
            },
        )

    def withdrawn(self, complaint_id: UUID) -> None:
        self.service.says(
            "intake",
            "complaint.withdrawn",
            complaint_id,
            {"complaint_id": complaint_id, "reason": "reporter", "withdrawn_at": self.service.now()},
        )

    def forwarded(self, *, consent: bool = True) -> dict[str, Any]:
        """A complaint all the way to the Ombudsman; the data of `referral.forwarded`."""
        complaint_id = self.registered(consent=consent)
        self.due(complaint_id)
        return self.service.said("referral.forwarded", complaint_id)


class Doors(BaseHTTPRequestHandler):
    """The doors at which intake and routing give out attachments by their signed links."""

    def do_GET(self) -> None:
        content = dossiers.content(int(self.path.rpartition("/")[2]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def doors() -> Iterator[str]:
    """The public address under which attachments can be fetched."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Doors)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def quiet(service: Callable[..., Service], doors: str) -> Service:
    """The service without a worker yet, so that a module can set where referrals go."""
    made = service("ombudsman", worker=False)
    made.environment["ADUAN_PUBLIC_URL"] = doors
    with made.store.begin() as tx:
        load(tx)  # now that this is a sandbox: with its accounts
    return made


@pytest.fixture(scope="module")
def ombudsman(quiet: Service) -> Iterator[Service]:
    """The service with its worker, delivering to its own desk."""
    quiet.start_worker()
    yield quiet


@pytest.fixture(scope="module")
def others(quiet: Service) -> Others:
    return Others(quiet)


@pytest.fixture(scope="module")
def story(quiet: Service, others: Others) -> Story:
    return Story(quiet, others)


def sign_in(app: Flask, name: str, client: FlaskClient | None = None, browser: str = "Peramban uji") -> FlaskClient:
    """A browser with somebody of the sandbox signed in."""
    client = client or app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = browser
    form = client.get("/ombudsman/masuk").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    data = {"csrf_token": token.group(1), "name": name, "password": "aduan-sandbox", "next": ""}
    answer = client.post("/ombudsman/masuk", data=data)
    assert answer.status_code == 303, answer.text
    return client
