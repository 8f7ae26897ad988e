"""What operators see and do about parked messages, by page and by hand tool, with a real worker behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text, update

from shared import cli
from shared.contracts import event_type
from shared.contracts.vocabulary import SERVICES
from shared.errors import NotFound
from shared.ids import new_id
from shared.messaging import envelope, parked
from shared.messaging.parked import Which
from shared.store import definition_of, interventions, open_store
from shared.web.parked import ROOMS
from tests.conftest import Starter
from tests.harness import Databases, Service, eventually

OFFICERS = {"operators-token": ("Operator Sistem", "operator"), "coordinators-token": ("Ibu Rina", "coordinator")}
REGISTERED = "complaint.registered"
ROOM = ROOMS["sla"]


@pytest.fixture(scope="module")
def sla(service: Starter) -> Iterator[Service]:
    found = service("sla")
    found.peer("routing", {"session": _session})
    yield found


@pytest.fixture
def browser(sla: Service) -> Any:
    made = sla.web().test_client()
    made.set_cookie("aduan_meja", "operators-token")
    return made


def _session(token: str) -> dict[str, Any]:
    """Routing's answer; a session is known by its token without the browser's mark."""
    for secret, (name, role) in OFFICERS.items():
        if token.startswith(secret):
            ends = datetime.now(UTC) + timedelta(hours=1)
            return {"officer_id": new_id(), "name": name, "role": role, "agency_id": None, "expires_at": ends}
    raise NotFound("no_session")


def addressed(subject: UUID, sequence: int = 1) -> dict[str, str]:
    """The envelope of an event of intake's."""
    return envelope.headers(
        event_id=new_id(),
        source="intake",
        type_=event_type("intake", REGISTERED).type,
        subject=subject,
        time=datetime.now(UTC),
        sequence=sequence,
        traceparent=None,
    )


