"""Text messages from a telephone through Debian's Kannel to a complaint."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from services.intake.store import tables as t
from tests.component.intake.people import row
from tests.harness import Service, eventually, free_port
from tests.kannel import Kannel, running_kannel

SECRET = "sms-secret-for-tests"


@pytest.fixture(scope="module")
def port(intake: Service) -> Iterator[int]:
    """Where the SMS entrance listens over real HTTP."""
    port = free_port()
    server = make_server("127.0.0.1", port, intake.web(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield port
    server.shutdown()


@pytest.fixture(scope="module")
def kannel(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    url = f"http://127.0.0.1:{port}/sms/kannel?secret={SECRET}"
    with running_kannel(tmp_path_factory.mktemp("kannel"), url) as kannel:
        yield kannel


def read(intake: Service, count: int) -> list[Any]:
    """All messages that were read, once there are so many."""

    def done() -> list[Any]:
        with intake.store.read() as session:
            found = session.execute(
                select(t.inbound_sms).where(t.inbound_sms.c.outcome.is_not(None)).order_by(t.inbound_sms.c.sms_id)
            ).all()
        return list(found) if len(found) >= count else []

    found: list[Any] = eventually(done, what=f"{count} messages were not read")
    return found


def test_a_telephone_complains_in_plain_and_in_wide_letters(intake: Service, kannel: Kannel) -> None:
    kannel.phone_sends("+6281234567801", "KOLUT Jalan di Tolala rusak & berlubang 100%")
    (plain,) = read(intake, 1)
    assert row(intake, plain.complaint_id).body == "Jalan di Tolala rusak & berlubang 100%"
    kannel.phone_sends("+6281234567802", "kolut Sekolah bocor – “parah” sekali")
    *_, wide = read(intake, 2)
    assert row(intake, wide.complaint_id).body == "Sekolah bocor – “parah” sekali"
    assert intake.said("complaint.registered", wide.complaint_id)["channel"] == "sms"
    # What reporters hear is notify's to send: the entrance itself answers nothing.
    assert kannel.received() == []
