"""The desk under test: the real service, people with browsers, programs with tokens, and peers that answer."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from werkzeug.test import TestResponse

from services.routing.store import load
from shared.errors import NotFound
from shared.ids import new_id
from tests.harness import Peer, Service, eventually

PASSWORD = "aduan-sandbox"
API = "/api/routing/v1"
CATEGORY = "pekerjaan-umum-dan-penataan-ruang.jalan-berlubang"


def photo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(drawn, "JPEG")
    return drawn.getvalue()


@dataclass
class Reporter:
    """What intake knows, as far as routing asks."""

    texts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    looks: list[tuple[UUID, str, str]] = field(default_factory=list)

    def text(self, complaint_id: UUID, reader: str, role: str) -> dict[str, Any]:
        if complaint_id not in self.texts:
            raise NotFound("unknown_complaint")
        self.looks.append((complaint_id, reader, role))
        return self.texts[complaint_id]

    def titles(self, complaint_ids: list[UUID]) -> dict[str, Any]:
        return {
            "titles": [{"complaint_id": i, "title": self.texts[i]["title"]} for i in complaint_ids if i in self.texts]
        }


@dataclass
class Clocks:
    """What sla knows: the earliest limit of each complaint."""

    due: dict[UUID, datetime] = field(default_factory=dict)
    running: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    provisional: set[UUID] = field(default_factory=set)

    def next_due(self, complaint_ids: list[UUID]) -> dict[str, Any]:
        known = [(i, self.due[i]) for i in complaint_ids if i in self.due]
        what = {"clock": "settlement", "late": False}
        return {
            "due": [
                {"complaint_id": i, **what, "due_at": at, "due_date": at.date(), "provisional": i in self.provisional}
                for i, at in known
            ]
        }

    def clocks(self, complaint_id: UUID) -> dict[str, Any]:
        return {"clocks": self.running.get(complaint_id, [])}


class Browser:
    """Somebody at the desk with a browser: follows links, fills in the forms that are on the page."""

    def __init__(self, app: Flask, name: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self.agent = f"Browser of {name}"
        if name:
            self.sign_in(name)

    def sign_in(self, name: str) -> None:
        page = self.get("/meja/masuk")
        answer = self.submit(page, "//form[input[@name='next']]", {"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers={"User-Agent": self.agent, **headers})

    def case(self, complaint_id: UUID) -> TestResponse:
        return self.get(f"/meja/laporan/{complaint_id}")

    def submit(
        self, page: TestResponse, selector: str, fields: dict[str, Any], files: list[tuple[bytes, str]] | None = None
    ) -> TestResponse:
        """Send the form of the page that the XPath finds, with its hidden fields."""
        (form,) = html.fromstring(page.text).xpath(selector)
        data: dict[str, Any] = {i.get("name"): i.get("value") for i in form.xpath(".//input[@type='hidden']")} | fields
        if files:
            data["answer-evidence"] = [(io.BytesIO(octets), name) for octets, name in files]
        address = form.get("action") or page.request.path
        return self.client.post(address, data=data, headers={"User-Agent": self.agent})

    def do(
        self, complaint_id: UUID, deed: str, files: list[tuple[bytes, str]] | None = None, **fields: str
    ) -> TestResponse:
        """Open the case and send the form of a deed."""
        named = {f"{deed}-{name}": value for name, value in fields.items()}
        return self.submit(self.case(complaint_id), f"//*[@id='{deed}']//form", named, files)


class Program:
    """A program at the desk's API."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client = app.test_client()
        answer = self.client.post(f"{API}/sessions", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"{API}{path}", query_string=query, headers=self.headers)

    def post(self, path: str, key: str | None = None, **body: Any) -> TestResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"{API}{path}", json=body, headers=headers)

    def answer(self, complaint_id: UUID, key: str | None = None, **form: Any) -> TestResponse:
        return self._form(f"/cases/{complaint_id}/answers", key, **form)

    def explain(self, complaint_id: UUID, key: str | None = None, **form: Any) -> TestResponse:
        return self._form(f"/cases/{complaint_id}/explanations", key, **form)

    def _form(self, path: str, key: str | None, files: Sequence[bytes] = (), **fields: Any) -> TestResponse:
        data = fields | {"evidence": [(io.BytesIO(octets), "bukti.jpg") for octets in files]}
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"{API}{path}", data=data, headers=headers, content_type="multipart/form-data")


