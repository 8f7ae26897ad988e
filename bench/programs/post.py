"""Reporters: complaints over HTTP through the gateway, as fast as answered or evenly paced.

Every reporter has a client address of her own (all of 127.0.0.0/8 is this machine), so that nobody meets the limit
for one address. Usage: post ADDRESS COUNT RATE CLIENTS; RATE 0 is as fast as answered.
"""

from __future__ import annotations

import http.client
import json
import secrets
import sys
import threading
import time
from urllib.parse import urlsplit

from bench.stopwatch import Stopwatch, hand_over

PATH = "/api/intake/v1/complaints"
PER_CONNECTION = 40


class Refused(Exception):
    """A complaint was not accepted; the text is the answer."""


class Reporters:
    """Clients that share the complaints to be handed in."""

    def __init__(self, address: str, count: int, rate: float) -> None:
        self._host = urlsplit(address).netloc
        self._rate = rate
        self._numbers = iter(range(count))
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self.each: list[float] = []
        self.refused: Exception | None = None

    def run(self) -> None:
        """One client: hand in what is next until nothing is left or something was refused."""
        try:
            while self._one_connection():
                pass
        except Exception as error:
            self.refused = error

    def _one_connection(self) -> bool:
        connection = http.client.HTTPConnection(self._host, timeout=60, source_address=(_address(), 0))
        try:
            for _ in range(PER_CONNECTION):
                with self._lock:
                    number = next(self._numbers, None)
                if number is None or self.refused:
                    return False
                if self._rate:
                    time.sleep(max(0.0, self._began + number / self._rate - time.monotonic()))
                self._hand_in(connection, number)
        finally:
            connection.close()
        return True

    def _hand_in(self, connection: http.client.HTTPConnection, number: int) -> None:
        began = time.perf_counter()
        connection.request("POST", PATH, json.dumps(complaint(number)), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise Refused(f"{answer.status}: {said.decode(errors='replace')}")
        self.each.append(time.perf_counter() - began)


def complaint(number: int) -> dict[str, object]:
    """A complaint by somebody with a telephone."""
    return {
        "title": f"Jalan rusak {number}",
        "body": f"Jalan di depan pasar berlubang sejak bulan lalu, laporan {number}.",
        "district_code": "74.08.05",
        "name": f"Warga {number}",
        "phone": f"+62812{secrets.randbelow(10**8):08}",
        "ombudsman_consent": True,
    }


def _address() -> str:
    return f"127.{1 + secrets.randbelow(250)}.{secrets.randbelow(250)}.{1 + secrets.randbelow(250)}"


def main(address: str, count: int, rate: float, clients: int) -> None:
    watch = Stopwatch()
    watch.start()
    reporters = Reporters(address, count, rate)
    threads = [threading.Thread(target=reporters.run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if reporters.refused:
        raise reporters.refused
    hand_over(count, watch.stop(), reporters.each)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
