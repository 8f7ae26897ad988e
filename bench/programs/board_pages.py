"""The deadline board as a browser gets it: signed in, drawn as a page, in this process. Usage: board_pages ASKED."""

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bench.stopwatch import Stopwatch, hand_over
from services.sla.web import create_app
from shared.errors import NotFound
from shared.settings import env
from tests.harness import Peer

WARMING = 20
AGENCIES = 50
WHOLE_REGION = "supervisor"


def session(token: str) -> dict[str, Any]:
    """Who is signed in, as routing would say: a supervisor, or the officer of the agency that the token names."""
    who = token.partition(".")[0]
    if not who:
        raise NotFound("no_session")
    role, agency_id = ("supervisor", None) if who == WHOLE_REGION else ("officer", who)
    until = datetime.now(UTC) + timedelta(hours=1)
    return {"officer_id": uuid4(), "name": who, "role": role, "agency_id": agency_id, "expires_at": until}


def agencies() -> dict[str, Any]:
    named = (f"agency-{number}" for number in range(AGENCIES))
    return {
        "agencies": [{"agency_id": one, "name": f"Dinas {one}", "kind": "agency", "head_title": None} for one in named]
    }


def main(asked: int) -> None:
    peer = Peer(
        "routing",
        env.required("BENCH_PEER_URL", "the broker's address of routing"),
        {"session": session, "agencies": agencies},
    )
    app = create_app()

    def page(who: str) -> float:
        browser = app.test_client()
        browser.set_cookie("aduan_meja", who)
        begin = time.perf_counter()
        answer = browser.get("/tenggat/")
        seconds = time.perf_counter() - begin
        assert answer.status_code == 200 and "agency-" in answer.text, answer.text
        return seconds

    for number in range(WARMING):
        page(_reader(number))
    watch = Stopwatch()
    watch.start()
    each = [page(_reader(number)) for number in range(asked)]
    hand_over(asked, watch.stop(), each)
    peer.close()


def _reader(number: int) -> str:
    return f"agency-{number // 2 % AGENCIES}" if number % 2 else WHOLE_REGION


if __name__ == "__main__":
    main(int(sys.argv[1]))