def says_nonsense(sla: Service, subject: UUID) -> int:
    """A good envelope around no JSON; returns its number once it is parked."""
    sla.says_raw("intake", REGISTERED, b"\xff{not json", addressed(subject))
    return int(eventually(lambda: next((r.id for r in parked.parked(sla.store) if r.subject == subject), None)))


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def press(browser: Any, address: str, **form: str) -> str:
    """Send the form of a page; what the page after it says."""
    token = csrf(browser.get(address).text)
    answer = browser.post(address, data={"csrf_token": token, **form}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def deeds(sla: Service, held_id: int) -> list[tuple[str, str]]:
    with sla.store.read() as session:
        return [(r.deed, r.who) for r in interventions.listed(session, sla.store.definition.kit) if r.target == held_id]


def test_an_operator_sees_replays_and_discards_a_message_and_it_is_recorded(sla: Service, browser: Any) -> None:
    subject = new_id()
    held_id = says_nonsense(sla, subject)
    sla.says_raw("intake", REGISTERED, b"{}", addressed(subject, 2))
    address = f"{ROOM}/{held_id}"

    assert f'href="{address}"' in browser.get(ROOM).text
    shown = browser.get(address).text
    assert str(subject) in shown and "undecodable" in shown and "base64" in shown

    assert "Pesan dicoba lagi." in press(browser, address, apa="coba")
    eventually(lambda: parked.show(sla.store, held_id)["attempts"] == 1)  # the worker tried it, in vain
    eventually(lambda: parked.show(sla.store, held_id)["state"] == "parked")

    answer = browser.post(address, data={"csrf_token": csrf(browser.get(address).text), "apa": "buang"})
    assert answer.status_code == 422  # not ticked
    page = press(browser, address, apa="buang", yakin="1")
    assert "Pesan dibuang." in page and "dibuang" in page and "Operator Sistem" in page
    assert deeds(sla, held_id) == [("discard", "Operator Sistem"), ("replay", "Operator Sistem")]
    # Its complaint goes on: the one behind it is looked at now, and parked for its own fault.
    eventually(lambda: any(r.subject == subject and r.sequence == 2 for r in parked.parked(sla.store)))


def test_replaying_or_discarding_twice_changes_and_records_nothing_more(sla: Service, browser: Any) -> None:
    held_id = says_nonsense(sla, new_id())
    address = f"{ROOM}/{held_id}"
    token = csrf(browser.get(address).text)
    for _ in range(2):
        browser.post(address, data={"csrf_token": token, "apa": "buang", "yakin": "1"})
    assert "Pesan ini sudah tidak tertahan." in browser.get(ROOM).text
    assert deeds(sla, held_id) == [("discard", "Operator Sistem")]
    assert not parked.replay(sla.store, held_id, by="somebody")
    assert deeds(sla, held_id) == [("discard", "Operator Sistem")]
    with pytest.raises(NotFound):
        parked.replay(sla.store, 10**9, by="somebody")


def test_a_message_that_names_no_complaint_is_read_again_and_stays_while_it_cannot_be(sla: Service) -> None:
    subject = new_id()
    headers = addressed(subject)
    sla.says_raw("intake", REGISTERED, b"{}", {"note": str(subject)})
    held_id = eventually(
        lambda: next((r.id for r in parked.parked(sla.store) if r.headers.get("note") == str(subject)), None)
    )

    assert parked.replay(sla.store, held_id, by="operator")
    shown = parked.show(sla.store, held_id)
    assert (shown["state"], shown["attempts"], shown["subject"]) == ("parked", 1, None)

    h = sla.store.definition.kit.held
    with sla.store.begin() as tx:  # as if a newer program could read it
        tx.session.execute(update(h).where(h.c.id == held_id).values(headers=headers))
    assert parked.replay(sla.store, held_id, by="operator")
    eventually(lambda: parked.show(sla.store, held_id)["attempts"] == 1)  # tried, now as what it is
    assert parked.show(sla.store, held_id)["subject"] == str(subject)


def test_a_message_that_came_twice_before_it_could_be_read_is_replayed_as_one(sla: Service) -> None:
    subject = new_id()
    for _ in range(2):
        sla.says_raw("intake", REGISTERED, b"{}", {"note": str(subject)})
    h = sla.store.definition.kit.held

    def both() -> list[int]:
        return [row.id for row in parked.parked(sla.store) if row.headers.get("note") == str(subject)]

    first, second = eventually(lambda: len(both()) == 2 and both())
    headers = {**addressed(subject), "note": str(subject)}
    with sla.store.begin() as tx:  # as if a newer program could read it
        tx.session.execute(update(h).where(h.c.id.in_((first, second))).values(headers=headers))
    assert parked.replay(sla.store, first, by="operator")
    assert parked.replay(sla.store, second, by="operator")
    assert not parked.replay(sla.store, second, by="operator")
    eventually(lambda: both() == [first])  # its body is none, so the one that is left is parked again
    assert deeds(sla, second) == [("replay", "operator")]


def test_filters_choose_by_source_event_reason_and_age(sla: Service, browser: Any) -> None:
    old, young = says_nonsense(sla, new_id()), says_nonsense(sla, new_id())
    h = sla.store.definition.kit.held
    with sla.store.begin() as tx:
        tx.session.execute(update(h).where(h.c.id == old).values(held_at=text("now() - interval '3 days'")))

    def found(which: Which) -> set[int]:
        return {row.id for row in parked.parked(sla.store, which)} & {old, young}

    assert found(Which(source="intake", name=REGISTERED, reason="undecodable")) == {old, young}
    assert found(Which(older=timedelta(days=1))) == {old}
    for nothing in (Which(source="routing"), Which(name="complaint.rated"), Which(reason="failed"), Which(reason="%")):
        assert found(nothing) == set()
    page = browser.get(ROOM, query_string={"sumber": "intake", "sebab": "undecodable", "lama": "24"}).text
    assert f"{ROOM}/{old}" in page and f"{ROOM}/{young}" not in page

    page = press(browser, f"{ROOM}?lama=24")  # all that is shown, and no other
    assert deeds(sla, old)[0] == ("replay", "Operator Sistem") and deeds(sla, young) == []


def test_the_hand_tool_acts_on_what_its_filter_chooses_and_names_who_did_it(
    sla: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    def tool(*words: str) -> str:
        assert cli.main(["parked", *words]) == 0
        return capsys.readouterr().out

    held_id = says_nonsense(sla, new_id())
    assert f"{held_id}\t" in tool("list", "sla", "--source", "intake", "--reason", "undecodable")
    assert not any(line.startswith(f"{held_id}\t") for line in tool("list", "sla", "--older", "1h").splitlines())
    assert json.loads(tool("show", "sla", str(held_id)))["id"] == held_id
    with pytest.raises(SystemExit):
        tool("discard", "sla")
    assert f"{held_id}: discarded" in tool("discard", "sla", "--event", REGISTERED, "--by", "siti.rahma")
    assert f"{held_id}: not parked any more" in tool("discard", "sla", str(held_id))
    assert deeds(sla, held_id) == [("discard", "siti.rahma")]
    assert f"\tsiti.rahma\tdiscard\t{held_id}\tintake\t{REGISTERED}" in tool("history", "sla")


def test_the_room_is_the_operators_alone(sla: Service) -> None:
    visitor = sla.web().test_client()
    assert visitor.get(ROOM).headers["Location"].startswith("/meja/masuk")
    visitor.set_cookie("aduan_meja", "coordinators-token")
    assert visitor.get(ROOM).status_code == 403
    assert visitor.post(f"{ROOM}/1").status_code in (400, 403)


def test_given_up_work_is_resumed_by_page_once_and_recorded(sla: Service, browser: Any) -> None:
    t = sla.store.definition.kit.timers
    with sla.store.begin() as tx:
        tx.schedule("nobody.does.this", "a", tx.now)
    with sla.store.begin() as tx:
        tx.session.execute(update(t).where(t.c.kind == "nobody.does.this").values(state="given_up", error="ValueError"))
    page = browser.get(ROOM).text
    (action,) = re.findall(rf'action="({ROOM}/pekerjaan/\d+)"', page)
    for said in ("Pekerjaan dilanjutkan.", "Pekerjaan ini sudah dilanjutkan."):
        answer = browser.post(action, data={"csrf_token": csrf(page)}, follow_redirects=True)
        assert said in answer.text
    done = deeds(sla, int(action.rpartition("/")[2]))
    assert [deed for deed in done if deed[0] == "resume"] == [("resume", "Operator Sistem")]


@pytest.mark.parametrize("name", SERVICES)
def test_the_migrations_make_the_tables_the_program_knows(databases: Databases, name: str) -> None:
    store = open_store(definition_of(name), databases.of(name), pool_size=1)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, store.definition.metadata) == []
    store.engine.dispose()
