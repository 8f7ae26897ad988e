"""What senders and officials were told: the promises that the checker holds the system to."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chaos.plan import Complaint

PREFIXES = ("811", "812", "813", "821", "822", "851", "852", "853")
"""With these begin the numbers of mobile telephones; others are no telephones to intake."""


@dataclass
class Promise:
    """One complaint as its sender knows it. `mark` stands in its words and nowhere else."""

    mark: str
    entrance: str
    fate: str
    address: str  # number or e-mail address, of this sender alone; "" when she left none
    tries: int = 0
    accepted: int = 0  # how often she was told yes
    refused: str = ""  # the answer that was a no, which none of ours deserves
    codes: list[str] = field(default_factory=list)  # tracking codes she was told (API and web)
    deeds: dict[str, int] = field(default_factory=dict)  # deed of the desk: how often it was told done


class Ledger:
    """All promises of one run."""

    def __init__(self, promises: Iterable[Promise]) -> None:
        self.promises = {promise.mark: promise for promise in promises}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, complaints: Iterable[Complaint]) -> Ledger:
        """An empty ledger; marks and addresses are of this run alone, so that a system can be stormed twice."""
        run = secrets.token_hex(4)
        return cls(_promise(run, complaint) for complaint in complaints)

    def tried(self, promise: Promise) -> None:
        with self._lock:
            promise.tries += 1

    def told_yes(self, promise: Promise, code: str = "") -> None:
        with self._lock:
            promise.accepted += 1
            if code:
                promise.codes.append(code)

    def told_no(self, promise: Promise, answer: str) -> None:
        with self._lock:
            promise.refused = answer

    def told_done(self, promise: Promise, deed: str) -> None:
        with self._lock:
            promise.deeds[deed] = promise.deeds.get(deed, 0) + 1

    def write(self, file: Path) -> None:
        """Keep it, so that the check can be made again."""
        file.write_text(json.dumps([asdict(promise) for promise in self.promises.values()], indent=1))

    @classmethod
    def read(cls, file: Path) -> Ledger:
        return cls(Promise(**row) for row in json.loads(file.read_text()))


def _promise(run: str, complaint: Complaint) -> Promise:
    mark = f"ujicoba{run}n{complaint.number:05d}"
    if not complaint.reachable:
        address = ""
    elif complaint.entrance == "sms":
        prefix = PREFIXES[int(run[:4], 16) % len(PREFIXES)]
        address = f"+62{prefix}{int(run[4:], 16) % 10_000:04d}{complaint.number:05d}"
    else:
        address = f"{mark}@contoh.example"
    return Promise(mark, complaint.entrance, complaint.fate, address)
