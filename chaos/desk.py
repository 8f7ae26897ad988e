"""Officials who do their work during the storm, by the API of the desk."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from chaos.databases import Databases
from chaos.ledger import Ledger, Promise
from demo.people import photo

ROAD = "pekerjaan-umum-dan-penataan-ruang.infrastruktur-jalan"
COORDINATOR, AGENCY = "koordinator", "pupr"
PATIENCE = 8.0
ROUND = 1.0
AT_ONCE = 3

DEEDS = {"leave": (), "dispatch": ("verification",), "answer": ("verification", "answers"), "archive": ("archiving",)}
"""What each fate asks of the desk, in this order."""

PASSWORD = "aduan-sandbox"  # noqa: S105 - what the sandbox tells everybody


class Desk:
    """The coordinator and one agency. What they were told is written into the ledger."""

    def __init__(self, http: str, databases: Databases, ledger: Ledger) -> None:
        self._http = http
        self._databases = databases
        self._ledger = ledger
        self._tokens: dict[str, str] = {}
        self._ending = threading.Event()
        self._photo = photo("uji coba")
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self, seconds: float) -> int:
        """Finish what is to be done and is known by now; how many cases are left after so many seconds."""
        until = time.monotonic() + seconds
        while self._left() and time.monotonic() < until and self._thread.is_alive():
            time.sleep(0.2)
        self._ending.set()
        self._thread.join()
        return len(self._left())

    def _left(self) -> list[Promise]:
        return [p for p in self._ledger.promises.values() if p.accepted and not p.refused and _missing(p)]

    def _work(self) -> None:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="official") as officials:
            while not self._ending.wait(ROUND):
                left = self._left()
                ids = self._databases.complaints_by_mark() if left else {}
                list(officials.map(self._handle, [(p, str(ids[p.mark])) for p in left if p.mark in ids]))

    def _handle(self, known: tuple[Promise, str]) -> None:
        promise, complaint_id = known
        for deed in _missing(promise):
            if self._ending.is_set() or not self._do(promise, complaint_id, deed):
                return

    def _do(self, promise: Promise, complaint_id: str, deed: str) -> bool:
        """One deed, with the same key each time it is tried; whether it was told done."""
        who = AGENCY if deed == "answers" else COORDINATOR
        try:
            headers = {"Authorization": f"Bearer {self._token(who)}", "Idempotency-Key": f"{promise.mark}-{deed}"}
            path = f"/api/routing/v1/cases/{complaint_id}/{deed}"
            answer = requests.post(self._http + path, headers=headers, timeout=PATIENCE, **self._what(deed))
        except requests.RequestException:
            return False
        if answer.status_code == 201:
            self._ledger.told_done(promise, deed)
        elif answer.status_code == 401:
            self._tokens.pop(who, None)
        # A case that is not on the desk yet is 404; the next round finds it.
        elif answer.status_code < 500 and answer.status_code != 404:
            self._ledger.told_no(promise, f"{deed}: {answer.status_code} {answer.text[:200]}")
        return answer.status_code == 201

    def _what(self, deed: str) -> dict[str, Any]:
        if deed == "verification":
            return {"json": {"class": "non_supervisory", "category": ROAD, "agency_id": AGENCY}}
        if deed == "archiving":
            return {"json": {"reason": "too_general", "words": "Tempatnya tidak disebut, sehingga tidak dapat dicari."}}
        return {
            "data": {"words": "Jembatan sudah diperbaiki.", "substantive": "true"},
            "files": {"evidence": ("bukti.jpg", self._photo, "image/jpeg")},
        }

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            account = {"name": who, "password": PASSWORD}
            answer = requests.post(f"{self._http}/api/routing/v1/sessions", json=account, timeout=PATIENCE)
            answer.raise_for_status()
            self._tokens[who] = answer.json()["token"]
        return self._tokens[who]


def _missing(promise: Promise) -> tuple[str, ...]:
    return tuple(deed for deed in DEEDS[promise.fate] if deed not in promise.deeds)