@dataclass
class Desk:
    """Routing under test, and the people around it."""

    service: Service
    app: Flask
    reporter: Reporter
    clocks: Clocks
    peers: dict[str, Peer]
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _programs: dict[str, Program] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """The browser of somebody who is signed in; the same one all the time."""
        if name not in self._browsers:
            self._browsers[name] = Browser(self.app, name)
        return self._browsers[name]

    def program(self, name: str) -> Program:
        if name not in self._programs:
            self._programs[name] = Program(self.app, name)
        return self._programs[name]

    def complaint(
        self, title: str = "Jalan rusak di depan pasar", body: str = "Lubangnya dalam, sudah tiga bulan.", **told: Any
    ) -> UUID:
        """A complaint that has arrived at the desk."""
        complaint_id = told.pop("complaint_id", None) or new_id()
        now = self.service.now()
        data = {
            "complaint_id": complaint_id,
            "channel": "web",
            "language": "id",
            "received_at": now,
            "region": "74.08",
            "district_code": "74.08.01",
            "village_code": None,
            "category": None,
            "agency_id": None,
            "anonymous": False,
            "confidential": False,
            "ombudsman_consent": False,
            "event_date": None,
            "attachments": 0,
        } | told
        self.reporter.texts[complaint_id] = {
            "complaint_id": complaint_id,
            "channel": data["channel"],
            "language": "id",
            "received_at": now,
            "anonymous": data["anonymous"],
            "confidential": data["confidential"],
            "title": title,
            "body": body,
            "event_date": None,
            "location": "Depan pasar Lasusua",
            "district_code": data["district_code"],
            "village_code": None,
            "attachments": [],
            "messages": [],
            "reporter_name": None if data["anonymous"] else "Ibu Siti",
        }
        self.service.says("intake", "complaint.registered", complaint_id, data)
        eventually(lambda: self.where(complaint_id), what="the complaint did not become a case")
        return complaint_id

    def dispatched(self, agency_id: str = "pupr", **told: Any) -> UUID:
        """A complaint that was verified and sent to an agency."""
        complaint_id = self.complaint(**told)
        answer = self.program("koordinator").post(
            f"/cases/{complaint_id}/verification",
            **{"class": "non_supervisory"},
            category=CATEGORY,
            agency_id=agency_id,
        )
        assert answer.status_code == 201, answer.text
        return complaint_id

    def answered(self, agency_id: str = "pupr", **told: Any) -> UUID:
        """A complaint that its agency has answered."""
        complaint_id = self.dispatched(agency_id, **told)
        answer = self.program(agency_id).answer(complaint_id, words="Jalan sudah ditambal kemarin.", files=[photo()])
        assert answer.status_code == 201, answer.text
        return complaint_id

    def forwarded(self, complaint_id: UUID) -> None:
        """The file of the case went to the Ombudsman."""
        self.hears(
            "ombudsman",
            "referral.forwarded",
            complaint_id,
            lambda: self.where(complaint_id) and self.entries(complaint_id)[-1]["what"] == "forwarded",
            referral_id=new_id(),
            number="OMB-KOLUT-2026-0001",
            with_identity=False,
            forwarded_at=self.service.now(),
        )

    def hears(self, source: str, name: str, complaint_id: UUID, until: Callable[[], Any], **data: Any) -> None:
        """Another service says something; wait until it has its effect."""
        self.service.says(source, name, complaint_id, {"complaint_id": complaint_id} | data)
        eventually(until, what=f"{name} had no effect")

    def where(self, complaint_id: UUID) -> dict[str, Any]:
        """The case as other services are told; empty when there is none."""
        try:
            return self.service.ask("case", as_="sla", complaint_id=complaint_id)
        except NotFound:
            return {}

    def state(self, complaint_id: UUID) -> str:
        return str(self.where(complaint_id)["state"])

    def entries(self, complaint_id: UUID) -> list[dict[str, Any]]:
        """What the reporter is shown."""
        entries: list[dict[str, Any]] = self.service.ask("timeline", as_="intake", complaint_id=complaint_id)["entries"]
        return entries

    def clock(self, complaint_id: UUID, clock: str = "settlement", **more: Any) -> dict[str, Any]:
        """The data of a clock's event."""
        due = self.service.now() + timedelta(days=1)
        return {
            "clock_id": new_id(),
            "clock": clock,
            "agency_id": None,
            "due_at": due,
            "due_date": due.date(),
        } | more


@pytest.fixture(scope="module")
def desk(service: Callable[..., Service]) -> Iterator[Desk]:
    """Routing with its worker, with the other services as far as their answers go."""
    routing = service("routing")
    with routing.store.begin() as tx:
        load(tx)  # now that this is a sandbox: with its accounts
    reporter, clocks = Reporter(), Clocks()
    peers = {
        "intake": routing.peer("intake", {"text": reporter.text, "titles": reporter.titles}),
        "sla": routing.peer("sla", {"clocks": clocks.clocks, "next_due": clocks.next_due}),
        "notify": routing.peer("notify", {"history": lambda complaint_id: {"notifications": []}}),
    }
    yield Desk(routing, routing.web(), reporter, clocks, peers)


def visible(page: TestResponse) -> str:
    """The words of a page, as somebody sees them."""
    tree = html.fromstring(page.text)
    for hidden in tree.xpath("//script | //style"):
        hidden.drop_tree()
    return re.sub(r"\s+", " ", tree.text_content())
