"""Reporters who send until they are told yes, each in her own time."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from chaos.entrances import Doors, No, NotNow, Sender
from chaos.ledger import Ledger, Promise
from chaos.plan import Complaint

AT_ONCE = 24


class Senders:
    """Sends all complaints of a plan at their moments."""

    def __init__(self, doors: Doors, ledger: Ledger) -> None:
        self._doors = doors
        self._ledger = ledger
        self._giving_up = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sender")
        self._under_way: list[Future[None]] = []

    def send(self, complaint: Complaint, promise: Promise) -> None:
        """Have one sent; returns at once."""
        self._under_way.append(self._pool.submit(self._deliver, complaint, promise))

    def wait(self, seconds: float) -> int:
        """Wait until everybody was answered; after so many seconds they give up. How many did."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not all(sending.done() for sending in self._under_way):
            time.sleep(0.2)
        left = sum(not sending.done() for sending in self._under_way)
        self._giving_up.set()
        self._pool.shutdown()
        for sending in self._under_way:
            sending.result()
        return left

    def _deliver(self, complaint: Complaint, promise: Promise) -> None:
        sender = Sender(self._doors, promise, complaint.number)
        self._until_yes(sender, promise)
        if complaint.insists and promise.accepted:
            self._until_yes(sender, promise)
        sender.close()

    def _until_yes(self, sender: Sender, promise: Promise) -> None:
        pause = 0.2
        while not self._giving_up.is_set():
            self._ledger.tried(promise)
            try:
                self._ledger.told_yes(promise, sender.send())
                return
            except NotNow:
                self._giving_up.wait(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
                pause = min(2.0, pause * 2)
            except No as refusal:
                self._ledger.told_no(promise, str(refusal))
                return
